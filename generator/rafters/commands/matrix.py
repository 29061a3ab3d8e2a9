"""Runs a matrix: combinations side by side, then the causes of what failed."""

import re
import shlex
import time
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Event
from typing import Any

from rafters.console import Step, Steps
from rafters.effects.verification.runner import Runner
from rafters.plan.verification import causes
from rafters.plan.verification.causes import Smallest
from rafters.plan.verification.questionnaire import Combination
from rafters.plan.verification.search import Search
from rafters.plan.verification.verdicts import LANES, Cause, Report, Row, Verdict, tail


@dataclass(frozen=True)
class Task:
    """What a matrix is to do.

    Attributes:
        name: of the template, as it stands in commands to type.
        rows: the combinations, the most telling first.
        defaults: the combination of defaults.
        search: what finds others.
        runner: what takes them through the lanes.
        jobs: how many at a time.
        fail_fast: whether to stop at the first failure.
        deadline: of the monotonic clock, after which nothing begins; `None` for none.
        plan: of which the rows are a part, as data.
        shard: which part, as typed.
        notes: what else to tell.
        options: of the command line that a command to type repeats.
        began: of the monotonic clock.
    """

    name: str
    rows: tuple[Combination, ...]
    defaults: Combination
    search: Search
    runner: Runner
    jobs: int
    fail_fast: bool
    deadline: float | None
    plan: Mapping[str, Any]
    shard: str
    notes: tuple[str, ...]
    options: tuple[str, ...]
    began: float

    @property
    def over(self) -> bool:
        """Whether nothing new may begin."""
        return self.deadline is not None and time.monotonic() >= self.deadline


def run(task: Task, steps: Steps) -> Report:
    """Take all combinations through the lanes, and find out why some fail.

    Raises:
        MachineError: the disk refuses, or a program of ours cannot be started.
        KeyboardInterrupt: as it came; all programs have ended.
    """
    rows = _rows(task, steps)
    found = _causes(task, rows, steps)
    return Report(
        template=task.name,
        plan=task.plan,
        rows=tuple(rows.values()),
        causes=tuple(found),
        shard=task.shard,
        seconds=time.monotonic() - task.began,
        notes=task.notes,
    )


def _rows(task: Task, steps: Steps) -> dict[str, Row]:
    """Run the combinations side by side; those that did not begin say so."""
    running: dict[str, Step] = {}
    stopped = Event()

    def judge(combination: Combination) -> Row:
        if stopped.is_set() or task.over:
            return _not_run(combination)
        running[combination.key] = steps.start(combination.key)
        row = task.runner.row(combination)
        if task.fail_fast and row.failed:
            stopped.set()
        steps.finish(running[combination.key], detail=_told(row), ok=not row.failed)
        return row

    pool = ThreadPoolExecutor(max_workers=task.jobs)
    pending: set[Future[Row]] = {pool.submit(judge, row) for row in task.rows}
    done: dict[str, Row] = {}
    try:
        while pending:
            ended, pending = wait(pending, return_when=FIRST_COMPLETED)
            for future in ended:
                row = future.result()
                done[row.key] = row
    finally:
        if pending:
            task.runner.where.processes.end()
        pool.shutdown(cancel_futures=True)
    return {row.key: done[row.key] for row in task.rows}


def _causes(task: Task, rows: Mapping[str, Row], steps: Steps) -> list[Cause]:
    """Explain the failures, those of the first lanes first."""
    by_key = {row.key: row for row in task.rows}
    known = dict(rows)
    found: list[Cause] = []
    for lane in LANES:
        open_ones = [row for row in rows.values() if _failure(row, lane)]
        while open_ones:
            first = open_ones[0]
            told = _failure(first, lane)
            if told is None:
                break
            alike = [row for row in open_ones if _same(_failure(row, lane), told)]
            with steps.step(f"why {lane}") as step:
                smallest = _smallest(task, by_key, known, first, lane, told)
                step.detail = " ".join(f"{k}={v}" for k, v in smallest.answers.items()) or "always"
            explained = [row for row in alike if causes.has(row.answers, smallest.answers)]
            keys = tuple(row.key for row in explained) or (first.key,)
            found.append(_cause(task, lane, smallest, keys, first, told))
            open_ones = [row for row in open_ones if row.key not in keys]
    return found


def _smallest(
    task: Task,
    by_key: Mapping[str, Combination],
    known: dict[str, Row],
    row: Row,
    lane: str,
    told: Verdict,
) -> Smallest:
    """Look for the smallest answers that make a combination fail in a lane."""

    def fails(combination: Combination) -> bool:
        if combination.key not in known or known[combination.key].verdict(lane) is None:
            if task.over:
                return False
            known[combination.key] = task.runner.tried(combination, lane)
        return _same(_failure(known[combination.key], lane), told)

    failing = by_key[row.key]
    by_default = fails(task.defaults)
    combinations = {**by_key, task.defaults.key: task.defaults}
    passing = [
        combination
        for key, combination in combinations.items()
        if (verdict := known[key].verdict(lane)) and verdict.status == "passed"
    ]
    base = task.defaults if task.defaults in passing else causes.nearest(row.answers, passing)
    if base is None:
        return Smallest({}, task.defaults if by_default else failing)
    others = [other.answers for other in known.values() if _same(_failure(other, lane), told)]
    labels = [combination.labels for combination in passing]
    trying = causes.smallest(task.search, failing, base, labels, others)
    try:
        combination = next(trying)
        while True:
            combination = trying.send(fails(combination))
    except StopIteration as end:
        found: Smallest = end.value
        return found


def _cause(
    task: Task, lane: str, smallest: Smallest, keys: tuple[str, ...], row: Row, told: Verdict
) -> Cause:
    """Tell why combinations fail, and what to type to see it again."""
    beside = _beside(task.search, smallest)
    sets = [
        word
        for name in (*smallest.answers, *beside)
        for word in ("--set", f"{name}={_typed(smallest.combination.chosen[name].data)}")
    ]
    words = ["rafters", "verify", task.name, "--strategy", "defaults", "--lane", lane, *sets]
    return Cause(
        lane=lane,
        answers=dict(smallest.answers),
        beside=beside,
        rows=keys,
        command=shlex.join([*words, *task.options]),
        message=told.message,
        output=tail(told.output),
        kept=row.kept,
        exact=smallest.exact and not task.over,
    )


def _beside(search: Search, smallest: Smallest) -> dict[str, str]:
    """Return the other answers that are no defaults after those before them."""
    beside: dict[str, str] = {}
    answers: dict[str, object] = {}
    combination = smallest.combination
    for name in search.names:
        if name in combination.chosen:
            value = combination.chosen[name]
            default = search.asked(name, answers).values[0]
            if name not in smallest.answers and value != default:
                beside[name] = value.label
            answers[name] = value.data
        elif name in combination.computed:
            answers[name] = combination.computed[name]
    return beside


def _typed(data: object) -> str:
    """Write an answer as `--set` takes it."""
    if isinstance(data, list):
        return ",".join(map(_typed, data))
    return str(data).lower() if isinstance(data, bool) else str(data)


def _failure(row: Row, lane: str) -> Verdict | None:
    verdict = row.verdict(lane)
    return verdict if verdict and verdict.failed else None


def _same(one: Verdict | None, other: Verdict) -> bool:
    """Tell whether two failures are alike: the same message, numbers aside."""
    return one is not None and _signature(one) == _signature(other)


def _signature(verdict: Verdict) -> str:
    return re.sub(r"[0-9a-f]{6,}|\d+", "0", verdict.message)


def _not_run(combination: Combination) -> Row:
    reason = Verdict("render", "not-run", message="not run")
    return Row(combination.key, combination.labels, (reason,))


def _told(row: Row) -> str:
    """Write what came of a combination in a few words."""
    if row.failed:
        return ", ".join(f"{verdict.lane}: {verdict.message}" for verdict in row.failed)[:120]
    words = [
        f"{v.lane}{' (known)' if v.cached else ''}" for v in row.verdicts if v.status == "passed"
    ]
    return ", ".join(words) + (f", as {row.same}" if row.same else "")

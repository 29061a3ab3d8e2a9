"""`rafters verify`: a template, verified over combinations of answers."""

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import tomli

from rafters.commands import matrix
from rafters.console import Steps
from rafters.effects import staging
from rafters.effects.cache import Cache
from rafters.effects.process import Processes
from rafters.effects.verification import render_lane, template, update_lane
from rafters.effects.verification.known import Known
from rafters.effects.verification.questions import Questions
from rafters.effects.verification.render_lane import PROJECT, Template
from rafters.effects.verification.runner import Before, Runner
from rafters.effects.verification.scene import Scene
from rafters.effects.verification.template import Snapshot
from rafters.errors import BudgetError, GateError, Problem, StoppedError, UsageError
from rafters.plan.verification import planning, settings, shards
from rafters.plan.verification.planning import Plan
from rafters.plan.verification.search import Search
from rafters.plan.verification.settings import Settings
from rafters.plan.verification.verdicts import LANES, Report, as_data

TIMEOUT = 600.0
"""Seconds that one command may take, where nothing is said."""


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line.

    Attributes:
        template: path or URL; `None` for what is around the current folder.
        strategy: how combinations are chosen.
        sets: answers that are pinned, as typed.
        seed: of what is left to chance.
        lanes: those to run; empty for all.
        jobs: how many combinations run side by side; 0 for one per processor.
        since: commit of the template; what has not changed since is not run. Empty for none.
        fail_fast: whether to stop at the first failure.
        budget: seconds after which nothing new begins; `None` for no end.
        timeout: seconds that one command may take; `None` for what the template says.
        shard: which part of the plan to run; `None` for all.
        trust: whether code of the template may run.
        hostile: whether free text is also tried with what breaks quoting.
        cached: whether verdicts of earlier runs count.
        tags: how many of the last tags are updated from.
    """

    template: str | None = None
    strategy: str = "pairwise"
    sets: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    lanes: tuple[str, ...] = ()
    jobs: int = 0
    since: str = ""
    fail_fast: bool = False
    budget: float | None = None
    timeout: float | None = None
    shard: shards.Shard | None = None
    trust: bool = False
    hostile: bool = False
    cached: bool = True
    tags: int = 2


@dataclass(frozen=True)
class Opened:
    """A template that was read, and its plan.

    Attributes:
        snapshot: where its copy lies.
        questions: its questionnaire.
        settings: what it says of its verification.
        plan: the combinations.
    """

    snapshot: Snapshot
    questions: Questions
    settings: Settings
    plan: Plan

    @property
    def plan_data(self) -> dict[str, Any]:
        """The plan for JSON."""
        return plan_data(self.plan)


def plan(request: Request) -> Plan:
    """Return the plan of a verification.

    Raises:
        NoProjectError: there is no template.
        UsageError: the template or an option is wrong.
    """
    with _scratch() as scratch:
        return _open(request, scratch, Processes()).plan


def run(request: Request, steps: Steps) -> Report:
    """Verify a template and return what came of it.

    Raises:
        NoProjectError: there is no template.
        UsageError: the template or an option is wrong.
        MachineError: the disk refuses, or a program of ours is missing.
        StoppedError: Ctrl-C.
    """
    began = time.monotonic()
    processes = Processes()
    try:
        with _scratch() as scratch, steps:
            with steps.step("plan") as step:
                opened = _open(request, scratch, processes)
                step.detail = f"{len(opened.plan.rows)} combinations, {opened.plan.coverage}"
            runner = _runner(request, opened, scratch, processes)
            report = matrix.run(_task(request, opened, runner, began), steps)
    except KeyboardInterrupt:
        processes.end()
        message = "interrupted: nothing is left of the run"
        raise StoppedError(Problem("interrupted", message)) from None
    return report


def check(report: Report, *, told: bool) -> None:
    """Raise what the exit code says of a report: nothing if all is well.

    Args:
        report: what came of it.
        told: whether it has been printed, so that a line will do.

    Raises:
        GateError: combinations fail.
        BudgetError: not everything has run.
    """
    data = as_data(report)
    if report.failed:
        problems = [
            Problem(
                "lane-failed",
                f"{cause.lane} fails with {cause.said}: {cause.message}",
                cause.command,
            )
            for cause in report.causes
        ]
        raise GateError([Problem("lane-failed", report.summary)] if told else problems, data)
    if not report.complete:
        raise BudgetError(Problem("budget", f"the budget ran out: {report.summary}"), data)


def plan_data(planned: Plan) -> dict[str, Any]:
    """Return a plan for JSON."""
    coverage = planned.coverage
    return {
        "strategy": planned.strategy,
        "seed": planned.seed,
        "questions": {name: list(labels) for name, labels in planned.labels.items() if labels},
        "coverage": vars(coverage) | {"complete": coverage.complete},
        "keys": [row.key for row in planned.rows],
        "unseen": list(planned.unseen),
    }


@contextlib.contextmanager
def _scratch() -> Iterator[Path]:
    """Give a scratch folder that is gone when the command is."""
    place = Path(os.path.realpath(tempfile.gettempdir())) / "rafters-verify"
    with staging.beside(place) as scratch:
        yield scratch


def _open(request: Request, scratch: Path, processes: Processes) -> Opened:
    """Read a template and plan its verification."""
    snapshot = template.take(request.template, scratch, processes)
    said = _settings(snapshot.folder)
    questions = Questions(
        snapshot.folder,
        scratch / PROJECT,
        pins=request.sets,
        values=said.values,
        trust=request.trust,
        hostile=request.hostile,
    )
    planned = planning.plan(questions, planning.check_strategy(request.strategy), request.seed)
    return Opened(snapshot, questions, said, planned)


def _settings(folder: Path) -> Settings:
    """Read what a template says of its verification.

    Raises:
        UsageError: it cannot be used.
    """
    for name in ("rafters-verify.toml", "pyproject.toml"):
        path = folder / name
        if not path.is_file():
            continue
        try:
            table: Any = tomli.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            if name == "pyproject.toml":  # it may be one of the template's own files
                continue
            raise UsageError(Problem("bad-settings", f"{name}: {error}")) from error
        if name == "pyproject.toml":
            table = table.get("tool", {}).get("rafters", {}).get("verify", {})
        return settings.read(table, name)
    return Settings()


def _runner(request: Request, opened: Opened, scratch: Path, processes: Processes) -> Runner:
    """Return what takes combinations through the lanes."""
    snapshot, facts = opened.snapshot, opened.questions.facts
    where = Scene(scratch, processes, request.timeout or opened.settings.timeout or TIMEOUT)
    read = Template(
        folder=snapshot.folder,
        strict=render_lane.strictly(snapshot.folder, scratch / "strict", facts),
        names=opened.questions.names,
        facts=facts,
        settings=opened.settings,
        trust=request.trust,
    )
    lanes = frozenset(request.lanes or LANES)
    past = None
    if snapshot.repository and "update" in lanes and request.tags:
        past = update_lane.history(snapshot.folder, snapshot.repository, request.tags, where)
    return Runner(
        template=read,
        digest=snapshot.digest,
        where=where,
        lanes=lanes,
        known=Known(request.cached, Cache("verdicts")),
        past=past,
        before=_before(request, snapshot, read, where),
    )


def _before(request: Request, snapshot: Snapshot, read: Template, where: Scene) -> Before | None:
    """Return how the template was at the commit since which changes count."""
    if not request.since:
        return None
    if snapshot.repository is None:
        message = f"--changed-since: {snapshot.name} is no repository"
        raise UsageError(Problem("no-repository", message))
    folder = where.scratch / "before"
    template.checkout(snapshot.repository, request.since, folder, where.processes)
    return Before(replace(read, folder=folder, strict=None), where)


def _task(request: Request, opened: Opened, runner: Runner, began: float) -> matrix.Task:
    """Return what the matrix is to do."""
    rows = opened.plan.rows
    notes = []
    if (tasks := opened.questions.facts.tasks) and not request.trust:
        notes.append(f"{tasks} tasks of the template were not run: --trust runs them")
    return matrix.Task(
        name=opened.snapshot.name,
        rows=shards.part(rows, request.shard) if request.shard else rows,
        defaults=rows[0],
        search=Search(opened.questions),
        runner=runner,
        jobs=request.jobs or os.cpu_count() or 1,
        fail_fast=request.fail_fast,
        deadline=began + request.budget if request.budget else None,
        plan=opened.plan_data,
        shard="/".join(map(str, request.shard)) if request.shard else "",
        notes=tuple(notes),
        options=tuple(["--trust"] * request.trust + ["--hostile"] * request.hostile),
        began=began,
    )

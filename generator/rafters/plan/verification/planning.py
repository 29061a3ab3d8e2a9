"""Which combinations of answers are verified."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from rafters.errors import Problem, UsageError
from rafters.plan.verification import covering
from rafters.plan.verification.questionnaire import Combination, Questionnaire
from rafters.plan.verification.search import Search
from rafters.plan.verification.targets import Target, covered

MAX_ROWS = 10_000
"""Most combinations that a plan may have."""

_STRENGTH = {"each": 1, "pairwise": 2}
_WORDS = ("defaults", "each", "pairwise", "full")
_TRIES = 50


@dataclass(frozen=True)
class Coverage:
    """What a plan covers, counted anew from its rows.

    Attributes:
        what: `pairs` or `answers`.
        covered: of those that some combination has, how many occur.
        reachable: how many some combination has.
        impossible: how many none has.
        undecided: of how many that is not known.
    """

    what: str
    covered: int
    reachable: int
    impossible: int
    undecided: int

    @property
    def complete(self) -> bool:
        """Whether all that can occur is known, and occurs."""
        return self.covered == self.reachable and not self.undecided

    def __str__(self) -> str:
        """Say it in one line."""
        line = f"{self.covered} of {self.reachable} reachable {self.what} are covered"
        if self.impossible:
            line += f", {self.impossible} cannot occur"
        if self.undecided:
            line += f", {self.undecided} take too long to decide"
        return line


@dataclass(frozen=True)
class Plan:
    """The combinations to verify, the most telling first.

    Attributes:
        strategy: how they were chosen.
        seed: of what was left to chance.
        labels: what each question can be answered with.
        rows: the combinations.
        coverage: what they cover.
        unseen: questions that have more contexts than were looked at.
    """

    strategy: str
    seed: int
    labels: Mapping[str, tuple[str, ...]]
    rows: tuple[Combination, ...]
    coverage: Coverage
    unseen: tuple[str, ...] = ()


def check_strategy(text: str) -> str:
    """Return the strategy as it was typed.

    Raises:
        UsageError: there is none of that name.
    """
    if text in _WORDS or re.fullmatch(r"random:[1-9]\d{0,3}", text):
        return text
    hint = "one of: defaults, each, pairwise, full, random:N with N from 1 to 9999"
    raise UsageError(Problem("bad-strategy", f"{text!r} is no strategy", hint))


def plan(questionnaire: Questionnaire, strategy: str, seed: int) -> Plan:
    """Choose combinations by a strategy.

    Args:
        questionnaire: the questions.
        strategy: as `check_strategy` takes it.
        seed: the same one chooses the same combinations.

    Raises:
        UsageError: no combination is valid, or there are too many.
    """
    search = Search(questionnaire)
    found = {name: search.labels(name) for name in search.names}
    labels = {name: tuple(known) for name, (known, _) in found.items()}
    strength = _STRENGTH.get(strategy, 2)
    try:
        cover = covering.covering(search, labels, strength=strength, seed=seed)
    except LookupError:
        raise UsageError(_nothing_fits(search)) from None
    rows = cover.rows if strategy in _STRENGTH else _others(search, strategy, seed)
    have = covered(rows, strength)
    return Plan(
        strategy=strategy,
        seed=seed,
        labels=labels,
        rows=rows,
        coverage=_coverage(cover, have, "pairs" if strength > 1 else "answers"),
        unseen=tuple(name for name, (_, complete) in found.items() if not complete),
    )


def _coverage(cover: covering.Cover, have: frozenset[Target], what: str) -> Coverage:
    """Count what is covered."""
    return Coverage(
        what=what,
        covered=len(cover.reachable & have),
        reachable=len(cover.reachable),
        impossible=len(cover.impossible),
        undecided=len(cover.undecided - have),
    )


def _others(search: Search, strategy: str, seed: int) -> tuple[Combination, ...]:
    """Return the rows of a strategy that is none of covering."""
    if strategy == "defaults":
        return tuple(filter(None, [search.find({})]))
    if strategy == "full":
        rows = tuple(islice(search.everything(), MAX_ROWS + 1))
        if len(rows) > MAX_ROWS:
            hint = "pin some questions with --set, or take --strategy pairwise"
            message = f"there are more than {MAX_ROWS} combinations"
            raise UsageError(Problem("too-many", message, hint))
        return rows
    wanted = int(strategy.partition(":")[2])
    chance = random.Random(seed)  # noqa: S311  (no secret)
    rows_by_key: dict[str, Combination] = {}
    for _ in range(wanted * _TRIES):
        row = search.find({}, lambda _n, values, _c: chance.sample(values, len(values)))
        if row:
            rows_by_key.setdefault(row.key, row)
        if len(rows_by_key) == wanted:
            break
    return tuple(rows_by_key.values())


def _nothing_fits(search: Search) -> Problem:
    """Name the first question that takes none of the answers that could be made."""
    answers: dict[str, object] = {}
    for name in search.names:
        asked = search.asked(name, answers)
        if not asked.hidden and not asked.values:
            message = f"no answer to {name} could be found that its validator takes"
            return Problem("no-answer", message, f"give one with --set {name}=...")
        if asked.values:
            answers[name] = asked.values[0].data
        elif not asked.missing:
            answers[name] = asked.computed
    return Problem("no-answer", "no combination of answers is valid")

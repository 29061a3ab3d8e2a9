"""The smallest answers that make a combination fail: what differs from one that passes.

Small sets of its answers are tried first, those that most failures share before others; one that a
passing combination has as well is not tried. A set is the cause if it fails beside the answers that
pass, and beside answers that are all others than those of the failure. If none of up to three
answers is, differences are taken away bit by bit (delta debugging, Zeller and Hildebrandt 2002).
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from rafters.plan.verification.questionnaire import Combination, Value
from rafters.plan.verification.search import Search, UndecidedError

MAX_SIZE = 3
"""Most answers that are tried as a cause of their own."""

MAX_TRIES = 40
"""Most combinations that are tried for one failure."""

Labels = Mapping[str, str]
Trying = Generator[Combination, bool, "Smallest"]
"""Yields combinations, is sent whether each fails in the same way, and returns what it found."""


@dataclass(frozen=True)
class Smallest:
    """The smallest answers with which a combination fails.

    Attributes:
        answers: which they are.
        combination: one that has them, and fails.
        exact: whether they fail beside whatever answers, and no fewer do.
    """

    answers: Labels
    combination: Combination
    exact: bool = True


def nearest(failing: Labels, passing: Sequence[Combination]) -> Combination | None:
    """Return the passing combination that differs least; of several, the first."""
    return min(passing, key=lambda row: len(_differing(failing, row.labels)), default=None)


def smallest(
    search: Search,
    failing: Combination,
    base: Combination,
    passing: Sequence[Labels],
    others: Sequence[Labels],
) -> Trying:
    """Look for the smallest answers that make a combination fail.

    Args:
        search: what finds combinations.
        failing: the combination.
        base: one that passes.
        passing: labels of all that pass.
        others: labels of all that fail.
    """
    differing = _differing(failing.labels, base.labels)
    passes = [*passing]
    tried: dict[str, bool] = {base.key: False, failing.key: True}
    first: Smallest | None = None
    for answers in _small(failing.labels, differing, others):
        if len(tried) > MAX_TRIES:
            break
        if any(has(labels, answers) for labels in passes):
            continue
        failed = True
        for row in (_with(search, base, failing, answers), _apart(search, failing, answers)):
            if row is None or not failed:
                continue
            if row.key not in tried:
                tried[row.key] = yield row
            failed = tried[row.key]
            if not failed:
                passes.append(row.labels)
            elif first is None or len(first.answers) > len(answers):
                first = Smallest(answers, row, exact=False)
        if failed:
            near = _with(search, base, failing, answers)
            return Smallest(answers, near or failing)
    reduced = yield from _reduced(search, failing, base, differing, tried)
    return first if first and len(first.answers) < len(reduced.answers) else reduced


def _reduced(
    search: Search,
    failing: Combination,
    base: Combination,
    differing: Sequence[str],
    tried: dict[str, bool],
) -> Trying:
    """Take differences away bit by bit while it still fails."""
    left, row, parts = list(differing), failing, 2
    while len(left) > 1 and len(tried) <= 2 * MAX_TRIES:
        size = -(-len(left) // parts)
        for start in range(0, len(left), size):
            fewer = left[:start] + left[start + size :]
            found = _with(search, base, failing, {name: failing.labels[name] for name in fewer})
            if found is None:
                continue
            if found.key not in tried:
                tried[found.key] = yield found
            if tried[found.key]:
                left, row, parts = fewer, found, max(parts - 1, 2)
                break
        else:
            if parts >= len(left):
                break
            parts = min(2 * parts, len(left))
    return Smallest({name: failing.labels[name] for name in left}, row, exact=False)


def _small(failing: Labels, differing: Sequence[str], others: Sequence[Labels]) -> Iterator[Labels]:
    """Yield small sets of answers that may be the cause, the likeliest of each size first."""
    apart = set(differing)
    for size in range(1, MAX_SIZE + 1):
        sets = [names for names in combinations(failing, size) if apart & {*names}]
        found = [{name: failing[name] for name in names} for names in sets]
        yield from sorted(
            found, key=lambda answers: (-_count(others, answers), not apart.issuperset(answers))
        )


def _with(
    search: Search, base: Combination, failing: Combination, answers: Labels
) -> Combination | None:
    """Return the combination nearest to a base that has some answers, or `None`."""

    def prefer(name: str, values: Sequence[Value], _: Mapping[str, Value]) -> Sequence[Value]:
        wanted = base.labels.get(name), failing.labels.get(name)
        return sorted(values, key=lambda value: _place(value.label, wanted))

    try:
        return search.find(answers, prefer)
    except UndecidedError:
        return None


def _apart(search: Search, failing: Combination, answers: Labels) -> Combination | None:
    """Return a combination that has some answers and as few others of a failing one as can be."""

    def prefer(name: str, values: Sequence[Value], _: Mapping[str, Value]) -> Sequence[Value]:
        return sorted(values, key=lambda value: value.label == failing.labels.get(name))

    try:
        return search.find(answers, prefer)
    except UndecidedError:
        return None


def _place(label: str, wanted: Sequence[str | None]) -> int:
    return wanted.index(label) if label in wanted else len(wanted)


def _differing(failing: Labels, base: Labels) -> list[str]:
    return [name for name, label in failing.items() if base.get(name) != label]


def has(labels: Labels, answers: Labels) -> bool:
    """Tell whether all of some answers are among a combination's."""
    return all(labels.get(name) == label for name, label in answers.items())


def _count(rows: Sequence[Labels], answers: Labels) -> int:
    return sum(has(labels, answers) for labels in rows)

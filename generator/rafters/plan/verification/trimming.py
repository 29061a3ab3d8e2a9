"""Rows that a covering array can do without, where others take what they alone have."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from copy import copy

from rafters.plan.verification.questionnaire import Combination, Value
from rafters.plan.verification.search import Search, UndecidedError
from rafters.plan.verification.targets import Target, covered

ROUNDS = 3
"""Times that every row is looked at."""


class _Array:
    """Rows, the targets of each, and how many rows have a target."""

    def __init__(self, rows: Iterable[Combination], strength: int) -> None:
        self.strength = strength
        self.rows = list(rows)
        self.parts = [covered([row], strength) for row in self.rows]
        self.count = Counter(target for part in self.parts for target in part)

    def copy(self) -> "_Array":
        """Return another one that can be changed."""
        other = copy(self)
        other.rows, other.parts = [*self.rows], [*self.parts]
        other.count = self.count.copy()
        return other

    def own(self, place: int) -> list[Target]:
        """Return the targets that one row alone has."""
        return [target for target in self.parts[place] if self.count[target] == 1]

    def put(self, place: int, row: Combination | None) -> None:
        """Change a row, or leave it out."""
        self.count.subtract(self.parts[place])
        if row is None:
            del self.rows[place], self.parts[place]
            return
        self.rows[place], self.parts[place] = row, covered([row], self.strength)
        self.count.update(self.parts[place])


def trimmed(search: Search, rows: Sequence[Combination], strength: int) -> list[Combination]:
    """Return rows with the same targets, fewer if that is easy; the first stays as it is."""
    array = _Array(rows, strength)
    for _ in range(ROUNDS):
        before = len(array.rows)
        keys = [row.key for row in array.rows]
        for key in sorted(keys[1:], key=lambda key: len(array.own(keys.index(key)))):
            place = next((n for n, row in enumerate(array.rows) if row.key == key), 0)
            if place:
                array = _without(search, array, place) or array
        if len(array.rows) == before:
            break
    return array.rows


def _without(search: Search, array: _Array, place: int) -> _Array | None:
    """Return an array without a row, or `None` if no others can take what it alone has."""
    other = array.copy()
    targets = sorted(array.own(place), key=sorted)
    other.put(place, None)
    for target in targets:
        if not other.count[target] and not _take(search, other, target):
            return None
    return other


def _take(search: Search, array: _Array, target: Target) -> bool:
    """Give a target to a row that loses nothing by it, if there is one."""
    for place in range(1, len(array.rows)):
        wanted = {name: label for own in array.own(place) for name, label in own}
        if any(wanted.get(name, label) != label for name, label in target):
            continue
        if found := _near(search, array.rows[place], wanted | dict(target)):
            array.put(place, found)
            return True
    return False


def _near(search: Search, row: Combination, wanted: Mapping[str, str]) -> Combination | None:
    """Return the combination nearest to a row that has some labels."""

    def prefer(name: str, values: Sequence[Value], _: Mapping[str, Value]) -> Sequence[Value]:
        own = row.chosen.get(name)
        return sorted(values, key=lambda value: value != own)

    try:
        return search.find(wanted, prefer)
    except UndecidedError:
        return None

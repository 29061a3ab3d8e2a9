"""Covering arrays: few combinations in which all pairs of answers meet that can meet at all.

One row at a time, the best of several that are each built greedily from an uncovered pair
(Cohen, Dalal, Fredman, Patton 1997, "The AETG System"). What a questionnaire forbids is never in
a row: a search makes each of them, and proves of each pair that no row has that none can have it.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from rafters.plan.verification.questionnaire import Combination, Value
from rafters.plan.verification.search import Search, UndecidedError, in_order

ATTEMPTS = 30
"""Rows that are built for each row that is taken."""

Level = tuple[str, str]
"""A question and the label of one of its answers."""

Target = frozenset[Level]
"""What is to occur in some row: two levels for pairs, one where each is to occur."""


@dataclass(frozen=True)
class Cover:
    """Rows, and what is known of all targets.

    Attributes:
        rows: the most telling first.
        reachable: targets that some combination has.
        impossible: targets that no combination has.
        undecided: targets of which it takes too long to tell.
    """

    rows: tuple[Combination, ...]
    reachable: frozenset[Target]
    impossible: frozenset[Target] = frozenset()
    undecided: frozenset[Target] = frozenset()


@dataclass
class _Open:
    """Targets that no row has yet, as bits: the partners of each level.

    A level that is to occur at all is its own partner.
    """

    levels: Sequence[Level]
    number: Mapping[Level, int]
    partners: list[int]
    by_question: Mapping[str, list[int]] = field(default_factory=dict)

    def remove(self, first: int, second: int) -> None:
        """Take a target away."""
        self.partners[first] &= ~(1 << second)
        self.partners[second] &= ~(1 << first)

    def gain(self, level: int, mask: int) -> int:
        """Count the targets that a level closes beside those in a mask of levels."""
        return (self.partners[level] & (mask | 1 << level)).bit_count()

    def mask(self, row: Combination) -> int:
        """Return the levels of a row as bits."""
        return sum(1 << self.number[level] for level in row.labels.items() if level in self.number)

    def total(self, mask: int) -> int:
        """Count the targets in a mask, pairs twice."""
        return sum((self.partners[level] & mask).bit_count() for level in _bits(mask))

    def close(self, mask: int) -> None:
        """Take away all targets in a mask."""
        for level in _bits(mask):
            self.partners[level] &= ~mask


def covering(
    search: Search, labels: Mapping[str, Sequence[str]], *, strength: int, seed: int
) -> Cover:
    """Return rows in which every reachable target occurs, the combination of defaults first.

    Args:
        search: what finds combinations.
        labels: all that each question can be answered with.
        strength: 1 for each level, 2 for pairs.
        seed: of what is left to chance; the same seed makes the same rows.

    Raises:
        LookupError: no combination is valid.
    """
    left = _open(labels, strength)
    chance = random.Random(seed)  # noqa: S311  (no secret)
    first = search.find({}, in_order)
    if first is None:
        raise LookupError
    rows = [first]
    left.close(left.mask(first))
    impossible: set[Target] = set()
    undecided: set[Target] = set()
    while any(left.partners):
        best: tuple[int, Combination] | None = None
        for _ in range(ATTEMPTS):
            start = _start(left, chance)
            if start is None:
                break
            target = frozenset(left.levels[number] for number in start)
            try:
                row = search.find(dict(target), _Greedy(left, start, chance))
            except UndecidedError:
                undecided.add(target)
                left.remove(*start)
                continue
            if row is None:
                impossible.add(target)
                left.remove(*start)
                continue
            gained = left.total(left.mask(row))
            if best is None or gained > best[0]:
                best = gained, row
        if best:
            rows.append(best[1])
            left.close(left.mask(best[1]))
    wanted = targets(labels, strength)
    kept = _needed(rows, strength)
    return Cover(
        tuple(kept), wanted - impossible - undecided, frozenset(impossible), frozenset(undecided)
    )


def targets(labels: Mapping[str, Sequence[str]], strength: int) -> frozenset[Target]:
    """Return all targets that there would be if everything went with everything."""
    levels = [(name, label) for name, known in labels.items() for label in known]
    return frozenset(
        frozenset(group)
        for group in combinations(levels, strength)
        if len({name for name, _ in group}) == strength
    )


def covered(rows: Iterable[Combination], strength: int) -> frozenset[Target]:
    """Return the targets that occur in rows."""
    return frozenset(
        frozenset(group) for row in rows for group in combinations(row.labels.items(), strength)
    )


def _open(labels: Mapping[str, Sequence[str]], strength: int) -> _Open:
    levels = [(name, label) for name, known in labels.items() for label in known]
    number = {level: place for place, level in enumerate(levels)}
    questions = {name: [number[name, label] for label in known] for name, known in labels.items()}
    everything = (1 << len(levels)) - 1
    own = {name: sum(1 << level for level in known) for name, known in questions.items()}
    partners = [
        everything & ~own[name] if strength > 1 else 1 << place
        for place, (name, _) in enumerate(levels)
    ]
    return _Open(levels, number, partners, questions)


def _start(left: _Open, chance: random.Random) -> tuple[int, int] | None:
    """Return an open target of the level that has the most; chance decides between equals."""
    counts = [partners.bit_count() for partners in left.partners]
    most = max(counts)
    if not most:
        return None
    level = chance.choice([place for place, count in enumerate(counts) if count == most])
    return level, chance.choice(list(_bits(left.partners[level])))


class _Greedy:
    """Orders values by what they close beside a wish that was made without constraints."""

    def __init__(self, left: _Open, start: Iterable[int], chance: random.Random) -> None:
        self._left = left
        self._chance = chance
        self._start = {left.levels[level][0]: level for level in start}
        self._wish = self._wished()

    def _wished(self) -> dict[str, int]:
        """Answer the questions in some order, each with what closes most beside the others."""
        wish = dict(self._start)
        mask = sum(1 << level for level in wish.values())
        names = [name for name in self._left.by_question if name not in wish]
        self._chance.shuffle(names)
        for name in names:
            levels = self._left.by_question[name]
            if levels:
                wish[name] = self._best(levels, mask)
                mask |= 1 << wish[name]
        return wish

    def _best(self, levels: Sequence[int], mask: int) -> int:
        def rank(level: int) -> tuple[int, int, float]:
            open_at_all = self._left.partners[level].bit_count()
            return self._left.gain(level, mask), open_at_all, self._chance.random()

        return max(levels, key=rank)

    def __call__(
        self, name: str, values: Sequence[Value], chosen: Mapping[str, Value]
    ) -> Sequence[Value]:
        """Return what was wished for, then what closes most beside what was chosen."""
        number = self._left.number
        mask = sum(1 << level for level in self._start.values())
        for other, value in chosen.items():
            mask |= 1 << number[other, value.label]

        def rank(value: Value) -> tuple[bool, int, float]:
            level = number[name, value.label]
            wished = level == self._wish.get(name)
            return wished, self._left.gain(level, mask), self._chance.random()

        return sorted(values, key=rank, reverse=True)


def _needed(rows: Sequence[Combination], strength: int) -> list[Combination]:
    """Leave out rows whose targets all occur in others; the first stays."""
    count: dict[Target, int] = {}
    parts = [covered([row], strength) for row in rows]
    for part in parts:
        for target in part:
            count[target] = count.get(target, 0) + 1
    dropped = set()
    for place in range(len(rows) - 1, 0, -1):
        if all(count[target] > 1 for target in parts[place]):
            dropped.add(place)
            for target in parts[place]:
                count[target] -= 1
    return [row for place, row in enumerate(rows) if place not in dropped]


def _bits(mask: int) -> Iterable[int]:
    """Yield the places of the bits that are set."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest

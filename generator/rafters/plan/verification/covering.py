"""Covering arrays: few combinations in which all pairs of answers meet that can meet at all.

One row at a time, the best of several that are each built greedily from an uncovered pair
(Cohen, Dalal, Fredman, Patton 1997, "The AETG System"). What a questionnaire forbids is never in
a row: a search makes each of them, and proves of each pair that no row has that none can have it.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rafters.plan.verification import trimming
from rafters.plan.verification.questionnaire import Combination, Value
from rafters.plan.verification.search import Preference, Search, UndecidedError, in_order
from rafters.plan.verification.targets import Level, Target, targets

ATTEMPTS = 10
"""Rows that are built for each row that is taken."""


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
                row = _row(search, left, start, chance)
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
    kept = trimming.trimmed(search, rows, strength)
    return Cover(
        tuple(kept), wanted - impossible - undecided, frozenset(impossible), frozenset(undecided)
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


def _row(
    search: Search, left: _Open, start: Sequence[int], chance: random.Random
) -> Combination | None:
    """Return a row that has a target, or `None` where none can have it.

    In a random order, each question is given the answer that closes most beside those that are
    given already, as long as a combination has them all; what closes nothing is left to others.

    Raises:
        UndecidedError: it takes too long to tell.
    """
    wanted = dict(left.levels[level] for level in start)
    row = search.find(wanted, _shuffled(chance))
    if row is None:
        return None
    mask = sum(1 << level for level in {*start})
    names = [name for name in left.by_question if name not in wanted]
    chance.shuffle(names)
    for name in names:
        for level in _telling(left, name, mask, chance):
            found = _having(search, row, wanted, left.levels[level])
            if found:
                row, mask = found, mask | 1 << level
                wanted[name] = left.levels[level][1]
                break
    return row


def _telling(left: _Open, name: str, mask: int, chance: random.Random) -> list[int]:
    """Return the answers of a question that close something, those that close most first."""
    rank = {}
    for level in left.by_question[name]:
        if gain := left.gain(level, mask):
            rank[level] = (gain, left.partners[level].bit_count(), chance.random())
    return sorted(rank, key=lambda level: rank[level], reverse=True)


def _having(
    search: Search, row: Combination, wanted: Mapping[str, str], level: Level
) -> Combination | None:
    """Return the row, or one near it, that has a level as well; `None` where there is none."""
    name, label = level
    chosen = row.chosen
    if name in chosen and chosen[name].label == label:
        return row

    def prefer(name: str, values: Sequence[Value], _: Mapping[str, Value]) -> Sequence[Value]:
        own = chosen.get(name)
        return sorted(values, key=lambda value: value != own)

    try:
        return search.find({**wanted, name: label}, prefer)
    except UndecidedError:
        return None


def _shuffled(chance: random.Random) -> Preference:
    """Prefer nothing: what is left over is answered in all ways."""

    def prefer(_: str, values: Sequence[Value], __: Mapping[str, Value]) -> Sequence[Value]:
        return chance.sample(values, len(values))

    return prefer


def _bits(mask: int) -> Iterable[int]:
    """Yield the places of the bits that are set."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest

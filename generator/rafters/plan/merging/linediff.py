"""What changed from one list of lines to another: a patience diff that knows Python's blocks."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

LARGEST = 1_000_000
"""Most pairs of lines that are compared where no line is unique."""

BLOCK = re.compile(r"(?:async\s+def|def|class)\s+(\w+)")


Placed = tuple[str, str | None]
"""A line, and the block that it stands in."""


class Change(NamedTuple):
    """Lines of the first list, and the lines of the second that stand in their place."""

    start: int
    stop: int
    low: int
    high: int


def changes(old: Sequence[str], new: Sequence[str], *, python: bool = False) -> list[Change]:
    """Return what changed, in order; no two changes touch.

    Lines that are unique on both sides are matched first, so that a block that moved is found
    as one that went and one that came. In Python, a line of one function never matches a line
    of another, unless that is the same function under a new name: a change would land in the
    wrong one.
    """
    pairs = sorted(_matches(*_in_blocks(old, new)) if python else _matches(old, new))
    if python:
        pairs = _with_blanks(pairs, old, new)
    end = Change(len(old), len(old), len(new), len(new))
    found = [*_between(pairs, end), end]
    settled: list[Change] = [Change(0, 0, 0, 0)]
    for change, following in pairwise(found):
        settled.append(_slid(change, settled[-1], following, old, new))
    return _joined(settled[1:])


def blocks(lines: Sequence[str]) -> list[str]:
    """Return the dotted name of the innermost function or class around each line of Python.

    Indentation alone tells: it need not be right inside a string, only the same on both sides.
    """
    stack: list[tuple[int, str]] = []
    names = []
    for line in lines:
        bare = line.lstrip()
        if bare and bare[0] not in ")]}#":
            indent = len(line) - len(bare)
            while stack and indent <= stack[-1][0]:
                stack.pop()
            if match := BLOCK.match(bare):
                around = f"{stack[-1][1]}." if stack else ""
                stack.append((indent, around + match[1]))
        names.append(stack[-1][1] if stack else "")
    return names


def _in_blocks(old: Sequence[str], new: Sequence[str]) -> tuple[list[Placed], list[Placed]]:
    """Return lines with the blocks that they stand in; those with new names have no name."""
    olds, news = blocks(old), blocks(new)
    both = set(olds) & set(news)
    first, second = (
        [(line, name if name in both else None) for line, name in zip(lines, names, strict=True)]
        for lines, names in ((old, olds), (new, news))
    )
    return first, second


def _with_blanks(
    pairs: list[tuple[int, int]], old: Sequence[str], new: Sequence[str]
) -> list[tuple[int, int]]:
    """Return pairs with those of the blank lines above them, whatever block ends there."""
    found: list[tuple[int, int]] = []
    floor = (-1, -1)
    for pair in pairs:
        row = [pair]
        left, right = pair[0] - 1, pair[1] - 1
        while left > floor[0] and right > floor[1] and not (old[left] + new[right]).strip():
            row.append((left, right))
            left, right = left - 1, right - 1
        found += row[::-1]
        floor = pair
    return found


def _matches(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of lines that are the same, in no order."""
    todo = [(0, len(old), 0, len(new))]
    while todo:
        start, stop, low, high = todo.pop()
        while start < stop and low < high and old[start] == new[low]:
            yield start, low
            start, low = start + 1, low + 1
        while start < stop and low < high and old[stop - 1] == new[high - 1]:
            stop, high = stop - 1, high - 1
            yield stop, high
        if start == stop or low == high:
            continue
        anchors = _anchors(old[start:stop], new[low:high])
        if anchors:
            ends = [(start + left, low + right) for left, right in anchors]
            for left, right in ends:
                todo.append((start, left, low, right))
                yield left, right
                start, low = left + 1, right + 1
            todo.append((start, stop, low, high))
        elif (stop - start) * (high - low) <= LARGEST:
            matcher = SequenceMatcher(None, old[start:stop], new[low:high], autojunk=False)
            for left, right, size in matcher.get_matching_blocks():
                yield from ((start + left + n, low + right + n) for n in range(size))


def _anchors(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Return the longest row of pairs of lines that are unique on both sides."""
    olds, news = Counter(old), Counter(new)
    places = {line: index for index, line in enumerate(new) if news[line] == 1}
    pairs = [
        (index, places[line])
        for index, line in enumerate(old)
        if olds[line] == 1 and line in places
    ]
    ends: list[int] = []
    heads: list[int] = []
    before: list[int] = []
    for number, (_, right) in enumerate(pairs):
        length = bisect_left(ends, right)
        before.append(heads[length - 1] if length else -1)
        ends[length : length + 1] = [right]
        heads[length : length + 1] = [number]
    row = []
    number = heads[-1] if heads else -1
    while number >= 0:
        row.append(pairs[number])
        number = before[number]
    return row[::-1]


def _between(pairs: list[tuple[int, int]], end: Change) -> Iterator[Change]:
    """Yield what lies between matched lines."""
    start = low = 0
    for left, right in [*pairs, (end.start, end.low)]:
        if start < left or low < right:
            yield Change(start, left, low, right)
        start, low = left + 1, right + 1


def _slid(
    change: Change, floor: Change, ceiling: Change, old: Sequence[str], new: Sequence[str]
) -> Change:
    """Move a block that came or went to where a person sees it begin.

    A block that begins as the lines after it do, or ends as those before it, may as well stand
    a little lower or higher. Both sides of a merge must say the same place: not at a blank line,
    at the least indentation, else as low as possible.
    """
    start, stop, low, high = change
    if start < stop and low < high:
        return change
    lines, first, last = (new, low, high) if start == stop else (old, start, stop)
    up = down = 0
    while up < start - floor.stop and lines[first - up - 1] == lines[last - up - 1]:
        up += 1
    while down < ceiling.start - stop and lines[first + down] == lines[last + down]:
        down += 1
    by = min(range(down, -up - 1, -1), key=lambda shift: _unlikely(lines[first + shift]))
    return Change(start + by, stop + by, low + by, high + by)


def _unlikely(line: str) -> tuple[bool, int]:
    """Rank a line by how seldom a block begins with it."""
    bare = line.lstrip()
    return not bare, len(line) - len(bare)


def _joined(found: Iterable[Change]) -> list[Change]:
    """Join changes that came to touch."""
    joined: list[Change] = []
    for change in found:
        if joined and joined[-1].stop == change.start:
            last = joined.pop()
            joined.append(Change(last.start, change.stop, last.low, change.high))
        else:
            joined.append(change)
    return joined

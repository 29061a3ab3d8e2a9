"""What Rafters changes, laid over what the user made of a file: nobody's line is lost."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, takewhile
from typing import Self

from rafters.plan.merging import insertions, slots, syntax
from rafters.plan.merging.document import Document
from rafters.plan.merging.doubts import LEAST_WIDTH, doubted
from rafters.plan.merging.threeway import Piece, pieces

MARKERS = ("<<<<<<< yours", "||||||| before", "=======", ">>>>>>> rafters")
"""What stands around the three versions of a conflict, as git writes it."""

SAME_LINES = "edited where it would be changed"
NO_TEXT = "edited, and not UTF-8 text"
WORD = re.compile(r"\w")


@dataclass(frozen=True)
class Hunk:
    """A place where two sides contradict each other.

    Attributes:
        line: where it begins in the user's file, counted from 1.
        yours: what stands there.
        before: what stood there when Rafters wrote it.
        rafters: what Rafters would write.
    """

    line: int
    yours: tuple[str, ...]
    before: tuple[str, ...]
    rafters: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        """The hunk with conflict markers, as git writes them."""
        first, second, third, last = MARKERS
        return [first, *self.yours, second, *self.before, third, *self.rafters, last]

    @classmethod
    def of(cls, piece: Piece) -> Self:
        """Return a piece as a hunk."""
        return cls(piece.start + 1, piece.yours, piece.before, piece.rafters)

    def __str__(self) -> str:
        """Write the hunk, and where it is."""
        return "\n".join([f"line {self.line}:", *self.lines])


@dataclass(frozen=True)
class Merged:
    """What came of a merge.

    Attributes:
        content: the result; with conflict markers where there are hunks, and the user's file
            as it is where it is no text.
        hunks: the places in conflict; none if the merge is clean.
        reason: why there is a conflict, in a few words.
    """

    content: bytes
    hunks: tuple[Hunk, ...] = ()
    reason: str = ""


def text(base: bytes, wanted: bytes, current: bytes, *, python: bool = False) -> Merged:
    """Merge what changed from `base` to `wanted` into what the user has.

    Lines are compared without their ends: each line of the user's keeps its own, a new one gets
    the one that most lines of the file have. The byte order mark and a missing line end at the
    end of the file stay as the user has them.

    Changes of both sides conflict if they touch, unless they are the same, or are of Python and
    about different things (`slots.merged`). Insertions of both at one place conflict, too,
    unless one contains the other, or both are of Python and surely independent
    (`insertions.both`). A merge without such a place may still be wrong: what one side deleted
    and the other moved, a name that is then defined twice or not at all, a file that no longer
    parses. Then all that Rafters has to do with it is a conflict; only an import that the user's
    code needs just stays.

    Args:
        base: what Rafters wrote.
        wanted: what Rafters would write now.
        current: what the user has.
        python: whether it is Python.
    """
    if wanted in (base, current):
        return Merged(current)
    if current == base:
        return Merged(wanted)
    before, after, user = Document.of(base), Document.of(wanted), Document.of(current)
    if before is None or after is None or user is None:
        return Merged(current, (Hunk(1, (), (), ()),), NO_TEXT)
    cut = pieces(before.lines, after.lines, user.lines, python=python)
    width = max([LEAST_WIDTH, *map(len, after.lines)])
    found = _settled(cut, python=python, width=width)
    reason = SAME_LINES
    if all(piece.merged is not None for piece in found):
        found, reason = doubted(found, before, after, user, python=python)
    hunks = tuple(Hunk.of(piece) for piece in found if piece.merged is None)
    lines = chain.from_iterable(_written(piece) for piece in found)
    mark = user.mark if user.mark != before.mark else after.mark
    ended = user.ended if user.ended != before.ended else after.ended
    content = user.written(lines, mark=mark, ended=ended or bool(hunks))
    return Merged(content, hunks, reason if hunks else "")


def _written(piece: Piece) -> Sequence[int | str]:
    """Return the lines of a piece: merged, or with conflict markers."""
    if piece.merged is not None:
        return piece.merged
    first, *rest = Hunk.of(piece).lines
    return [first, *piece.places, *rest[len(piece.yours) :]]


def _settled(found: list[Piece], *, python: bool, width: int) -> list[Piece]:
    """Decide what can be decided where both sides changed lines at one place."""
    above: list[str] = []
    users = {line for piece in found if piece.by == "yours" for line in piece.yours}
    settled = []
    for piece in found:
        merged = piece.merged
        if merged is None and piece.before:
            merged = slots.merged(piece, above, width) if python else None
        elif merged is None:
            merged = _contained(piece)
            if merged is None and python:
                merged = _side_by_side(piece, above)
            if merged is None and piece is found[-1] and not any(map(str.strip, piece.yours)):
                merged = (*piece.rafters, *piece.places)  # blank lines at the end of the file
        elif python and piece.by == "rafters" and not piece.before:
            merged = tuple(
                line for line in piece.rafters if line not in users or not syntax.imports(line)
            )
        settled.append(replace(piece, merged=merged))
        above += piece.before
    return settled


def _contained(piece: Piece) -> tuple[int | str, ...] | None:
    """Return the longer of two insertions if it begins and ends with all of the shorter."""
    short, long = sorted((piece.yours, piece.rafters), key=len)
    head = _common(short, long)
    tail = _common(short[head:][::-1], long[::-1])
    if head + tail < len(short) or not any(map(WORD.search, short)):
        return None
    if long == piece.yours:
        return piece.places
    places = piece.places
    return (*places[:head], *long[head : len(long) - tail], *places[head:])


def _common(some: Sequence[str], others: Sequence[str]) -> int:
    """Return how many lines are the same at the beginning."""
    return sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(some, others, strict=False))
    )


def _side_by_side(piece: Piece, above: Sequence[str]) -> tuple[int | str, ...] | None:
    """Return two insertions of Python one after the other, if they are independent."""
    order = insertions.both(above, piece.yours, piece.rafters)
    if order is None:
        return None
    return tuple(
        piece.places[index] if side == "yours" else piece.rafters[index] for side, index in order
    )

"""Three versions of the same lines, cut into the pieces in which they agree or not (diff3)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rafters.plan.merging.linediff import Change, changes

Side = Literal["nobody", "yours", "rafters", "both"]


@dataclass(frozen=True)
class Piece:
    """Lines that one side changed, or both, or nobody.

    Attributes:
        by: who changed them; `both` alone may be a conflict.
        start: where they begin in the user's lines, counted from 0.
        yours: the user's lines.
        before: the lines that both sides began with.
        rafters: the lines that Rafters wants.
        merged: the result; `None` is a conflict. Whole numbers are lines of the user's, by
            their place, so that each keeps its own line end; text is a line of Rafters.
    """

    by: Side
    start: int
    yours: tuple[str, ...]
    before: tuple[str, ...]
    rafters: tuple[str, ...]
    merged: tuple[int | str, ...] | None

    @property
    def places(self) -> tuple[int, ...]:
        """The user's lines by their place."""
        return tuple(range(self.start, self.start + len(self.yours)))

    @property
    def conflict(self) -> "Piece":
        """The piece with nothing decided."""
        return replace(self, merged=None)


def pieces(
    before: Sequence[str], rafters: Sequence[str], yours: Sequence[str], *, python: bool = False
) -> list[Piece]:
    """Cut three versions into pieces.

    Changes of both sides that overlap or touch make one piece, which is in conflict unless both
    made the same of it; an insertion touches the lines above and below it.
    """
    mine = changes(before, rafters, python=python)
    theirs = changes(before, yours, python=python)
    found: list[Piece] = []
    end = left = right = 0

    def cut(start: int, stop: int, ours: list[Change], users: list[Change]) -> Piece:
        """Return the piece that lines of `before` make with the changes in them."""
        low = left + start - end
        high = low + stop - start + sum(_growth(change) for change in users)
        first = right + start - end
        last = first + stop - start + sum(_growth(change) for change in ours)
        piece = Piece(
            by="both" if ours and users else "rafters" if ours else "yours" if users else "nobody",
            start=low,
            yours=tuple(yours[low:high]),
            before=tuple(before[start:stop]),
            rafters=tuple(rafters[first:last]),
            merged=None,
        )
        if piece.by == "rafters":
            return replace(piece, merged=piece.rafters)
        if piece.by == "both" and piece.yours != piece.rafters:
            return piece
        return replace(piece, merged=piece.places)

    for start, stop, ours, users in _groups(mine, theirs):
        if end < start:
            found.append(cut(end, start, [], []))
            left, right, end = left + start - end, right + start - end, start
        piece = cut(start, stop, ours, users)
        found.append(piece)
        left, right, end = left + len(piece.yours), right + len(piece.rafters), stop
    if end < len(before):
        found.append(cut(end, len(before), [], []))
    return found


def _growth(change: Change) -> int:
    """Return by how many lines a change makes its side longer."""
    return (change.high - change.low) - (change.stop - change.start)


def _groups(
    ours: list[Change], users: list[Change]
) -> Iterator[tuple[int, int, list[Change], list[Change]]]:
    """Yield the changes of two sides, those that touch together, with the lines they span."""
    row = sorted([(change, 0) for change in ours] + [(change, 1) for change in users])
    while row:
        start, stop = row[0][0].start, row[0][0].stop
        sides: tuple[list[Change], list[Change]] = ([], [])
        while row and row[0][0].start <= stop:
            change, side = row.pop(0)
            sides[side].append(change)
            stop = max(stop, change.stop)
        yield start, stop, *sides

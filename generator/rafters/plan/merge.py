"""What Rafters changes, laid over what the user made of a file: nobody's line is lost."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import chain, takewhile
from operator import attrgetter
from typing import Self

from rafters.plan import insertions, slots, syntax
from rafters.plan.changes import Change, Conflict, Create, Delete, Edit, Plan
from rafters.plan.document import Document
from rafters.plan.doubts import LEAST_WIDTH, doubted
from rafters.plan.moves import moved
from rafters.plan.threeway import Piece, pieces
from rafters.plan.tree import File, Tree
from rafters.plan.unified import difference

MARKERS = ("<<<<<<< yours", "||||||| before", "=======", ">>>>>>> rafters")
"""What stands around the three versions of a conflict, as git writes it."""

SAME_LINES = "edited where it would be changed"
DELETED = "edited where it would be deleted"
IN_THE_WAY = "in the way"
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


def lay(base: Tree, wanted: Tree, current: Tree, *, known: Collection[str] = ()) -> Plan:
    """Return the plan that takes what changed from `base` to `wanted` to the user's tree.

    What the user changed alone stays; what Rafters changes alone is made; where both changed a
    file its lines are merged. A file that the user deleted stays deleted, one that the user
    moved is changed where it is now.

    Args:
        base: what Rafters wrote.
        wanted: what Rafters would write now.
        current: what the user has. May read its files when asked for one; it is listed only if
            a file that should change is not where it was.
        known: paths in the user's tree that Rafters wrote besides `base`; none of them is the
            new place of a file that moved.
    """
    changed = [path for path in sorted({*base, *wanted}) if base.get(path) != wanted.get(path)]
    users = {path: current.get(path) for path in changed}
    lost = [path for path in changed if path in base and users[path] is None]
    places = moved(lost, base, current, {*known, *wanted})
    changes: list[Change] = []
    notes: list[str] = []
    for path in changed:
        user, old, new = users[path], base.get(path), wanted.get(path)
        place = places.get(path, path)
        if place != path:
            user = current[place]
            notes.append(f"{path} was moved: {place} is changed instead")
        if user is None and old is not None:
            if new is not None:
                notes.append(f"{path} was deleted: it stays deleted")
            continue
        change = _change(place, old, new, user)
        if change is not None:
            changes.append(change)
    return Plan(tuple(sorted(changes, key=attrgetter("path"))), tuple(notes))


def _change(path: str, old: File | None, new: File | None, user: File | None) -> Change | None:
    """Return what becomes of a file that changes from `old` to `new`."""
    if user is None:
        return Create(path, new) if new else None
    if old is None or new is None:
        asked = new or old
        if asked is None:
            return None
        if _same(user, asked):
            return None if new else Delete(path, user)
        if new is None:
            return Conflict(path, user, None, (difference(asked, user),), DELETED)
        return Conflict(path, user, None, (difference(user, asked),), IN_THE_WAY)
    executable = user.executable if user.executable != old.executable else new.executable
    merged = text(old.content, new.content, user.content, python=path.endswith((".py", ".pyi")))
    file = File(merged.content, executable)
    if not merged.hunks:
        return None if file == user else Edit(path, user, file)
    if merged.reason == NO_TEXT:
        return Conflict(path, user, None, (), NO_TEXT)
    return Conflict(path, user, file, tuple(map(str, merged.hunks)), merged.reason)


def _same(user: File, other: File) -> bool:
    """Tell whether a file is as Rafters wrote it, line ends and byte order mark aside."""
    if user.content == other.content:
        return True
    mine, theirs = Document.of(user.content), Document.of(other.content)
    return mine is not None and theirs is not None and mine.lines == theirs.lines


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

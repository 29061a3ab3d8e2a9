"""Lines of Python that both sides changed: may each side's changes stand, one by one?

Where such lines are a row of declarations (fields, imports, assignments, functions), or of items
between two brackets, each of them is a slot, and what both sides did is compared slot by slot:
that one field was changed right above another that was changed is no contradiction.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from textwrap import dedent
from typing import Self

from rafters.plan.merging import imported, insertions
from rafters.plan.merging.insertions import Block, Item
from rafters.plan.merging.syntax import Definition, parsed
from rafters.plan.merging.threeway import Piece

Written = tuple[int | str, ...]
"""Lines of a result: whole numbers are lines of the user's, text is a line of Rafters."""


@dataclass(frozen=True)
class Text:
    """Lines of one side, and how a result names them."""

    lines: tuple[str, ...] = ()
    written: Written = ()

    def part(self, start: int, stop: int) -> Self:
        """Return some of the lines."""
        return type(self)(self.lines[start:stop], self.written[start:stop])


@dataclass(frozen=True)
class Slot:
    """A declaration or an item, with what stands above it.

    Attributes:
        key: what it is known by; no two of a side have the same.
        lead: comments and blank lines above it.
        body: its own lines.
        block: whether it is a function or a class.
    """

    key: str
    lead: Text
    body: Text
    block: bool

    @property
    def whole(self) -> Text:
        """All its lines."""
        return Text(self.lead.lines + self.body.lines, self.lead.written + self.body.written)


@dataclass(frozen=True)
class Row:
    """The slots of one side, and the comments and blank lines below them."""

    slots: tuple[Slot, ...]
    tail: Text

    @property
    def keys(self) -> list[str]:
        """What the slots are known by."""
        return [slot.key for slot in self.slots]


@dataclass(frozen=True)
class Changes:
    """What one side made of a row.

    Attributes:
        slots: what each slot became; `None` is gone.
        gaps: what came before each slot, and after the last.
        tail: what stands below them now.
    """

    slots: tuple[Slot | None, ...]
    gaps: tuple[tuple[Slot, ...], ...]
    tail: Text


def merged(piece: Piece, above: Sequence[str], width: int) -> Written | None:
    """Return both sides' changes of a piece in one, or `None` where they may contradict.

    Args:
        piece: what both sides changed; not only insertions.
        above: all lines above it, as both sides began with them.
        width: columns of a line.
    """
    if (beside := _beside(piece)) is not None:
        return beside
    if not _declarative(piece.before, above):
        return None
    row = _row(Text(piece.before, tuple(piece.before)), above)
    if row is not None and any(slot.block for slot in row.slots):
        return None
    users = _row(Text(piece.yours, piece.places), above)
    ours = _row(Text(piece.rafters, tuple(piece.rafters)), above)
    if row is None or users is None or ours is None:
        return None
    theirs, mine = _changes(row, users), _changes(row, ours)
    if theirs is None or mine is None:
        return None
    result: Written = ()
    for index in range(len(row.slots) + 1):
        parts = [_gap(theirs.gaps[index], mine.gaps[index], above)]
        if index < len(row.slots):
            parts.append(_slot(row.slots[index], theirs.slots[index], mine.slots[index], width))
        for part in parts:
            if part is None:
                return None
            result += part
    tail = _agreed(row.tail, theirs.tail, mine.tail)
    return None if tail is None else result + tail.written


def _beside(piece: Piece) -> Written | None:
    """Return both sides' changes where one has only written something new beside the place.

    That is comments, or whole functions and classes with the blank lines between them and what
    the other side changed.
    """
    count = len(piece.before)
    yours = Text(piece.yours, piece.places)
    rafters = Text(piece.rafters, tuple(piece.rafters))
    for side, other in ((yours, rafters), (rafters, yours)):
        size = len(side.lines)
        if size < count or not any(line.strip() for line in other.lines):
            continue
        if side.lines[:count] == piece.before and _apart(side.lines[count:], first=True):
            return other.written + side.written[count:]
        if side.lines[size - count :] == piece.before and _apart(side.lines[: size - count]):
            return side.written[: size - count] + other.written
    return None


def _apart(lines: Sequence[str], *, first: bool = False) -> bool:
    """Tell whether lines are comments, or functions and classes with blank lines around.

    Args:
        lines: what was written beside something.
        first: whether that stands above them, else below.
    """
    if all(line.lstrip().startswith("#") for line in lines):
        return True
    tree = parsed(dedent("\n".join(lines)))
    if tree is None or lines[0 if first else -1].strip():
        return False
    return bool(tree.body) and all(isinstance(node, Definition) for node in tree.body)


def _declarative(lines: Sequence[str], above: Sequence[str]) -> bool:
    """Tell whether lines stand where their order says little: in no function or its head."""
    if not any(line.strip() for line in lines):
        return False
    opener = Block(lines, above).opener
    if opener.lstrip().startswith(("def ", "async ")):
        return False
    return not opener.endswith(":") or opener == ":" or opener.lstrip().startswith("class ")


def _row(text: Text, above: Sequence[str]) -> Row | None:
    """Cut lines into slots; `None` where they are not a row of them."""
    if not any(line.strip() for line in text.lines):
        return Row((), text)
    spans = [(item, *_span(item)) for item in Block(text.lines, above).items]
    spans.sort(key=lambda span: span[1])
    slots: list[Slot] = []
    place = 0
    for item, first, last in spans:
        if first < place:
            return None
        lead, body = text.part(place, first), text.part(first, last)
        slots.append(Slot(_key(item), lead, body, isinstance(item.node, Definition)))
        place = last
    keys = {slot.key for slot in slots}
    if not slots or len(keys) < len(slots):
        return None
    return Row(tuple(slots), text.part(place, len(text.lines)))


def _span(item: Item) -> tuple[int, int]:
    """Return the lines of an item, counted from 0, the last not included."""
    lines = [
        line
        for node in ast.walk(item.node)
        if (end := getattr(node, "end_lineno", None))
        for line in (node.lineno, end)  # type: ignore[attr-defined]
    ]
    first, last = min(lines), max(lines)
    return first - item.offset - 1, last - item.offset


def _key(item: Item) -> str:
    """Return what an item is known by: the module of an import, else its names."""
    if isinstance(item.node, ast.ImportFrom):
        return f"from {'.' * item.node.level}{item.node.module or ''}"
    return repr(sorted(item.names))


def _changes(row: Row, other: Row) -> Changes | None:
    """Return what one side made of a row; `None` where it cannot be told slot by slot."""
    slots: list[Slot | None] = [None] * len(row.slots)
    gaps: list[tuple[Slot, ...]] = [()] * (len(row.slots) + 1)
    known = set(row.keys)
    matcher = SequenceMatcher(None, row.keys, other.keys, autojunk=False)
    for kind, start, stop, low, high in matcher.get_opcodes():
        if kind == "equal" or (kind == "replace" and stop - start == high - low):
            slots[start:stop] = other.slots[low:high]
        elif kind == "insert":
            gaps[start] = other.slots[low:high]
        elif kind == "replace":
            return None
        if kind != "equal" and known & set(other.keys[low:high]):
            return None  # one has moved
    return Changes(tuple(slots), tuple(gaps), other.tail)


def _gap(theirs: tuple[Slot, ...], mine: tuple[Slot, ...], above: Sequence[str]) -> Written | None:
    """Return what both sides inserted at one place."""
    yours, rafters = (
        Text(
            tuple(line for slot in slots for line in slot.whole.lines),
            tuple(item for slot in slots for item in slot.whole.written),
        )
        for slots in (theirs, mine)
    )
    if not theirs or not mine:
        return yours.written or rafters.written
    order = insertions.both(above, yours.lines, rafters.lines)
    if order is None:
        return None
    return tuple((yours if side == "yours" else rafters).written[place] for side, place in order)


def _slot(before: Slot, yours: Slot | None, rafters: Slot | None, width: int) -> Written | None:
    """Return what becomes of a slot; `None` is a conflict."""
    if yours is None or rafters is None:
        left = yours or rafters
        unchanged = left is None or left.whole.lines == before.whole.lines
        return () if unchanged else None
    lead = _agreed(before.lead, yours.lead, rafters.lead)
    body = _agreed(before.body, yours.body, rafters.body)
    if lead is None:
        return None
    if body is None:
        names = imported.merged(before.body.lines, yours.body.lines, rafters.body.lines, width)
        if names is None:
            return None
        own = dict(zip(yours.body.lines, yours.body.written, strict=True))
        return lead.written + tuple(own.get(line, line) for line in names)
    return lead.written + body.written


def _agreed(before: Text, yours: Text, rafters: Text) -> Text | None:
    """Return the side that changed something, if not both did otherwise."""
    if rafters.lines in (before.lines, yours.lines):
        return yours
    return rafters if yours.lines == before.lines else None

"""A merge without conflicts, looked at as a whole: it may still be wrong."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from rafters.plan.merging import imported, syntax
from rafters.plan.merging.document import Document
from rafters.plan.merging.threeway import Piece

LEAST_WIDTH = 79
"""Columns that a line has in any style."""

WORD = re.compile(r"\w")


def doubted(
    found: list[Piece], before: Document, after: Document, user: Document, *, python: bool
) -> tuple[list[Piece], str]:
    """Look at a merge without conflicts as a whole; return it, or with what is wrong in conflict.

    Returns:
        The pieces, and why some are in conflict; empty where none is.
    """
    lines = [
        line
        for piece in found
        for line in (
            user.lines[item] if isinstance(item, int) else item for item in piece.merged or ()
        )
    ]
    if moved := _moved(before.lines, after.lines, user.lines, lines):
        return _contested(found, moved.__contains__), "moved where it would be changed"
    if not python or lines == list(user.lines):
        return found, ""
    tree = syntax.parsed("\n".join(lines))
    sound = tree is not None and syntax.compiles(tree)
    counts = syntax.definitions(tree) if tree else Counter()
    lacking = syntax.unbound(tree) if tree else set()
    if sound and max(counts.values(), default=0) <= 1 and not lacking:
        return found, ""
    others = [syntax.parsed("\n".join(other.lines)) for other in (before, after, user)]
    trees = [other for other in others if other and syntax.compiles(other)]
    if len(trees) < len(others):
        return found, ""
    if not sound:
        return _contested(found, lambda _: False), "edited so that the result would be no Python"
    known = syntax.definitions(trees[1]) | syntax.definitions(trees[2])
    if twice := {name for _, name in counts - known}:
        reason = f"edited so that {', '.join(sorted(twice))} would be there twice"
        return _contested(found, _word(twice)), reason
    lacking -= syntax.unbound(trees[1]) | syntax.unbound(trees[2])
    if not lacking:
        return found, ""
    kept = _with_imports(found, lacking, max([LEAST_WIDTH, *map(len, after.lines)]))
    if kept is not None:
        return kept, ""
    reason = f"edited so that nothing would say what {', '.join(sorted(lacking))} is"
    return _contested(found, _word(lacking)), reason


def _with_imports(found: list[Piece], lacking: set[str], width: int) -> list[Piece] | None:
    """Keep what Rafters would no longer import, and code of the user's needs.

    Returns:
        The pieces; `None` if not all names that are lacking came from such imports.
    """
    pieces = []
    for piece in found:
        kept = None
        if piece.by == "rafters" and piece.before:
            kept = imported.kept(piece.before, piece.rafters, lacking, width)
        if kept is None:
            pieces.append(piece)
            continue
        whole = kept.lines == list(piece.before)
        pieces.append(replace(piece, merged=piece.places if whole else tuple(kept.lines)))
        lacking = lacking - kept.names
    return None if lacking else pieces


def _word(names: Collection[str]) -> Callable[[str], bool]:
    """Return what tells whether one of some names stands in a line."""
    pattern = "|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in sorted(names))
    word = re.compile(pattern)
    return lambda line: bool(word.search(line))


def _moved(
    before: Sequence[str], after: Sequence[str], user: Sequence[str], merged: Sequence[str]
) -> set[str]:
    """Return the lines that one side moved and the other deleted or moved elsewhere.

    Only lines that the file had once can tell. The merge has more of them than is left of them
    after both sides' changes.
    """
    first, ours, users, result = Counter(before), Counter(after), Counter(user), Counter(merged)
    return {
        line
        for line, count in first.items()
        if count == 1 and result[line] > max(0, ours[line] + users[line] - 1) and WORD.search(line)
    }


def _contested(found: list[Piece], doubtful: Callable[[str], bool]) -> list[Piece]:
    """Put the pieces that write a doubtful line in conflict; all of Rafters' if none does."""
    own = [piece for piece in found if piece.by in {"rafters", "both"}]
    changed = [piece for piece in found if piece.by != "nobody"]
    guilty = [piece for piece in changed if any(map(doubtful, (*piece.rafters, *piece.yours)))]
    if not any(piece in own for piece in guilty):
        guilty += own
    return [replace(piece, merged=None) if piece in guilty else piece for piece in found]

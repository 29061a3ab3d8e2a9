"""Files that the user moved, found by what they hold."""

from collections import Counter
from collections.abc import Collection, Iterable
from difflib import SequenceMatcher

from rafters.plan.merging.document import Document
from rafters.plan.tree import Tree

ALIKE = 0.6
"""Least likeness of a file that moved to what it was."""

LEAST = 3
"""Least lines of a file that is looked for: shorter ones look like others."""


def moved(
    paths: Iterable[str], base: Tree, current: Tree, known: Collection[str]
) -> dict[str, str]:
    """Return where the user moved files to, by their old path.

    Args:
        paths: the files of `base` that are not in `current`.
        base: what Rafters wrote.
        current: what the user has; listed and read only if there is something to look for.
        known: the paths that are no new place of anything.
    """
    lost = {path: lines for path in paths if len(lines := _lines(base, path)) >= LEAST}
    if not lost:
        return {}
    kinds = {_kind(path) for path in lost}
    found: list[tuple[float, bool, str, str]] = []
    for place in current:
        if place in known or place in base or _kind(place) not in kinds:
            continue
        lines = _lines(current, place)
        for path, old in lost.items():
            if _kind(path) == _kind(place) and (likeness := _likeness(old, lines)) >= ALIKE:
                found.append((likeness, _name(path) == _name(place), path, place))
    places: dict[str, str] = {}
    for _, _, path, place in sorted(found, reverse=True):
        if path not in places and place not in places.values():
            places[path] = place
    return places


def _lines(tree: Tree, path: str) -> list[str]:
    """Return the lines of a file that are not blank; none if it is no text."""
    document = Document.of(tree[path].content)
    return [line for line in document.lines if line.strip()] if document else []


def _likeness(old: list[str], new: list[str]) -> float:
    """Return which part of two files is the same, from 0 to 1."""
    total = len(old) + len(new)
    if 2 * (Counter(old) & Counter(new)).total() < ALIKE * total:
        return 0.0
    return SequenceMatcher(None, old, new, autojunk=False).ratio()


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _kind(path: str) -> str:
    """Return the ending of a path's name; empty where it has none."""
    return _name(path).partition(".")[2]

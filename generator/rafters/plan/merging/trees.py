"""Lays the difference of two renders over the files that a person has."""

from collections.abc import Callable, Collection, Mapping, Sequence
from operator import attrgetter

from rafters.plan.changes import Change, Conflict, Create, Delete, Edit, Plan
from rafters.plan.merging.document import Document
from rafters.plan.tree import File, Tree
from rafters.plan.unified import difference

DELETED = "edited where it would be deleted"
IN_THE_WAY = "in the way"


def lay(
    base: Tree, wanted: Tree, current: Tree, *, known: Callable[[], Collection[str]] = tuple
) -> Plan:
    """Return the plan that takes what changed from `base` to `wanted` to the user's tree.

    What the user changed alone stays; what Rafters changes alone is made; where both changed a
    file its lines are merged. A file that the user deleted stays deleted, one that the user
    moved is changed where it is now.

    Args:
        base: what Rafters wrote.
        wanted: what Rafters would write now.
        current: what the user has. May read its files when asked for one; it is listed only if
            a file that should change is not where it was.
        known: tells, if a file moved, the paths in the user's tree that Rafters wrote besides
            `base`; none of them is its new place.
    """
    changed = [path for path in sorted({*base, *wanted}) if base.get(path) != wanted.get(path)]
    users = {path: current.get(path) for path in changed}
    lost = [path for path in changed if path in base and users[path] is None]
    places = _moved(lost, base, current, lambda: {*known(), *wanted})
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
    if user.content == old.content:
        return Edit(path, user, File(new.content, executable))
    from rafters.plan.merging.text import NO_TEXT, text  # most files are as they were written

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


def _moved(
    lost: Sequence[str], base: Tree, current: Tree, known: Callable[[], Collection[str]]
) -> Mapping[str, str]:
    """Return where files are now that are not where they were."""
    if not lost:
        return {}
    from rafters.plan.merging.moves import moved

    return moved(lost, base, current, known())

"""A plan: what a command changes, as values that can be shown before they are applied."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import attrgetter
from typing import Self

from rafters.plan.tree import File, Tree
from rafters.plan.unified import header, patch

SECRET_FILES = frozenset({".env"})
"""Files whose content is never shown."""


@dataclass(frozen=True)
class Create:
    """A file that comes to be where none is.

    Attributes:
        path: from the project's root, with `/` between the parts.
        file: what it will hold.
    """

    path: str
    file: File


@dataclass(frozen=True)
class Edit:
    """A file that changes.

    Attributes:
        path: from the project's root, with `/` between the parts.
        before: what it must hold for the change to be made.
        file: what it will hold.
    """

    path: str
    before: File
    file: File


@dataclass(frozen=True)
class Delete:
    """A file that goes.

    Attributes:
        path: from the project's root, with `/` between the parts.
        before: what it must hold to be deleted.
    """

    path: str
    before: File


@dataclass(frozen=True)
class Conflict:
    """A file in which what the user did and what the command does contradict each other.

    Attributes:
        path: from the project's root, with `/` between the parts.
        before: what it holds; `None` where the user deleted it.
        file: what it would hold with conflict markers; `None` where there is nothing to mark.
        hunks: the places where the two contradict each other, each as a few lines of text.
        reason: what the user did, in a few words, as in `edited where it would be deleted`.
    """

    path: str
    before: File | None
    file: File | None
    hunks: tuple[str, ...]
    reason: str


Change = Create | Edit | Delete | Conflict


@dataclass(frozen=True)
class Plan:
    """All changes of one command.

    Attributes:
        changes: in the order of their paths.
        notes: what the user should know besides, each in a sentence.
    """

    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()

    def with_file(self, path: str, content: bytes) -> Self:
        """Return the plan with one more file to create."""
        changes = (*self.changes, Create(path, File(content)))
        return replace(self, changes=tuple(sorted(changes, key=attrgetter("path"))))

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What keeps the plan from being applied."""
        return tuple(change for change in self.changes if isinstance(change, Conflict))


def creation(tree: Tree) -> Plan:
    """Return the plan that makes a whole tree where nothing is."""
    return Plan(tuple(Create(path, tree[path]) for path in sorted(tree)))


def joined(*plans: Plan) -> Plan:
    """Return several plans as one.

    Raises:
        ValueError: two of them change one file.
    """
    changes = sorted((change for plan in plans for change in plan.changes), key=attrgetter("path"))
    for change, following in pairwise(changes):
        if change.path == following.path:
            raise ValueError(f"{change.path} is changed twice")
    return Plan(tuple(changes), tuple(note for plan in plans for note in plan.notes))


def marked(plan: Plan) -> Plan:
    """Return the plan that writes conflicts into their files, with markers.

    A conflict in which there is nothing to mark leaves its file as it is.
    """
    changes: list[Change] = []
    for change in plan.changes:
        if not isinstance(change, Conflict):
            changes.append(change)
        elif change.file and change.before:
            changes.append(Edit(change.path, change.before, change.file))
        elif change.file:
            changes.append(Create(change.path, change.file))
    return replace(plan, changes=tuple(changes))


def inverse(plan: Plan) -> Plan:
    """Return the plan that takes another one back.

    Raises:
        ValueError: it has conflicts, so it cannot have been applied.
    """
    changes: list[Change] = []
    for change in plan.changes:
        match change:
            case Create(path, file):
                changes.append(Delete(path, file))
            case Edit(path, before, file):
                changes.append(Edit(path, file, before))
            case Delete(path, before):
                changes.append(Create(path, before))
            case Conflict(path):
                raise ValueError(f"{path} is in conflict")
    return Plan(tuple(changes))


def result(tree: Tree, plan: Plan) -> Tree:
    """Return what a tree will be once a plan is applied.

    Raises:
        ValueError: the tree is not the one that the plan was made for, or there are conflicts.
    """
    files = dict(tree)
    if plan.conflicts:
        raise ValueError(f"{plan.conflicts[0].path} is in conflict")
    for change in plan.changes:
        before = None if isinstance(change, Create) else change.before
        if files.pop(change.path, None) != before:
            raise ValueError(f"{change.path} is not as it was")
        if isinstance(change, Create | Edit):
            files[change.path] = change.file
    return files


def as_data(plan: Plan) -> list[dict[str, str]]:
    """Return the changes for the JSON envelope."""
    return [
        {"action": type(change).__name__.lower(), "path": change.path}
        | ({"reason": change.reason} if isinstance(change, Conflict) else {})
        for change in plan.changes
    ]


def diff(plan: Plan) -> Iterator[str]:
    """Yield the plan as the lines of a unified diff, without line ends.

    `git apply` takes it. Conflicts are comments in it, and secrets are left out. Bytes that are
    no UTF-8 come as lone surrogates, to be written with `surrogateescape`.
    """
    for change in plan.changes:
        before = None if isinstance(change, Create) else change.before
        after = None if isinstance(change, Delete) else change.file
        secret = change.path in SECRET_FILES
        if isinstance(change, Conflict):
            yield f"# conflict: {change.path}: {change.reason}"
            hunks = () if secret else change.hunks
            yield from (f"# {line}".rstrip(" ") for hunk in hunks for line in hunk.split("\n"))
        elif not secret:
            yield from patch(change.path, before, after)
        elif before is None:
            yield from header(change.path, before, after)
            yield "# holds secrets that are made anew each time: not shown"
        else:
            yield f"# {change.path} changes; it holds secrets: not shown"

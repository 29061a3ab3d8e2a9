"""A plan: what a command changes, as values that can be shown before they are applied."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Self

from rafters.plan.tree import File, Tree

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
class Plan:
    """All changes of one command, in the order of their paths."""

    changes: tuple[Create, ...]

    def with_file(self, path: str, content: bytes) -> Self:
        """Return the plan with one more file to create."""
        changes = (*self.changes, Create(path, File(content)))
        return replace(self, changes=tuple(sorted(changes, key=attrgetter("path"))))


def creation(tree: Tree) -> Plan:
    """Return the plan that makes a whole tree where nothing is."""
    return Plan(tuple(Create(path, tree[path]) for path in sorted(tree)))


def diff(plan: Plan) -> Iterator[str]:
    """Yield the plan as the lines of a unified diff, without line ends; secrets are left out."""
    for change in plan.changes:
        yield f"diff --git a/{change.path} b/{change.path}"
        yield f"new file mode {'100755' if change.file.executable else '100644'}"
        if change.path in SECRET_FILES:
            yield "# holds secrets that are made anew each time: not shown"
            continue
        lines = change.file.text.removesuffix("\n").split("\n")
        after = difflib.unified_diff([], lines, "/dev/null", f"b/{change.path}", lineterm="")
        yield from after

"""The chain of a project's migrations, read from their files without running them."""

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from rafters.errors import ConflictError, Problem


class Revision(NamedTuple):
    """One migration of a project.

    Attributes:
        id: what Alembic knows it by.
        follows: the ids of those that run before it.
    """

    id: str
    follows: frozenset[str]


class History(NamedTuple):
    """The migrations of a project.

    Attributes:
        revisions: what stands in each file, by the file's path.
    """

    revisions: Mapping[str, Revision]

    @property
    def head(self) -> str | None:
        """The last migration, `None` where there is none yet.

        Raises:
            ConflictError: there are several.
        """
        followed = frozenset[str]().union(*(item.follows for item in self.revisions.values()))
        heads = sorted({item.id for item in self.revisions.values()} - followed)
        if len(heads) > 1:
            message = f"the migrations have {len(heads)} heads: {', '.join(heads)}"
            raise ConflictError(Problem("several-heads", message, "run `alembic merge heads`"))
        if self.revisions and not heads:
            message = "the migrations follow one another in a ring"
            raise ConflictError(Problem("no-head", message, "look at each `down_revision`"))
        return heads[0] if heads else None

    @property
    def next_number(self) -> int:
        """The number of the next migration, after all that ids and file names bear."""
        names = (path.rpartition("/")[2].partition("_")[0] for path in self.revisions)
        words = {*names, *(item.id for item in self.revisions.values())}
        numbers = [int(word) for word in words if _NUMBER.fullmatch(word)]
        return max(len(self.revisions), *numbers, 0) + 1

    def without(self, paths: Collection[str]) -> "History | None":
        """Return the history before some of its files, or `None` where another builds on them."""
        kept = {path: item for path, item in self.revisions.items() if path not in paths}
        gone = {item.id for path, item in self.revisions.items() if path in paths}
        built_on = any(item.follows & gone for item in kept.values())
        return None if built_on else History(kept)


def history(sources: Mapping[str, str]) -> History:
    """Return the chain that the migrations of a project form.

    Args:
        sources: the files of the folder that Alembic reads, by path; their first lines suffice.
    """
    found = {path: _revision(text) for path, text in sources.items()}
    return History({path: item for path, item in found.items() if item is not None})


def _revision(source: str) -> Revision | None:
    """Return what a file says about its place in the chain; `None` where it is no migration."""
    head = source.partition("\ndef ")[0]  # where Alembic writes it
    values = _values(head)
    if not values.get("revision"):
        values = _values(source)
    if not values.get("revision"):
        return None
    follows = [*values.get("down_revision", ()), *values.get("depends_on", ())]
    return Revision(values["revision"][0], frozenset(follows))


def _values(source: str) -> dict[str, list[str]]:
    """Return the texts that a module assigns to the names by which Alembic orders migrations."""
    return {found[1]: _TEXT.findall(found[2]) for found in _ASSIGNMENT.finditer(source)}


_ASSIGNMENT = re.compile(
    r"""^(revision|down_revision|depends_on)(?:[ ]*:[^=\n]+)?[ ]*=\s*
        ( \([^()]*\) | \[[^\[\]]*\] | [^\n]* )""",
    re.MULTILINE | re.VERBOSE,
)
_TEXT = re.compile(r"""["']([^"']+)["']""")
_NUMBER = re.compile(r"[0-9]{4,6}")

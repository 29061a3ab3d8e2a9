"""Typical edits of a rendered project, and whether an update has kept them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rafters.plan.tree import File, Tree

OWN = "rafters_verify_own_file.txt"
"""A file that the template knows nothing of."""

_HASH = (".py", ".toml", ".yml", ".yaml", ".cfg", ".ini", ".sh", ".rb", ".tf", ".mk")
_COMMENTS = {
    **dict.fromkeys(_HASH, "# {}"),
    **dict.fromkeys((".js", ".ts", ".tsx", ".go", ".rs", ".c", ".cpp", ".java"), "// {}"),
    **dict.fromkeys((".md", ".html", ".xml"), "<!-- {} -->"),
    **dict.fromkeys((".rst",), ".. {}"),
    **dict.fromkeys((".txt",), "{}"),
}
_NAMES = dict.fromkeys(
    ("Makefile", "Dockerfile", ".gitignore", ".dockerignore", ".editorconfig", "justfile"), "# {}"
)
_DISPENSABLE = ("LICENSE", "CONTRIBUTING.md", "CHANGELOG.md", "CODE_OF_CONDUCT.md", ".editorconfig")
_TOP_LEVEL = re.compile(r"(?<=\n\n)(?=(?:def|class|async def) )")
_CONFLICT = re.compile(rb"^<<<<<<< ", re.MULTILINE)


@dataclass(frozen=True)
class Edit:
    """One edit.

    Attributes:
        path: of the file.
        what: was done, as it is told.
        line: that was put in; empty for a file that was deleted.
    """

    path: str
    what: str
    line: str = ""


def edited(tree: Tree, answers_file: str) -> tuple[dict[str, File | None], list[Edit]]:
    """Edit a project as people do, and tell how.

    A line at the end of each file that takes comments, one amid each file of Python, a new file,
    and one file deleted that nothing needs.

    Returns:
        What changes, by path, `None` for what is deleted; and the edits.
    """
    changed: dict[str, File | None] = {OWN: File(b"own\n")}
    edits = [Edit(OWN, "a file of one's own", "own")]
    for number, (path, file) in enumerate(sorted(tree.items())):
        name = path.rpartition("/")[2]
        comment = _NAMES.get(name) or _COMMENTS.get(f".{name.rpartition('.')[2]}")
        if comment is None or path == answers_file or b"\0" in file.content:
            continue
        last = comment.format(f"rafters verify: kept at the end {number}")
        text = file.content.decode("utf-8", "surrogateescape")
        places = [match.start() for match in _TOP_LEVEL.finditer(text)]
        if path.endswith(".py") and places:
            amid = comment.format(f"rafters verify: kept amid {number}")
            text = f"{text[: places[-1]]}{amid}\n{text[places[-1] :]}"
            edits.append(Edit(path, "a line amid it", amid))
        text += f"{'' if text.endswith(chr(10)) or not text else chr(10)}{last}\n"
        edits.append(Edit(path, "a line at its end", last))
        changed[path] = File(text.encode("utf-8", "surrogateescape"), executable=file.executable)
    for path in _DISPENSABLE:
        if path in tree:
            changed[path] = None
            edits = [edit for edit in edits if edit.path != path] + [Edit(path, "its deletion")]
            break
    return changed, edits


def lost(edits: Sequence[Edit], updated: Tree) -> Iterator[str]:
    """Yield which edits an update has undone without a word."""
    told = set(conflicts(updated))
    for edit in edits:
        file = updated.get(edit.path)
        if edit.path in told:
            continue
        if not edit.line:
            if file is not None:
                yield f"{edit.path}: {edit.what} was undone"
        elif file is None:
            yield f"{edit.path}: {edit.what} is lost: the file is gone"
        elif edit.line.encode() not in file.content:
            yield f"{edit.path}: {edit.what} is lost"


def conflicts(updated: Tree) -> list[str]:
    """Return the files in which an update tells of a conflict."""
    marked = [path for path, file in updated.items() if _CONFLICT.search(file.content)]
    rejected = [path.removesuffix(".rej") for path in updated if path.endswith(".rej")]
    return sorted({*marked, *rejected})

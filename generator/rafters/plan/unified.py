"""Files compared as a unified diff, in the form that `git apply` takes."""

import re
from collections.abc import Iterator
from difflib import unified_diff

from rafters.plan.tree import File

NO_END = r"\ No newline at end of file"
ODD = re.compile(r'[\x00-\x1f\x7f"\\]')


def patch(path: str, before: File | None, after: File | None) -> Iterator[str]:
    """Yield what git says of a file that changes, without line ends.

    Bytes that are no UTF-8 come as lone surrogates, to be written with `surrogateescape`.

    Args:
        path: from the project's root.
        before: what it holds; `None` if there is none.
        after: what it will hold; `None` if it goes.
    """
    yield from header(path, before, after)
    old, new = before.content if before else b"", after.content if after else b""
    if old == new:
        return
    left = _name("a", path) if before else "/dev/null"
    right = _name("b", path) if after else "/dev/null"
    if b"\0" in old + new:
        yield f"Binary files {left} and {right} differ"
        return
    spaced = "\t" if " " in path else ""
    yield f"--- {left}{spaced if before else ''}"
    yield f"+++ {right}{spaced if after else ''}"
    yield from _hunks(old, new)


def header(path: str, before: File | None, after: File | None) -> Iterator[str]:
    """Yield the lines that name a file and its mode."""
    yield f"diff --git {_name('a', path)} {_name('b', path)}"
    if before is None and after is not None:
        yield f"new file mode {_mode(after)}"
    elif before is not None and after is None:
        yield f"deleted file mode {_mode(before)}"
    elif before is not None and after is not None and before.executable != after.executable:
        yield f"old mode {_mode(before)}"
        yield f"new mode {_mode(after)}"


def difference(before: File, after: File) -> str:
    """Return what differs between two files as the hunks of a diff."""
    if b"\0" in before.content + after.content:
        return "the two are not text"
    return "\n".join(_hunks(before.content, after.content))


def _hunks(before: bytes, after: bytes) -> Iterator[str]:
    """Yield the hunks that lead from one content to another."""
    lines = unified_diff(_lines(before), _lines(after))
    for line in list(lines)[2:]:
        yield line.removesuffix("\n")
        if not line.endswith("\n"):
            yield NO_END


def _lines(content: bytes) -> list[str]:
    """Cut a content at its line feeds alone, which each line keeps."""
    lines = content.decode(errors="surrogateescape").split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _mode(file: File) -> str:
    return "100755" if file.executable else "100644"


def _name(side: str, path: str) -> str:
    """Write a path as git does: in quotes if it holds what ends a line or a quote."""
    name = f"{side}/{path}"
    if not ODD.search(name):
        return name
    return '"' + ODD.sub(lambda match: f"\\{ord(match[0]):03o}", name) + '"'

"""Records a resource in rafters.toml, and takes it out again.

The table of a resource is found by its header line. Lines that say the same keep their bytes, and
so do comments; a parse proves that the file says what it should and nothing else.
"""

import difflib
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import tomli

from rafters.plan.wiring.source import BOM, Refusal, ending, refusing

_TOKEN = re.compile(
    r"""
    \"\"\"(?:\\.|[^\\])*?\"{3,5} | '''.*?'{3,5}  # strings of many lines
    | "(?:\\.|[^"\\\n])*" | '[^'\n]*' | \#[^\n]* | [][{}\n]
    """,
    re.DOTALL | re.VERBOSE,
)
"""What may hold brackets and line ends in TOML, or is one."""

_CODE = re.compile(r"""(?:"(?:\\.|[^"\\])*"|'[^']*'|[^"'#])*""")
"""A line up to its comment."""


def record(content: bytes, table: str, name: str) -> bytes:
    """Return rafters.toml with the table of a resource added, or put in the place of its old one.

    Args:
        content: the file.
        table: the table as text, its header `[resources.Name]` included.
        name: the resource.

    Raises:
        ConflictError: the file spells the resource otherwise, or is no TOML; the hint holds the
            table.
    """
    with refusing(f"write in rafters.toml:\n{table}"):
        resources, others = _said(content)
        wanted = tomli.loads(table)["resources"][name]
        if resources.get(name) == wanted:
            return content
        mark, lines = _lines(content)
        span = _span(lines, name)
        if span:
            old, new = lines[span.start : span.stop], table.splitlines()
            candidates = [_merged(old, new), _joined([old[0], *_ended(new[1:], old)], old)]
        else:
            place = _filled(lines)
            span = range(place, place)
            candidates = [_added(lines, place, table)]
        for candidate in candidates:
            result = mark + b"".join([*lines[: span.start], candidate, *lines[span.stop :]])
            if _says(result, {**resources, name: wanted}, others):
                return result
        raise Refusal(f"rafters.toml spells {name} in a way of its own")


def unrecord(content: bytes, name: str) -> bytes:
    """Return rafters.toml without the table of a resource: the inverse of `record`.

    Args:
        content: the file.
        name: the resource.

    Raises:
        ConflictError: the file spells the resource otherwise, or is no TOML.
    """
    with refusing(f"remove [resources.{name}] from rafters.toml"):
        resources, others = _said(content)
        if name not in resources:
            return content
        mark, lines = _lines(content)
        span = _span(lines, name)
        kept = {key: value for key, value in resources.items() if key != name}
        if span:
            before, after = lines[: span.start], lines[span.stop :]
            if before and not before[-1].strip():
                before.pop()
            if before and not after and not ending(lines[-1]):
                before[-1] = before[-1].removesuffix(ending(before[-1]))
            result = mark + b"".join([*before, *after])
            if _says(result, kept, others):
                return result
        raise Refusal(f"rafters.toml spells {name} in a way of its own")


@lru_cache(maxsize=4)  # what one call has read or proven, the next one reads
def document(content: bytes) -> Mapping[str, Any]:
    """Return what a rafters.toml says.

    Raises:
        ValueError: it is no TOML, or no UTF-8.
    """
    try:
        return tomli.loads(content.removeprefix(BOM).decode())
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _said(content: bytes) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """Return the resources in a rafters.toml, and all else in it.

    Raises:
        Refusal: it is no TOML.
    """
    try:
        said = document(content)
    except ValueError as error:
        raise Refusal(f"rafters.toml cannot be read: {error}") from error
    resources = said.get("resources", {})
    if not isinstance(resources, dict):
        raise Refusal("rafters.toml has no tables under resources")
    return resources, {name: value for name, value in said.items() if name != "resources"}


def _says(content: bytes, resources: Mapping[str, object], others: Mapping[str, object]) -> bool:
    """Tell whether a rafters.toml says what it should."""
    try:
        return _said(content) == (resources, others)
    except Refusal:
        return False


def _lines(content: bytes) -> tuple[bytes, list[bytes]]:
    """Return the byte order mark of a file and its lines, with their ends."""
    mark = BOM if content.startswith(BOM) else b""
    return mark, content.removeprefix(mark).splitlines(keepends=True)


def _span(lines: Sequence[bytes], name: str) -> range:
    """Return the lines of a resource's table, from its header to its last value; or none."""
    said = b"".join(lines).decode()
    headers = list(_headers(said)) if name in said else []
    for index, (line, text) in enumerate(headers):
        if name in text and tomli.loads(text) == {"resources": {name: {}}}:
            stop = headers[index + 1][0] if index + 1 < len(headers) else len(lines)
            while _is_idle(lines[stop - 1]):
                stop -= 1
            return range(line, stop)
    return range(0)


def _headers(text: str) -> Iterator[tuple[int, str]]:
    """Yield the header lines of a document with their numbers from 0."""
    line = start = depth = 0
    header = False
    for found in _TOKEN.finditer(text):
        mark = found[0]
        if mark == "\n":
            line, start, header = line + 1, found.end(), False
        elif mark == "[" and not depth and not text[start : found.start()].strip():
            header = True
            yield line, text[start:].partition("\n")[0].rstrip("\r")
        elif mark in "[{" and not header:
            depth += 1
        elif mark in "]}" and not header:
            depth -= 1
        else:
            line += mark.count("\n")


def _filled(lines: Sequence[bytes]) -> int:
    """Return how many lines a file has without the blank ones at its end."""
    return max((place for place, line in enumerate(lines, 1) if line.strip()), default=0)


def _added(lines: Sequence[bytes], place: int, table: str) -> bytes:
    """Return a table as it is inserted after some lines, a blank line before it."""
    ends = [end for line in [*reversed(lines[:place]), *lines[place:]] if (end := ending(line))]
    end = ends[0] if ends else b"\n"
    text = end.join(line.encode() for line in table.splitlines())
    if place and not ending(lines[place - 1]):
        return end + end + text
    return (end if place else b"") + text + end


def _merged(old: Sequence[bytes], new: Sequence[str]) -> bytes:
    """Return a table with new lines, in which comments and lines that stay are as they were."""
    said = [line for line in old if not _is_idle(line)]
    idle = list(_idle_before(old))
    matcher = difflib.SequenceMatcher(
        None, list(map(_code, said[1:])), list(map(str.strip, new[1:])), autojunk=False
    )
    result = [*idle[0], said[0]]
    for kind, first, last, start, stop in matcher.get_opcodes():
        kept = said[1:][first:last]
        fresh = kept if kind == "equal" else _ended(_commented(new[1:][start:stop], kept), old)
        for comments, line in itertools.zip_longest(idle[1:][first:last], fresh):
            result += [*(comments or []), *([line] if line else [])]
    return _joined(result, old)


def _commented(new: Sequence[str], old: Sequence[bytes]) -> list[str]:
    """Return new lines, each with the comment of the old one that begins with the same word."""
    words = {_word(_code(line)): _comment(line) for line in old}
    return [line + words.get(_word(line), "") for line in new]


def _word(line: str) -> str:
    """Return the key or the field that a line is about."""
    return re.split("[:=]", line.strip())[0].strip()


def _idle_before(lines: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Yield the comments and blank lines before each line that says something."""
    waiting = list[bytes]()
    for line in lines:
        if _is_idle(line):
            waiting.append(line)
        else:
            yield waiting
            waiting = []


def _ended(lines: Sequence[str], old: Sequence[bytes]) -> list[bytes]:
    """Return new lines, ended as the header of the old ones."""
    return [line.encode() + (ending(old[0]) or b"\n") for line in lines]


def _joined(lines: Sequence[bytes], old: Sequence[bytes]) -> bytes:
    """Return lines as bytes, the last one ended as the last old one."""
    *body, last = lines
    ends = [line if ending(line) else line + (ending(old[0]) or b"\n") for line in body]
    return b"".join([*ends, last.removesuffix(ending(last)), ending(old[-1])])


def _code(line: bytes) -> str:
    """Return what a line says, without its comment."""
    found = _CODE.match(line.decode())
    return found[0].strip() if found else ""


def _comment(line: bytes) -> str:
    """Return the comment at the end of a line with the space before it."""
    text = line.decode()
    found = _CODE.match(text)
    code = found[0].rstrip() if found else ""
    return text[len(code) :].rstrip()


def _is_idle(line: bytes) -> bool:
    """Tell whether a line is blank or a comment."""
    return line.strip()[:1] in {b"", b"#"}

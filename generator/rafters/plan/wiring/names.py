"""One name more in a list of names that the user wrote, and out again."""

import ast
import bisect
import re
from collections.abc import Callable, Sequence

from rafters.plan.wiring.imports import Key, member_key
from rafters.plan.wiring.source import Patch, Source, last_line

Literal = ast.List | ast.Tuple

_ORDERS: Sequence[Callable[[str], Key]] = (
    member_key,
    lambda name: (0, [], name),
    lambda name: (0, [name.lower()], name),
)
"""Orders in which names may stand: ruff's RUF022, by code point, and without case."""

_COMMA = re.compile(rb"(?:[ \t\f\r\n\\]|#[^\r\n]*)*,")


def texts(node: Literal) -> list[str | None]:
    """Return the names in a list; `None` for an item that is more than a string."""
    return [
        item.value if isinstance(item, ast.Constant) and isinstance(item.value, str) else None
        for item in node.elts
    ]


def with_name(found: Sequence[str | None], name: str) -> list[str | None]:
    """Return the names of a list after `put`."""
    later = _later(found, name)
    return [*found[:later], name, *found[later:]] if later >= 0 else [*found, name]


def put(source: Source, node: Literal, name: str) -> list[Patch]:
    """Return what puts a name into a list: in its place if the list is sorted, else at its end."""
    items = node.elts
    if not items:
        start = source.offset(node.lineno, node.col_offset) + 1
        comma = "," if isinstance(node, ast.Tuple) else ""
        return [source.inline(start, f'"{name}"{comma}')]
    quoted = f"{_quote(source, items[0])}{name}{_quote(source, items[0])}"
    later = _later(texts(node), name)
    return _before(source, node, later, quoted) if later >= 0 else _append(source, node, quoted)


def cut(source: Source, node: Literal, index: int) -> tuple[set[int], list[Patch], bool]:
    """Return what takes a name out of a list: lines, parts of lines, and whether `put` wrote it."""
    items = node.elts
    item, first = items[index], items[index].lineno - 1
    start, end = _start(source, item), _end(source, item)
    comma = _comma(source, node, item)
    line = source.lines[first].strip()
    text = source.content[start:end]
    if first + 1 == last_line(item) and line.partition(b"#")[0].rstrip() in {text, text + b","}:
        patches = list[Patch]()
        if not comma and index:  # it got its comma when this one came
            previous = _end(source, items[index - 1])
            patches.append(Patch(previous, _comma(source, node, items[index - 1])))
        return {first}, patches, line in {text, text + b","}
    if len(items) == 1:
        return set(), [Patch(start, comma or end)], True
    if index + 1 < len(items):
        return set(), [Patch(start, _start(source, items[index + 1]))], True
    previous = _comma(source, node, items[index - 1]) if comma else _end(source, items[index - 1])
    return set(), [Patch(previous, comma or end)], True


def _later(found: Sequence[str | None], name: str) -> int:
    """Return the index of the first name that comes after a new one; -1 for the end."""
    there = [text for text in found if text is not None]
    for key in _ORDERS if len(there) == len(found) else ():
        keys = [key(text) for text in there]
        if keys == sorted(keys):
            return next((index for index, item in enumerate(keys) if item > key(name)), -1)
    return -1


def _before(source: Source, node: Literal, index: int, quoted: str) -> list[Patch]:
    """Return what puts a name before another: on a line of its own if that one begins its line."""
    item = node.elts[index]
    line = source.lines[item.lineno - 1]
    space = line[: len(line) - len(line.lstrip())]
    start = _start(source, item)
    if start != source.starts[item.lineno - 1] + len(space):
        return [source.inline(start, f"{quoted}, ")]
    floor = last_line(node.elts[index - 1]) if index else node.lineno
    place = item.lineno - 1
    while place > floor and source.lines[place - 1].lstrip().startswith(b"#"):
        place -= 1  # a comment above a name is about that name
    return [source.insertion(place, f"{space.decode()}{quoted},")]


def _append(source: Source, node: Literal, quoted: str) -> list[Patch]:
    """Return what puts a name at the end, with a comma after it if the last one has one."""
    last = node.elts[-1]
    end, comma = _end(source, last), _comma(source, node, last)
    if last.lineno == node.lineno or last_line(node) == last_line(last):
        return [source.inline(comma or end, f" {quoted}," if comma else f", {quoted}")]
    line = source.lines[last.lineno - 1]
    space = line[: len(line) - len(line.lstrip())].decode()
    if not comma:
        new = source.insertion(last_line(last), f"{space}{quoted}")
        return [source.inline(end, ","), new]
    place = bisect.bisect_left(source.starts, comma)
    return [source.insertion(place, f"{space}{quoted},")]


def _quote(source: Source, node: ast.expr) -> str:
    """Return the quotation mark of a name."""
    return "'" if source.content.startswith(b"'", _start(source, node)) else '"'


def _start(source: Source, node: ast.expr) -> int:
    """Return the offset at which an item begins."""
    return source.offset(node.lineno, node.col_offset)


def _end(source: Source, node: ast.expr) -> int:
    """Return the offset at which an item ends."""
    return source.offset(last_line(node), node.end_col_offset or 0)


def _comma(source: Source, node: Literal, item: ast.expr) -> int:
    """Return the offset after the comma that follows an item; 0 if none does."""
    found = _COMMA.match(source.content, _end(source, item), _end(source, node))
    return found.end() if found else 0

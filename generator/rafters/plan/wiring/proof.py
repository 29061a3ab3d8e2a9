"""Proves of a patched file that every statement which was there still is."""

import ast
from collections import deque
from collections.abc import Iterator, Sequence

from rafters.plan.wiring.source import (
    COMPOUND,
    Block,
    Patch,
    Refusal,
    Source,
    first_line,
    read,
    suites,
)

_Item = tuple[int, type[ast.stmt], int]
"""How deep a statement stands, what it is, and its line."""


def proven(source: Source, patches: Sequence[Patch], added: int) -> bytes:
    """Return the patched bytes, after a parse that finds each statement where it was.

    Args:
        source: the module as it was.
        patches: what is put in and cut out.
        added: how many statements are put in.

    Raises:
        Refusal: something else would change than was meant.
    """
    content = source.patched(patches)
    kept = deque(_shifted(source, patches))
    extra = 0
    for item in _outline(read(content).tree.body):
        if kept and kept[0] == item:
            kept.popleft()
        else:
            extra += 1
    if kept or extra != added:
        raise Refusal("the lines would change what stands around them")
    return content


def _outline(block: Block, depth: int = 0) -> Iterator[_Item]:
    """Yield the depth, the kind and the line of each statement, outer ones first."""
    for node in block:
        kind = type(node)
        if kind in COMPOUND:
            yield depth, kind, first_line(node)
            for suite in suites(node):
                yield from _outline(suite, depth + 1)
        else:
            yield depth, kind, node.lineno


def _shifted(source: Source, patches: Sequence[Patch]) -> Iterator[_Item]:
    """Yield the outline of what patches leave, with the lines on which it stands afterwards."""
    gone = [(patch.start, patch.end) for patch in patches if patch.start < patch.end]
    moves = [
        (patch.start, _ends(patch.new) - _ends(source.content[patch.start : patch.end]))
        for patch in patches
    ]
    for depth, kind, line in _outline(source.tree.body):
        offset = source.starts[line - 1]
        if not any(start <= offset < end for start, end in gone):
            yield depth, kind, line + sum(by for start, by in moves if start <= offset)


def _ends(content: bytes) -> int:
    """Return how many lines end in some bytes."""
    return content.count(b"\n") + content.count(b"\r") - content.count(b"\r\n")

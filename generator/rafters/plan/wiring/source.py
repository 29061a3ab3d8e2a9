"""A Python file of the user's: its bytes, its lines as Python counts them, and its syntax.

Text is inserted between lines or inside one, and cut out again; all other bytes stay.
"""

import ast
import itertools
import re
import warnings
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import NamedTuple

from rafters.errors import ConflictError, Problem

BOM = b"\xef\xbb\xbf"

Block = Sequence[ast.stmt]
"""Statements that stand below each other at one indentation."""


_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


class Refusal(Exception):  # noqa: N818  (a third answer, no error)
    """Why a file cannot be wired; it becomes a ConflictError that holds the lines to paste."""


@contextmanager
def refusing(lines: str) -> Iterator[None]:
    """Turn a refusal into a conflict whose hint is the lines to paste.

    Raises:
        ConflictError: the block refused.
    """
    try:
        yield
    except Refusal as refusal:
        raise ConflictError(Problem("cannot-wire", str(refusal), lines)) from refusal
    except RecursionError as error:
        message = "the file nests its code too deep"
        raise ConflictError(Problem("cannot-wire", message, lines)) from error


class Patch(NamedTuple):
    """Bytes that take the place of those from `start` to `end`, offsets that may be equal."""

    start: int
    end: int
    new: bytes = b""


class Source(NamedTuple):
    """A module of the user's.

    Attributes:
        content: its bytes, as they stand on the disk.
        lines: its lines with their ends, without the byte order mark.
        starts: offset of each line, and of the end of the file.
        encoding: as its cookie or mark says, or UTF-8.
        tree: what it says; positions in it count bytes of UTF-8.
    """

    content: bytes
    lines: tuple[bytes, ...]
    starts: tuple[int, ...]
    encoding: str
    tree: ast.Module

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a position that a node gives."""
        head = self.lines[line - 1]
        if not head.isascii():
            text = head.decode(self.encoding).encode()[:column].decode()
            column = len(text.encode(self.encoding))
        return self.starts[line - 1] + column

    def ending(self, place: int) -> bytes:
        """Return how the line before a place ends, or else the lines around it."""
        near = [*reversed(self.lines[:place]), *self.lines[place:]]
        return next((end for line in near if (end := ending(line))), b"\n")

    def after(self, block: Block, index: int) -> int:
        """Return how many lines there are up to the end of a statement's logical line."""
        place = last_line(block[index])
        while True:
            if index + 1 < len(block) and first_line(block[index + 1]) <= place:
                index += 1
                place = max(place, last_line(block[index]))
            elif self._continued(block[index], place):
                place += 1
            else:
                return place

    def first(self, block: Block, index: int) -> int:
        """Return the index of the statement that begins a statement's logical line."""
        while index and self.after(block, index - 1) >= first_line(block[index]):
            index -= 1
        return index

    def before(self, block: Block, index: int) -> int:
        """Return how many lines there are before a statement and the comments attached to it.

        Comments at the top of a file belong to the file.
        """
        index = self.first(block, index)
        floor = self.after(block, index - 1) if index else self.header
        place = first_line(block[index]) - 1
        while place > floor and _is_comment(self.lines[place - 1]):
            place -= 1
        return place

    @property
    def header(self) -> int:
        """How many lines of comments the file begins with; a cookie may follow a blank one."""
        lines = self.lines
        blank = len(lines) > 1 and not lines[0].strip() and lines[1].lstrip().startswith(b"#")
        return blank + sum(1 for _ in itertools.takewhile(_is_comment, lines[blank:]))

    def indent(self, block: Block) -> str:
        """Return the white space before the statements of a block.

        Raises:
            Refusal: the block stands on the line of its header.
        """
        line = self.lines[first_line(block[0]) - 1]
        space = line[: len(line) - len(line.lstrip(b" \t\x0c"))]
        if not isinstance(block[0], DECORATED) and len(space) != block[0].col_offset:
            raise Refusal(f"line {block[0].lineno} holds a whole block")
        return space.rpartition(b"\x0c")[2].decode()

    def text(self, block: Block, index: int) -> str:
        """Return the logical line of a statement without its indentation and its end."""
        start = self.starts[first_line(block[index]) - 1]
        content = self.content[start : self.starts[self.after(block, index)]]
        indent = self.indent(block)
        lines = re.split(r"\r\n?|\n", content.decode(self.encoding))
        return "\n".join(line.removeprefix(indent) for line in lines).removesuffix("\n")

    def is_alone(self, block: Block, index: int) -> bool:
        """Tell whether a logical line holds one statement and nothing else."""
        place = self.after(block, index)
        following = block[index + 1 :][:1]
        return self.first(block, index) == index and all(
            first_line(node) > place for node in following
        )

    def insertion(self, place: int, text: str) -> Patch:
        r"""Return what inserts lines after the first `place` ones, with the end of their neighbour.

        Args:
            place: a number of lines.
            text: one line or more, with `\n` between them and none after the last.

        Raises:
            Refusal: the encoding of the file cannot say it.
        """
        end = self.ending(place)
        try:
            new = end.join(line.encode(self.encoding) for line in text.split("\n"))
        except UnicodeEncodeError as error:
            raise Refusal(f"{self.encoding} has no {error.object[error.start]!r}") from error
        start = self.starts[place]
        if place and not ending(self.lines[place - 1]):
            return Patch(start, start, end + new)
        return Patch(start, start, new + end)

    def inline(self, start: int, text: str) -> Patch:
        """Return what inserts text inside a line, at an offset."""
        return Patch(start, start, text.encode(self.encoding))

    def removal(self, lines: Collection[int]) -> list[Patch]:
        """Return what cuts lines out, counted from 0.

        Where the file ends without a line end, it does so afterwards too.
        """
        patches = list[Patch]()
        for line in sorted(lines):
            if patches and patches[-1].end == self.starts[line]:
                patches[-1] = Patch(patches[-1].start, self.starts[line + 1])
            else:
                patches.append(Patch(self.starts[line], self.starts[line + 1]))
        if patches and patches[-1].end == len(self.content) and not ending(self.lines[-1]):
            first = self.starts.index(patches[-1].start)
            end = ending(self.lines[first - 1]) if first else b""
            patches[-1] = Patch(patches[-1].start - len(end), patches[-1].end)
        return patches

    def patched(self, patches: Sequence[Patch]) -> bytes:
        """Return the bytes with some of them replaced."""
        pieces, done = list[bytes](), 0
        for patch in sorted(patches, key=lambda patch: (patch.start, patch.end)):
            pieces += [self.content[done : patch.start], patch.new]
            done = patch.end
        return b"".join([*pieces, self.content[done:]])

    def _continued(self, node: ast.stmt, place: int) -> bool:
        """Tell whether a backslash joins the line after `place` to a statement that ends."""
        line = self.lines[place - 1]
        if not line.rstrip(b"\r\n").endswith(b"\\") or place >= len(self.lines):
            return False
        if place > last_line(node):
            return True
        end = self.offset(place, node.end_col_offset or 0)
        return b"#" not in self.content[end : self.starts[place]]


@lru_cache(maxsize=8)  # what one command has proven, the next one reads
def read(content: bytes) -> Source:
    """Return the module that some bytes are.

    Raises:
        Refusal: they are no Python.
    """
    mark = BOM if content.startswith(BOM) else b""
    lines = tuple(content[len(mark) :].splitlines(keepends=True))
    starts = tuple(itertools.accumulate(map(len, lines), initial=len(mark)))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the user's code may have any, and runs elsewhere
            tree = ast.parse(content)
    except SyntaxError as error:
        where = f"line {error.lineno}" if error.lineno else "the file"
        raise Refusal(f"{where} is no Python: {error.msg}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise Refusal(f"the file is no Python: {error}") from error
    return Source(content, lines, starts, _encoding(lines), tree)


def _encoding(lines: Sequence[bytes]) -> str:
    """Return the encoding that the first two lines name (PEP 263), or UTF-8.

    `tokenize` would refuse a first line that is not UTF-8 above the one that says so.
    """
    for line in lines[:2]:
        if found := _COOKIE.match(line):
            name = found[1].decode().lower().replace("_", "-")
            plain = re.match(r"(utf-8|latin-1|iso-8859-1|iso-latin-1)(-.*)?$", name)
            return plain[1].removeprefix("iso-latin-1") or "latin-1" if plain else name
        if line.strip() and not _is_comment(line):
            break
    return "utf-8"


def suites(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """Yield the blocks of a compound statement."""
    if type(node) in COMPOUND:
        for name in ("body", "orelse", "finalbody"):
            if block := getattr(node, name, None):
                yield block
        for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            yield part.body


def first_line(node: ast.stmt) -> int:
    """Return the number of the line on which a statement begins, its decorators included."""
    if isinstance(node, DECORATED) and node.decorator_list:
        return min(node.lineno, node.decorator_list[0].lineno)
    return node.lineno


def last_line(node: ast.stmt | ast.expr) -> int:
    """Return the number of the last line of a node; parsed nodes have one."""
    return node.end_lineno or node.lineno


DECORATED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
COMPOUND = {
    *DECORATED,
    *(ast.If, ast.For, ast.AsyncFor, ast.While, ast.Match),
    *(ast.With, ast.AsyncWith, ast.Try, ast.TryStar),
}


def ending(line: bytes) -> bytes:
    """Return the characters that end a line; none where the file ends without them."""
    return line[len(line.rstrip(b"\r\n")) :]


def _is_comment(line: bytes) -> bool:
    """Tell whether a line holds a comment alone."""
    return line.lstrip().startswith(b"#")

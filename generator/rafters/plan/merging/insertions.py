"""Two insertions at one place of a Python file: may both stay, and in which order?"""

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from heapq import merge
from textwrap import dedent
from typing import Literal, NamedTuple

from rafters.plan.merging.imported import Rank, rank
from rafters.plan.merging.syntax import Definition, Import, bound, parsed

SORTED = Import | ast.alias
DECLARATION = Definition | Import | ast.Assign | ast.AnnAssign

BRACKETS = (
    (re.compile(r"\s*from\s.*import\s*\($"), "from m import (\n{}\n)"),
    (re.compile(r"\s*(async\s+)?def\s.*\($"), "def f(\n{}\n): ..."),
    (re.compile(r".*\[$"), "[\n{}\n]"),
    (re.compile(r".*\{$"), "{{\n{}\n}}"),
    (re.compile(r".*=\s*\($"), "(\n{}\n)"),
    (re.compile(r".*[\w\])]\($"), "f(\n{}\n)"),
)
"""What opens a bracket at the end of a line, and code in which what it holds can be parsed."""


class Line(NamedTuple):
    """A line by its side, and its place there."""

    side: Literal["yours", "rafters"]
    place: int


@dataclass(frozen=True)
class Item:
    """A declaration, or what stands between two commas.

    Attributes:
        names: what it gives a name to; two items that share one are not independent.
        node: what it is.
        offset: how many lines were put above it to parse it.
    """

    names: frozenset[str]
    node: ast.AST
    offset: int = 0

    @property
    def uses(self) -> set[str]:
        """The names that it reads."""
        return {node.id for node in ast.walk(self.node) if isinstance(node, ast.Name)} - self.names


@dataclass(frozen=True)
class Block:
    """Lines that one side inserted.

    Attributes:
        lines: as they are; not all are blank.
        above: the lines above the place.
    """

    lines: Sequence[str]
    above: Sequence[str]

    @property
    def indent(self) -> int:
        """The least indentation."""
        return min(_indent(line) for line in self.lines if line.strip())

    @property
    def margins(self) -> tuple[int, int]:
        """How many blank lines it begins and ends with."""
        full = [index for index, line in enumerate(self.lines) if line.strip()]
        return full[0], len(self.lines) - full[-1] - 1

    @property
    def blank(self) -> list[int]:
        """The places of its blank lines."""
        return [index for index, line in enumerate(self.lines) if not line.strip()]

    @property
    def ends_in_comment(self) -> bool:
        """Whether the last line that is not blank is a comment."""
        return [line for line in self.lines if line.strip()][-1].lstrip().startswith("#")

    @property
    def opener(self) -> str:
        """The line that begins what it stands in; a colon where it stands in no block."""
        return next(
            (line for line in reversed(self.above) if line.strip() and _indent(line) < self.indent),
            ":",
        )

    @property
    def items(self) -> list[Item]:
        """Its items; none where it holds anything else, too."""
        code = dedent("\n".join(self.lines))
        if self.opener.endswith(":"):
            tree = parsed(code)
            return _declarations(tree) if tree else []
        for shape, around in BRACKETS:
            if shape.match(self.opener):
                tree = parsed(around.format(code)) if code.rstrip().endswith(",") else None
                found = _between_commas(tree.body[0]) if tree else []
                return [replace(item, offset=1) for item in found]
        return []


def both(above: Sequence[str], yours: Sequence[str], rafters: Sequence[str]) -> list[Line] | None:
    """Return how two insertions at one place can both be kept, if they surely can.

    They can where each is a row of whole statements that declare something (an import, a
    function, a class, a field, a plain assignment), or of whole items between two brackets
    (parameters, keyword arguments, keys of a dictionary, imported names, elements of a list),
    at one indentation and with a comma after the last, and where no name of one is a name of
    the other's or read by it. Statements that do something (calls, `if`, `return`) have an order
    that nobody knows, so they never can. Nor can a block that ends in a comment: the comment is
    about the line below it. An item of one line that both inserted is kept once. The user's come
    first, except among imports, which are sorted. Where one block goes on with the function
    above and the other begins a new one, the order is clear, too; and so it is where one has
    only fields, and the other begins with the blank line above a method.

    What is still wrong then, for example an argument without a default after one with, is for
    the parser and the project's gates.

    Args:
        above: all lines above the place.
        yours: the lines that the user inserted.
        rafters: the lines that Rafters inserts.

    Returns:
        The lines in their order, each by its side and its place there.
    """
    if not any(line.strip() for line in yours) or not any(line.strip() for line in rafters):
        return None
    users, ours = Block(yours, above), Block(rafters, above)
    if users.ends_in_comment or ours.ends_in_comment:
        return None
    first = [Line("yours", index) for index in range(len(yours))]
    second = [Line("rafters", index) for index in range(len(rafters))]
    if users.indent > ours.indent:
        return first + second if _goes_on(users, ours) else None
    if users.indent < ours.indent:
        return second + first if _goes_on(ours, users) else None
    theirs, mine = users.items, ours.items
    known = {ast.dump(item.node) for item in theirs}
    fresh = [item for item in mine if ast.dump(item.node) not in known]
    if not theirs or not mine or not _independent(theirs, fresh):
        return None
    if len(fresh) < len(mine):
        rest = _others(users, ours)
        if len(rafters) != len(mine) or len(rest) != len(fresh):
            return None
        second = [Line("rafters", index) for index in rest]
    elif users.margins != ours.margins and _has_block(theirs + mine):
        return _led((ours, mine, second), (users, theirs, first))
    if fresh and all(isinstance(item.node, SORTED) for item in (*theirs, *fresh)):
        return _sorted(
            *([rank(item.node) for item in theirs], first),
            *([rank(item.node) for item in fresh], second),
            blank=_blank(users, ours),
        )
    return first + second


def _sorted(
    users: list[Rank], first: list[Line], ours: list[Rank], second: list[Line], blank: set[Line]
) -> list[Line]:
    """Return two rows of imports, or of imported names, in the order that ruff wants.

    Rows of one section become one, each in its own order, above the user's blank lines.
    """
    yours, rafters = first[: len(users)], second[: len(ours)]
    rest = {*first[len(users) :], *second[len(ours) :]}
    if rest <= blank and not blank & {*yours, *rafters} and users[0][0] == ours[0][0]:
        rows = zip(users, yours, strict=True), zip(ours, rafters, strict=True)
        return [line for _, line in merge(*rows)] + first[len(users) :]
    return second + first if ours < users else first + second


def _blank(users: Block, ours: Block) -> set[Line]:
    """Return the blank lines of both sides."""
    yours = {Line("yours", place) for place in users.blank}
    return yours | {Line("rafters", place) for place in ours.blank}


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _independent(some: list[Item], others: list[Item]) -> bool:
    """Tell whether no item of one row names what an item of the other names or reads."""
    return not any(
        one.names & (other.names | other.uses) or one.uses & other.names
        for one in some
        for other in others
    )


def _others(users: Block, ours: Block) -> list[int]:
    """Return the places of the lines that only Rafters inserted."""
    twins = {line.strip() for line in users.lines if line.strip()}
    return [index for index, line in enumerate(ours.lines) if line.strip() not in twins]


def _led(*sides: tuple[Block, list[Item], list[Line]]) -> list[Line] | None:
    """Return a block without functions above one with some that begins with blank lines.

    In any other order a function would stand without its blank lines.
    """
    for (block, items, lines), (other, _, others) in (sides, sides[::-1]):
        close = block.margins == (0, 0) and other.margins[0] > 0 and not other.margins[1]
        if close and not _has_block(items):
            return lines + others
    return None


def _has_block(items: list[Item]) -> bool:
    """Tell whether a function or a class is among some items."""
    return any(isinstance(item.node, Definition) for item in items)


def _goes_on(deep: Block, flat: Block) -> bool:
    """Tell whether one block goes on with the block above, and the other begins new ones."""
    tree = parsed(dedent("\n".join(flat.lines)))
    if not tree or not parsed(dedent("\n".join(deep.lines))) or not deep.lines[0].strip():
        return False
    return all(isinstance(node, Definition) for node in tree.body)


def _declarations(tree: ast.Module) -> list[Item]:
    """Return the statements of a block if all declare something, with the texts about them."""
    items: list[Item] = []
    for node in tree.body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and items:
            continue
        if not isinstance(node, DECLARATION) or not bound(node):
            return []
        if isinstance(node, ast.Assign) and not all(
            isinstance(target, ast.Name) for target in node.targets
        ):
            return []
        items.append(Item(frozenset(bound(node)), node))
    return items


def _between_commas(node: ast.stmt) -> list[Item]:
    """Return the items between two brackets if all have names or their own meaning."""
    match node:
        case ast.ImportFrom():
            return [Item(frozenset({item.asname or item.name}), item) for item in node.names]
        case ast.FunctionDef():
            every = node.args
            if every.posonlyargs or every.kwonlyargs or every.vararg or every.kwarg:
                return []
            return [Item(frozenset({item.arg}), item) for item in every.args]
        case ast.Expr(value=ast.Dict() as value):
            keys = [key for key in value.keys if key]
            if len(keys) < len(value.keys):
                return []  # what is unpacked may hold any key
            return [
                Item(frozenset({ast.dump(key)}), ast.Dict([key], [item]))
                for key, item in zip(keys, value.values, strict=True)
            ]
        case ast.Expr(value=ast.List() | ast.Tuple() | ast.Set() as value):
            return [Item(frozenset({ast.dump(item)}), item) for item in value.elts]
        case ast.Expr(value=ast.Call() as call):
            return _arguments(call)
        case _:
            return []


def _arguments(call: ast.Call) -> list[Item]:
    """Return the arguments of a call if their order does not matter.

    It does not for keywords, and, as far as is known here, for calls such as `Column("due")`.
    """
    items = [Item(frozenset({item.arg}), item) for item in call.keywords if item.arg]
    items += [
        Item(frozenset({ast.dump(item.args[0])}), item)
        for item in call.args
        if isinstance(item, ast.Call) and item.args
    ]
    return items if len(items) == len(call.keywords) + len(call.args) else []

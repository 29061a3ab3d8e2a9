"""Imports: their order, and what one imports that both sides changed."""

import ast
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from rafters.plan.merging.syntax import bound, parsed

Rank = tuple[int, int, str]
"""Where an import stands among others."""


@dataclass(frozen=True)
class Statement:
    """A `from` import.

    Attributes:
        lines: as they are.
        node: what they are.
    """

    lines: Sequence[str]
    node: ast.ImportFrom

    @property
    def names(self) -> dict[str, ast.alias]:
        """What it imports, by how it spells it."""
        return {_spelled(item): item for item in self.node.names}

    @property
    def head(self) -> str:
        """The words up to the names."""
        return f"from {'.' * self.node.level}{self.node.module or ''} import"


@dataclass(frozen=True)
class Kept:
    """An import that stays.

    Attributes:
        lines: as they are written.
        names: which of the names that are needed it imports.
    """

    lines: list[str]
    names: frozenset[str]


def merged(
    before: Sequence[str], yours: Sequence[str], rafters: Sequence[str], width: int
) -> list[str] | None:
    """Return the user's import with the names that Rafters adds, and without those it removes.

    Args:
        before: the lines of the import that both sides began with.
        yours: what the user made of it.
        rafters: what Rafters makes of it.
        width: columns of a line.

    Returns:
        Its lines; `None` if not all are one import of one module, or if a comment is about what
        goes.
    """
    base, user, ours = _statement(before), _statement(yours), _statement(rafters)
    if base is None or user is None or ours is None or not base.head == user.head == ours.head:
        return None
    gone = base.names.keys() - ours.names.keys()
    added = ours.names.keys() - base.names.keys() - user.names.keys()
    return changed(user, gone, added, width)


def kept(before: Sequence[str], rafters: Sequence[str], names: set[str], width: int) -> Kept | None:
    """Return an import that Rafters takes away or cuts down, with those names that are needed.

    Args:
        before: the lines of the import, blank ones around it included.
        rafters: what Rafters makes of it.
        names: what is needed, by the name that it has in the file.
        width: columns of a line.

    Returns:
        The lines and which of the names they import; `None` if there is no such import.
    """
    if not rafters:
        tree = parsed("\n".join(before))
        match tree and tree.body:
            case [ast.Import() | ast.ImportFrom() as node] if names >= set(bound(node)):
                return Kept(list(before), frozenset(bound(node)))
    base, ours = _statement(before), _statement(rafters)
    if base is None or (rafters and (ours is None or ours.head != base.head)):
        return None
    needed = {key for key, item in base.names.items() if (item.asname or item.name) in names}
    if not needed:
        return None
    if ours is None:
        lines = changed(base, base.names.keys() - needed, set(), width)
    else:
        lines = changed(ours, set(), needed - ours.names.keys(), width)
    found = frozenset(base.names[key].asname or base.names[key].name for key in needed)
    return None if lines is None else Kept(lines, found)


def changed(user: Statement, gone: set[str], added: set[str], width: int) -> list[str] | None:
    """Return an import without some names, and with others."""
    names = sorted((user.names.keys() - gone) | added, key=_rank)
    if not names:
        return None
    if len(user.lines) == 1:
        code, mark, comment = user.lines[0].partition("#")
        if mark and gone & user.names.keys():
            return None
        rest = code[len(code.rstrip()) :] + mark + comment if mark else ""
        if "(" in code:
            return None
        line = f"{user.head} {', '.join(names)}"
        if len(line) <= width:
            return [line + rest]
        return None if mark else [f"{user.head} (", *(f"    {name}," for name in names), ")"]
    return _wrapped(user, gone, added)


def _wrapped(user: Statement, gone: set[str], added: set[str]) -> list[str] | None:
    """Return an import that has each name on a line of its own."""
    first, *body, last = user.lines
    bare = [line.partition("#")[0].strip().removesuffix(",") for line in body]
    there = [name for name in bare if name]
    if sorted(there) != sorted(user.names) or not first.rstrip().endswith("(") or last != ")":
        return None
    lines: list[str] = []
    waiting = sorted(added, key=_rank)
    indent = body[0][: len(body[0]) - len(body[0].lstrip())]
    for line, name in zip(body, bare, strict=True):
        if name in gone:
            if "#" in line:
                return None
            continue
        while name and waiting and _rank(waiting[0]) < _rank(name):
            lines.append(f"{indent}{waiting.pop(0)},")
        lines.append(line)
    if lines and waiting and not lines[-1].partition("#")[0].rstrip().endswith(","):
        return None
    return [first, *lines, *(f"{indent}{name}," for name in waiting), last]


def _statement(lines: Sequence[str]) -> Statement | None:
    """Return lines as a `from` import, if they are one and nothing else."""
    tree = parsed("\n".join(lines))
    match tree and tree.body:
        case [ast.ImportFrom() as node] if node.lineno == 1 and node.end_lineno == len(lines):
            return Statement(lines, node)
        case _:
            return None


def _spelled(item: ast.alias) -> str:
    return f"{item.name} as {item.asname}" if item.asname else item.name


def rank(node: ast.AST) -> Rank:
    """Rank an import as ruff sorts it (section, form, module), or an imported name."""
    match node:
        case ast.Import(names=[first, *_]):
            return _section(first.name), 0, first.name
        case ast.ImportFrom(module=str(module), level=0):
            return _section(module), 1, module
        case ast.ImportFrom(module=module, level=level):
            return 3, -level, module or ""
        case ast.alias(name=name):
            return 0, 0 if name.isupper() else 1 if name[0].isupper() else 2, name
        case _:
            return 4, 0, ""


def _section(module: str) -> int:
    """Return the part of a file's imports in which a module stands."""
    if module == "__future__":
        return 0
    return 1 if module.partition(".")[0] in sys.stdlib_module_names else 2


def _rank(name: str) -> Rank:
    """Rank a name that may have another one in the file."""
    return rank(ast.alias(name.partition(" ")[0]))

"""One import more in a module of the user's, where isort wants it, and out again."""

import ast
import re
from dataclasses import dataclass, replace

from rafters.plan.wiring.scopes import absolute
from rafters.plan.wiring.source import Block, Patch, Source, first_line

WIDTH = 100
"""Columns of a line in a generated project; the formatter breaks longer ones."""

Key = tuple[int, list[str | int], str]
"""Where a name stands among others."""

_IMPORTS = ast.Import | ast.ImportFrom
_NUMBERS = re.compile(r"([0-9]+)")


@dataclass(frozen=True)
class Import:
    """A line as Rafters writes it: `from module import item as alias`.

    Attributes:
        module: relative or absolute module.
        item: what is imported from it.
        alias: its name here; empty for its own.
    """

    module: str
    item: str
    alias: str = ""

    @property
    def bound(self) -> str:
        """The name that the line binds."""
        return self.alias or self.item

    def text(self, width: int) -> str:
        """Return the line, broken as the formatter does if it is too long."""
        item = f"{self.item} as {self.alias}" if self.alias else self.item
        line = f"from {self.module} import {item}"
        return line if len(line) <= width else f"from {self.module} import (\n    {item},\n)"

    def styled(self, tree: ast.Module, package: str) -> "Import":
        """Return the import with an absolute module, if the file says such ones alone."""
        nodes = [node for node in tree.body if isinstance(node, _IMPORTS)]
        if any(isinstance(node, ast.ImportFrom) and node.level for node in nodes):
            return self
        root = package.partition(".")[0]
        if root and not any(root in _roots(node) for node in nodes):
            return self
        return replace(self, module=absolute(self.module, package))

    def renamed(self, source: Source) -> "Import":
        """Return the import under a name that nothing in the file has: `x`, `x_2`, `x_3` ..."""
        number, alias = 2, self.alias
        while _is_taken(source, alias):
            alias, number = f"{self.alias}_{number}", number + 1
        return replace(self, alias=alias)

    def insertion(self, source: Source, stop: int, width: int) -> Patch:
        """Return what puts the line among the imports of its kind, sorted as isort does.

        Args:
            source: the module.
            stop: index of the statement before which it must stand.
            width: columns of a line.
        """
        body, text = source.tree.body, self.text(width)
        imports = [index for index in range(stop) if isinstance(body[index], _IMPORTS)]
        family = [index for index in imports if self.is_kin(body[index])]
        if family:
            first = family[-1]
            while first and isinstance(body[first - 1], _IMPORTS):
                first -= 1
            key = _key(ast.parse(f"from {self.module} import {self.item}").body[0])
            near = (index for index in family if index >= first)
            later = next((index for index in near if _key(body[index]) > key), None)
            if later is not None and later - 1 not in family:
                place = source.before(body, later)
                blank = "\n" if place < first_line(body[later]) - 1 else ""
                return source.insertion(place, text + blank)
            previous = family[-1] if later is None else later - 1
            return source.insertion(source.after(body, previous), text)
        if imports:
            return source.insertion(source.after(body, imports[-1]), f"\n{text}")
        if ast.get_docstring(source.tree, clean=False) is not None:
            return source.insertion(source.after(body, 0), f"\n{text}")
        return source.insertion(source.header, text)

    def is_kin(self, node: ast.stmt) -> bool:
        """Tell whether isort keeps another import in the same section."""
        if self.module.startswith("."):
            return isinstance(node, ast.ImportFrom) and node.level > 0
        return isinstance(node, _IMPORTS) and self.module.partition(".")[0] in _roots(node)

    def wrote(self, source: Source, block: Block, index: int, package: str, width: int) -> bool:
        """Tell whether a statement is this line as it is inserted, its name's number included."""
        node = block[index]
        if not isinstance(node, ast.ImportFrom) or len(node.names) != 1:
            return False
        alias = node.names[0].asname or ""
        if not re.fullmatch(rf"{re.escape(self.alias)}(_[0-9]+)?", alias):
            return False
        modules = {self.module, absolute(self.module, package)}
        text = source.text(block, index)
        return any(replace(self, module=item, alias=alias).text(width) == text for item in modules)

    def lines(self, source: Source, index: int, stop: int) -> range:
        """Return the lines that `insertion` added, counted from 0.

        Args:
            source: the module.
            index: of the import in it.
            stop: as it was for `insertion`; imports after it do not count.
        """
        body = source.tree.body
        first, last = first_line(body[index]) - 1, source.after(body, index)
        kin = [node for node in body[:stop] if body[index] is not node and self.is_kin(node)]
        if index and not kin:
            docstring = index == 1 and ast.get_docstring(source.tree, clean=False) is not None
            led = docstring or isinstance(body[index - 1], _IMPORTS)
            if led and source.after(body, index - 1) == first - 1:
                first -= 1
        if index + 1 < len(body) and self.is_kin(body[index + 1]):
            alone = not index or not self.is_kin(body[index - 1])
            place = source.before(body, index + 1)
            if alone and last + 1 == place < first_line(body[index + 1]) - 1:
                last += 1
        return range(first, last)


def without(source: Source, node: ast.Import | ast.ImportFrom, alias: ast.alias) -> Patch:
    """Return what cuts one of several names out of an import."""
    place = node.names.index(alias)
    near = node.names[place - 1] if place else node.names[1]
    start, end = (near, alias) if place else (alias, near)
    if place:
        first = source.offset(start.end_lineno or 0, start.end_col_offset or 0)
        return Patch(first, source.offset(end.end_lineno or 0, end.end_col_offset or 0))
    first = source.offset(start.lineno, start.col_offset)
    return Patch(first, source.offset(end.lineno, end.col_offset))


def _roots(node: ast.stmt) -> set[str]:
    """Return the first parts of the absolute modules that an import names."""
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and not node.level:
        return {(node.module or "").partition(".")[0]}
    return set()


def _key(node: ast.stmt) -> tuple[object, ...]:
    """Return where isort puts an import within its section (ruff's I001, as it is set)."""
    if isinstance(node, ast.ImportFrom):
        module, item = node.module or "", min(map(member_key, _items(node)))
        return 1, -node.level, natural(module.lower()), module, item
    module = node.names[0].name if isinstance(node, ast.Import) else ""
    return 0, 0, natural(module.lower()), module, member_key("")


def _items(node: ast.ImportFrom) -> list[str]:
    """Return the names that a `from` import takes."""
    return [alias.name for alias in node.names]


def member_key(name: str) -> Key:
    """Return where isort puts a name: CONSTANTS, then Classes, then the rest."""
    constant = len(name) > 1 and name.isupper()
    kind = 0 if constant else 1 if name[:1].isupper() else 2
    return kind, natural(name), name


def natural(text: str) -> list[str | int]:
    """Return a key that compares numbers by their value; text and numbers take turns."""
    parts = _NUMBERS.split(text)
    return [int(part) if place % 2 else part for place, part in enumerate(parts)]


def _is_taken(source: Source, name: str) -> bool:
    """Tell whether a name means anything anywhere in a module."""
    if not re.search(rf"\b{name}\b".encode(source.encoding, "ignore"), source.content):
        return False
    for node in ast.walk(source.tree):
        match node:
            case ast.Name(id=found) | ast.arg(arg=found) | ast.ExceptHandler(name=found):
                names = [found]
            case ast.FunctionDef(name=found) | ast.AsyncFunctionDef(name=found):
                names = [found]
            case ast.ClassDef(name=found) | ast.MatchAs(name=found) | ast.MatchStar(name=found):
                names = [found]
            case ast.alias():
                names = [node.asname or node.name.partition(".")[0]]
            case ast.Global() | ast.Nonlocal():
                names = [*node.names]
            case _:
                continue
        if name in names:
            return True
    return False

"""Exports a model from a package of the user's, and takes it out again.

A name goes into the `__all__` that is there, in its place if the names are sorted. Where there is
none, the import is an explicit re-export, `from .task import Task as Task`, unless the file writes
its own without the second name.
"""

import ast
from collections.abc import Iterator
from dataclasses import replace

from rafters.plan.wiring import mentions, names
from rafters.plan.wiring.imports import WIDTH, Import
from rafters.plan.wiring.mentions import Uses
from rafters.plan.wiring.proof import proven
from rafters.plan.wiring.removal import Removal
from rafters.plan.wiring.scopes import Scope, absolute, bound, dotted, scopes, targets
from rafters.plan.wiring.source import Patch, Refusal, read, refusing


def export_model(
    content: bytes, *, module: str, name: str, package: str | None = None, width: int = WIDTH
) -> bytes:
    """Return the source of a package's `__init__` with one more name exported.

    Args:
        content: the module.
        module: relative module of the model, as in `.task`.
        name: class to export, as in `Task`.
        package: dotted package of the file; with it, the import is absolute where the others are.
        width: columns of a line.

    Raises:
        ConflictError: there is no safe place; the hint holds the lines to add by hand.
    """
    wanted = Import(module, name)
    with refusing(f'add:\n{wanted.text(width)}\nand "{name}" to __all__'):
        source = read(content)
        scope = scopes(source.tree, package or "")
        lists = _lists(scope)
        uses = mentions.find(source, scope, f"{absolute(module, package or '')}.{name}")
        _check_free(scope, uses, name)
        patches = list[Patch]()
        if not _is_there(uses, name):
            if not lists and not _is_plain(source.tree):
                wanted = replace(wanted, alias=name)
            wanted = wanted if package is None else wanted.styled(source.tree, package)
            patches.append(wanted.insertion(source, len(source.tree.body), width))
        added = len(patches)
        expected = [names.texts(node) for node in lists]
        if lists and not any(name in found for found in expected):
            fullest = max(range(len(lists)), key=lambda index: len(expected[index]))
            patches += names.put(source, lists[fullest], name)
            expected[fullest] = names.with_name(expected[fullest], name)
        return _listing(proven(source, patches, added), expected) if patches else content


def unexport_model(
    content: bytes,
    *,
    module: str,
    name: str,
    package: str | None = None,
    width: int = WIDTH,
    force: bool = False,
) -> bytes:
    """Return the source of a package's `__init__` without a name: the inverse of `export_model`.

    Args:
        content: the module.
        module: as `export_model` takes it.
        name: as `export_model` takes it.
        package: as `export_model` takes it.
        width: as `export_model` takes it.
        force: whether statements that the user has changed go too.

    Raises:
        ConflictError: the user has changed what was inserted, or uses the model there; the hint
            says what to remove by hand.
    """
    with refusing(f"remove from this file what names {module}, and {name} from __all__"):
        source = read(content)
        scope = scopes(source.tree, package or "")
        uses = mentions.find(source, scope, f"{absolute(module, package or '')}.{name}")
        if stuck := [*uses.calls, *uses.loops, *uses.unclear, *uses.others]:
            raise Refusal(f"line {stuck[0].node.lineno} uses {name}")
        removal = Removal(source, package or "", width)
        for place, gone in uses.statements():
            alias = name if gone[0].asname == name else ""
            removal.imported(place, gone, Import(module, name, alias), None)
        if not uses.imports and name in scope.bindings:
            return content
        expected = list[list[str | None]]()
        for node in _lists(scope):
            expected.append([text for text in names.texts(node) if text != name])
            for index, text in enumerate(names.texts(node)):
                if text == name:
                    lines, patches, ours = names.cut(source, node, index)
                    removal.lines |= lines
                    removal.patches += patches
                    removal.changed += [] if ours else [source.lines[min(lines)].decode().strip()]
        return _listing(removal.result(force=force), expected)


def _lists(module: Scope) -> list[names.Literal]:
    """Return the literal lists of which `__all__` is made.

    Raises:
        Refusal: there is an `__all__`, but no such list in it.
    """
    places = [place for place in module.places if _is_all(place.node)]
    values = [getattr(place.node, "value", None) for place in places]
    lists = [item for value in values for item in _literals(value)]
    if any(len(place.path) > 1 for place in places) or (places and not lists):
        raise Refusal("__all__ is more than a list of names")
    return lists


def _is_all(node: ast.stmt) -> bool:
    """Tell whether a statement sets `__all__` or puts something into it."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return dotted(node.value.func)[:1] == ["__all__"]
    return any(dotted(target) == ["__all__"] for target in targets(node))


def _literals(value: ast.expr | None) -> Iterator[names.Literal]:
    """Yield the lists in `[...]`, `[...] + other` and `__all__.extend([...])`."""
    match value:
        case ast.List() | ast.Tuple():
            yield value
        case ast.BinOp(op=ast.Add()):
            yield from _literals(value.left)
            yield from _literals(value.right)
        case ast.Call(func=ast.Attribute(attr="extend"), args=[argument]):
            yield from _literals(argument)


def _check_free(module: Scope, uses: Uses, name: str) -> None:
    """Refuse a name that stands for something else.

    Raises:
        Refusal: it does.
    """
    own = [id(item.place.node) for item in uses.imports]
    for place in module.places:
        node = place.node
        if id(node) not in own and name in bound(node):
            raise Refusal(f"{name} is something else here, on line {node.lineno}")


def _is_there(uses: Uses, name: str) -> bool:
    """Tell whether a module imports a model under its own name, whenever it is imported."""
    for item in uses.imports:
        guards = [block[index] for block, index in item.place.path[:-1]]
        named = item.alias.name == "*" or (item.alias.asname or item.alias.name) == name
        if named and all(isinstance(guard, ast.Try) for guard in guards):
            return True
    return False


def _is_plain(tree: ast.Module) -> bool:
    """Tell whether a module has imports of its own package, and none of them says a name twice."""
    nodes = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.level]
    return bool(nodes) and not any(alias.asname for node in nodes for alias in node.names)


def _listing(content: bytes, expected: list[list[str | None]]) -> bytes:
    """Return the bytes, after a look at the lists in them.

    Raises:
        Refusal: they are not as expected.
    """
    lists = _lists(scopes(read(content).tree, ""))
    if [names.texts(node) for node in lists] != expected:
        raise Refusal("__all__ would not hold the names that it should")
    return content

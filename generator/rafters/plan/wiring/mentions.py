"""What a module of the user's does with one router: imports it, includes it, or else."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from rafters.plan.wiring.application import Home
from rafters.plan.wiring.scopes import Place, Scope, absolute, dotted, imported, targets
from rafters.plan.wiring.source import Source, suites

_LISTS = {"append", "extend", "insert"}
"""Methods that put a router into a list."""


class Imported(NamedTuple):
    """A statement that imports a router or its module.

    Attributes:
        scope: where it stands.
        place: where in it.
        alias: which of its names.
        router: what the router is called by it, as in `tasks.router`; empty for another name.
    """

    scope: Scope
    place: Place
    alias: ast.alias
    router: str


class Uses(NamedTuple):
    """All that a module says of a router.

    Attributes:
        imports: the statements that import it.
        calls: `x.include_router(it, ...)`, each in a statement of its own.
        loops: other statements through which it is included.
        unclear: statements that hand it on to what cannot be followed.
        others: statements that use another part of it or of its module.
    """

    imports: list[Imported]
    calls: list[Place]
    loops: list[Place]
    unclear: list[Place]
    others: list[Place]

    def statements(self) -> Iterator[tuple[Place, list[ast.alias]]]:
        """Yield each import statement with the names in it that bring in the router."""
        for place in {id(item.place): item.place for item in self.imports}.values():
            yield place, [item.alias for item in self.imports if item.place is place]

    def known(self, home: Home) -> str:
        """Return what the router is called where it is to be included; empty if it is not."""
        line = home.block[home.index].lineno
        for item in self.imports:
            owner = home.scope.owner(item.router.partition(".")[0])
            certain = len(item.place.path) == 1 and item.place.node.lineno <= line
            if item.router and certain and owner is item.scope and owner.parent is None:
                _, found = owner.lookup(item.router.partition(".")[0], line)
                if len({str(binding.value) for binding in found}) == 1:
                    return item.router
        return ""


def find(source: Source, module: Scope, router: str) -> Uses:
    """Return what a module says of a router.

    Args:
        source: the module.
        module: its scope.
        router: absolute name of the router, as in `shop.routers.tasks.router`.
    """
    uses = Uses([], [], [], [], [])
    package, name = router.rsplit(".", 2)[-2:]
    if not re.search(rf"\b{package}\b".encode(source.encoding, "ignore"), source.content):
        return uses
    parts = router.rpartition(".")[0], name
    for scope in module:
        for place in scope.places:
            if isinstance(place.node, ast.Import | ast.ImportFrom):
                uses.imports.extend(_imports(scope, place, *parts))
            else:
                _note(uses, module, scope, place, parts[0], router)
    return uses


def _imports(scope: Scope, place: Place, module: str, item: str) -> Iterator[Imported]:
    """Yield the parts of an import statement that bring in a router or its module."""
    node = place.node
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.name == module:
                yield Imported(scope, place, alias, f"{alias.asname or module}.{item}")
    elif isinstance(node, ast.ImportFrom):
        origin = absolute(imported(node), scope.package)
        for alias in node.names:
            bound = alias.asname or alias.name
            if origin == module:
                yield Imported(scope, place, alias, bound if alias.name == item else "")
            elif f"{origin}.{alias.name}" == module:
                yield Imported(scope, place, alias, f"{bound}.{item}")


def _note(uses: Uses, root: Scope, scope: Scope, place: Place, module: str, router: str) -> None:
    """Sort one statement under what it does with a router."""
    node = place.node
    for chain in _chains(node):
        origins = scope.origins(chain)
        if router in origins or module in origins:
            if _is_call(node, chain):
                uses.calls.append(place)
            elif _includes(node) or any(_is_looped(root, name) for name in _collected(node)):
                uses.loops.append(place)
            else:
                uses.unclear.append(place)
        elif any(origin.startswith(f"{module}.") for origin in origins):
            uses.others.append(place)


def _chains(node: ast.stmt) -> Iterator[ast.expr]:
    """Yield each `a.b.c` that a statement says by itself, blocks in it left out."""
    inner = {id(item) for suite in suites(node) for item in suite}
    waiting = list[ast.AST]([node])
    while waiting:
        item = waiting.pop()
        if isinstance(item, ast.expr) and dotted(item):
            if not isinstance(getattr(item, "ctx", None), ast.Store) or len(dotted(item)) > 1:
                yield item
        else:
            children = ast.iter_child_nodes(item)
            waiting += [child for child in children if id(child) not in inner]


def _is_call(node: ast.stmt, chain: ast.expr) -> bool:
    """Tell whether a statement is a call that includes one router, and which that is."""
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return False
    call = node.value
    routers = [*call.args[:1], *(item.value for item in call.keywords if item.arg == "router")]
    return dotted(call.func)[-1:] == ["include_router"] and any(item is chain for item in routers)


def _includes(node: ast.stmt) -> bool:
    """Tell whether a statement includes routers: a call in any form, or a loop over them."""
    if not isinstance(node, ast.For | ast.AsyncFor) and any(suites(node)):
        return False
    return any(
        isinstance(part, ast.Attribute) and part.attr == "include_router" for part in ast.walk(node)
    )


def _collected(node: ast.stmt) -> list[str]:
    """Return the names of the lists that a statement puts something into."""
    names = [target.id for target in targets(node) if isinstance(target, ast.Name)]
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        match dotted(node.value.func):
            case [name, method] if method in _LISTS:
                names.append(name)
    return names


def _is_looped(module: Scope, name: str) -> bool:
    """Tell whether a module includes all routers of a list."""
    return any(
        _includes(place.node) and any(dotted(chain) == [name] for chain in _chains(place.node))
        for scope in module
        for place in scope.places
    )

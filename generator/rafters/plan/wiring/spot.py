"""The statement after which a router is included in an application."""

import ast
from collections.abc import Sequence

from rafters.plan.wiring.scopes import Function, Place, dotted, targets
from rafters.plan.wiring.source import Block, Refusal, suites

HOOKS = {"exception_handler", "middleware", "on_event"}
"""Decorators of an application that configure it; all others make routes."""

ROUTES = {"add_api_route", "add_api_websocket_route", "add_route", "add_websocket_route", "mount"}
"""Methods of an application that make routes, which come after routers."""


def spot(
    body: Block, variable: str, made: Sequence[Place], includes: Sequence[Place]
) -> tuple[Block, int]:
    """Return a block and the index in it after which the call goes.

    Args:
        body: the statements of the scope.
        variable: name of the application there.
        made: where the application is made in it; nowhere if it is handed in.
        includes: where routers are included in it.

    Raises:
        Refusal: no statement there is sure to run, with the application at hand.
    """
    includes = [place for place in includes if not _is_script(place, made)]
    places = [*made, *includes]
    level = _common(places) if made else 0
    block = places[0].path[level][0] if places else body
    start = max((place.path[level][1] for place in made), default=-1)
    stop = next(
        (index for index in range(start + 1, len(block)) if rebinds(block[index], variable)),
        len(block),
    )
    inside = [place for place in includes if start <= place.path[level][1] < stop]
    direct = any(len(place.path) == level + 1 for place in [*made, *inside])
    if made and not direct and not _settles(block[start], [place.node for place in made]):
        raise Refusal(f"{variable} is made in one branch only, on line {block[start].lineno}")
    if inside:
        return _beside(inside, level)
    return block, _configured(block, start, stop, variable)


def _common(places: Sequence[Place]) -> int:
    """Return how deep the innermost block lies in which all places are."""
    level, shortest = 0, min(len(place.path) for place in places)
    while level + 1 < shortest and len({id(place.path[level + 1][0]) for place in places}) == 1:
        level += 1
    return level


def _beside(includes: Sequence[Place], level: int) -> tuple[Block, int]:
    """Return the last statement of a block that includes a router, by itself or inside."""
    last = max(includes, key=lambda place: place.path[level][1])
    block, index = last.path[level]
    if not ends(block[index]):
        return block, index
    if isinstance(block[index], ast.With | ast.AsyncWith):
        return _beside([item for item in includes if item.path[level] == (block, index)], level + 1)
    raise Refusal(f"what follows line {block[index].lineno} does not run")


def _configured(block: Block, start: int, stop: int, variable: str) -> int:
    """Return the index of the last statement that configures an application without routes."""
    last = start
    for index in range(start + 1, stop):
        if _opens(block[index], variable):
            break
        if _configures(block[index], variable):
            last = index
    return last


def _opens(node: ast.stmt, variable: str) -> bool:
    """Tell whether a statement makes routes, or is one after which an include is too late."""
    if ends(node) or _is_main(node):
        return True
    if isinstance(node, Function):
        hooks = [dotted(_called(item)) for item in node.decorator_list]
        return any(hook[:1] == [variable] and hook[-1] not in HOOKS for hook in hooks)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        name = dotted(node.value.func)
        if name[:1] == [variable]:
            return name[-1] in ROUTES
        return name[-1:] == ["run"] and _takes(node.value, variable)
    return any(_opens(inner, variable) for suite in suites(node) for inner in suite)


def _configures(node: ast.stmt, variable: str) -> bool:
    """Tell whether a statement sets something in an application, or hands it to a function."""
    if isinstance(node, Function):
        return any(dotted(_called(item))[:1] == [variable] for item in node.decorator_list)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return dotted(node.value.func)[:1] == [variable] or _takes(node.value, variable)
    if isinstance(node, ast.ClassDef):
        return False
    if any(dotted(_root(target))[:1] == [variable] for target in targets(node)):
        return True
    return any(_configures(inner, variable) for suite in suites(node) for inner in suite)


def _takes(node: ast.expr, variable: str) -> bool:
    """Tell whether an application is an argument of a call, or of one that it is made on."""
    while isinstance(node, ast.Call):
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
        if any(dotted(value) == [variable] for value in values):
            return True
        node = node.func.value if isinstance(node.func, ast.Attribute) else node.func
    return False


def ends(node: ast.stmt) -> bool:
    """Tell whether what follows a statement in its block never runs."""
    match node:
        case ast.Return() | ast.Raise() | ast.Continue() | ast.Break():
            return True
        case ast.If():
            return bool(node.orelse) and _stops(node.body) and _stops(node.orelse)
        case ast.With() | ast.AsyncWith():
            return _stops(node.body)
        case ast.Try() | ast.TryStar():
            handled = all(_stops(handler.body) for handler in node.handlers)
            return _stops(node.finalbody) or (handled and _stops([*node.body, *node.orelse]))
    return False


def _stops(block: Block) -> bool:
    """Tell whether nothing runs after a block."""
    return any(map(ends, block))


def _settles(node: ast.stmt, made: Sequence[ast.stmt]) -> bool:
    """Tell whether one of some statements runs, whichever way a statement goes."""
    if any(node is item for item in made):
        return True

    def sure(block: Block) -> bool:
        return any(_settles(inner, made) for inner in block)

    match node:
        case ast.If():
            return bool(node.orelse) and sure(node.body) and sure(node.orelse)
        case ast.With() | ast.AsyncWith():
            return sure(node.body)
        case ast.Try() | ast.TryStar():
            handled = all(sure(item.body) or _stops(item.body) for item in node.handlers)
            return sure(node.finalbody) or (sure([*node.body, *node.orelse]) and handled)
    return False


def rebinds(node: ast.stmt, variable: str) -> bool:
    """Tell whether a statement gives the name of the application to something else."""
    if isinstance(node, ast.Expr):
        return False
    if isinstance(node, Function | ast.ClassDef):
        return node.name == variable
    if any(dotted(target) == [variable] for target in targets(node)):
        return True
    return any(rebinds(inner, variable) for suite in suites(node) for inner in suite)


def _is_script(place: Place, made: Sequence[Place]) -> bool:
    """Tell whether a statement runs only in a script whose application is made outside."""
    guards = [block[index] for block, index in place.path if _is_main(block[index])]
    inside = {id(block[index]) for item in made for block, index in item.path}
    return any(id(guard) not in inside for guard in guards)


def _is_main(node: ast.stmt) -> bool:
    """Tell whether a statement is `if __name__ == ...`."""
    return isinstance(node, ast.If) and any(
        isinstance(part, ast.Name) and part.id == "__name__" for part in ast.walk(node.test)
    )


def _called(node: ast.expr) -> ast.expr:
    """Return what a decorator calls, or the decorator itself."""
    return node.func if isinstance(node, ast.Call) else node


def _root(node: ast.expr) -> ast.expr:
    """Return an assignment's target without its subscripts."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node

"""Finds the application in a module of the user's, and where one more router is included.

A *site* is a scope in which the application has a name: where it is made, where a factory's
result lands, or a function that is handed it. The call goes after the last include of a site;
where there is none, after what configures the new application and before its first route.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rafters.plan.wiring.scopes import Function, Place, Scope, dotted, parameters, targets, unquoted
from rafters.plan.wiring.source import Block, Refusal, suites
from rafters.plan.wiring.spot import spot

FASTAPI = {"fastapi.FastAPI", "fastapi.applications.FastAPI"}


@dataclass(frozen=True)
class Home:
    """Where the call goes.

    Attributes:
        scope: the module or function in which it stands.
        block: the statements among which it stands.
        index: of the one after which it stands.
        variable: name of the application there.
        outer: index of the statement of the module in which it stands.
    """

    scope: Scope
    block: Block
    index: int
    variable: str
    outer: int


@dataclass(eq=False)
class _Site:
    """A scope, the name that the application has in it, and what happens to it there."""

    scope: Scope
    variable: str
    made: list[Place] = field(default_factory=list)
    includes: list[Place] = field(default_factory=list)


_Handle = tuple[Scope, str]
"""A name, and the scope that binds it."""


def home(module: Scope) -> Home:
    """Return where a router is included in the one application of a module.

    Raises:
        Refusal: there is none, or more than one, or no safe place.
    """
    finder = _Finder(module)
    applications = [finder.sites(handle) for handle in finder.roots()]
    applications = applications or finder.declared()
    if not applications:
        raise Refusal("found no FastAPI application in this file")
    used = [sites for sites in applications if any(site.includes for site in sites)]
    chosen = applications if len(applications) == 1 else used
    if len(chosen) != 1:
        names = ", ".join(sorted({sites[0].variable for sites in applications}))
        raise Refusal(f"found {len(applications)} FastAPI applications in this file: {names}")
    (sites,) = chosen
    _check_not_mounted(sites)
    own = [site for site in sites if site.made and site.includes]
    others = [site for site in sites if not site.made and site.includes]
    site = own[0] if own else others[0] if len(others) == 1 else sites[0]
    block, index = spot(site.scope.node.body, site.variable, site.made, site.includes)
    return Home(site.scope, block, index, site.variable, outer(module, block, index))


class _Finder:
    """What a module says about applications, collected once."""

    def __init__(self, module: Scope) -> None:
        """Collect the includes, and the calls that hand on an application."""
        self.scopes = list(module)
        self.made = defaultdict[_Handle, list[Place]](list)
        self.includes = defaultdict[_Handle, list[tuple[Scope, Place]]](list)
        self.handed = defaultdict[_Handle, list[_Handle]](list)
        self.called = set[Scope]()
        self.factories = dict[_Handle, Scope]()
        for scope in self.scopes:
            for place in scope.places:
                self._note(scope, place)

    def roots(self) -> Iterator[_Handle]:
        """Yield the names under which applications are made, each application once."""
        landed = set(self.factories)
        for handle in self.made:
            if handle not in landed or self._returned(self.factories[handle]) is None:
                yield handle

    def sites(self, root: _Handle) -> list[_Site]:
        """Return the sites of an application; the first is where it is made."""
        handles = [root]
        for handle, factory in self.factories.items():
            if self._returned(factory) == root and handle not in handles:
                handles.append(handle)
        for handle in handles:  # grows on the way: helpers hand on too
            handles += [item for item in self.handed[handle] if item not in handles]
        sites = [_Site(*handle, self.made.get(handle, [])) for handle in handles]
        for site in list(sites):
            for scope, place in self.includes[site.scope, site.variable]:
                if scope is site.scope:
                    site.includes.append(place)
                elif scope in self.called:
                    near = [item for item in sites if item.scope is scope and not item.made]
                    if not near:
                        near = [_Site(scope, site.variable)]
                        sites += near
                    near[0].includes.append(place)
        return sites

    def declared(self) -> list[list[_Site]]:
        """Return functions that include routers in a parameter annotated as an application."""
        found = list[list[_Site]]()
        for scope in self.scopes:
            if isinstance(scope.node, Function) and scope.parent:
                for item in parameters(scope.node):
                    places = [place for _, place in self.includes[scope, item.arg]]
                    if places and scope.parent.origins(unquoted(item.annotation)) & FASTAPI:
                        found.append([_Site(scope, item.arg, includes=places)])
        return found

    def _note(self, scope: Scope, place: Place) -> None:
        """Note what one statement does."""
        node = place.node
        value = getattr(node, "value", None)
        if isinstance(value, ast.Await):
            value = value.value
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            self._note_made(scope, place, node)
        if not isinstance(value, ast.Call):
            return
        name = included_in(node)
        if name and (owner := scope.owner(name)):
            self.includes[owner, name].append((scope, place))
        elif function := scope.function(value.func):
            self.called.add(function)
            for handle, item in _arguments(value, function):
                if owner := scope.owner(handle):
                    self.handed[owner, handle].append((function, item))

    def _note_made(self, scope: Scope, place: Place, node: ast.Assign | ast.AnnAssign) -> None:
        """Note an assignment whose value is an application."""
        declared = (
            isinstance(node, ast.AnnAssign) and scope.origins(unquoted(node.annotation)) & FASTAPI
        )
        if node.value and (declared or _is_application(scope, node.value)):
            for target in targets(node):
                if isinstance(target, ast.Name):
                    self.made[scope, target.id].append(place)
                    function = isinstance(node.value, ast.Call) and scope.function(node.value.func)
                    if function:
                        self.factories[scope, target.id] = function

    def _returned(self, factory: Scope, depth: int = 4) -> _Handle | None:
        """Return the name of the application that a factory returns, at the end of the chain."""
        for place in factory.places:
            if isinstance(place.node, ast.Return) and isinstance(place.node.value, ast.Name):
                handle = (factory, place.node.value.id)
                if handle in self.made:
                    further = self.factories.get(handle)
                    deeper = self._returned(further, depth - 1) if further and depth else None
                    return deeper or handle
        return None


def included_in(node: ast.stmt) -> str:
    """Return the `x` of `x.include_router(...)` or `x.router.include_router(...)`, or nothing."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        match dotted(node.value.func):
            case [name, "include_router"] | [name, "router", "include_router"]:
                return name
    return ""


def _arguments(call: ast.Call, function: Scope) -> Iterator[tuple[str, str]]:
    """Yield the names that a call hands on, and those of the parameters that take them."""
    if isinstance(function.node, Function):
        names = [item.arg for item in parameters(function.node)]
        for value, name in zip(call.args, names, strict=False):
            if isinstance(value, ast.Name):
                yield value.id, name
        for keyword in call.keywords:
            if isinstance(keyword.value, ast.Name) and keyword.arg in names:
                yield keyword.value.id, keyword.arg


def _is_application(scope: Scope, value: ast.expr, depth: int = 4) -> bool:
    """Tell whether an expression makes an application, by itself or through a function here."""
    if not isinstance(value, ast.Call) or not depth:
        return False
    if scope.origins(value.func) & FASTAPI:
        return True
    factory = scope.function(value.func)
    if factory is None or not isinstance(factory.node, Function):
        return False
    if scope.origins(unquoted(factory.node.returns)) & FASTAPI:
        return True
    results = [place.node.value for place in factory.places if isinstance(place.node, ast.Return)]
    names = {result.id for result in results if isinstance(result, ast.Name)}
    for place in factory.places:
        node = place.node
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            bound = {item.id for item in targets(node) if isinstance(item, ast.Name)}
            if bound & names and _is_application(factory, node.value, depth - 1):
                return True
    return any(result and _is_application(factory, result, depth - 1) for result in results)


def _check_not_mounted(sites: Sequence[_Site]) -> None:
    """Refuse an application that another one serves below a path of its own."""
    for site in sites:
        for place in site.scope.places:
            match place.node:
                case ast.Expr(value=ast.Call(func=ast.Attribute(attr="mount")) as call):
                    values = [*call.args, *(keyword.value for keyword in call.keywords)]
                    if any(dotted(value) == [site.variable] for value in values):
                        where = f"below a path, on line {call.lineno}"
                        raise Refusal(f"{site.variable} is mounted {where}")


def outer(module: Scope, block: Block, index: int) -> int:
    """Return the index of the statement of a module that is, or holds, one of a block."""

    def holds(node: ast.stmt) -> bool:
        return any(suite is block or any(map(holds, suite)) for suite in suites(node))

    body = module.node.body
    return index if block is body else next(i for i, node in enumerate(body) if holds(node))

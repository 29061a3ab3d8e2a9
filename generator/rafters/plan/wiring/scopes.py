"""Where the statements of a module stand, and what its names stand for."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rafters.plan.wiring.source import Block, suites

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Place(NamedTuple):
    """Where a statement stands.

    Attributes:
        path: blocks from the scope's own to the one it stands in, each with the index in it.
    """

    path: tuple[tuple[Block, int], ...]

    @property
    def node(self) -> ast.stmt:
        """The statement."""
        block, index = self.path[-1]
        return block[index]


class Binding(NamedTuple):
    """What a name is bound to, at one place.

    Attributes:
        line: number of the line.
        certain: whether no `if`, `try` or loop stands around it.
        value: dotted origin of what is imported; else the statement or the parameter.
    """

    line: int
    certain: bool
    value: str | ast.stmt | ast.arg


@dataclass(eq=False)
class Scope:
    """A module or a function.

    Attributes:
        node: what it is in the tree.
        parent: the scope in which it stands; `None` for a module.
        package: dotted package of the file, with which relative imports are resolved.
        places: its statements, those of nested blocks included, those of functions not.
        bindings: its names.
        inner: the functions in it, those in classes included.
    """

    node: ast.Module | Function
    parent: "Scope | None"
    package: str
    places: list[Place] = field(default_factory=list)
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    inner: "list[Scope]" = field(default_factory=list)

    def __iter__(self) -> "Iterator[Scope]":
        """Yield the scope and all that stand in it."""
        yield self
        for scope in self.inner:
            yield from scope

    def owner(self, name: str) -> "Scope | None":
        """Return the scope that binds a name as this one sees it."""
        scope: Scope | None = self
        while scope and name not in scope.bindings:
            scope = scope.parent
        return scope

    def lookup(self, name: str, line: int) -> "tuple[Scope, Sequence[Binding]]":
        """Return what a name may stand for on a line, and the scope that binds it.

        These are the last certain binding before the line, and the uncertain ones after it.
        """
        scope = self.owner(name)
        if scope is None:
            return self, ()
        found = scope.bindings[name]
        if scope is self:
            found = [item for item in found if item.line <= line] or found
        certain = [index for index, item in enumerate(found) if item.certain]
        return scope, found[certain[-1] if certain else 0 :]

    def function(self, node: ast.expr) -> "Scope | None":
        """Return the function of this module that an expression names."""
        if isinstance(node, ast.Name):
            scope, found = self.lookup(node.id, node.lineno)
            for binding in found:
                for inner in scope.inner:
                    if inner.node is binding.value:
                        return inner
        return None

    def origins(self, node: ast.expr | None, depth: int = 4) -> set[str]:
        """Return the dotted names from which an expression may come; a subclass is its base."""
        chain = dotted(node)
        if not chain or not depth or node is None:
            return set()
        scope, found = self.lookup(chain[0], node.lineno)
        origins = set[str]()
        for binding in found:
            value = binding.value
            if isinstance(value, str):
                origins.add(".".join([value, *chain[1:]]))
            elif isinstance(value, ast.Assign) and len(chain) == 1:
                origins |= scope.origins(value.value, depth - 1)
            elif isinstance(value, ast.ClassDef):
                for base in value.bases:
                    origins |= scope.origins(base, depth - 1)
        if not found and "*" in scope.bindings:
            stars = scope.bindings["*"]
            origins |= {".".join([str(star.value), *chain]) for star in stars}
        return origins


def unquoted(annotation: ast.expr | None) -> ast.expr | None:
    """Return an annotation as an expression, though it be a string."""
    if not isinstance(annotation, ast.Constant) or not isinstance(annotation.value, str):
        return annotation
    try:
        return ast.parse(annotation.value, mode="eval").body
    except (SyntaxError, ValueError):
        return None


def scopes(tree: ast.Module, package: str) -> Scope:
    """Return the scope of a module, with all others in it."""
    module = Scope(tree, None, package)
    _fill(module, tree.body, ())
    return module


def dotted(node: ast.expr | None) -> list[str]:
    """Return the parts of `a.b.c`; none where an expression is more than names and dots."""
    parts = list[str]()
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return [node.id, *reversed(parts)] if isinstance(node, ast.Name) else []


def absolute(module: str, package: str) -> str:
    """Return a module's name from its root, as in `.routers.tasks` of `shop`."""
    name = module.lstrip(".")
    level = len(module) - len(name)
    if not level:
        return name
    parts = package.split(".") if package else []
    return ".".join([*parts[: max(0, len(parts) - level + 1)], *filter(None, [name])])


def imported(node: ast.ImportFrom) -> str:
    """Return the module of a `from` import as it is written."""
    return f"{'.' * node.level}{node.module or ''}"


def bound(node: ast.stmt) -> set[str]:
    """Return the names that a statement binds by itself."""
    return {name for name, _ in _bound(node, "")}


def _fill(scope: Scope, block: Block, path: tuple[tuple[Block, int], ...]) -> None:
    """Put the statements of a block into a scope."""
    for index, node in enumerate(block):
        here = (*path, (block, index))
        scope.places.append(Place(here))
        for name, value in _bound(node, scope.package):
            binding = Binding(node.lineno, not path, value)
            scope.bindings.setdefault(name, []).append(binding)
        if isinstance(node, Function):
            _enter(scope, node)
        elif isinstance(node, ast.ClassDef):
            for item in node.body:
                if isinstance(item, Function):
                    _enter(scope, item)
        else:
            for suite in suites(node):
                _fill(scope, suite, here)


def _enter(parent: Scope, node: Function) -> None:
    """Put a function into the scope in which it stands."""
    scope = Scope(node, parent, parent.package)
    for item in parameters(node):
        scope.bindings[item.arg] = [Binding(node.lineno, certain=True, value=item)]
    _fill(scope, node.body, ())
    for place in scope.places:
        if isinstance(place.node, ast.Global | ast.Nonlocal):
            for name in place.node.names:
                scope.bindings.pop(name, None)
    parent.inner.append(scope)


def parameters(node: Function) -> list[ast.arg]:
    """Return the parameters of a function that have a place or a name."""
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def _bound(node: ast.stmt, package: str) -> Iterator[tuple[str, str | ast.stmt]]:
    """Yield the names that a statement binds by itself, and to what."""
    if isinstance(node, ast.ImportFrom):
        module = absolute(imported(node), package)
        for alias in node.names:
            star = alias.name == "*"
            yield alias.asname or alias.name, module if star else f"{module}.{alias.name}"
    elif isinstance(node, ast.Import):
        for alias in node.names:
            root = alias.name.partition(".")[0]
            yield alias.asname or root, alias.name if alias.asname else root
    elif isinstance(node, Function | ast.ClassDef):
        yield node.name, node
    else:
        for target in targets(node):
            for part in ast.walk(target):
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                    yield part.id, node


def targets(node: ast.stmt) -> list[ast.expr]:
    """Return what a statement assigns to."""
    if isinstance(node, ast.Assign):
        return node.targets
    if isinstance(node, ast.AnnAssign):
        return [node.target] if node.value else []
    if isinstance(node, ast.AugAssign | ast.For | ast.AsyncFor):
        return [node.target]
    if isinstance(node, ast.With | ast.AsyncWith):
        return [item.optional_vars for item in node.items if item.optional_vars]
    return []

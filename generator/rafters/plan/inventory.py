"""What a resource has in a project as it stands: its files, routes and tests."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rafters.plan.rendering import project
from rafters.plan.resources import routes as served
from rafters.plan.tree import Tree
from rafters.spec.resource import Blueprint, Resource

METHODS = ("get", "post", "put", "patch", "delete", "head", "options")


@dataclass(frozen=True)
class Entry:
    """A resource and what it has.

    Attributes:
        resource: its specification.
        files: those of its files that are there.
        missing: those that are not.
        routes: method and path of each, in the order of the router.
        tests: names of the test functions.
    """

    resource: Resource
    files: tuple[str, ...]
    missing: tuple[str, ...]
    routes: tuple[tuple[str, str], ...]
    tests: tuple[str, ...]


def entries(tree: Tree, layout: Mapping[str, str], blueprint: Blueprint) -> tuple[Entry, ...]:
    """Return what each resource of a blueprint has in a tree."""
    return tuple(_entry(tree, layout, resource) for resource in blueprint.resources.values())


def _entry(tree: Tree, layout: Mapping[str, str], resource: Resource) -> Entry:
    paths = project.paths(layout, resource)
    there = tuple(path for path in paths.values() if path in tree)
    sources = {layer: tree[path].content for layer, path in paths.items() if path in tree}
    prefix = served(layout, resource).removesuffix(served({"api_prefix": ""}, resource))
    return Entry(
        resource,
        files=there,
        missing=tuple(path for path in paths.values() if path not in there),
        routes=tuple(_routes(sources.get("router", b""), prefix)),
        tests=tuple(_tests(sources.get("tests", b""))),
    )


def _routes(source: bytes, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield the routes that a module declares with decorators."""
    tree = _parsed(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _last(node.func).endswith("Router"):
            prefix += next(
                (_text(item.value) for item in node.keywords if item.arg == "prefix"), ""
            )
    for node in tree.body:
        for call in getattr(node, "decorator_list", ()):
            if isinstance(call, ast.Call) and _last(call.func) in METHODS and call.args:
                yield _last(call.func).upper(), prefix + _text(call.args[0])


def _tests(source: bytes) -> Iterator[str]:
    """Yield the names of a module's test functions."""
    for node in _parsed(source).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name


def _parsed(source: bytes) -> ast.Module:
    """Return the tree of a source; of one with an error, that of an empty one."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError):
        return ast.Module([], [])


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""

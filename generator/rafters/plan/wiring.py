"""Registers a resource in code that is there: lines are inserted, none is rewritten.

`ast` finds the place, the text keeps every byte of the user's lines, and a second parse
proves that the result is Python.
"""

import ast
import io
from collections.abc import Sequence

from rafters.errors import ConflictError, Problem


def include_router(source: str, *, module: str, name: str, prefix: str) -> str:
    """Return the source of an application with one more router included.

    Args:
        source: the module that holds `app`.
        module: relative module of the router, as in `.routers.tasks`.
        name: name under which the router is imported, as in `tasks_router`.
        prefix: path under which it is served, as in `/api`.

    Raises:
        ConflictError: there is no `app.include_router(...)` to stand beside; the hint holds
            the lines to add by hand.
    """
    line = f"from {module} import router as {name}"
    call = f'app.include_router({name}, prefix="{prefix}")'
    tree = ast.parse(source)
    includes = [node for node in tree.body if _is_include(node)]
    if not includes:
        raise ConflictError(
            Problem("cannot-wire", "found no app.include_router(...)", f"add:\n{line}\n{call}")
        )
    wired = _insert(source, _end(includes[-1]), call)
    return _proven(_insert(wired, _import_place(tree, module), line))


def export_model(source: str, *, module: str, name: str) -> str:
    """Return the source of a package's `__init__` with one more name exported.

    Args:
        source: a module of imports, and an `__all__` with one name per line.
        module: relative module of the model, as in `.task`.
        name: class to export, as in `Task`.

    Raises:
        ConflictError: there is no such `__all__`; the hint holds the lines to add by hand.
    """
    line = f"from {module} import {name}"
    tree = ast.parse(source)
    names = _exported(tree)
    if not names:
        hint = f'add:\n{line}\nand "{name}" to __all__'
        raise ConflictError(Problem("cannot-wire", "found no __all__ with a name per line", hint))
    later = [item for item in names if str(item.value) > name]
    place = later[0].lineno - 1 if later else _end(names[-1])
    indent = " " * names[0].col_offset
    wired = _insert(source, place, f'{indent}"{name}",')
    return _proven(_insert(wired, _import_place(tree, module), line))


def _is_include(node: ast.stmt) -> bool:
    """Tell whether a statement is `app.include_router(...)`."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
        and node.value.func.attr == "include_router"
        and isinstance(node.value.func.value, ast.Name)
        and node.value.func.value.id == "app"
    )


def _exported(tree: ast.Module) -> Sequence[ast.Constant]:
    """Return the names in `__all__`, if each stands on a line of its own."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.List | ast.Tuple):
            target = node.targets[0]
            if isinstance(target, ast.Name) and target.id == "__all__":
                items = [item for item in node.value.elts if isinstance(item, ast.Constant)]
                lines = {item.lineno for item in items} | {node.lineno, _end(node)}
                return items if len(lines) == len(items) + 2 else ()
    return ()


def _import_place(tree: ast.Module, module: str) -> int:
    """Return how many lines stand before the place where isort puts `from module import`."""
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    local = [node for node in imports if isinstance(node, ast.ImportFrom) and node.level]
    later = [node for node in local if f"{'.' * node.level}{node.module or ''}" > module]
    if later:
        return later[0].lineno - 1
    if imports:
        return _end((local or imports)[-1])
    return _end(tree.body[0]) if ast.get_docstring(tree) is not None else 0


def _insert(source: str, place: int, line: str) -> str:
    """Return the source with a line after its first `place` lines."""
    lines = io.StringIO(source, newline="").readlines()  # splits where `ast` counts, no oftener
    return "".join([*lines[:place], f"{line}\n", *lines[place:]])


def _end(node: ast.stmt | ast.expr) -> int:
    """Return the number of the last line of a node; parsed nodes have one."""
    return node.end_lineno or node.lineno


def _proven(source: str) -> str:
    """Return the source; a syntax error here would be a fault of this module."""
    ast.parse(source)
    return source

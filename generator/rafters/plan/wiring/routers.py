"""Registers a router in an application of the user's, and takes it out again.

Lines are inserted, none is rewritten: `ast` finds the place, the bytes around it stay, and a
second parse proves that every statement is where it was. There are three answers: the new bytes,
the same bytes (it is there already), or a ConflictError that holds the lines to paste.

The call goes on the application itself and never on a parent router, so that the prefix is the
whole one.
"""

import ast

from rafters.plan.wiring import mentions
from rafters.plan.wiring.application import Home, home, included_in, outer
from rafters.plan.wiring.imports import WIDTH, Import
from rafters.plan.wiring.proof import proven
from rafters.plan.wiring.removal import Removal
from rafters.plan.wiring.scopes import Function, absolute, dotted, scopes
from rafters.plan.wiring.source import Block, Patch, Refusal, Source, first_line, read, refusing
from rafters.plan.wiring.spot import ends, rebinds


def include_router(
    content: bytes, *, module: str, name: str, prefix: str, package: str, width: int = WIDTH
) -> bytes:
    """Return the source of an application with one more router included.

    Args:
        content: the module that holds the application.
        module: relative module of the router, as in `.routers.tasks`.
        name: name under which the router is imported, as in `tasks_router`; where it is taken,
            `tasks_router_2` and so on.
        prefix: path under which it is served, as in `/api`.
        package: dotted package of the file; empty for a file in none.
        width: columns of a line.

    Raises:
        ConflictError: there is no safe place; the hint holds the lines to add by hand.
    """
    wanted = Import(module, "router", name)
    with refusing(f"add:\n{wanted.text(width)}\n{_call('app', name, prefix, width)}"):
        source = read(content)
        scope = scopes(source.tree, package)
        uses = mentions.find(source, scope, f"{absolute(module, package)}.router")
        if uses.calls or uses.loops:
            return content
        if uses.unclear:
            line = uses.unclear[0].node.lineno
            raise Refusal(f"cannot tell what line {line} does with this router")
        place = home(scope)
        known = uses.known(place)
        wanted = wanted.styled(source.tree, package).renamed(source)
        call = _insertion(source, place, known or wanted.alias, prefix, width)
        if known:
            return proven(source, [call], added=1)
        return proven(source, [wanted.insertion(source, place.outer, width), call], added=2)


def unwire_router(
    content: bytes,
    *,
    module: str,
    package: str,
    name: str = "",
    prefix: str | None = None,
    width: int = WIDTH,
    force: bool = False,
) -> bytes:
    """Return the source of an application without a router: the inverse of `include_router`.

    Args:
        content: the module that holds the application.
        module: as `include_router` takes it.
        package: as `include_router` takes it.
        name: as `include_router` takes it; empty for any.
        prefix: as `include_router` takes it; `None` for any.
        width: as `include_router` takes it.
        force: whether statements that the user has changed go too.

    Raises:
        ConflictError: the user has changed what was inserted, or uses the router in another
            way; the hint says what to remove by hand.
    """
    with refusing(f"remove from this file what names {module}"):
        source = read(content)
        scope = scopes(source.tree, package)
        uses = mentions.find(source, scope, f"{absolute(module, package)}.router")
        if stuck := [*uses.loops, *uses.unclear, *uses.others]:
            raise Refusal(f"line {stuck[0].node.lineno} uses this router in a way of its own")
        removal = Removal(source, package, width)
        for place in uses.calls:
            ours = _wrote(source, *place.path[-1], prefix, width)
            removal.statement(place, _lines(source, *place.path[-1]), ours=ours)
        stop = min((outer(scope, *place.path[-1]) for place in uses.calls), default=None)
        for place, gone in uses.statements():
            wanted = Import(module, "router", name or gone[0].asname or "")
            removal.imported(place, gone, wanted, stop)
        return removal.result(force=force)


def _call(application: str, router: str, prefix: str, width: int) -> str:
    """Return the statement that includes a router, broken as the formatter does."""
    arguments = [router, *([f"prefix={_quoted(prefix)}"] if prefix else [])]
    for before, between, after in (
        ("(", ", ", ")"),
        ("(\n    ", ", ", "\n)"),
        ("(\n    ", ",\n    ", ",\n)"),
    ):
        call = f"{application}.include_router{before}{between.join(arguments)}{after}"
        if max(map(len, call.split("\n"))) <= width:
            break
    return call


def _quoted(text: str) -> str:
    """Return text as a string of Python in double quotes."""
    inner = repr(f"'{text}")[2:-1]  # the apostrophe makes repr choose double quotes
    return f'"{inner}"' if '"' not in text else repr(text)


def _insertion(source: Source, place: Home, router: str, prefix: str, width: int) -> Patch:
    """Return what inserts the call.

    Raises:
        Refusal: another statement on the same line comes in between.
    """
    block, index, indent = place.block, place.index, source.indent(place.block)
    line = source.after(block, index)
    for node in block[index + 1 :]:
        if first_line(node) <= line and (ends(node) or rebinds(node, place.variable)):
            raise Refusal(f"line {node.lineno} leaves no room for another statement")
    call = _call(place.variable, router, prefix, width - len(indent.expandtabs(4)))
    step = "\t" if indent.startswith("\t") else "    "
    text = "\n".join(f"{indent}{part}" for part in call.replace("    ", step).split("\n"))
    return source.insertion(line, "\n" * _blanks(source, block, index) + text)


def _blanks(source: Source, block: Block, index: int) -> int:
    """Return how many lines the formatter leaves free after a statement."""
    if isinstance(block[index], Function | ast.ClassDef):
        return 2 if block is source.tree.body else 1
    return 0


def _lines(source: Source, block: Block, index: int) -> range:
    """Return the lines of a call, counted from 0, with the blank ones that came with it."""
    first = first_line(block[index]) - 1
    if index:
        blanks = _blanks(source, block, index - 1)
        before = source.lines[first - blanks : first]
        first -= blanks if not any(line.strip() for line in before) else 0
    return range(first, source.after(block, index))


def _wrote(source: Source, block: Block, index: int, prefix: str | None, width: int) -> bool:
    """Tell whether a call that includes a router is as it is inserted."""
    node = block[index]
    variable = included_in(node)
    if not variable or not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return False
    router = ".".join(dotted(node.value.args[0])) if node.value.args else ""
    if prefix is None:
        values = [item.value for item in node.value.keywords if item.arg == "prefix"]
        value = values[0].value if values and isinstance(values[0], ast.Constant) else ""
        prefix = value if isinstance(value, str) else ""
    indent = source.indent(block)
    call = _call(variable, router, prefix, width - len(indent.expandtabs(4)))
    step = "\t" if indent.startswith("\t") else "    "
    return source.text(block, index) == call.replace("    ", step)

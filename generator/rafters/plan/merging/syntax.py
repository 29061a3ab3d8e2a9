"""What Python says of a merge: does it still mean what both sides wrote?"""

import ast
import builtins
import warnings
from collections import Counter

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Import = ast.Import | ast.ImportFrom
BUILTINS = {*dir(builtins), "__file__"}
SECONDS = frozenset({"overload", "setter", "deleter", "getter", "register"})
"""Decorators under which a name may be defined once more."""


def parsed(code: str) -> ast.Module | None:
    """Return the syntax tree of a file, or `None` where there is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def compiles(code: ast.Module) -> bool:
    """Tell whether a tree is a program: an argument given twice, for example, parses too."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(code, "<merged>", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def bound(node: ast.AST) -> list[str]:
    """Return the names that a statement binds where it stands; those of a block only its own."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [node.name]
        case ast.Import() | ast.ImportFrom():
            return [(item.asname or item.name).partition(".")[0] for item in node.names]
        case ast.Assign():
            targets = node.targets
        case ast.AnnAssign():
            targets = [node.target]
        case _:
            return []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def unbound(tree: ast.Module) -> set[str]:
    """Return the names that a file reads and that nothing in it binds, in whatever block."""
    used: set[str] = set()
    known = BUILTINS.copy()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                used.add(name)
            case ast.Name(id=name) | ast.arg(arg=name) | ast.ExceptHandler(name=str(name)):
                known.add(name)
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                known.add(name)
            case ast.MatchMapping(rest=str(name)):
                known.add(name)
            case ast.ImportFrom(names=[ast.alias(name="*")]):
                return set()
            case _:
                known.update(bound(node))
    return used - known


def imports(line: str) -> bool:
    """Tell whether a line is a whole import, at the file's own level."""
    return line.startswith(("import ", "from ")) and parsed(line) is not None


def definitions(tree: ast.Module) -> Counter[tuple[str, str]]:
    """Count how often each name is defined, as (block, name).

    In functions only functions, classes and imports count: variables come and go. So do the
    keys or elements of what a name is set to, such as `__all__`.
    """
    counts: Counter[tuple[str, str]] = Counter()
    todo: list[tuple[str, Definition | ast.Module]] = [("", tree)]
    while todo:
        block, around = todo.pop()
        fields = isinstance(around, ast.ClassDef | ast.Module)
        for node in around.body:
            if isinstance(node, Definition):
                if not any(_name(item) in SECONDS for item in node.decorator_list):
                    counts[block, node.name] += 1
                todo.append((f"{block}{node.name}.", node))
            elif isinstance(node, ast.Import):  # `import a.b` and `import a.c` are two
                counts.update((block, item.asname or item.name) for item in node.names)
            elif fields or isinstance(node, ast.ImportFrom):
                names = bound(node)
                counts.update((block, name) for name in names)
                counts.update((f"{block}{names}", key) for key in _keys(node))
    return counts


def _keys(node: ast.stmt) -> list[str]:
    """Return the constant keys or elements of what an assignment gives its name."""
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    match value:
        case ast.Dict():
            keys = [key for key in value.keys if key]
        case ast.List() | ast.Tuple() | ast.Set():
            keys = value.elts
        case _:
            keys = []
    return [repr(key.value) for key in keys if isinstance(key, ast.Constant)]


def _name(decorator: ast.expr) -> str:
    """Return the last word of a decorator."""
    if isinstance(decorator, ast.Call):
        decorator = decorator.func
    if isinstance(decorator, ast.Attribute):
        return decorator.attr
    return decorator.id if isinstance(decorator, ast.Name) else ""

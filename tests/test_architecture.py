"""The rules of the package's structure."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "generator" / "rafters"
MODULES = sorted(PACKAGE.rglob("*.py"))
MAX_LINES = 300

LAYERS = {
    "errors": 0,
    "spec": 1,
    "plan": 2,
    "effects": 3,
    "console": 3,
    "commands": 4,
    "options": 5,
    "cli": 6,
    "cli_verify": 5,
    "main": 7,
    "__main__": 8,
}
"""A module imports from its own layer and from lower ones; effects and console are strangers."""

OUTSIDERS = {
    "copier": {
        "effects/scaffold.py",
        "effects/verification/rendering.py",  # a program of its own, which a time-out can end
        "effects/verification/copier_classes.py",  # what it makes public says nothing of questions
    },
    "jinja2": {"plan/render.py"},
    "plumbum": {"effects/scaffold.py"},
    "rich": {"console.py"},
    "typer": {"cli.py", "cli_verify.py", "main.py", "options.py"},
    "fastapi": set[str](),
    "sqlmodel": set[str](),
    "subprocess": {"effects/process.py", "effects/staging.py"},
}
"""Where a library may be imported, and nowhere else."""

WORLD = {"os", "pathlib", "shutil", "tempfile", "socket", "time", "yaml", "typer", "rich", "uv"}
"""What a pure module does not touch."""


def imports(path: Path) -> Iterator[str]:
    """Yield every module that a file imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports of the package are absolute"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer(module: str) -> str:
    """Return the layer of a dotted module of the package, or an empty string."""
    parts = module.split(".")
    return parts[1] if parts[0] == "rafters" and len(parts) > 1 and parts[1] in LAYERS else ""


def name(path: Path) -> str:
    """Return a module's path from the package's root."""
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_imports_run_one_way(path: Path) -> None:
    """No module imports from a layer above its own, nor effects from the console."""
    own = layer(".".join(["rafters", *path.relative_to(PACKAGE).with_suffix("").parts]))
    for other in filter(None, map(layer, imports(path))):
        assert LAYERS[other] <= LAYERS.get(own, 0), f"{own} imports {other}"
        assert {own, other} != {"effects", "console"}


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_libraries_stay_in_their_module(path: Path) -> None:
    """Each outside library is known to one module, and pure modules touch no world."""
    roots = {module.partition(".")[0] for module in imports(path)}
    for library, places in OUTSIDERS.items():
        assert library not in roots or name(path) in places, f"{library} in {name(path)}"
    if name(path).startswith(("spec/", "plan/")):
        assert not roots & WORLD


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_files_are_short(path: Path) -> None:
    """No file of the package has more than 300 lines."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_the_rules_see_the_package() -> None:
    """The tests above read real modules, not an empty list."""
    assert {"cli.py", "plan/wiring/routers.py", "effects/apply.py"} <= {
        name(path) for path in MODULES
    }

"""What verifies a rendered tree: its own commands, as settings say or as its files show."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import tomli

from rafters.plan.tree import Tree
from rafters.plan.verification.settings import Command, Settings

_LINTERS = {
    "ruff": (("ruff", "check"),),
    "mypy": (("mypy", "."),),
    "pyright": (("pyright",),),
    "basedpyright": (("basedpyright",),),
    "ty": (("ty", "check"),),
}
"""Commands of linters that a project depends on."""


@dataclass(frozen=True)
class Commands:
    """What is run in a copy of a rendered tree.

    Attributes:
        origin: where they come from, in a few words.
        setup: installs what the others need.
        static: looks at the code.
        test: runs it.
    """

    origin: str
    setup: tuple[Command, ...] = ()
    static: tuple[Command, ...] = ()
    test: tuple[Command, ...] = ()


def commands(settings: Settings, tree: Tree) -> Commands:
    """Return what verifies a tree: what the settings say, or else what its files show."""
    if settings.says_commands:
        parts = (settings.setup, settings.static, settings.test)
        return Commands("its settings", *(part or () for part in parts))
    return found(tree)


def found(tree: Tree) -> Commands:
    """Return what a tree's files show: uv, tox, nox, make or pytest, the first that is there."""
    project = _toml(tree, "pyproject.toml")
    uv = ("uv.lock" in tree) or "uv" in _table(project, "tool") or "dependency-groups" in project
    if uv and "project" in project:
        return _uv(tree, project)
    if "tox.ini" in tree or "tox" in _table(project, "tool"):
        return Commands("tox", test=(("uv", "tool", "run", "tox", "-q"),))
    if "noxfile.py" in tree:
        return Commands("nox", test=(("uv", "tool", "run", "nox"),))
    if targets := _targets(tree) & {"lint", "check", "test"}:
        static = tuple(("make", name) for name in ("lint", "check") if name in targets)
        return Commands("make", static=static, test=(("make", "test"),) * ("test" in targets))
    if _has_tests(tree):
        installed = ("--with", ".") if {"project", "build-system"} & project.keys() else ()
        return Commands(
            "pytest",
            test=(("uv", "run", "--no-project", *installed, "--with", "pytest", "pytest"),),
        )
    return Commands("nothing")


def _uv(tree: Tree, project: Mapping[str, object]) -> Commands:
    """Return the commands of a project that uv installs."""
    names = set(_dependencies(project))
    extras = _table(_table(project, "project"), "optional-dependencies")
    groups = _table(project, "dependency-groups")
    words = ["--all-extras"] * bool(extras) + ["--all-groups"] * bool(groups)
    run = ("uv", "run", "--no-sync")
    static = [
        (*run, *argv) for name, all_of in _LINTERS.items() if name in names for argv in all_of
    ]
    test: list[Command] = []
    if _has_tests(tree):
        test = (
            [(*run, "pytest")]
            if "pytest" in names
            else [("uv", "run", "--with", "pytest", "pytest")]
        )
    return Commands("uv", (("uv", "sync", *words),), tuple(static), tuple(test))


def _dependencies(project: Mapping[str, object]) -> Iterable[str]:
    """Yield the names of all packages that a project names anywhere."""
    metadata = _table(project, "project")
    lists = [metadata.get("dependencies", [])]
    lists += _table(metadata, "optional-dependencies").values()
    lists += _table(project, "dependency-groups").values()
    lists.append(_table(_table(project, "tool"), "uv").get("dev-dependencies", []))
    for items in lists:
        for item in items if isinstance(items, list) else []:
            if isinstance(item, str) and (name := re.match(r"[\w.-]+", item)):
                yield name[0].lower().replace("_", "-")


def _has_tests(tree: Tree) -> bool:
    return any(re.search(r"(?:^|/)(?:test_[^/]*|[^/]*_test)\.py$", path) for path in tree)


def _targets(tree: Tree) -> set[str]:
    """Return the targets of a Makefile."""
    file = tree.get("Makefile") or tree.get("makefile")
    text = file.content.decode("utf-8", "replace") if file else ""
    return set(re.findall(r"^([\w-]+):(?!=)", text, re.MULTILINE))


def _toml(tree: Tree, path: str) -> Mapping[str, object]:
    """Return a parsed file; nothing where it is missing or broken, which `render` tells."""
    try:
        return tomli.loads(tree[path].text)
    except (KeyError, ValueError):
        return {}


def _table(table: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = table.get(key)
    return value if isinstance(value, Mapping) else {}

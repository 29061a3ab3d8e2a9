"""What people edited is kept by every change, or stands in a conflict: never lost, never twice."""

import ast
import contextlib
import io
import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main
from commands.edits import EDITS, TASK, Edit
from commands.ledger import Books, Snapshot, restore, snapshot
from ruff import find_ruff_bin

from rafters import main
from rafters.effects import formatting
from rafters.effects.process import Processes
from rafters.plan.merging.text import MARKERS
from rafters.plan.tree import Tree

CHANGES: Mapping[str, tuple[str, ...]] = {
    "add": ("--add", "points:int=0"),
    "add filter": ("--add", "start:date:null:filter:sort"),
    "add ref": ("--add", "project:Project:null"),
    "add many": ("--add", "tags:Tag:many"),
    "drop": ("--drop", "notes"),
    "rename": ("--rename", "title=headline"),
    "alter bounds": ("--alter", "priority:int:1..9:filter:sort=1"),
    "alter type": ("--alter", "priority:bigint:filter:sort=1"),
    "alter values": ("--alter", "status:enum:draft,open,urgent,done=draft"),
    "alter null": ("--alter", "due:date", "--fill", "due=2026-01-01"),
    "access": ("--access", "public-read"),
    "remove": (),
}
"""Each kind of change, as options of `change`; without any, the resource is removed."""

GONE = ("comments in rafters.toml", "remove")
"""A comment in the record of a resource goes with the record."""

FEW = [(edit, name) for n, edit in enumerate(EDITS) for name in [*CHANGES][n % 6 :: 6]]
"""Each edit with two changes, each change with every sixth edit."""


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it told."""

    code: int
    errors: tuple[Mapping[str, str], ...]

    @property
    def text(self) -> str:
        """All that is wrong."""
        return "\n".join(item["message"] for item in self.errors)

    @property
    def paths(self) -> set[str]:
        """The files in conflict."""
        return {re.split(": | is a link", item["message"])[0] for item in self.errors}


@dataclass
class Bench:
    """A project that is edited and changed again and again.

    Attributes:
        root: its folder.
        old: its files, as Rafters made them.
        known: what each change makes of it where nobody edited it.
    """

    root: Path
    old: Snapshot = field(default_factory=dict)
    known: dict[str, Snapshot] = field(default_factory=dict)

    def run(self, *argv: str) -> Said:
        """Run a command line on the project."""
        options = ("--project", str(self.root), "--verify", "none", "--json")
        with contextlib.redirect_stdout(io.StringIO()) as out:
            code = main.run([*argv, *options])
        said: dict[str, Any] = json.loads(out.getvalue().replace(f"{self.root}/", ""))
        return Said(code, tuple(said["errors"]))

    def change(self, change: str, *options: str) -> Said:
        """Make a change."""
        if CHANGES[change]:
            return self.run("change", "Task", *CHANGES[change], *options)
        return self.run("remove", "Task", *options)

    def changed(self, change: str) -> Snapshot:
        """Return what a change makes of the project where nobody edited it."""
        if change not in self.known:
            restore(self.root, self.old)
            done = self.change(change)
            assert done.code == 0, done.text
            self.known[change] = snapshot(self.root)
        return self.known[change]


FORMATTED = formatting.formatted
MEMORY = dict[str, list[Tree]]()


def formatted(
    trees: list[Tree], settings: Tree, root: Path | None, processes: Processes
) -> list[Tree]:
    """Format trees, each once."""
    kept = [settings.get(path) for path in formatting.SETTINGS]
    key = repr((trees, kept))
    if key not in MEMORY:
        MEMORY[key] = FORMATTED(trees, settings, root, processes)
    return MEMORY[key]


get_command = cache(typer.main.get_command)


@pytest.fixture(scope="session")
def filled_bench(bare: Path, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Return a project with a Task that may refer to others."""
    root = tmp_path_factory.mktemp("bench") / "shop"
    shutil.copytree(bare, root)
    bench = Bench(root)
    for argv in (("Project", "name:str:1..100"), ("Tag", "name:str:1..50"), ("Task", *TASK)):
        done = bench.run("add", *argv)
        assert done.code == 0, done.text
    bench.old = snapshot(root)
    return bench


@pytest.fixture
def bench(filled_bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Return the project; what cannot differ is done once, for all tests that take it."""
    # no longer than for each of them: other tests of this process are about these functions
    monkeypatch.setattr(formatting, "formatted", formatted)
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)  # no power is cut here
    monkeypatch.setattr(typer.main, "get_command", get_command)
    return filled_bench


def outcome(bench: Bench, edit: Edit, change: str) -> tuple[bool, list[str]]:
    """Make an edit and a change; return whether both went together, and what is wrong."""
    old, changed = bench.old, bench.changed(change)
    restore(bench.root, old)
    edit.make(bench.root)
    edited = snapshot(bench.root)
    said = bench.change(change)
    result = snapshot(bench.root)
    if change == "remove" and not edit.style and _migrations(edited) != _migrations(old):
        # then they stay, and another one drops the table
        changed = {path: changed[path] for path in changed if path not in _migrations(changed)}
        changed |= {**_migrations(result), **_migrations(old)}
    books = Books(old, edited, changed, result, edit.moves, edit.scopes)
    if said.code == 0:
        if (edit.name, change) == GONE:
            return True, []
        return True, restyled(bench.root, books) if edit.style else books.faults()
    faults = [] if said.code == 3 else [f"exit {said.code}"]
    if result != edited:
        faults.append("something was written")
    faults += books.unexplained(said.paths, said.text)
    if said.paths & edited.keys() and CHANGES[change]:
        marked = bench.change(change, "--conflicts", "markers")
        if marked.code != 3:
            faults.append(f"exit {marked.code} with markers")
        books = Books(old, edited, changed, snapshot(bench.root), edit.moves, edit.scopes)
        faults += books.marked_faults(said.paths, MARKERS)
    return False, faults


def _migrations(files: Snapshot) -> Snapshot:
    return {path: entry for path, entry in files.items() if path.startswith("migrations/")}


def restyled(root: Path, books: Books) -> list[str]:
    """Return where a project is not what the change alone makes, in the style of the user's."""
    faults = [
        f"{path}: is not what the change makes"
        for path, entry in books.changed.items()
        if path.endswith(".py")
        and ast.dump(ast.parse(entry.content)) != ast.dump(ast.parse(books.result[path].content))
    ]
    argv = [find_ruff_bin(), "format", "--check", "--no-cache", "--quiet", "."]
    done = subprocess.run(argv, cwd=root, capture_output=True, text=True, check=False)
    return faults + ["not in the user's style"] * (done.returncode != 0)


def tried(bench: Bench, edit: Edit, change: str) -> tuple[bool, list[str]]:
    """Do as `outcome`; a crash is a fault."""
    try:
        return outcome(bench, edit, change)
    except Exception as error:  # noqa: BLE001  (whatever it is, it is a fault)
        return False, [f"crash: {error!r}"]


@pytest.mark.parametrize(
    ("edit", "change"), FEW, ids=[f"{edit.name}-{change}" for edit, change in FEW]
)
def test_an_edit_is_kept_or_in_conflict(bench: Bench, edit: Edit, change: str) -> None:
    """Both are made to the last line, or nothing is written and the edit is shown."""
    _, faults = tried(bench, edit, change)
    assert not faults


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_every_edit_is_kept_or_in_conflict(
    bench: Bench, change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every edit, under each change; most go together."""
    results = {edit.name: tried(bench, edit, change) for edit in EDITS}
    sane = [edit.name for edit in EDITS if edit.sane]
    merged = sum(results[name][0] for name in sane)
    with capsys.disabled():
        print(f" [{change}: {merged} of {len(sane)} merged]", end="")  # noqa: T201
    assert {name: faults for name, (_, faults) in results.items() if faults} == {}
    assert merged >= len(sane) * 0.8 or not CHANGES[change]

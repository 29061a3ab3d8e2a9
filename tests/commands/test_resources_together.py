"""Several commands at once in one project: each waits for its turn, and all are done."""

import ast
import json
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from conftest import QUIET, Rafters, spawn, tree_of
from forking import Forks

from rafters.effects import lock

HOLD = """
import sys, time
from pathlib import Path
from rafters.effects import lock

with lock.held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def add_eight(processes: Forks, project: Path, number: int) -> set[str]:
    """Add eight resources at once, and return their names; no two rounds make the same."""
    names = {f"Item{chr(97 + number)}{letter}" for letter in "abcdefgh"}
    words = ("title:str:1..200:search", "done:bool=false:filter", *QUIET, "--project", str(project))
    for done in processes.run(*(("add", name, *words) for name in names)):
        assert done.code == 0, done
    return names


def check_whole(project: Path, names: set[str]) -> None:
    """Make sure that a project has these resources everywhere, and no others."""
    record = tomllib.loads((project / "rafters.toml").read_text())["resources"]
    assert record.keys() == names
    for path, content in tree_of(project).items():
        if path.endswith(".py"):
            ast.parse(content)
    main = (project / "src/shop/main.py").read_text()
    exports = (project / "src/shop/models/__init__.py").read_text()
    for name in names:
        plural = record[name]["plural"]
        assert main.count(f"app.include_router({plural}_router") == 1
        assert exports.count(f"import {name}\n") == exports.count(f'"{name}",\n') == 1
    listed = json.loads(spawn("list", "--json", cwd=project).out)["data"]["resources"]
    assert {entry["name"] for entry in listed} == names
    assert not [path for entry in listed for path in entry["missing"]]
    check_linear(project)
    assert not list(project.rglob(".rafters*"))


def check_linear(project: Path) -> None:
    """Make sure that each migration but the first follows another one, and no two the same."""
    texts = [path.read_text() for path in (project / "migrations/versions").glob("*.py")]
    found = [
        re.search(rf"^{name}\b.*= (.*)$", text, re.MULTILINE)
        for name in ("revision", "down_revision")
        for text in texts
    ]
    values = [match[1].strip("\"'") for match in found if match]
    own, followed = values[: len(texts)], values[len(texts) :]
    assert len(set(own)) == len(set(followed)) == len(texts)
    assert set(followed) - set(own) == {"None"}


def test_eight_at_once(shop: Path, processes: Forks) -> None:
    """Eight `add`s at once: all are registered, in a linear chain of migrations."""
    check_whole(shop, add_eight(processes, shop, 0))


@pytest.mark.slow
def test_eight_at_once_twenty_five_times(tmp_path: Path, processes: Forks) -> None:
    """200 of 200 are registered, the application imports and the migrations run."""
    made = spawn("new", "shop", "--no-example", "--yes", "--no-git", "--verify=none", cwd=tmp_path)
    assert made.code == 0, made.err
    project = tmp_path / "shop"
    names: set[str] = set()
    for number in range(25):
        names |= add_eight(processes, project, number)
        if number in {0, 12, 24}:
            check_whole(project, names)
            # FastAPI itself cannot describe an application of more than 128 query models
            script = "app.openapi()['paths']" if len(names) < 120 else "app.routes"
            script = f"from shop.main import app; print(len({script}))"
            python = str(project / ".venv/bin/python")
            argv = [python, "-W", "error", "-c", script]
            done = subprocess.run(argv, cwd=project, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            assert int(done.stdout) > len(names)
    assert len(names) == 200
    argv = [str(project / ".venv/bin/alembic"), "upgrade", "head"]
    subprocess.run(argv, cwd=project, check=True, capture_output=True)


@pytest.mark.parametrize("number", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_different_commands_at_once(shop: Path, processes: Forks, number: int) -> None:
    """Whatever is done at once, all of it is there afterwards, and a list is never of a half."""
    assert spawn("add", "Old", "a:int", "b:int", *QUIET, cwd=shop).code == 0
    assert spawn("add", "Gone", "a:int", *QUIET, cwd=shop).code == 0
    commands = [
        ("add", "New", "a:int", *QUIET),
        ("list", "--json"),
        ("change", "Old", "--add", "c:int:null", *QUIET),
        ("remove", "Gone", *QUIET),
        ("add", "Newer", "a:int", *QUIET),
        ("list", "--json"),
        ("change", "Old", "--drop", "b", *QUIET),
    ]
    placed = [(*argv, "--project", str(shop)) for argv in commands]
    done = processes.run(*(reversed(placed) if number else placed))
    assert [item.code for item in done] == [0] * len(commands), done
    for item in done:
        if item.out.startswith("{"):
            entries = item.envelope["data"]["resources"]
            assert not [path for entry in entries for path in entry["missing"]]
    check_whole(shop, {"Old", "New", "Newer"})
    fields = tomllib.loads((shop / "rafters.toml").read_text())["resources"]["Old"]["fields"]
    assert fields == ["a:int", "c:int:null"]


@pytest.fixture
def busy(shop: Path) -> Iterator[subprocess.Popen[str]]:
    """Return another command that is at work in the project, until its standard input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(shop)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


@pytest.mark.parametrize("asked", [(), ("--json",), ("--dry-run",)])
def test_who_waits_is_told(shop: Path, busy: subprocess.Popen[str], asked: Sequence[str]) -> None:
    """A person reads why nothing happens; a program and a diff get nothing but what they ask."""
    argv = [sys.executable, "-m", "rafters", "add", "Task", "a:int", *QUIET, *asked]
    process = subprocess.Popen(argv, cwd=shop, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    if asked:
        time.sleep(lock.NOTICE + 1)
        assert process.poll() is None
    else:
        assert process.stdout.readline() == (
            f"waiting for another rafters command to end in {shop}\n"
        )
    busy.communicate()
    out, _ = process.communicate()
    assert process.returncode == 0
    assert "waiting" not in out
    if asked == ("--json",):
        assert json.loads(out)["status"] == "ok"


def test_waiting_has_an_end(
    rafters: Rafters,
    shop: Path,
    busy: subprocess.Popen[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who waits too long is told by whom the project is held, and nothing is changed."""
    before = tree_of(shop)
    monkeypatch.setattr(lock, "held", partial(lock.held, timeout=0.1))
    done = rafters("add", "Task", "a:int", *QUIET)
    assert done.code == 1
    assert f"(process {busy.pid})" in done.err
    assert tree_of(shop) == before

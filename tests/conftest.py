"""What tests share: the command line, run in this process or in one of its own."""

import importlib
import json
import os
import pkgutil
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from compiling import compile_once
from hypothesis import HealthCheck, settings
from jinja2.sandbox import SandboxedEnvironment
from ruff import find_ruff_bin

import rafters as package
from rafters import main
from rafters.plan.tables import Table, tables
from rafters.spec.resource import Blueprint

# a shell that starts the tests in the background, or a `nohup`, would have them ignore these, and
# what they start too
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

# how long an example takes says more of the machine than of the code
settings.register_profile("rafters", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("rafters")

# hypothesis draws constants of all modules that are imported by then, and commands import theirs
# when they run: what is drawn would hang on the tests that ran before
for module in pkgutil.walk_packages(package.__path__, "rafters."):
    if module.name != "rafters.__main__":
        importlib.import_module(module.name)

ROOT = Path(__file__).parents[1]
RUFF = find_ruff_bin()

FILES = ("--no-install", "--no-git", "--yes")
"""Options with which `new` makes files and nothing else."""


QUIET = ("--verify", "none")
"""Options with which a command writes files and runs no gates."""

TASK = ("Task", "title:str:1..200", "done:bool=false:filter")
"""A resource, as `add` takes it."""


@dataclass(frozen=True)
class Outcome:
    """How a command line ended: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def envelope(self) -> dict[str, Any]:
        """The JSON envelope that it printed."""
        parsed: dict[str, Any] = json.loads(self.out)
        return parsed


Rafters = Callable[..., Outcome]
Mount = Callable[..., None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests: at the end they would leave a core idle."""
    items.sort(key=lambda item: item.path.name != "test_readme.py")


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """Have what copier renders in this process compiled once, which is most of its time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SandboxedEnvironment, "compile", compile_once)
        yield


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty current folder."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


@pytest.fixture
def rafters(folder: Path, capfd: pytest.CaptureFixture[str]) -> Iterator[Rafters]:
    """Run a command line in this process and in an empty folder; nothing else is left there."""

    def run(*argv: str) -> Outcome:
        capfd.readouterr()
        code = main.run(list(argv))
        return Outcome(code, *capfd.readouterr())

    yield run
    assert not [path.name for path in folder.iterdir() if path.name.startswith(".rafters")]


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project without resources, environment and repository, to be copied."""
    here = tmp_path_factory.mktemp("bare")
    made = spawn("new", "shop", "--no-example", *FILES, cwd=here)
    assert made.code == 0, made.err
    return here / "shop"


@pytest.fixture(scope="session")
def filled(bare: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with a resource, to be copied."""
    project = tmp_path_factory.mktemp("filled") / "shop"
    shutil.copytree(bare, project)
    assert spawn("add", *TASK, *QUIET, cwd=project).code == 0
    return project


@pytest.fixture
def shop(folder: Path, bare: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project of the test's own, which is the current folder."""
    project = folder / "shop"
    shutil.copytree(bare, project)
    monkeypatch.chdir(project)
    return project


@pytest.fixture
def mount() -> Iterator[Mount]:
    """Mount file systems, and unmount them at the end."""
    places: list[Path] = []

    def run(place: Path, *words: str) -> None:
        done = subprocess.run(["mount", *words, str(place)], capture_output=True, check=False)
        if done.returncode:
            pytest.skip(f"cannot mount here: {done.stderr.decode().strip()}")
        if place not in places:
            places.append(place)

    yield run
    for place in reversed(places):
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk: Path, left: int) -> Path:
    """Fill a disk but for so many pages; return the file that does it."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            file.truncate(max(0, file.tell() - left * 4096))
    return ballast


def every_table(blueprint: Blueprint) -> dict[str, tuple[Table, ...]]:
    """Return the tables of all resources, by the resources' names."""
    return {name: tables(blueprint, item) for name, item in blueprint.resources.items()}


def spawn(*argv: str, cwd: Path, env: dict[str, str] | None = None) -> Outcome:
    """Run a command line in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "rafters", *argv],
        cwd=cwd,
        env=os.environ | (env or {}),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def tree_of(root: Path) -> dict[str, bytes]:
    """Return the files below a folder by their paths, git's own and secrets left out."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
        and not {".git", ".venv"} & set(path.relative_to(root).parts)
        and path.name != ".env"
    }

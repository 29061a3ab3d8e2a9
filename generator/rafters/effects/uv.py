"""Locks and installs a project with the uv that Rafters brings along."""

import os
import re
import shutil
import sys
from pathlib import Path

from rafters.effects import bytecode
from rafters.effects.process import Finished, Processes
from rafters.errors import Problem

_NO_NETWORK = (
    r"(?i)error sending request|client error \(Connect\)|dns error|failed to lookup address"
    r"|network (?:was|is) (?:disabled|unreachable)|Network connectivity is disabled"
    r"|Could not connect|Connection refused|timed out|tunnel error"
)

_NO_PYTHON = r"(?i)cpython-\d|No interpreter found"


def program() -> str:
    """Return the path of uv: the one that came as a dependency."""
    from uv import find_uv_bin

    return find_uv_bin()


def on_path() -> bool:
    """Tell whether the person at the terminal can type `uv`."""
    return shutil.which("uv") is not None


def install(project: Path, processes: Processes) -> Finished:
    """Write uv.lock and install the project with its dependencies into its `.venv`.

    Without a network, what uv has in its cache is enough.
    """
    lock = _uv(["lock"], project, processes)
    if not lock.ok and re.search(_NO_NETWORK, lock.output):
        cached = _uv(["lock", "--offline"], project, processes)
        lock = cached if cached.ok else lock
    return _sync([], project, processes) if lock.ok else lock


def fault(finished: Finished) -> Problem | None:
    """Return what the machine lacks, if that is why a command of uv failed."""
    if finished.ok or not re.search(_NO_NETWORK, finished.output):
        return None
    if re.search(_NO_PYTHON, finished.output):
        hint = "install it, or choose one that is there with --set python_version=..."
        message = "no Python here is new enough for the project, and none could be downloaded"
        return Problem("no-python", message, hint)
    hint = "connect, or pass --no-install for the files alone"
    message = "no network, and uv's cache does not hold all of the dependencies"
    return Problem("no-network", message, hint)


def sync(project: Path, processes: Processes) -> Finished:
    """Install what uv.lock names into the project's `.venv`, from the cache."""
    return _sync(["--offline"], project, processes)


def run(project: Path) -> list[str]:
    """Return the words that start a command in the project's environment as it is."""
    return [program(), "run", "--project", str(project), "--no-sync"]


def _sync(words: list[str], project: Path, processes: Processes) -> Finished:
    done = _uv(["sync", "--locked", *words], project, processes)
    if done.ok:
        bytecode.lend(project)
    return done


def _uv(words: list[str], project: Path, processes: Processes) -> Finished:
    # found last: the Python that runs Rafters will do for most projects, on the PATH or not
    ours = sys.base_prefix if os.name == "nt" else f"{sys.base_prefix}/bin"
    path = f"{os.environ.get('PATH', os.defpath)}{os.pathsep}{ours}"
    return processes.run([program(), *words], cwd=project, env={"PATH": path})

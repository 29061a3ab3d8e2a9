"""Locks and installs a project with the uv that Rafters brings along."""

import re
import shutil
from pathlib import Path

from rafters.effects.process import Finished, Processes

_NO_NETWORK = re.compile(
    r"error sending request|client error \(Connect\)|dns error|failed to lookup address"
    r"|network (?:was|is) (?:disabled|unreachable)|Network connectivity is disabled"
    r"|Could not connect|Connection refused|timed out|tunnel error",
    re.IGNORECASE,
)


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
    if not lock.ok and _NO_NETWORK.search(lock.output):
        cached = _uv(["lock", "--offline"], project, processes)
        lock = cached if cached.ok else lock
    return _uv(["sync", "--locked"], project, processes) if lock.ok else lock


def no_network(finished: Finished) -> bool:
    """Tell whether a command of uv failed because nothing could be downloaded."""
    return not finished.ok and bool(_NO_NETWORK.search(finished.output))


def sync(project: Path, processes: Processes) -> Finished:
    """Install what uv.lock names into the project's `.venv`, from the cache."""
    return _uv(["sync", "--locked", "--offline"], project, processes)


def run(project: Path) -> list[str]:
    """Return the words that start a command in the project's environment as it is."""
    return [program(), "run", "--project", str(project), "--no-sync"]


def _uv(words: list[str], project: Path, processes: Processes) -> Finished:
    # the interpreter that runs Rafters is there and new enough unless the project asks for a
    # newer one; then uv looks further
    return processes.run([program(), *words], cwd=project)

"""Makes the first commit of a new project."""

import shutil
from pathlib import Path

from rafters.effects.process import Finished, Processes
from rafters.errors import MachineError, Problem


def require() -> None:
    """Make sure that git can be run.

    Raises:
        MachineError: there is none.
    """
    if shutil.which("git") is None:
        hint = "install git, or pass --no-git"
        raise MachineError(Problem("no-git", "git is not installed", hint))


def surrounding(folder: Path, processes: Processes) -> Path | None:
    """Return the root of the repository that a folder lies in, or `None`."""
    found = processes.run(["git", "rev-parse", "--show-toplevel"], cwd=folder)
    return Path(found.output.strip()) if found.ok else None


def first_commit(folder: Path, message: str, processes: Processes) -> Finished:
    """Make a folder a repository with all its files in one commit.

    A machine that has no identity set up gets one for this commit alone; signing and hooks,
    which may ask questions, are for the commits of people.
    """
    identity: list[str] = []
    if not processes.run(["git", "config", "user.email"], cwd=folder).ok:
        identity = ["-c", "user.name=Rafters", "-c", "user.email=rafters@localhost"]
    quiet = ["-c", "commit.gpgsign=false", "-c", "core.hooksPath=", "-c", "core.autocrlf=false"]
    steps = (
        ["init", "--quiet", "--initial-branch=main"],
        ["add", "--all"],
        ["commit", "--quiet", "--no-verify", f"--message={message}"],
    )
    for step in steps:
        done = processes.run(["git", *identity, *quiet, *step], cwd=folder)
        if not done.ok:
            break
    return done

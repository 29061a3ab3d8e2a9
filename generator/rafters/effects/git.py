"""Makes the first commit of a new project."""

import os
import shutil
from collections.abc import Collection
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
    found = processes.run(["git", "rev-parse", "--show-toplevel"], cwd=folder, env={"LC_ALL": "C"})
    if found.ok:
        return Path(found.output.strip())
    # there is one that git will not touch, as where somebody else owns it
    return None if "not a git repository" in found.output else folder


def committed(folder: Path, paths: Collection[str], processes: Processes) -> bool:
    """Tell whether the last commit of the repository around a folder has any of the paths."""
    if not paths or shutil.which("git") is None:
        return False
    argv = ["git", "ls-tree", "--name-only", "HEAD", "--", *paths]
    found = processes.run(argv, cwd=folder)
    return found.ok and bool(found.output.strip())


def first_commit(folder: Path, message: str, processes: Processes) -> Finished:
    """Make a folder a repository with all its files in one commit.

    What an identity lacks on this machine is filled in for this commit alone. Signing and hooks,
    which may ask questions, and patterns that ignore files everywhere are for people's commits.
    """
    settings = ["commit.gpgsign=false", "core.autocrlf=false", f"core.excludesFile={os.devnull}"]
    for key, value in (("user.name", "Rafters"), ("user.email", "rafters@localhost")):
        if not processes.run(["git", "config", key], cwd=folder).ok:
            settings.append(f"{key}={value}")
    quiet = [word for setting in settings for word in ("-c", setting)]
    steps = (
        ["init", "--quiet", "--initial-branch=main", "--template="],
        ["add", "--all"],
        ["commit", "--quiet", "--no-verify", f"--message={message}"],
    )
    for step in steps:
        done = processes.run(["git", *quiet, *step], cwd=folder)
        if not done.ok:
            break
    return done

"""The lane of resources: a project of Rafters gets some, changes and removes them."""

import sys
from dataclasses import replace
from pathlib import Path

from rafters.effects import uv
from rafters.effects.verification import scene
from rafters.effects.verification.scene import Scene
from rafters.plan.tree import Tree
from rafters.plan.verification import checks
from rafters.plan.verification.verdicts import Verdict, tail

_PROJECT = "add Project name:str:1..80:unique --verify none"
_TICKET = "add Ticket title:str:1..200:search due:date:null:sort project:Project:null --verify"
_THERE_AND_BACK = (
    _PROJECT,
    f"{_TICKET} quick",
    "remove Ticket --verify none",
    "remove Project --verify none",
)
"""What leaves the bytes as they were."""
_CHANGE = (
    _PROJECT,
    f"{_TICKET} none",
    "change Ticket --add estimate:int:0..:null --rename title=headline --verify quick",
)


def verdict(project: Path, where: Scene) -> Verdict:
    """Add, change and remove resources, and look whether the bytes are as before.

    Args:
        project: a project of Rafters; its environment is made if it has none.
        where: what starts programs.
    """
    seconds = 0.0
    if not (project / ".venv").exists():
        installed = uv.install(project, where.processes)
        seconds += installed.seconds
        if not installed.ok:
            said = tail(installed.output)
            return Verdict("resources", "failed", seconds, "it cannot be installed", said)
    before, _ = scene.read(project)
    failed, spent = _all(_THERE_AND_BACK, project, where)
    seconds += spent
    after, _ = scene.read(project)
    differing = checks.told(checks.differences(_own(before), _own(after)))
    if not failed and differing:
        message = f"what was added is not all removed: {differing[0]}"
        failed = Verdict("resources", "failed", 0.0, message, "\n".join(differing))
    if not failed:
        failed, spent = _all(_CHANGE, project, where)
        seconds += spent
    if failed:
        return replace(failed, seconds=seconds)
    return Verdict("resources", "passed", seconds, "the same bytes as before")


def _all(lines: tuple[str, ...], project: Path, where: Scene) -> tuple[Verdict | None, float]:
    """Run commands of Rafters up to the first that fails; return that, and the seconds of all."""
    seconds = 0.0
    for line in lines:
        done = where.run((sys.executable, "-P", "-m", "rafters", *line.split()), project)
        seconds += done.seconds
        if not done.ok:
            message = f"rafters {line.partition(' --verify')[0]} (exit {done.returncode})"
            return Verdict("resources", "failed", 0.0, message, tail(done.output)), seconds
    return None, seconds


def _own(tree: Tree) -> Tree:
    """Leave out what tools keep for themselves."""
    kept = {path: file for path, file in tree.items() if "_cache/" not in path}
    return {path: file for path, file in kept.items() if not path.endswith(".db")}

"""The lanes that run a project's own commands, each project in an environment of its own."""

import shlex
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from rafters.effects import bytecode, git, project, uv, verify
from rafters.effects.process import Finished
from rafters.effects.verification.scene import Scene
from rafters.errors import MachineError
from rafters.plan.verification.commands import Commands
from rafters.plan.verification.settings import Command
from rafters.plan.verification.verdicts import Status, Verdict, tail

STATIC = frozenset({"openapi", "types", "lint", "format"})
"""Gates of a project of Rafters that run none of its tests."""

LANES = ("static", "test")


def verdicts(
    commands: Commands, folder: Path, where: Scene, lanes: tuple[str, ...]
) -> dict[str, Verdict]:
    """Install a project and run its commands.

    Args:
        commands: what to run.
        folder: the project, which gets an environment and a first commit.
        where: what starts programs.
        lanes: which of `LANES` to run.
    """
    wanted = {lane: getattr(commands, lane) for lane in LANES if lane in lanes}
    if not any(wanted.values()):
        reason = f"nothing to run: {commands.origin} was found"
        return {lane: Verdict(lane, "skipped", message=reason) for lane in wanted}
    _commit(folder, where)
    installed, seconds = _all([*commands.setup], folder, where, stop=True)
    told: dict[str, Verdict] = {}
    for lane, argvs in wanted.items():
        if not argvs:
            told[lane] = Verdict(lane, "skipped", message=f"{commands.origin} has nothing for it")
        elif installed:
            told[lane] = _judged(lane, installed, seconds)
        else:
            failed, spent = _all([*argvs], folder, where)
            told[lane] = _judged(lane, failed, seconds + spent)
            seconds = 0.0
    return told


def gates(folder: Path, where: Scene, lanes: tuple[str, ...]) -> dict[str, Verdict]:
    """Install a project of Rafters and run its gates, as `rafters new` does."""
    _commit(folder, where)
    installed = uv.install(folder, where.processes)
    made = project.read(folder)
    scope = verify.everything(made.layout, made.blueprint)
    told: dict[str, Verdict] = {}
    for lane in LANES:
        chosen = [
            gate for gate in verify.gates(scope) if (gate.name in STATIC) is (lane == "static")
        ]
        if lane not in lanes:
            continue
        if not installed.ok:
            judged = _judged(lane, {"install": installed}, installed.seconds)
            fault = uv.fault(installed)  # of the machine: say that, and not what uv tried
            told[lane] = replace(judged, message=fault.message) if fault else judged
            continue
        failed: dict[str, Finished] = {}
        spent = 0.0
        scratch = where.scratch / "gates" / folder.parent.name / lane
        scratch.mkdir(parents=True)
        for gate, finished in verify.run(folder, chosen, where.processes, _heard, scratch):
            spent += finished.seconds
            if not finished.ok:
                failed[gate.name] = finished
        told[lane] = _judged(lane, failed, spent)
    bytecode.keep(folder)
    return told


def _heard(_gate: verify.Gate) -> None:
    """Need no word of a gate that begins."""


def _commit(folder: Path, where: Scene) -> None:
    """Make a project a repository, as its maker would: tools ask git what there is."""
    if not (folder / ".git").exists():
        git.first_commit(folder, "Rendered", where.processes)


def _all(
    argvs: list[Command], folder: Path, where: Scene, *, stop: bool = False
) -> tuple[Mapping[str, Finished], float]:
    """Run commands; return those that failed, and the seconds of all."""
    failed: dict[str, Finished] = {}
    seconds = 0.0
    for argv in argvs:
        name = shlex.join(argv)
        try:
            done = where.run(argv, folder)
        except MachineError as error:
            done = Finished(127, str(error), 0.0)
        seconds += done.seconds
        if not done.ok:
            failed[name] = done
            if stop:
                break
    return failed, seconds


def _judged(lane: str, failed: Mapping[str, Finished], seconds: float) -> Verdict:
    """Make a verdict of the commands that failed."""
    status: Status = "failed" if failed else "passed"
    message = ", ".join(f"{name} ({_code(done)})" for name, done in failed.items())
    output = "\n".join(f"$ {name}\n{tail(done.output)}" for name, done in failed.items())
    return Verdict(lane, status, seconds, message, output)


def _code(done: Finished) -> str:
    last = done.output.strip().splitlines()[-1:] or [""]
    return last[0] if last[0].startswith("stopped after ") else f"exit {done.returncode}"

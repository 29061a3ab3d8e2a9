"""Runs gates and shows each as a step."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from rafters.console import Step, Steps
from rafters.effects import verify
from rafters.effects.process import Finished, Processes
from rafters.errors import Problem
from rafters.plan import resources
from rafters.spec.resource import Blueprint

TAIL = 20
"""Last lines of a failed gate that are told."""


def everything(layout: Mapping[str, str], blueprint: Blueprint) -> verify.Scope:
    """Return what gates look at that look at all of a project."""
    served = (resources.routes(layout, item) for item in blueprint.resources.values())
    database = blueprint.options.database
    return verify.Scope(layout["main"], frozenset(served), database=database)


def failures(
    project: Path, chosen: Sequence[verify.Gate], steps: Steps, processes: Processes
) -> Mapping[str, Finished]:
    """Run the gates and return how those that failed ended, by their names."""
    running: dict[str, Step] = {}

    def started(gate: verify.Gate) -> None:
        running[gate.name] = steps.start(gate.name)

    failed: dict[str, Finished] = {}
    with tempfile.TemporaryDirectory(
        prefix="rafters-gates-", ignore_cleanup_errors=True
    ) as scratch:
        verdicts = verify.run(project, chosen, processes, started, Path(os.path.realpath(scratch)))
        with closing(verdicts):
            for gate, finished in verdicts:
                steps.finish(
                    running[gate.name],
                    detail=gate.promise,
                    ok=finished.ok,
                    seconds=finished.seconds,
                )
                if not finished.ok:
                    failed[gate.name] = finished
    return failed


def problems(failed: Mapping[str, Finished], outcome: str, hint: str) -> list[Problem]:
    """Return what to tell of failed gates: what came of it, their last lines, and a hint."""
    told = [
        Problem("gate-failed", f"gate {name!r} failed, {outcome}\n{_tail(finished.output)}")
        for name, finished in sorted(failed.items())
    ]
    return [*told[:-1], Problem(told[-1].code, told[-1].message, hint)]


def _tail(output: str) -> str:
    """Return the last lines of an output, indented."""
    return "\n".join(f"  {line}" for line in output.strip().splitlines()[-TAIL:])

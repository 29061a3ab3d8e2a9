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

TAIL = 20
"""Last lines of a failed gate that are told."""


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

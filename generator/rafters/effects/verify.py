"""Runs a project's own gates in its own environment."""

import os
import re
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from rafters.effects import uv
from rafters.effects.process import Finished, Processes

_MIGRATIONS = """
from alembic.config import main
for argv in (["upgrade", "head"], ["downgrade", "base"], ["upgrade", "head"], ["check"]):
    main(argv=["--raiseerr", *argv])
"""

_OPENAPI = """
import json
from {package}.main import app
assert json.dumps(app.openapi())
"""


@dataclass(frozen=True)
class Gate:
    """One check that a project must pass.

    Attributes:
        name: one word.
        promise: what holds when it passes.
        argv: the command, run in the project's environment.
        quick: whether it belongs to `--verify quick`.
    """

    name: str
    promise: str
    argv: tuple[str, ...]
    quick: bool = True


Verdict = tuple[Gate, Finished]
"""A gate, and how its command ended."""


def gates(package: str) -> tuple[Gate, ...]:
    """Return the gates of a project whose import package is `package`, longest first."""
    python = ("python", "-W", "error", "-c")
    return (
        Gate("tests", "pytest, warnings are errors", ("pytest", "-q", "-W", "error"), quick=False),
        Gate(
            "migrations",
            "up, down, up, nothing left to generate",
            (*python, _MIGRATIONS),
            quick=False,
        ),
        Gate("import", "the app imports", (*python, f"import {package}.main")),
        Gate(
            "openapi",
            "the document builds without a warning",
            (*python, _OPENAPI.format(package=package)),
        ),
        Gate("types", "ty check", ("ty", "check")),
        Gate("lint", "ruff check", ("ruff", "check")),
        Gate("format", "ruff format --check", ("ruff", "format", "--check")),
    )


def run(
    project: Path,
    chosen: Sequence[Gate],
    processes: Processes,
    started: Callable[[Gate], None],
) -> Generator[Verdict]:
    """Run gates side by side, one per processor, and yield each verdict as it comes.

    Args:
        project: an installed project; the gates may leave caches in it, and more beside it.
        chosen: the gates to run.
        processes: what starts them, and ends them on Ctrl-C.
        started: called as each gate begins, from another thread.
    """
    # what the caller's environment says of these is about some other project
    example = (project / ".env.example").read_text(encoding="utf-8")
    settings = re.findall(r"^(?:# )?([A-Z_]+)=", example, re.MULTILINE)
    pool = ThreadPoolExecutor(max_workers=os.cpu_count() or 1)

    def judge(gate: Gate) -> Verdict:
        started(gate)
        env = {
            **dict.fromkeys(settings),
            # a database of the gate's own: the caller's environment may name a real one
            "DATABASE_URL": f"sqlite:///{(project.parent / gate.name).as_posix()}.db",
            "PYTEST_DEBUG_TEMPROOT": str(project.parent),
        }
        argv = [*uv.run(project), *gate.argv]
        return gate, processes.run(argv, cwd=project, env=env)

    pending: set[Future[Verdict]] = {pool.submit(judge, gate) for gate in chosen}
    try:
        while pending:
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    finally:
        if pending:
            processes.end()
        pool.shutdown(cancel_futures=True)

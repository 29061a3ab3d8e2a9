"""Runs a project's own gates in its own environment."""

import os
import re
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from rafters.effects import uv
from rafters.effects.process import Finished, Processes
from rafters.plan import resources
from rafters.spec.resource import Blueprint

MIGRATIONS = """
from alembic.config import main
for argv in (["upgrade", "head"], ["downgrade", "base"], ["upgrade", "head"], ["check"]):
    main(argv=["--raiseerr", *argv])
"""
"""What the gate of migrations runs in the project's environment."""

_OPENAPI = """
import json
from {main} import app
document = app.openapi()
assert json.dumps(document)
missing = {routes!r} - document["paths"].keys()
assert not missing, f"the document lacks {{missing}}"
"""


@dataclass(frozen=True)
class Gate:
    """One check that a project must pass.

    Attributes:
        name: one word.
        promise: what holds when it passes.
        argv: the command, run in the project's environment.
        database: the kind that the project is on.
    """

    name: str
    promise: str
    argv: tuple[str, ...]
    database: str = "sqlite"

    @property
    def starts_server(self) -> bool:
        """Whether it reaches the database, and that is a server."""
        return self.database == "postgresql" and self.name in {"tests", "migrations"}


Verdict = tuple[Gate, Finished]
"""A gate, and how its command ended."""


@dataclass(frozen=True)
class Scope:
    """What the gates look at.

    Attributes:
        main: dotted module of the application.
        routes: paths that its OpenAPI document must have.
        tests: files of tests to run, from the project's root; `None` for all.
        sources: files to lint and to check the types of; `None` for all.
        users: files to check the types of besides, for they use what `sources` hold.
        database: the kind that the project is on.
    """

    main: str
    routes: frozenset[str] = frozenset()
    tests: tuple[str, ...] | None = None
    sources: tuple[str, ...] | None = None
    users: tuple[str, ...] = ()
    database: str = "sqlite"


def everything(layout: Mapping[str, str], blueprint: Blueprint) -> Scope:
    """Return what gates look at that look at all of a project."""
    served = (resources.routes(layout, item) for item in blueprint.resources.values())
    database = blueprint.options.database
    return Scope(layout["main"], frozenset(served), database=database)


def gates(scope: Scope) -> tuple[Gate, ...]:
    """Return the gates of a project, longest first; those with nothing to look at are left out."""
    python = ("python", "-W", "error", "-c")
    openapi = _OPENAPI.format(main=scope.main, routes=set(scope.routes))
    found = [
        Gate(
            "tests",
            "pytest, warnings are errors",
            ("pytest", "-q", "-W", "error", *_of(scope.tests)),
        ),
        Gate("migrations", "up, down, up, nothing left to generate", (*python, MIGRATIONS)),
        Gate("openapi", "the app imports, its document builds", (*python, openapi)),
        Gate("types", "ty check", ("ty", "check", *_of(scope.sources), *scope.users)),
        Gate("lint", "ruff check", ("ruff", "check", *_of(scope.sources))),
        Gate("format", "ruff format --check", ("ruff", "format", "--check", *_of(scope.sources))),
    ]
    idle = {"tests"} if scope.tests == () else set[str]()
    idle |= {"types", "lint", "format"} if scope.sources == () else set()
    return tuple(replace(gate, database=scope.database) for gate in found if gate.name not in idle)


def run(
    project: Path,
    chosen: Sequence[Gate],
    processes: Processes,
    started: Callable[[Gate], None],
    scratch: Path,
) -> Generator[Verdict]:
    """Run gates side by side, one per processor, and yield each verdict as it comes.

    Args:
        project: an installed project; the gates may leave caches in it.
        chosen: the gates to run.
        processes: what starts them, and ends them on Ctrl-C.
        started: called as each gate begins, from another thread.
        scratch: an existing folder outside the project, for databases and temporary files.
    """
    from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

    # what the caller's environment says of these is about some other project
    settings = _settings(project)
    # Two that start a wheel's server at once would trip over one another: the first, where root
    # runs it, opens the way to its programs for the user that it gets.
    server = threading.Lock()

    def judge(gate: Gate) -> Verdict:
        with server if gate.starts_server else nullcontext():
            started(gate)
            env: dict[str, str | None] = {
                **dict.fromkeys(settings),
                **_database(gate, scratch),
                **_bytecode(scratch),
                "PYTEST_DEBUG_TEMPROOT": str(scratch),
            }
            argv = [*uv.run(project), *gate.argv]
            return gate, processes.run(argv, cwd=project, env=env)

    # one that waits for the server keeps no processor busy
    waiting = max(0, sum(gate.starts_server for gate in chosen) - 1)
    pool = ThreadPoolExecutor(max_workers=waiting + (os.cpu_count() or 1))
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


def _database(gate: Gate, scratch: Path) -> dict[str, str]:
    """Return the settings that give a gate a database of its own.

    The caller's environment, or `.env`, may name a real one. Where no URL is given, a project on
    PostgreSQL starts a server, on which its tests make a database of their own.
    """
    if gate.database == "postgresql":
        return {"DATABASE_URL": "", "LOCAL_POSTGRESQL": str(scratch / "postgresql")}
    return {"DATABASE_URL": f"sqlite:///{(scratch / gate.name).as_posix()}.db"}


def _bytecode(scratch: Path) -> dict[str, str | None]:
    """Have the gates share what Python compiles, where the caller's environment keeps none of it.

    Each would compile all libraries anew, which takes longer than most gates do.
    """
    if not os.environ.get("PYTHONDONTWRITEBYTECODE"):
        return {}
    return {"PYTHONDONTWRITEBYTECODE": None, "PYTHONPYCACHEPREFIX": str(scratch / "bytecode")}


def _of(paths: tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the paths that a command is to look at; none where it is to look at all."""
    return () if paths is None else ("--", *paths)


def _settings(project: Path) -> list[str]:
    """Return the names of a project's settings, as its .env.example tells them."""
    try:
        example = (project / ".env.example").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return re.findall(r"^(?:# )?([A-Z_]+)=", example, re.MULTILINE)

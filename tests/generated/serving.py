"""A generated application that is served as in production, and what its users send."""

import json
import os
import random
import re
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from waiting import until

PASSWORD = "correct horse"  # noqa: S105  (of a test)
SETTINGS = {
    "SECRET_KEY": "x" * 32,
    "SERVE_DOCS": "true",
    "ACCESS_TOKEN_MINUTES": "600",
    # mails are written to the log
    "FASTAPI_ENV": "development",
}


@dataclass(frozen=True)
class Server:
    """An application that is served.

    Attributes:
        shop: the folder of its project.
        port: where it listens.
        log: what it and its server write.
    """

    shop: Path
    port: int
    log: Path

    def document(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        return dict(json.loads(vars(ask(self.port, "GET", "/openapi.json"))["body"]))

    def sign_in(self, email: str, *, is_admin: bool = False) -> dict[str, str]:
        """Make an account, and return the headers of its requests."""
        account = {"email": email, "password": PASSWORD}
        signed_up = post(self.port, "/auth/sign-up", account)
        if signed_up.status == 202:  # all of accounts: the address is to be verified
            token = self._mailed(email)
            verified = post(self.port, "/auth/verify-email", {"token": token})
            assert verified.status == 204, vars(verified)["body"]
        if is_admin:
            argv = [str(self.shop / ".venv/bin/python"), "-m", "shop.make_admin", email]
            env = os.environ | SETTINGS
            subprocess.run(argv, cwd=self.shop, env=env, check=True, capture_output=True)
        form = urlencode({"username": email, "password": PASSWORD})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = ask(self.port, "POST", "/auth/login", kind, form)
        return {"Authorization": f"Bearer {json.loads(vars(answer)['body'])['access_token']}"}

    def _mailed(self, email: str) -> str:
        """Return the token of a mail, which is sent after the answer to who asked for it."""

        def tokens() -> list[str]:
            log = self.log.read_text(encoding="utf-8").partition(f"a mail to {email}")[2]
            # A line that is being written is there up to any byte: what follows the token ends it.
            return re.findall(r"#token=([\w.-]+)[^\w.-]", log)

        until(tokens)
        return tokens()[0]


@contextmanager
def served(shop: Path, settings: Mapping[str, str] = SETTINGS) -> Iterator[Server]:
    """Migrate the database of a project, and serve its application until the block ends."""
    env = {**os.environ, **settings}
    programs = shop / ".venv/bin"
    subprocess.run([programs / "alembic", "upgrade", "head"], cwd=shop, env=env, check=True)
    server = Server(shop, free_port(), shop / "server.log")
    argv = [str(programs / "uvicorn"), "shop.main:app", f"--port={server.port}"]
    with server.log.open("w") as log:
        process = subprocess.Popen(argv, cwd=shop, env=env, stdout=log, stderr=log)
        try:
            wait_for(server.port)
            yield server
        finally:
            # As Ctrl-C does: after SIGTERM, a local PostgreSQL would run on.
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=120) in {0, -signal.SIGINT, 128 + signal.SIGINT}


def ask(
    port: int, method: str, path: str, headers: dict[str, str] | None = None, body: str = ""
) -> HTTPResponse:
    """Return the answer to a request, read to its end."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    vars(answer)["body"] = answer.read()
    connection.close()
    return answer


def post(port: int, path: str, body: object, headers: dict[str, str] | None = None) -> HTTPResponse:
    """Return the answer to a body of JSON."""
    kind = {"Content-Type": "application/json"}
    return ask(port, "POST", path, kind | (headers or {}), json.dumps(body))


def free_port() -> int:
    """Return a port on which nobody listens.

    It is none of those that systems give to who connects, so that no client takes it meanwhile.
    """
    for port in random.sample(range(10_240, 32_768), 100):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    pytest.fail("no port is free")


def wait_for(port: int) -> None:
    """Wait until the application is ready."""

    def is_ready() -> bool:
        with suppress(ConnectionError):
            return ask(port, "GET", "/health/ready").status == 200
        return False

    until(is_ready)


def begin(port: int, path: str, body: str) -> socket.socket:
    """Send a request up to the middle of its body."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    head = (
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    connection.sendall("\r\n".join([*head, "", body[:5]]).encode())
    return connection


def finish(connection: socket.socket, body: str) -> str:
    """Send the rest of a request, and return what is answered."""
    connection.sendall(body[5:].encode())
    with connection, connection.makefile("rb") as answer:
        return answer.read().decode()


def wait_until_closed(port: int) -> None:
    """Wait until a server takes no more connections."""

    def is_closed() -> bool:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            return True
        return False

    until(is_closed)

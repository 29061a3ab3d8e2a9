"""What many ask for at once keeps nobody else waiting."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from generated.blueprints_run import installed
from generated.serving import SETTINGS, ask, post, served
from waiting import until

pytestmark = pytest.mark.slow

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("options", ["style=sync", "style=async database=postgresql"])
def test_logins_leave_the_database_to_others(tmp_path: Path, options: str) -> None:
    """While many guess passwords, others are answered."""
    shop = installed(tmp_path, "accounts=full", *options.split())
    with served(shop) as server, ThreadPoolExecutor(60) as executor:
        alice = server.sign_in("alice@example.com")
        guesses = [f"username=user{number}@example.com&password=wrong" for number in range(120)]
        logins = [
            executor.submit(ask, server.port, "POST", "/auth/login", FORM, guess)
            for guess in guesses
        ]
        statuses = []
        while not all(login.done() for login in logins):
            statuses.append(ask(server.port, "GET", "/auth/me", alice).status)
        assert {login.result().status for login in logins} <= {401, 429, 503}
    assert len(statuses) > 10
    assert set(statuses) == {200}


@pytest.mark.parametrize("style", ["sync", "async"])
def test_mails_leave_the_threads_to_routes(tmp_path: Path, style: str) -> None:
    """Where the server of mails is silent, few threads wait for it at once."""
    shop = installed(tmp_path, "accounts=full", f"style={style}")
    waiting: list[socket.socket] = []

    def accept() -> None:
        while True:
            try:
                waiting.append(silent.accept()[0])
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(silent.getsockname()[1])}
        with served(shop, SETTINGS | place) as server, ThreadPoolExecutor(2) as executor:
            threading.Thread(target=accept).start()
            accounts = [
                {"email": f"user{number}@example.com", "password": "wrong horse"}
                for number in range(24)
            ]
            answers = executor.map(lambda each: post(server.port, "/auth/sign-up", each), accounts)
            assert {answer.status for answer in answers} == {202}
            until(lambda: len(waiting) >= 4)
            assert ask(server.port, "GET", "/health/ready").status == 200
            # four at once, and after a time-out the next four
            assert len(waiting) <= 12
            silent.shutdown(socket.SHUT_RDWR)
            for connection in waiting:
                connection.close()

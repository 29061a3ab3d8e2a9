"""Measures whether the time of an answer tells that an address has an account.

    python tests/bench/enumeration.py [--samples 200] [--style sync]

Requests for an address that has an account and for one that has none are sent in turn to a served
application with passwords hashed at full cost, and with throttles that let all of them through.
Printed is the ratio of the medians, the larger by the smaller.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from served import EMAIL, PASSWORD, database, make, migrate, pin, served, sign_in, style
from timing import report

MOST = 1.15
"""How many times the shorter median the longer may be."""

SERVER_CORE, OTHER_CORE = 0, 1
UNVERIFIED, UNKNOWN = "eva@example.com", "bob@example.com"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"

UNTHROTTLED = """
from shop.main import app as app
from shop.services import throttle_service

throttle_service.ATTEMPTS_PER_ACCOUNT = throttle_service.ATTEMPTS_PER_ADDRESS = 10**9
"""

Send = Callable[[str], tuple[str, str, str, int]]


def log_in(email: str) -> tuple[str, str, str, int]:
    """Return a login with a wrong password: path, body, type of the body, status."""
    return "/auth/login", urlencode({"username": email, "password": "not it"}), FORM, 401


def forget(email: str) -> tuple[str, str, str, int]:
    """Return a request for a new password."""
    return "/auth/forgot-password", json.dumps({"email": email}), JSON, 202


def resend(email: str) -> tuple[str, str, str, int]:
    """Return a request for another link that verifies the address."""
    return "/auth/resend-verification", json.dumps({"email": email}), JSON, 202


def sign_up(email: str) -> tuple[str, str, str, int]:
    """Return a sign-up; an unknown address has an account afterwards."""
    return "/auth/sign-up", json.dumps({"email": email, "password": PASSWORD}), JSON, 202


def answer(port: int, path: str, body: str, kind: str, expected: int) -> float:
    """Return the seconds until a request is answered, over a connection of its own."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.connect()
    started = time.perf_counter()
    connection.request("POST", path, body, {"Content-Type": kind})
    response = connection.getresponse()
    response.read()
    spent = time.perf_counter() - started
    connection.close()
    if response.status != expected:
        raise ValueError(f"{path}: {response.status}")
    time.sleep(0.005)  # what follows an answer, as a mail, must not slow the next one
    return spent


def compare(port: int, samples: int, send: Send, first: str, second: str) -> None:
    """Print how the answers for two addresses compare; `#` in one is a new number each time."""
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(samples):
        pairs = list(zip((first, second), taken, strict=True))
        for email, times in pairs if turn % 2 else reversed(pairs):
            times.append(answer(port, *send(email.replace("#", str(turn)))))
    one, other = map(statistics.median, taken)
    parts = f"{one * 1000:.2f} ms, {second} {other * 1000:.2f} ms"
    name = f"{send('')[0]} {first}"
    report(name, max(one, other) / min(one, other), MOST, "x", parts)


def main() -> None:
    """Serve a project and print the ratio of each pair of addresses."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=200, help="of each address")
    parser.add_argument("--style", default="sync")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rafters-bench-") as name, ExitStack() as stack:
        shop = make(Path(name) / given.style, *style(given.style))
        (shop / "unthrottled.py").write_text(UNTHROTTLED, encoding="utf-8")
        pin(0, OTHER_CORE)
        url = stack.enter_context(database(Path(name) / "postgresql"))
        migrate(shop, url)
        words = ("unthrottled:app", f"--app-dir={shop}")
        port, _ = stack.enter_context(served(shop, url, SERVER_CORE, *words))
        sign_in(port, url)
        answer(port, *sign_up(UNVERIFIED))  # after it, so that nobody has verified this one
        for send in (log_in, forget, resend):
            compare(port, given.samples, send, EMAIL, UNKNOWN)
            compare(port, given.samples, send, UNVERIFIED, UNKNOWN)
        compare(port, given.samples, sign_up, EMAIL, "new#@example.com")


if __name__ == "__main__":
    main()

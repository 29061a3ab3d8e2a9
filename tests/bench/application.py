"""Measures generated applications on PostgreSQL beside what a hand can do, in one run.

    python tests/bench/application.py [--styles sync async] [--limit framework|bare]
        [--seconds 2] [--turns 5]

Each server has one core for itself, the load and the database have the other. 32 connections ask
without a pause, first one application, then the next, several times in turn, so that a machine
with other work slows all of them. A ratio is the median of those of the turns.

The limit is an application written by hand on asyncpg and orjson (see limit.py), by default on
FastAPI or on no framework at all: it checks the same token and answers the same bytes, headers
included, and does nothing else.
"""

import argparse
import os
import random
import statistics
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from load import Answers, Ask, load, request
from served import database, fill, make, migrate, pin, served, sign_in, style
from timing import BIN

LEAST = {"sync": 0.22, "async": 0.30}
"""The share of the limit's requests a second that an application must reach."""

MOST = 5.0
"""How many times the median the 99th percentile may be."""

SERVER_CORE, OTHER_CORE = 0, 1
BODY = b'{"title":"Something to do","description":"As soon as can be"}'


@dataclass
class Figures:
    """What the turns of one operation on one application gave."""

    rates: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def add(self, answers: Answers, seconds: float, processor: float) -> None:
        """Take the answers of a turn, and the seconds of the processor for each of them."""
        self.rates.append(len(answers.took) / seconds)
        self.took += answers.took
        self.processor.append(processor)

    def percentile(self, percent: int) -> float:
        """Return in milliseconds below what so many percent of the answers took."""
        return statistics.quantiles(self.took, n=100)[percent - 1] * 1000


def operations(token: str, ids: list[int]) -> dict[str, tuple[Ask, int]]:
    """Return what gives the requests of each operation, and the status of its answers."""
    listing = request("GET", "/api/tasks?limit=20", token)
    creation = request("POST", "/api/tasks", token, BODY)
    return {
        "get": (lambda: request("GET", f"/api/tasks/{random.choice(ids)}", token), 200),  # noqa: S311
        "list": (lambda: listing, 200),
        "create": (lambda: creation, 201),
    }


def processor_seconds(process: int) -> float:
    """Return the time that a process has had on a processor."""
    stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def turn(server: tuple[int, int], ask: Ask, expected: int, seconds: float) -> tuple[Answers, float]:
    """Load a server, told by its port and process; return the seconds of the processor for each."""
    port, process = server
    before = processor_seconds(process)
    answers = load(port, ask, expected, seconds)
    return answers, (processor_seconds(process) - before) / answers.count


def check_same(ports: list[int], token: str, task_id: int) -> None:
    """Raise ValueError unless all applications answer the same bytes."""
    for path in (f"/api/tasks/{task_id}", "/api/tasks?limit=20"):
        ask = partial(request, "GET", path, token)
        answers = {same(load(port, ask, 200, 0, connections=1).last) for port in ports}
        if len(answers) > 1:
            raise ValueError(f"{path}: the applications differ: {answers}")


def same(answer: bytes) -> tuple[frozenset[bytes], bytes]:
    """Return the head and the body of an answer without what no two of them share."""
    head, _, body = answer.partition(b"\r\n\r\n")
    own = (b"date:", b"x-request-id:")
    return frozenset(line for line in head.split(b"\r\n") if not line.startswith(own)), body


def measure(
    servers: dict[str, tuple[int, int]], token: str, ids: list[int], turns: int, seconds: float
) -> Iterator[tuple[str, dict[str, Figures]]]:
    """Yield each operation with the figures of each application."""
    for name, (ask, expected) in operations(token, ids).items():
        found: dict[str, Figures] = defaultdict(Figures)
        for _ in range(turns):
            for application, server in servers.items():
                answers, processor = turn(server, ask, expected, seconds)
                found[application].add(answers, seconds, processor)
        yield name, found


def show(name: str, found: dict[str, Figures]) -> None:
    """Print the figures of an operation."""
    limit = found["limit"]
    for application, figures in found.items():
        ratio = statistics.median(
            mine / best for mine, best in zip(figures.rates, limit.rates, strict=True)
        )
        rate, p50, p99 = (
            statistics.median(figures.rates),
            figures.percentile(50),
            figures.percentile(99),
        )
        least = LEAST.get(application, 0)
        verdict = "holds" if ratio >= least and p99 <= MOST * p50 else "FALLS SHORT"
        each = statistics.median(figures.processor) * 1e6
        print(
            f"{name:<7}{application:<6}{rate:7.0f}/s  p50 {p50:6.1f} ms  p99 {p99:6.1f} ms "
            f"({p99 / p50:.1f} x)  processor {each:5.0f} us  "
            f"{ratio:.3f} of the limit (at least {least:.2f}) {verdict}",
            flush=True,
        )


def main() -> None:
    """Make the projects, serve them all, and print every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--styles", nargs="+", choices=LEAST, default=list(LEAST))
    parser.add_argument("--limit", choices=["framework", "bare"], default="framework")
    parser.add_argument("--seconds", type=float, default=2.0, help="of each turn")
    parser.add_argument("--turns", type=int, default=5, help="of each application")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rafters-bench-") as place, ExitStack() as stack:
        folder = Path(place)
        shops = {name: make(folder / name, *style(name)) for name in given.styles}
        first = next(iter(shops.values()))
        libraries = [str(BIN / "uv"), "pip", "install", "--quiet", "asyncpg", "orjson"]
        subprocess.run([*libraries, "--python", str(first / ".venv")], check=True)
        pin(0, OTHER_CORE)
        url = stack.enter_context(database(folder / "postgresql"))
        migrate(first, url)
        servers = {
            name: stack.enter_context(served(shop, url, SERVER_CORE))
            for name, shop in shops.items()
        }
        hand = (f"limit:{given.limit}", f"--app-dir={Path(__file__).parent}")
        servers["limit"] = stack.enter_context(served(first, url, SERVER_CORE, *hand))
        token = sign_in(next(iter(servers.values()))[0], url)
        ids = fill(url)
        check_same([port for port, _ in servers.values()], token, ids[0])
        print(f"load of the machine before: {os.getloadavg()[0]:.1f}")
        for operation, found in measure(servers, token, ids, given.turns, given.seconds):
            show(operation, found)


if __name__ == "__main__":
    main()

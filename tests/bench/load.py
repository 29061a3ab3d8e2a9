"""Requests to a server over connections that are kept alive, one at a time on each."""

import asyncio
import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Ask = Callable[[], bytes]

HOST = "127.0.0.1"
CONNECTIONS = 32
"""How many requests are asked at once."""

WARM_UP = 0.3
"""Seconds before the answers of a run count."""


@dataclass
class Answers:
    """What came back in the time that counts.

    Attributes:
        expected: the status that every answer must have.
        until: when the last request may start, by `time.perf_counter`.
        since: when an answer counts that was asked for then or later.
        took: seconds that each answer took.
        count: all answers, those of the warm-up and of the end included.
        last: the last answer, head and body.
    """

    expected: int
    since: float
    until: float
    took: list[float] = field(default_factory=list)
    count: int = 0
    last: bytes = b""


class Connection(asyncio.Protocol):
    """A client that asks again as soon as it has its answer."""

    transport: asyncio.Transport

    def __init__(self, ask: Ask, answers: Answers) -> None:
        """Take what gives the requests, and what the answers go to."""
        self.ask, self.answers = ask, answers
        self.ended = asyncio.get_running_loop().create_future()
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the first time."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Take a part of an answer, and ask again when it is whole."""
        self.received += data
        head, end, body = self.received.partition(b"\r\n\r\n")
        if not end or len(body) < length(head):
            return
        now = time.perf_counter()
        if not head.startswith(b"HTTP/1.1 %d " % self.answers.expected):
            self.connection_lost(RuntimeError(self.received.decode()))
            return
        if self.started >= self.answers.since and now <= self.answers.until:
            self.answers.took.append(now - self.started)
        self.answers.count += 1
        self.answers.last, self.received = self.received, b""
        if now < self.answers.until:
            self._ask()
        else:
            self.ended.set_result(None)
            self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        """End the run if the server has closed the connection, or given another answer."""
        if not self.ended.done():
            self.ended.set_exception(error or ConnectionError("the server closed the connection"))

    def _ask(self) -> None:
        self.started = time.perf_counter()
        self.transport.write(self.ask())


def length(head: bytes) -> int:
    """Return the length of a body by the head of its answer."""
    _, _, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.split(b"\r\n", 1)[0] or 0)


def request(method: str, path: str, token: str, body: bytes = b"") -> bytes:
    """Return the bytes of a request with a bearer token."""
    content = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if body else ""
    head = f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\n{content}"
    return f"{head}\r\n".encode() + body


def load(
    port: int, ask: Ask, expected: int, seconds: float, connections: int = CONNECTIONS
) -> Answers:
    """Ask a server without a pause over several connections.

    Args:
        port: of the server.
        ask: gives the next request.
        expected: the status that every answer must have.
        seconds: for how long, beyond the warm-up.
        connections: how many requests are asked at once.

    Raises:
        RuntimeError: an answer had another status.
        ConnectionError: the server closed a connection.
    """
    since = time.perf_counter() + WARM_UP
    answers = Answers(expected, since, since + seconds)

    async def run() -> None:
        loop = asyncio.get_running_loop()
        made = [
            await loop.create_connection(lambda: Connection(ask, answers), HOST, port)
            for _ in range(connections)
        ]
        await asyncio.gather(*(client.ended for _, client in made))

    gc.disable()  # a pause of the client must not look like one of the server
    try:
        asyncio.run(run())
    finally:
        gc.enable()
    return answers

"""Waiting for what requests share: in order, and not for long."""

import asyncio
from typing import Literal

from .errors import UnavailableError

MAX_WAIT = 2  # seconds until a request is told to come back


class Turns(asyncio.Semaphore):
    """Has requests wait until one of them is free."""

    async def acquire(self) -> Literal[True]:
        """Take one; raise UnavailableError if none gets free in time."""
        if not self.locked():
            return await super().acquire()  # with no timer, since there is no wait
        try:
            async with asyncio.timeout(MAX_WAIT):
                return await super().acquire()
        except TimeoutError as error:
            raise UnavailableError("Too many requests at once: try again") from error

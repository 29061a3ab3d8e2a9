"""Waiting for what a machine, however busy, comes to."""

import time
from collections.abc import Callable

import pytest


def until(holds: Callable[[], object], seconds: float = 120) -> None:
    """Wait until something holds, and fail after so many seconds."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(f"it did not come to hold in {seconds} s")
        time.sleep(0.02)

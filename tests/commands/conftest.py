"""What tests of commands share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from forking import Forks, forks


@pytest.fixture
def processes(bare: Path, tmp_path: Path) -> Iterator[Forks]:
    """Give what runs command lines side by side, each in a process of its own."""
    streams = tmp_path / "streams"
    streams.mkdir()
    with forks(bare, streams) as processes:
        yield processes

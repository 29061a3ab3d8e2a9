"""What is kept from run to run, outside of every project."""

import contextlib
import os
from pathlib import Path

from platformdirs import user_cache_path

from rafters import __version__


class Cache:
    """Small files of a person's own, which may be deleted at any time.

    What cannot be read is not there, and what cannot be written is not kept.
    """

    def __init__(self, name: str) -> None:
        """Name a folder in the cache of this version of Rafters."""
        self._folder = user_cache_path("rafters", appauthor=False) / __version__ / name

    def get(self, key: str) -> bytes | None:
        """Return what is kept under a key, if there is something."""
        try:
            return self._path(key).read_bytes()
        except OSError:
            return None

    def __setitem__(self, key: str, content: bytes) -> None:
        """Keep something under a key."""
        path = self._path(key)
        with contextlib.suppress(OSError):
            # code comes out of here again: nobody else may put some in
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write(path, content)

    def _path(self, key: str) -> Path:
        return self._folder / key


def write(path: Path, content: bytes) -> None:
    """Write a file whole, whoever else reads or writes it, or leave it as it was: OSError."""
    scratch = path.with_name(f"{path.name}.{os.urandom(4).hex()}")
    try:
        scratch.write_bytes(content)
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)

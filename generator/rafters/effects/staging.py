"""A scratch folder that is gone when the command is, however the command ends."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

# Nothing in a process survives its own SIGKILL, so another one waits for the end of ours: its
# standard input closes without the word that all went well. It tries until the folder stays
# away, since programs that we started may still be writing.
_WATCHMAN = """
import os, shutil, sys, time
absent = 10 if sys.stdin.buffer.read() else 0
deadline = time.monotonic() + 60
while absent < 10 and time.monotonic() < deadline:
    shutil.rmtree(sys.argv[1], ignore_errors=True)
    absent = 0 if os.path.lexists(sys.argv[1]) else absent + 1
    time.sleep(0.1)
"""


@contextlib.contextmanager
def beside(target: Path) -> Iterator[Path]:
    """Give a new folder on the file system of `target`, and remove it at the end.

    Args:
        target: what will be renamed from the folder; its parent must exist.

    Raises:
        OSError: the parent of `target` cannot be written to.
    """
    folder = target.absolute().with_name(f".rafters-{os.urandom(6).hex()}")
    with _watched(folder):
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _watched(folder: Path) -> Iterator[None]:
    """Have a folder that is to come removed by another process if this one is killed."""
    watchman = subprocess.Popen(  # noqa: S603  (our own interpreter and script)
        [sys.executable, "-I", "-S", "-c", _WATCHMAN, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd=folder.parent,
    )
    try:
        yield
    finally:
        if watchman.stdin and not os.path.lexists(folder):
            with contextlib.suppress(OSError):
                watchman.stdin.write(b"done")
        if watchman.stdin:
            watchman.stdin.close()
        watchman.wait()

"""One command at a time in a project, over all processes and threads."""

import contextlib
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from rafters.errors import MachineError, Problem, reason

TIMEOUT = 120.0
"""Seconds to wait for another command; while its gates run, it has the lock."""

NOTICE = 1.0
"""Seconds after which who waits is told so."""

_PAUSE = 0.02


@contextlib.contextmanager
def held(
    root: Path, *, timeout: float = TIMEOUT, waiting: Callable[[], None] | None = None
) -> Iterator[None]:
    """Have the project to oneself; when the holder ends, however it does, the system frees it.

    Who has it must not ask for it again: that would wait for itself.

    Args:
        root: the project's folder.
        timeout: seconds to wait for another command.
        waiting: called once if another command is not about to end.

    Raises:
        MachineError: another command did not end in time, or the folder cannot be locked.
    """
    try:
        descriptor, file = _open(root)
    except OSError as error:
        message = f"cannot lock {root}: {reason(error)}"
        raise MachineError(Problem("cannot-lock", message)) from error
    try:
        begun = time.monotonic()
        while not _take(descriptor):
            waited = time.monotonic() - begun
            if waited >= timeout:
                message = f"another rafters command{_holder(file)} is at work in {root}"
                hint = f"it did not end in {timeout:.0f} s; wait for it, or end it, and run again"
                raise MachineError(Problem("locked", message, hint))
            if waiting and waited >= NOTICE:
                waiting()
                waiting = None
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(descriptor)  # and with it the lock


def _open(root: Path) -> tuple[int, Path]:
    """Open what the lock is on: the folder itself, which leaves no trace, where that works."""
    if sys.platform != "win32":
        descriptor = os.open(root, os.O_RDONLY)
        try:
            _take(descriptor)
        except OSError:  # as on NFS
            os.close(descriptor)
        else:
            return descriptor, root
    name = hashlib.sha256(os.path.realpath(root).encode()).hexdigest()[:16]
    file = Path(tempfile.gettempdir(), f"rafters-{name}.lock")
    return os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600), file


def _take(descriptor: int) -> bool:
    """Take the lock and say whether it is had; to take what one has changes nothing."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # the latter is Windows' word for it
        return False
    return True


def _holder(file: Path) -> str:
    """Return which process has the lock, as far as the system tells."""
    with contextlib.suppress(OSError, IndexError):
        inode = str(file.stat().st_ino)
        for line in Path("/proc/locks").read_text(encoding="ascii").splitlines():
            words = line.split()  # 1: FLOCK ADVISORY WRITE 1234 fe:00:5678 0 EOF
            if words[1] == "FLOCK" and words[5].split(":")[-1] == inode:
                return f" (process {words[4]})"
    return ""

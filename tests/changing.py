"""A small project and a plan that changes it in every way; and what stops it at any act."""

import contextlib
import errno
import os
import signal
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rafters.effects import apply, journal, lock
from rafters.plan.changes import Create, Delete, Edit, Plan
from rafters.plan.tree import File

Snapshot = dict[str, tuple[int, bytes | str | None]]

BEFORE = {
    "pyproject.toml": "[project]\n",
    "src/shop/main.py": "app = object()\n",
    "src/shop/models/__init__.py": "",
    "src/shop/models/user.py": "class User: ...\n",
    "src/shop/old/note.py": "class Note: ...\n",
    "scripts/run": "#!/bin/sh\n",
}

RUN = File(b"#!/bin/sh\n", executable=True)

PLAN = Plan(
    (
        Create("migrations/versions/0002.py", File(b"revision = '0002'\n")),
        Edit("scripts/run", RUN, File(b"#!/bin/sh\necho\n", executable=True)),
        Edit("src/shop/main.py", File(b"app = object()\n"), File(b"app = object()\n# more\n")),
        Create("src/shop/models/task.py", File(b"class Task: ...\n" * 400)),
        Delete("src/shop/old/note.py", File(b"class Note: ...\n")),
        Create("src/shop/run", RUN),
    )
)
"""Creates in folders old and new, edits, and a delete that empties a folder."""

ACTS = (
    *("open", "write", "fsync", "replace", "link", "unlink"),
    *("mkdir", "rmdir", "chmod", "chown", "utime"),
)
"""What the writer does to a disk, by the functions of `os`."""


def build(root: Path) -> Path:
    """Make the project, with times and permissions of its own."""
    for path, text in BEFORE.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
        os.utime(file, (1_000_000_000, 1_000_000_000))
    (root / "scripts/run").chmod(0o750)
    (root / "src/shop/main.py").chmod(0o640)
    return root


def snapshot(root: Path) -> Snapshot:
    """Return everything below a folder: kind and permissions, and the bytes or the link."""
    found: Snapshot = {}
    for path in sorted(root.rglob("*")):
        mode = path.lstat().st_mode
        held: bytes | str | None = None
        if stat.S_ISLNK(mode):
            held = str(path.readlink())
        elif stat.S_ISREG(mode):
            held = path.read_bytes()
        found[path.relative_to(root).as_posix()] = (mode, held)
    return found


def after(folder: Path) -> Snapshot:
    """Return what the project is once the plan is made in peace."""
    root = build(folder)
    apply.run(PLAN, root)
    return snapshot(root)


@contextlib.contextmanager
def watched(before: Callable[[str, tuple[Any, ...]], None]) -> Iterator[None]:
    """Call `before` with the name and the arguments of every act on the disk."""
    real = {name: getattr(os, name) for name in ACTS}
    quick = real | {"fsync": lambda _descriptor: None}  # no power is cut here

    def wrap(name: str) -> Callable[..., object]:
        def act(*args: object, **kwargs: object) -> object:
            before(name, args)
            return quick[name](*args, **kwargs)

        return act

    for name in ACTS:
        setattr(os, name, wrap(name))
    try:
        yield
    finally:
        for name, function in real.items():
            setattr(os, name, function)


@contextlib.contextmanager
def failing(number: int, error: BaseException, *, lasting: bool = False) -> Iterator[list[str]]:
    """Have the act of this number fail, or all from it on; yield the names of those that did."""
    count = 0
    failed: list[str] = []

    def before(name: str, _args: tuple[Any, ...]) -> None:
        nonlocal count
        count += 1
        if count == number or (lasting and count > number):
            failed.append(name)
            raise error

    with watched(before):
        yield failed


def no_space() -> OSError:
    """Return the error of a full disk."""
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def killed_at(number: int, work: Callable[[], object]) -> bool:
    """Do work in a fork that kills itself at an act, half way through if it is a write.

    Returns:
        Whether it came to that act.
    """
    child = os.fork()
    if not child:
        count = 0

        def before(name: str, args: tuple[Any, ...]) -> None:
            nonlocal count
            count += 1
            if count == number:
                if name == "write":
                    os.pwrite(args[0], args[1][: len(args[1]) // 2], 0)
                os.kill(os.getpid(), signal.SIGKILL)

        code = 1
        try:
            with watched(before):
                work()
            code = 0
        finally:
            os._exit(code)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in {0, -signal.SIGKILL}, status
    return status != 0


def change(root: Path) -> None:
    """Apply the plan as a command does."""
    with lock.held(root):
        journal.recover(root)
        apply.run(PLAN, root)

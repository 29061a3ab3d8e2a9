"""The changes of a plan, made ready for the disk."""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from rafters.effects import journal
from rafters.effects.places import Places
from rafters.errors import ConflictError, MachineError, Problem, reason
from rafters.plan.changes import SECRET_FILES, Conflict, Create, Delete, Edit, Plan

Definite = Create | Edit | Delete
"""A change that can be made."""

_NO_LINKS = {errno.EPERM, errno.EMLINK, errno.ENOSYS, errno.ENOTSUP, errno.EXDEV}
"""Why a file may not get a second name where it could be copied."""

_UNCHANGED = "nothing was changed"


class Work(NamedTuple):
    """One change and the file that it is about.

    Attributes:
        change: what is to be done.
        shown: the file as its user knows it.
        file: the file itself, no link in between.
        found: what is there; `None` for nothing.
    """

    change: Definite
    shown: Path
    file: Path
    found: os.stat_result | None

    def step(self, base: Path) -> journal.Step:
        """Return the change as the journal has it; `base` is the project's folder itself."""
        path = self.file.relative_to(base).as_posix()
        match self.change:
            case Create(file=file):
                return journal.Step("create", path, journal.digest(file.content))
            case Edit(file=file):
                return journal.Step("edit", path, journal.digest(file.content))
            case Delete():
                return journal.Step("delete", path)

    def stage(self, new: Path, old: Path) -> None:
        """Write what the file will hold beside it, and keep what it holds."""
        change = self.change
        if isinstance(change, Create):
            mode = 0o777 if change.file.executable else 0o666
            journal.put(new, change.file.content, 0o600 if change.path in SECRET_FILES else mode)
        elif isinstance(change, Edit) and self.found:
            journal.put(new, change.file.content, _mode(change, self.found), self.found)
            try:
                os.link(self.file, old)
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
                mode = stat.S_IMODE(self.found.st_mode)
                journal.put(old, change.before.content, mode, self.found)
                os.utime(old, ns=(self.found.st_atime_ns, self.found.st_mtime_ns))

    def switch(self, new: Path, old: Path) -> None:
        """Change the file itself, in one act.

        Raises:
            ConflictError: it was written since it was read; by the plan itself, if two of its
                names differ by case alone on a disk that does not tell them apart.
        """
        now = self.file.lstat() if os.path.lexists(self.file) else None
        if _mark(now) != _mark(self.found):
            raise ConflictError(_meanwhile(self.shown))
        if isinstance(self.change, Delete):
            self.file.replace(old)
        else:
            new.replace(self.file)


def ready(plan: Plan, places: Places) -> list[Work]:
    """Find the files of a plan in a project.

    Args:
        plan: without conflicts.
        places: of the project.

    Raises:
        ConflictError: some are not as the plan has them; all of these are named.
        MachineError: one cannot be read.
        TypeError: there are conflicts.
    """
    works: list[Work] = []
    problems: list[Problem] = []
    for change in plan.changes:
        if isinstance(change, Conflict):
            raise TypeError(change)
        try:
            works.append(_look(change, places))
        except ConflictError as error:
            problems += error.problems
    if len({work.file for work in works}) < len(works):
        problems.append(Problem("same-file", "two paths of the plan lead to one file", _UNCHANGED))
    if problems:
        raise ConflictError(problems)
    return works


@contextlib.contextmanager
def told(path: Path, what: str = "write") -> Iterator[None]:
    """Tell of the disk's refusal by the path as its user knows it."""
    try:
        yield
    except OSError as error:
        message = f"cannot {what} {path}: {reason(error)}"
        raise MachineError(Problem(f"cannot-{what}", message, _UNCHANGED)) from error


def _look(change: Definite, places: Places) -> Work:
    """Find the file of a change and make sure that it is as the plan has it."""
    shown = places.root / change.path
    with told(shown, "read"):
        file = places.find(change.path)
        found = file.lstat() if os.path.lexists(file) else None
        if isinstance(change, Create):
            if found or shown.is_symlink():
                message = f"{shown} is there already"
                raise ConflictError(Problem("file-exists", message, _UNCHANGED))
        elif isinstance(change, Delete) and shown.is_symlink():
            message = f"{shown} is a link, which is left to you to delete"
            raise ConflictError(Problem("link", message, _UNCHANGED))
        else:
            regular = found is not None and stat.S_ISREG(found.st_mode)  # a pipe would never end
            if not regular or file.read_bytes() != change.before.content:
                raise ConflictError(_meanwhile(shown))
    return Work(change, shown, file, found)


def _mode(change: Edit, found: os.stat_result) -> int:
    """Return the permissions that a file had, changed where the plan makes it a program or not."""
    mode = stat.S_IMODE(found.st_mode)
    if change.file.executable and not change.before.executable:
        return mode | (mode & 0o444) >> 2  # who may read it may run it
    if change.before.executable and not change.file.executable:
        return mode & ~0o111
    return mode


def _mark(found: os.stat_result | None) -> tuple[int, ...] | None:
    """Return what changes when somebody writes a file."""
    return found and (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def _meanwhile(shown: Path) -> Problem:
    message = f"{shown} changed meanwhile"
    return Problem("changed-meanwhile", message, f"{_UNCHANGED}; run the command again")

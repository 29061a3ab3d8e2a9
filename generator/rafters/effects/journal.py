"""The journal of a change: what takes it back, or tidies up after it, wherever it was cut short.

Beside each file that changes stands what it will hold (`.new`) or what it held (`.old`), and in
the project's root the journal, which names them. There are three states:

1. No journal: the tree is as it is, and nothing of ours lies around.
2. `.rafters-journal`: under way. Whatever was done is taken back.
3. `.rafters-journal-done`: complete. Only what is left of it is removed.

From 1 to 2 and from 2 to 3 it takes one act each, which the disk has before the next one begins.
All that needs room on the disk is written in state 2, before the first file changes; to take
back is to rename and to remove. What is done halfway can be seen from the files alone, so that
taking back can itself be cut short:

- create: its `.new` is there until it is renamed to the file.
- edit: likewise, and its `.old`, made after the `.new`, is the very file that was there.
- delete: the file is renamed to its `.old`.
"""

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from rafters.effects.places import Places
from rafters.errors import ConflictError, MachineError, Problem, reason

UNDER_WAY = ".rafters-journal"
COMPLETE = ".rafters-journal-done"

_STAYS = {None, errno.EACCES, errno.EPERM, errno.EBUSY, errno.ENOTEMPTY, errno.EEXIST}
"""Why an empty folder may not go: its own folder is closed to us, or it is in use again."""

Outcome = Literal["nothing", "completed", "taken back"]


@dataclass(frozen=True)
class Step:
    """One file of a change.

    Attributes:
        act: what becomes of it.
        path: where it stands, from the root and with no link in between.
        digest: of what it will hold, so that what was written since is known; none if deleted.
    """

    act: Literal["create", "edit", "delete"]
    path: str
    digest: str = ""


@dataclass(frozen=True)
class Journal:
    """A change that is under way.

    Attributes:
        token: what sets its files apart from all others.
        steps: its files.
        folders: those that it makes, from the root, outer ones first.
    """

    token: str
    steps: tuple[Step, ...]
    folders: tuple[str, ...]

    def beside(self, file: Path, number: int) -> tuple[Path, Path]:
        """Return where stands what the file of a step will hold, and what it held."""
        name = f".rafters-{self.token}-{number}"
        return file.with_name(f"{name}.new"), file.with_name(f"{name}.old")


def digest(content: bytes) -> str:
    """Return what tells a content from all others."""
    return hashlib.sha256(content).hexdigest()


def begin(root: Path, steps: Iterable[Step], folders: Iterable[str]) -> Journal:
    """Have the disk keep what is about to happen, before it does."""
    journal = Journal(os.urandom(6).hex(), tuple(steps), tuple(folders))
    put(root / UNDER_WAY, json.dumps(asdict(journal)).encode(), 0o600)
    sync([root])
    return journal


def complete(root: Path) -> None:
    """Have the disk keep that all is done; from here on, nothing is taken back."""
    (root / UNDER_WAY).replace(root / COMPLETE)
    try:
        sync([root])
    except OSError:
        (root / COMPLETE).replace(root / UNDER_WAY)
        raise


def recover(root: Path) -> Outcome:
    """Take back or tidy up what an earlier command left, and say which; the lock must be held.

    Raises:
        ConflictError: a file was edited since, so that to take it back would lose the edit.
        MachineError: the disk refuses, or the journal is not one of ours.
    """
    try:
        if (root / COMPLETE).exists():
            _tidy(root, _read(root / COMPLETE))
            return "completed"
        if (root / UNDER_WAY).exists():
            _take_back(root, _read(root / UNDER_WAY))
            return "taken back"
    except OSError as error:
        path = error.filename or root
        message = f"cannot end what an interrupted command began: {path}: {reason(error)}"
        hint = "the next rafters command in this project tries again"
        raise MachineError(Problem("cannot-recover", message, hint)) from error
    return "nothing"


def put(path: Path, content: bytes, mode: int, like: os.stat_result | None = None) -> None:
    """Write a file that must not exist yet, and have the disk keep it.

    Args:
        path: the file.
        content: what it shall hold.
        mode: its permissions, less those that the process withholds.
        like: of a file whose owner and permissions it shall have instead.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o600 if like else mode)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        if like:
            own = os.fstat(descriptor)
            if (like.st_uid, like.st_gid) != (own.st_uid, own.st_gid):
                with contextlib.suppress(PermissionError):  # only root may give files away
                    os.chown(path, like.st_uid, like.st_gid)
            path.chmod(mode)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync(folders: Iterable[Path]) -> None:
    """Have the disk keep which files are in some folders."""
    if os.name == "nt":  # which opens no folder
        return
    for folder in folders:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno not in {errno.EINVAL, errno.ENOTSUP}:  # some file systems do it unasked
                raise
        finally:
            os.close(descriptor)


def _read(path: Path) -> Journal | None:
    """Return a journal, or `None` where the machine stopped while it was written.

    Raises:
        MachineError: it is whole, but none that this Rafters writes.
    """
    try:
        data: Any = json.loads(path.read_bytes())
    except ValueError:
        return None
    with contextlib.suppress(TypeError, KeyError, AttributeError):
        steps = tuple(Step(**step) for step in data["steps"])
        journal = Journal(data["token"], steps, tuple(data["folders"]))
        paths = [*(step.path for step in steps), *journal.folders]
        if re.fullmatch("[0-9a-f]{12}", journal.token) and all(isinstance(p, str) for p in paths):
            return journal
    hint = "run the version of rafters that wrote it; remove it if it was none"
    raise MachineError(Problem("cannot-recover", f"cannot understand {path}", hint))


def _take_back(root: Path, journal: Journal | None) -> None:
    """Bring the tree from state 2 to state 1."""
    if journal:
        places = Places(root)
        files = [places.find(step.path) for step in journal.steps]
        folders = [places.find(folder) for folder in journal.folders]
        _check_unedited(journal, files)
        for number, (step, file) in enumerate(zip(journal.steps, files, strict=True)):
            new, old = journal.beside(file, number)
            if new.exists():  # the file itself was not touched
                old.unlink(missing_ok=True)
                new.unlink()
            elif old.exists():
                old.replace(file)
                old.unlink(missing_ok=True)  # still there where both are names of one file
            elif step.act == "create" and _holds(file, step.digest):
                file.unlink()
        for folder in reversed(folders):
            _remove_empty(folder)
        changed = {path.parent for path in (*files, *folders)}
        sync(folder for folder in changed if folder.is_dir())
    (root / UNDER_WAY).unlink()
    sync([root])


def _check_unedited(journal: Journal, files: Sequence[Path]) -> None:
    """Make sure that no file is put back over what somebody wrote after the interruption."""
    for number, (step, file) in enumerate(zip(journal.steps, files, strict=True)):
        new, old = journal.beside(file, number)
        if new.exists() or not old.exists() or not os.path.lexists(file):
            continue
        if not _holds(file, step.digest) and not _holds(file, digest(old.read_bytes())):
            message = f"{file} was edited after a command was interrupted"
            hint = "move it elsewhere and run again: what it held before the command comes back"
            raise ConflictError(Problem("edited-meanwhile", message, hint))


def _holds(file: Path, wanted: str) -> bool:
    return file.is_file() and digest(file.read_bytes()) == wanted


def _tidy(root: Path, journal: Journal | None) -> None:
    """Bring the tree from state 3 to state 1."""
    if journal:
        places = Places(root)
        for number, step in enumerate(journal.steps):
            file = places.find(step.path)
            for path in journal.beside(file, number):
                path.unlink(missing_ok=True)
            folder = file.parent
            while step.act == "delete" and folder != places.base and _remove_empty(folder):
                folder = folder.parent
    (root / COMPLETE).unlink()


def _remove_empty(folder: Path) -> bool:
    """Remove a folder in which there is nothing but compiled Python; say whether it is gone."""
    try:
        names = [path.name for path in folder.iterdir()]
        if names == ["__pycache__"]:
            shutil.rmtree(folder / "__pycache__")
        elif names:
            return False
        folder.rmdir()
    except FileNotFoundError:
        pass
    except OSError as error:
        if error.errno in _STAYS:
            return False
        raise
    return True

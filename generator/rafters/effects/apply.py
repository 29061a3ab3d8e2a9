"""The only writer of project files."""

import errno
import os
import shutil
import tempfile
from pathlib import Path

from rafters.errors import ConflictError, MachineError, Problem, reason
from rafters.plan.changes import SECRET_FILES, Plan


def write(plan: Plan, folder: Path, target: Path) -> None:
    """Write the files of a plan into a new folder.

    Args:
        plan: what to write.
        folder: made here; it must not exist.
        target: where the folder will be moved; named in messages.

    Raises:
        MachineError: the disk refuses.
    """
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise _refused(target, error) from error
    for change in plan.changes:
        path = folder / change.path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(change.file.content)
            if change.path in SECRET_FILES:
                path.chmod(0o600)
            elif change.file.executable:
                path.chmod(path.stat().st_mode | 0o111)
        except OSError as error:
            raise _refused(target / change.path, error) from error


def publish(folder: Path, target: Path) -> None:
    """Give a finished folder its name, in one step.

    Raises:
        ConflictError: something came to stand at `target` in the meantime.
        MachineError: the disk refuses.
    """
    try:
        if os.name == "nt":
            if target.is_dir():
                target.rmdir()  # Windows renames onto nothing, POSIX onto an empty folder too
        else:
            for path in [*folder.rglob("*"), folder]:
                _sync(path)  # or a power cut could leave the name on empty files
        folder.rename(target)
    except OSError as error:
        if error.errno in {errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR}:
            message = f"{target} came to exist meanwhile"
            raise ConflictError(Problem("target-exists", message)) from error
        raise _refused(target, error) from error


def keep(folder: Path, name: str) -> Path:
    """Move a failed tree out of the way and return where it lies, for its maker to look at."""
    kept = Path(tempfile.mkdtemp(prefix="rafters-failed-")) / name
    shutil.move(folder, kept)
    return kept


def _sync(path: Path) -> None:
    """Have the disk keep a file or a folder as it is; what a link points to is not ours."""
    if path.is_symlink():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refused(path: Path, error: OSError) -> MachineError:
    message = f"cannot write {path}: {reason(error)}"
    return MachineError(Problem("cannot-write", message, "nothing was made"))

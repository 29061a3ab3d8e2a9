"""The only writer of project files.

`run` changes a project that people work in, all or nothing; the journal says how.
`write` and `publish` make a new one, in a folder that gets its name at the end.
"""

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rafters.effects import journal
from rafters.effects.places import Places
from rafters.effects.work import Work, ready, told
from rafters.errors import ConflictError, MachineError, Problem, reason
from rafters.plan.changes import SECRET_FILES, Create, Plan, inverse, marked

_NOT_COPIED = (".git", ".venv", "__pycache__", ".*_cache", "node_modules", ".rafters-*", "*.db")
"""What is no part of a failed tree that somebody wants to look at."""


def run(plan: Plan, root: Path, *, markers: bool = False) -> None:
    """Make all changes of a plan, or none; the project's lock must be held.

    After a kill -9, the next command's `journal.recover` makes it all or none. After Ctrl-C,
    `take_back` does: it may have come when all was done.

    Args:
        plan: the changes; a created file may not exist, others must be as the plan has them.
        root: the project's folder.
        markers: whether to write conflicts with their markers; one that has nothing to mark is
            left as it is.

    Raises:
        ConflictError: a file is not as the plan has it, or leads out of the project.
        MachineError: the disk refuses.
        ValueError: there are conflicts, and no markers are wanted.
    """
    journal.recover(root)
    places = Places(root)
    works = ready(_definite(plan, markers=markers), places)
    if not works:
        return
    try:
        _switch(works, places)
        with told(root):
            journal.complete(root)
    except BaseException as error:
        if _settle(root, error) == "completed" and isinstance(error, MachineError):
            return
        raise
    try:
        journal.recover(root)
    except BaseException as error:  # all is done: what cannot be removed now waits for `recover`
        with contextlib.suppress(MachineError):
            journal.recover(root)
        if not isinstance(error, MachineError):
            raise


def take_back(plan: Plan, root: Path, *, markers: bool = False) -> None:
    """Undo what `run` made of a plan; where it made nothing, do nothing.

    Raises:
        ConflictError: a file was edited since; nothing is taken back.
        MachineError: the disk refuses; nothing is taken back.
    """
    journal.recover(root)
    made = _definite(plan, markers=markers)
    with contextlib.suppress(ConflictError):
        ready(made, Places(root))
        return
    run(inverse(made), root)


def keep_copy(root: Path, name: str) -> Path:
    """Copy a project, for its maker to look at, and return where the copy lies.

    Args:
        root: the project's folder; caches, git's own and the environment are not copied.
        name: of the folder that is made.

    Raises:
        MachineError: the disk refuses.
    """
    with told(Path(tempfile.gettempdir())):
        outer = Path(tempfile.mkdtemp(prefix="rafters-failed-"))
    kept = outer / name
    try:
        ignored = shutil.ignore_patterns(*_NOT_COPIED)
        shutil.copytree(root, kept, symlinks=True, ignore=ignored)
    except OSError as error:
        shutil.rmtree(outer, ignore_errors=True)
        why = error.args[0][0][-1] if isinstance(error, shutil.Error) else reason(error)
        message = f"cannot copy {root} to {kept}: {why}"
        raise MachineError(Problem("cannot-write", message)) from error
    return kept


def write(plan: Plan, folder: Path, target: Path) -> None:
    """Write the files of a plan into a new folder.

    Args:
        plan: what to write.
        folder: made here; it must not exist.
        target: where the folder will be moved; named in messages.

    Raises:
        MachineError: the disk refuses.
        TypeError: there is more in the plan than files to create.
    """
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise _refused(target, error) from error
    for change in plan.changes:
        if not isinstance(change, Create):
            raise TypeError(change)
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


def _definite(plan: Plan, *, markers: bool) -> Plan:
    """Return a plan without conflicts.

    Raises:
        ValueError: it has some, and no markers are wanted.
    """
    if plan.conflicts and not markers:
        raise ValueError("a plan with conflicts cannot be applied")
    return marked(plan)


def _switch(works: Sequence[Work], places: Places) -> None:
    """Write what files will hold beside them and keep what they held; then change them all."""
    root, base = places.root, places.base
    with told(root):
        made = _missing(works)
        log = journal.begin(
            root,
            [work.step(base) for work in works],
            [folder.relative_to(base).as_posix() for folder in made],
        )
    for folder in made:
        with told(root / folder.relative_to(base)):
            folder.mkdir()
    pairs = [log.beside(work.file, number) for number, work in enumerate(works)]
    for work, (new, old) in zip(works, pairs, strict=True):
        with told(work.shown):
            work.stage(new, old)
    changed = {path.parent for path in (*made, *(work.file for work in works))}
    with told(root):
        journal.sync(changed)
    for work, (new, old) in zip(works, pairs, strict=True):
        with told(work.shown):
            work.switch(new, old)
    with told(root):
        journal.sync(changed)


def _missing(works: Sequence[Work]) -> list[Path]:
    """Return the folders that have to be made, outer ones first."""
    missing: set[Path] = set()
    for folder in {work.file.parent for work in works}:
        inner = folder
        while inner not in missing and not inner.exists():
            missing.add(inner)
            inner = inner.parent
    return sorted(missing)


def _settle(root: Path, error: BaseException) -> journal.Outcome:
    """Bring the tree to one end or the other after an error."""
    try:
        return journal.recover(root)
    except MachineError as again:
        first = str(error) or "interrupted"
        hint = "the next rafters command in this project takes back what was begun"
        raise MachineError(Problem("cannot-write", first, hint)) from again

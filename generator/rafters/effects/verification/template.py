"""Finds a template, and takes a copy that nothing changes while it is verified."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rafters.effects import places
from rafters.effects.process import Processes
from rafters.errors import MachineError, NoProjectError, Problem, UsageError

CONFIGURATIONS = ("copier.yml", "copier.yaml")

_SHORT = {"gh:": "https://github.com/", "gl:": "https://gitlab.com/"}
_URLS = ("https://", "http://", "ssh://", "git://", "git@", "git+", "file://", *_SHORT)


@dataclass(frozen=True)
class Snapshot:
    """A template as it was when the command began.

    Attributes:
        name: what was typed, or the path that was found; it stands in commands to type.
        folder: the copy: files alone, no repository.
        digest: of all its files.
        repository: a repository that has the template at its root; `None` where there is none.
    """

    name: str
    folder: Path
    digest: str
    repository: Path | None


def take(wanted: str | None, scratch: Path, processes: Processes) -> Snapshot:
    """Copy a template into a scratch folder.

    Args:
        wanted: a path, the URL of a repository, or `None` for what is around the current folder.
        scratch: an existing folder.
        processes: what starts git.

    Raises:
        NoProjectError: there is no template.
        UsageError: a repository cannot be cloned.
    """
    if wanted is not None and wanted.startswith(_URLS):
        root = _cloned(wanted, scratch / "repository", processes)
        name = wanted
    else:
        root = _found(Path(wanted) if wanted is not None else None)
        name = os.path.relpath(root) if wanted is None else wanted
    _check(root, name)
    folder = scratch / "template"
    return Snapshot(name, folder, copy(root, folder, processes), _repository(root))


def copy(root: Path, folder: Path, processes: Processes) -> str:
    """Copy the files of a template that git does not ignore; return a digest of them.

    Raises:
        MachineError: the disk refuses.
    """
    digest = hashlib.sha256()
    try:
        for path in sorted(_files(root, processes)):
            source, target = root / path, folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)
            link = source.is_symlink()
            content = os.readlink(source).encode() if link else source.read_bytes()  # noqa: PTH115
            mode = "link" if link else str(source.stat().st_mode & 0o111 > 0)
            digest.update(f"{path}\0{mode}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
            digest.update(content)
    except (OSError, shutil.Error) as error:
        raise MachineError(Problem("cannot-copy", f"cannot copy {root}: {error}")) from error
    return digest.hexdigest()


def checkout(repository: Path, reference: str, folder: Path, processes: Processes) -> None:
    """Put the files of a commit into a new folder.

    Raises:
        UsageError: there is no such commit.
    """
    folder.mkdir(parents=True)
    archive = folder.with_name(f"{folder.name}.tar")
    argv = ["git", "archive", f"--output={archive}", reference, "--", "."]
    done = processes.run(argv, cwd=repository)
    if not done.ok:
        message = f"there is no {reference} in {repository}\n{done.output.strip()}"
        raise UsageError(Problem("no-reference", message))
    shutil.unpack_archive(archive, folder, filter="tar")
    archive.unlink()


def _cloned(url: str, folder: Path, processes: Processes) -> Path:
    """Clone a repository with its tags."""
    address = url.removeprefix("git+")
    for short, long in _SHORT.items():
        if address.startswith(short):
            address = f"{long}{address.removeprefix(short)}.git"
    argv = ["git", "clone", "--quiet", "--", address, str(folder)]
    done = processes.run(argv, cwd=folder.parent, env={"GIT_TERMINAL_PROMPT": "0"})
    if not done.ok:
        message = f"cannot clone {url}\n{done.output.strip()}"
        raise UsageError(Problem("cannot-clone", message))
    return folder


def _found(wanted: Path | None) -> Path:
    """Return the folder that was named, or the nearest around the current one with a template."""
    if wanted is not None:
        return wanted.parent if wanted.name in CONFIGURATIONS else wanted
    here = places.current()
    for folder in (here, *here.parents):
        if any((folder / name).is_file() for name in CONFIGURATIONS):
            return folder
    hint = "name one: rafters verify PATH, or the URL of a repository"
    raise NoProjectError(Problem("no-template", "there is no copier template here", hint))


def _check(root: Path, name: str) -> None:
    if not any((root / configuration).is_file() for configuration in CONFIGURATIONS):
        hint = "a template has a copier.yml at its root"
        raise NoProjectError(Problem("no-template", f"{name} is no copier template", hint))


def _repository(root: Path) -> Path | None:
    return root.resolve() if (root / ".git").exists() else None


def _files(root: Path, processes: Processes) -> Iterator[str]:
    """Yield the paths of a template's files; of a repository, those that git does not ignore."""
    argv = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if shutil.which("git"):
        listed = processes.run(argv, cwd=root)
        if listed.ok:
            paths = set(filter(None, listed.output.split("\0")))
            yield from (path for path in paths if os.path.lexists(root / path))
            return
    for folder, names, files in os.walk(root):
        names[:] = [name for name in names if name != ".git"]
        links = [name for name in names if (Path(folder) / name).is_symlink()]
        for name in (*files, *links):
            yield (Path(folder) / name).relative_to(root).as_posix()

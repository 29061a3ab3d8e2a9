"""Finds a project on the disk and reads what it is."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rafters import __version__
from rafters.effects import places
from rafters.errors import ConflictError, MachineError, NoProjectError, Problem, UsageError, reason
from rafters.plan.tree import File, Tree
from rafters.plan.wiring import manifest
from rafters.spec import blueprint
from rafters.spec.resource import Blueprint

MANIFEST = "rafters.toml"

_LAYOUT = ("package", "source", "tests", "migrations", "main", "models", "api_prefix")
_NOT_OURS = frozenset({".git", ".venv", "__pycache__", "node_modules"})


class DiskTree(Mapping[str, File]):
    """The files below a folder, each read when it is asked for and then kept."""

    def __init__(self, root: Path) -> None:
        """Read nothing yet."""
        self._root = root
        self._read: dict[str, File] = {}

    def __getitem__(self, path: str) -> File:
        """Return a file; raise KeyError where there is none."""
        if path not in self._read:
            try:
                # a `Path` of each would take longer than the reading
                with open(f"{self._root}/{path}", "rb", buffering=0) as file:  # noqa: PTH123
                    content, mode = file.read(), os.fstat(file.fileno()).st_mode
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
                raise KeyError(path) from error
            except OSError as error:
                raise _unread(path, error) from error
            self._read[path] = File(content, executable=bool(mode & 0o100))
        return self._read[path]

    def __contains__(self, path: object) -> bool:
        """Tell whether a file is there, without reading it."""
        if path in self._read or not isinstance(path, str):
            return path in self._read
        try:
            return (self._root / path).is_file()
        except OSError as error:
            raise _unread(path, error) from error

    def __iter__(self) -> Iterator[str]:
        """List the files; environments, repositories and caches are left out."""
        for folder, folders, names in os.walk(self._root):
            folders[:] = sorted(set(folders) - _NOT_OURS)
            for name in sorted(names):
                yield (Path(folder) / name).relative_to(self._root).as_posix()

    def __len__(self) -> int:
        """Count the files."""
        return sum(1 for _ in self)


@dataclass(frozen=True)
class Project:
    """A project as it stands on the disk.

    Attributes:
        root: its folder, which holds rafters.toml.
        layout: where the code of a resource stands, by the names under `[layout]`.
        blueprint: its resources, as rafters.toml records them.
        tree: its files.
    """

    root: Path
    layout: Mapping[str, str]
    blueprint: Blueprint
    tree: Tree = field(repr=False)

    @property
    def migrations(self) -> dict[str, str]:
        """The sources of its migrations, by their paths."""
        folder = self.layout["migrations"]
        try:
            names = sorted(path.name for path in (self.root / folder).iterdir())
        except FileNotFoundError:
            names = []
        paths = [f"{folder}/{name}" for name in names if name.endswith(".py")]
        return {path: self.tree[path].content.decode(errors="replace") for path in paths}


def find(folder: Path | None = None) -> Path:
    """Return the folder of the project that a folder lies in; the current one if `None`.

    Raises:
        NoProjectError: neither it nor a folder around it has a rafters.toml.
        MachineError: one of them is closed to us, or the current one is gone.
    """
    start = (folder or places.current()).absolute()
    for around in (start, *start.parents):
        try:
            if (around / MANIFEST).is_file():
                return around
        except OSError as error:
            raise _unread(around, error) from error
    message = f"no {MANIFEST} in {start} or in a folder around it"
    hint = "make a project with `rafters new`, or name its folder with --project"
    raise NoProjectError(Problem("no-project", message, hint))


def read(root: Path) -> Project:
    """Return the project in a folder.

    Raises:
        ConflictError: its rafters.toml is not one that this version understands, or a resource in
            it is wrong.
    """
    tree = DiskTree(root)
    try:
        document = manifest.document(tree[MANIFEST].content)
    except (ValueError, KeyError) as error:
        raise _unreadable(" ".join(str(error).split())) from error
    layout = document.get("layout")
    if not isinstance(layout, Mapping):
        raise _unreadable("it has no [layout]")
    missing = [name for name in _LAYOUT if not isinstance(layout.get(name), str)]
    if missing:
        raise _unreadable(f"[layout] lacks {', '.join(missing)}")
    made_by = str(document.get("rafters", {}).get("version", __version__))
    if _number(made_by) > _number(__version__):
        message = f"the project was made by Rafters {made_by}, this is {__version__}"
        raise ConflictError(Problem("newer-project", message, "upgrade Rafters"))
    try:
        found = blueprint.read({name: document.get(name, {}) for name in ("resources", "options")})
    except UsageError as error:
        raise ConflictError(
            [_unusable(item.message, item.hint) for item in error.problems]
        ) from error
    return Project(root, layout, found, tree)


def _unread(path: str | Path, error: OSError) -> MachineError:
    return MachineError(Problem("cannot-read", f"cannot read {path}: {reason(error)}"))


def _unreadable(why: str) -> ConflictError:
    return ConflictError(_unusable(why))


def _unusable(why: str, hint: str = "") -> Problem:
    return Problem("bad-manifest", f"{MANIFEST} cannot be used: {why}", hint)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())

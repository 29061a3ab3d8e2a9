"""Where the files of a plan stand in a project: never outside it, wherever links may lead."""

import os
from pathlib import Path

from rafters.errors import ConflictError, MachineError, Problem, reason


class Places:
    """The folders of a project, each looked up once.

    Attributes:
        root: the project's folder, as its user knows it.
        base: the folder itself, no link in between.
    """

    def __init__(self, root: Path) -> None:
        """Start at the project's folder."""
        self.root = root
        self.base = Path(os.path.realpath(root))
        self._folders = {"": self.base}

    def find(self, path: str) -> Path:
        """Return where a path of a plan leads, all links followed; the file may be missing.

        Args:
            path: from the root, with `/` between the parts.

        Raises:
            ConflictError: it leads out of the project, or through something that is no folder.
        """
        outer, _, name = path.rpartition("/")
        if _stray(name) or path.startswith("/"):
            raise _in_the_way("outside-project", f"{path!r} is no path inside the project")
        file = self._folder(outer) / name
        if file.is_symlink():
            file = Path(os.path.realpath(file))
            if file.is_symlink() or not file.is_relative_to(self.base):  # the former in a circle
                message = f"{self.root / path} is a link that leads out of {self.root}"
                raise _in_the_way("link-outside", message)
        return file

    def _folder(self, path: str) -> Path:
        """Return where the path of a folder leads; the folder may be missing."""
        if path not in self._folders:
            folder = self.find(path)
            if os.path.lexists(folder) and not folder.is_dir():
                message = f"{self.root / path} is in the way: a folder is needed there"
                raise _in_the_way("no-folder", message)
            self._folders[path] = folder
        return self._folders[path]


def current() -> Path:
    """Return the current folder.

    Raises:
        MachineError: it is gone, or closed to us.
    """
    try:
        return Path.cwd()
    except OSError as error:
        message = f"cannot read the current folder: {reason(error)}"
        raise MachineError(Problem("cannot-read", message)) from error


def _stray(name: str) -> bool:
    """Whether a part of a path is no name of its own, and might lead anywhere."""
    odd = "\0\\:" if os.name == "nt" else "\0"
    return name in {"", ".", ".."} or any(sign in name for sign in odd)


def _in_the_way(code: str, message: str) -> ConflictError:
    return ConflictError(Problem(code, message, "nothing was changed"))

"""Where a verification happens: a scratch folder, and an environment that names no other."""

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from platformdirs import user_cache_path, user_config_path, user_data_path

from rafters.effects import uv
from rafters.effects.process import Finished, Processes
from rafters.plan.tree import File, Tree
from rafters.plan.verification.settings import Command

_NOT_READ = frozenset({".git", ".venv", "__pycache__", "node_modules"})
_IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Rafters"), ("EMAIL", "rafters@localhost"))
}


@dataclass(frozen=True)
class Scene:
    """The scratch folder of a verification, and what starts programs in it.

    Attributes:
        scratch: an existing folder that is removed at the end.
        processes: what starts programs, and ends them.
        timeout: seconds that one program may take.
    """

    scratch: Path
    processes: Processes
    timeout: float
    _made: dict[str, str | None] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Make what programs find instead of the person's own folders."""
        for name in ("bin", "home", "tmp"):
            (self.scratch / name).mkdir(exist_ok=True)
        programs = Path(uv.program()).parent
        for program in ("uv", "uvx"):
            if (programs / program).exists():
                (self.scratch / "bin" / program).symlink_to(programs / program)
        self._made.update(self._environment())

    def _environment(self) -> dict[str, str | None]:
        """Return an environment in which a person's files and tools of Rafters are not found."""
        ours = {Path(sys.prefix, "bin"), Path(sys.executable).parent}
        own = [] if sys.prefix == sys.base_prefix else ours
        path = os.environ.get("PATH", os.defpath).split(os.pathsep)
        places = [place for place in path if Path(place) not in own]
        base = os.environ
        return {
            "PATH": os.pathsep.join([str(self.scratch / "bin"), *places, f"{sys.base_prefix}/bin"]),
            "HOME": str(self.scratch / "home"),
            "TMPDIR": str(self.scratch / "tmp"),
            "XDG_CONFIG_HOME": base.get("XDG_CONFIG_HOME", str(user_config_path())),
            "XDG_CACHE_HOME": base.get("XDG_CACHE_HOME", str(user_cache_path())),
            "UV_CACHE_DIR": base.get("UV_CACHE_DIR", str(user_cache_path("uv"))),
            "UV_PYTHON_INSTALL_DIR": base.get(
                "UV_PYTHON_INSTALL_DIR", str(user_data_path("uv") / "python")
            ),
            "COPIER_SETTINGS_PATH": None,
            **_IDENTITY,
        }

    def environment(self, changes: Mapping[str, str | None] | None = None) -> dict[str, str | None]:
        """Return what the environment of a program is to have."""
        return {**self._made, **(changes or {})}

    def run(
        self, command: Command, folder: Path, changes: Mapping[str, str | None] | None = None
    ) -> Finished:
        """Run a program in a folder, in the environment of the scene.

        Raises:
            MachineError: it cannot be started.
        """
        return self.processes.run(
            self._found(command),
            cwd=folder,
            env=self.environment(changes),
            timeout=self.timeout,
        )

    def _found(self, command: Command) -> Command:
        """Name a program by the path that the scene's own PATH leads to."""
        program = shutil.which(command[0], path=self._made["PATH"])
        return (program or command[0], *command[1:])


def read(root: Path) -> tuple[dict[str, File], dict[str, str]]:
    """Return the files below a folder, and where the links among them lead."""
    files: dict[str, File] = {}
    links: dict[str, str] = {}
    for folder, names, found in os.walk(root):
        names[:] = sorted(set(names) - _NOT_READ)
        for name in [*found, *names]:
            place = Path(folder, name)
            path = place.relative_to(root).as_posix()
            if place.is_symlink():
                links[path] = os.readlink(place)  # noqa: PTH115  (as it is written)
                files[path] = File(f"link to {links[path]}".encode())
            elif place.is_file():
                files[path] = File(
                    place.read_bytes(), executable=bool(place.stat().st_mode & 0o100)
                )
    return files, links


def digest(tree: Tree, without: Sequence[str] = ()) -> str:
    """Return a digest of a tree; files are left out whose paths match a pattern."""
    total = hashlib.sha256()
    for path in sorted(tree):
        if not any(fnmatchcase(path, pattern) for pattern in without):
            file = tree[path]
            head = f"{path}\0{file.executable}\0{len(file.content)}\0"
            total.update(head.encode("utf-8", "surrogateescape"))
            total.update(file.content)
    return total.hexdigest()


def keep(tree: Tree, name: str) -> Path:
    """Write a tree outside the scratch folder, for somebody to look at, and return where it lies.

    Raises:
        OSError: the disk refuses.
    """
    kept = Path(tempfile.mkdtemp(prefix="rafters-failed-")) / name
    for path, file in tree.items():
        place = kept / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.content)
        if file.executable:
            place.chmod(place.stat().st_mode | 0o111)
    return kept

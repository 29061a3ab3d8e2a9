"""Formats what is rendered with the project's own ruff and its settings."""

import os
import sysconfig
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rafters.effects.process import Processes
from rafters.errors import MachineError, Problem
from rafters.plan.tree import File, Tree

SETTINGS = ("pyproject.toml", "ruff.toml", ".ruff.toml")
"""Where a project keeps the settings of ruff."""


def formatted(
    trees: Sequence[Tree], settings: Tree, root: Path | None, processes: Processes
) -> list[Tree]:
    """Return trees with their Python files as the project's ruff writes them.

    Imports are sorted and lines are broken; nothing else changes.

    Args:
        trees: what was rendered, by paths from the project's root.
        settings: the project's files; of these, those in `SETTINGS` say how to format.
        root: the project, whose environment may have a ruff of its own; `None` for a new one.
        processes: what starts ruff.

    Raises:
        MachineError: ruff cannot be run, or refuses its settings.
    """
    if not any(trees):
        return list(trees)
    program = str(_ruff(root))
    with tempfile.TemporaryDirectory(prefix="rafters-format-", ignore_cleanup_errors=True) as name:
        scratch = Path(name)
        folders = [scratch / str(number) for number in range(len(trees))]
        for folder, tree in zip(folders, trees, strict=True):
            kept = {path: settings[path] for path in SETTINGS if path in settings}
            if not any(b"[tool.ruff" in file.content for file in kept.values()):
                kept.setdefault("ruff.toml", File(b""))  # says that here is a project's root
            for path, file in {**kept, **tree}.items():
                place = folder / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(file.content)
        for words in (["check", "--select=I", "--fix-only"], ["format"]):
            argv = [program, *words, "--no-cache", "--no-respect-gitignore", "."]
            done = processes.run(argv, cwd=scratch)
            if not done.ok:
                said = done.output.replace(f"{scratch}{os.sep}", "").strip()
                raise MachineError(Problem("cannot-format", f"ruff refuses:\n{said}"))
        return [
            {
                path: File((folder / path).read_bytes(), executable=file.executable)
                for path, file in tree.items()
            }
            for folder, tree in zip(folders, trees, strict=True)
        ]


def _ruff(root: Path | None) -> Path:
    """Return the ruff of the project's environment, or else the one that came with Rafters."""
    name = f"ruff{sysconfig.get_config_var('EXE') or ''}"
    scripts = "Scripts" if os.name == "nt" else "bin"
    if root and (own := root / ".venv" / scripts / name).is_file():
        return own
    from ruff import find_ruff_bin

    return Path(find_ruff_bin())

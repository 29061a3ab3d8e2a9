"""Reads what is on the disk: the place of a new project, a file of answers."""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import tomli
import yaml

from rafters.errors import ConflictError, Problem, UsageError, reason
from rafters.plan.tree import File, Tree

_READERS: Mapping[str, Callable[[str], Any]] = {".json": json.loads, ".toml": tomli.loads}
"""How a file of answers is read, by its ending; YAML has several, and many files none."""


def read_toml(path: Path) -> Mapping[str, object]:
    """Return what a TOML file holds; `-` is standard input.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
        return tomli.loads(text)
    except OSError as error:
        raise UsageError(Problem("bad-file", f"cannot read {path}: {reason(error)}")) from error
    except ValueError as error:
        where = " ".join(str(error).split())
        hint = "one table per resource, as `rafters list --spec` prints"
        raise UsageError(Problem("bad-file", f"{path}: {where}", hint)) from error


def read_tree(root: Path) -> Tree:
    """Return all files below a folder; what is executable to its owner is so in the tree."""
    return {
        path.relative_to(root).as_posix(): File(
            path.read_bytes(), executable=bool(path.stat().st_mode & 0o100)
        )
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def check_free(target: Path) -> None:
    """Make sure that a new project can take the place of `target`: nothing, or an empty folder.

    Raises:
        ConflictError: something is there.
    """
    folder = target.is_dir() and not target.is_symlink()
    if (folder and not any(target.iterdir())) or not (target.exists() or target.is_symlink()):
        return
    what = "is not empty" if folder else "is in the way"
    raise ConflictError(
        Problem("target-exists", f"{target} {what}", "choose another name, or move it away")
    )


def check_no_workspace(folder: Path) -> None:
    """Make sure that a project made in a folder would have its own lock and environment.

    Raises:
        ConflictError: a uv workspace is around; its members share one of each.
    """
    for around in (folder, *folder.parents):
        try:
            text = (around / "pyproject.toml").read_text(encoding="utf-8")
            inside = "workspace" in tomli.loads(text).get("tool", {}).get("uv", {})
        except (OSError, ValueError):
            continue
        if inside:
            message = f"{around} is a uv workspace, whose lock the project would share"
            hint = "make it elsewhere, or pass --no-install for the files alone"
            raise ConflictError(Problem("uv-workspace", message, hint))


def read_answers(path: Path) -> Mapping[str, object]:
    """Return the answers in a file: YAML, JSON, or TOML by its ending.

    Raises:
        UsageError: the file cannot be read, or holds no keys with values.
    """
    hint = "one answer per line, as in `docker: false`"
    try:
        text = path.read_text(encoding="utf-8-sig")
        answers = _READERS.get(path.suffix, yaml.safe_load)(text)
    except OSError as error:
        problem = Problem("bad-answers", f"cannot read {path}: {reason(error)}")
        raise UsageError(problem) from error
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        where = " ".join(str(error).split())
        raise UsageError(Problem("bad-answers", f"{path}: {where}", hint)) from error
    if not isinstance(answers, Mapping) or not all(isinstance(key, str) for key in answers):
        raise UsageError(Problem("bad-answers", f"{path} holds no keys with values", hint))
    # copier's own notes may stand beside the answers of an earlier project
    return {key: value for key, value in answers.items() if not key.startswith("_")}

"""Renders the project template; the one module that knows copier."""

import re
from collections.abc import Mapping
from pathlib import Path

from rafters.effects import bundle
from rafters.effects.workspace import read_tree
from rafters.errors import MachineError, Problem, UsageError, reason
from rafters.plan.tree import Tree


def render(scratch: Path, target: Path, answers: Mapping[str, object], *, ask: bool) -> Tree:
    """Return the project template rendered with the answers.

    Args:
        scratch: an existing folder for the files that copier writes.
        target: where the project will stand; only named in messages.
        answers: by the names of the questions; what is not there takes its default.
        ask: whether to prompt for what is not there.

    Raises:
        UsageError: an answer that its validator refuses.
        MachineError: the disk refuses.
        KeyboardInterrupt: a prompt was left with Ctrl-C.
    """
    import copier
    from copier.errors import CopierError

    output = scratch / "render" / target.name
    try:
        copier.run_copy(
            str(_plain(bundle.root(), scratch)),
            output,
            data=dict(answers),
            defaults=not ask,
            quiet=True,
            settings=copier.Settings(),  # the person's own would change what is told as default
        )
        return read_tree(output)
    except KeyboardInterrupt:  # copier's own is an error of the other kind as well
        raise
    except OSError as error:
        message = f"cannot write {target}: {reason(error)}"
        raise MachineError(Problem("cannot-write", message)) from error
    except (ValueError, CopierError) as error:
        message = re.sub(r"^Validation error for question '(\w+)': ", r"\1: ", str(error))
        raise UsageError(Problem("bad-answer", message)) from error


def _plain(root: Path, scratch: Path) -> Path:
    """Return the templates as a plain folder: of a checkout, copier would take the last tag."""
    if not (root / ".git").exists():
        return root
    plain = scratch / "templates"
    for path in [root / "copier.yml", *(root / "template").rglob("*")]:
        if path.is_file():
            copy = plain / path.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    return plain

"""Renders the project template; the one module that knows copier."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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
        with _without_git():
            copier.run_copy(
                str(bundle.root()),
                output,
                data=dict(answers),
                defaults=not ask,
                quiet=True,
                settings=copier.Settings(),  # the person's own would change the defaults
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


@contextmanager
def _without_git() -> Iterator[None]:
    """Have copier take the templates as they stand in their folder.

    Of a checkout it would take the last tag; and it would start git for each file, which takes
    longer than the rest.
    """
    from plumbum import local

    with local.env(PATH=""):
        yield

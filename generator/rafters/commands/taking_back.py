"""Takes back what a command has changed, if it does not end well."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from rafters.effects import apply
from rafters.errors import ConflictError
from rafters.plan.changes import Plan

_PATIENCE = 9
"""Times that Ctrl-C does not stop what takes a change back."""


@contextmanager
def unless_all_is_well(plan: Plan, root: Path, *, markers: bool = False) -> Iterator[None]:
    """Take a plan back if what is done inside, its writing included, is interrupted or fails.

    Raises:
        ConflictError: a file was edited since; nothing is taken back.
        MachineError: the disk refuses; nothing is taken back.
    """
    try:
        yield
    except ConflictError:  # only the writer raises it, and then it has written nothing
        raise
    except BaseException:
        take_back(plan, root, markers=markers)
        raise


def take_back(plan: Plan, root: Path, *, markers: bool = False) -> None:
    """Take a plan back, also where somebody who presses Ctrl-C does so again.

    Raises:
        ConflictError: a file was edited since; nothing is taken back.
        MachineError: the disk refuses; nothing is taken back.
    """
    try:
        for _ in range(_PATIENCE):
            with suppress(KeyboardInterrupt):
                return apply.take_back(plan, root, markers=markers)
        return apply.take_back(plan, root, markers=markers)
    except ConflictError as error:
        hint = "so the change was not taken back: mend what is wrong, or undo it by hand"
        raise ConflictError([replace(item, hint=hint) for item in error.problems]) from error

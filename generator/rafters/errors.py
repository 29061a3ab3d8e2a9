"""The errors that Rafters raises on purpose, and the exit code of each kind.

RaftersError
├── UsageError          2    what was typed, or a name or an answer, is wrong
├── ConflictError       3    something stands in the way, or code cannot be wired
├── NoProjectError      4    there is no project here
├── GateError           1    a gate failed; everything is as before
├── BudgetError         5    the time that was allowed was too short
├── MachineError        1    the disk, the network or a missing program
└── StoppedError        130  Ctrl-C, as shells report it
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

DONE = 0
FAILED = 1
USAGE = 2
CONFLICT = 3
NO_PROJECT = 4
BUDGET = 5
INTERRUPTED = 130


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, as a person and a program read it.

    Attributes:
        code: stable identifier for programs, in kebab-case.
        message: what is wrong, and where.
        hint: what to type instead; empty where there is nothing to say.
    """

    code: str
    message: str
    hint: str = ""


class RaftersError(Exception):
    """Base of every error that is told without a traceback."""

    exit_code: ClassVar[int] = FAILED

    def __init__(
        self, problems: Problem | Sequence[Problem], data: Mapping[str, object] | None = None
    ) -> None:
        """Keep one problem or all that were found, and what a program may want to know."""
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        self.data = dict(data or {})
        super().__init__("; ".join(problem.message for problem in self.problems))


class UsageError(RaftersError):
    """A command line, a name or an answer that cannot be used."""

    exit_code = USAGE


class ConflictError(RaftersError):
    """Something of the user's stands where the result would go."""

    exit_code = CONFLICT


class NoProjectError(RaftersError):
    """A command that works on a project was called where none is."""

    exit_code = NO_PROJECT


class GateError(RaftersError):
    """A gate failed, so everything is as before."""


class BudgetError(RaftersError):
    """The time that was allowed did not do for everything, and nothing failed until then."""

    exit_code = BUDGET


class MachineError(RaftersError):
    """The machine, not the input, is in the way."""


class StoppedError(RaftersError):
    """The person at the terminal pressed Ctrl-C."""

    exit_code = INTERRUPTED


def reason(error: OSError) -> str:
    """Return why the system refused, in its words; errors of libraries may have none."""
    return error.strerror or str(error)

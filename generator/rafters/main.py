"""Runs a command line: what it prints is told here, whatever happens."""

import contextlib
import os
import signal
import sys
from types import FrameType

import typer

from rafters.cli import app
from rafters.errors import (
    DONE,
    INTERRUPTED,
    USAGE,
    MachineError,
    Problem,
    RaftersError,
    StoppedError,
    UsageError,
    reason,
)

_INTERRUPTED = StoppedError(Problem("interrupted", "interrupted: nothing was changed"))

_EVERY = 10
"""Of so many presses of Ctrl-C one counts: where the first was lost, a later one is heard."""


class _Interrupt:
    """Ctrl-C and the signals that end a session: one of them stops the command, in its own time.

    Attributes:
        count: of those that came.
    """

    def __init__(self) -> None:
        """Take over the signals that nobody else listens to."""
        self.count = 0
        hang_up = getattr(signal, "SIGHUP", signal.SIGTERM)  # Windows has none
        default = (signal.SIG_DFL, signal.default_int_handler)
        wanted = {signal.SIGINT, signal.SIGTERM, hang_up}
        self._numbers = [number for number in wanted if signal.getsignal(number) in default]

    def hear(self) -> None:
        """Have the first one raise `KeyboardInterrupt`; those after it let that come to its end."""
        for number in self._numbers:
            signal.signal(number, self._heard)

    def ignore(self) -> None:
        """Let all pass from now on: what they could stop has ended and been told."""
        for number in self._numbers:
            signal.signal(number, signal.SIG_IGN)

    def _heard(self, _number: int, _frame: FrameType | None) -> None:
        self.count += 1
        if self.count % _EVERY == 1:
            raise KeyboardInterrupt


def main() -> int:
    """Run the command line of this process and return the code of what happened."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by the caller
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
        if mode == "w":  # a tick is no reason to fail in an ASCII locale
            getattr(sys, name).reconfigure(errors="replace")
    interrupt = _Interrupt()
    try:
        interrupt.hear()
        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # in the moments around the command itself
        code = _tell(_INTERRUPTED, sys.argv[1:])
    except Exception:
        if not interrupt.count:
            raise
        code = _tell(_INTERRUPTED, sys.argv[1:])  # it fell into a lock, say, that took it badly
    interrupt.ignore()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):  # nobody reads any more
            stream.flush()
    return code


def run(argv: list[str]) -> int:
    """Run a command line and return its exit code; errors are told, not raised."""
    try:
        code = app(argv, standalone_mode=False) or DONE
    except RaftersError as error:
        return _tell(error, argv)
    except typer.TyperException as error:
        if not argv:  # the help has been shown
            return USAGE
        return _tell(UsageError(Problem("bad-usage", error.format_message(), _help(argv))), argv)
    except typer.Abort:
        code = INTERRUPTED
    except OSError as error:  # commands tell of files and programs: what is left is the help
        problem = Problem("cannot-print", f"cannot print: {reason(error)}")
        return _tell(MachineError(problem), argv)
    if code == INTERRUPTED:  # before any command had something to say of it
        return _tell(_INTERRUPTED, argv)
    return int(code)


def _tell(error: RaftersError, argv: list[str]) -> int:
    """Print an error as the command line asked for, and return its exit code."""
    from rafters import console

    if any(word.partition("=")[0] == "--json" for word in argv):
        console.envelope(_command(argv), error.data, error)
    else:
        console.failure(error)
    return error.exit_code


def _command(argv: list[str]) -> str:
    """Return the command of a command line that may be broken; empty if there is none."""
    return next((word for word in argv if not word.startswith("-")), "")


def _help(argv: list[str]) -> str:
    """Name the help of the command that was typed, if there is such a command."""
    known = {
        command.name or command.callback.__name__
        for command in app.registered_commands
        if command.callback
    }
    return f"see `{' '.join(['rafters', *known & {_command(argv)}, '--help'])}`"

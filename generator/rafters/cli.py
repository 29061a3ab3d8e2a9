"""The command line: each command parses, plans, shows, applies and verifies. No logic."""

# Everything but Typer is imported inside the commands: `--help` and errors of the command line
# are told without waiting for what they do not need.
import os
import signal
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from rafters import __version__
from rafters.errors import (
    DONE,
    INTERRUPTED,
    USAGE,
    Problem,
    RaftersError,
    StoppedError,
    UsageError,
)

app = typer.Typer(
    name="rafters",
    help="Scaffolds FastAPI back ends that are verified before you get them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


_INTERRUPTED = StoppedError(Problem("interrupted", "interrupted: nothing was made"))


class Verify(StrEnum):
    """How much of the gates to run."""

    FULL = "full"
    QUICK = "quick"
    NONE = "none"


class NewCommand(TyperCommand):
    """`new`, whose help ends with the options that copier.yml declares."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401  (Typer hides both)
        """Print the command's help, then the options of the project."""
        from rafters import console
        from rafters.effects import bundle

        super().format_help(ctx, formatter)
        console.options(bundle.project_questions())


def _version(wanted: bool) -> None:  # noqa: FBT001  (the signature of a Typer callback)
    if wanted:
        typer.echo(f"rafters {__version__}")
        raise typer.Exit


@app.callback()
def rafters(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Scaffolds FastAPI back ends that are verified before you get them."""


@app.command(cls=NewCommand)
def new(
    name: Annotated[str, typer.Argument(help="Name of the project, and of its folder here.")],
    *,
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Answer an option below. Repeatable."),
    ] = None,
    answers: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Answers in YAML, JSON or TOML.")
    ] = None,
    example: Annotated[bool, typer.Option(help="Have Task as an example resource.")] = True,
    install: Annotated[bool, typer.Option(help="Lock and install the dependencies.")] = True,
    git: Annotated[bool, typer.Option(help="Make a repository with one commit.")] = True,
    verify: Annotated[
        Verify | None, typer.Option(help="Which gates must pass; full if not said.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Take defaults, ask nothing.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the plan as a diff.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON envelope.")] = False,
) -> None:
    """Make a new project in ./NAME: rendered, installed, in git, its own gates passed."""
    from rafters import console
    from rafters.commands import new as command
    from rafters.effects import workspace
    from rafters.spec import questions
    from rafters.spec.resource import TASK

    if verify and verify is not Verify.NONE and not install:
        raise UsageError(
            Problem("bad-usage", f"--verify {verify} needs what --no-install leaves out")
        )
    request = command.Request(
        name=name,
        answers={**(workspace.read_answers(answers) if answers else {}), **questions.pairs(sets)},
        resources=(TASK,) if example else (),
        install=install,
        commit=git,
        verify=verify or Verify.FULL,
        ask=not (yes or as_json) and sys.stdin.isatty() and sys.stdout.isatty(),
        dry_run=dry_run,
    )
    steps = console.Steps(quiet=as_json or dry_run)
    made = command.run(request, steps)
    if as_json:
        console.envelope("new", made.as_data() | {"steps": steps.as_data()})
    elif dry_run:
        console.plan(made.plan)
    else:
        console.created(f"./{made.target}", made.summary, made.following, made.notes)


def main() -> None:
    """Run the command line and exit with the code of what happened."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by the caller
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
        if mode == "w":  # a tick is no reason to fail in an ASCII locale
            getattr(sys, name).reconfigure(errors="replace")
    try:
        for number in {signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)}:  # Windows: one
            if signal.getsignal(number) == signal.SIG_DFL:
                signal.signal(number, signal.default_int_handler)
        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # in the moments around the command itself
        code = _tell(_INTERRUPTED, sys.argv[1:])
    try:
        sys.stdout.flush()
    except OSError:  # nobody reads any more, and Python would try once again on its way out
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


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
    if code == INTERRUPTED:  # before any command had something to say of it
        return _tell(_INTERRUPTED, argv)
    return int(code)


def _tell(error: RaftersError, argv: list[str]) -> int:
    """Print an error as the command line asked for, and return its exit code."""
    from rafters import console

    if "--json" in argv:
        console.envelope(_command(argv), error.data, error)
    else:
        console.failure(error)
    return error.exit_code


def _command(argv: list[str]) -> str:
    """Return the command of a command line that may be broken; empty if there is none."""
    return next((word for word in argv if not word.startswith("-")), "")


def _help(argv: list[str]) -> str:
    """Name the help of the command that was typed, if there is such a command."""
    known = {command.callback.__name__ for command in app.registered_commands if command.callback}
    return f"see `{' '.join(['rafters', *known & {_command(argv)}, '--help'])}`"

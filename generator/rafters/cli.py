"""The command line: each command parses, plans, shows, applies and verifies. No logic."""

# Everything but Typer is imported inside the commands: `--help` and errors of the command line
# are told without waiting for what they do not need.
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from rafters import __version__
from rafters.cli_verify import verify as verify_template
from rafters.errors import Problem, UsageError
from rafters.options import (
    Access,
    AsJson,
    Conflicts,
    ConflictsOption,
    DryRun,
    FillOption,
    ForceOption,
    ProjectOption,
    ResourceName,
    Verify,
    VerifyOption,
)

if TYPE_CHECKING:
    from rafters import console
    from rafters.commands import resources

app = typer.Typer(
    name="rafters",
    help="Scaffolds FastAPI back ends that are verified before you get them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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
    dry_run: DryRun = False,
    as_json: AsJson = False,
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


@app.command()
def add(
    name: ResourceName,
    fields: Annotated[
        list[str] | None,
        typer.Argument(metavar="FIELD...", help="Fields, as in title:str:1..200."),
    ] = None,
    *,
    access: Annotated[Access, typer.Option(help="Who may reach the rows.")] = Access.OWNER,
    versioned: Annotated[
        bool, typer.Option("--versioned", help="A change must name the version it is made for.")
    ] = False,
    plural: Annotated[
        str | None, typer.Option(metavar="NAME", help="Plural in snake_case, if not the usual one.")
    ] = None,
    project: ProjectOption = None,
    verify: VerifyOption = Verify.QUICK,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Add a resource: model, schemas, service, router, tests, migration; wired and tested."""
    from rafters.commands import add as command

    common = _common(project, verify, dry_run)
    request = command.Request(name, fields or (), plural, access, versioned, common)
    _change("add", dry_run, as_json, lambda steps: command.run(request, steps))


@app.command()
def change(
    name: ResourceName,
    *,
    add: Annotated[
        list[str] | None, typer.Option("--add", metavar="FIELD", help="Add a field. Repeatable.")
    ] = None,
    drop: Annotated[
        list[str] | None, typer.Option("--drop", metavar="NAME", help="Drop a field. Repeatable.")
    ] = None,
    rename: Annotated[
        list[str] | None,
        typer.Option("--rename", metavar="OLD=NEW", help="Rename a field. Repeatable."),
    ] = None,
    alter: Annotated[
        list[str] | None,
        typer.Option("--alter", metavar="FIELD", help="Give a field another shape. Repeatable."),
    ] = None,
    access: Annotated[
        Access | None, typer.Option(help="Who may reach the rows from now on.")
    ] = None,
    versioned: Annotated[
        bool | None, typer.Option(help="A change must name the version it is made for.")
    ] = None,
    fill: FillOption = None,
    conflicts: ConflictsOption = Conflicts.REFUSE,
    project: ProjectOption = None,
    verify: VerifyOption = Verify.QUICK,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Change a resource in every layer; edits of yours are kept."""
    from rafters.commands import change as command
    from rafters.spec.alteration import Alteration, pairs

    if not (add or drop or rename or alter or access) and versioned is None:
        hint = "name a change: --add, --drop, --rename, --alter, --access or --versioned"
        raise UsageError(Problem("bad-usage", "nothing to change", hint))
    renames = pairs("--rename", rename or ())
    wanted = Alteration(add or (), drop or (), renames, alter or (), access, versioned)
    common = _common(project, verify, dry_run, conflicts)
    request = command.Request(name, wanted, pairs("--fill", fill or ()), common)
    _change("change", dry_run, as_json, lambda steps: command.run(request, steps))


@app.command()
def remove(
    name: ResourceName,
    *,
    force: ForceOption = False,
    project: ProjectOption = None,
    verify: VerifyOption = Verify.QUICK,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Remove a resource: the inverse of add. What was edited is not deleted, unless forced."""
    from rafters.commands import remove as command

    request = command.Request(name, force, _common(project, verify, dry_run))
    _change("remove", dry_run, as_json, lambda steps: command.run(request, steps))


@app.command()
def apply(
    file: Annotated[Path, typer.Argument(help="TOML with a table per resource; - reads it.")],
    *,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove resources that the file does not have.")
    ] = False,
    force: ForceOption = False,
    fill: Annotated[
        list[str] | None,
        typer.Option("--fill", metavar="RESOURCE.NAME=VALUE", help="What rows that exist get."),
    ] = None,
    conflicts: ConflictsOption = Conflicts.REFUSE,
    project: ProjectOption = None,
    verify: VerifyOption = Verify.QUICK,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Make the resources those of FILE; only what differs is touched."""
    from rafters.commands import apply as command
    from rafters.spec.alteration import fills

    common = _common(project, verify, dry_run, conflicts)
    request = command.Request(file, prune, force, fills(fill or ()), common)
    _change("apply", dry_run, as_json, lambda steps: command.run(request, steps))


@app.command("list")
def list_resources(
    *,
    specification: Annotated[
        bool, typer.Option("--spec", help="Print the resources as `rafters apply` takes them.")
    ] = False,
    project: ProjectOption = None,
    as_json: AsJson = False,
) -> None:
    """List the resources with their fields, files, routes and tests."""
    from rafters import console
    from rafters.commands import list as command

    listed = command.run(project)
    if as_json:
        console.envelope("list", listed.as_data())
    elif specification:
        console.text(listed.specification)
    else:
        console.resources(listed.entries)


app.command("verify")(verify_template)


def _common(
    project: Path | None,
    verify: Verify,
    dry_run: bool,  # noqa: FBT001  (handed on as it came)
    conflicts: Conflicts = Conflicts.REFUSE,
) -> "resources.Request":
    """Return what all commands that change resources are asked."""
    from rafters.commands import resources

    markers = conflicts is Conflicts.MARKERS
    return resources.Request(project, verify, markers=markers, dry_run=dry_run)


def _change(
    name: str,
    dry_run: bool,  # noqa: FBT001  (handed on as it came)
    as_json: bool,  # noqa: FBT001
    command: "Callable[[console.Steps], resources.Made]",
) -> None:
    """Run a command that changes resources, and tell what came of it."""
    from rafters import console

    steps = console.Steps(quiet=as_json or dry_run)
    made = command(steps)
    if as_json:
        console.envelope(name, made.as_data() | {"steps": steps.as_data()})
    elif dry_run:
        console.plan(made.plan)
    else:
        console.changed(made.summary, made.following, made.notes)

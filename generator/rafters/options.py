"""What the options of the command line take, and the options that several commands share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Verify(StrEnum):
    """How much of the gates to run."""

    FULL = "full"
    QUICK = "quick"
    NONE = "none"


class Conflicts(StrEnum):
    """What happens where an edit contradicts a change."""

    REFUSE = "refuse"
    MARKERS = "markers"


class Access(StrEnum):
    """Who may reach the rows of a resource."""

    OWNER = "owner"
    PUBLIC_READ = "public-read"
    SHARED = "shared"
    ADMIN = "admin"


class Lane(StrEnum):
    """What a combination goes through when a template is verified."""

    RENDER = "render"
    STATIC = "static"
    TEST = "test"
    RESOURCES = "resources"
    UPDATE = "update"


class Emit(StrEnum):
    """Whose workflow is printed."""

    GITHUB = "github"
    GITLAB = "gitlab"


ResourceName = Annotated[str, typer.Argument(help="Name of the resource, as in Task.")]
ProjectOption = Annotated[
    Path | None,
    typer.Option("--project", metavar="DIR", help="Folder of the project; the current one else."),
]
VerifyOption = Annotated[Verify, typer.Option(help="Which gates must pass.")]
ConflictsOption = Annotated[
    Conflicts, typer.Option(help="Whether conflicts are refused, or written with markers.")
]
FillOption = Annotated[
    list[str] | None,
    typer.Option("--fill", metavar="NAME=VALUE", help="What rows that exist get. Repeatable."),
]
ForceOption = Annotated[bool, typer.Option("--force", help="Delete edited files, too.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the plan as a diff.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON envelope.")]

"""`rafters apply`: many resources from one file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rafters.commands import remove, resources
from rafters.console import Steps
from rafters.effects import workspace
from rafters.effects.project import Project
from rafters.errors import UsageError
from rafters.plan.goal import Goal
from rafters.spec import alteration
from rafters.spec import blueprint as blueprints


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line.

    Attributes:
        file: TOML with a table per resource, as `rafters list --spec` prints.
        prune: whether resources that the file does not have go.
        force: whether files go that were edited.
        fills: by resource, what rows that exist get in a field, by its name.
        common: what all commands that change resources are asked.
    """

    file: Path
    prune: bool = False
    force: bool = False
    fills: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    common: resources.Request = resources.Request()  # noqa: RUF009  (frozen)


def run(request: Request, steps: Steps) -> resources.Made:
    """Make the project's resources those of the file; what is the same is not touched.

    Raises:
        UsageError: the file or a resource in it is wrong.
        ConflictError: edits of the user's contradict the file.
    """
    wanted = blueprints.read(workspace.read_toml(request.file))

    def goal(project: Project) -> Goal:
        old = project.blueprint
        if problems := [
            problem
            for name, item in wanted.resources.items()
            if name in old.resources
            for problem in alteration.access_problems(old.resources[name], item.access)
        ]:
            raise UsageError(problems)
        new = old.plus(*wanted.resources.values())
        if request.prune:
            kept = wanted.resources
            going = tuple(item for name, item in old.resources.items() if name not in kept)
            remove.check_unused(new, going)
            for resource in going:
                new = new.minus(resource.name)
        fills = alteration.filled(new, request.fills)
        return Goal(old, new, fills=fills, force=request.force)

    return resources.run(request.common, goal, steps)

"""`rafters change`: fields that come, go, get another name or shape, across all layers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rafters.commands import resources
from rafters.console import Steps
from rafters.effects.project import Project
from rafters.plan.goal import Goal
from rafters.spec import alteration
from rafters.spec.alteration import Alteration


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line.

    Attributes:
        name: of the resource.
        wanted: what is to change.
        fills: what rows that exist get in a field, by its name, with or without the resource's.
        common: what all commands that change resources are asked.
    """

    name: str
    wanted: Alteration
    fills: Mapping[str, str] = field(default_factory=dict)
    common: resources.Request = resources.Request()  # noqa: RUF009  (frozen)


def run(request: Request, steps: Steps) -> resources.Made:
    """Change the resource and return what changed; on any error, nothing is.

    Raises:
        UsageError: a field is wrong, or rows that exist need a value for one.
        ConflictError: edits of the user's contradict the change.
    """

    def goal(project: Project) -> Goal:
        old = project.blueprint
        resource = alteration.find(old, request.name)
        wanted = request.wanted
        altered = alteration.altered(resource, wanted)
        new = old.plus(altered)
        renames = {request.name: dict(wanted.rename or {})}
        given = {key.removeprefix(f"{request.name}."): v for key, v in request.fills.items()}
        fills = alteration.filled(new, {request.name: given})
        again = {item.name for item in altered.fields} & set(wanted.drop)
        return Goal(old, new, renames, fills, {request.name: again})

    return resources.run(request.common, goal, steps)

"""`rafters remove`: the inverse of `add`."""

from dataclasses import dataclass

from rafters.commands import resources
from rafters.console import Steps
from rafters.effects.project import Project
from rafters.errors import ConflictError, Problem
from rafters.plan.goal import Goal
from rafters.spec import alteration
from rafters.spec.resource import Blueprint, Resource


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line.

    Attributes:
        name: of the resource.
        force: whether files go that were edited.
        common: what all commands that change resources are asked.
    """

    name: str
    force: bool = False
    common: resources.Request = resources.Request()  # noqa: RUF009  (frozen)


def run(request: Request, steps: Steps) -> resources.Made:
    """Remove the resource and return what went; on any error, nothing does.

    Raises:
        UsageError: there is no such resource.
        ConflictError: another resource refers to it, or a file of it was edited.
    """

    def goal(project: Project) -> Goal:
        old = project.blueprint
        resource = alteration.find(old, request.name)
        check_unused(old, (resource,))
        return Goal(old, old.minus(request.name), force=request.force)

    return resources.run(request.common, goal, steps)


def check_unused(blueprint: Blueprint, going: tuple[Resource, ...]) -> None:
    """Make sure that no resource that stays refers to one that goes.

    Raises:
        ConflictError: with the command that takes each such field away.
    """
    names = {resource.name for resource in going}
    problems = [
        Problem(
            "referred-to",
            f"{other.name} refers to {other.target(item)} by its field {item.name!r}",
            f"first: rafters change {other.name} --drop {item.name}",
        )
        for other in blueprint.resources.values()
        for item in other.fields
        if other.name not in names and other.target(item) in names
    ]
    if problems:
        raise ConflictError(problems)

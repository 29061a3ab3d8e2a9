"""`rafters add`: a resource across all layers."""

from collections.abc import Sequence
from typing import NamedTuple

from rafters.commands import resources
from rafters.console import Steps
from rafters.effects.project import Project
from rafters.errors import ConflictError, Problem
from rafters.plan.goal import Goal
from rafters.spec import blueprint
from rafters.spec.resource import ACCESS, Resource


class Request(NamedTuple):
    """What was asked for on the command line.

    Attributes:
        name: of the resource, unchecked.
        fields: lines of the field language, unchecked.
        plural: snake_case; `None` for what English has.
        access: one of `ACCESS`.
        versioned: whether a change must name the version of the row that it is made for.
        common: what all commands that change resources are asked.
    """

    name: str
    fields: Sequence[str]
    plural: str | None = None
    access: str = ACCESS[0]
    versioned: bool = False
    common: resources.Request = resources.Request()


def run(request: Request, steps: Steps) -> resources.Made:
    """Add the resource and return what was made; on any error, nothing is.

    Raises:
        UsageError: the name or a field is wrong.
        ConflictError: another resource has the name, or code stands in the way.
    """
    wanted = blueprint.resource(
        request.name,
        request.fields,
        request.plural,
        request.access,
        versioned=request.versioned,
    )
    return resources.run(request.common, lambda project: _goal(project, wanted), steps)


def _goal(project: Project, wanted: Resource) -> Goal:
    old = project.blueprint
    there = old.resources.get(wanted.name)
    if there is None:
        return Goal(old, old.plus(wanted))
    from rafters.spec import alteration

    if not alteration.alike(there, wanted):
        message = f"{wanted.name} is there already, with another specification"
        hint = alteration.command(there, wanted)
        if there.plural != wanted.plural:
            hint = f"remove it first: its plural is {there.plural!r}"
        for problem in alteration.access_problems(there, wanted.access):
            hint = f"{problem.hint}: {problem.message}"
        raise ConflictError(Problem("resource-exists", message, hint))
    return Goal(old, old)

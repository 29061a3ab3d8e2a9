"""What `new` makes: the project's render, and its resources laid into it."""

from collections.abc import Iterable, Mapping

from rafters.plan import add
from rafters.plan.changes import Plan, creation
from rafters.plan.tree import Tree
from rafters.spec.resource import Resource


def plan(base: Tree, templates: Mapping[str, str], resources: Iterable[Resource]) -> Plan:
    """Return the plan of a new project.

    Args:
        base: the project template, rendered.
        templates: the resource templates by path.
        resources: what the project starts with, in the order of their migrations.
    """
    tree = base
    for resource in resources:
        tree = add.resource(tree, templates, resource)
    return creation(tree)

"""What a change of a blueprint changes in a project: the difference of two renders.

The files of the resources are rendered as the old blueprint and as the new one has them, and the
difference is laid over what the user has. Migrations are written from the same two blueprints,
and registrations are wired in place.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from rafters.plan import changes, identifiers
from rafters.plan.changes import Conflict, Delete, Plan
from rafters.plan.goal import Goal
from rafters.plan.merging import trees
from rafters.plan.migration import migrations
from rafters.plan.render import Templates
from rafters.plan.rendering import project
from rafters.plan.tree import Tree, of_text
from rafters.plan.wiring import manifest
from rafters.plan.wiring.registration import MANIFEST, registered
from rafters.spec import blueprint as blueprints
from rafters.spec.resource import Blueprint, Resource


class Renders(NamedTuple):
    """What the resources of two blueprints render to, where the two differ."""

    base: Tree
    wanted: Tree


def renders(goal: Goal, layout: Mapping[str, str], templates: Templates) -> Renders:
    """Return both renders of a goal, without migrations.

    Raises:
        UsageError: no database would take the names of what the goal stores.
    """
    before = project.contexts(goal.old, layout)
    after = project.contexts(goal.new, layout, {name: before[name] for name in goal.untouched})
    identifiers.check_tables(project.tables(after))
    names = {**before, **after}.keys() - goal.untouched
    differing = {name for name in names if before.get(name) != after.get(name)}
    return Renders(
        project.files(goal.old, layout, templates, differing, before),
        project.files(goal.new, layout, templates, differing, after),
    )


def migrated(goal: Goal, layout: Mapping[str, str], sources: Mapping[str, str]) -> Tree:
    """Return the migrations that lead from a goal's old blueprint to its new one.

    Args:
        goal: both blueprints.
        layout: where migrations stand.
        sources: the migrations that are there, by their paths.

    Raises:
        ConflictError: they have several heads.
        UsageError: rows that exist would need a value that is not given.
    """
    return _migrated(goal, layout, migrations.history(sources))


def undone(goal: Goal, layout: Mapping[str, str], sources: Mapping[str, str]) -> Tree:
    """Return the migrations that created what a goal removes, as its specification has them.

    Empty if they are not the last ones, so that they cannot just go.
    """
    back = replace(goal, old=goal.new, new=goal.old, renames={}, fills={}, replaced={})
    names = {path.partition("_")[2] for path in _migrated(back, layout, migrations.history({}))}
    last = [path for path in sources if path.rpartition("/")[2].partition("_")[2] in names]
    before = migrations.history(sources).without(last)
    found = _migrated(back, layout, before) if before else {}
    return found if found.keys() == set(last) else {}


def plan(tree: Tree, layout: Mapping[str, str], goal: Goal, rendered: Renders) -> Plan:
    """Return all changes of a goal.

    Args:
        tree: the files of the project as the user has them.
        layout: where the code of a resource stands.
        goal: both blueprints.
        rendered: both renders, formatted, migrations included.

    Raises:
        ConflictError: code in which a resource is registered cannot be wired.
    """
    laid = trees.lay(rendered.base, rendered.wanted, tree, known=partial(_known, layout, goal))
    if goal.force:
        laid = replace(laid, changes=tuple(map(_forced, laid.changes)))
    return changes.joined(laid, registered(tree, layout, goal))


def layout(tree: Tree) -> Mapping[str, str]:
    """Return where the code of a resource stands in a project that was just rendered."""
    found: Mapping[str, str] = manifest.document(tree[MANIFEST].content)["layout"]
    return found


def blueprint(tree: Tree) -> Blueprint:
    """Return what a project that was just rendered is."""
    document = manifest.document(tree[MANIFEST].content)
    return blueprints.read({"options": document["options"]})


def sources(tree: Tree, layout: Mapping[str, str]) -> dict[str, str]:
    """Return the migrations of a tree that is in memory, by their paths."""
    folder = f"{layout['migrations']}/"
    return {path: file.text for path, file in tree.items() if path.startswith(folder)}


def routes(layout: Mapping[str, str], resource: Resource) -> str:
    """Return the path under which a resource is served."""
    return f"{layout['api_prefix']}/{resource.plural.replace('_', '-')}"


def _migrated(goal: Goal, layout: Mapping[str, str], history: migrations.History) -> Tree:
    written = migrations.migrations(
        goal.old,
        goal.new,
        history=history,
        renames=goal.renames,
        fills=goal.fills,
        replaced=goal.replaced,
    )
    return of_text({f"{layout['migrations']}/{item.name}": item.text for item in written})


def _known(layout: Mapping[str, str], goal: Goal) -> frozenset[str]:
    """Return the paths of all files that Rafters has written: none is another one, moved."""
    every = (*goal.old.resources.values(), *goal.new.resources.values())
    return frozenset(path for item in every for path in project.paths(layout, item).values())


def _forced(change: changes.Change) -> changes.Change:
    """Return the deletion of a file that only its edits keep; other changes as they are."""
    if isinstance(change, Conflict) and change.before and change.file is None:
        return Delete(change.path, change.before)
    return change

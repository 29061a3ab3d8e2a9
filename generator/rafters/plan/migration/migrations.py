"""Migrations: what takes the tables of one blueprint to those of another, and back."""

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from rafters.errors import Problem, UsageError
from rafters.plan.migration import operations
from rafters.plan.migration.fills import IMPORTS
from rafters.plan.migration.revisions import History, history
from rafters.plan.tables import ForeignKey, Table, tables
from rafters.spec.resource import Blueprint, Resource

__all__ = ["History", "Migration", "history", "migrations"]


class Migration(NamedTuple):
    """One migration.

    Attributes:
        revision: its id, as in `0003`.
        slug: what it does, in snake_case.
        text: its file, not formatted yet.
    """

    revision: str
    slug: str
    text: str

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.revision}_{self.slug}.py"


class _Step(NamedTuple):
    """What one migration does, before it has its place in the chain."""

    slug: str
    up: Sequence[str]
    down: Sequence[str]


def migrations(
    old: Blueprint,
    new: Blueprint,
    *,
    history: History,
    renames: Mapping[str, Mapping[str, str]],
    fills: Mapping[str, Mapping[str, str]],
    replaced: Mapping[str, Collection[str]] | None = None,
) -> tuple[Migration, ...]:
    """Return what takes a database from one blueprint to another: first what comes, last what goes.

    Rows are kept. What cannot be known before is left to the database, which then refuses the
    whole migration: values that a shorter text or fewer digits have no room for, and doubles in
    what becomes unique. Values beyond new bounds that need no new column stay as they are.

    Args:
        old: what the database holds.
        new: what it shall hold.
        history: the migrations that are there.
        renames: by resource, the new names of fields by their old ones.
        fills: by resource, what rows that exist get in a field, by its name or its column's.
        replaced: by resource, the fields that go and come again, empty, under the same name.

    Raises:
        ConflictError: the migrations that are there have several heads.
        UsageError: with all that rows which exist stand in the way of.
    """
    problems: list[Problem] = []
    steps = [*_arrivals(new, old), *_changes(old, new, renames, fills, replaced or {}, problems)]
    for step in reversed(list(_arrivals(old, new))):
        slug = step.slug.replace("create_", "drop_", 1)
        steps.append(_Step(slug, up=step.down, down=step.up))
    problems += _reused(old, new)
    if problems:
        raise UsageError(problems)
    head, number = history.head, history.next_number
    made: list[Migration] = []
    for step in steps:
        revision = f"{number + len(made):04}"
        made.append(Migration(revision, step.slug, _text(step, revision, head)))
        head = revision
    return tuple(made)


def _changes(
    old: Blueprint,
    new: Blueprint,
    renames: Mapping[str, Mapping[str, str]],
    fills: Mapping[str, Mapping[str, str]],
    replaced: Mapping[str, Collection[str]],
    problems: list[Problem],
) -> Iterator[_Step]:
    """Yield a step for each resource that is in both blueprints and whose tables differ."""
    for name, after in new.resources.items():
        before = old.resources.get(name)
        asked = renames.get(name) or fills.get(name) or replaced.get(name)
        if before is None or (before == after and not asked):
            continue
        from rafters.plan.migration.alter_resource import ResourceChange  # not for `add`
        from rafters.plan.migration.side import Side

        change = ResourceChange(
            Side(old, before),
            Side(new, after),
            renames.get(name, {}),
            fills.get(name, {}),
            replaced.get(name, ()),
        )
        if found := change.problems():
            problems += found
        elif up := change.up():
            yield _Step(change.slug, up, change.down())


def _arrivals(blueprint: Blueprint, others: Blueprint) -> Iterator[_Step]:
    """Yield a step for each resource that others do not have, after those it refers to.

    What refers to a table that comes later, in a ring of foreign keys or as one end of a link,
    comes with that table.
    """
    there = {item.plural for name, item in blueprint.resources.items() if name in others.resources}
    there.add("users")
    waiting_keys: list[tuple[str, ForeignKey]] = []
    waiting_links: list[Table] = []
    for resource in _in_order(blueprint, others, there):
        own, *links = tables(blueprint, resource)
        there.add(own.name)
        up = operations.create_table(own, [key for key in own.foreign_keys if key.table in there])
        down = [operations.drop_table(own.name)]
        waiting_keys += [(own.name, key) for key in own.foreign_keys if key.table not in there]
        waiting_links += links
        for table, key in [item for item in waiting_keys if item[1].table in there]:
            waiting_keys.remove((table, key))
            up += operations.batch(table, [operations.create_foreign_key(table, key)])
            down += operations.batch(table, [operations.drop_foreign_key(table, key)])
        for link in [item for item in waiting_links if _ends(item) <= there]:
            waiting_links.remove(link)
            up += operations.create_table(link, link.foreign_keys)
            down.append(operations.drop_table(link.name))
        yield _Step(f"create_{resource.plural}", up, down[::-1])


def _in_order(
    blueprint: Blueprint, others: Blueprint, there: Collection[str]
) -> Iterator[Resource]:
    """Yield the resources that others do not have, each after those it leads to, if it can be."""
    left = [item for name, item in blueprint.resources.items() if name not in others.resources]
    needs, wishes = dict[str, set[str]](), dict[str, set[str]]()
    for item in left:
        own, *links = tables(blueprint, item)
        needs[item.name] = {key.table for key in own.foreign_keys if not key.circular}
        wishes[item.name] = needs[item.name].union(*map(_ends, links))
    known = set(there)
    while left:
        # Foreign keys that close no ring cannot all wait for one another; links can.
        found = next((item for item in left if wishes[item.name] <= {*known, item.plural}), None)
        if found is None:
            found = next(item for item in left if needs[item.name] <= {*known, item.plural})
        left.remove(found)
        known.add(found.plural)
        yield found


def _ends(link: Table) -> set[str]:
    """Return the tables that a link joins."""
    return {key.table for key in link.foreign_keys}


def _reused(old: Blueprint, new: Blueprint) -> Iterator[Problem]:
    """Yield a problem for each table that one resource would take over from another."""
    owners = {
        table.name: name
        for name, resource in old.resources.items()
        if resource != new.resources.get(name)
        for table in tables(old, resource)
    }
    for name, resource in new.resources.items():
        if resource == old.resources.get(name):
            continue
        for table in tables(new, resource):
            if (owner := owners.get(table.name, name)) != name:
                message = f"{name} needs the table {table.name}, which is still that of {owner}"
                yield Problem("table-taken", message, f"change {owner} first, then {name}")


def _text(step: _Step, revision: str, head: str | None) -> str:
    """Return the file of a migration."""
    body = f"{_function('upgrade', 'Apply the change.', step.up)}\n\n\n"
    body += _function("downgrade", "Take the change back.", step.down)
    used = {node.id for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Name)}
    standard = [line for name, line in IMPORTS.items() if name in used]
    others = ["import sqlalchemy as sa"] if "sa" in used else []
    others += ["from alembic import op"] if "op" in used else []
    imports = "\n\n".join("\n".join(lines) for lines in (standard, others) if lines)
    down_revision = "None" if head is None else f'"{head}"'
    return f'''"""Migration: {step.slug.replace("_", " ")}."""

{imports}

revision = "{revision}"
down_revision = {down_revision}
branch_labels = None
depends_on = None


{body}
'''


def _function(name: str, summary: str, statements: Sequence[str]) -> str:
    """Return the source of a function that runs statements."""
    lines = "\n".join(statements).splitlines()
    body = "".join(f"\n    {line}" for line in lines)
    return f'def {name}() -> None:\n    """{summary}"""{body}'

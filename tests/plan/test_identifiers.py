"""Names that databases get."""

import pytest
from conftest import every_table
from hypothesis import given
from spec.strategies import blueprints

from rafters.errors import UsageError
from rafters.plan import tables
from rafters.plan.identifiers import check_tables
from rafters.spec import blueprint
from rafters.spec.resource import Blueprint, Field, Resource

LONG = Resource(f"Thing{'x' * 25}", f"thing{'x' * 25}s", (Field("y" * 30, "str", filter=True),))


@given(blueprints())
def test_any_blueprint_passes_or_is_refused(found: Blueprint) -> None:
    """What passes has tables, each with columns of its own names."""
    try:
        blueprint.check(found)
        check_tables(every_table(found))
    except UsageError:
        return
    for item in found.resources.values():
        for table in tables.tables(found, item):
            names = [column.name for column in table.columns]
            assert len(set(names)) == len(names)


def test_names_that_a_database_cannot_hold_are_refused() -> None:
    """PostgreSQL cuts identifiers at 63 bytes, those of indexes and keys included."""
    found = Blueprint({LONG.name: LONG})
    blueprint.check(found)
    with pytest.raises(UsageError, match="63 at most"):
        check_tables(every_table(found))


def test_two_tables_of_one_name_are_refused() -> None:
    """A link table is told apart from the tables of resources, and from other link tables."""
    pair = [
        Resource("Task", "tasks", (Field("item_tags", "many", target="User"),)),
        Resource("TaskItem", "task_items", (Field("tags", "many", target="User"),)),
    ]
    with pytest.raises(UsageError, match="share the table task_item_tags"):
        check_tables(every_table(Blueprint({item.name: item for item in pair})))

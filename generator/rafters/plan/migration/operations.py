"""The operations of migrations, one by one, as Python source that Alembic runs.

Constraints and indexes are named as the naming convention of a project's `models/base.py` does.
"""

from collections.abc import Iterable, Sequence

from rafters.plan.tables import (
    Column,
    ForeignKey,
    Table,
    index_name,
    primary_name,
    unique_name,
)


def create_table(table: Table, keys: Iterable[ForeignKey]) -> list[str]:
    """Return what makes a table with its indexes, and with those foreign keys that it can have."""
    parts = [f'"{table.name}"', *map(column, table.columns)]
    parts += [f"sa.ForeignKeyConstraint({_key(table.name, key)})" for key in keys]
    primary = ", ".join(f'"{name}"' for name in table.primary_key)
    parts.append(f"sa.PrimaryKeyConstraint({primary}, name={_final(primary_name(table.name))})")
    parts += [
        f'sa.UniqueConstraint("{name}", name={_final(unique_name(table.name, name))})'
        for name in table.uniques
    ]
    made = "op.create_table(\n    " + ",\n    ".join(parts) + ",\n)"
    return [made, *(create_index(table.name, index) for index in table.indexes)]


def drop_table(name: str) -> str:
    """Return what drops a table, its rows and its indexes."""
    return f'op.drop_table("{name}")'


def column(item: Column) -> str:
    """Return the declaration of a column."""
    return f'sa.Column("{item.name}", {item.type}, nullable={item.nullable})'


def create_index(table: str, columns: Sequence[str]) -> str:
    """Return what makes an index."""
    listed = ", ".join(f'"{name}"' for name in columns)
    return f'op.create_index({_final(index_name(table, columns))}, "{table}", [{listed}])'


def drop_index(table: str, columns: Sequence[str]) -> str:
    """Return what drops an index."""
    return f'op.drop_index({_final(index_name(table, columns))}, table_name="{table}")'


def batch(table: str, calls: Sequence[str]) -> list[str]:
    """Return the calls, empty ones left out, that SQLite carries out on one copy of a table."""
    body = "".join(f"\n    batch_op.{call}" for call in calls if call)
    if not body:
        return []
    return [f'with op.batch_alter_table("{table}") as batch_op:{body}']


def create_foreign_key(table: str, key: ForeignKey) -> str:
    """Return the call of a batch that makes a foreign key."""
    ending = f', ondelete="{key.on_delete}"' if key.on_delete else ""
    name = _final(key.name(table))
    return f'create_foreign_key({name}, "{key.table}", ["{key.column}"], ["id"]{ending})'


def drop_foreign_key(table: str, key: ForeignKey) -> str:
    """Return the call of a batch that drops a foreign key."""
    return f'drop_constraint({_final(key.name(table))}, type_="foreignkey")'


def create_unique(table: str, name: str) -> str:
    """Return the call of a batch that makes the values of a column unique."""
    return f'create_unique_constraint({_final(unique_name(table, name))}, ["{name}"])'


def drop_unique(table: str, name: str) -> str:
    """Return the call of a batch that lets values of a column come twice."""
    return f'drop_constraint({_final(unique_name(table, name))}, type_="unique")'


def copy_rows(source: Table, target: Table) -> str:
    """Return what copies all rows of a table into another with the same columns."""
    names = [item.name for item in source.columns]
    columns = ", ".join(f'sa.column("{name}")' for name in names)
    select = f'sa.select({columns}).select_from(sa.table("{source.name}"))'
    into = f'sa.insert(sa.table("{target.name}", {columns}))'
    return f"op.execute({into}.from_select({names!r}, {select}))"


def _final(name: str) -> str:
    """Return a name that Alembic does not name again by the convention."""
    return f'op.f("{name}")'


def _key(table: str, key: ForeignKey) -> str:
    """Return the arguments that declare a foreign key within its table."""
    ending = f', ondelete="{key.on_delete}"' if key.on_delete else ""
    return f'["{key.column}"], ["{key.table}.id"], name={_final(key.name(table))}{ending}'

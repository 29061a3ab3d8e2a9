"""How a table takes another shape while it keeps its rows, as operations of a migration."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import TypeVar

from rafters.plan.migration import operations
from rafters.plan.tables import Column, Table

T = TypeVar("T")


@dataclass(frozen=True)
class Content:
    """What rows that exist hold in a column afterwards.

    Attributes:
        value: what they get where they hold nothing that can stay, as Python source.
        only: the texts that can stay; empty where all can.
    """

    value: str
    only: tuple[str, ...] = ()


def alter_table(
    old: Table, new: Table, kept: Mapping[str, str], contents: Mapping[str, Content]
) -> list[str]:
    """Return the operations that give a table another shape.

    Constraints and indexes of a column that changes go first and come back last, for their names
    follow its name. A column takes NULL until its rows are filled, and a text loses room only
    after that.

    Args:
        old: its shape.
        new: the one that it takes; its name is the same.
        kept: the columns that stay, with their new names, no two of which are swapped.
        contents: by column of the new shape, what its rows get where it must hold something.
    """
    steady = {name for name, to in kept.items() if name == to}
    keys = [key._replace(circular=False) for key in old.foreign_keys]
    new_keys = [key._replace(circular=False) for key in new.foreign_keys]
    old_keys, new_keys = _differing(keys, new_keys, lambda key: key.column in steady)
    old_uniques, uniques = _differing(old.uniques, new.uniques, lambda name: name in steady)
    old_indexes, indexes = _differing(old.indexes, new.indexes, lambda index: steady >= {*index})

    before = {column.name: column for column in old.columns}
    after = {column.name: column for column in new.columns}
    added = [column for name, column in after.items() if name not in kept.values()]
    drops = [
        *(operations.drop_foreign_key(old.name, key) for key in old_keys),
        *(operations.drop_unique(old.name, name) for name in old_uniques),
        *(f'drop_column("{name}")' for name in before if name not in kept),
    ]
    changes = [_loosened(before[name], after[to]) for name, to in in_turn(kept)]
    arrivals = [_arrival(column, contents) for column in added]
    empty = {column.name for column in added}
    empty |= {to for name, to in kept.items() if before[name].nullable and not after[to].nullable}
    places = {
        to: _places(after[to])
        for name, to in kept.items()
        if _places(before[name]) > _places(after[to])
    }
    fills = _fills(new, contents, empty, places)
    ends = [
        *(_tightened(before[name], after[to]) for name, to in kept.items()),
        *(
            _tightened(column._replace(nullable=True), column)
            for column in added
            if column.name in contents
        ),
        *(operations.create_unique(new.name, name) for name in uniques),
        *(operations.create_foreign_key(new.name, key) for key in new_keys),
    ]
    if not any(changes) and not arrivals and not fills:
        drops, ends = [], [*drops, *ends]
    return [
        *(operations.drop_index(old.name, index) for index in old_indexes),
        *operations.batch(old.name, drops),
        *operations.batch(old.name, changes),
        *operations.batch(old.name, arrivals),
        *fills,
        *operations.batch(old.name, ends),
        *(operations.create_index(new.name, index) for index in indexes),
    ]


def in_turn(names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return old and new names in an order in which each new name is free, or remains the same.

    Names that are swapped, among two or more, have no such order: they are left out.
    """
    left, found = dict(names), list[tuple[str, str]]()
    while free := [(name, to) for name, to in left.items() if to == name or to not in left]:
        found += free
        left = {name: to for name, to in left.items() if (name, to) not in free}
    return found


def _differing(
    old: Sequence[T], new: Sequence[T], is_steady: Callable[[T], bool]
) -> tuple[list[T], list[T]]:
    """Return what goes and what comes: what is in one alone, or stands on columns that change."""
    staying = [item for item in old if item in new and is_steady(item)]
    return (
        [item for item in old if item not in staying],
        [item for item in new if item not in staying],
    )


def _loosened(old: Column, new: Column) -> str:
    """Return the call that gives a column its new name and takes what hinders its rows."""
    arguments = [f'new_column_name="{new.name}"'] if new.name != old.name else []
    if new.type != old.type and not _loses_room(old, new):
        arguments.append(f"type_={new.type}")
        if _length(old.type) and not _length(new.type):
            arguments.append(f"postgresql_using='\"{old.name}\"::{_postgresql_type(new.type)}'")
    if new.nullable and not old.nullable:
        arguments.append("nullable=True")
    return _alter_column(old.name, arguments)


def _arrival(column: Column, contents: Mapping[str, Content]) -> str:
    """Return the call that makes a new column; while its rows hold nothing, it takes NULL."""
    nullable = column.nullable or column.name in contents
    return f"add_column({operations.column(column._replace(nullable=nullable))})"


def _tightened(old: Column, new: Column) -> str:
    """Return the call that takes room or NULL from a column whose rows are filled."""
    arguments = [f"type_={new.type}"] if _loses_room(old, new) else []
    if old.nullable and not new.nullable:
        arguments.append("nullable=False")
    return _alter_column(new.name, arguments)


def _alter_column(name: str, arguments: Sequence[str]) -> str:
    """Return the call that alters a column; empty where nothing is to be altered.

    `existing_type`, which Alembic writes, is for MySQL, and ends in an AttributeError with an
    Interval on SQLite.
    """
    return f'alter_column("{name}", {", ".join(arguments)})' if arguments else ""


def _fills(
    table: Table,
    contents: Mapping[str, Content],
    empty: Collection[str],
    places: Mapping[str, float],
) -> list[str]:
    """Return what gives rows their values, where they hold none that can stay.

    Numbers are rounded to their new places: PostgreSQL has done so then, SQLite never does.
    """
    columns = [column for column in table.columns if column.name in {*contents, *places}]
    if not columns:
        return []
    parts = ", ".join(f'sa.column("{column.name}", {column.type})' for column in columns)
    lines = [f'rows = sa.table("{table.name}", {parts})']
    for name, count in places.items():
        value = f'sa.func.round(rows.c["{name}"], {count})'
        lines.append(f'op.execute(sa.update(rows).values({{"{name}": {value}}}))')
    for column in (column for column in columns if column.name in contents):
        content, cell = contents[column.name], f'rows.c["{column.name}"]'
        tests = [f"{cell}.is_(None)"] if column.name in empty else []
        tests += [f"{cell}.not_in({list(content.only)!r})"] if content.only else []
        test = f"sa.or_({', '.join(tests)})" if len(tests) > 1 else tests[0]
        values = f'{{"{column.name}": {content.value}}}'
        lines.append(f"op.execute(sa.update(rows).where({test}).values({values}))")
    return lines


def _loses_room(old: Column, new: Column) -> bool:
    """Tell whether a column is a text and remains one, with room for fewer characters."""
    before, after = _length(old.type), _length(new.type)
    return before is not None and after is not None and after < before


def _places(column: Column) -> float:
    """Return how many places after the point what a column holds may have."""
    if column.type in {"sa.Integer()", "sa.BigInteger()"}:
        return 0
    found = re.fullmatch(r"sa\.Numeric\(precision=[0-9]+, scale=([0-9]+)\)", column.type)
    return int(found[1]) if found else inf


def _length(sql_type: str) -> float | None:
    """Return how many characters a text type has room for; `None` for no text."""
    found = re.fullmatch(r"sa\.String\((?:length=([0-9]+))?\)", sql_type)
    if found is None:
        return None
    return int(found[1]) if found[1] else inf


def _postgresql_type(sql_type: str) -> str:
    """Return PostgreSQL's name of a number type."""
    if found := re.fullmatch(r"sa\.Numeric\(precision=([0-9]+), scale=([0-9]+)\)", sql_type):
        return f"numeric({found[1]}, {found[2]})"
    names = {"sa.Integer()": "integer", "sa.BigInteger()": "bigint"}
    return names.get(sql_type, "double precision")

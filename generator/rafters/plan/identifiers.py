"""Names that a database gets, held against what databases take."""

from collections.abc import Iterator, Mapping, Sequence

from rafters.errors import Problem, UsageError
from rafters.plan.tables import Table, index_name, primary_name, unique_name

MAX_BYTES = 63
"""Longest identifier of PostgreSQL, in bytes."""


def check_tables(owned: Mapping[str, Sequence[Table]]) -> None:
    """Let tables pass if databases take the names of them, their columns and constraints.

    Args:
        owned: all tables of a project, by the names of the resources that they belong to.

    Raises:
        UsageError: with each resource of which they do not.
    """
    problems = []
    owners: dict[str, str] = {}
    for resource, tables in owned.items():
        for table in tables:
            longest = max(_names(table), key=lambda name: len(name.encode()))
            if len(longest.encode()) > MAX_BYTES:
                message = f"{resource}: {longest!r} has {len(longest)} characters"
                hint = "give shorter names to its fields, or a shorter plural"
                problems.append(
                    Problem("long-name", f"{message}, {MAX_BYTES} at most in PostgreSQL", hint)
                )
            for name, what in _relations(table):
                if name in owners:
                    message = f"{resource} and {owners[name]} would share the {what} {name}"
                    if resource == owners[name]:
                        message = f"{resource} would have the {what} {name} twice"
                    hint = "rename a field, or use --plural"
                    problems.append(Problem("shared-name", message, hint))
                owners[name] = resource
    if problems:
        raise UsageError(problems)


def _names(table: Table) -> Iterator[str]:
    """Yield every identifier that a table brings."""
    yield from (name for name, _ in _relations(table))
    yield from (column.name for column in table.columns)
    yield from (key.name(table.name) for key in table.foreign_keys)


def _relations(table: Table) -> Iterator[tuple[str, str]]:
    """Yield the identifiers of which a database has one each, with what they name."""
    yield table.name, "table"
    yield primary_name(table.name), "index"
    yield from ((unique_name(table.name, column), "index") for column in table.uniques)
    yield from ((index_name(table.name, columns), "index") for columns in table.indexes)

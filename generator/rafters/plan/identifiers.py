"""Names that a database gets, held against what databases take."""

from collections.abc import Iterator, Mapping, Sequence

from rafters.errors import Problem, UsageError
from rafters.plan.tables import Table, index_name, primary_name, unique_name

MAX_LENGTH = 63
"""Longest identifier of PostgreSQL, in bytes, of which a character of ours has one."""


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
            relations = list(_relations(table))
            longest = max([*(name for name, _ in relations), *_others(table)], key=len)
            if len(longest) > MAX_LENGTH:
                message = f"{resource}: {longest!r} has {len(longest)} characters"
                hint = "give shorter names to its fields, or a shorter plural"
                problems.append(
                    Problem("long-name", f"{message}, {MAX_LENGTH} at most in PostgreSQL", hint)
                )
            for name, what in relations:
                if name in owners:
                    message = f"{resource} and {owners[name]} would share the {what} {name}"
                    if resource == owners[name]:
                        message = f"{resource} would have the {what} {name} twice"
                    hint = "rename a field, or use --plural"
                    problems.append(Problem("shared-name", message, hint))
                owners[name] = resource
    if problems:
        raise UsageError(problems)


def _others(table: Table) -> list[str]:
    """Return the identifiers that only have to differ within a table."""
    columns = [column.name for column in table.columns]
    return columns + [key.name(table.name) for key in table.foreign_keys]


def _relations(table: Table) -> Iterator[tuple[str, str]]:
    """Yield the identifiers of which a database has one each, with what they name."""
    yield table.name, "table"
    yield primary_name(table.name), "index"
    yield from ((unique_name(table.name, column), "index") for column in table.uniques)
    yield from ((index_name(table.name, columns), "index") for columns in table.indexes)

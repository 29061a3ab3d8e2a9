"""The tables that a resource needs, as data: models and migrations are written from it."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from rafters.spec.bounds import limits
from rafters.spec.resource import USER, Blueprint, Field, Resource, attribute, snake
from rafters.spec.values import DIGITS

_SQL_TYPES = {
    "int": "sa.Integer()",
    "bigint": "sa.BigInteger()",
    "float": "sa.Float()",
    "bool": "sa.Boolean()",
    "date": "sa.Date()",
    "datetime": "sa.DateTime(timezone=True)",
    "time": "sa.Time()",
    "duration": "sa.Interval()",
    "uuid": "sa.Uuid()",
    "json": "sa.JSON()",
}


class Column(NamedTuple):
    """A column.

    Attributes:
        name: in the table, the model and the API.
        type: as SQLAlchemy source, as in `sa.String(length=200)`.
        nullable: whether it takes NULL.
    """

    name: str
    type: str
    nullable: bool = False


class ForeignKey(NamedTuple):
    """A reference to the id of a row.

    Attributes:
        column: where the id stands.
        table: whose id it is.
        on_delete: `CASCADE`, `SET NULL`, or empty where the database refuses the deletion.
        circular: whether tables refer to one another in a ring that this key closes.
    """

    column: str
    table: str
    on_delete: str = ""
    circular: bool = False

    def name(self, table: str) -> str:
        """Return its name in a table, as the naming convention of projects has it."""
        return f"fk_{table}_{self.column}_{self.table}"


class Table(NamedTuple):
    """A table.

    Attributes:
        name: snake_case plural.
        columns: all of them, in order.
        primary_key: names of columns.
        foreign_keys: in the order of their columns.
        uniques: columns in which no value comes twice.
        indexes: the columns of each index, in order.
    """

    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ("id",)
    foreign_keys: tuple[ForeignKey, ...] = ()
    uniques: tuple[str, ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()


def primary_name(table: str) -> str:
    """Return the name of a table's primary key, as the naming convention of projects has it."""
    return f"pk_{table}"


def unique_name(table: str, column: str) -> str:
    """Return the name of the constraint that makes a column unique."""
    return f"uq_{table}_{column}"


def index_name(table: str, columns: Iterable[str]) -> str:
    """Return the name of an index."""
    return f"ix_{table}_{'_'.join(columns)}"


def tables(blueprint: Blueprint, resource: Resource) -> tuple[Table, ...]:
    """Return the table of a resource, and after it one per `many` field."""
    links = (_link(blueprint, resource, item) for item in resource.fields if item.type == "many")
    return (_own(blueprint, resource), *links)


def sql_type(item: Field) -> str:
    """Return the type of a field's column as SQLAlchemy source."""
    if item.type == "decimal":
        precision, scale = item.digits or DIGITS
        return f"sa.Numeric(precision={precision}, scale={scale})"
    if item.type == "enum":
        return f"sa.String(length={max(map(len, item.values))})"
    if item.type in _SQL_TYPES:
        return _SQL_TYPES[item.type]
    length = max_length(item)
    return "sa.String()" if length is None else f"sa.String(length={length})"


def max_length(item: Field) -> int | None:
    """Return the greatest length of a text in characters, or `None` where nothing bounds it."""
    return limits(item)[1]


def _id_type(blueprint: Blueprint) -> str:
    """Return the type of an id."""
    if blueprint.options.ids == "uuid":
        return "sa.Uuid()"
    return "sa.BigInteger()" if blueprint.options.big_ids else "sa.Integer()"


def _own(blueprint: Blueprint, resource: Resource) -> Table:
    """Return the table of a resource's rows."""
    moment = "sa.DateTime(timezone=True)"
    id_type = _id_type(blueprint)
    columns = [Column("id", id_type), Column("created_at", moment)]
    columns.append(Column("updated_at", moment))
    if resource.versioned:
        columns.append(Column("version", "sa.Integer()"))
    keys = []
    if resource.owned:
        columns.append(Column("user_id", id_type))
        keys.append(ForeignKey("user_id", "users", "CASCADE"))
    stored = {
        attribute(blueprint, resource, item): item
        for item in resource.fields
        if item.type != "many"
    }
    for name, item in stored.items():
        kind = id_type if item.type == "ref" else sql_type(item)
        columns.append(Column(name, kind, item.null))
        if item.type == "ref":
            ending = {"cascade": "CASCADE", "null": "SET NULL", "restrict": ""}[item.ending]
            table = _table_of(blueprint, resource.target(item))
            keys.append(ForeignKey(name, table, ending, _is_circular(blueprint, resource, item)))
    return Table(
        name=resource.plural,
        columns=tuple(columns),
        foreign_keys=tuple(keys),
        uniques=tuple(name for name, item in stored.items() if item.unique),
        indexes=tuple(_indexes(resource, stored)),
    )


def _indexes(resource: Resource, stored: Mapping[str, Field]) -> list[tuple[str, ...]]:
    """Return the indexes that serve the lists of a resource, its references, and what asks."""
    scope = ("user_id",) if resource.access == "owner" else ()
    found: list[tuple[str, ...]] = []
    if resource.owned:
        found.append(("user_id", "id") if scope else ("user_id",))
    for name, item in stored.items():
        if item.filter or item.sort:
            found.append((*scope, name, "id"))
        served = item.unique or any(index[0] == name for index in found)
        if (item.index or item.type == "ref") and not served:
            found.append((name,))
    return found


def _link(blueprint: Blueprint, resource: Resource, item: Field) -> Table:
    """Return the table that joins a resource's rows with those of a `many` field."""
    target = resource.target(item)
    id_type = _id_type(blueprint)
    own, other = f"{resource.singular}_id", f"{snake(target)}_id"
    if own == other:
        other = f"other_{other}"
    return Table(
        name=f"{resource.singular}_{item.name}",
        columns=(Column(own, id_type), Column(other, id_type)),
        primary_key=(own, other),
        foreign_keys=(
            ForeignKey(own, resource.plural, "CASCADE"),
            ForeignKey(other, _table_of(blueprint, target), "CASCADE"),
        ),
        indexes=((other,),),
    )


def _table_of(blueprint: Blueprint, target: str) -> str:
    """Return the name of the table that a relation leads to."""
    return "users" if target == USER else blueprint.resources[target].plural


def _is_circular(blueprint: Blueprint, resource: Resource, item: Field) -> bool:
    """Tell whether a reference closes a ring: it leads to a later resource that leads back."""
    order = list(blueprint.resources)
    target = resource.target(item)
    if target == USER or order.index(target) <= order.index(resource.name):
        return False
    seen, waiting = set[str](), [target]
    while waiting:
        current = waiting.pop()
        if current == resource.name:
            return True
        if current not in seen and current != USER:
            seen.add(current)
            other = blueprint.resources[current]
            waiting += [other.target(ref) for ref in other.fields if ref.type == "ref"]
    return False

"""What a project's resources are: fields, resources, and the blueprint that holds them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from typing import Self

TEXTS = frozenset({"str", "text", "email", "url", "slug"})
"""Types whose values are text."""

NUMBERS = frozenset({"int", "bigint", "float", "decimal"})
"""Types whose values are numbers."""

TIMES = frozenset({"date", "datetime", "time", "duration"})
"""Types whose values are points in time or spans of it."""

RELATIONS = frozenset({"ref", "many"})
"""Types whose values are ids of other rows."""

TYPES = TEXTS | NUMBERS | TIMES | RELATIONS | {"bool", "uuid", "json", "enum"}
"""Every type of the field language."""

ACCESS = ("owner", "public-read", "shared", "admin")
"""Who may reach the rows of a resource; the first is the default."""

OWNED = frozenset({"owner", "public-read"})
"""The kinds of access under which a row belongs to a user."""

USER = "User"
"""The one target of a reference that is no resource: the accounts of the project."""

SELF = "self"
"""The target of a reference to its own resource."""


@dataclass(frozen=True)
class Field:
    """One field of a resource.

    Attributes:
        name: snake_case name, the same in every layer; of a `ref`, without `_id`.
        type: one of `TYPES`.
        min: least length of a text in characters, or least value of a number.
        max: greatest length of a text in characters, or greatest value of a number.
        digits: of a decimal, all its digits and those after the point.
        values: of an enum, in their order.
        target: of a relation, the name of a resource, `User` or `self`.
        null: whether null is a value of the field.
        unique: whether no two rows may have the same value.
        index: whether the database keeps an index of its own for it.
        readonly: whether clients read it, but never write it.
        hidden: whether clients may write it, but never read it.
        filter: whether lists can be filtered by it.
        sort: whether lists can be sorted by it.
        search: whether lists can be searched through it.
        on_delete: of a `ref`, what the end of its target does: `cascade`, `restrict` or `null`;
            empty for what follows from `null`.
        regex: what a text must match, in the syntax that Python and Rust share; empty for none.
        default: canonical text of the value where a client gives none; `None` for no default.
    """

    name: str
    type: str
    min: int | Decimal | None = None
    max: int | Decimal | None = None
    digits: tuple[int, int] | None = None
    values: tuple[str, ...] = ()
    target: str = ""
    null: bool = False
    unique: bool = False
    index: bool = False
    readonly: bool = False
    hidden: bool = False
    filter: bool = False
    sort: bool = False
    search: bool = False
    on_delete: str = ""
    regex: str = ""
    default: str | None = None

    @property
    def required(self) -> bool:
        """Whether a client must give it to create a row."""
        return not self.null and self.default is None and self.type != "many"

    @property
    def ending(self) -> str:
        """What the end of a reference's target does: `cascade`, `restrict` or `null`."""
        return self.on_delete or ("null" if self.null else "restrict")


@dataclass(frozen=True)
class Resource:
    """One resource: a table, its schemas, its service and its routes.

    Attributes:
        name: PascalCase class name, singular.
        plural: snake_case plural, the name of its table, router and route.
        fields: its own fields, in the order of the columns; the rest every resource has.
        access: one of `ACCESS`.
        versioned: whether a change must name the version of the row that it is made for.
    """

    name: str
    plural: str
    fields: tuple[Field, ...]
    access: str = ACCESS[0]
    versioned: bool = False

    @property
    def singular(self) -> str:
        """The snake_case singular, as in `OrderItem` -> `order_item`."""
        return snake(self.name)

    @property
    def owned(self) -> bool:
        """Whether its rows belong to a user."""
        return self.access in OWNED

    def target(self, item: Field) -> str:
        """Return the name of what a relation of this resource leads to."""
        return self.name if item.target == SELF else item.target


@dataclass(frozen=True)
class Options:
    """How a project is built, as far as the code of its resources depends on it.

    Attributes:
        database: `sqlite` or `postgresql`.
        style: `sync` or `async`, which all code that reaches the database is in.
        foreign_rows: the status of a request for the row of another user, `403` or `404`.
        ids: what rows are told by, `int` or `uuid`.
    """

    database: str = "sqlite"
    style: str = "sync"
    foreign_rows: str = "403"
    ids: str = "int"

    @property
    def id_type(self) -> str:
        """The Python type of ids."""
        return "UUID" if self.ids == "uuid" else "int"

    @property
    def big_ids(self) -> bool:
        """Whether ids need a type of their own to have 64 bits: on SQLite each integer has."""
        return self.ids == "int" and self.database == "postgresql"

    def stored(self, item: Field) -> Field:
        """Return a field as the column that holds it: a reference to a UUID is a UUID."""
        return replace(item, type="uuid") if self.ids == "uuid" and item.type == "ref" else item


@dataclass(frozen=True)
class Blueprint:
    """What a project is.

    Attributes:
        resources: by name, in the order in which they came.
        options: how it is built.
    """

    resources: Mapping[str, Resource] = field(default_factory=dict)
    options: Options = Options()

    def plus(self, *resources: Resource) -> Self:
        """Return the blueprint with resources added, or put in the place of their namesakes."""
        return replace(
            self, resources={**self.resources, **{item.name: item for item in resources}}
        )

    def minus(self, name: str) -> Self:
        """Return the blueprint without a resource."""
        kept = {key: item for key, item in self.resources.items() if key != name}
        return replace(self, resources=kept)


def attribute(blueprint: Blueprint, resource: Resource, item: Field) -> str:
    """Return the name of a field in the API, and of its column if it has one.

    A `ref` gets `_id`; a `many` gets `_ids`, in the singular where it is named as its target's
    plural is: `tags:Tag:many` is `tag_ids`.
    """
    if item.type == "ref":
        return f"{item.name}_id"
    if item.type == "many":
        target = resource.target(item)
        plural = "users" if target == USER else blueprint.resources[target].plural
        return f"{snake(target) if item.name == plural else item.name}_ids"
    return item.name


@cache  # names are few, and each is asked for again and again
def snake(name: str) -> str:
    """Return a PascalCase name in snake_case."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


TASK = Resource(
    name="Task",
    plural="tasks",
    fields=(
        Field("title", "str", min=1, max=200),
        Field("description", "text", max=1000, null=True),
        Field("completed", "bool", default="false", filter=True),
    ),
)
"""The example of a new project, from the owner's document."""

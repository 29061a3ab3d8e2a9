"""How a field is written in each layer of a project."""

import builtins
import re
from typing import NamedTuple

from rafters.plan.migration import fills
from rafters.plan.rendering.expressions import bound, decimal, pattern, quoted
from rafters.plan.tables import ForeignKey, Table, max_length, sql_type
from rafters.spec.resource import (
    NUMBERS,
    TEXTS,
    Field,
    Options,
)
from rafters.spec.values import DIGITS

INPUTS = {
    "str": "str",
    "text": "str",
    "int": "Int32",
    "bigint": "Int53",
    "float": "FiniteFloat",
    "decimal": "Decimal",
    "bool": "bool",
    "date": "Date",
    "datetime": "Moment",
    "time": "Time",
    "duration": "Duration",
    "uuid": "Uuid",
    "email": "Email",
    "url": "Url",
    "slug": "Slug",
    "json": "Json",
    "enum": "str",
    "ref": "Id",
    "many": "Ids",
}
"""What a schema takes for each type, where the field has no bounds of its own."""

OUTPUTS = {
    "int": "int",
    "bigint": "int",
    "float": "float",
    "decimal": "Decimal",
    "bool": "bool",
    "date": "dt.date",
    "datetime": "dt.datetime",
    "time": "Time",
    "duration": "Duration",
    "uuid": "UUID",
    "json": "dict[str, Any] | list[Any]",
    "ref": "Id",
    "many": "list[Id]",
}
"""What a schema gives for each type; text where nothing is said."""

STORED = OUTPUTS | {"time": "dt.time", "duration": "dt.timedelta", "ref": "int"}
"""What a model holds for each type; text where nothing is said."""

BOUNDED = {"int": "int", "bigint": "int", "float": "FiniteFloat", "decimal": "Decimal"}
"""What the bounds of a number are put around."""

LIMITS = {"int": ("-(2**31)", "2**31 - 1"), "bigint": ("1 - 2**53", "2**53 - 1")}
"""Least and greatest value of the integers, as Python source."""

SCHEMA_NAMES = frozenset(
    """
    Annotated Any BaseModel Date Decimal Duration Email Field FiniteFloat Id Ids Int32 Int53
    Json Literal MISSING Maybe Moment PageQuery RequestModel Scaled Search Slug Time UUID Url Uuid
    """.split()  # noqa: SIM905  (a list of names reads best as text)
)
"""What the schemas of a resource import: no name of theirs may be the same."""

BUILTINS = frozenset({*dir(builtins), "PythonFinalizationError"})
"""Names that Python has without an import, whatever its version."""

_LENGTH = re.compile(r"length=([0-9]+)")
_SECRET = re.compile(r"(?:^|_)(?:pas+wo?r?d|pass(?:phrase)?|pwd|token|secrete?)(?:$|_)")


class FieldCode(NamedTuple):
    """One field, as the templates of the layers write it.

    Attributes:
        field: what was asked for.
        name: in the API, the model and the table.
        options: how the project is built.
        key: the foreign key of a `ref`.
        link: the table of a `many`.
        target: of a relation, the class that it leads to.
        rows: of a relation, the query for the rows that the user may see.
        needs_user: of a relation, whether that query depends on who asks.
        for_all: of a relation, whether even a stranger may see those rows.
        alias: the name of its type in schemas; empty where the type has one already.
    """

    field: Field
    name: str
    options: Options
    key: ForeignKey | None = None
    link: Table | None = None
    target: str = ""
    rows: str = ""
    needs_user: bool = False
    for_all: bool = False
    alias: str = ""

    @property
    def type(self) -> str:
        """The type in the field language."""
        return self.field.type

    @property
    def null(self) -> str:
        """What makes its annotation take null, if it does."""
        return " | None" if self.field.null else ""

    @property
    def input(self) -> str:
        """Its type in what clients send, null left out."""
        return self.alias or INPUTS[self.type]

    @property
    def output(self) -> str:
        """Its type in what clients get, null left out."""
        return self.alias if self.type == "enum" else OUTPUTS.get(self.type, "str")

    @property
    def definition(self) -> str:
        """What its alias stands for."""
        if self.type == "enum":
            return f"Literal[{', '.join(map(quoted, self.field.values))}]"
        base = BOUNDED.get(self.type, "str")
        parts = [base, f"Field({', '.join(self._bounds())})"]
        if self.type == "decimal":
            parts.append(f"Scaled({(self.field.digits or DIGITS)[1]})")
        return f"Annotated[{', '.join(parts)}]"

    @property
    def filter(self) -> str:
        """The name of the parameter that lists are filtered by."""
        return self.name.removesuffix("s") if self.type == "many" else self.name

    @property
    def create(self) -> str:
        """Its annotation in the body that creates a row, with its default."""
        if self._default()[0] == "default_factory" and self.type != "many":
            # Left out, it is the model that makes the value.
            return f"{self.input} | MISSING{self.null} = MISSING"
        return f"{self.input}{self.null}{self._assigned([])}"

    @property
    def column(self) -> str:
        """Its declaration in the model: annotation, default, and what the column needs."""
        annotation = STORED.get(self.options.stored(self.field).type, "str")
        arguments = []
        if length := _LENGTH.search(sql_type(self.field)):
            arguments.append(f"max_length={length[1]}")
        if self.field.unique:
            arguments.append("unique=True")
        if self.key:
            arguments += _reference(self.key)
        if self.type == "bigint" or (self.key and self.options.big_ids):
            arguments.append("sa_type=BigInteger")
        elif self.type == "decimal":
            precision, scale = self.field.digits or DIGITS
            exact = self.options.database == "postgresql"
            arguments.append(
                f"max_digits={precision}, decimal_places={scale}"
                if exact
                else f"sa_type=ExactNumeric({precision}, {scale})"
            )
        elif self.type == "json":
            arguments.append("sa_type=ExactJSON")
        if self.field.null and self.field.default is not None:
            # The ORM would put the default of the column in the place of a null that is given.
            arguments.append('sa_column_kwargs={"default": None}')
        return f"{annotation}{self.null}{self._assigned(arguments)}"

    def _assigned(self, arguments: list[str]) -> str:
        """Return what follows an annotation: the default, and other arguments of `Field`."""
        kind, source = self._default()
        # A linter takes a text that is assigned to `token` for a secret.
        secret = source[:1] in {'"', "'"} and _SECRET.search(self.name)
        if kind == "default" and not arguments and not secret:
            return f" = {source}"
        default = [f"{kind}={source}"] if kind else []
        return f" = Field({', '.join([*default, *arguments])})" if default or arguments else ""

    def _default(self) -> tuple[str, str]:
        """Return the argument of `Field` that gives the default, and its source."""
        default = self.field.default
        if self.type == "many":
            return "default_factory", "set"
        if default is None:
            return ("default", "None") if self.field.null else ("", "")
        if default == "now" and self.type == "datetime":
            return "default_factory", "utc_now"
        if default == "today" and self.type == "date":
            return "default_factory", "lambda: utc_now().date()"
        if self.type in TEXTS or self.type == "enum":
            return "default", quoted(default)
        if self.type == "decimal":
            return "default", decimal(default, (self.field.digits or DIGITS)[1])
        source = fills.literal(self.field, default)
        if self.type == "json":
            return "default_factory", {"{}": "dict", "[]": "list"}.get(source, f"lambda: {source}")
        return "default", source

    def _bounds(self) -> list[str]:
        """Return the arguments of pydantic's `Field` that bound it."""
        item = self.field
        if item.type not in NUMBERS:
            bounds = [f"min_length={item.min}"] if item.min else []
            bounds += [] if max_length(item) is None else [f"max_length={max_length(item)}"]
            return [*bounds, f"pattern={pattern(item.regex)}"] if item.regex else bounds
        precision, scale = item.digits or DIGITS
        exact = f"max_digits={precision}, decimal_places={scale}, strict=False"
        bounds = [exact] if item.type == "decimal" else []
        least, greatest = LIMITS.get(item.type, ("", ""))
        least = least if item.min is None else bound(item, item.min)
        greatest = greatest if item.max is None else bound(item, item.max)
        ends = (("ge", least), ("le", greatest))
        return [*bounds, *(f"{name}={end}" for name, end in ends if end)]


def _reference(key: ForeignKey) -> list[str]:
    """Return the arguments of a column's `Field` that make it a foreign key."""
    ending = [f'ondelete="{key.on_delete}"'] if key.on_delete else []
    if not key.circular:
        return [f'foreign_key="{key.table}.id"', *ending]
    # Otherwise no order of the tables is one in which each comes after those it refers to.
    inner = [f'"{key.table}.id"', *ending, "use_alter=True"]
    return [f"sa_column_args=[ForeignKey({', '.join(inner)})]"]

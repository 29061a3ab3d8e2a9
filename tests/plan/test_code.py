"""How a field is written in each layer."""

from decimal import Decimal

import pytest

from rafters.plan.rendering.code import FieldCode
from rafters.plan.rendering.expressions import pattern, quoted
from rafters.plan.rendering.fields import fields
from rafters.plan.tables import tables
from rafters.spec.resource import Blueprint, Field, Resource


def code(*items: Field, name: str = "Thing") -> list[FieldCode]:
    """Return the fields of a resource as they are written."""
    others = (Resource("Tag", "tags", ()), Resource("Page", "pages", (), "public-read"))
    resource = Resource(name, "things", items)
    blueprint = Blueprint().plus(*others, resource)
    return fields(blueprint, resource, tables(blueprint, resource))


@pytest.mark.parametrize(
    ("field", "definition"),
    [
        (Field("a", "str"), "Annotated[str, Field(max_length=255)]"),
        (Field("a", "str", min=1, max=9), "Annotated[str, Field(min_length=1, max_length=9)]"),
        (
            Field("a", "text", regex=r"^\d+$"),
            r'Annotated[str, Field(pattern=r"^\d+$")]',
        ),
        (Field("a", "int", min=0), "Annotated[int, Field(ge=0, le=2**31 - 1)]"),
        (Field("a", "bigint", max=7), "Annotated[int, Field(ge=1 - 2**53, le=7)]"),
        (Field("a", "float", min=Decimal("0.5")), "Annotated[FiniteFloat, Field(ge=0.5)]"),
        (
            Field("a", "decimal", digits=(5, 1), max=9),
            (
                "Annotated[Decimal, Field(max_digits=5, decimal_places=1, strict=False, le=9), "
                "Scaled(1)]"
            ),
        ),
        (Field("a", "enum", values=("x", 'y"')), 'Literal["x", \'y"\']'),
    ],
)
def test_bounds_are_a_named_type(field: Field, definition: str) -> None:
    """What bounds a field stands once, as a type of its own."""
    (written,) = code(field)
    assert written.alias == "A"
    assert written.definition == definition


@pytest.mark.parametrize(
    ("field", "create", "column"),
    [
        (Field("a", "text"), "str", "str"),
        (Field("a", "int", null=True), "Int32 | None = None", "int | None = None"),
        (
            Field("a", "bigint", default="5"),
            "Int53 = 5",
            "int = Field(default=5, sa_type=BigInteger)",
        ),
        (
            Field("a", "decimal", digits=(5, 1), default="3"),
            'A = Decimal("3.0")',
            'Decimal = Field(default=Decimal("3.0"), sa_type=ExactNumeric(5, 1))',
        ),
        (
            Field("a", "datetime", default="now"),
            "Moment | MISSING = MISSING",
            "dt.datetime = Field(default_factory=utc_now)",
        ),
        (
            Field("a", "json", default="{}"),
            "Json | MISSING = MISSING",
            "dict[str, Any] | list[Any] = Field(default_factory=dict, sa_type=ExactJSON)",
        ),
        (
            Field("a", "slug", unique=True, null=True),
            "Slug | None = None",
            "str | None = Field(default=None, max_length=100, unique=True)",
        ),
        (
            Field("a", "bool", null=True, default="true"),
            "bool | None = True",
            'bool | None = Field(default=True, sa_column_kwargs={"default": None})',
        ),
        (
            Field("a", "bool", null=True, default="true", readonly=True),
            "bool | None = True",
            'bool | None = Field(default=True, sa_column_kwargs={"default": None})',
        ),
        (
            Field("a", "enum", values=("no", "yes"), default="no"),
            'A = "no"',
            'str = Field(default="no", max_length=3)',
        ),
        (
            Field("a", "ref", target="Tag", null=True),
            "Id | None = None",
            'int | None = Field(default=None, foreign_key="tags.id", ondelete="SET NULL")',
        ),
        (Field("a", "ref", target="User"), "Id", 'int = Field(foreign_key="users.id")'),
    ],
)
def test_a_default_is_written_in_both_layers(field: Field, create: str, column: str) -> None:
    """Schema and model know what a field is where nothing is given."""
    (written,) = code(field)
    assert written.create == create
    assert written.column == column


def test_a_ring_of_references_is_told_apart() -> None:
    """The reference that closes a ring is added to the tables when both are there."""
    parent = Resource("Parent", "parents", (Field("best", "ref", target="Child", null=True),))
    child = Resource("Child", "children", (Field("parent", "ref", target="Parent"),))
    blueprint = Blueprint().plus(parent, child)
    (best,) = fields(blueprint, parent, tables(blueprint, parent))
    assert best.column == (
        "int | None = Field(default=None, sa_column_args="
        '[ForeignKey("children.id", ondelete="SET NULL", use_alter=True)])'
    )


@pytest.mark.parametrize(
    ("name", "alias"),
    [
        ("title", "Title"),
        ("order_number", "OrderNumber"),
        ("slug", "SlugValue"),
        ("literal", "LiteralValue"),
        ("none", "NoneValue"),
        ("exception", "ExceptionValue"),
        ("thing", "ThingValue"),
        ("thing_sort", "ThingSortValue"),
    ],
)
def test_no_name_of_a_type_is_taken(name: str, alias: str) -> None:
    """A type never has the name of a class, of an import or of what Python has."""
    (written,) = code(Field(name, "str"))
    assert written.alias == alias


def test_two_fields_never_share_a_type() -> None:
    """Fields whose names differ only in underscores have types of their own."""
    first, second = code(Field("a_1", "str"), Field("a1", "str"))
    assert (first.alias, second.alias) == ("A1", "A1Value")


@pytest.mark.parametrize(
    ("target", "rows", "needs_user", "for_all"),
    [
        ("Tag", "owned(Tag, user)", True, False),
        ("Page", "public(Page)", False, True),
        ("User", "visible_users(user)", True, False),
        ("self", "owned(Thing, user)", True, False),
    ],
)
def test_a_relation_leads_to_what_the_user_may_see(
    target: str,
    rows: str,
    needs_user: bool,  # noqa: FBT001  (a value that is expected)
    for_all: bool,  # noqa: FBT001
) -> None:
    """The rows that a relation may lead to follow from the access of its target."""
    (written,) = code(Field("other", "many", target=target))
    assert (written.rows, written.needs_user, written.for_all) == (rows, needs_user, for_all)


@pytest.mark.parametrize("text", ["plain", 'a "b"', "it's", "\\", "\n\t\0", "ä"])
def test_a_text_reads_back(text: str) -> None:
    """A text and a pattern are Python source that stands for them."""
    assert eval(quoted(text)) == text  # noqa: S307  (source of our own)
    assert eval(pattern(text)) == text  # noqa: S307

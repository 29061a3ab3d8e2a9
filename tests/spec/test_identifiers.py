"""Names of resources and fields."""

import builtins
import keyword
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from spec.test_plural import NOUNS

from rafters.errors import UsageError
from rafters.spec import blueprint, identifiers, language, taken
from rafters.spec.resource import TYPES, Blueprint

RESERVED = """
    abort action add after all alter always analyse analyze and any array as asc asymmetric attach
    authorization autoincrement before begin between binary both by cascade case cast check collate
    collation column commit concurrently conflict constraint create cross current current_catalog
    current_date current_role current_schema current_time current_timestamp current_user database
    default deferrable deferred delete desc detach distinct do drop each else end escape except
    exclude exclusive exists explain fail false fetch filter first following for foreign freeze
    from full generated glob grant group groups having if ignore ilike immediate in index indexed
    initially inner insert instead intersect into is isnull join key last lateral leading left like
    limit localtime localtimestamp match materialized natural no not nothing notnull null nulls of
    offset on only or order others outer over overlaps partition placing plan pragma preceding
    primary query raise range recursive references regexp reindex release rename replace restrict
    returning right rollback row rows savepoint select session_user set similar some symmetric
    system_user table tablesample temp temporary then ties to trailing transaction trigger true
    unbounded union unique update user using vacuum values variadic verbose view virtual when where
    window with without oid xmin xmax cmin cmax ctid tableoid rowid _rowid_
    """.split()  # noqa: SIM905  (a word list reads better than quoted words)
"""Reserved words and system columns of PostgreSQL and SQLite."""

WORDS = sorted(
    {
        *keyword.kwlist,
        *keyword.softkwlist,
        *dir(builtins),
        *sys.stdlib_module_names,
        *RESERVED,
        *TYPES,
        *NOUNS,
        *taken.CLASSES,
        *taken.VARIABLES,
        *taken.MODULES,
        *taken.ROUTERS,
        *taken.TESTS,
        *taken.FUNCTIONS,
        *taken.MODEL_NAMES,
        *taken.ANNOTATIONS,
        *taken.SYSTEM_COLUMNS,
    }
)
"""Words that mean something somewhere."""

BAD_RESOURCES = {
    "": "is empty",
    "task": "PascalCase",
    "order item": "PascalCase",
    "Order-Item": "PascalCase",
    "caf\u00e9": "outside ASCII",
    "T" * 41: "41 characters",
    "2Fast": "PascalCase",
    "Exception": "Python",
    "None": "Python",
    "Class": "keyword",
    "Session": "generated code",
    "User": "generated code",
    "Page": "generated code",
    "Conflicts": "generated code",
    "Message": "generated code",
    "Types": "generated code",
    "Me": "get_me",
    "Con": "device",
}

BAD_FIELDS = {
    "": "empty",
    "caf\u00e9": "outside ASCII",
    "dueDate": "snake_case",
    "_x": "snake_case",
    "x_": "snake_case",
    "a__b": "snake_case",
    "x" * 41: "41 characters",
    "class": "keyword",
    "id": "every resource",
    "user_id": "every resource",
    "created_at": "every resource",
    "metadata": "every model",
    "json": "every model",
    "model_config": "every model",
    "str": "hide the type",
    "dt": "hide the type",
    "xmin": "database",
}


@pytest.mark.parametrize(("name", "why"), BAD_RESOURCES.items(), ids=ascii)
def test_a_bad_resource_is_refused_with_a_name_that_works(name: str, why: str) -> None:
    """Each kind of bad name gets its reason, and a suggestion that is accepted."""
    (problem,) = identifiers.resource_problems(name)
    assert why in problem.message
    assert not list(identifiers.resource_problems(problem.hint.split("'")[1]))


@pytest.mark.parametrize(("name", "why"), BAD_FIELDS.items(), ids=ascii)
def test_a_bad_field_is_refused_with_a_name_that_works(name: str, why: str) -> None:
    """Each kind of bad name gets its reason, and a suggestion that is accepted."""
    fault = identifiers.field_fault(name, "str")
    assert fault is not None
    assert why in fault.message
    assert identifiers.field_fault(fault.hint.split("'")[1], "str") is None


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("task", "Task"),
        ("order item", "OrderItem"),
        ("order_item", "OrderItem"),
        ("9tasks", "Tasks"),
    ],
)
def test_a_suggestion_keeps_the_words(typed: str, wanted: str) -> None:
    """What was meant is offered in the form that is taken."""
    assert identifiers.suggest_resource(typed) == wanted


@pytest.mark.parametrize(
    ("plural", "why"),
    [
        ("users", "table"),
        ("pg_things", "table"),
        ("sqlite_things", "table"),
        ("alembic_version", "table"),
        ("auth", "generated code"),
        ("ids", "generated code"),
        ("class", "keyword"),
        ("Things", "snake_case"),
        ("a__b", "snake_case"),
        ("t" * 49, "49 characters"),
        ("errors", "tests"),
    ],
)
def test_a_bad_plural_is_refused(plural: str, why: str) -> None:
    """A plural is a table, a module and a route."""
    (problem,) = identifiers.resource_problems("Thing", plural)
    assert why in problem.message


@pytest.mark.parametrize(
    "name", ["Task", "Order", "Group", "Match", "Post", "Item", "Event", "Data"]
)
def test_names_that_people_use_are_taken(name: str) -> None:
    """Words of SQL, and those that only look dangerous, are resources."""
    assert not list(identifiers.resource_problems(name))


@pytest.mark.parametrize(
    "name", ["date", "time", "datetime", "uuid", "order", "type", "hash", "user", "match", "text"]
)
def test_fields_that_people_use_are_taken(name: str) -> None:
    """Words of SQL and Python, and names of types that class bodies do not use, are fields."""
    assert identifiers.field_fault(name, "str") is None


def test_a_reference_is_judged_by_its_column() -> None:
    """`user:User` would be the owner's own column; `id` may be a part of another name."""
    assert identifiers.field_fault("user", "ref")
    assert identifiers.field_fault("registry_entry", "ref") is None


@pytest.mark.parametrize("word", WORDS)
def test_every_word_is_a_blueprint_or_a_usage_error(word: str) -> None:
    """As a resource and as a field, a word is taken or refused with a suggestion that works."""
    name = identifiers.suggest_resource(word)
    for candidate in {word, word.capitalize(), name}:
        _check_resource(candidate)
    assert not list(identifiers.resource_problems(name))
    try:
        language.parse_fields([f"{word}:str"], "Thing")
    except UsageError as error:
        hint = error.problems[0].hint
        assert identifiers.field_fault(hint.split("'")[1], "str") is None
    for line in (f"{word}:ref:User", f"{word}:many:User", f"{word}:str:filter"):
        _check_field(line)


def _check_resource(name: str) -> None:
    try:
        item = blueprint.resource(name, ["title:str"])
    except UsageError:
        return
    blueprint.check(Blueprint({name: item}))
    assert item.singular.isidentifier()
    assert item.plural.isidentifier()
    assert not keyword.iskeyword(item.singular)


def _check_field(line: str) -> None:
    try:
        item = blueprint.resource("Thing", [line])
    except UsageError:
        return
    blueprint.check(Blueprint({"Thing": item}))


@given(st.text(max_size=60), st.none() | st.text(max_size=60))
@example("\u0130", None)
@example("1" * 60, "1")
def test_any_text_is_a_resource_or_a_usage_error(name: str, plural: str | None) -> None:
    """Whatever was typed, what we say to type instead works."""
    assert not list(identifiers.resource_problems(identifiers.suggest_resource(name)))
    assert identifiers.field_fault(identifiers.suggest_field(name), "str") is None
    assert all(problem.message for problem in identifiers.resource_problems(name, plural))

"""What generated tests send: on both sides of every limit, and never the same twice."""

import ast
import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from blueprints import random_blueprint

from rafters.effects import bundle
from rafters.plan.render import render
from rafters.plan.rendering import samples, values
from rafters.plan.rendering.sample import literal, numbered
from rafters.plan.rendering.values import Value
from rafters.spec import rules
from rafters.spec.resource import NUMBERS, RELATIONS, TASK, Blueprint, Field, Resource

SEEDS = range(40)
FIELDS = [
    item
    for seed in SEEDS
    for resource in random_blueprint(seed).resources.values()
    for item in resource.fields
]
PLAIN = [item for item in FIELDS if item.type not in RELATIONS]


@pytest.mark.parametrize(
    ("field", "valid", "invalid"),
    [
        (Field("a", "str", min=1, max=9), ["x", "x" * 9], [None, 5, "", "x" * 10]),
        (Field("a", "str", min=5, max=5), ["x" * 5], [None, 5, "x" * 4, "x" * 6]),
        (Field("a", "text", max=9, null=True), ["", "x" * 9, None], [5, "x" * 10]),
        (Field("a", "str", regex="^[a-z]$"), None, [None, 5, "x" * 256, "!"]),
        (Field("a", "int", min=1, max=9), [1, 9], [None, "x", [], "1", True, 0, 10, "0.5"]),
        (
            Field("a", "decimal", digits=(4, 1), max=Decimal("2.5")),
            ["-999.9", "2.5"],
            [None, "x", [], "-1000.0", "2.6", "1.05"],
        ),
        (Field("a", "float", min=0), [0.0], [None, "x", [], "1", True, -1.0]),
        (Field("a", "bool"), [True, False], [None, "perhaps", 1, "true"]),
        (Field("a", "enum", values=("b", "a")), ["b", "a"], [None, "no such value"]),
    ],
)
def test_values_lie_on_both_sides_of_the_limits(
    field: Field, valid: list[Value] | None, invalid: list[Value]
) -> None:
    """What is sent as valid is within the limits, the rest just beyond them."""
    assert valid is None or values.valid(field) == valid
    assert values.invalid(field) == invalid


def as_default(item: Field, value: Value) -> Field:
    """Return a field with a value as its default, for the rules to judge."""
    exact = f"{Decimal(str(value)):f}" if item.type == "decimal" else repr(value)
    text = exact if item.type in NUMBERS else str(value)
    return replace(item, default=text, unique=False)


def test_values_agree_with_the_rules_of_the_language() -> None:
    """What tests send as valid could be a default, and what lies beyond a limit could not."""
    judged = [item for item in PLAIN if item.type in {*NUMBERS, "str", "text"}]
    for item in judged:
        for value in (*values.valid(item), *values.ladder(item, 3), values.value(item)):
            if value not in (None, "", -1e300):
                assert not list(rules.breaches(as_default(item, value))), (item, value)
        for value in values.invalid(item)[3:]:
            assert value == "" or list(rules.breaches(as_default(item, value))), (item, value)


def test_ladders_ascend() -> None:
    """The rungs of a ladder are different values, in the order in which lists show them."""
    for item in PLAIN:
        rungs = values.ladder(item, 3)
        assert rungs
        if item.type in NUMBERS:
            numbers = [Decimal(str(rung)) for rung in rungs]
            assert all(low < high for low, high in pairwise(numbers)), item
        elif item.type != "json":
            assert all(low < high for low, high in pairwise(map(str, rungs))), item


def test_numbered_values_differ() -> None:
    """Rows made by number differ from one another, and from the row with a value in every field."""
    for item in PLAIN:
        if item.unique:
            made = [eval(numbered(item), {"number": number}) for number in range(1, 14)]  # noqa: S307
            assert len({str(value) for value in [*made, values.value(item)]}) == 14, item
            for value in made if item.type in {*NUMBERS, "str"} else ():
                assert not list(rules.breaches(as_default(item, value))), (item, value)


def test_changes_are_changes() -> None:
    """A test that changes a field does not send what is there."""
    for item in PLAIN:
        assert values.value(item) not in values.changed(item)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        -5,
        0.5,
        "",
        'it\'s "so"',
        "x" * 300,
        "https://a/" + "x" * 99,
        "é\n\\",
        [1],
        {"a": []},
    ],
)
def test_literals_read_back(value: Value) -> None:
    """The source of a value is that value again, and short."""
    assert eval(literal(value)) == value  # noqa: S307
    assert len(literal(value)) < 45


def test_a_plain_resource_has_plain_tests() -> None:
    """The example needs neither numbers nor other rows, so its tests know none."""
    source = rendered(Blueprint().plus(TASK), TASK)
    assert not re.search("least[^ ]|itertools|Executor|admin, ", source)
    assert source.count("\n") < 480


@pytest.mark.parametrize("seed", SEEDS)
def test_every_blueprint_has_tests_that_parse(seed: int) -> None:
    """Whatever fields, relations and access there are, no test has the name of another."""
    blueprint = random_blueprint(seed)
    for resource in blueprint.resources.values():
        tree = ast.parse(rendered(blueprint, resource))
        names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
        assert len(set(names)) == len(names)
        assert all(
            ast.get_docstring(node) for node in tree.body if isinstance(node, ast.FunctionDef)
        )


def test_what_tests_depend_on_is_compared() -> None:
    """Another field changes the context of a resource's tests, a stranger does not."""
    tag = Resource("Tag", "tags", (Field("name", "str"),))
    alone, beside = Blueprint().plus(TASK), Blueprint().plus(TASK, tag)
    assert samples.context(alone, TASK) == samples.context(beside, TASK)
    other = replace(TASK, fields=(*TASK.fields, Field("due", "date", null=True)))
    assert samples.context(alone.plus(other), other) != samples.context(alone, TASK)


def test_hidden_spans_are_shorter_than_a_year() -> None:
    """A test that reads a row without its schema finds a span as it was sent."""
    shown = Field("a", "duration", null=True)
    run, secret = (
        Resource("Run", "runs", (field,)) for field in (shown, replace(shown, hidden=True))
    )
    assert '{"a": "P99999D"}' in rendered(Blueprint().plus(run), run)
    assert '{"a": "P99999D"}' not in rendered(Blueprint().plus(secret), secret)
    assert '{"a": "PT0.000001S"}' in rendered(Blueprint().plus(secret), secret)


def rendered(blueprint: Blueprint, resource: Resource) -> str:
    """Return the tests of a resource as they come from the template."""
    given = {"package": "shop", "api_prefix": "/api", "style": blueprint.options.style}
    names = {**samples.context(blueprint, resource), **given}
    return render(bundle.resource_templates(), names, ["tests.py.jinja"])["tests.py.jinja"]

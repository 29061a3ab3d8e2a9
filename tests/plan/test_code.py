"""How a field is written in each layer."""

import pytest

from rafters.plan.code import FieldCode
from rafters.spec.resource import Field


@pytest.mark.parametrize(
    ("field", "valid", "invalid"),
    [
        (Field("a", "str", min=1, max=200), ['"x"', '"x" * 200'], ["None", '""', '"x" * 201']),
        (Field("a", "str", min=5), ['"x" * 5'], ["None", '"x" * 4']),
        (Field("a", "text", max=9, null=True), ['"x"', '"x" * 9', "None"], ['"x" * 10']),
        (Field("a", "bool"), ["True", "False"], ["None", '"perhaps"']),
    ],
)
def test_the_values_of_tests_lie_on_both_sides_of_the_limits(
    field: Field, valid: list[str], invalid: list[str]
) -> None:
    """What a generated test sends as valid is within the limits, the rest just beyond them."""
    assert FieldCode(field).valid == valid
    assert FieldCode(field).invalid == invalid

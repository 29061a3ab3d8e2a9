"""Resources, fields and their canonical lines."""

import pytest

from rafters.spec.resource import TASK, Field, Resource


@pytest.mark.parametrize(
    ("field", "line"),
    [
        (Field("title", "str", min=1, max=200), "title:str:1..200"),
        (Field("notes", "text", max=1000, null=True), "notes:text:..1000:null"),
        (Field("code", "str", min=2), "code:str:2.."),
        (Field("done", "bool", default=False, filter=True), "done:bool:filter=false"),
        (Field("body", "text"), "body:text"),
    ],
)
def test_a_field_is_written_as_its_line(field: Field, line: str) -> None:
    """Name, type, modifiers and default stand in one order."""
    assert str(field) == line


@pytest.mark.parametrize(
    ("name", "singular"),
    [("Task", "task"), ("OrderItem", "order_item"), ("Page2Link", "page2_link")],
)
def test_the_singular_is_the_name_in_snake_case(name: str, singular: str) -> None:
    """Each word of the class name is a word of the module's."""
    assert Resource(name, "x", TASK.fields).singular == singular

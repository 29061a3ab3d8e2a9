"""Resources and their fields."""

import pytest

from rafters.spec.resource import TASK, Blueprint, Field, Resource, attribute


@pytest.mark.parametrize(
    ("name", "singular"),
    [("Task", "task"), ("OrderItem", "order_item"), ("Page2Link", "page2_link")],
)
def test_the_singular_is_the_name_in_snake_case(name: str, singular: str) -> None:
    """Each word of the class name is a word of the module's."""
    assert Resource(name, "x", TASK.fields).singular == singular


@pytest.mark.parametrize(
    ("item", "name"),
    [
        (Field("title", "str"), "title"),
        (Field("author", "ref", target="User"), "author_id"),
        (Field("parent", "ref", target="self"), "parent_id"),
        (Field("tasks", "many", target="self"), "task_ids"),
        (Field("users", "many", target="User"), "user_ids"),
        (Field("watchers", "many", target="User"), "watchers_ids"),
    ],
)
def test_a_relation_is_called_by_its_ids(item: Field, name: str) -> None:
    """The API names ids as such, in the singular where a field is named as its target is."""
    assert attribute(Blueprint({"Task": TASK}), TASK, item) == name

"""What a resource adds to a project."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rafters.effects import bundle
from rafters.errors import ConflictError
from rafters.plan import add
from rafters.plan.tree import Tree, of_text
from rafters.spec.resource import TASK, Field, Resource

PROJECT = of_text(
    {
        "rafters.toml": """
[layout]
package = "shop"
source = "src/shop"
tests = "tests"
migrations = "migrations/versions"
main = "shop.main"
models = "shop.models"
api_prefix = "/api"
""",
        "src/shop/main.py": "import fastapi\n\napp = fastapi.FastAPI()\napp.include_router(x)\n",
        "src/shop/models/__init__.py": '__all__ = [\n    "User",\n]\n',
        "migrations/versions/0001_create_users.py": 'revision = "0001"\ndown_revision = None\n',
    }
)


def added(resource: Resource, tree: Tree = PROJECT) -> Tree:
    """Return the project with a resource."""
    return add.resource(tree, bundle.resource_templates(), resource)


def test_every_layer_gets_a_file() -> None:
    """Each template has its file, and each file in it parses."""
    new = {path: file for path, file in added(TASK).items() if path not in PROJECT}
    assert len(new) == len(add.LAYERS)
    for file in new.values():
        ast.parse(file.text)


def test_the_migration_follows_the_last_one() -> None:
    """Revisions form one line: a second resource comes after the first."""
    twice = added(Resource("Note", "notes", TASK.fields), added(TASK))
    migration = twice["migrations/versions/0003_create_notes.py"].text
    assert 'revision = "0003"\ndown_revision = "0002"' in migration


def test_what_is_shared_is_the_users_once_it_is_there() -> None:
    """A second resource leaves the helpers of all resources as they were edited."""
    edited = {**added(TASK), **of_text({"src/shop/pagination.py": "mine = 1\n"})}
    twice = added(Resource("Note", "notes", TASK.fields), edited)
    assert twice["src/shop/pagination.py"].text == "mine = 1\n"


def test_an_application_that_cannot_be_wired_is_refused() -> None:
    """Without a place for the router there is no half-added resource."""
    with pytest.raises(ConflictError):
        added(TASK, {**PROJECT, **of_text({"src/shop/main.py": "app = 1\n"})})


FIELDS = st.builds(
    Field,
    name=st.from_regex(r"[a-z][a-z]{2,8}_x", fullmatch=True),
    type=st.sampled_from(["str", "text"]),
    min=st.integers(0, 3),
    max=st.none() | st.integers(3, 500),
    null=st.booleans(),
) | st.builds(
    Field,
    name=st.from_regex(r"[a-z][a-z]{2,8}_y", fullmatch=True),
    type=st.just("bool"),
    default=st.none() | st.booleans(),
    filter=st.booleans(),
)


@given(st.lists(FIELDS, min_size=1, max_size=5, unique_by=lambda field: field.name))
def test_any_fields_make_python(fields: list[Field]) -> None:
    """Whatever bounds, nulls, defaults and filters there are, every layer parses."""
    tree = added(Resource("OrderItem", "order_items", tuple(fields)))
    for path, file in tree.items():
        if path.endswith(".py"):
            ast.parse(file.text)
    assert "class OrderItem(Base, table=True):" in tree["src/shop/models/order_item.py"].text

"""What a blueprint's resources render to."""

import ast
from dataclasses import replace
from random import Random

from evolution import NAMES, blueprint
from hypothesis import given, settings
from hypothesis import strategies as st

from rafters.effects import bundle
from rafters.plan.goal import Goal
from rafters.plan.rendering import project
from rafters.plan.tree import Tree
from rafters.spec.resource import (
    ACCESS,
    NUMBERS,
    TASK,
    TEXTS,
    TIMES,
    Blueprint,
    Field,
    Resource,
)

LAYOUT = {
    "package": "shop",
    "source": "src/shop",
    "tests": "tests",
    "migrations": "migrations/versions",
    "main": "shop.main",
    "models": "shop.models",
    "api_prefix": "/api",
}
OWN_FILES = 5

SIMPLE = sorted(TEXTS | NUMBERS | TIMES | {"bool", "uuid", "json"})


def files(*resources: Resource, only: set[str] | None = None) -> Tree:
    """Return the files of a blueprint of some resources."""
    made = Blueprint().plus(*resources)
    return project.files(made, LAYOUT, bundle.resource_templates(), only=only)


@st.composite
def fields(draw: st.DrawFn, names: tuple[str, ...]) -> Field:
    """Return a field of any type, which may lead to one of the named resources."""
    name = draw(st.from_regex(r"[a-z]{3,8}_x", fullmatch=True))
    null = draw(st.booleans())
    kind = draw(st.sampled_from([*SIMPLE, "enum", "ref", "many"]))
    target = draw(st.sampled_from([*names, "User", "self"]))
    if kind == "many":
        return Field(name, kind, target=target)
    if kind == "ref":
        return Field(name, kind, target=target, null=null, filter=draw(st.booleans()))
    values = ("low", "high") if kind == "enum" else ()
    listed = kind not in {"text", "json"}
    return Field(
        name,
        kind,
        values=values,
        null=null,
        filter=listed and draw(st.booleans()),
        sort=listed and kind != "bool" and draw(st.booleans()),
        search=kind in TEXTS and draw(st.booleans()),
        unique=listed and kind not in {"bool", "enum"} and draw(st.booleans()),
        readonly=null and draw(st.booleans()),
        hidden=not listed and draw(st.booleans()),
    )


@st.composite
def resources(draw: st.DrawFn) -> list[Resource]:
    """Return one to three resources that may lead to one another."""
    names = ("Apple", "BlueBerry", "News")[: draw(st.integers(1, 3))]
    plurals = {"Apple": "apples", "BlueBerry": "blue_berries", "News": "news"}
    some = st.lists(fields(names), max_size=5, unique_by=lambda field: field.name)
    return [
        Resource(name, plurals[name], tuple(draw(some)), draw(st.sampled_from(ACCESS)))
        for name in names
    ]


@settings(max_examples=60, deadline=None)
@given(resources())
def test_any_resources_make_python(found: list[Resource]) -> None:
    """Whatever fields, relations and access there are, each file parses, and has no blank end."""
    for path, file in files(*found).items():
        ast.parse(file.text, path)
        assert file.text.endswith("\n")
        assert not file.text.endswith("\n\n")


@settings(max_examples=10, deadline=None)
@given(resources())
def test_the_same_blueprint_makes_the_same_bytes(found: list[Resource]) -> None:
    """A render depends on nothing but the blueprint, the layout and the templates."""
    assert files(*found) == files(*found)


@settings(max_examples=20, deadline=None)
@given(resources())
def test_files_depend_on_the_context_alone(found: list[Resource]) -> None:
    """A resource whose context is the same in two blueprints has the same files in both."""
    changed = [*found[:-1], replace(found[-1], access=ACCESS[0], fields=TASK.fields)]
    before = project.contexts(Blueprint().plus(*found), LAYOUT)
    after = project.contexts(Blueprint().plus(*changed), LAYOUT)
    old, new = files(*found), files(*changed)
    for resource in found:
        if before[resource.name] == after[resource.name]:
            for path in project.paths(LAYOUT, resource).values():
                assert old[path] == new[path]


def test_what_a_goal_leaves_untouched_keeps_its_context() -> None:
    """What becomes of other resources, their order included, is nothing to those apart."""
    random, seen = Random(1), 0  # noqa: S311  (any will do)
    for _ in range(200):
        old = blueprint(random, [*NAMES])
        first, *others = random.sample([*old.resources.values()], len(NAMES))
        goal = Goal(old, Blueprint().plus(replace(first, access=random.choice(ACCESS)), *others))
        before, after = (project.contexts(one, LAYOUT) for one in (goal.old, goal.new))
        assert all(before[name] == after[name] for name in goal.untouched)
        seen += len(goal.untouched)
    assert seen > 50


def test_only_what_is_asked_for_is_rendered() -> None:
    """A caller that wants some resources gets their files, and what all resources share."""
    note = Resource("Note", "notes", TASK.fields)
    every, some = files(TASK, note), files(TASK, note, only={"Note"})
    assert every.keys() - some.keys() == set(project.paths(LAYOUT, TASK).values())
    assert some.items() <= every.items()
    assert len(project.paths(LAYOUT, TASK)) == OWN_FILES


def test_no_resources_make_no_files() -> None:
    """What resources share comes with the first of them."""
    assert files() == {}


def test_shared_files_come_with_what_needs_them() -> None:
    """Without relations, links and decimals there is no code for them."""
    plain = files(TASK).keys()
    tag = Resource("Tag", "tags", (Field("price", "decimal"), Field("task", "ref", target="Task")))
    more = files(TASK, tag).keys() - plain - set(project.paths(LAYOUT, tag).values())
    assert more == {
        "src/shop/models/types.py",
        "src/shop/relations.py",
        "src/shop/schemas/types.py",
    }


def test_a_resource_may_be_called_as_a_word_of_asynchronous_code() -> None:
    """What makes synchronous code of the templates leaves the words of a docstring."""
    found = files(Resource("AwaitList", "await_lists", TASK.fields))
    service = found["src/shop/services/await_list_service.py"].text
    assert '"""Create an await list that belongs to the user."""' in service
    assert not [node for node in ast.walk(ast.parse(service)) if isinstance(node, ast.Await)]

"""Blueprints: their TOML, and what must hold among resources."""

import tomllib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spec.strategies import resources

from rafters.errors import UsageError
from rafters.spec import blueprint
from rafters.spec.resource import TASK, Blueprint, Field, Resource

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["resources", "plural", "access", "fields", "Task"])
            | st.text(max_size=5),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


def of(**fields: list[str]) -> Blueprint:
    """Return a blueprint of resources by name, from their field lines."""
    return blueprint.read(
        {"resources": {name: {"fields": lines} for name, lines in fields.items()}}
    )


def test_the_record_is_the_table_of_the_manifest() -> None:
    """A resource stands in rafters.toml as people would write it."""
    assert blueprint.record(TASK) == (
        "[resources.Task]\n"
        'plural = "tasks"\n'
        "fields = [\n"
        '    "title:str:1..200",\n'
        '    "description:text:..1000:null",\n'
        '    "completed:bool:filter=false",\n'
        "]\n"
    )
    shared = Resource("Tag", "tags", (), "shared", versioned=True)
    assert blueprint.record(shared) == (
        '[resources.Tag]\nplural = "tags"\naccess = "shared"\nversioned = true\nfields = []\n'
    )


@given(resources())
def test_a_resource_comes_back_from_its_record(item: Resource) -> None:
    """`read(record(x)) == x` for every resource of which each part passes the checks."""
    found = blueprint.read(tomllib.loads(blueprint.record(item)))
    assert found.resources == {item.name: item}


def test_a_document_may_leave_out_what_follows() -> None:
    """Plural and access have defaults, and fields may be a table of types."""
    table = {"fields": {"title": "str(1..200)", "due": "date?"}}
    found = blueprint.read({"resources": {"Person": table}}).resources["Person"]
    assert found == Resource(
        "Person", "people", (Field("title", "str", min=1, max=200), Field("due", "date", null=True))
    )


def test_all_problems_of_a_document_come_at_once() -> None:
    """Each is told with the resource that it belongs to, and with what was meant."""
    document = {
        "resource": {},
        "resources": {
            "task": {"fields": []},
            "Tag": {"plurals": "x", "access": "ownr", "fields": ["a:strng"]},
            "Note": {"fields": "a:str", "plural": 1, "versioned": "yes"},
            "Page2": 3,
        },
    }
    with pytest.raises(UsageError) as raised:
        blueprint.read(document)
    problems = raised.value.problems
    assert [problem.message.partition(":")[0] for problem in problems] == [
        "the document has no 'resource'",
        "task",
        "Tag",
        "Tag",
        "Tag",
        "Note",
        "Note",
        "Note",
        "Page2",
    ]
    assert "resources?" in problems[0].hint
    assert "'Task'" in problems[1].hint
    assert "plural?" in problems[2].hint
    assert "owner?" in problems[3].hint


@given(JSON)
def test_any_document_is_a_blueprint_or_a_usage_error(document: object) -> None:
    """Nothing that a file says leads to a traceback."""
    if isinstance(document, dict):
        for found in (document, {"resources": document}, {"resources": {"Task": document}}):
            with suppress(UsageError):
                blueprint.read(found)


@pytest.mark.parametrize(
    ("fields", "code", "text"),
    [
        ({"Task": ["project:Projct"], "Project": ["a:str"]}, "no-target", "did you mean Project"),
        ({"Task": ["label:Label"]}, "no-target", "add Label first"),
        ({"Task": ["tags:many:Tag"]}, "no-target", "Tag"),
        ({"Task": ["project:User", "project_id:int"]}, "duplicate-field", "project_id"),
        (
            {"Task": ["tags:many:Tag", "tag_ids:int"], "Tag": ["a:str"]},
            "duplicate-field",
            "tag_ids",
        ),
        (
            {"Task": ["tags:many:Tag", "tag:ref:Tag:filter"], "Tag": ["a:str"]},
            "duplicate-field",
            "filtered",
        ),
        ({"Task": ["parent:self"]}, "ring", "another Task"),
        ({"Ax": ["b:By"], "By": ["c:Cz"], "Cz": ["a:Ax"]}, "ring", "Ax -> By -> Cz -> Ax"),
        ({"HTTPServer": ["a:str"], "Httpserver": ["a:str"]}, "shared-name", "share"),
        ({"Datum": ["a:str"], "Data": ["a:str"]}, "shared-name", "data"),
        ({"Task": ["tags:many:User"], "TaskTag": ["a:str"]}, "shared-name", "task_tags"),
        ({"Task": ["a:str"], "TaskCreate": ["a:str"]}, "shared-name", "class TaskCreate"),
    ],
)
def test_resources_that_do_not_fit_are_refused(
    fields: dict[str, list[str]], code: str, text: str
) -> None:
    """What only several fields or resources together do wrong is told by name."""
    with pytest.raises(UsageError) as raised:
        blueprint.check(of(**fields))
    (problem,) = raised.value.problems
    assert problem.code == code
    assert text in f"{problem.message} {problem.hint}"


def test_rings_with_a_way_out_pass() -> None:
    """A reference that may be null lets a first row be created; a `many` needs none."""
    found = of(
        Ax=["b:By", "parent:self:null"],
        By=["a:Ax:null", "friends:many:self"],
        Cz=["a:Ax", "b:By"],
    )
    assert blueprint.check(found) is found


def test_a_row_of_references_is_walked_once() -> None:
    """Two hundred resources that refer to all before them are checked in no time."""
    names = [f"A{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(100)]
    made = {
        name: Resource(
            name,
            f"{name.lower()}_list",
            tuple(Field(f"r{other.lower()}", "ref", target=other) for other in names[:number]),
        )
        for number, name in enumerate(names)
    }
    found = Blueprint(made)
    assert blueprint.check(found) is found

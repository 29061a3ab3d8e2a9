"""Recording a resource in a rafters.toml that people have edited."""

import random
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rafters.errors import ConflictError
from rafters.plan.wiring import manifest

TASK = """[resources.Task]
plural = "tasks"
fields = [
    "title:str:1..200",
    "done:bool=false",
]
"""

CHANGED = """[resources.Task]
plural = "tasks"
access = "shared"
fields = [
    "title:str:1..100",
    "due:date:null",
    "done:bool=false",
]
"""

NOTE = TASK.replace("Task", "Note").replace("tasks", "notes")

FILES = {
    "nothing": b"",
    "blank lines": b"\n\n",
    "a generated one": b'# What it is.\n\n[rafters]\nversion = "1"\n\n[layout]\npackage = "shop"\n',
    "no end of the last line": b'[layout]\npackage = "shop"',
    "blank lines at its end": b'[layout]\npackage = "shop"\n\n\n',
    "a comment at its end": b'[layout]\npackage = "shop"\n\n# the end',
    "CRLF": b'[layout]\r\npackage = "shop"\r\n',
    "a mark": b'\xef\xbb\xbf[layout]\npackage = "shop"\n',
    "another resource": f"[layout]\nx = 1\n\n{NOTE}".encode(),
    "look-alikes": b'[layout]\nx = """\n[resources.Task]\n"""\n',
    "look-alikes in a list": b'[layout]\nx = [\n["a"],\n"[resources.Task]",\n]\n',
    "literal look-alikes": b"[layout]\nx = '''\n[resources.Task]\n'''\ny = '[' # [\n",
    "letters": '# für alle\n[layout]\nx = "é"\n'.encode(),
    "dotted resources": b'[resources]\nOther.plural = "others"\n',
}


def said(content: bytes) -> dict[str, object]:
    """Return what a rafters.toml says."""
    return tomllib.loads(content.decode("utf-8-sig"))


@pytest.mark.parametrize("source", FILES.values(), ids=FILES)
def test_a_resource_is_added_and_taken_out(source: bytes) -> None:
    """The table stands after what is there, once, and leaves no trace."""
    recorded = manifest.record(source, TASK, "Task")
    before = said(source)
    resources = before.pop("resources", {})
    assert isinstance(resources, dict)
    table = tomllib.loads(TASK)["resources"]
    assert said(recorded) == {**before, "resources": {**resources, **table}}
    assert manifest.record(recorded, TASK, "Task") == recorded
    assert manifest.unrecord(recorded, "Task") == source


@pytest.mark.parametrize("source", FILES.values(), ids=FILES)
def test_a_resource_that_was_never_there_is_not_taken_out(source: bytes) -> None:
    """The bytes stay."""
    assert manifest.unrecord(source, "Task") == source


@pytest.mark.parametrize("source", FILES.values(), ids=FILES)
def test_a_resource_is_replaced_where_it_stands(source: bytes) -> None:
    """A change and its inverse give the same bytes, and the neighbours stay."""
    recorded = manifest.record(manifest.record(source, TASK, "Task"), NOTE, "Note")
    changed = manifest.record(recorded, CHANGED, "Task")
    assert said(changed)["resources"] == {
        **said(recorded)["resources"],  # type: ignore[dict-item]
        **tomllib.loads(CHANGED)["resources"],
    }
    assert manifest.record(changed, TASK, "Task") == recorded


def test_comments_in_a_table_stay() -> None:
    """Only the lines that say something else are new."""
    edited = b"""
# before
[ resources . "Task" ]  # ours
# the plural
plural = "tasks"

fields = [  # all of them
    # the headline
    "title:str:1..200",  # short
    "done:bool=false",
    # no more
]
# after

[layout]
x = 1
"""
    changed = manifest.record(edited, CHANGED, "Task")
    assert (
        changed
        == b"""
# before
[ resources . "Task" ]  # ours
# the plural
plural = "tasks"
access = "shared"

fields = [  # all of them
    # the headline
    "title:str:1..100",  # short
    "due:date:null",
    "done:bool=false",
    # no more
]
# after

[layout]
x = 1
"""
    )
    assert manifest.unrecord(edited, "Task") == b"\n# before\n# after\n\n[layout]\nx = 1\n"


def test_a_table_on_fewer_lines_is_replaced() -> None:
    """However the values are laid out, the file says what it should."""
    source = b'[resources.Task]\nfields = ["title:str:1..200", "done:bool=false"]\nplural="tasks"\n'
    assert manifest.record(source, TASK, "Task") == source
    changed = manifest.record(source, CHANGED, "Task")
    assert said(changed) == tomllib.loads(CHANGED)


REFUSED = {
    "inline": b'[resources]\nTask = {plural = "tasks"}\n',
    "dotted": b'[resources]\nTask.plural = "tasks"\n',
    "dotted from the root": b'resources.Task.plural = "tasks"\n',
    "an array": b'[[resources.Task]]\nplural = "tasks"\n',
    "a table of its own": b'[resources.Task]\nplural = "x"\n[resources.Task.more]\ny = 1\n',
    "no TOML": b"[layout\n",
    "no UTF-8": b'x = "\xff"\n',
    "half a merge": b"<<<<<<< ours\n",
}


@pytest.mark.parametrize("source", REFUSED.values(), ids=REFUSED)
def test_a_resource_that_is_spelled_otherwise_is_refused(source: bytes) -> None:
    """The table to write is told, and nothing is written."""
    with pytest.raises(ConflictError) as raised:
        manifest.record(source, TASK, "Task")
    assert TASK in raised.value.problems[0].hint
    with pytest.raises(ConflictError):
        manifest.unrecord(source, "Task")


def test_resources_that_are_no_table_are_refused() -> None:
    """A resource cannot be put into an inline table, nor into a list."""
    for source in (b"resources = {}\n", b"resources = []\n"):
        with pytest.raises(ConflictError):
            manifest.record(source, TASK, "Task")


NAMES = ["Task", "TaskItem", "Note", "A"]
NOISE = ["", "# note", "  # [resources.Task]", "[other]", 'x_{} = "[resources.Task]"', "y_{} = [1]"]


@given(
    st.lists(st.sampled_from(NOISE), max_size=8),
    st.lists(st.sampled_from(NAMES), min_size=1, unique=True),
    st.sampled_from([["\n"], ["\r\n"], ["\n", "\r\n"]]),
    st.booleans(),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_the_last_in_is_the_first_out(
    noise: list[str],
    names: list[str],
    ends: list[str],
    final: bool,  # noqa: FBT001  (hypothesis gives it)
    mark: bool,  # noqa: FBT001
    picked: random.Random,
) -> None:
    """Any number of resources go in, change, and go out again without a trace."""
    tables = 0
    lines = list[str]()
    for number, line in enumerate(noise):
        tables += line == "[other]"
        lines.append(f"[other_{number}]" if line == "[other]" else line.format(number))
    text = "".join(f"{line}{picked.choice(ends)}" for line in lines)
    text = text if final else text.rstrip("\r\n")
    states = [(b"\xef\xbb\xbf" if mark else b"") + text.encode()]
    for name in names:
        states.append(manifest.record(states[-1], TASK.replace("Task", name), name))
    for name in names:
        changed = manifest.record(states[-1], CHANGED.replace("Task", name), name)
        assert manifest.record(changed, TASK.replace("Task", name), name) == states[-1]
    for name, before, after in zip(names[::-1], states[-2::-1], states[:0:-1], strict=True):
        assert manifest.unrecord(after, name) == before

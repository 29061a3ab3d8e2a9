"""Merges of Python: what is textually clean may be wrong, what conflicts may be independent."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rafters.plan.merging.text import Merged, text

MODEL = '''"""Tasks."""

from sqlmodel import Field, SQLModel


class Task(SQLModel, table=True):
    """A task."""

    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=200)
    completed: bool = False
'''

SERVICE = '''"""The rules of tasks."""

from sqlmodel import Session

from ..models import Task

NAMES = [
    "title",
]

WHOLE = {
    "title": "A title",
}


def create_task(
    session: Session,
    title: str,
) -> Task:
    """Create a task."""
    task = Task(title=title)
    session.add(task)
    return task


def update_task(session: Session, task: Task, title: str) -> Task:
    """Change a task."""
    task.title = title
    session.flush()
    return task


def delete_task(session: Session, task: Task) -> None:
    """Delete a task."""
    session.delete(task)
    session.flush()
'''


def merge(base: str, wanted: str, current: str) -> Merged:
    """Merge Python, and hold that a clean result parses."""
    assert base not in {wanted, current}, "an edit was not made"
    merged = text(base.encode(), wanted.encode(), current.encode(), python=True)
    if not merged.hunks:
        ast.parse(merged.content)
    return merged


def inserted(source: str, below: str, *lines: str) -> str:
    """Return a source with lines below one."""
    assert source.count(f"{below}\n") == 1
    return source.replace(f"{below}\n", "\n".join([below, *lines, ""]))


def function(source: str, name: str) -> str:
    """Return a function with the blank lines above it."""
    blocks = source.split("\n\n\ndef ")
    (found,) = [block for block in blocks if block.startswith(f"{name}(")]
    return "\n\n\ndef " + found.removesuffix("\n")


FIELD = "    completed: bool = False"
IMPORT = "from sqlmodel import Session"


@pytest.mark.parametrize(
    ("base", "below", "yours", "rafters", "expected"),
    [
        pytest.param(
            MODEL,
            FIELD,
            ["    mine: str"],
            ["    due: str"],
            ["    mine: str", "    due: str"],
            id="fields",
        ),
        pytest.param(
            MODEL,
            FIELD,
            ["    due: str", "    mine: str"],
            ["    due: str"],
            ["    due: str", "    mine: str"],
            id="field-by-hand",
        ),
        pytest.param(
            MODEL,
            FIELD,
            ["    a: str", "    b: str"],
            ["    b: str", "    c: str"],
            ["    a: str", "    b: str", "    c: str"],
            id="fields-that-overlap",
        ),
        pytest.param(
            SERVICE,
            '"""The rules of tasks."""\n',
            ["import re", ""],
            ["import datetime as dt", ""],
            ["import datetime as dt", "import re", ""],
            id="imports-of-one-section",
        ),
        pytest.param(
            SERVICE,
            IMPORT,
            ["from zoo import z"],
            ["from sqlalchemy import a"],
            ["from sqlalchemy import a", "from zoo import z"],
            id="imports-sorted",
        ),
        pytest.param(
            SERVICE,
            '"""The rules of tasks."""\n',
            ["import httpx"],
            ["import datetime as dt", ""],
            ["import datetime as dt", "", "import httpx"],
            id="imports-of-two-sections",
        ),
        pytest.param(
            SERVICE,
            '    "title": "A title",',
            ['    "mine": 1,'],
            ['    "due": 2,'],
            ['    "mine": 1,', '    "due": 2,'],
            id="keys",
        ),
        pytest.param(
            SERVICE,
            '    "title",',
            ['    "mine",'],
            ['    "due",'],
            ['    "mine",', '    "due",'],
            id="elements",
        ),
        pytest.param(
            SERVICE,
            "    title: str,",
            ["    mine: str,"],
            ["    due: str,"],
            ["    mine: str,", "    due: str,"],
            id="parameters",
        ),
        pytest.param(
            SERVICE,
            "    session.delete(task)\n    session.flush()",
            ["", "", "def mine() -> None:", "    pass"],
            ["", "", "def due() -> None:", "    pass"],
            ["", "", "def mine() -> None:", "    pass", "", "", "def due() -> None:", "    pass"],
            id="functions",
        ),
        pytest.param(
            SERVICE,
            "    session.delete(task)\n    session.flush()",
            ["    print(task)"],
            ["", "", "def due() -> None:", "    pass"],
            ["    print(task)", "", "", "def due() -> None:", "    pass"],
            id="a-line-and-a-function",
        ),
        pytest.param(
            SERVICE,
            "    session.delete(task)\n    session.flush()",
            ["", "", "def mine() -> None:", "    pass"],
            ["    print(task)"],
            ["    print(task)", "", "", "def mine() -> None:", "    pass"],
            id="a-function-and-a-line",
        ),
    ],
)
def test_independent_insertions_at_one_place_are_both_kept(
    base: str, below: str, yours: list[str], rafters: list[str], expected: list[str]
) -> None:
    """Declarations and items that have nothing to do with each other stand side by side."""
    merged = merge(base, inserted(base, below, *rafters), inserted(base, below, *yours))
    assert merged.reason == ""
    assert merged.content.decode() == inserted(base, below, *expected)


@pytest.mark.parametrize(
    ("below", "yours", "rafters"),
    [
        pytest.param(
            "    task.title = title",
            ["    log(task)"],
            ["    notify(task)"],
            id="statements-that-do",
        ),
        pytest.param(
            "    task.title = title", ["    a = 1"], ["    b = a"], id="one-reads-the-other"
        ),
        pytest.param("    title: str,", ["    due: int,"], ["    due: str,"], id="same-parameter"),
        pytest.param('    "title",', ['    "a"'], ['    "b",'], id="no-comma"),
        pytest.param('    "title": "A title",', ['    "a": 1,'], ['    "a": 2,'], id="same-key"),
        pytest.param(
            '    "title": "A title",',
            ['    "a": 1,'],
            ['    **{"a": 2},'],
            id="unpacked-keys-first",
        ),
        pytest.param("    title: str,", ["    *,", "    a: int,"], ["    b: int,"], id="star"),
        pytest.param("    title: str,", ["    a: int = 1,"], ["    b: int,"], id="default-first"),
        pytest.param(IMPORT, ["# mine:"], ["from sqlmodel import x"], id="comment"),
        pytest.param("    title: str,", [""], ["    due: str,"], id="blank"),
        pytest.param(
            "    session.delete(task)\n    session.flush()",
            ["", "def mine() -> None:", "    pass"],
            ["", "", "def due() -> None:", "    pass"],
            id="other-margins",
        ),
        pytest.param(
            "    session.delete(task)\n    session.flush()",
            ["    print(task)"],
            ["", "", "due()"],
            id="a-line-and-a-call",
        ),
    ],
)
def test_insertions_that_may_depend_on_each_other_conflict(
    below: str, yours: list[str], rafters: list[str]
) -> None:
    """In doubt the user decides."""
    merged = merge(SERVICE, inserted(SERVICE, below, *rafters), inserted(SERVICE, below, *yours))
    assert merged.hunks


def test_an_import_that_is_there_elsewhere_is_not_made_twice() -> None:
    """The user has put the same import at another place."""
    current = inserted(SERVICE, "from ..models import Task", "from typing import Any")
    merged = merge(SERVICE, inserted(SERVICE, IMPORT, "from typing import Any"), current)
    assert merged.content.decode() == current


@pytest.mark.parametrize("name", ["create_task", "update_task", "delete_task"])
@pytest.mark.parametrize("other", ["create_task", "update_task", "delete_task"])
def test_a_moved_function_is_never_changed_in_the_wrong_place(name: str, other: str) -> None:
    """Where the user reordered functions, a change lands in its own, or in a conflict."""
    block = function(SERVICE, name)
    current = SERVICE.replace(block, "").rstrip("\n") + block + "\n"
    if current == SERVICE:
        current = SERVICE.replace(block, "").replace("\n\n\ndef create", f"{block}\n\n\ndef create")
    old = function(SERVICE, other)
    for new in (
        old.replace('."""\n', '."""\n    check()\n'),
        old.replace("session.", "own.", 1),
        old.rstrip("\n") + "\n    # the end",
        "",
    ):
        if new == old:
            continue
        merged = merge(SERVICE, SERVICE.replace(old, new), current)
        if not merged.hunks:
            assert merged.content.decode() == current.replace(old, new)


@given(st.permutations(range(6)), st.integers(0, 5), st.sampled_from(["add", "drop", "end", "go"]))
def test_functions_that_look_alike_are_not_confused(
    order: list[int], changed: int, kind: str
) -> None:
    """However alike functions are, and in whatever order, a change lands in its own."""
    body = "def f{0}(x):\n    a = x\n    b = a\n    go()\n    return b\n\n\n"
    blocks = [body.format(number) for number in range(6)]
    new = {
        "add": blocks[changed].replace("    go()", "    go()\n    new()"),
        "drop": blocks[changed].replace("    go()\n", ""),
        "end": blocks[changed].replace("return b", "return a"),
        "go": "",
    }[kind]
    base, current = "".join(blocks), "".join(blocks[number] for number in order)
    wanted = base.replace(blocks[changed], new)
    merged = text(base.encode(), wanted.encode(), current.encode(), python=True)
    if not merged.hunks:
        assert merged.content.decode() == current.replace(blocks[changed], new)


def test_a_renamed_function_takes_changes_inside_it() -> None:
    """Only its first line is the user's; a call that Rafters adds below it fits as before."""
    current = SERVICE.replace("def update_task(", "def edit_task(")
    wanted = inserted(SERVICE, "    task.title = title", "    task.touch()")
    merged = merge(SERVICE, wanted, current)
    assert merged.content.decode() == inserted(
        current, "    task.title = title", "    task.touch()"
    )


@pytest.mark.parametrize(
    ("wanted", "current", "reason"),
    [
        pytest.param(
            SERVICE.replace("task.title = title", "task.set(title)"),
            SERVICE.replace(function(SERVICE, "update_task"), ""),
            "edited where it would be changed",
            id="deleted-function",
        ),
        pytest.param(
            SERVICE.replace("task.title = title", "task.set(title)"),
            SERVICE.replace("task.title = title", "item.title = title"),
            "edited where it would be changed",
            id="renamed-variable",
        ),
        pytest.param(
            SERVICE + "\n\ndef due() -> None:\n    pass\n",
            SERVICE.replace(
                "\n\n\ndef create", "\n\n\ndef due() -> int:\n    return 1\n\n\ndef create"
            ),
            "edited so that due would be there twice",
            id="function-twice",
        ),
        pytest.param(
            inserted(SERVICE, '    "title": "A title",', '    "due": 1,'),
            inserted(SERVICE, "WHOLE = {", '    "due": 2,'),
            "edited so that 'due' would be there twice",
            id="key-twice",
        ),
        pytest.param(
            inserted(SERVICE, IMPORT, "from sqlalchemy import select"),
            inserted(SERVICE, "from ..models import Task", "from sqlmodel import select"),
            "edited so that select would be there twice",
            id="import-twice",
        ),
        pytest.param(
            SERVICE.replace(function(SERVICE, "delete_task"), ""),
            SERVICE.replace(function(SERVICE, "delete_task"), "").replace(
                "\n\n\ndef create", function(SERVICE, "delete_task") + "\n\n\ndef create"
            ),
            "moved where it would be changed",
            id="moved-where-deleted",
        ),
        pytest.param(
            SERVICE.replace("    title: str,\n", "    title: str,\n    due: int,\n"),
            SERVICE.replace(
                "    session: Session,\n", "    session: Session = s,\n    a: int = 1,\n"
            ).replace("    title: str,\n", "    title: str = '',\n"),
            "edited where it would be changed",
            id="no-default-after-a-default",
        ),
        pytest.param(
            SERVICE.replace("title: str) -> Task", "title: str, due: int) -> Task"),
            SERVICE.replace(
                "def update_task(session: Session, task: Task, title: str)",
                "def update_task(x, due)",
            ),
            "edited where it would be changed",
            id="signature",
        ),
    ],
)
def test_what_would_be_wrong_is_a_conflict(wanted: str, current: str, reason: str) -> None:
    """A function, field, key or import twice, a deletion undone, code that does not parse."""
    merged = merge(SERVICE, wanted, current)
    assert merged.hunks
    assert merged.reason == reason


def test_a_field_that_is_there_elsewhere_is_a_conflict() -> None:
    """The user has put a field of the same name at another place of the class."""
    wanted = inserted(MODEL, FIELD, "    due: str")
    current = inserted(MODEL, '    """A task."""', "    due: int = 1")
    merged = merge(MODEL, wanted, current)
    assert merged.reason == "edited so that due would be there twice"
    assert {line for hunk in merged.hunks for line in (*hunk.yours, *hunk.rafters)} == {
        "    due: str",
        "    due: int = 1",
    }


def test_a_result_that_is_no_python_is_a_conflict() -> None:
    """Both sides are right, and what they make together is not."""
    base = "def f(\n    a,\n    b,\n    c,\n): ...\n"
    wanted = base.replace("    c,\n", "    c,\n    d,\n")
    current = base.replace("    a,\n", "    a,\n    **d,\n").replace("    b,\n    c,\n", "")
    assert merge(base, wanted, current).hunks
    wanted, current = base.replace("    a,", "    a=1,\n    x=1,").replace("b,", "b=1,"), base
    wanted = base.replace("    c,\n", "    c=1,\n")
    current = base.replace("    a,\n", "    a,\n    d,\n").replace(
        "): ...\n", "): ...\n\n\nx = 1\n"
    )
    assert not merge(base, wanted, current).hunks
    twice = base.replace("    a,\n", "    d,\n    a,\n")
    merged = merge(base, base.replace("    c,\n", "    c,\n    d,\n"), twice)
    assert merged.reason == "edited so that the result would be no Python"


def test_a_file_that_no_parser_takes_is_merged_as_text() -> None:
    """What the user's file is, newer Python perhaps, is for the user to say."""
    merged = text(
        b"a = 1\nb = 2\nc = 3\n", b"a = 1\nb = 2\nc = 4\n", b"a = = 1\nb = 2\nc = 3\n", python=True
    )
    assert merged.content == b"a = = 1\nb = 2\nc = 4\n"

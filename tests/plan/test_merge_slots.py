"""Rows of declarations that both sides changed, merged one by one; imports, name by name."""

import pytest

from rafters.plan.merging import imported
from rafters.plan.merging.text import Merged, text

MODEL = '''"""Tasks."""

import datetime as dt

from sqlalchemy import Index
from sqlmodel import Field

from .base import Base


class Task(Base, table=True):
    """A task."""

    __table_args__ = (
        Index(None, "a"),
        Index(None, "b"),
    )

    title: str = Field(max_length=200)
    notes: str | None = None
    due: dt.date | None = None


def first(task: Task) -> str:
    """Return the first letter."""
    return task.title[0]
'''
NOTES = "    notes: str | None = None\n"
DUE = "    due: dt.date | None = None\n"
OWN = '\n\ndef own() -> None:\n    """Do nothing."""\n'


def merge(wanted: str, current: str) -> Merged:
    """Merge two versions of the model."""
    assert MODEL not in {wanted, current}, "an edit was not made"
    return text(MODEL.encode(), wanted.encode(), current.encode(), python=True)


def swapped(*pairs: tuple[str, str]) -> str:
    """Return the model with texts in the place of others."""
    found = MODEL
    for old, new in pairs:
        assert found.count(old) == 1, old
        found = found.replace(old, new)
    return found


@pytest.mark.parametrize(
    ("ours", "users"),
    [
        pytest.param(
            (DUE, f"{DUE}    points: int = 0\n"),
            (DUE, "    due: dt.date | None = None  # a day\n"),
            id="below-a-changed-field",
        ),
        pytest.param(
            (DUE, "    due: dt.date\n"),
            (DUE, f"{DUE}    mine: int = 0\n"),
            id="a-field-below-a-changed-one",
        ),
        pytest.param(
            (NOTES, "    notes: str\n"),
            (DUE, "    due: dt.date\n"),
            id="fields-one-below-the-other",
        ),
        pytest.param((NOTES, ""), (DUE, "    due: dt.date\n"), id="a-field-above-one-that-goes"),
        pytest.param(
            (NOTES, "    text: str | None = None\n"),
            (NOTES, f"    mine: int = 0\n{NOTES}"),
            id="a-field-above-a-renamed-one",
        ),
        pytest.param(
            (NOTES, "    notes: str\n"), (NOTES, f"    # free text\n{NOTES}"), id="a-comment-above"
        ),
        pytest.param(
            (
                '        Index(None, "b"),\n',
                '        Index(None, "b"),\n        Index(None, "c"),\n',
            ),
            ('        Index(None, "b"),\n', '        Index("mine", "b"),\n'),
            id="an-element-below-a-changed-one",
        ),
        pytest.param(
            (DUE, f"{DUE}    points: int = 0\n"),
            (DUE, f"{DUE}\n    def late(self) -> bool:\n        return True\n"),
            id="a-method-below-the-fields",
        ),
        pytest.param(
            ("return task.title[0]\n", "return task.title[:1]\n"),
            ("return task.title[0]\n", f"return task.title[0]\n{OWN}"),
            id="a-function-below-a-changed-line",
        ),
        pytest.param(
            ("return task.title[0]\n", f"return task.title[0]\n{OWN}"),
            ("return task.title[0]\n", "return task.title[:1]\n"),
            id="a-function-below-a-line-of-the-users",
        ),
    ],
)
def test_changes_of_neighbours_are_both_made(ours: tuple[str, str], users: tuple[str, str]) -> None:
    """What stands beside a change of the other side's, and is another thing, is no conflict."""
    merged = merge(swapped(ours), swapped(users))
    assert merged.reason == ""
    before, after = MODEL.split("\n"), merged.content.decode().split("\n")
    for side in (swapped(ours).split("\n"), swapped(users).split("\n")):
        assert all(line in after for line in side if line not in before)
        assert not any(line in after for line in before if line not in side)
    compile(merged.content, "merged", "exec")


def test_a_field_comes_before_a_method_of_the_users() -> None:
    """Where both write below the last field, the blank line stays above the method."""
    method = "\n    def late(self) -> bool:\n        return True\n"
    merged = merge(swapped((DUE, f"{DUE}    points: int = 0\n")), swapped((DUE, DUE + method)))
    assert merged.content.decode() == swapped((DUE, f"{DUE}    points: int = 0\n{method}"))


@pytest.mark.parametrize(
    ("ours", "users"),
    [
        pytest.param(
            (NOTES, "    notes: str\n"), (NOTES, "    notes: str = 'x'\n"), id="the-same-field"
        ),
        pytest.param((NOTES, ""), (NOTES, "    notes: str\n"), id="one-that-goes"),
        pytest.param((NOTES, ""), (NOTES, f"    # free text\n{NOTES}"), id="one-with-a-comment"),
        pytest.param((NOTES, "    notes: str\n"), (NOTES + DUE, DUE + NOTES), id="one-that-moved"),
        pytest.param(
            (DUE, "    due: dt.date\n    mine: str\n"),
            (DUE, f"{DUE}    mine: int = 0\n"),
            id="two-of-one-name",
        ),
        pytest.param(
            ("return task.title[0]\n", "title = task.title\n    return title[0]\n"),
            ("return task.title[0]\n", "log(task)\n    return task.title[0]\n"),
            id="statements-of-a-function",
        ),
        pytest.param(
            ("def first(task: Task) -> str:", "def first(task: Task, size: int) -> str:"),
            ("def first(task: Task) -> str:", "@traced\ndef first(task: Task) -> str:"),
            id="a-decorator",
        ),
    ],
)
def test_what_is_about_one_thing_is_a_conflict(
    ours: tuple[str, str], users: tuple[str, str]
) -> None:
    """In doubt the user decides, and nothing is lost: both stand in the hunks."""
    merged = merge(swapped(ours), swapped(users))
    assert merged.hunks
    assert merged.reason


@pytest.mark.parametrize(
    ("base", "wanted", "current", "expected"),
    [
        pytest.param(
            "from m import b, c", "from m import a, b, c", "from m import b, c, d",
            "from m import a, b, c, d", id="both-add",
        ),
        pytest.param(
            "from m import b, c", "from m import c", "from m import b, c, d",
            "from m import c, d", id="one-removes",
        ),
        pytest.param(
            "from m import b", "from m import a, b", "from m import b  # why",
            "from m import a, b  # why", id="comment",
        ),
        pytest.param(
            "from m import b", "from m import A, b", "from m import (\n    b,\n    c,  # why\n)",
            "from m import (\n    A,\n    b,\n    c,  # why\n)", id="wrapped",
        ),
        pytest.param(
            "from m import b, c", "from m import c", "from m import (\n    b,\n    c,\n)",
            "from m import (\n    c,\n)", id="removed-from-wrapped",
        ),
        pytest.param(
            "from m import b", "from m import aaaaaaaaaaaaa, b", "from m import b, ccccccccccccc",
            "from m import (\n    aaaaaaaaaaaaa,\n    b,\n    ccccccccccccc,\n)", id="too-long",
        ),
        pytest.param(
            "from m import b", "from m import b as a", "from m import b, c",
            "from m import b as a, c", id="alias",
        ),
    ],
)  # fmt: skip
def test_names_of_both_sides_are_imported(
    base: str, wanted: str, current: str, expected: str
) -> None:
    """The user's import stays as it is written, with the names that Rafters adds or removes."""
    sides = (base.split("\n"), current.split("\n"), wanted.split("\n"))
    assert imported.merged(*sides, width=40) == expected.split("\n")


@pytest.mark.parametrize(
    ("base", "wanted", "current"),
    [
        pytest.param("from m import b", "from m import a, b", "from n import b, c", id="module"),
        pytest.param("from m import b", "from m import a, b", "import m", id="form"),
        pytest.param("from m import b, c", "from m import c", "from m import b, c  # b", id="note"),
        pytest.param(
            "from m import b, c", "from m import c", "from m import (\n    b,  # why\n    c,\n)",
            id="note-in-wrapped",
        ),
        pytest.param("from m import b", "from m import a, b", "from m import (b, c)", id="odd"),
        pytest.param("from m import b", "from m import c", "from m import b, (", id="no-python"),
    ],
)  # fmt: skip
def test_imports_that_are_not_alike_conflict(base: str, wanted: str, current: str) -> None:
    """Another module, another form, or a comment about what goes."""
    sides = (base.split("\n"), current.split("\n"), wanted.split("\n"))
    assert imported.merged(*sides, width=40) is None


USE = '\n\ndef own(day: dt.date) -> Index:\n    """Index it."""\n    return Index(str(day))\n'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("from sqlalchemy import Index\n", ""),
        ("from sqlalchemy import Index\n", "from sqlalchemy import Column\n"),
    ],
)
def test_an_import_that_the_user_needs_stays(old: str, new: str) -> None:
    """What Rafters no longer imports stays where code of the user's uses it."""
    index = (
        '    __table_args__ = (\n        Index(None, "a"),\n        Index(None, "b"),\n    )\n\n'
    )
    wanted = swapped((old, new), (index, ""))
    merged = merge(wanted, MODEL + USE)
    assert merged.reason == ""
    result = merged.content.decode()
    assert "    return Index(" in result
    names = result.split("from sqlalchemy import ")[1].split("\n")[0]
    assert names == ("Column, Index" if new else "Index")


def test_a_name_that_nothing_defines_is_a_conflict() -> None:
    """Rafters takes away a function that code of the user's calls."""
    helper = 'def first(task: Task) -> str:\n    """Return the first letter."""\n'
    body = "    return task.title[0]\n"
    merged = merge(
        swapped((helper + body, "")), swapped(("    title: str", "    x = first\n    title: str"))
    )
    assert merged.reason == "edited so that nothing would say what first is"


def test_blank_lines_at_the_end_stay() -> None:
    """The user's blank lines stand below what Rafters writes at the end of a file."""
    merged = merge(MODEL + OWN, f"{MODEL}\n\n\n")
    assert merged.content.decode() == f"{MODEL}{OWN}\n\n\n"

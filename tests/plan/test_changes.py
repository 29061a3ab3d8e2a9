"""Plans and the diff that shows them."""

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rafters.plan.changes import (
    Change,
    Conflict,
    Create,
    Delete,
    Edit,
    Plan,
    as_data,
    creation,
    diff,
    inverse,
    joined,
    marked,
    result,
)
from rafters.plan.tree import File, Tree, of_text

ONE, TWO = File(b"one\n"), File(b"two\n")

TEXTS = st.builds(
    lambda lines, ended: "".join(lines) if ended else "".join(lines).rstrip("\r\n"),
    st.lists(
        st.sampled_from(
            ["a\n", "b\n", "\n", "--- x\n", "c \r\n", "\ufeffd\n", "e\rf\n", "\x0cg\n"]
        ),
        max_size=12,
    ),
    st.booleans(),
)
CONTENTS = TEXTS.map(str.encode) | st.sampled_from([b"\xff\xfe\n", b"", b"\n"])
FILES = st.builds(File, CONTENTS, st.booleans())
NAMES = st.sampled_from(["a", "b.py", "c/d e", "c/\u00e9", 'f"\\', "g\th", " i"])
TREES = st.dictionaries(NAMES, FILES, max_size=5)


def planned(before: Tree, after: Tree) -> Plan:
    """Return the plan that makes one tree of another."""
    changes: list[Change] = []
    for path in sorted(before.keys() | after.keys()):
        if path not in before:
            changes.append(Create(path, after[path]))
        elif path not in after:
            changes.append(Delete(path, before[path]))
        elif before[path] != after[path]:
            changes.append(Edit(path, before[path], after[path]))
    return Plan(tuple(changes))


def test_a_plan_creates_its_tree_in_order() -> None:
    """Changes stand in the order of their paths, and so does one that comes later."""
    plan = creation(of_text({"b": "1\n", "a": "2\n"})).with_file("aa", b"3\n")
    assert [change.path for change in plan.changes] == ["a", "aa", "b"]


def test_a_diff_shows_every_line_and_no_secret() -> None:
    """Content and mode of each file are there, of the secret one the name alone."""
    tree = of_text({"a": "one\ntwo\n", ".env": "KEY=secret\n"}) | {"run": File(b"x\n", True)}  # noqa: FBT003
    shown = "\n".join(diff(creation(tree)))
    assert "+one\n+two\n" in shown
    assert "diff --git a/run b/run\nnew file mode 100755\n" in shown
    assert "diff --git a/.env b/.env\n" in shown
    assert "secret\n" not in shown


def test_no_change_of_a_secret_is_shown() -> None:
    """An edit, a deletion and a conflict name the file alone."""
    secret = File(b"KEY=secret\n")
    for change in (
        Edit(".env", secret, ONE),
        Delete(".env", secret),
        Conflict(".env", secret, None, ("KEY=secret",), "edited"),
    ):
        lines = list(diff(Plan((change,))))
        assert all(line.startswith("# ") for line in lines)
        assert ".env" in lines[0]
        assert "KEY" not in "".join(lines)


def test_a_conflict_is_a_comment() -> None:
    """Its reason and its hunks are shown, and nothing of them looks like a diff."""
    conflict = Conflict("a.py", ONE, None, ("line 3:\n--- a\n\n+++ b", "line 9:"), "edited")
    assert list(diff(Plan((conflict,)))) == [
        "# conflict: a.py: edited",
        "# line 3:",
        "# --- a",
        "#",
        "# +++ b",
        "# line 9:",
    ]


def test_a_binary_file_is_named() -> None:
    """What is no text is not shown, even if only one side is none."""
    lines = list(diff(Plan((Edit("a", File(b"\0"), ONE), Create("b", File(b"\0"))))))
    assert "Binary files a/a and b/a differ" in lines
    assert "Binary files /dev/null and b/b differ" in lines


@settings(max_examples=30, deadline=None)
@given(TREES, TREES)
def test_git_applies_the_diff(before: Tree, after: Tree) -> None:
    """Whatever the line ends, modes and names, `git apply` makes of a tree what the plan says."""
    plan = planned(before, after)
    with TemporaryDirectory() as name:
        root = Path(name)
        for path, file in before.items():
            (root / path).parent.mkdir(exist_ok=True)
            (root / path).write_bytes(file.content)
            (root / path).chmod(0o755 if file.executable else 0o644)
        lines = "".join(f"{line}\n" for line in diff(plan)).encode(errors="surrogateescape")
        if lines:
            command = ["git", "apply", "--whitespace=nowarn", "-"]
            subprocess.run(command, cwd=root, input=lines, check=True, capture_output=True)
        made = {
            path.relative_to(root).as_posix(): File(
                path.read_bytes(), executable=bool(path.stat().st_mode & 0o100)
            )
            for path in root.rglob("*")
            if path.is_file()
        }
    assert made == result(before, plan) == after


@given(TREES, TREES)
def test_an_inverse_takes_back(before: Tree, after: Tree) -> None:
    """A plan and its inverse leave the tree as it was."""
    plan = planned(before, after)
    assert result(result(before, plan), inverse(plan)) == before
    assert inverse(inverse(plan)) == plan


@pytest.mark.parametrize(
    ("tree", "change"),
    [
        ({"a": ONE}, Create("a", ONE)),
        ({}, Edit("a", ONE, TWO)),
        ({"a": TWO}, Edit("a", ONE, TWO)),
        ({"a": TWO}, Delete("a", ONE)),
        ({"a": ONE}, Conflict("a", ONE, None, (), "edited")),
    ],
)
def test_a_plan_for_another_tree_has_no_result(tree: Tree, change: Change) -> None:
    """What a plan expects must be there, and a conflict must be settled."""
    with pytest.raises(ValueError, match=r"^a is "):
        result(tree, Plan((change,)))


def test_a_conflict_is_not_taken_back() -> None:
    """It cannot have been applied."""
    with pytest.raises(ValueError, match="a is in conflict"):
        inverse(Plan((Conflict("a", ONE, None, (), "edited"),)))


def test_plans_are_joined() -> None:
    """Changes stand in the order of their paths, notes in that of the plans."""
    plan = joined(Plan((Create("b", ONE),), ("first",)), Plan((Delete("a", ONE),), ("second",)))
    assert plan == Plan((Delete("a", ONE), Create("b", ONE)), ("first", "second"))
    with pytest.raises(ValueError, match="a is changed twice"):
        joined(plan, Plan((Create("a", ONE),)))


def test_conflicts_can_be_marked() -> None:
    """What has markers is written; where there is nothing to mark the file stays."""
    plan = Plan(
        (
            Conflict("a", ONE, TWO, ("line 1:",), "edited"),
            Conflict("b", ONE, None, (), "edited"),
            Conflict("c", None, TWO, (), "deleted"),
            Create("d", ONE),
        ),
        ("note",),
    )
    assert marked(plan) == Plan(
        (Edit("a", ONE, TWO), Create("c", TWO), Create("d", ONE)), ("note",)
    )


def test_a_plan_as_data() -> None:
    """Programs read what happens to which file, and why it does not."""
    plan = Plan(
        (
            Create("a", ONE),
            Edit("b", ONE, TWO),
            Delete("c", ONE),
            Conflict("d", ONE, None, (), "edited"),
        )
    )
    assert as_data(plan) == [
        {"action": "create", "path": "a"},
        {"action": "edit", "path": "b"},
        {"action": "delete", "path": "c"},
        {"action": "conflict", "path": "d", "reason": "edited"},
    ]

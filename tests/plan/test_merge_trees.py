"""What Rafters changes in a project, laid over the tree that the user made of it."""

from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rafters.plan.changes import Conflict, Create, Delete, Edit, Plan, result
from rafters.plan.merging.trees import lay
from rafters.plan.tree import File, Tree, of_text

OLD = "".join(f"line {number}\n" for number in range(10))
NEW = OLD.replace("line 5", "line five")

FILES = st.builds(
    File, st.sampled_from([b"", b"a\n", b"a\nb\nc\nd\n", b"a\nx\nc\nd\n", b"\0"]), st.booleans()
)
TREES = st.dictionaries(st.sampled_from(["a", "b.py", "c/d", "e"]), FILES)


class Lazy(Mapping[str, File]):
    """A tree that says whether it was listed, and which files were read."""

    def __init__(self, files: Tree) -> None:
        """Hold the files of a tree."""
        self.files = files
        self.listed = False
        self.read: set[str] = set()

    def __getitem__(self, path: str) -> File:
        """Read a file."""
        self.read.add(path)
        return self.files[path]

    def __iter__(self) -> Iterator[str]:
        """List the tree."""
        self.listed = True
        return iter(self.files)

    def __len__(self) -> int:
        """Count the files."""
        return len(self.files)


def one(old: str | None, new: str | None, user: str | None) -> Plan:
    """Return the plan for one file of three versions."""
    trees = [{} if text is None else of_text({"a.txt": text}) for text in (old, new, user)]
    return lay(*trees)


@given(TREES, TREES)
def test_an_untouched_tree_becomes_what_is_wanted(base: Tree, wanted: Tree) -> None:
    """Where the user changed nothing, the plan leads to the wanted tree, whatever it is."""
    plan = lay(base, wanted, base)
    assert result(base, plan) == wanted
    assert [change.path for change in plan.changes] == sorted(
        path for path in base.keys() | wanted.keys() if base.get(path) != wanted.get(path)
    )
    assert lay(base, base, wanted) == Plan(())


@given(TREES, TREES, TREES)
def test_what_the_user_has_is_what_a_plan_expects(base: Tree, wanted: Tree, current: Tree) -> None:
    """Each change names the very file that the user has, and a conflict needs an edit."""
    plan = lay(base, wanted, current)
    for change in plan.changes:
        before = None if isinstance(change, Create) else change.before
        assert current.get(change.path) == before
        if isinstance(change, Conflict):
            assert current[change.path] not in (base.get(change.path), wanted.get(change.path))
    if not plan.conflicts:
        for path, file in result(current, plan).items():
            assert path in current or path in wanted
            assert path not in wanted or file.executable in {
                tree[path].executable for tree in (wanted, current) if path in tree
            }


@pytest.mark.parametrize(
    ("old", "new", "user", "kinds"),
    [
        pytest.param(None, NEW, None, [Create], id="new"),
        pytest.param(None, NEW, NEW, [], id="there-already"),
        pytest.param(None, NEW, NEW.replace("\n", "\r\n"), [], id="there-already-with-crlf"),
        pytest.param(OLD, OLD, OLD + "mine\n", [], id="nothing-wanted"),
        pytest.param(OLD, OLD, None, [], id="deleted-and-nothing-wanted"),
        pytest.param(OLD, NEW, OLD, [Edit], id="untouched"),
        pytest.param(OLD, NEW, NEW, [], id="done-already"),
        pytest.param(OLD, NEW, "mine\n" + OLD, [Edit], id="merged"),
        pytest.param(OLD, NEW, OLD.replace("\n", "\r\n"), [Edit], id="crlf"),
        pytest.param(OLD, None, OLD, [Delete], id="deleted"),
        pytest.param(OLD, None, "\ufeff" + OLD.replace("\n", "\r\n"), [Delete], id="deleted-crlf"),
        pytest.param(OLD, None, None, [], id="deleted-by-both"),
    ],
)
def test_without_a_conflict(
    old: str | None, new: str | None, user: str | None, kinds: list[type]
) -> None:
    """One side's change is made, the same change of both is no change."""
    plan = one(old, new, user)
    assert [type(change) for change in plan.changes] == kinds
    assert plan.notes == ()


def test_both_sides_edits_are_merged() -> None:
    """The result holds both, and the plan knows what it is made from."""
    (change,) = one(OLD, NEW, "mine\n" + OLD).changes
    assert change == Edit("a.txt", File(b"mine\n" + OLD.encode()), File(b"mine\n" + NEW.encode()))


def test_contradicting_edits_are_a_conflict() -> None:
    """The hunks tell of the place, and the file could be written with markers."""
    (change,) = one(OLD, NEW, OLD.replace("line 5", "my line")).conflicts
    assert change.reason == "edited where it would be changed"
    (hunk,) = change.hunks
    assert hunk == (
        "line 6:\n<<<<<<< yours\nmy line\n"
        "||||||| before\nline 5\n=======\nline five\n>>>>>>> rafters"
    )
    assert change.file is not None
    assert b"<<<<<<< yours\nmy line\n" in change.file.content


def test_something_else_in_the_way_is_a_conflict() -> None:
    """Nothing is marked: the user's file has nothing to do with ours."""
    (change,) = one(None, NEW, OLD).conflicts
    assert (change.reason, change.file) == ("in the way", None)
    assert "-line 5\n+line five" in change.hunks[0]


def test_an_edited_file_is_not_deleted() -> None:
    """The hunks show the user's edit."""
    (change,) = one(OLD, None, NEW).conflicts
    assert (change.reason, change.file) == ("edited where it would be deleted", None)
    assert "-line 5\n+line five" in change.hunks[0]


def test_a_binary_file_that_both_changed_is_a_conflict() -> None:
    """There is nothing to show and nothing to mark."""
    trees = [{"a": File(content)} for content in (b"\0", b"\0b", b"\0c")]
    (change,) = lay(*trees).conflicts
    assert (change.file, change.hunks) == (None, ())
    (change,) = lay({}, trees[0], trees[1]).conflicts
    assert change.hunks == ("the two are not text",)


def test_what_the_user_deleted_stays_deleted() -> None:
    """A note says so; where Rafters deletes it, too, there is nothing to say."""
    plan = one(OLD, NEW, None)
    assert plan == Plan((), ("a.txt was deleted: it stays deleted",))
    assert one(OLD, None, None) == Plan(())


def test_the_users_mode_stays() -> None:
    """Rafters sets the bit where the user left it alone."""
    old, new = File(OLD.encode()), File(NEW.encode())
    for user, wanted, expected in [(True, False, True), (False, True, True), (True, True, True)]:
        files = [File(old.content), File(new.content, wanted), File(old.content, user)]
        (change,) = lay(*({"a": file} for file in files)).changes
        assert isinstance(change, Edit)
        assert change.file == File(new.content, expected)


def test_a_moved_file_is_changed_where_it_is() -> None:
    """It is found by its content, edited as it may be; what Rafters deletes goes there, too."""
    base = of_text({"src/a.py": OLD, "b.py": "x\n"})
    user = of_text(
        {"src/b/a.py": "mine\n" + OLD, "b.py": "x\n", "c.py": "other\n" * 9, "d.md": OLD}
    )
    plan = lay(base, of_text({"src/a.py": NEW, "b.py": "x\n"}), user)
    (change,) = plan.changes
    assert change.path == "src/b/a.py"
    assert result(user, plan)["src/b/a.py"].text == "mine\n" + NEW
    assert plan.notes == ("src/a.py was moved: src/b/a.py is changed instead",)
    (change,) = lay(base, {}, of_text({"new.py": OLD, "b.py": "y\n"})).changes[1:]
    assert isinstance(change, Delete)
    assert change.path == "new.py"


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"b.py": "other\n" + OLD}, id="of-base"),
        pytest.param({"known.py": OLD}, id="known"),
        pytest.param({"a.txt": OLD}, id="other-kind"),
        pytest.param({"new.py": OLD[:28] + "x\n" * 9}, id="too-different"),
    ],
)
def test_what_is_no_moved_file(files: dict[str, str]) -> None:
    """A file that Rafters wrote itself, one of another kind, or one that differs in most lines."""
    base = of_text({"a.py": OLD, "b.py": "other\n" + OLD})
    wanted = base | of_text({"a.py": NEW})
    plan = lay(base, wanted, of_text(files), known=lambda: {"known.py"})
    assert plan == Plan((), ("a.py was deleted: it stays deleted",))


def test_two_files_do_not_move_to_one_place() -> None:
    """The one that is most like it moved there; the other was deleted."""
    base = of_text({"a.py": OLD, "b.py": NEW})
    plan = lay(base, {}, of_text({"c.py": NEW}))
    assert plan.changes == (Delete("c.py", File(NEW.encode())),)
    assert plan.notes == ("b.py was moved: c.py is changed instead",)


def test_a_short_file_is_not_looked_for() -> None:
    """One line is found anywhere."""
    assert lay(of_text({"a.py": "x\n"}), {}, of_text({"b.py": "x\n"})) == Plan(())


def test_the_users_tree_is_listed_only_for_a_lost_file() -> None:
    """Else only the files that change are read, each from where it was."""
    base = of_text({"a": OLD, "b": OLD, "c": OLD})
    wanted = of_text({"a": NEW, "b": OLD, "d": NEW})
    tree = Lazy(base | of_text({"mine": OLD}))
    lay(base, wanted, tree)
    assert not tree.listed
    assert tree.read == {"a", "c", "d"}
    tree = Lazy(of_text({"b": OLD, "mine": OLD, "other.md": OLD}))
    lay(base, wanted, tree)
    assert tree.listed
    assert tree.read == {"a", "c", "d", "mine"}

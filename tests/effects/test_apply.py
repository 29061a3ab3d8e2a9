"""The writer of changes: what it makes, what it refuses, what it takes back."""

import errno
import os
import shutil
import stat
from pathlib import Path

import pytest
from changing import BEFORE, PLAN, build, snapshot

from rafters.effects import apply, journal
from rafters.errors import ConflictError, MachineError
from rafters.plan.changes import Conflict, Create, Delete, Edit, Plan
from rafters.plan.tree import File


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a small project."""
    return build(tmp_path / "shop")


def mode(path: Path) -> int:
    """Return the permissions of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_all_changes_are_made_and_nothing_lies_around(root: Path) -> None:
    """Files come, change and go; folders are made, and an emptied one goes."""
    apply.run(PLAN, root)
    files = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }
    expected = {path: text.encode() for path, text in BEFORE.items()}
    for change in PLAN.changes:
        if isinstance(change, Delete):
            del expected[change.path]
        else:
            assert change.file
            expected[change.path] = change.file.content
    assert files == expected
    assert not (root / "src/shop/old").exists()


def test_permissions_are_kept(root: Path) -> None:
    """An edited file has the permissions it had; a new one those of a new file."""
    before = os.umask(0o027)
    try:
        apply.run(PLAN.with_file(".env", b"SECRET=1\n"), root)
    finally:
        os.umask(before)
    assert mode(root / "scripts/run") == 0o750
    assert mode(root / "src/shop/main.py") == 0o640
    assert mode(root / "src/shop/models/task.py") == 0o640
    assert mode(root / "src/shop/run") == 0o750
    assert mode(root / ".env") == 0o600


def test_the_owner_is_kept(root: Path) -> None:
    """A file that belongs to somebody else still does, where the system allows that."""
    if os.geteuid() != 0:
        pytest.skip("only root may give files away")
    os.chown(root / "src/shop/main.py", 1234, 1234)
    apply.run(PLAN, root)
    found = (root / "src/shop/main.py").stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (1234, 1234, 0o640)


def test_a_file_becomes_a_program_and_none(root: Path) -> None:
    """Where the plan says so, who may read a file may run it, or nobody may any more."""
    main = File((root / "src/shop/main.py").read_bytes())
    run = File((root / "scripts/run").read_bytes(), executable=True)
    edits = (
        Edit("scripts/run", run, File(run.content)),
        Edit("src/shop/main.py", main, File(main.content, executable=True)),
    )
    apply.run(Plan(edits), root)
    assert mode(root / "scripts/run") == 0o640
    assert mode(root / "src/shop/main.py") == 0o750


def test_an_empty_plan_changes_nothing(root: Path) -> None:
    """No change, no act."""
    before = root.stat().st_mtime_ns
    apply.run(Plan(()), root)
    assert root.stat().st_mtime_ns == before


def test_taken_back_the_tree_is_as_before(root: Path) -> None:
    """After `run` and `take_back` everything is there again, whatever Python left in between."""
    before = snapshot(root)
    apply.run(PLAN, root)
    cache = root / "migrations/versions/__pycache__"
    cache.mkdir()
    (cache / "0002.cpython-311.pyc").write_bytes(b"x")
    apply.take_back(PLAN, root)
    assert snapshot(root) == before


def test_there_may_be_nothing_to_take_back(root: Path) -> None:
    """Ctrl-C may come before or after the change: to take it back settles it either way."""
    before = snapshot(root)
    apply.take_back(PLAN, root)
    assert snapshot(root) == before


def test_what_was_edited_since_is_not_taken_back(root: Path) -> None:
    """An edit made after the change is kept; nothing is taken back, and the file is named."""
    apply.run(PLAN, root)
    (root / "src/shop/main.py").write_text("mine\n", encoding="utf-8")
    before = snapshot(root)
    with pytest.raises(ConflictError, match=r"main\.py changed meanwhile"):
        apply.take_back(PLAN, root)
    assert snapshot(root) == before


def test_a_failed_tree_is_kept_elsewhere(root: Path) -> None:
    """The copy is the project without environment, caches and git's own; links stay links."""
    for name in (".git", ".venv", "src/shop/__pycache__", ".ruff_cache"):
        (root / name).mkdir()
        (root / name / "x").write_bytes(b"x")
    (root / "link").symlink_to(root / "nothing")
    apply.run(PLAN, root)
    kept = apply.keep_copy(root, "shop")
    expected = {path: held for path, held in snapshot(root).items() if path.count("/x") == 0}
    for name in (".git", ".venv", "src/shop/__pycache__", ".ruff_cache"):
        del expected[name]
    assert snapshot(kept) == expected
    assert kept.name == "shop"
    assert mode(kept.parent) == 0o700
    shutil.rmtree(kept.parent)


def test_a_copy_that_cannot_be_made_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk while copying: an error of one line, and no half copy stays."""
    scratch = root.parent / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))

    def full(*_args: object, **_kwargs: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copyfile", full)
    monkeypatch.setattr(shutil, "copy2", full)
    with pytest.raises(MachineError, match="No space left on device") as caught:
        apply.keep_copy(root, "shop")
    assert len(caught.value.problems[0].message.splitlines()) == 1
    assert list(scratch.iterdir()) == []


MAIN = File(b"app = object()\n")
MORE = File(b"more\n")

REFUSED = {
    "file-exists": Create("src/shop/main.py", MORE),
    "folder-exists": Create("src/shop", MORE),
    "edit-differs": Edit("src/shop/main.py", MORE, MAIN),
    "edit-is-gone": Edit("src/shop/gone.py", MAIN, MORE),
    "edit-is-folder": Edit("src/shop", MAIN, MORE),
    "delete-differs": Delete("src/shop/main.py", MORE),
    "delete-is-gone": Delete("src/shop/gone.py", MORE),
    "file-for-folder": Create("src/shop/main.py/task.py", MORE),
    "parent": Create("../task.py", MORE),
    "inner-parent": Create("src/../../task.py", MORE),
    "absolute": Create("/tmp/task.py", MORE),  # noqa: S108  (refused)
    "empty": Create("", MORE),
    "empty-part": Create("src//task.py", MORE),
    "zero": Create("src/\0.py", MORE),
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED)
def test_a_file_that_is_not_as_planned_refuses_all(root: Path, change: Create) -> None:
    """One file that is not as the plan has it, or no path of the project: nothing is written."""
    before = snapshot(root.parent)
    with pytest.raises(ConflictError):
        apply.run(Plan((*PLAN.changes[:1], change)), root)
    assert snapshot(root.parent) == before


def test_all_files_that_are_not_as_planned_are_named(root: Path) -> None:
    """The person reads of all conflicts at once."""
    changes = (Create("pyproject.toml", MORE), Delete("src/shop/main.py", MORE))
    with pytest.raises(ConflictError) as caught:
        apply.run(Plan(changes), root)
    told = [problem.message for problem in caught.value.problems]
    assert told == [
        f"{root / 'pyproject.toml'} is there already",
        f"{root / 'src/shop/main.py'} changed meanwhile",
    ]


def test_a_pipe_is_not_read(root: Path) -> None:
    """What is no file is refused; to read it could take forever."""
    os.mkfifo(root / "pipe")
    with pytest.raises(ConflictError):
        apply.run(Plan((Edit("pipe", MAIN, MORE),)), root)


def test_what_is_saved_while_it_works_is_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that an editor saves or makes in the last moment is not written over."""
    sync = journal.sync
    for path in ("src/shop/main.py", "src/shop/models/task.py"):
        saved = False

        def save(folders: set[Path], path: str = path) -> None:
            nonlocal saved
            if not saved and len(list(folders)) > 1:  # all is staged, nothing is changed
                saved = True
                (root / path).write_text("saved\n", encoding="utf-8")
            sync(folders)

        monkeypatch.setattr(journal, "sync", save)
        with pytest.raises(ConflictError, match="changed meanwhile"):
            apply.run(PLAN, root)
        assert (root / path).read_text(encoding="utf-8") == "saved\n"
        assert not list(root.rglob(".rafters*"))
        assert (root / "src/shop/old/note.py").exists()
        (root / path).unlink()
        build(root)


def test_conflicts_are_not_applied_unasked(root: Path) -> None:
    """Who applies a plan with conflicts has not looked."""
    plan = Plan((Conflict("src/shop/main.py", MAIN, MORE, (), "edited"),))
    with pytest.raises(ValueError, match="conflicts"):
        apply.run(plan, root)


def test_conflicts_are_written_with_markers_where_asked(root: Path) -> None:
    """A conflict with marks is an edit; one with nothing to mark is left; both go back."""
    before = snapshot(root)
    plan = Plan(
        (
            Conflict("src/shop/gone.py", None, None, (), "deleted"),
            Conflict("src/shop/lost.py", None, MORE, (), "deleted"),
            Conflict("src/shop/main.py", MAIN, MORE, (), "edited"),
            Conflict("src/shop/models/user.py", File(b"x"), None, (), "edited where it would go"),
        )
    )
    apply.run(plan, root, markers=True)
    assert (root / "src/shop/main.py").read_bytes() == b"more\n"
    assert (root / "src/shop/lost.py").read_bytes() == b"more\n"
    assert not (root / "src/shop/gone.py").exists()
    assert (root / "src/shop/models/user.py").exists()
    apply.take_back(plan, root, markers=True)
    assert snapshot(root) == before


def test_names_that_differ_by_case_alone(root: Path) -> None:
    """Where the disk tells case apart they are two files; elsewhere, the second is refused."""
    plan = Plan((Create("src/shop/Task.py", MAIN), Create("src/shop/task.py", MORE)))
    before = snapshot(root)
    try:
        apply.run(plan, root)
    except ConflictError:
        assert snapshot(root) == before
    else:
        assert (root / "src/shop/Task.py").read_bytes() == MAIN.content


def test_a_folder_that_still_holds_something_stays(root: Path) -> None:
    """Only a folder that the deletes emptied goes."""
    (root / "src/shop/old/mine.txt").write_bytes(b"")
    apply.run(PLAN, root)
    assert [path.name for path in (root / "src/shop/old").iterdir()] == ["mine.txt"]


def test_emptied_folders_go_up_to_the_root(tmp_path: Path) -> None:
    """A project of one file in folders is an empty folder after its deletion."""
    file = tmp_path / "a/b/c.py"
    file.parent.mkdir(parents=True)
    (file.parent / "__pycache__").mkdir()
    file.write_bytes(b"x")
    apply.run(Plan((Delete("a/b/c.py", File(b"x")),)), tmp_path)
    assert tmp_path.is_dir()
    assert list(tmp_path.iterdir()) == []


def test_hard_links_elsewhere_keep_what_they_hold(root: Path) -> None:
    """A second name of an edited file, as in a store of packages, is not written through."""
    (root.parent / "other").hardlink_to(root / "src/shop/main.py")
    apply.run(PLAN, root)
    assert (root.parent / "other").read_bytes() == MAIN.content

"""The writer and symbolic links: followed inside the project, never out of it."""

from pathlib import Path

import pytest
from changing import PLAN, build, snapshot

from rafters.effects import apply
from rafters.errors import ConflictError
from rafters.plan.changes import Create, Delete, Edit, Plan
from rafters.plan.tree import File

MAIN = File(b"app = object()\n")
MORE = File(b"more\n")
FILE = "src/shop/main.py"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a small project with a folder beside it."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/main.py").write_bytes(MAIN.content)
    return build(tmp_path / "shop")


def refused(root: Path, change: Create | Edit | Delete, name: str) -> None:
    """Check that a change is refused by the name of the link, and that nothing is written."""
    before = snapshot(root.parent)
    with pytest.raises(ConflictError) as caught:
        apply.run(Plan((*PLAN.changes[:1], change)), root)
    assert str(root / name) in str(caught.value)
    assert snapshot(root.parent) == before


def link(root: Path, name: str, target: Path | str) -> None:
    """Put a link in the place of a file or a folder, which moves to `kept`."""
    (root / name).rename(root / "kept")
    (root / name).symlink_to(target)


@pytest.mark.parametrize("target", ["../../../outside/main.py", "/proc/self/nothing", "main.py"])
def test_a_file_that_leads_out_or_nowhere_is_refused(root: Path, target: str) -> None:
    """A link to a file outside, to nothing outside, or to itself is neither edited nor deleted."""
    link(root, FILE, target)
    refused(root, Edit(FILE, MAIN, MORE), FILE)
    refused(root, Delete(FILE, MAIN), FILE)
    refused(root, Create(FILE, MORE), FILE)


def test_a_folder_that_leads_out_is_refused(root: Path) -> None:
    """A link on the way to a file that leads out is refused, for new files too."""
    link(root, "src/shop", root.parent / "outside")
    refused(root, Edit(FILE, MAIN, MORE), "src/shop")
    refused(root, Delete(FILE, MAIN), "src/shop")
    refused(root, Create("src/shop/new/task.py", MORE), "src/shop")


def test_a_file_is_written_through_a_link_inside(root: Path) -> None:
    """The link stays one; the file that it leads to changes, and can be taken back."""
    link(root, FILE, "../../kept")
    before = snapshot(root)
    apply.run(Plan((Edit(FILE, MAIN, MORE),)), root)
    assert (root / FILE).is_symlink()
    assert (root / "kept").read_bytes() == MORE.content
    apply.take_back(Plan((Edit(FILE, MAIN, MORE),)), root)
    assert snapshot(root) == before


def test_a_folder_may_be_a_link_inside(root: Path) -> None:
    """Below a folder that is a link into the project, everything works; the link stays."""
    link(root, "src/shop", root / "kept")
    before = snapshot(root)
    apply.run(PLAN, root)
    assert (root / "src/shop").is_symlink()
    assert (root / "kept/models/task.py").exists()
    apply.take_back(PLAN, root)
    assert snapshot(root) == before


def test_the_root_may_be_a_link(root: Path) -> None:
    """A project that is reached through a link is written where it is."""
    before = snapshot(root)
    (root.parent / "link").symlink_to(root)
    apply.run(PLAN, root.parent / "link")
    assert (root / "src/shop/models/task.py").exists()
    apply.take_back(PLAN, root.parent / "link")
    assert snapshot(root) == before


def test_the_root_may_be_relative(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths in messages are as short as the root was given."""
    monkeypatch.chdir(root)
    apply.run(PLAN, Path())
    assert (root / "src/shop/models/task.py").exists()
    with pytest.raises(ConflictError) as caught:
        apply.run(Plan((Create("src/shop/run", MORE),)), Path())
    assert str(caught.value) == "src/shop/run is there already"


def test_a_link_is_not_deleted(root: Path) -> None:
    """Whether the link or the file is meant is for its maker to say."""
    link(root, FILE, "../../kept")
    refused(root, Delete(FILE, MAIN), FILE)


def test_a_link_to_nothing_inside_is_no_free_name(root: Path) -> None:
    """A file is not made through a link to nothing."""
    (root / "src/shop/task.py").symlink_to("nothing.py")
    refused(root, Create("src/shop/task.py", MORE), "src/shop/task.py")


def test_two_names_of_one_file_are_refused(root: Path) -> None:
    """Two edits that would write the same file through a link are told."""
    (root / "src/shop/app.py").symlink_to("main.py")
    before = snapshot(root)
    plan = Plan((Edit("src/shop/app.py", MAIN, MORE), Edit(FILE, MAIN, MORE)))
    with pytest.raises(ConflictError, match="two paths of the plan lead to one file"):
        apply.run(plan, root)
    assert snapshot(root) == before

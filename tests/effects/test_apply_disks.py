"""The writer on disks that refuse: full, read-only, closed, or several in one project."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from changing import PLAN, after, build, change, killed_at, snapshot
from conftest import Mount, fill

from rafters.effects import apply, journal
from rafters.errors import MachineError

CLOSED = """
import sys
from pathlib import Path
from changing import PLAN
from rafters.effects import apply
from rafters.errors import MachineError

try:
    apply.run(PLAN, Path(sys.argv[1]))
except MachineError as error:
    print(error)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a small project."""
    return build(tmp_path / "shop")


def test_a_full_disk(tmp_path: Path, mount: Mount) -> None:
    """Wherever the disk ends: nothing is changed, or all where it is enough."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount(disk, "-t", "tmpfs", "-o", "size=256k", "tmpfs")
    root = build(disk / "shop")
    before = snapshot(root)
    whole = after(tmp_path / "whole")
    told = set()
    for left in range(40):
        ballast = fill(disk, left)
        try:
            apply.run(PLAN, root)
        except MachineError as error:
            told.add(str(error).partition(": ")[2])
            assert snapshot(root) == before, left
        else:
            assert snapshot(root) == whole
            break
        finally:
            ballast.unlink()
    assert left > 4
    assert told == {"No space left on device"}


def test_recovery_needs_no_room(tmp_path: Path, mount: Mount) -> None:
    """Killed at some acts, on a disk that somebody filled since: as before or complete."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount(disk, "-t", "tmpfs", "-o", "size=512k", "tmpfs")
    root = build(disk / "shop")
    before = snapshot(root)
    whole = after(tmp_path / "whole")
    for number in range(1, 1000, 3):
        killed = killed_at(number, lambda: change(root))
        ballast = fill(disk, 0)
        journal.recover(root)
        found = snapshot(root)
        ballast.unlink()
        assert found in (before, whole), number
        apply.take_back(PLAN, root)
        if not killed:
            break
    assert number > 60


def test_a_disk_that_is_read_only(root: Path, mount: Mount) -> None:
    """Nothing is changed, and the reason is told."""
    before = snapshot(root)
    mount(root, "--bind", str(root))
    mount(root, "-o", "remount,bind,ro")
    with pytest.raises(MachineError, match="Read-only file system"):
        apply.run(PLAN, root)
    assert snapshot(root) == before


@pytest.mark.parametrize("folder", [".", "src/shop", "src/shop/models", "src/shop/old", "scripts"])
def test_a_folder_that_is_closed(root: Path, folder: str) -> None:
    """No permission to write in one folder: nothing is changed anywhere, and it is told."""
    before = snapshot(root)
    mode = (root / folder).stat().st_mode
    (root / folder).chmod(0o555)
    argv = [sys.executable, "-c", CLOSED, str(root)]
    if os.geteuid() == 0:  # who may write everywhere first has to give that up
        argv = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override", *argv]
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(argv, env=env, capture_output=True, text=True, check=True)
    (root / folder).chmod(mode)
    assert done.stdout.startswith(f"cannot write {root}")
    assert done.stdout.endswith(": Permission denied\n")
    assert snapshot(root) == before


def test_a_file_that_nobody_may_change(root: Path) -> None:
    """An immutable file is noticed only when it is its turn; what came before is taken back."""
    before = snapshot(root)
    file = root / "src/shop/old/note.py"
    if subprocess.run(["chattr", "+i", str(file)], capture_output=True, check=False).returncode:
        pytest.skip("no immutable files here")
    try:
        with pytest.raises(MachineError, match=r"cannot write .*note\.py: Operation not permitted"):
            apply.run(PLAN, root)
    finally:
        subprocess.run(["chattr", "-i", str(file)], check=True)
    assert snapshot(root) == before


def test_several_disks_in_one_project(root: Path, mount: Mount, tmp_path: Path) -> None:
    """A folder may be a mount, as in a container: changed and taken back like any other."""
    for folder in ("src/shop/models", "src/shop/old"):
        mount(root / folder, "-t", "tmpfs", "tmpfs")
    build(root)
    before = snapshot(root)
    apply.run(PLAN, root)
    assert (root / "src/shop/models/task.py").exists()
    assert list((root / "src/shop/old").iterdir()) == []  # emptied, but not ours to unmount
    apply.take_back(PLAN, root)
    assert snapshot(root) == before
    assert not list(tmp_path.rglob(".rafters*"))


def test_a_file_that_is_a_mount_is_refused(root: Path, mount: Mount) -> None:
    """A single file that a container shares cannot be replaced: told, nothing changed."""
    other = root.parent / "main.py"
    other.write_bytes((root / "src/shop/main.py").read_bytes())
    other.chmod(0o640)
    mount(root / "src/shop/main.py", "--bind", str(other))
    before = snapshot(root)
    with pytest.raises(MachineError, match=r"cannot write .*main\.py: Device or resource busy"):
        apply.run(PLAN, root)
    assert snapshot(root) == before

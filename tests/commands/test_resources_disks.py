"""`add`, `change` and `remove` on disks that refuse, and through links out of the project."""

import errno
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from changing import snapshot
from conftest import QUIET, TASK, Mount, Outcome, Rafters, fill
from stopping import acts, ends

COMMANDS = {
    "add": ("add", "Note", "body:text:search", "task:Task:null"),
    "change": ("change", "Task", "--alter", "title:str:1..100:search", "--rename", "done=over"),
    "remove": ("remove", "Task"),
}

ERRORS = ("EIO", "ENOSPC", "EACCES")

SOME = range(2, 150, 13)


def check_refused(command: str, base: Path, here: Path, error: str, numbers: Sequence[int]) -> None:
    """Refuse each of these acts: nothing is changed and it is told, or it is of no account."""
    found = ends([*COMMANDS[command], *QUIET], base, here, error, numbers)
    for end in found:
        assert end.at_once == end.then, end
        if end.code == 0:
            assert (end.then, end.err) == ("whole", ""), end
        else:
            assert (end.then, end.code) == ("before", 1), end
            assert end.err.startswith(("error: cannot write ", "error: cannot change ")) or (
                end.act.startswith("subprocess.Popen") and end.err.startswith("error: cannot run ")
            ), end
            assert len(end.err.splitlines()) <= 3, end
            assert os.strerror(getattr(errno, error)) in end.err, end
    assert {end.then for end in found} == {"before", "whole"}


@pytest.mark.parametrize(("command", "error"), [*zip(COMMANDS, ERRORS, strict=True)])
def test_some_acts_are_refused(command: str, error: str, filled: Path, tmp_path: Path) -> None:
    """Whichever act fails: exit 1, at most three lines, not a byte differs."""
    check_refused(command, filled, tmp_path, error, SOME)


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_every_act_is_refused(command: str, filled: Path, tmp_path: Path) -> None:
    """The same for each act that there is, for one reason or another."""
    last = acts([*COMMANDS[command], *QUIET], filled, tmp_path / "peace") + 1
    for first, error in enumerate(ERRORS, start=1):
        check_refused(command, filled, tmp_path, error, range(first, last, len(ERRORS)))


def check_interrupted(command: str, base: Path, here: Path, numbers: Sequence[int]) -> None:
    """Press Ctrl-C at each of these acts: nothing is changed."""
    for end in ends([*COMMANDS[command], *QUIET], base, here, "Ctrl-C", numbers):
        assert end.at_once == end.then, end
        if end.act:
            assert (end.then, end.code) == ("before", 130), end
            assert end.err == "error: interrupted: nothing was changed\n", end
        else:
            assert (end.then, end.code) == ("whole", 0), end


def test_ctrl_c_at_some_acts(filled: Path, tmp_path: Path) -> None:
    """Whenever Ctrl-C comes: exit 130, one line, not a byte differs."""
    check_interrupted("change", filled, tmp_path, SOME)


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_ctrl_c_at_every_other_act(command: str, filled: Path, tmp_path: Path) -> None:
    """The same for half of the acts that there are; kills and refusals come at each of them."""
    last = acts([*COMMANDS[command], *QUIET], filled, tmp_path / "peace") + 1
    check_interrupted(command, filled, tmp_path, range(1, last, 2))


@pytest.mark.slow
@pytest.mark.parametrize("error", ERRORS)
def test_a_disk_that_is_gone_from_an_act_on(error: str, filled: Path, tmp_path: Path) -> None:
    """Where to take back is refused, too, the next command does it, and the error says so."""
    argv = [*COMMANDS["change"], *QUIET]
    found = ends(argv, filled, tmp_path, error, range(1, 200, 5), lasting=True)
    for end in found:
        assert end.then in {"before", "whole"}, end
        if end.code == 0:
            assert end.then == "whole", end
        else:
            assert end.code == 1, end
            assert end.err.startswith("error: cannot "), end
            assert len(end.err.splitlines()) <= 3, end
            assert ("nothing was changed" in end.err) <= (end.at_once == "before"), end
    assert [end for end in found if end.at_once.startswith("between")]


def check_told(done: Outcome, why: str) -> None:
    """Make sure that an error was told as one that the machine has to answer for."""
    assert done.code == 1, done
    assert why in done.err
    assert len(done.err.splitlines()) <= 3
    assert "Traceback" not in done.err


@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk(
    command: str, rafters: Rafters, filled: Path, tmp_path: Path, mount: Mount
) -> None:
    """Wherever the disk of the project ends: told, nothing changed, and then it works."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount(disk, "-t", "tmpfs", "-o", "size=2m", "tmpfs")
    root = disk / "shop"
    shutil.copytree(filled, root)
    before = snapshot(root)
    argv = (*COMMANDS[command], *QUIET, "--project", str(root))
    for left in range(0, 60, 5):
        ballast = fill(disk, left)
        done = rafters(*argv)
        ballast.unlink()
        if not done.code:
            break
        check_told(done, "No space left on device")
        assert snapshot(root) == before
    assert done.code == 0
    assert snapshot(root) != before


def test_a_full_disk_for_temporary_files(
    rafters: Rafters,
    shop: Path,
    tmp_path: Path,
    mount: Mount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where there is no room to format what was rendered: told, and nothing is changed."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount(disk, "-t", "tmpfs", "-o", "size=256k", "tmpfs")
    monkeypatch.setattr(tempfile, "tempdir", str(disk))
    before = snapshot(shop)
    for left in range(0, 60, 3):
        ballast = fill(disk, left)
        done = rafters("add", *TASK, *QUIET)
        ballast.unlink()
        assert list(disk.iterdir()) == []
        if not done.code:
            break
        check_told(done, "No space left on device")
        assert snapshot(shop) == before
    assert left > 9
    assert done.code == 0


def as_nobody(*argv: str, cwd: Path) -> Outcome:
    """Run a command line without the right to write and to read everywhere."""
    words = [sys.executable, "-m", "rafters", *argv]
    if os.geteuid() == 0:
        lost = "-dac_override,-dac_read_search"
        words = ["setpriv", f"--bounding-set={lost}", f"--inh-caps={lost}", *words]
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False)
    return Outcome(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize(
    ("path", "mode"),
    [
        (".", 0o555),
        ("src/shop/models", 0o555),
        ("migrations/versions", 0o555),
        ("src/shop/main.py", 0o000),
        ("src/shop/models", 0o000),
        ("migrations/versions", 0o000),
        ("migrations/versions", 0o333),
        ("rafters.toml", 0o000),
        (".", 0o444),
    ],
)
def test_what_is_closed_is_told(filled: Path, tmp_path: Path, path: str, mode: int) -> None:
    """A folder or file without permission: exit 1, the place is named, nothing is changed."""
    shop = tmp_path / "shop"
    shutil.copytree(filled, shop)
    before = snapshot(shop)
    place = shop / path
    kept = place.stat().st_mode
    place.chmod(mode)
    done = as_nobody(*COMMANDS["add"], *QUIET, "--project", str(shop), cwd=tmp_path)
    listed = as_nobody("list", "--project", str(shop), cwd=tmp_path)
    place.chmod(kept)
    check_told(done, "Permission denied")
    assert (shop / path).name in done.err
    assert "Traceback" not in listed.err
    assert snapshot(shop) == before


def test_a_file_that_is_read_only_is_still_so(shop: Path) -> None:
    """The folder says whether a file may be replaced; the file keeps its permissions."""
    main = shop / "src/shop/main.py"
    main.chmod(0o444)
    done = as_nobody("add", *TASK, *QUIET, cwd=shop)
    assert done.code == 0, done.err
    assert main.stat().st_mode & 0o777 == 0o444
    assert "tasks" in main.read_text()


LED_OUT = ("rafters.toml", "src/shop/main.py", "src/shop/models", "migrations/versions", "tests")


@pytest.mark.parametrize(
    ("command", "path"),
    [
        (command, path)
        for command in COMMANDS
        for path in (*LED_OUT, "src/shop/models/__init__.py", "src")
        if command != "change" or not path.endswith(".py")  # these it does not write
    ],
)
def test_a_link_out_of_the_project_is_not_written_through(
    command: str, path: str, rafters: Rafters, filled: Path, folder: Path
) -> None:
    """A file or folder of the project that lies elsewhere: exit 3, nothing is written anywhere."""
    shop, elsewhere = folder / "shop", folder / "elsewhere"
    shutil.copytree(filled, shop)
    (shop / path).rename(elsewhere)
    (shop / path).symlink_to(elsewhere)
    before = snapshot(folder)
    refused = rafters(*COMMANDS[command], *QUIET, "--project", str(shop))
    assert refused.code == 3, refused
    assert "is a link that leads out of" in refused.err
    assert path in refused.err
    assert snapshot(folder) == before


@pytest.mark.parametrize("path", LED_OUT)
def test_a_link_inside_the_project_is_followed(
    path: str, rafters: Rafters, filled: Path, folder: Path
) -> None:
    """What lies elsewhere in the project is changed there, and the link stays."""
    shop = folder / "shop"
    shutil.copytree(filled, shop)
    before = snapshot(shop)
    (shop / path).rename(shop / "elsewhere")
    (shop / path).symlink_to(shop / "elsewhere")
    linked = snapshot(shop)
    made = rafters("add", "Note", "body:text", *QUIET, "--project", str(shop))
    assert made.code == 0, made.err
    assert (shop / path).is_symlink()
    assert rafters("remove", "Note", *QUIET, "--project", str(shop)).code == 0
    assert snapshot(shop) == linked
    assert before != linked

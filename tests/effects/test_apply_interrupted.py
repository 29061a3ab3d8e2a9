"""The writer, stopped at any act: the tree is as before or complete, never between."""

import errno
import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from changing import PLAN, Snapshot, after, build, change, failing, no_space, snapshot, watched

from rafters.effects import apply, journal
from rafters.errors import MachineError

KILLER = """
import shutil, sys
from pathlib import Path
from changing import build, change, killed_at, snapshot
from rafters.effects import journal

base, whole, first, last, every = Path(sys.argv[1]), eval(sys.stdin.read()), *map(int, sys.argv[2:])
root = base / "shop"
for number in range(first, last):
    for again in range(1, 1000) if every else [1 + number % 5]:
        before = snapshot(build(root))
        if not killed_at(number, lambda: change(root)):
            print("passed", number)
            sys.exit()
        more = killed_at(again, lambda: journal.recover(root))
        outcome = journal.recover(root)
        found = snapshot(root)
        assert found in (before, whole), (number, again, sorted(found))
        shutil.rmtree(root)
        end = "whole" if found == whole else "before"
        print(number, again, outcome.split()[0], end, flush=True)
        if not more:
            break
"""

LINKLESS = """
import errno, os
def link(*_args, **_kwargs):
    raise OSError(errno.EPERM, "no links here")
os.link = link
"""

ERRORS: dict[str, Callable[[], BaseException]] = {
    "EIO": lambda: OSError(errno.EIO, os.strerror(errno.EIO)),
    "ENOSPC": no_space,
    "Ctrl-C": KeyboardInterrupt,
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a small project."""
    return build(tmp_path / "shop")


@pytest.fixture
def whole(tmp_path: Path) -> Snapshot:
    """Return what the project is with all changes made."""
    return after(tmp_path / "whole")


def stopped(work: Callable[[], object]) -> BaseException | None:
    """Return what work was stopped by, if it was."""
    try:
        work()
    except (MachineError, KeyboardInterrupt) as error:
        return error
    return None


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)
def test_any_act_fails(
    root: Path,
    whole: Snapshot,
    error: Callable[[], BaseException],
    links: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whichever act fails once: the tree is as before at once, or complete, and nothing else."""
    if not links:

        def refuse(*_args: object, **_kwargs: object) -> None:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))

        monkeypatch.setattr(os, "link", refuse)
    before = snapshot(root)
    times = {path: path.stat().st_mtime_ns for path in root.rglob("*.py")}
    for number in itertools.count(1):
        with failing(number, error()) as failed:
            told = stopped(lambda: apply.run(PLAN, root))
        if not failed:
            break
        found = snapshot(root)
        if isinstance(told, MachineError):
            assert found == before, (number, failed)
            assert times == {path: path.stat().st_mtime_ns for path in root.rglob("*.py")}
            (problem,) = told.problems
            assert problem.message.startswith(f"cannot write {root}")
            assert problem.hint == "nothing was changed"
        elif told:
            assert found in (before, whole), (number, failed)
        else:
            assert found == whole, (number, failed)
        apply.take_back(PLAN, root)
        assert snapshot(root) == before, (number, failed)
    assert number > 60


@pytest.mark.parametrize("error", [OSError(errno.EROFS, "gone"), KeyboardInterrupt()])
def test_nothing_works_from_an_act_on(root: Path, whole: Snapshot, error: BaseException) -> None:
    """A disk that is gone, or Ctrl-C again and again: the next command ends what was begun."""
    before = snapshot(root)
    for number in itertools.count(1):
        with failing(number, error, lasting=True) as failed:
            told = stopped(lambda: apply.run(PLAN, root))
        if not failed:
            break
        if isinstance(told, MachineError):
            problem = told.problems[0]
            assert problem.message.startswith(f"cannot write {root}")
            assert (problem.hint == "nothing was changed") is (snapshot(root) == before)
        with failing(1, error, lasting=True) as again:
            stopped(lambda: journal.recover(root))
        assert not again or journal.recover(root) != "nothing"
        assert snapshot(root) in (before, whole)
        apply.take_back(PLAN, root)
        assert snapshot(root) == before


def kill(folder: Path, whole: Snapshot, *words: object, before: str = "") -> list[str]:
    """Kill the writer at each of a range of acts, then what recovers; return how it ended."""
    tests = str(Path(__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", before + KILLER, str(folder), *map(str, words)],
        env=os.environ | {"PYTHONPATH": tests},
        input=repr(whole),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("before", ["", LINKLESS], ids=["links", "no-links"])
def test_killed_at_any_act(tmp_path: Path, whole: Snapshot, before: str) -> None:
    """SIGKILL before each act, then once while recovering: as before or complete."""
    ends = kill(tmp_path, whole, 1, 1000, 0, before=before)
    assert ends[-1].startswith("passed")
    told = [line.split()[-1] for line in ends[:-1]]
    assert {line.split()[-2] for line in ends[:-1]} == {"nothing", "taken", "completed"}
    assert len(told) > 60
    assert told.count("before") > 30
    assert told.count("whole") > 2
    assert told == sorted(told), "there is one act that decides"


@pytest.mark.slow
@pytest.mark.parametrize("before", ["", LINKLESS], ids=["links", "no-links"])
def test_killed_at_any_act_and_at_any_act_of_recovering(
    tmp_path: Path, whole: Snapshot, before: str
) -> None:
    """SIGKILL before each act, and before each act of what recovers: as before or complete."""
    ends = kill(tmp_path, whole, 1, 1000, 1, before=before)
    assert ends[-1].startswith("passed")
    assert len(ends) > 500


def test_the_disk_has_it_before_the_next_begins(root: Path) -> None:
    """A power cut finds each stage whole: all is synced, names too, before what builds on it."""
    if not Path("/proc/self/fd").exists():
        pytest.skip("what is synced cannot be seen here")
    base = root.resolve()
    synced: set[str] = set()
    seen: list[str] = []
    folders = {str((base / change.path).parent) for change in PLAN.changes}

    def before(name: str, args: tuple[Any, ...]) -> None:
        if name == "fsync":
            synced.add(os.readlink(f"/proc/self/fd/{args[0]}"))  # noqa: PTH115
        if name == "mkdir" or (name == "open" and str(args[0]).endswith(".new")):
            assert {f"{base}/.rafters-journal", str(base)} <= synced
        if name == "replace" and str(args[0]).endswith(".new"):
            assert str(args[0]) in synced
        if name == "replace" and not seen:
            assert folders <= synced
        if name == "replace" and str(args[1]).endswith("-done"):
            assert folders <= synced
            synced.clear()
        elif name == "replace":
            synced.difference_update(folders)
        if name == "unlink":
            assert str(base) in synced
        seen.extend([name] * (name == "replace"))

    with watched(before):
        apply.run(PLAN, base)
    assert len(seen) == len(PLAN.changes) + 1


def test_the_error_names_one_path_and_says_why(root: Path) -> None:
    """The message has one line: the file as its user knows it, and the system's word."""
    target = root / "src/shop/models/task.py"
    told = set()
    for number in itertools.count(1):
        with failing(number, no_space()) as failed:
            error = stopped(lambda: change(root))
        if not failed:
            break
        if error:
            told.add(str(error))
        apply.take_back(PLAN, root)
    assert f"cannot write {target}: No space left on device" in told
    assert not any(".rafters" in message or "\n" in message for message in told)

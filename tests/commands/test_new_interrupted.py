"""`rafters new`, stopped at any point or refused by the disk: no project, or a whole one."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest
from conftest import FILES, ROOT, spawn, tree_of

# Runs `new` in forks that kill themselves just before their n-th act on the disk, each in a
# folder of its own. Python tells of each act through an audit event; libraries are loaded before
# the forks, so that no act is an import, and templates are compiled. Without numbers it runs once,
# in peace, and counts.
KILLER = """
import os, signal, sys, tempfile
from pathlib import Path

from compiling import compile_once
from jinja2 import Environment
from rafters import main

ACTS = {"os.mkdir", "os.rename", "os.chmod", "os.remove", "os.rmdir", "os.symlink", "os.utime"}
count = 0
last = 0

def act(event, args):
    global count
    opened = event == "open" and isinstance(args[1], str) and set(args[1]) & set("wxa+")
    if opened or event in ACTS or event == "subprocess.Popen":
        count += 1
        if count == last:
            os.kill(os.getpid(), signal.SIGKILL)

def run():
    main.run(["new", "shop", "--no-install", "--no-git", "--yes"])

told = os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
Environment.compile = compile_once
here = os.getcwd()
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    run()
    os.chdir(here)

for number in map(int, sys.argv[1:]):
    child = os.fork()
    if not child:
        last = number
        os.chdir(str(number))
        sys.addaudithook(act)
        run()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print(number, os.waitstatus_to_exitcode(status), file=told, flush=True)
if len(sys.argv) == 1:
    sys.addaudithook(act)
    run()
    print(count, file=told, flush=True)
"""


DELAYS = (0.3, 0.8, 1.3, 2.0, 3.0, 4.5, 6.0)
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STOPS = [
    *((delay, signal.SIGKILL) for delay in DELAYS),
    *zip(DELAYS, cycle(SIGNALS), strict=False),
]
"""Seconds after which `new` is stopped, and how: killed, or told in one of the ways in turn."""


def left_over(folder: Path) -> list[str]:
    """Return what is in a folder beside a project, once nothing changes there any more."""
    deadline = time.monotonic() + 90  # more than the watchman has
    while time.monotonic() < deadline:
        names = sorted(path.name for path in folder.iterdir() if path.name != "shop")
        if not names:
            return []
        time.sleep(0.05)
    return names


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the tree of a project that was made in peace."""
    folder = tmp_path_factory.mktemp("whole")
    assert spawn("new", "shop", *FILES, cwd=folder).code == 0
    return tree_of(folder / "shop")


def start(numbers: list[int], folder: Path) -> subprocess.Popen[str]:
    """Start to run `new` up to each of these acts on the disk, or once to its end."""
    return subprocess.Popen(
        [sys.executable, "-c", KILLER, *map(str, numbers)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT / "tests")},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def check_killed(numbers: list[int], folder: Path, whole: dict[str, bytes]) -> None:
    """Kill `new` at each of these acts, two at a time, and look at what is there."""
    for number in numbers:
        (folder / str(number)).mkdir()
    workers = [start(part, folder) for part in (numbers[::2], numbers[1::2])]
    ends = "".join(worker.communicate()[0] for worker in workers).splitlines()
    killed = {line.split()[0] for line in ends if line.split()[1] == str(-signal.SIGKILL)}
    assert killed == set(map(str, numbers))
    for number in numbers:
        here = folder / str(number)
        assert left_over(here) == [], f"act {number}"
        if (here / "shop").exists():
            assert tree_of(here / "shop") == whole, f"act {number}"
            assert (here / "shop" / ".env").exists()


@pytest.fixture(scope="module")
def acts(tmp_path_factory: pytest.TempPathFactory) -> int:
    """Return how many acts on the disk `new` takes."""
    counted, _ = start([], tmp_path_factory.mktemp("acts")).communicate()
    total = int(counted.split()[-1])
    assert total > 100, "the audit sees the writes"
    return total


def test_killed_at_some_writes_it_leaves_nothing(
    tmp_path: Path, whole: dict[str, bytes], acts: int
) -> None:
    """SIGKILL before the first, some middle and the last acts: no project and no scratch."""
    check_killed([1, 2, 3, acts // 2, acts - 1, acts], tmp_path, whole)


@pytest.mark.slow
def test_killed_at_many_writes_it_leaves_nothing(
    tmp_path: Path, whole: dict[str, bytes], acts: int
) -> None:
    """SIGKILL before every sixth act, and each of the last: none or a whole one, no scratch."""
    check_killed(sorted({*range(1, acts, 6), *range(acts - 30, acts + 1)}), tmp_path, whole)


@pytest.mark.slow
@pytest.mark.parametrize(("delay", "sent"), STOPS)
def test_stopped_while_it_installs_and_verifies(
    tmp_path: Path, delay: float, sent: signal.Signals
) -> None:
    """Whatever runs when the signal comes, no scratch stays and no half project appears."""
    process = subprocess.Popen(
        [sys.executable, "-m", "rafters", "new", "shop", "--yes"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(delay)
    process.send_signal(sent)
    _, err = process.communicate(timeout=60)
    assert left_over(tmp_path) == []
    made = tmp_path / "shop"
    if made.exists():
        assert (made / "uv.lock").exists()
        assert (made / ".git" / "HEAD").exists()
    if made.exists() and process.returncode == 0:
        return  # a fast machine: it came after the end
    # the signal came before Python itself was up, of whose own imports SIGINT makes a 1
    is_early = process.returncode == 1 and "KeyboardInterrupt" in err and not made.exists()
    if is_early and not re.search("^error:", err, re.MULTILINE):
        return
    if process.returncode != -sent:  # the signal came after Python itself was up
        running = ["pgrep", "--full", str(tmp_path)]
        assert subprocess.run(running, check=False, stdout=subprocess.DEVNULL).returncode == 1
        assert process.returncode == 130
        assert err.startswith("error: interrupted: ")
        assert ("was not made" in err or "nothing was changed" in err) is not made.exists()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give the place where tests mount a file system of some size, and unmount it."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system takes root")
    place = tmp_path / "disk"
    place.mkdir()
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=False, capture_output=True)


@pytest.mark.parametrize("kilobytes", [8, 64, 160, 260])
def test_a_full_disk_is_told(small_disk: Path, kilobytes: int) -> None:
    """Wherever the disk ends: exit 1, at most three lines that name the path, and nothing left."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(small_disk)]
    subprocess.run(mount, check=True)
    done = spawn("new", "shop", *FILES, cwd=small_disk)
    assert done.code == 1
    assert "No space left on device" in done.err
    assert "shop" in done.err
    assert len(done.err.splitlines()) <= 3
    assert left_over(small_disk) == []
    assert not (small_disk / "shop").exists()


@pytest.mark.slow
def test_a_full_disk_while_installing_is_told(small_disk: Path) -> None:
    """Where the files fit and the packages do not, the gate that failed is `install`."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(small_disk)]
    subprocess.run(mount, check=True)
    done = spawn("new", "shop", "--yes", "--json", cwd=small_disk)
    assert done.code == 1
    (error,) = done.envelope["errors"]
    assert error["message"].startswith("gate 'install' failed")
    assert "No space left on device" in error["message"]
    assert left_over(small_disk) == []
    assert not (small_disk / "shop").exists()
    shutil.rmtree(Path(done.envelope["data"]["kept"]).parent)


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    """No permission: exit 1, one line that names the path, and nothing left."""
    tmp_path.chmod(0o555)
    argv = [sys.executable, "-m", "rafters", "new", "shop", *FILES]
    if os.geteuid() == 0:  # who may write everywhere first has to give that up
        argv = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override", *argv]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "cannot make shop: Permission denied" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
    tmp_path.chmod(0o755)

"""The lock: one command at a time in a project, and no trace of it."""

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from rafters.effects import lock
from rafters.errors import MachineError

COUNT = """
import sys
from pathlib import Path
from rafters.effects import lock

root = Path(sys.argv[1])
for _ in range(50):
    with lock.held(root):
        number = int((root / "count").read_text())
        (root / "count").write_text(str(number + 1))
"""

HOLD = """
import sys, time
from pathlib import Path
from rafters.effects import lock

with lock.held(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def start(code: str, root: Path) -> subprocess.Popen[str]:
    """Start a program that takes the lock."""
    argv = [sys.executable, "-c", code, str(root)]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)


def holder(root: Path) -> subprocess.Popen[str]:
    """Start a program that has the lock when this returns."""
    process = start(HOLD, root)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def end(process: subprocess.Popen[str], sent: signal.Signals = signal.SIGKILL) -> None:
    """End a program."""
    process.send_signal(sent)
    process.communicate()


def test_eight_processes_count_to_400(tmp_path: Path) -> None:
    """Nobody reads what somebody else is about to change."""
    (tmp_path / "count").write_text("0", encoding="utf-8")
    processes = [start(COUNT, tmp_path) for _ in range(8)]
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0] * 8
    assert (tmp_path / "count").read_text(encoding="utf-8") == "400"
    assert [path.name for path in tmp_path.iterdir()] == ["count"]


def test_threads_wait_for_each_other(tmp_path: Path) -> None:
    """The lock is between threads too, though they are one process."""
    inside: list[int] = []
    most = []

    def work() -> None:
        for _ in range(10):
            with lock.held(tmp_path):
                inside.append(1)
                most.append(len(inside))
                time.sleep(0.001)
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 40


def test_a_killed_holder_frees_it(tmp_path: Path) -> None:
    """After SIGKILL the next one gets the lock at once."""
    process = holder(tmp_path)
    end(process)
    with lock.held(tmp_path, timeout=1):
        pass


def test_an_error_frees_it(tmp_path: Path) -> None:
    """However the block is left, the lock is free."""
    with pytest.raises(ZeroDivisionError), lock.held(tmp_path):
        raise ZeroDivisionError
    with lock.held(tmp_path, timeout=0):
        pass


def test_programs_that_were_started_do_not_keep_it(tmp_path: Path) -> None:
    """What a command leaves running, as a server, has no part in the lock."""
    with lock.held(tmp_path):
        process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        with lock.held(tmp_path, timeout=0):
            pass
    finally:
        process.kill()
        process.communicate()


def test_who_waits_is_told_once_and_then_gets_it(tmp_path: Path) -> None:
    """The notice comes once, and only where there is somebody to wait for."""
    process = holder(tmp_path)
    notices: list[str] = []

    def notice() -> None:
        notices.append("waiting")
        threading.Timer(0.1, end, [process]).start()

    with lock.held(tmp_path, waiting=notice):
        assert notices == ["waiting"]
    with lock.held(tmp_path, waiting=notice):
        assert notices == ["waiting"]


def test_waiting_has_an_end(tmp_path: Path) -> None:
    """After the time-out the error says who has the lock, and what to do."""
    process = holder(tmp_path)
    with pytest.raises(MachineError) as caught, lock.held(tmp_path, timeout=0.1):
        pass
    end(process)
    (problem,) = caught.value.problems
    assert problem.code == "locked"
    assert str(tmp_path) in problem.message
    if sys.platform == "linux":
        assert f"(process {process.pid})" in problem.message
    assert "end it" in problem.hint


def test_waiting_can_be_interrupted(tmp_path: Path) -> None:
    """Ctrl-C ends the waiting, and later the lock can be had."""
    process = holder(tmp_path)

    def interrupt() -> None:
        threading.Timer(0.1, os.kill, [os.getpid(), signal.SIGINT]).start()

    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt), lock.held(tmp_path, waiting=interrupt):
        pass
    assert time.monotonic() - begun < 10
    end(process)
    with lock.held(tmp_path, timeout=1):
        pass


def test_no_folder_no_lock(tmp_path: Path) -> None:
    """What is not there cannot be locked, in one line."""
    message = f"cannot lock {tmp_path / 'shop'}: No such file or directory"
    with pytest.raises(MachineError) as caught, lock.held(tmp_path / "shop"):
        pass
    assert str(caught.value) == message


def test_where_folders_cannot_be_locked_a_file_elsewhere_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on NFS: the lock works, and the project has no trace of it."""
    import fcntl

    real = fcntl.flock

    def flock(descriptor: int, act: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{descriptor}"):  # noqa: PTH112
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        real(descriptor, act)

    root, scratch = tmp_path / "shop", tmp_path / "scratch"
    root.mkdir()
    scratch.mkdir()
    monkeypatch.setattr(fcntl, "flock", flock)
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    with lock.held(root):
        with pytest.raises(MachineError, match="at work"), lock.held(root, timeout=0):
            pass
        assert list(root.iterdir()) == []
        assert len(list(scratch.iterdir())) == 1
    with lock.held(root, timeout=0):
        pass

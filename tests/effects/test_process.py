"""Programs that Rafters runs."""

import sys
import threading
import time
from pathlib import Path

import pytest
from waiting import until

from rafters.effects import process
from rafters.effects.process import Processes, environment
from rafters.errors import MachineError

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_both_streams_and_the_status_are_returned(tmp_path: Path) -> None:
    """What a program wrote to either stream is one text, whatever its bytes."""
    code = "import sys; print('a', flush=True); sys.stderr.buffer.write(b'\\xff'); sys.exit(3)"
    done = Processes().run([sys.executable, "-c", code], cwd=tmp_path)
    assert (done.returncode, done.ok, done.output) == (3, False, "a\n�")


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    """What cannot be started is an error with the program's name."""
    with pytest.raises(MachineError, match="cannot run nonsense"):
        Processes().run(["nonsense"], cwd=tmp_path)


def test_a_hanging_program_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the time-out the program is gone, and the output says why."""
    monkeypatch.setattr(process, "TIMEOUT", 0.2)
    done = Processes().run(SLEEP, cwd=tmp_path)
    assert not done.ok
    assert "stopped after" in done.output


def test_what_a_hanging_program_set_free_is_stopped(tmp_path: Path) -> None:
    """A child in a session of its own ends with the program, though it holds its streams."""
    code = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'],
                         start_new_session=True)
print(child.pid, flush=True)
time.sleep(60)
"""
    done = Processes().run([sys.executable, "-c", code], cwd=tmp_path, timeout=3)
    assert not done.ok
    pid, told = done.output.split("\n", 1)
    assert told.strip() == "stopped after 3 s"
    until(lambda: not _alive(pid))  # it is no child of ours: nobody tells when its end is done


def _alive(pid: str) -> bool:
    """Tell whether a process runs still; what its parent has not buried does not."""
    try:
        stat = Path("/proc", pid, "stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in "XZ"


def test_the_end_kills_what_runs_and_what_would_come(tmp_path: Path) -> None:
    """Programs of other threads end at once, and none is started afterwards."""
    processes = Processes()
    thread = threading.Thread(target=processes.run, args=(SLEEP,), kwargs={"cwd": tmp_path})
    thread.start()
    time.sleep(0.2)
    processes.end()
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert not processes.run(SLEEP, cwd=tmp_path).ok


def test_the_environment_leaves_other_projects_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """What points at another project is left out, what leads to packages is handed on."""
    for name in ("VIRTUAL_ENV", "PYTHONPATH", "GIT_DIR", "UV_FROZEN", "UV_CACHE_DIR", "OWN"):
        monkeypatch.setenv(name, "x")
    given = environment({"OWN": None, "MORE": "y"})
    assert not {"VIRTUAL_ENV", "PYTHONPATH", "GIT_DIR", "UV_FROZEN", "OWN"} & given.keys()
    assert (given["UV_CACHE_DIR"], given["MORE"]) == ("x", "y")

"""How a command line ends."""

import subprocess
import sys
from pathlib import Path

import pytest

from rafters.errors import FAILED, INTERRUPTED
from rafters.options import Access
from rafters.spec.resource import ACCESS

STOPPED = {
    "within an exec, after which Python itself would end by the signal": "exec('sent()')",
    "again and again": "again()",
    "in a lock that takes it badly": "locked()",
    "as it ends": "setattr(sys.stdout, 'flush', sent) or 130",
}
"""When signals come, and what the command line then runs."""

MODULE = """
import os, signal, sys, threading
from rafters import __main__, main

def sent(number=signal.{signal}):
    os.kill(os.getpid(), number)
    return 130

def again():
    try:
        sent()
    finally:
        [sent() for _ in range(9)]

def locked():
    try:
        sent()
    except KeyboardInterrupt:
        threading.Lock().release()

main.run = lambda _: {run}
__main__.main()
"""


@pytest.mark.parametrize("sent", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("when", STOPPED)
def test_stopped_it_ends_with_its_code(when: str, sent: str, tmp_path: Path) -> None:
    """Whenever a signal comes, the command ends with 130 and without a traceback."""
    (tmp_path / "stopped.py").write_text(MODULE.format(run=STOPPED[when], signal=sent))
    argv = [sys.executable, "-m", "stopped"]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == INTERRUPTED
    told = "" if when == "as it ends" else "error: interrupted: nothing was changed\n"
    assert done.stderr == told


def test_after_ten_signals_one_counts_again(tmp_path: Path) -> None:
    """An interruption that got lost can be had again."""
    lost = "def lost():\n    try:\n        again()\n    except KeyboardInterrupt:\n        sent()\n"
    module = MODULE.format(run="lost()", signal="SIGINT")
    (tmp_path / "stopped.py").write_text(module.replace("main.run =", f"{lost}\nmain.run ="))
    argv = [sys.executable, "-m", "stopped"]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == INTERRUPTED
    assert done.stderr == "error: interrupted: nothing was changed\n"


def test_help_that_cannot_be_printed_is_an_error_of_one_line() -> None:
    """A full disk under the output is told, without a traceback."""
    with Path("/dev/full").open("w") as full:
        argv = [sys.executable, "-m", "rafters", "--help"]
        done = subprocess.run(argv, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        FAILED,
        "error: cannot print: No space left on device\n",
    )


def test_the_command_line_offers_every_kind_of_access() -> None:
    """Its choices stand apart so that help is quick; they are those of the specification."""
    assert tuple(Access) == ACCESS

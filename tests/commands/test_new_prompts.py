"""`rafters new` asks on a terminal, and nowhere else."""

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import yaml
from conftest import spawn


def converse(argv: list[str], cwd: Path, keys: bytes, *, seconds: float = 60) -> tuple[int, str]:
    """Run a command on a terminal of its own, press keys at every question, return its end."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(argv, cwd=cwd, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    asked = 0
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if select.select([ours], [], [], 0.1)[0]:
            try:
                shown += os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
        elif shown.count("🎤".encode()) > asked:
            asked = shown.count("🎤".encode())
            os.write(ours, keys)
        elif process.poll() is not None:
            break
    os.close(ours)
    return process.wait(timeout=10), shown.decode(errors="replace")


def rafters(*argv: str) -> list[str]:
    """Return the words that run a command line in a process of its own."""
    return [sys.executable, "-m", "rafters", *argv]


def test_a_terminal_is_asked_for_the_rest(tmp_path: Path) -> None:
    """What is set is not asked; Enter takes the default of each other question."""
    argv = rafters("new", "shop", "--no-install", "--no-git", "--set", "docker=no")
    code, shown = converse(argv, tmp_path, b"\r")
    assert code == 0, shown
    answers = yaml.safe_load((tmp_path / "shop" / ".copier-answers.yml").read_text("utf-8"))
    assert answers["project_name"] == "Shop"
    assert answers["docker"] is False
    assert "🎤" in shown
    assert "Docker" not in shown.partition("Created")[0]


def test_ctrl_c_at_a_question_leaves_nothing(tmp_path: Path) -> None:
    """A person who changes their mind is told that nothing was made, with exit 130."""
    code, shown = converse(rafters("new", "shop", "--no-install", "--no-git"), tmp_path, b"\x03")
    assert code == 130
    assert "shop was not made" in shown
    assert list(tmp_path.iterdir()) == []


def test_yes_asks_nothing_on_a_terminal(tmp_path: Path) -> None:
    """`--yes` takes the defaults."""
    argv = rafters("new", "shop", "--no-install", "--no-git", "--yes")
    code, shown = converse(argv, tmp_path, b"\x03")
    assert code == 0, shown
    assert "🎤" not in shown


def test_where_nobody_can_answer_nobody_is_asked(tmp_path: Path) -> None:
    """Without a terminal the defaults are taken, with and without `--json`."""
    for name, more in (("shop", ()), ("store", ("--json",))):
        done = spawn("new", name, "--no-install", "--no-git", *more, cwd=tmp_path)
        assert done.code == 0, done.err
        assert "🎤" not in done.out + done.err

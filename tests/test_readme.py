"""The README tells the truth."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, Rafters
from readme import README, commands, set_up

from rafters import cli
from rafters.effects import bundle
from rafters.errors import CONFLICT, DONE, FAILED, INTERRUPTED, USAGE

TEXT = README.read_text(encoding="utf-8")


def test_ci_runs_the_test_command_of_the_readme() -> None:
    """CI and a newcomer type the same."""
    assert set_up()[1] in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_every_option_is_described(rafters: Rafters) -> None:
    """Each option that `new --help` shows stands in the README, and no other."""
    shown = set(re.findall(r"--[a-z][a-z-]+", rafters("new", "--help").out)) - {"--help"}
    described = set(re.findall(r"^\| `(--[a-z-]+)", TEXT, re.MULTILINE))
    assert described == {option for option in shown if not option.startswith("--no-")}


def test_every_option_of_the_project_is_described() -> None:
    """Each question of copier.yml stands in the README, with its help word for word."""
    for question in bundle.project_questions():
        row = f"| `{question.name}` | {question.help} |"
        assert (row in TEXT) is not question.hidden, row


def test_every_command_is_described() -> None:
    """Each command has a heading."""
    for command in cli.app.registered_commands:
        assert command.callback
        assert f"## `rafters {command.callback.__name__}`" in TEXT


def test_every_exit_code_is_described() -> None:
    """The table of exit codes is that of the program."""
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", TEXT, re.MULTILINE)}
    assert told == {DONE, FAILED, USAGE, CONFLICT, INTERRUPTED}


def test_the_picture_is_of_this_program() -> None:
    """The recorded run is there, and shows what `new` says today."""
    (path,) = re.findall(r"\]\((\.github/[\w-]+\.svg)\)", TEXT)
    picture = (ROOT / path).read_text(encoding="utf-8").replace("&#160;", " ")
    for word in ("render", "install", "tests", "migrations", "openapi", "types", "git", "Next:"):
        assert word in picture
    assert "@font-face" not in picture


@pytest.mark.slow
def test_the_commands_work_as_shown(tmp_path: Path) -> None:
    """Every command but the set-up, typed one after the other in one folder."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    shown = [command for command in commands() if command not in set_up()]
    assert len(shown) > 3
    for command in shown:
        script = f"set -e\n{command}"
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=tmp_path,
            env=os.environ | {"PATH": path},
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


@pytest.mark.slow
def test_a_fresh_machine_makes_a_project() -> None:
    """The README's first command, with an empty HOME and nothing but Python and git."""
    argv = [sys.executable, str(ROOT / "tests" / "fresh_machine.py"), "new"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Created ./shop" in done.stdout

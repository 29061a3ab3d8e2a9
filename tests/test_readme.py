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
from rafters.errors import BUDGET, CONFLICT, DONE, FAILED, INTERRUPTED, NO_PROJECT, USAGE

TEXT = README.read_text(encoding="utf-8")
COMMANDS = cli.app.registered_commands


def test_ci_runs_the_test_command_of_the_readme() -> None:
    """CI and a newcomer type the same."""
    assert set_up()[1] in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


NAMES = [command.name or getattr(command.callback, "__name__", "") for command in COMMANDS]


def section(command: str) -> str:
    """Return what the README says of a command."""
    return TEXT.partition(f"\n## `rafters {command}`\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("command", NAMES)
def test_every_option_is_described(rafters: Rafters, command: str) -> None:
    """Each option that a command's help shows stands in its table in the README, and no other."""
    shown = set(re.findall(r"--[a-z][a-z-]+", rafters(command, "--help").out)) - {"--help"}
    rows = re.findall(r"^\| (`--.*?) \|", section(command), re.MULTILINE)
    described = {option for row in rows for option in re.findall(r"--[a-z][a-z-]+", row)}
    positive = {option for option in shown if not option.startswith("--no-")}
    assert described - {option for option in described if option.startswith("--no-")} == positive


def test_every_option_of_the_project_is_described() -> None:
    """Each question of copier.yml stands in the README, with its help word for word."""
    for question in bundle.project_questions():
        row = f"| `{question.name}` | {question.help} |"
        assert (row in TEXT) is not question.hidden, row


@pytest.mark.parametrize("command", NAMES)
def test_every_command_is_described(command: str) -> None:
    """Each command has a section."""
    assert section(command)


def test_every_exit_code_is_described() -> None:
    """The table of exit codes is that of the program."""
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", TEXT, re.MULTILINE)}
    assert told == {DONE, FAILED, USAGE, CONFLICT, NO_PROJECT, BUDGET, INTERRUPTED}


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
    folder = tmp_path
    for command in shown:
        if command.startswith("cd "):
            folder /= command.removeprefix("cd ")
            continue
        script = f"set -e\n{command}"
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=folder,
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

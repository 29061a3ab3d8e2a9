"""What merges without a conflict is right: the resource's tests, ruff and the types say so."""

import subprocess
from pathlib import Path

import pytest
from commands.edits import EDITS, TASK
from commands.test_edits import CHANGES
from conftest import spawn

pytestmark = pytest.mark.slow

PAIRS = (
    ("field in all layers and its migration", "add"),
    ("validator", "add ref"),
    ("deleted test", "alter values"),
    ("schema class in the middle", "access"),
    ("another line length", "add ref"),
    ("CRLF", "add many"),
    ("split module", "alter null"),
)
"""Edits after which the project works, and changes that go together with them."""


def git(*argv: str, cwd: Path) -> None:
    """Run git."""
    subprocess.run(["git", *argv], cwd=cwd, check=True, capture_output=True)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an installed project with a Task that may refer to others, all of it committed."""
    here = tmp_path_factory.mktemp("edits")
    words = ("--no-example", "--yes", "--verify", "none", "--set", "accounts=minimal")
    made = spawn("new", "shop", *words, cwd=here)
    assert made.code == 0, made.err
    shop = here / "shop"
    for argv in (("Project", "name:str:1..100"), ("Tag", "name:str:1..50"), ("Task", *TASK)):
        made = spawn("add", *argv, "--verify", "none", cwd=shop)
        assert made.code == 0, made.err
    git("add", ".", cwd=shop)
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    git(*identity, "commit", "--message=tasks", cwd=shop)
    return shop


@pytest.mark.parametrize(("name", "change"), PAIRS, ids=[" + ".join(pair) for pair in PAIRS])
def test_what_goes_together_works(shop: Path, name: str, change: str) -> None:
    """After the edit and the change, all quick gates pass: nothing was merged that is wrong."""
    (edit,) = [edit for edit in EDITS if edit.name == name]
    git("checkout", ".", cwd=shop)
    git("clean", "--force", "-d", cwd=shop)
    edit.make(shop)
    done = spawn("change", "Task", *CHANGES[change], cwd=shop)
    assert done.code == 0, done.err

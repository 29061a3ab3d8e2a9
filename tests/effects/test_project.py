"""Finding and reading a project."""

from pathlib import Path

import pytest

from rafters.effects import project
from rafters.effects.project import DiskTree
from rafters.errors import ConflictError, MachineError, NoProjectError

MANIFEST = """
[layout]
package = "shop"
source = "src/shop"
tests = "tests"
migrations = "migrations/versions"
main = "shop.main"
models = "shop.models"
api_prefix = "/api"

[resources.Task]
plural = "tasks"
fields = ["title:str:1..200"]
"""


def test_the_project_around_a_folder_is_found(tmp_path: Path) -> None:
    """The nearest folder with a rafters.toml is the project; without one there is none."""
    with pytest.raises(NoProjectError):
        project.find(tmp_path)
    (tmp_path / "rafters.toml").write_text(MANIFEST)
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert project.find(inner) == tmp_path


def test_a_project_is_what_its_manifest_says(tmp_path: Path) -> None:
    """Layout and resources are read; migrations are those of the layout's folder."""
    (tmp_path / "rafters.toml").write_text(MANIFEST)
    folder = tmp_path / "migrations" / "versions"
    folder.mkdir(parents=True)
    (folder / "0001_a.py").write_text("revision = '0001'\n")
    (folder / "notes.txt").write_text("no migration")
    read = project.read(tmp_path)
    assert read.layout["package"] == "shop"
    assert list(read.blueprint.resources) == ["Task"]
    assert read.migrations == {"migrations/versions/0001_a.py": "revision = '0001'\n"}


def test_a_manifest_of_another_kind_is_refused(tmp_path: Path) -> None:
    """What is missing under [layout] is named."""
    (tmp_path / "rafters.toml").write_text('[layout]\npackage = "shop"\n')
    with pytest.raises(ConflictError, match="lacks source, tests"):
        project.read(tmp_path)


def test_files_are_read_when_they_are_asked_for(tmp_path: Path) -> None:
    """A tree of the disk knows what is there, and keeps what it has read."""
    (tmp_path / "run").write_text("#!/bin/sh\n")
    (tmp_path / "run").chmod(0o755)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "x").write_text("")
    tree = DiskTree(tmp_path)
    assert list(tree) == ["run"]
    assert len(tree) == 1
    assert tree["run"].executable
    assert "run" in tree
    assert "missing" not in tree
    assert tree.get("missing") is None
    assert tree.get("run/inner") is None
    (tmp_path / "run").write_text("changed")
    assert tree["run"].text == "#!/bin/sh\n"


def test_a_current_folder_that_is_gone_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where somebody has removed the folder of the shell, the error says so."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(MachineError, match="cannot read the current folder"):
        project.find()

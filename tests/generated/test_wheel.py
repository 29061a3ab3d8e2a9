"""The wheel that people install."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, through the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    argv = [sys.executable, "-m", "build", "--installer", "uv", "--outdir", str(folder), str(ROOT)]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(argv, check=True, capture_output=True, env=os.environ | {"PATH": path})
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_templates_that_git_tracks(wheel: Path) -> None:
    """No template is lost or added on the way through the sdist, copier.yml included."""
    argv = ["git", "ls-files", "-z", "template", "copier.yml"]
    tracked = subprocess.run(argv, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    bundle = "rafters/_bundle/"
    names = zipfile.ZipFile(wheel).namelist()
    held = {name.removeprefix(bundle) for name in names if name.startswith(bundle)}
    assert held == set(tracked.strip("\0").split("\0"))
    assert len(held) > 40
    assert not [name for name in names if name.startswith(("template", "tests", "copier"))]


def test_the_wheel_alone_makes_a_project(wheel: Path, tmp_path: Path) -> None:
    """Installed into an empty environment and run from `/`, it makes a project that passes."""
    venv.create(tmp_path / "env", with_pip=True)
    scripts = tmp_path / "env" / "bin"
    subprocess.run([scripts / "pip", "install", "--quiet", wheel], check=True)
    home = tmp_path / "home"
    home.mkdir()
    env = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    # a name that no folder at the root has; it is taken away again
    name = f"rafters-trial-{os.getpid()}"
    made = Path("/") / name
    try:
        words = ("--yes", "--no-git", "--set", "accounts=minimal")
        subprocess.run([scripts / "rafters", "new", name, *words], cwd="/", env=env, check=True)
        assert (made / "uv.lock").exists()
    finally:
        subprocess.run(["rm", "-rf", str(made)], check=True)

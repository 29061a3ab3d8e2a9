"""A gate that fails is told, and nothing is made."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, Rafters

from rafters.effects import bundle

pytestmark = pytest.mark.slow

PACKAGE = "src/{{package}}"


def append(path: str, text: str) -> Callable[[Path], None]:
    """Return a fault that adds lines to a file of the project template."""

    def apply(project: Path) -> None:
        found = [*project.glob(path.replace("{{package}}", "*"))]
        assert found, f"{path} is not in the template"
        with found[0].open("a", encoding="utf-8") as file:
            file.write(text)

    return apply


FAULTS = {
    "install": append("pyproject.toml*", '[tool.uv.sources]\nfastapi = { path = "nowhere" }\n'),
    "import": append(
        f"{PACKAGE}/errors.py*", '\n\nif __name__.endswith("errors"):\n    raise RuntimeError\n'
    ),
    "openapi": append(
        f"{PACKAGE}/routers/health.py*",
        '\n\n@router.get("/live2", operation_id="get_liveness")\n'
        'def get_live_again() -> Health:\n    """Answer."""\n    return Health()\n',
    ),
    "lint": append(f"{PACKAGE}/errors.py*", "\n\nimport os\n"),
    "format": append(f"{PACKAGE}/errors.py*", "\n\n\n\n\nX = 'a'\n"),
    "types": append(f"{PACKAGE}/errors.py*", '\n\nWRONG: int = "a text"\n'),
    "migrations": append(
        f"{PACKAGE}/models/user.py*",
        '\n\nclass Forgotten(Base, table=True):\n    """A table without a migration."""\n',
    ),
    "tests": append(
        "tests/test_health.py*",
        '\n\ndef test_nothing() -> None:\n    """One is two."""\n    assert not __name__\n',
    ),
}


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy of the templates to break, in the place of the real ones."""
    copy = tmp_path / "templates"
    copy.mkdir()
    shutil.copytree(ROOT / "template", copy / "template")
    shutil.copy(ROOT / "copier.yml", copy)
    monkeypatch.setattr(bundle, "root", lambda: copy)
    return copy / "template" / "project"


@pytest.mark.parametrize("gate", FAULTS)
def test_a_failing_gate_leaves_no_project(
    rafters: Rafters, folder: Path, template: Path, gate: str
) -> None:
    """The gate is named with its last lines and the kept tree, and the folder stays empty."""
    FAULTS[gate](template)
    done = rafters("new", "shop", "--no-example", "--set", "accounts=minimal", "--json")
    assert done.code == 1
    assert list(folder.iterdir()) == []
    envelope = done.envelope
    failed = {error["message"].split("'")[1] for error in envelope["errors"]}
    assert gate in failed
    assert {error["code"] for error in envelope["errors"]} == {"gate-failed"}
    told = next(error for error in envelope["errors"] if f"'{gate}'" in error["message"])
    assert len(told["message"].splitlines()) > 1
    kept = Path(envelope["data"]["kept"])
    assert str(kept) in envelope["errors"][-1]["hint"]
    assert (kept / "pyproject.toml").exists()
    shutil.rmtree(kept.parent)


def test_the_faults_cover_the_gates() -> None:
    """Every gate that there is has a fault that it alone is there to find."""
    from rafters.effects import verify

    assert {gate.name for gate in verify.gates(verify.Scope("shop.main"))} | {
        "install"
    } == FAULTS.keys()

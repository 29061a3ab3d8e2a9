"""A gate that fails is told, and nothing is made."""

import shutil
from collections.abc import Callable
from itertools import chain
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
    "install": (
        append("pyproject.toml*", '[tool.uv.sources]\nfastapi = { path = "nowhere" }\n'),
        "nowhere",
    ),
    "import": (
        append(
            f"{PACKAGE}/errors.py*", '\n\nif __name__.endswith("errors"):\n    raise RuntimeError\n'
        ),
        "RuntimeError",
    ),
    "openapi": (
        append(
            f"{PACKAGE}/routers/health.py*",
            '\n\n@router.get("/live2", operation_id="get_liveness")\n'
            'def get_live_again() -> Health:\n    """Answer."""\n    return Health()\n',
        ),
        "Duplicate Operation ID get_liveness",
    ),
    "lint": (append(f"{PACKAGE}/errors.py*", "\n\nimport os\n"), "F401"),
    "format": (append(f"{PACKAGE}/security.py*", "\n\n\n\n\nX = 'a'\n"), "security.py"),
    "types": (append(f"{PACKAGE}/errors.py*", '\n\nWRONG: int = "a text"\n'), "a text"),
    "migrations": (
        append(
            f"{PACKAGE}/models/user.py*",
            '\n\nclass Forgotten(Base, table=True):\n    """A table without a migration."""\n',
        ),
        "forgotten",
    ),
    "tests": (
        append(
            "tests/test_health.py*",
            '\n\ndef test_nothing() -> None:\n    """One is two."""\n    assert not __name__\n',
        ),
        "test_nothing",
    ),
}
"""What is wrong with the templates, by the gate that is there to find it, and what that tells."""

AT_ONCE = (["install"], ["import"], ["openapi"], ["lint", "format", "types", "migrations", "tests"])
"""Faults of one project: with one of the first three, its tests do not come to run."""

FOUND_BY = {"import": "openapi"}
"""The gate that finds a fault, where it is called otherwise."""


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy of the templates to break, in the place of the real ones."""
    copy = tmp_path / "templates"
    copy.mkdir()
    shutil.copytree(ROOT / "template", copy / "template")
    shutil.copy(ROOT / "copier.yml", copy)
    monkeypatch.setattr(bundle, "root", lambda: copy)
    return copy / "template" / "project"


@pytest.mark.parametrize("gates", AT_ONCE, ids="-".join)
def test_a_failing_gate_leaves_no_project(
    rafters: Rafters, folder: Path, template: Path, gates: list[str]
) -> None:
    """Each gate is named with its last lines and the kept tree, and the folder stays empty."""
    for gate in gates:
        FAULTS[gate][0](template)
    done = rafters("new", "shop", "--no-example", "--set", "accounts=minimal", "--json")
    assert done.code == 1
    assert list(folder.iterdir()) == []
    envelope = done.envelope
    assert {error["code"] for error in envelope["errors"]} == {"gate-failed"}
    told = {error["message"].split("'")[1]: error["message"] for error in envelope["errors"]}
    for gate in gates:
        message = told[FOUND_BY.get(gate, gate)]
        assert FAULTS[gate][1] in message
        assert len(message.splitlines()) > 1
    kept = Path(envelope["data"]["kept"])
    assert str(kept) in envelope["errors"][-1]["hint"]
    assert (kept / "pyproject.toml").exists()
    shutil.rmtree(kept.parent)


def test_the_faults_cover_the_gates() -> None:
    """Every gate that there is has a fault that it is there to find."""
    from rafters.effects import verify

    assert [*chain(*AT_ONCE)] == [*FAULTS]
    gates = {gate.name for gate in verify.gates(verify.Scope("shop.main"))}
    assert gates | {"install", "import"} == FAULTS.keys()

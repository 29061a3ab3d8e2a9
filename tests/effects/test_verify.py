"""What gates find in their environment."""

from pathlib import Path

import pytest

from rafters.effects.process import Processes
from rafters.effects.verify import Gate, run

PYTHON = "import sys; print(sys.dont_write_bytecode, sys.pycache_prefix)"


def seen(project: Path, scratch: Path) -> set[str]:
    """Return what two gates print of the way Python keeps bytecode."""
    scratch.mkdir(exist_ok=True)
    gates = [Gate(name, "", ("python", "-c", PYTHON)) for name in ("one", "two")]
    verdicts = run(project, gates, Processes(), lambda _gate: None, scratch)
    return {finished.output.splitlines()[-1] for _, finished in verdicts}


def test_gates_share_bytecode_that_nobody_wants_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the caller keeps no bytecode, it goes to the scratch folder, once for all gates."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    project, scratch = tmp_path / "project", tmp_path / "scratch"
    project.mkdir()
    assert seen(project, scratch) == {f"False {scratch / 'bytecode'}"}
    assert list(project.iterdir()) == []


def test_bytecode_is_kept_where_python_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the caller says nothing of bytecode, Rafters does not either."""
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    assert seen(tmp_path, tmp_path / "scratch") == {"False None"}


def test_gates_that_start_a_server_come_one_after_the_other(tmp_path: Path) -> None:
    """The two that reach a PostgreSQL never run at once; the others run beside them."""
    held, beside = tmp_path / "held", tmp_path / "beside"
    hold = f"import os, time\nos.mkdir({str(held)!r})\n{{}}\nos.rmdir({str(held)!r})"
    wait = f"while not os.path.exists({str(beside)!r}): time.sleep(0.01)"
    commands = {
        "tests": hold.format(wait),
        "migrations": hold.format(""),
        "openapi": f"open({str(beside)!r}, 'w').close()",
    }
    gates = [
        Gate(name, "", ("python", "-c", code), "postgresql") for name, code in commands.items()
    ]
    verdicts = list(run(tmp_path, gates, Processes(), lambda _gate: None, tmp_path))
    assert [finished.output for _, finished in verdicts if not finished.ok] == []
    assert {gate.name for gate, _ in verdicts} == commands.keys()

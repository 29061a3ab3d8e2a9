"""What Python compiled in one environment is lent to the next."""

import importlib.util
import os
import py_compile
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rafters.effects import bytecode, cache

SOURCE = b"answer = 42\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that caches are in."""
    monkeypatch.setattr(cache, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    return tmp_path / "cache"


def install(project: Path, source: bytes = SOURCE, time: int = 10**9) -> Path:
    """Lay a library into a new environment of a project, as uv does; return its module."""
    module = project / ".venv/lib/python3.11/site-packages/library/module.py"
    module.parent.mkdir(parents=True)
    module.write_bytes(source)
    os.utime(module, (time, time))
    return module


def compiled(module: Path) -> Path:
    """Return where Python keeps what it compiles of a module."""
    return Path(importlib.util.cache_from_source(str(module)))


def compile_in(project: Path) -> None:
    """Make an environment, have Python compile its library, and keep that."""
    py_compile.compile(str(install(project)), doraise=True)
    bytecode.keep(project)


def test_python_takes_what_is_lent(tmp_path: Path) -> None:
    """It compiles nothing anew, though the file has another time, and knows it by its own path."""
    compile_in(tmp_path / "first")
    module = install(tmp_path / "second", time=2 * 10**9)
    bytecode.lend(tmp_path / "second")
    before = compiled(module).read_bytes(), compiled(module).stat().st_mtime_ns
    told = subprocess.run(
        [sys.executable, "-v", "-c", "import module; print(module.answer, module.__file__)"],
        env={"PYTHONPATH": str(module.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == f"42 {module}\n"
    assert f"{compiled(module)} matches {module}" in told.stderr
    assert before == (compiled(module).read_bytes(), compiled(module).stat().st_mtime_ns)


def test_another_version_gets_nothing(tmp_path: Path) -> None:
    """A file of the same size and time, but with other bytes, is compiled anew; and then kept."""
    compile_in(tmp_path / "first")
    other = SOURCE.replace(b"42", b"43")
    module = install(tmp_path / "second", other)
    bytecode.lend(tmp_path / "second")
    assert not compiled(module).exists()
    py_compile.compile(str(module), doraise=True)
    bytecode.keep(tmp_path / "second")
    module = install(tmp_path / "third", other)
    bytecode.lend(tmp_path / "third")
    assert compiled(module).exists()


def test_a_library_that_is_not_installed_gets_no_folder(tmp_path: Path) -> None:
    """An empty folder could be imported, as if the library were there."""
    compile_in(tmp_path / "first")
    module = install(tmp_path / "second")
    module.unlink()
    module.parent.rmdir()
    bytecode.lend(tmp_path / "second")
    assert not module.parent.exists()


def test_what_does_not_fit_its_source_is_not_kept(tmp_path: Path) -> None:
    """A source that was edited after Python had compiled it is left out, and so is rubbish."""
    module = install(tmp_path / "first")
    py_compile.compile(str(module), doraise=True)
    module.write_bytes(b"answer = 4321\n")
    (compiled(module).parent / "rubbish.pyc").write_bytes(b"")
    bytecode.keep(tmp_path / "first")
    module = install(tmp_path / "second")
    bytecode.lend(tmp_path / "second")
    assert not compiled(module).exists()


def test_without_an_environment_or_a_cache_nothing_happens(tmp_path: Path, home: Path) -> None:
    """A project that is not installed, or a cache that cannot be written, is no error."""
    bytecode.lend(tmp_path)
    bytecode.keep(tmp_path)
    assert not home.exists()
    home.write_text("in the way")
    compile_in(tmp_path / "first")
    module = install(tmp_path / "second")
    bytecode.lend(tmp_path / "second")
    assert not compiled(module).exists()


@given(place=st.integers(0, 10**6), size=st.integers(0, 8), put=st.binary(max_size=8))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_damaged_is_not_lent(
    tmp_path_factory: pytest.TempPathFactory, home: Path, place: int, size: int, put: bytes
) -> None:
    """Whatever becomes of the file that holds all, Python never gets code that is not whole."""
    tmp_path = tmp_path_factory.mktemp("damaged")
    compile_in(tmp_path / "first")
    good = compiled(tmp_path / "first/.venv/lib/python3.11/site-packages/library/module.py")
    (kept,) = (path for path in home.rglob("*") if path.is_file())
    content = bytearray(kept.read_bytes())
    place %= len(content)
    content[place : place + size] = put
    kept.write_bytes(content)
    module = install(tmp_path / "second")
    bytecode.lend(tmp_path / "second")
    assert not compiled(module).exists() or compiled(module).read_bytes() == good.read_bytes()
    kept.unlink()

"""What is kept from run to run."""

from pathlib import Path

import pytest

from rafters.effects import bundle, cache
from rafters.effects.cache import Cache
from rafters.plan.render import render


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that caches are in."""
    monkeypatch.setattr(cache, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    return tmp_path / "cache"


def test_what_is_kept_comes_back(home: Path) -> None:
    """A key has what was kept under it last, also for another reader."""
    kept = Cache("things")
    assert kept.get("a") is None
    kept["a"] = b"1"
    kept["a"] = b"2"
    assert Cache("things").get("a") == b"2"
    assert [path.name for path in home.rglob("*") if path.is_file()] == ["a"]


def test_a_cache_that_cannot_be_written_is_none(home: Path) -> None:
    """Where a file stands in the way of the folder, nothing is kept and nothing fails."""
    home.parent.mkdir(exist_ok=True)
    home.write_text("in the way")
    kept = Cache("things")
    kept["a"] = b"1"
    assert kept.get("a") is None


def test_broken_and_foreign_entries_are_compiled_anew(home: Path) -> None:
    """Templates render the same from a cache that is empty, full, or full of rubbish."""
    name, context = "shared/links.py.jinja", {"package": "shop"}
    first = render(bundle.resource_templates(), context, [name])
    files = [path for path in home.rglob("*") if path.is_file()]
    assert files
    assert render(bundle.resource_templates(), context, [name]) == first
    for content in (b"", b"rubbish", files[0].read_bytes()[:40]):
        for path in files:
            path.write_bytes(content)
        assert render(bundle.resource_templates(), context, [name]) == first

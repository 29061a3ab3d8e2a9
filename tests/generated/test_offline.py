"""`rafters new` without a network."""

import os
import shutil
from pathlib import Path

import pytest
from conftest import spawn

pytestmark = pytest.mark.slow

# Nothing listens there, so every download is refused at once.
NO_NETWORK = {
    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9"),
    **dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9"),
    "UV_HTTP_RETRIES": "0",
    "NO_PROXY": "",
    "no_proxy": "",
}


def test_a_warm_cache_is_enough(tmp_path: Path) -> None:
    """What uv has in its cache is locked, installed and verified."""
    cache = {"UV_CACHE_DIR": str(tmp_path / "cache")}
    (tmp_path / "online").mkdir()
    warm = spawn("new", "shop", "--yes", "--verify", "none", cwd=tmp_path / "online", env=cache)
    assert warm.code == 0, warm.err
    done = spawn("new", "shop", "--json", cwd=tmp_path, env=cache | NO_NETWORK)
    assert done.code == 0, done.out
    assert (tmp_path / "shop" / ".venv").is_dir()


def test_without_a_cache_it_says_what_to_do(tmp_path: Path) -> None:
    """With neither network nor cache: exit 1, the way out, and nothing is made."""
    env = NO_NETWORK | {"UV_CACHE_DIR": str(tmp_path / "cache")}
    done = spawn("new", "shop", "--json", cwd=tmp_path, env=env)
    assert done.code == 1
    (error,) = done.envelope["errors"]
    assert error["code"] == "no-network"
    assert "--no-install" in error["hint"]
    shutil.rmtree(tmp_path / "cache", ignore_errors=True)
    assert os.listdir(tmp_path) == []  # noqa: PTH208  (the names, hidden ones included)


def test_a_python_that_cannot_be_had_is_told(tmp_path: Path) -> None:
    """Where no Python is new enough and none can be downloaded, that is what is said."""
    pythons = {
        "UV_PYTHON_PREFERENCE": "only-managed",
        "UV_PYTHON_INSTALL_DIR": str(tmp_path / "pythons"),
        "UV_CACHE_DIR": str(tmp_path / "cache"),
    }
    done = spawn("new", "shop", "--json", cwd=tmp_path, env=pythons | NO_NETWORK)
    assert done.code == 1
    (error,) = done.envelope["errors"]
    assert error["code"] == "no-python"
    assert "python_version" in error["hint"]
    assert not (tmp_path / "shop").exists()


def test_the_files_need_no_network(tmp_path: Path) -> None:
    """`--no-install` makes the project all the same."""
    env = NO_NETWORK | {"UV_CACHE_DIR": str(tmp_path / "cache")}
    assert spawn("new", "shop", "--no-install", "--yes", cwd=tmp_path, env=env).code == 0
    assert (tmp_path / "shop" / "pyproject.toml").exists()

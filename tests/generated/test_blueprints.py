"""Resources that nobody chose, in real projects, through all gates."""

from pathlib import Path

import pytest
from generated.blueprints_run import check, installed

pytestmark = pytest.mark.slow

SEEDS = (*range(9), 1116)
"""The last one has what a generated test once tripped over: references in a ring, decimals."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an installed project without resources; each test leaves it as it was."""
    return installed(tmp_path_factory.mktemp("blueprints"))


@pytest.mark.parametrize("seed", SEEDS)
def test_random_resources_pass_all_gates(shop: Path, seed: int) -> None:
    """All of a seed's resources come with `apply`, pass every gate, and go without a trace."""
    assert not check(seed, shop)


@pytest.fixture(scope="module")
def shop_on_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project on PostgreSQL that does not tell of other users' rows."""
    folder = tmp_path_factory.mktemp("postgresql")
    return installed(folder, "database=postgresql", "foreign_rows=404")


@pytest.mark.parametrize("seed", [1, 1116])
def test_random_resources_pass_on_postgresql(shop_on_postgresql: Path, seed: int) -> None:
    """The same holds with other options, on a real server."""
    assert not check(seed, shop_on_postgresql)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_random_resources_pass_as_asynchronous_code(tmp_path: Path, database: str) -> None:
    """The same holds in the other style."""
    assert not check(1116, installed(tmp_path, f"database={database}", "style=async"))

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


@pytest.mark.parametrize(("style", "seed"), [("sync", 1116), ("async", 2)])
def test_random_resources_pass_on_postgresql(tmp_path: Path, style: str, seed: int) -> None:
    """The same holds on a real server, in either style, where foreign rows are not told of."""
    options = ("database=postgresql", f"style={style}", "foreign_rows=404")
    assert not check(seed, installed(tmp_path, *options))

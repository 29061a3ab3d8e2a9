"""The migrations build what the models describe."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import StaticPool, create_engine, inspect, text


@pytest.fixture
def config() -> Iterator[Config]:
    """Give Alembic's configuration, over an empty database in memory."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    config = Config(toml_file=Path(__file__).parents[1] / "pyproject.toml")
    config.attributes["engine"] = engine
    yield config
    engine.dispose()


def test_migrations_go_up_down_and_up(config: Config) -> None:
    """Every migration can be applied, taken back and applied again."""
    command.upgrade(config, "head")
    command.downgrade(config, "base")
    assert inspect(config.attributes["engine"]).get_table_names() == ["alembic_version"]
    command.upgrade(config, "head")


def test_migrations_match_the_models(config: Config) -> None:
    """After the last migration there is nothing left to generate."""
    command.upgrade(config, "head")
    command.check(config)


def test_migrations_keep_the_ids_of_deleted_users(config: Config) -> None:
    """Alembic does not compare this option of SQLite, on which the safety of tokens rests."""
    command.upgrade(config, "head")
    with config.attributes["engine"].connect() as connection:
        created = connection.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'users'"))
    assert "AUTOINCREMENT" in created

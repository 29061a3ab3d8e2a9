"""The engine, and the session of one request."""

import sqlite3
from collections.abc import Generator
from functools import lru_cache

from sqlalchemy import Engine, Pool, event
from sqlmodel import Session, create_engine

from .config import get_settings


def make_engine(url: str, poolclass: type[Pool] | None = None) -> Engine:
    """Return an engine for SQLite at `url`, with foreign keys enforced."""
    # FastAPI may run the dependencies and the route of one request in different threads.
    engine = create_engine(url, poolclass=poolclass, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _enforce_foreign_keys)
    return engine


def _enforce_foreign_keys(connection: sqlite3.Connection, _record: object) -> None:
    # SQLite ignores foreign keys unless each connection asks for them.
    connection.execute("PRAGMA foreign_keys=ON").close()


@lru_cache
def get_engine() -> Engine:
    """Return the engine of the application, made on first use."""
    return make_engine(get_settings().database_url)


def get_session() -> Generator[Session]:
    """Yield a session that is one transaction: committed at the end, rolled back on an error."""
    with Session(get_engine(), expire_on_commit=False) as session, session.begin():
        yield session

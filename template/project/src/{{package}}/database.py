"""The engine, and the session of one request."""

import sqlite3
from collections.abc import Generator
from functools import lru_cache

from sqlalchemy import Engine, Pool, QueuePool, event
from sqlmodel import Session, create_engine

from .config import get_settings

# Well below the 40 threads of FastAPI: a request that waits for a connection holds a thread, and
# the requests that have one need a thread to go on.
MAX_SESSIONS = 16
LOCK_TIMEOUT = 30  # seconds


def make_engine(url: str, poolclass: type[Pool] | None = None) -> Engine:
    """Return an engine for SQLite at `url`, with foreign keys enforced."""
    limits = {"pool_size": MAX_SESSIONS, "max_overflow": 0} if poolclass is None else {}
    engine = create_engine(
        url,
        poolclass=poolclass or QueuePool,
        # An error about a statement must not print its values: they may be secret.
        hide_parameters=True,
        # FastAPI may run the dependencies and the route of one request in different threads;
        # SQLite lets one request write at a time, and the others wait.
        connect_args={"check_same_thread": False, "timeout": LOCK_TIMEOUT},
        **limits,
    )
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

"""What all tables share."""

from datetime import UTC, datetime
from typing import ClassVar

from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel

# Migrations address constraints by name, and unnamed ones differ from database to database.
NAMING_CONVENTION = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


def utc_now() -> datetime:
    """Return the current time, aware, in UTC."""
    return datetime.now(UTC)


class Base(SQLModel):
    """A row with an id and the times of its creation and last change."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING_CONVENTION)

    # The database assigns it on flush: a row that a service returns always has one.
    id: int = Field(default=None, primary_key=True)
    created_at: datetime = Field(default_factory=utc_now)
    updated_at: datetime = Field(default_factory=utc_now, sa_column_kwargs={"onupdate": utc_now})

"""The table of users."""

from typing import ClassVar

from sqlmodel import Field

from .base import Base


class User(Base, table=True):
    """Someone who can sign in."""

    __tablename__ = "users"
    # SQLite gives the id of a deleted row to the next: its tokens must not open another account.
    __table_args__: ClassVar[dict[str, bool]] = {"sqlite_autoincrement": True}

    email: str = Field(max_length=254, unique=True)
    password_hash: str = Field(max_length=255)
    is_admin: bool = False

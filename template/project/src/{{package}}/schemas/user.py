"""What goes in and out about users."""

from datetime import datetime
from typing import Annotated

from email_validator import validate_email
from pydantic import AfterValidator, BaseModel, Field

from .base import Id, RequestModel


def normalize_email(email: str) -> str:
    """Return the one form of an email address, or raise ValueError if it is none."""
    return validate_email(email, check_deliverability=False).normalized.lower()


Email = Annotated[
    str,
    Field(max_length=254, json_schema_extra={"format": "email"}),
    AfterValidator(normalize_email),
]
Password = Annotated[str, Field(min_length=8, max_length=128)]


class UserCreate(RequestModel):
    """What signing up takes."""

    email: Email
    password: Password


class UserPublic(BaseModel):
    """What a user sees of their account."""

    id: Id
    email: str
    created_at: datetime
    updated_at: datetime

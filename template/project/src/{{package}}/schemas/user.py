"""What goes in and out about users."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, EmailStr, Field

from .base import Id, RequestBody

Email = Annotated[EmailStr, Field(max_length=254), AfterValidator(str.lower)]
Password = Annotated[str, Field(min_length=8, max_length=128)]


class UserCreate(RequestBody):
    """What signing up takes."""

    email: Email
    password: Password


class UserPublic(BaseModel):
    """What a user sees of their account."""

    id: Id
    email: str
    created_at: datetime
    updated_at: datetime

"""What goes out about access tokens."""

from typing import Literal

from pydantic import BaseModel


class Token(BaseModel):
    """An access token (RFC 6750), and the seconds it lasts."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 (a kind of token, not a secret)
    expires_in: int

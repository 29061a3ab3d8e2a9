"""Passwords and access tokens."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import jwt
from pwdlib import PasswordHash

from .config import get_settings
from .errors import UnauthorizedError

ALGORITHM = "HS256"
# int() would also take " 1 ", "1_0" and the digits of every script.
USER_ID = re.compile("[1-9][0-9]{0,15}")

password_hash = PasswordHash.recommended()


def hash_password(password: str) -> str:
    """Return the Argon2 hash of a password."""
    return password_hash.hash(password)


def verify_password(password: str, hashed: str) -> bool:
    """Tell whether a hash is that of the password."""
    return password_hash.verify(password, hashed)


@lru_cache
def dummy_hash() -> str:
    """Return the hash that stands in for that of an unknown account."""
    return password_hash.hash("no account has this password")


def create_access_token(user_id: int) -> str:
    """Return a signed token that names the user until it expires."""
    settings = get_settings()
    now = datetime.now(UTC)
    claims = {
        "sub": str(user_id),
        "iat": now,
        "exp": now + timedelta(minutes=settings.access_token_minutes),
    }
    return jwt.encode(claims, settings.secret_key.get_secret_value(), ALGORITHM)


def read_access_token(token: str) -> int:
    """Return the id of the user that a token names, or raise UnauthorizedError."""
    try:
        claims = jwt.decode(
            token,
            get_settings().secret_key.get_secret_value(),
            algorithms=[ALGORITHM],
            options={"require": ["exp", "iat", "sub"]},
        )
    except jwt.InvalidTokenError as error:
        raise UnauthorizedError("Invalid or expired token") from error
    if not USER_ID.fullmatch(claims["sub"]):
        raise UnauthorizedError("Invalid or expired token")
    return int(claims["sub"])

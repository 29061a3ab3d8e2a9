"""The rules of accounts."""

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from ..errors import ConflictError, UnauthorizedError
from ..models import User
from ..schemas.user import UserCreate
from ..security import hash_password, read_access_token, verify_password


def sign_up(session: Session, data: UserCreate) -> User:
    """Create an account, or raise ConflictError if the email has one."""
    user = User(email=data.email, password_hash=hash_password(data.password))
    session.add(user)
    try:
        session.flush()
    except IntegrityError as error:
        # Asking first would let two requests at once both be told that the email is free.
        raise ConflictError("This email address already has an account") from error
    return user


def log_in(session: Session, email: str, password: str) -> User:
    """Return the user with these credentials, or raise UnauthorizedError."""
    user = session.exec(select(User).where(User.email == email.lower())).one_or_none()
    if not verify_password(password, user.password_hash if user else None) or user is None:
        raise UnauthorizedError("Wrong email or password")
    return user


def get_by_token(session: Session, token: str) -> User:
    """Return the user that an access token names, or raise UnauthorizedError."""
    user = session.get(User, read_access_token(token))
    if user is None:
        raise UnauthorizedError("Invalid or expired token")
    return user

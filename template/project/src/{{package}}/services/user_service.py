"""The rules of accounts."""

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from ..errors import ConflictError, UnauthorizedError
from ..models import User
from ..schemas.user import UserCreate, normalize_email
from ..security import dummy_hash, hash_password, read_access_token, verify_password


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
    user = _find_by_email(session, email)
    # An unknown account costs a verification too: the time does not tell whether it exists.
    matches = verify_password(password, user.password_hash if user else dummy_hash())
    if user is None or not matches:
        raise UnauthorizedError("Wrong email or password")
    return user


def _find_by_email(session: Session, email: str) -> User | None:
    try:
        email = normalize_email(email)
    except ValueError:
        return None
    return session.exec(select(User).where(User.email == email)).one_or_none()


def make_admin(session: Session, email: str) -> bool:
    """Make the user with an email address an administrator, and tell whether there is one."""
    user = _find_by_email(session, email)
    if user is None:
        return False
    user.is_admin = True
    session.flush()
    return True


def get_by_token(session: Session, token: str) -> User:
    """Return the user that an access token names, or raise UnauthorizedError."""
    user = session.get(User, read_access_token(token))
    if user is None:
        raise UnauthorizedError("Invalid or expired token")
    return user

"""What routes ask for: the session and the current user."""

from typing import Annotated

from fastapi import Depends
from fastapi.security import OAuth2PasswordBearer
from sqlmodel import Session

from .database import MAX_SESSIONS, get_session
from .models import User
from .services import user_service

# With this scope the transaction is committed before the response is sent. The limit holds for
# all uses of this alias: requests beyond it wait without a thread.
SessionDep = Annotated[
    Session, Depends(get_session, scope="function", max_concurrency=MAX_SESSIONS)
]
TokenDep = Annotated[str, Depends(OAuth2PasswordBearer(tokenUrl="auth/login"))]


def get_current_user(session: SessionDep, token: TokenDep) -> User:
    """Return the user that the bearer token names."""
    return user_service.get_by_token(session, token)


CurrentUser = Annotated[User, Depends(get_current_user)]

"""The routes of accounts."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.security import OAuth2PasswordRequestForm

from ..config import get_settings
from ..dependencies import CurrentUser, SessionDep
from ..headers import LOCATION
from ..models import User
from ..problems import problems
from ..schemas.token import Token
from ..schemas.user import UserCreate, UserPublic
from ..security import create_access_token
from ..services import user_service

router = APIRouter(prefix="/auth", tags=["Authentication"])


@router.post(
    "/sign-up",
    status_code=201,
    response_model=UserPublic,
    responses={201: {"headers": LOCATION}, **problems(400, 409, 413, 422, 503)},
)
def sign_up(data: UserCreate, session: SessionDep, request: Request, response: Response) -> User:
    """Create an account."""
    user = user_service.sign_up(session, data)
    response.headers["Location"] = request.url_for("get_me").path
    return user


@router.post("/login", responses=problems(400, 401, 413, 422, 503))
def login(
    form: Annotated[OAuth2PasswordRequestForm, Depends()],
    session: SessionDep,
    response: Response,
) -> Token:
    """Exchange an email address, as `username`, and a password for an access token."""
    user = user_service.log_in(session, form.username, form.password)
    response.headers["Cache-Control"] = "no-store"
    return Token(
        access_token=create_access_token(user.id),
        expires_in=get_settings().access_token_minutes * 60,
    )


@router.get("/me", response_model=UserPublic, responses=problems(401, 503))
def get_me(user: CurrentUser) -> User:
    """Return the account of the current user."""
    return user

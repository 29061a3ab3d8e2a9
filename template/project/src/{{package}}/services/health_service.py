"""The rules of health."""

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, select

from ..errors import UnavailableError


def check_database(session: Session) -> None:
    """Raise UnavailableError unless the database answers a query."""
    try:
        session.exec(select(1)).one()
    except SQLAlchemyError as error:
        raise UnavailableError("The database does not answer") from error

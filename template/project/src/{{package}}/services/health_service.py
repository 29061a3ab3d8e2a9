"""The rules of health."""

from sqlmodel import Session, select


def check_database(session: Session) -> None:
    """Let the error of the database through unless it answers a query."""
    session.exec(select(1)).one()

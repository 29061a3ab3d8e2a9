"""What can go wrong in a service, told without HTTP machinery."""

from http import HTTPStatus
from typing import ClassVar


class ApplicationError(Exception):
    """An error to show to the client: its message is the `detail` of the problem."""

    status: ClassVar[HTTPStatus]


class InvalidInputError(ApplicationError):
    """A part of the request is well formed, and still not valid."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, message: str, location: list[str | int]) -> None:
        """Tell what is wrong, and where, as in `["body", "email"]`."""
        super().__init__(message)
        self.location = location


class UnauthorizedError(ApplicationError):
    """The caller has not proved who they are."""

    status = HTTPStatus.UNAUTHORIZED


class ConflictError(ApplicationError):
    """The change contradicts what is stored."""

    status = HTTPStatus.CONFLICT

"""Errors as problem details (RFC 9457): their schemas, handlers and OpenAPI declarations."""

import logging
from collections.abc import Mapping
from functools import partial
from http import HTTPMethod, HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from sqlalchemy import exc
from starlette.exceptions import HTTPException
from starlette.routing import Match

from .errors import ApplicationError, InvalidInputError
from .logs import request_id

MEDIA_TYPE = "application/problem+json"
REF_TEMPLATE = "#/components/schemas/{model}"
CHALLENGE = {"WWW-Authenticate": "Bearer"}

logger = logging.getLogger(__name__)


class Problem(BaseModel):
    """Why a request failed."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


class UnexpectedProblem(Problem):
    """Why a request failed that should not have, by the id that its lines in the log have."""

    request_id: str | None


class InvalidInput(BaseModel):
    """One part of a request that is not valid."""

    location: list[str | int]
    message: str
    type: str


class ValidationProblem(Problem):
    """Why a request is not valid, part by part."""

    errors: list[InvalidInput]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route that can fail with these statuses."""
    return {status: _response(HTTPStatus(status)) for status in statuses}


def plain_problem(status: int, detail: str, headers: Mapping[str, str]) -> Response:
    """Return as a problem what was answered as a text, with the headers that do not describe it."""
    own = {"content-type", "content-length"}
    kept = {name: value for name, value in headers.items() if name.lower() not in own}
    return _respond(Problem(title=HTTPStatus(status).phrase, status=status, detail=detail), kept)


def install_problems(app: FastAPI) -> None:
    """Make every error of the application a problem, and document its schema."""
    app.exception_handler(ApplicationError)(_application_error)
    app.exception_handler(InvalidInputError)(_invalid_input)
    app.exception_handler(HTTPException)(_http_exception)
    app.exception_handler(RequestValidationError)(_invalid_request)
    app.exception_handler(exc.OperationalError)(_database_unavailable)
    app.exception_handler(exc.TimeoutError)(_database_unavailable)
    app.exception_handler(Exception)(_unexpected_error)

    build = app.openapi

    def openapi() -> dict[str, Any]:
        document = build()
        _, schemas = models_json_schema(
            [(Problem, "serialization"), (ValidationProblem, "serialization")],
            ref_template=REF_TEMPLATE,
        )
        document["components"]["schemas"].update(schemas["$defs"])
        return document

    app.openapi = openapi


def _response(status: HTTPStatus) -> dict[str, Any]:
    model = ValidationProblem if status == HTTPStatus.UNPROCESSABLE_ENTITY else Problem
    schema = {"$ref": REF_TEMPLATE.format(model=model.__name__)}
    response: dict[str, Any] = {
        "description": status.phrase,
        "content": {MEDIA_TYPE: {"schema": schema}},
    }
    if status == HTTPStatus.UNAUTHORIZED:
        response["headers"] = {name: {"schema": {"type": "string"}} for name in CHALLENGE}
    return response


def _respond(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        problem.model_dump_json(),
        problem.status,
        headers=headers,
        media_type=MEDIA_TYPE,
    )


async def _application_error(_request: Request, error: ApplicationError) -> Response:
    problem = Problem(title=error.status.phrase, status=error.status, detail=str(error))
    headers = CHALLENGE if error.status == HTTPStatus.UNAUTHORIZED else None
    return _respond(problem, headers)


async def _http_exception(request: Request, error: HTTPException) -> Response:
    phrase = HTTPStatus(error.status_code).phrase
    problem = Problem(title=phrase, status=error.status_code, detail=str(error.detail))
    headers = error.headers
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        # The router names the methods of one route, and a path may have several.
        headers = {"Allow": ", ".join(filter(partial(_is_allowed, request), HTTPMethod))}
    return _respond(problem, headers)


def _is_allowed(request: Request, method: str) -> bool:
    scope = {**request.scope, "method": method}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)


async def _invalid_input(_request: Request, error: InvalidInputError) -> Response:
    return _not_valid(
        [InvalidInput(location=error.location, message=str(error), type="value_error")]
    )


async def _invalid_request(_request: Request, error: RequestValidationError) -> Response:
    return _not_valid(
        [
            InvalidInput(
                location=list(item["loc"]),
                message=item["msg"],
                type=item["type"],
            )
            for item in error.errors()
        ]
    )


def _not_valid(errors: list[InvalidInput]) -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return _respond(
        ValidationProblem(
            title=status.phrase,
            status=status,
            detail="The request is not valid.",
            errors=errors,
        )
    )


async def _database_unavailable(_request: Request, error: Exception) -> Response:
    # The client may try again; why it has to is for the log alone.
    logger.error("The database does not answer", exc_info=error)
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return _respond(
        Problem(title=status.phrase, status=status, detail="The database does not answer.")
    )


async def _unexpected_error(_request: Request, _error: Exception) -> Response:
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _respond(
        UnexpectedProblem(
            title=status.phrase,
            status=status,
            detail="An unexpected error occurred.",
            request_id=request_id.get(),
        )
    )

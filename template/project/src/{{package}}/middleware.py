"""What every request passes through, and every response."""

import logging
import re
from functools import cached_property
from time import perf_counter
from urllib.parse import quote
from uuid import uuid4

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .config import get_settings
from .logs import request_id
from .problems import plain_problem

REQUEST_ID = "X-Request-ID"
# What browsers hand to the scripts of another origin, beside what every response has.
EXPOSED = ["ETag", "Link", "Location", "Retry-After", "X-Total-Count", REQUEST_ID]
WELL_FORMED_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# Health checks ask from the same machine, whatever the API is called outside.
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
NO_STORE = (b"cache-control", b"no-store")
API_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
# The pages of the documentation load their scripts from elsewhere.
PAGE_POLICY = (b"content-security-policy", b"frame-ancestors 'none'")

logger = logging.getLogger(__name__)


class RequestLog:
    """Gives each request an id, and writes one line about it."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the id that the request has, or a new one, and log what was answered."""
        given = Headers(scope=scope).get(REQUEST_ID, "")
        used = given if WELL_FORMED_ID.fullmatch(given) else uuid4().hex
        # Never reset: what the server logs of this request later has the id, too.
        request_id.set(used)
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = perf_counter()
        status = None

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = used
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        except Exception:
            # The client has its answer by now. Raised on, the error would be logged once more.
            logger.exception("An unexpected error occurred")
        finally:
            method, path = scope["method"], quote(scope["path"])
            took = round((perf_counter() - started) * 1000, 1)
            extra = {"method": method, "path": path, "status": status, "milliseconds": took}
            logger.info("%s %s %s %s ms", method, path, status, took, extra=extra)


class SecurityHeaders:
    """Adds the headers by which browsers protect an API, where a route has not set its own."""

    def __init__(self, app: ASGIApp, hsts_seconds: int) -> None:
        """Wrap an application; HSTS is for as long as it says, if for any time."""
        self.app = app
        self.headers = [
            (b"x-content-type-options", b"nosniff"),
            (b"x-frame-options", b"DENY"),
            (b"referrer-policy", b"no-referrer"),
            (b"cross-origin-resource-policy", b"same-origin"),
        ]
        if hsts_seconds:
            self.headers.append((b"strict-transport-security", b"max-age=%d" % hsts_seconds))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to the response."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        authenticated = any(name == b"authorization" for name, _ in scope["headers"])
        wanted = [*self.headers, NO_STORE] if authenticated else self.headers

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = dict(message["headers"])
                is_page = given.get(b"content-type", b"").startswith(b"text/html")
                policy = PAGE_POLICY if is_page else API_POLICY
                missing = [each for each in (*wanted, policy) if each[0] not in given]
                message["headers"] = [*message["headers"], *missing]
            await send(message)

        await self.app(scope, receive, send_with_headers)


class PlainErrors:
    """Turns the errors that the framework tells in plain text into problem details."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold back the start of a plain error until its text is there."""
        held: Message | None = None
        text = b""

        async def send_problem(message: Message) -> None:
            nonlocal held, text
            if message["type"] == "http.response.start" and is_plain_error(message):
                held = message
            elif held is None:
                await send(message)
            else:
                text += message.get("body", b"")
                if not message.get("more_body", False):
                    detail = text.decode(errors="replace")
                    response = plain_problem(held["status"], detail, Headers(scope=held))
                    await response(scope, receive, send)

        await self.app(scope, receive, send_problem)


def is_plain_error(start: Message) -> bool:
    """Tell whether a response that starts so is an error in plain text."""
    if start["status"] < 400:
        return False
    return Headers(scope=start).get("Content-Type", "").startswith("text/plain")


class Layers:
    """All middleware in its order, made on the first request."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    @cached_property
    def outermost(self) -> ASGIApp:
        """Return the application in its layers, which follow one another from the inside."""
        settings = get_settings()
        layer = self.app
        if settings.cors_origins:
            layer = CORSMiddleware(
                layer,
                allow_origins=settings.cors_origins,
                allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
                allow_headers=["Authorization", "If-Match", REQUEST_ID],
                expose_headers=EXPOSED,
            )
        hosts = [*LOCAL_HOSTS, *settings.allowed_hosts]
        layer = TrustedHostMiddleware(layer, hosts, www_redirect=False)
        layer = PlainErrors(layer)
        layer = SecurityHeaders(layer, settings.hsts_seconds)
        return RequestLog(layer)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass requests through the layers, and the start of the server by them."""
        app = self.app if scope["type"] == "lifespan" else self.outermost
        await app(scope, receive, send)


def install_middleware(app: FastAPI) -> None:
    """Lay the middleware around the whole application.

    What `add_middleware` adds would stand inside of what answers an unexpected error or a body
    that is too large, and those responses would lack every header.
    """
    build = app.build_middleware_stack
    app.build_middleware_stack = lambda: Layers(build())

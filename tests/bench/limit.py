"""What a hand can do: the routes of the example on asyncpg and orjson, with no framework.

It checks the same token and answers the same bytes as the generated application, and does nothing
else: no look at the user's session, no validation to speak of, no headers, no log.
"""

import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import asyncpg
import jwt
import orjson

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

COLUMNS = "id, title, description, completed, created_at, updated_at"
GET = f"SELECT {COLUMNS} FROM tasks WHERE id = $1 AND user_id = $2"  # noqa: S608 (no input)
LIST = f"SELECT {COLUMNS} FROM tasks WHERE user_id = $1 ORDER BY id LIMIT $2"  # noqa: S608
CREATE = f"""
    INSERT INTO tasks (user_id, title, description, completed, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $5) RETURNING {COLUMNS}
"""  # noqa: S608
CLAIMS = ["aud", "exp", "iat", "iss", "jti", "nbf", "sub", "type"]
TYPE = (b"content-type", b"application/json")


class Limit:
    """The application."""

    pool: asyncpg.Pool

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, or start."""
        if scope["type"] == "lifespan":
            await receive()
            url = os.environ["DATABASE_URL"]
            self.pool = await asyncpg.create_pool(url, min_size=32, max_size=32)
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await self.pool.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
        status, body = await self.answer(scope, receive)
        head = [TYPE, (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": body})

    async def answer(self, scope: Message, receive: Receive) -> tuple[int, bytes]:
        """Return the status and the body for a request."""
        user_id = signed_in(dict(scope["headers"]).get(b"authorization", b""))
        if user_id is None:
            return 401, b"{}"
        if scope["method"] == "POST":
            data = orjson.loads((await receive())["body"])
            values = data["title"], data.get("description"), data.get("completed", False)
            if not (isinstance(values[0], str) and 1 <= len(values[0]) <= 200):
                return 422, b"{}"
            row = await self.pool.fetchrow(CREATE, user_id, *values, datetime.now(UTC))
            return 201, dump(dict(row))
        _, _, task_id = scope["path"].removeprefix("/api/tasks").partition("/")
        if task_id:
            row = await self.pool.fetchrow(GET, int(task_id), user_id)
            return (404, b"{}") if row is None else (200, dump(dict(row)))
        _, _, size = scope["query_string"].partition(b"limit=")
        rows = await self.pool.fetch(LIST, user_id, int(size))
        return 200, dump([dict(row) for row in rows])


def signed_in(authorization: bytes) -> int | None:
    """Return the id of the user whom a bearer token names, if it is good."""
    try:
        claims = jwt.decode(
            authorization.removeprefix(b"Bearer "),
            os.environ["SECRET_KEY"],
            algorithms=["HS256"],
            issuer="shop",
            audience="shop-api",
            options={"require": CLAIMS},
        )
    except jwt.InvalidTokenError:
        return None
    return int(claims["sub"]) if claims["type"] == "access" else None


def dump(value: object) -> bytes:
    """Return JSON, with times in UTC as Pydantic writes them."""
    content: bytes = orjson.dumps(value, option=orjson.OPT_UTC_Z)
    return content


app = Limit()

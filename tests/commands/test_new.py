"""`rafters new` from the command line, without installing what it makes."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from conftest import FILES, Rafters, tree_of

from rafters.effects import bundle


def test_it_makes_a_project_with_the_example(rafters: Rafters, folder: Path) -> None:
    """The seed's layout stands there, the Task in every layer, and the next commands are told."""
    done = rafters("new", "my-shop", *FILES)
    assert done.code == 0, done.err
    tree = tree_of(folder / "my-shop")
    for layer in ("models/task", "schemas/task", "services/task_service", "routers/tasks"):
        assert f"src/my_shop/{layer}.py" in tree
    assert b"from .routers.tasks import router" in tree["src/my_shop/main.py"]
    assert "cd my-shop\n" in done.out
    assert "Task at /api/tasks" in done.out


def test_what_it_writes_is_whole(rafters: Rafters, folder: Path) -> None:
    """Every file parses as what it is, ends with one newline, and holds no Jinja."""
    rafters("new", "shop", *FILES)
    tree = tree_of(folder / "shop")
    for path, content in tree.items():
        text = content.decode()
        assert text.endswith("\n"), path
        assert not text.endswith("\n\n"), path
        assert "{%" not in text, path
        assert "{{" not in text.replace("${{", ""), path
        if path.endswith(".py"):
            ast.parse(text)
        elif path.endswith(".toml"):
            tomllib.loads(text)
        elif path.endswith((".yml", ".yaml")):
            yaml.safe_load(text)


def test_the_example_is_recorded_as_canonical_field_lines(rafters: Rafters, folder: Path) -> None:
    """rafters.toml says what the project is: its resources, field by field."""
    rafters("new", "shop", *FILES)
    manifest = tomllib.loads((folder / "shop" / "rafters.toml").read_text(encoding="utf-8"))
    assert manifest["resources"] == {
        "Task": {
            "plural": "tasks",
            "fields": [
                "title:str:1..200",
                "description:text:..1000:null",
                "completed:bool:filter=false",
            ],
        }
    }


def test_without_the_example_nothing_of_it_is_there(rafters: Rafters, folder: Path) -> None:
    """`--no-example` leaves the Task out, and what only resources use with it."""
    rafters("new", "shop", "--no-example", *FILES)
    tree = tree_of(folder / "shop")
    assert not [path for path in tree if re.search("task|pagination|ownership", path)]
    assert not [
        path for path, content in tree.items() if re.search(rb"\btasks?\b", content, re.IGNORECASE)
    ]


def test_two_renders_are_the_same_bytes(rafters: Rafters, folder: Path) -> None:
    """Nothing but the secret differs from one render to the next, and the secret does."""
    rafters("new", "shop", *FILES)
    (folder / "shop").rename(folder / "first")
    rafters("new", "shop", *FILES)
    assert tree_of(folder / "first") == tree_of(folder / "shop")
    secrets = {(folder / name / ".env").read_bytes() for name in ("first", "shop")}
    assert len(secrets) == 2


def test_a_secret_is_for_its_owner_alone(rafters: Rafters, folder: Path) -> None:
    """The secret stands in `.env` only, which nobody else may read."""
    rafters("new", "shop", *FILES)
    env = folder / "shop" / ".env"
    assert env.stat().st_mode & 0o077 == 0
    match = re.search(r"SECRET_KEY=(\w{32,})", env.read_text(encoding="utf-8"))
    assert match
    assert not [p for p, text in tree_of(folder / "shop").items() if match[1].encode() in text]


def test_no_path_of_the_machine_is_written(rafters: Rafters, folder: Path) -> None:
    """No file names the folder it was made in, nor the one that the templates came from."""
    rafters("new", "shop", *FILES)
    for path, content in tree_of(folder / "shop").items():
        assert str(folder).encode() not in content, path
        assert str(bundle.root()).encode() not in content, path
        assert b"_src_path" not in content, path


def test_options_come_from_set_over_a_file(rafters: Rafters, folder: Path) -> None:
    """`--answers` gives many, `--set` one, and the later wins."""
    (folder / "answers.yml").write_text("docker: false\ndescription: From a file\n")
    rafters("new", "shop", "--answers", "answers.yml", "--set", "description=Typed", *FILES)
    answers = yaml.safe_load((folder / "shop" / ".copier-answers.yml").read_text(encoding="utf-8"))
    assert (answers["docker"], answers["description"]) == (False, "Typed")
    assert not (folder / "shop" / "Dockerfile").exists()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.toml", "docker = false"),
        ("a.json", '{\n\t"docker": false, "description": "\\ud83d\\ude80"}'),
        ("a.yml", "docker: no\n_src_path: /x\n"),
    ],
)
def test_answers_are_read_from_each_format(
    rafters: Rafters, folder: Path, name: str, text: str
) -> None:
    """YAML, JSON and TOML do, and so does the answers file of an earlier project."""
    (folder / name).write_text(text, encoding="utf-8")
    assert rafters("new", "shop", "--answers", name, *FILES).code == 0
    assert not (folder / "shop" / "Dockerfile").exists()


@pytest.mark.parametrize(
    ("argv", "code", "told"),
    [
        (["Shop"], "bad-name", "try 'shop'"),
        (["../shop"], "bad-name", "try 'shop'"),
        (["shop", "--set", "dokcer=no"], "unknown-option", "did you mean 'docker'?"),
        (["shop", "--set", "ci=gihub"], "unknown-value", "did you mean 'github'?"),
        (["shop", "--set", "docker"], "bad-set", None),
        (["shop", "--set", "docker=perhaps"], "bad-answer", "say yes or no"),
        (["shop", "--set", "package=json"], "bad-package", "try 'json_app'"),
        (["shop", "--set", "project_name= "], "bad-answer", None),
        (["shop", "--answers", "none.yml"], "bad-answers", None),
        (["shop", "--no-install", "--verify", "full"], "bad-usage", None),
        (["shop", "--verify", "most"], "bad-usage", "see `rafters new --help`"),
        (["shop", "--colour"], "bad-usage", "see `rafters new --help`"),
        ([], "bad-usage", "see `rafters new --help`"),
        (["shop", "--set", f"docker={'x' * 500}"], "bad-answer", "say yes or no"),
    ],
    ids=str,
)
def test_what_cannot_be_used_is_refused(
    rafters: Rafters, folder: Path, argv: list[str], code: str, told: str | None
) -> None:
    """Exit 2, one envelope with what to type instead, no traceback, and nothing written."""
    done = rafters("new", *argv, "--json")
    assert done.code == done.envelope["exit_code"] == 2
    assert done.envelope["command"] == "new"
    (error,) = done.envelope["errors"]
    assert error["code"] == code
    assert told is None or error["hint"] == told
    assert done.err == ""
    assert list(folder.iterdir()) == []
    plain = rafters("new", *argv)
    assert plain.code == 2
    assert plain.out == ""
    assert error["message"].splitlines()[0] in plain.err
    assert "Traceback" not in plain.err


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.yml", b"description: 2024-13-45"),
        ("a.yml", b"[" * 3000),
        ("a.yml", b"a: !!python/object:os.system {}"),
        ("a.yml", b"\xff\xfe\x00"),
        ("a.yml", b"- docker"),
        ("a.yml", b"1: 2"),
        ("a.yml", b"docker: " + b"1" * 5000),
        ("a.toml", b"docker = " + b"1" * 5000),
        ("a.toml", b"docker = " + b"[" * 3000),
        ("a.json", b"[" * 100_000),
        ("a.json", b""),
        ("folder", None),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_a_broken_file_of_answers_is_refused(
    rafters: Rafters, folder: Path, name: str, content: bytes | None
) -> None:
    """Whatever is in it, the file is named in one envelope, and nothing is made."""
    path = folder / name
    path.mkdir() if content is None else path.write_bytes(content)
    done = rafters("new", "shop", "--answers", name, "--json")
    assert done.code == 2
    assert {error["code"] for error in done.envelope["errors"]} <= {"bad-answers", "bad-answer"}
    assert done.err == ""
    assert [item.name for item in folder.iterdir()] == [name]


@pytest.mark.parametrize("name", ["project", "template", "templates", "render", "checked"])
def test_names_of_our_own_folders_are_free(rafters: Rafters, folder: Path, name: str) -> None:
    """No project is confused with the folders that it is made in."""
    assert rafters("new", name, *FILES).code == 0
    assert rafters("new", "shop", *FILES).code == 0
    assert len(tree_of(folder / name)) == len(tree_of(folder / "shop"))


def test_a_uv_workspace_around_is_told(rafters: Rafters, folder: Path) -> None:
    """A project whose lock would be another's is not installed, only written."""
    (folder / "pyproject.toml").write_text("[tool.uv.workspace]\nmembers = ['*']\n")
    done = rafters("new", "shop", "--yes", "--json")
    assert done.code == 3
    assert done.envelope["errors"][0]["code"] == "uv-workspace"
    assert rafters("new", "shop", *FILES).code == 0


def test_the_persons_copier_settings_change_nothing(
    rafters: Rafters, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The defaults are those that the help shows, whatever copier is told elsewhere."""
    settings = tmp_path / "settings.yml"
    settings.write_text("defaults:\n  ci: none\n  docker: false\n")
    monkeypatch.setenv("COPIER_SETTINGS_PATH", str(settings))
    assert rafters("new", "shop", *FILES).code == 0
    assert (folder / "shop" / "Dockerfile").exists()


@pytest.mark.parametrize("streams", ["<&-", ">&-", "2>&-", ">/dev/full", "| true", "| head -1"])
@pytest.mark.parametrize("form", ["", "--json"])
def test_nobody_reading_is_no_reason_to_fail(folder: Path, streams: str, form: str) -> None:
    """Closed, full and broken streams neither stop the command nor bring up a traceback."""
    script = f"{sys.executable} -m rafters new shop --no-install --no-git {form} {streams}"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {script}"], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert (folder / "shop" / "pyproject.toml").exists()


@pytest.mark.parametrize("kind", ["file", "full", "link", "dangling"])
def test_what_stands_at_the_target_is_left_alone(rafters: Rafters, folder: Path, kind: str) -> None:
    """A file, a folder with something in it and a link are refused with exit 3."""
    target = folder / "shop"
    if kind == "file":
        target.write_text("mine")
    elif kind == "full":
        target.mkdir()
        (target / "mine").touch()
    else:
        target.symlink_to("elsewhere")
        if kind == "link":
            (folder / "elsewhere").mkdir()
    before = sorted(folder.rglob("*"))
    done = rafters("new", "shop", *FILES)
    assert done.code == 3
    assert "shop" in done.err
    assert sorted(folder.rglob("*")) == before


def test_an_empty_folder_is_filled(rafters: Rafters, folder: Path) -> None:
    """A folder that is there and empty is taken."""
    (folder / "shop").mkdir()
    assert rafters("new", "shop", *FILES).code == 0
    assert (folder / "shop" / "pyproject.toml").exists()


def test_dry_run_prints_the_plan_and_writes_nothing(rafters: Rafters, folder: Path) -> None:
    """The diff names every file, shows no secret, and the folder stays empty."""
    done = rafters("new", "shop", "--dry-run", "--yes")
    assert done.code == 0
    assert list(folder.iterdir()) == []
    assert "+++ b/src/shop/main.py" in done.out
    assert "SECRET_KEY=" in done.out.partition("+++ b/.env.example")[2]
    assert not re.search(r"\+SECRET_KEY=\w", done.out)


def test_the_diff_of_a_dry_run_can_be_applied(rafters: Rafters, folder: Path) -> None:
    """`git apply` of the printed plan gives the project, but for its secret."""
    plan = rafters("new", "shop", "--dry-run", "--yes").out
    applied = folder / "applied"
    applied.mkdir()
    subprocess.run(["git", "init", "--quiet"], cwd=applied, check=True)
    subprocess.run(["git", "apply", "-"], cwd=applied, check=True, input=plan, text=True)
    assert rafters("new", "shop", *FILES).code == 0
    assert tree_of(applied) == tree_of(folder / "shop")


def test_the_envelope_says_what_was_made(rafters: Rafters, folder: Path) -> None:
    """`--json` prints one document on standard output, and nothing else anywhere."""
    done = rafters("new", "shop", "--no-install", "--no-git", "--json")
    envelope = done.envelope
    assert list(envelope) == ["version", "command", "status", "exit_code", "data", "errors"]
    assert (envelope["version"], envelope["command"]) == (1, "new")
    assert (envelope["status"], envelope["exit_code"], envelope["errors"]) == ("ok", 0, [])
    data = envelope["data"]
    assert (data["path"], data["resources"]) == ("shop", ["Task"])
    assert {item["action"] for item in data["plan"]} == {"create"}
    assert {item["path"] for item in data["plan"]} == {*tree_of(folder / "shop"), ".env"}
    assert [step["name"] for step in data["steps"]] == ["render"]
    assert data["next"][0] == "cd shop"
    assert done.err == ""


@pytest.mark.parametrize("argv", [["--json"], ["nwe", "--json"], ["--json", "new", "shop"]])
def test_a_broken_command_line_gets_an_envelope_too(rafters: Rafters, argv: list[str]) -> None:
    """Errors from before any command is known are told in the same form."""
    done = rafters(*argv)
    assert done.code == 2
    assert done.envelope["errors"][0]["code"] == "bad-usage"


def test_help_lists_the_options_of_copier_yml(rafters: Rafters) -> None:
    """Every question that can be answered is in the help, from its one declaration."""
    done = rafters("new", "--help")
    assert done.code == 0
    for question in bundle.project_questions():
        assert (question.name in done.out) is not question.hidden
    hidden = [question.name for question in bundle.project_questions() if question.hidden]
    assert hidden == ["id_type", "json_id_type", "big_ids", "id_column", "rafters_version"]


def test_the_version_is_told_and_written(rafters: Rafters, folder: Path) -> None:
    """`--version`, copier.yml and rafters.toml name the same version."""
    version = rafters("--version").out.split()[-1]
    rafters("new", "shop", *FILES)
    manifest = tomllib.loads((folder / "shop" / "rafters.toml").read_text(encoding="utf-8"))
    assert manifest["rafters"]["version"] == version

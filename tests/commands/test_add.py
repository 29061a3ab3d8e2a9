"""`rafters add`: a resource across all layers, or nothing."""

import ast
import json
import subprocess
from pathlib import Path

import pytest
from conftest import QUIET, TASK, Rafters, tree_of

FILES = {
    "src/shop/models/task.py",
    "src/shop/schemas/task.py",
    "src/shop/services/task_service.py",
    "src/shop/routers/tasks.py",
    "tests/test_tasks.py",
    "migrations/versions/0002_create_tasks.py",
}
WIRED = {"src/shop/main.py", "src/shop/models/__init__.py", "rafters.toml"}


def test_every_layer_gets_a_file_and_is_wired(rafters: Rafters, shop: Path) -> None:
    """Six files come, three are edited, and the next command is told."""
    before = tree_of(shop)
    made = rafters("add", *TASK, *QUIET)
    assert made.code == 0, made.err
    after = tree_of(shop)
    assert after.keys() - before.keys() > FILES
    assert {path for path in before if before[path] != after[path]} == WIRED
    for path, content in after.items():
        if path.endswith(".py"):
            ast.parse(content)
    assert "Added Task" in made.out
    assert "alembic upgrade head" in made.out


def test_the_record_is_the_canonical_specification(rafters: Rafters, shop: Path) -> None:
    """However fields are spelled, rafters.toml has their canonical lines."""
    assert rafters("add", "Task", "title: str(1..200)", "due: date?", *QUIET).code == 0
    record = (shop / "rafters.toml").read_text().partition("[resources.Task]")[2]
    assert '"title:str:1..200",' in record
    assert '"due:date:null",' in record


def test_versions_reach_every_layer_and_go_again(rafters: Rafters, shop: Path) -> None:
    """`--versioned` is a column and two headers; `change` takes it away, and gives it back."""
    assert rafters("add", *TASK, "--versioned", *QUIET).code == 0
    tree = tree_of(shop)
    assert b"class Task(Base, Versioned, table=True)" in tree["src/shop/models/task.py"]
    assert b"If-Match" in tree["src/shop/etags.py"]
    assert b"versions: VersionsDep" in tree["src/shop/routers/tasks.py"]
    assert b"versioned = true" in tree["rafters.toml"]
    refused = rafters("add", *TASK, *QUIET)
    assert refused.code == 3
    assert "rafters change Task --no-versioned" in refused.err
    assert rafters("change", "Task", "--no-versioned", *QUIET).code == 0
    plain = tree_of(shop)
    assert "src/shop/etags.py" not in plain
    assert not [path for path, content in plain.items() if b"ersioned" in content and ".py" in path]
    assert rafters("change", "Task", "--versioned", *QUIET).code == 0
    again = tree_of(shop)
    assert {path for path in tree if tree[path] != again.get(path)} == set()
    refused = rafters("change", "Task", "--add", "version:int=1", *QUIET)
    assert refused.code == 2
    assert "the version of the row" in refused.err


def test_added_twice_it_changes_nothing(rafters: Rafters, shop: Path) -> None:
    """The same command again ends well, and not a byte differs."""
    assert rafters("add", *TASK, *QUIET).code == 0
    before = tree_of(shop)
    again = rafters("add", "Task", "title:str:1..200", "done:bool:filter=false", *QUIET)
    assert again.code == 0
    assert "Nothing to change" in again.out
    assert tree_of(shop) == before


def test_fields_in_another_order_are_the_same(rafters: Rafters, shop: Path) -> None:
    """What differs in the order of its fields alone is there already."""
    assert rafters("add", *TASK, *QUIET).code == 0
    before = tree_of(shop)
    again = rafters("add", "Task", "done:bool:filter=false", "title:str:1..200", *QUIET)
    assert again.code == 0, again.err
    assert "Nothing to change" in again.out
    assert tree_of(shop) == before


@pytest.mark.usefixtures("shop")
def test_access_that_rows_cannot_get_is_no_change_to_type(rafters: Rafters) -> None:
    """Where no `rafters change` could do it, the message says what does."""
    assert rafters("add", *TASK, *QUIET).code == 0
    refused = rafters("add", *TASK, "--access", "shared", *QUIET)
    assert refused.code == 3
    assert "remove the resource, and add it anew" in refused.err
    assert "rafters change" not in refused.err


def test_another_specification_is_refused_with_the_change_to_type(
    rafters: Rafters, shop: Path
) -> None:
    """What is there stays, and the message holds a `rafters change` that works."""
    assert rafters("add", *TASK, *QUIET).code == 0
    before = tree_of(shop)
    other = ("Task", "title:str:1..100", "due:date:null")
    refused = rafters("add", *other, *QUIET)
    assert refused.code == 3
    command = "rafters change Task --add due:date:null --drop done --alter title:str:1..100"
    assert command in refused.err
    assert tree_of(shop) == before
    assert rafters(*command.split()[1:], *QUIET).code == 0
    assert rafters("add", *other, *QUIET).code == 0


def test_a_dry_run_prints_what_would_be_done(rafters: Rafters, shop: Path, tmp_path: Path) -> None:
    """The diff is the plan: `git apply` makes of the tree what `add` does."""
    before = tree_of(shop)
    planned = rafters("add", *TASK, "--dry-run")
    assert planned.code == 0
    assert tree_of(shop) == before
    patch = tmp_path / "plan.diff"
    patch.write_text(planned.out)
    assert rafters("add", *TASK, *QUIET).code == 0
    after = tree_of(shop)
    subprocess.run(["git", "apply", "--reverse", str(patch)], cwd=shop, check=True)
    assert tree_of(shop) == before
    subprocess.run(["git", "apply", str(patch)], cwd=shop, check=True)
    assert tree_of(shop) == after


def test_programs_read_one_envelope(rafters: Rafters, shop: Path) -> None:
    """`--json` names the project, each change and what to type next."""
    made = rafters("add", *TASK, *QUIET, "--json").envelope
    assert made["status"] == "ok"
    assert made["data"]["path"] == str(shop)
    created = {item["path"] for item in made["data"]["plan"] if item["action"] == "create"}
    assert created > FILES
    assert made["data"]["next"]


def test_it_works_from_a_folder_inside_the_project(
    rafters: Rafters, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The project is the one around the current folder, or the one that is named."""
    monkeypatch.chdir(shop / "src" / "shop")
    assert rafters("add", *TASK, *QUIET).code == 0
    monkeypatch.chdir(shop.parent)
    assert rafters("add", "Note", "body:text", "--project", "shop", *QUIET).code == 0
    assert (shop / "src/shop/models/note.py").exists()


@pytest.mark.parametrize("command", ["add", "change", "remove", "apply", "list"])
def test_without_a_project_nothing_is_done(rafters: Rafters, command: str, folder: Path) -> None:
    """Exit code 4, and the way to a project."""
    spec = folder / "shop.toml"
    spec.write_text("")
    rest = {
        "add": ("Task", "a:int"),
        "change": ("Task", "--drop", "a"),
        "remove": ("Task",),
        "apply": (str(spec),),
        "list": (),
    }
    refused = rafters(command, *rest[command])
    assert refused.code == 4
    assert "rafters new" in refused.err


def test_all_errors_of_a_command_line_are_told_at_once(rafters: Rafters, shop: Path) -> None:
    """Each wrong field has its caret and what to type instead; nothing is written."""
    before = tree_of(shop)
    refused = rafters("add", "Task", "title:strng", "n:int:9..1", "class:str", *QUIET, "--json")
    assert refused.code == 2
    errors = refused.envelope["errors"]
    assert len(errors) >= 3
    assert all("^" in error["message"] for error in errors)
    assert "str" in errors[0]["hint"]
    assert tree_of(shop) == before


def test_code_that_cannot_be_wired_is_refused(rafters: Rafters, shop: Path) -> None:
    """Without an application there is no half-added resource, but the lines to paste."""
    main = shop / "src/shop/main.py"
    main.write_text("from .application import app\n")
    before = tree_of(shop)
    refused = rafters("add", *TASK, *QUIET)
    assert refused.code == 3
    assert "from .routers.tasks import router as tasks_router" in refused.err
    assert tree_of(shop) == before


def test_a_file_in_the_way_is_kept(rafters: Rafters, shop: Path) -> None:
    """A module of the user's own where a layer would go stops the command."""
    (shop / "src/shop/models/task.py").write_text("mine = 1\n")
    before = tree_of(shop)
    refused = rafters("add", *TASK, *QUIET)
    assert refused.code == 3
    assert "src/shop/models/task.py" in refused.err
    assert tree_of(shop) == before


def test_a_project_of_a_newer_version_is_refused(rafters: Rafters, shop: Path) -> None:
    """What a later Rafters wrote is not touched by an earlier one."""
    manifest = shop / "rafters.toml"
    manifest.write_text(manifest.read_text().replace('version = "0.1.0"', 'version = "9.0.0"'))
    refused = rafters("add", *TASK, *QUIET)
    assert refused.code == 3
    assert "upgrade Rafters" in refused.err


@pytest.mark.parametrize("content", ["[layout", "", "layout = 1", "[layout]\npackage = 1\n"])
def test_a_manifest_that_cannot_be_used_is_told(rafters: Rafters, shop: Path, content: str) -> None:
    """A broken rafters.toml is named, without a traceback."""
    (shop / "rafters.toml").write_text(content)
    refused = rafters("add", *TASK, *QUIET, "--json")
    assert refused.code == 3
    assert json.loads(refused.out)["errors"][0]["message"].startswith("rafters.toml")


def test_a_broken_line_of_the_manifest_is_not_told_as_typed(rafters: Rafters, shop: Path) -> None:
    """A field that somebody has broken in rafters.toml is told with the file's name."""
    assert rafters("add", *TASK, *QUIET).code == 0
    manifest = shop / "rafters.toml"
    manifest.write_text(manifest.read_text().replace("title:str", "title:strr"))
    refused = rafters("add", "Note", "text:str", *QUIET)
    assert refused.code == 3
    assert "rafters.toml cannot be used: Task: " in refused.err
    assert "did you mean str?" in refused.err


def test_programs_get_json_however_they_ask(rafters: Rafters, shop: Path) -> None:
    """An option that is not typed as it should be is told as JSON, too."""
    refused = rafters("add", *TASK, "--json=1", "--project", str(shop))
    assert refused.code == 2
    assert json.loads(refused.out)["errors"][0]["code"] == "bad-usage"


def test_all_that_is_wrong_is_told_at_once(rafters: Rafters, shop: Path) -> None:
    """The name, the plural's and every field's errors come together, each with what to type."""
    before = tree_of(shop)
    done = rafters("add", "order", "item:strr", "qty:int:9..1", "class:str")
    assert done.code == 2
    for part in ("try 'Order'", "did you mean str?", "try 1..9", "class"):
        assert part in done.err
    assert done.err.count("error: ") == 4
    assert tree_of(shop) == before

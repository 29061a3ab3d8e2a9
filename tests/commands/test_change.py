"""`rafters change`: every layer follows, rows and edits stay."""

import ast
import json
from pathlib import Path

import pytest
from conftest import FILES, QUIET, Rafters, tree_of

TASK = ("Task", "title:str:1..200", "notes:text:null", "priority:int=1")


@pytest.fixture
def task(rafters: Rafters, shop: Path) -> Path:
    """Return a project with a Task."""
    assert rafters("add", *TASK, *QUIET).code == 0
    return shop


def test_every_layer_follows(rafters: Rafters, task: Path) -> None:
    """The old names are gone from all files of the resource, the new ones are in each layer."""
    changed = rafters(
        *("change", "Task", "--add", "due:date:null:filter", "--drop", "notes"),
        *("--rename", "title=headline", "--alter", "priority:int:1..9=1", *QUIET),
    )
    assert changed.code == 0, changed.err
    layers = ("models/task.py", "schemas/task.py", "services/task_service.py", "routers/tasks.py")
    texts = {layer: (task / "src/shop" / layer).read_text() for layer in layers}
    texts["tests"] = (task / "tests/test_tasks.py").read_text()
    for text in texts.values():
        ast.parse(text)
        assert "notes" not in text
        assert "title" not in text
    for layer in ("models/task.py", "schemas/task.py", "tests"):
        assert "headline" in texts[layer]
        assert "due" in texts[layer]
    assert "le=9" in texts["schemas/task.py"]
    (migration,) = (task / "migrations/versions").glob("0003_*.py")
    written = migration.read_text()
    assert 'new_column_name="headline"' in written
    assert "due" in written
    record = (task / "rafters.toml").read_text()
    assert '"headline:str:1..200",' in record
    assert '"due:date:null:filter",' in record


def test_what_a_change_does_another_undoes(rafters: Rafters, task: Path) -> None:
    """Renamed back and dropped again, all files but the migrations are as before."""
    before = tree_of(task)
    assert rafters("change", "Task", "--add", "due:date:null", *QUIET).code == 0
    assert rafters("change", "Task", "--rename", "title=headline", *QUIET).code == 0
    assert rafters("change", "Task", "--rename", "headline=title", *QUIET).code == 0
    assert rafters("change", "Task", "--drop", "due", *QUIET).code == 0
    after = tree_of(task)
    new = after.keys() - before.keys()
    assert len(new) == 4
    assert all(path.startswith("migrations/versions/") for path in new)
    assert {path: after[path] for path in before} == before


def test_a_new_required_field_asks_what_rows_get(rafters: Rafters, task: Path) -> None:
    """Neither default nor `--fill`: exit 2 and what to type; with either it is done."""
    before = tree_of(task)
    refused = rafters("change", "Task", "--add", "points:int", *QUIET)
    assert refused.code == 2
    assert "--fill Task.points=" in refused.err
    assert tree_of(task) == before
    assert rafters("change", "Task", "--add", "points:int", "--fill", "points=1", *QUIET).code == 0


def test_edits_are_kept(rafters: Rafters, task: Path) -> None:
    """A route and a docstring of the user's are there after the change."""
    router = task / "src/shop/routers/tasks.py"
    extra = '\n\n@router.get("/tasks-of-mine")\ndef mine() -> None:\n    """Mine."""\n'
    router.write_text(router.read_text() + extra)
    model = task / "src/shop/models/task.py"
    model.write_text(model.read_text().replace('"""The table of tasks."""', '"""What to do."""'))
    assert rafters("change", "Task", "--add", "due:date:null:filter", *QUIET).code == 0
    assert extra in router.read_text()
    assert '"""What to do."""' in model.read_text()
    assert "due" in model.read_text()


def test_a_conflict_is_shown_and_nothing_is_written(rafters: Rafters, task: Path) -> None:
    """Exit 3, both sides of the place, and the same bytes as before."""
    model = task / "src/shop/models/task.py"
    text = model.read_text()
    (line,) = [line for line in text.splitlines() if line.startswith("    priority: ")]
    model.write_text(text.replace(line, "    priority: int = 7"))
    before = tree_of(task)
    refused = rafters("change", "Task", "--alter", "priority:bigint=1", *QUIET)
    assert refused.code == 3
    assert "src/shop/models/task.py" in refused.err
    assert "priority: int = 7" in refused.err
    assert tree_of(task) == before


@pytest.mark.parametrize("conflicts", ["refuse", "markers"])
def test_a_dry_run_meets_the_conflict_too(rafters: Rafters, task: Path, conflicts: str) -> None:
    """`--dry-run` shows the place, exits with 3 and writes nothing, markers or not."""
    model = task / "src/shop/models/task.py"
    text = model.read_text()
    (line,) = [line for line in text.splitlines() if line.startswith("    priority: ")]
    model.write_text(text.replace(line, "    priority: int = 7"))
    before = tree_of(task)
    alter = ("--alter", "priority:bigint=1", "--conflicts", conflicts, "--dry-run", "--json")
    refused = rafters("change", "Task", *alter)
    assert refused.code == 3
    envelope = json.loads(refused.out)
    assert "priority: int = 7" in envelope["errors"][0]["message"]
    assert {"action": "conflict", "path": "src/shop/models/task.py"}.items() <= (
        next(item for item in envelope["data"]["plan"] if item["action"] == "conflict").items()
    )
    assert tree_of(task) == before


@pytest.mark.usefixtures("task")
@pytest.mark.parametrize("name", ["points", "Task.points"])
def test_fill_takes_a_name_with_its_resource(rafters: Rafters, name: str) -> None:
    """What a hint says to type is taken by `change` as by `apply`."""
    made = rafters("change", "Task", "--add", "points:int", "--fill", f"{name}=1", *QUIET)
    assert made.code == 0, made.err


@pytest.mark.usefixtures("task")
@pytest.mark.parametrize("value", ["0", "-1", "x", "\uff11", str(2**63)])
def test_a_reference_is_filled_with_an_id(rafters: Rafters, value: str) -> None:
    """What is no id of a row is refused."""
    fill = ("--fill", f"author={value}")
    refused = rafters("change", "Task", "--add", "author:User", *fill, *QUIET)
    assert refused.code == 2
    assert "the id of a row" in refused.err


def test_where_ids_are_uuids_a_reference_is_filled_with_one(rafters: Rafters, folder: Path) -> None:
    """What is an id in one project is none in another."""
    assert rafters("new", "desk", *FILES, "--set", "ids=uuid").code == 0
    add = ("change", "Task", "--project", "desk", "--add", "author:User", "--fill")
    refused = rafters(*add, "author=1", *QUIET)
    assert refused.code == 2
    assert "not a UUID" in refused.err
    made = rafters(*add, "author=0198c0de-0000-7000-8000-000000000001", *QUIET)
    assert made.code == 0, made.err
    assert "author_id: UUID = Field(" in (folder / "desk/src/desk/models/task.py").read_text()


def test_markers_are_written_where_they_are_asked_for(rafters: Rafters, task: Path) -> None:
    """`--conflicts markers` writes all, marks the place as git does, and still exits with 3."""
    model = task / "src/shop/models/task.py"
    text = model.read_text()
    (line,) = [line for line in text.splitlines() if line.startswith("    priority: ")]
    model.write_text(text.replace(line, "    priority: int = 7"))
    marked = rafters("change", "Task", "--alter", "priority:bigint=1", "--conflicts", "markers")
    assert marked.code == 3
    assert "<<<<<<< " in model.read_text()
    assert "priority: int = 7" in model.read_text()
    assert '"priority:bigint=1",' in (task / "rafters.toml").read_text()


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        (("--drop", "titel"), "did you mean 'title'?"),
        (("--rename", "titel=x"), "did you mean 'title'?"),
        (("--alter", "titel:str"), "did you mean 'title'?"),
        (("--add", "title:text"), "--alter title:text"),
        (("--rename", "title"), "--rename title=headline"),
        (("--rename", "title=head__line"), "try 'head_line'"),
        (("--rename", "title=class"), "try 'class_value'"),
        (("--rename", 'title=a"b'), "try 'a_b'"),
        (("--rename", "title=created_at"), "try 'created_at_value'"),
        (("--rename", "title="), "--rename title=headline"),
        (("--alter", "title:enum:a,b"), "--fill Task.title=a"),
        (("--alter", "title:enum:a,b=a"), "--fill Task.title=a"),
        (("--access", "shared"), "add it anew"),
        (("--drop", "title", "--rename", "title=x"), ""),
        ((), "--add"),
    ],
)
def test_what_cannot_be_is_told(
    rafters: Rafters, task: Path, options: tuple[str, ...], hint: str
) -> None:
    """Names that are not there, or there already: exit 2 and what to type instead."""
    before = tree_of(task)
    refused = rafters("change", "Task", *options, *QUIET)
    assert refused.code == 2
    assert hint in refused.err
    assert tree_of(task) == before


def test_an_unknown_resource_is_told(rafters: Rafters, task: Path) -> None:
    """The nearest name is suggested."""
    refused = rafters("change", "Tsak", "--drop", "title", *QUIET)
    assert refused.code == 2
    assert "did you mean 'Task'?" in refused.err
    assert (task / "src/shop/models/task.py").exists()


def test_rows_that_have_an_owner_keep_one(rafters: Rafters, task: Path) -> None:
    """Access may become public-read, since the rows belong to users before and after."""
    assert rafters("change", "Task", "--access", "public-read", *QUIET).code == 0
    assert 'access = "public-read"' in (task / "rafters.toml").read_text()

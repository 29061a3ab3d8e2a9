"""`rafters apply` and `rafters list`: many resources from one file, and back."""

import tomllib
from pathlib import Path

import pytest
from blueprints import random_blueprint
from conftest import QUIET, Rafters, tree_of

from rafters.spec import blueprint

SHOP = """
[resources.Book]
access = "public-read"
fields = ["title: str(1..200):search", "author:Author", "related:many:self"]

[resources.Author]
fields = ["name:str:1..80:unique", "favourite:Book:null"]

[resources.Shelf]
plural = "shelves"
access = "shared"
fields = { name = "str(..40)", books = "many(Book)" }
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """Return a file of three resources, two of which refer to each other."""
    path = tmp_path / "shop.toml"
    path.write_text(SHOP)
    return path


def test_many_resources_come_in_any_order(rafters: Rafters, shop: Path, spec: Path) -> None:
    """A ring of references and a later target are no obstacle; a second run changes nothing."""
    made = rafters("apply", str(spec), *QUIET)
    assert made.code == 0, made.err
    for name in ("book", "author", "shelf"):
        assert (shop / f"src/shop/models/{name}.py").exists()
    before = tree_of(shop)
    again = rafters("apply", str(spec), *QUIET)
    assert again.code == 0
    assert "Nothing to change" in again.out
    assert tree_of(shop) == before


def test_only_what_differs_is_touched(rafters: Rafters, shop: Path, spec: Path) -> None:
    """One field more in one resource leaves the files of the others."""
    assert rafters("apply", str(spec), *QUIET).code == 0
    before = tree_of(shop)
    spec.write_text(SHOP.replace('name = "str(..40)"', 'name = "str(..40)", room = "str?"'))
    assert rafters("apply", str(spec), *QUIET).code == 0
    after = tree_of(shop)
    touched = {path for path in after if after[path] != before.get(path)}
    assert touched
    assert all("shel" in path or path == "rafters.toml" for path in touched)


def test_what_is_not_in_the_file_stays_unless_pruned(
    rafters: Rafters, shop: Path, spec: Path
) -> None:
    """`--prune` makes the resources exactly those of the file."""
    before = tree_of(shop)
    assert rafters("apply", str(spec), *QUIET).code == 0
    spec.write_text("")
    assert rafters("apply", str(spec), *QUIET).code == 0
    assert (shop / "src/shop/models/book.py").exists()
    pruned = rafters("apply", str(spec), "--prune", *QUIET)
    assert pruned.code == 0, pruned.err
    assert tree_of(shop) == before


def test_pruning_keeps_what_others_refer_to(rafters: Rafters, shop: Path, spec: Path) -> None:
    """A resource that stays cannot lose its target."""
    assert rafters("apply", str(spec), *QUIET).code == 0
    before = tree_of(shop)
    spec.write_text(SHOP.partition("[resources.Author]")[0].replace('"author:Author", ', ""))
    kept = rafters("apply", str(spec), "--prune", *QUIET)
    assert kept.code == 0, kept.err
    spec.write_text('[resources.Shelf]\nfields = ["name:str:..40", "books:many:Book"]\n')
    assert tree_of(shop) != before
    refused = rafters("apply", str(spec), "--prune", *QUIET)
    assert refused.code in {2, 3}


@pytest.mark.parametrize("seed", range(6))
def test_apply_takes_what_list_prints(
    rafters: Rafters, shop: Path, tmp_path: Path, seed: int
) -> None:
    """The printed specification is that of the project, and applying it changes nothing."""
    wanted = random_blueprint(seed)
    given = tmp_path / "given.toml"
    given.write_text("\n".join(map(blueprint.record, wanted.resources.values())))
    made = rafters("apply", str(given), *QUIET)
    assert made.code == 0, made.err
    printed = rafters("list", "--spec")
    assert printed.code == 0
    assert blueprint.read(tomllib.loads(printed.out)) == wanted
    given.write_text(printed.out)
    before = tree_of(shop)
    assert "Nothing to change" in rafters("apply", str(given), *QUIET).out
    assert tree_of(shop) == before


def test_all_errors_of_a_file_are_told_at_once(rafters: Rafters, shop: Path, spec: Path) -> None:
    """Unknown keys, targets and types in several resources: exit 2, one error each."""
    spec.write_text(
        '[resources.A]\nfeilds = []\n[resources.Beta]\nfields = ["x:strng", "y:Gamma"]\n'
        '[resources.Task]\nfields = ["class:str"]\n'
    )
    before = tree_of(shop)
    refused = rafters("apply", str(spec), *QUIET, "--json")
    assert refused.code == 2
    assert len(refused.envelope["errors"]) >= 3
    assert tree_of(shop) == before


@pytest.mark.parametrize("content", ["[", "resources = 1", "[resources]\nTask = 1", "[other]"])
def test_a_file_that_is_none_is_told(
    rafters: Rafters, shop: Path, spec: Path, content: str
) -> None:
    """A file of another kind is exit 2."""
    spec.write_text(content)
    assert rafters("apply", str(spec), *QUIET).code == 2
    assert rafters("apply", "missing.toml", *QUIET).code == 2
    assert (shop / "rafters.toml").exists()


def test_the_list_has_files_routes_and_tests(rafters: Rafters, shop: Path) -> None:
    """Routes and tests are read from the files as they stand, missing files are told."""
    assert rafters("add", "Task", "title:str:1..200", *QUIET).code == 0
    router = shop / "src/shop/routers/tasks.py"
    router.write_text(router.read_text() + '\n\n@router.get("/mine")\ndef mine() -> None: ...\n')
    (shop / "src/shop/models/task.py").unlink()
    (task,) = rafters("list", "--json").envelope["data"]["resources"]
    assert task["name"] == "Task"
    assert task["fields"] == ["title:str:1..200"]
    assert {"method": "POST", "path": "/api/tasks"} in task["routes"]
    assert {"method": "GET", "path": "/api/tasks/mine"} in task["routes"]
    assert task["missing"] == ["src/shop/models/task.py"]
    assert "test_delete_removes_the_task" in task["tests"]
    shown = rafters("list").out
    assert "PATCH  /api/tasks/{task_id}" in shown


def test_a_project_without_resources_lists_none(rafters: Rafters, shop: Path) -> None:
    """An empty list is an empty list."""
    assert rafters("list", "--json").envelope["data"]["resources"] == []
    assert rafters("list", "--spec").out == ""
    assert (shop / "rafters.toml").exists()


def test_rows_keep_their_owner(rafters: Rafters, shop: Path, spec: Path) -> None:
    """As with `change`, access that would take the owner from rows is refused."""
    assert rafters("apply", str(spec), *QUIET).code == 0
    before = tree_of(shop)
    spec.write_text(SHOP.replace('"public-read"', '"shared"'))
    done = rafters("apply", str(spec), *QUIET)
    assert done.code == 2
    assert "access cannot become shared" in done.err
    assert tree_of(shop) == before

"""`rafters remove`: the inverse of `add`."""

import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from blueprints import random_blueprint
from conftest import QUIET, Rafters, tree_of

from rafters.spec.language import format_field
from rafters.spec.resource import Resource

TASK = ("Task", "title:str:1..200", "due:date:null")


def add(rafters: Rafters, resource: Resource) -> None:
    """Add a resource as its specification says."""
    fields = map(format_field, resource.fields)
    options = ("--plural", resource.plural, "--access", resource.access)
    made = rafters("add", resource.name, *fields, *options, *QUIET)
    assert made.code == 0, made.err


def add_and_remove(rafters: Rafters, shop: Path, seeds: Iterable[int]) -> int:
    """Add each resource of some seeds that stands alone, and remove it; return how many."""
    count = 0
    for resource in (item for seed in seeds for item in random_blueprint(seed).resources.values()):
        if is_alone(resource):
            before = tree_of(shop)
            add(rafters, resource)
            assert tree_of(shop) != before
            removed = rafters("remove", resource.name, *QUIET)
            assert removed.code == 0, removed.err
            assert tree_of(shop) == before
            count += 1
    return count


def test_add_and_remove_give_back_the_same_bytes(rafters: Rafters, shop: Path) -> None:
    """Whatever the resource, after both commands the tree is as before."""
    assert add_and_remove(rafters, shop, range(12)) > 10


def is_alone(resource: Resource) -> bool:
    """Tell whether a resource refers to no other."""
    return all(item.target in {"", "self", "User"} for item in resource.fields)


@pytest.mark.usefixtures("shop")
def test_a_migration_that_goes_is_told(rafters: Rafters) -> None:
    """Whoever has run it has a table that nothing drops: they hear of it."""
    assert rafters("add", *TASK, *QUIET).code == 0
    removed = rafters("remove", "Task", *QUIET)
    assert removed.code == 0
    assert "0002_create_tasks.py" in removed.out
    assert "alembic stamp" in removed.out


def test_a_committed_migration_stays(rafters: Rafters, shop: Path) -> None:
    """Once a commit has it, a new migration drops the table."""
    assert rafters("add", *TASK, *QUIET).code == 0
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
        subprocess.run([*git, *words], cwd=shop, check=True)
    assert rafters("remove", "Task", *QUIET).code == 0
    names = sorted(path.name for path in (shop / "migrations/versions").glob("*.py"))
    assert names == ["0001_create_users.py", "0002_create_tasks.py", "0003_drop_tasks.py"]
    assert not (shop / "src/shop/models/task.py").exists()


def test_an_edited_migration_stays(rafters: Rafters, shop: Path) -> None:
    """A migration that somebody has made their own is not deleted, but undone by another."""
    assert rafters("add", *TASK, *QUIET).code == 0
    migration = shop / "migrations/versions/0002_create_tasks.py"
    migration.write_text(migration.read_text() + "\n# mine\n")
    assert rafters("remove", "Task", *QUIET).code == 0
    assert migration.exists()
    assert (shop / "migrations/versions/0003_drop_tasks.py").exists()


def test_edited_files_are_shown_and_kept(rafters: Rafters, shop: Path) -> None:
    """Exit 3 with the edit; only `--force` deletes it."""
    assert rafters("add", *TASK, *QUIET).code == 0
    model = shop / "src/shop/models/task.py"
    model.write_text(model.read_text() + "\nMINE = 1\n")
    before = tree_of(shop)
    refused = rafters("remove", "Task", *QUIET)
    assert refused.code == 3
    assert "src/shop/models/task.py" in refused.err
    assert "MINE = 1" in refused.err
    assert tree_of(shop) == before
    assert rafters("remove", "Task", "--force", *QUIET).code == 0
    assert not model.exists()


def test_what_others_refer_to_is_kept(rafters: Rafters, shop: Path) -> None:
    """The resource and the field that refer to it are named, with the command that frees it."""
    assert rafters("add", *TASK, *QUIET).code == 0
    assert rafters("add", "Note", "task:Task", "body:text", *QUIET).code == 0
    before = tree_of(shop)
    refused = rafters("remove", "Task", *QUIET)
    assert refused.code == 3
    assert "rafters change Note --drop task" in refused.err
    assert tree_of(shop) == before
    assert rafters("change", "Note", "--drop", "task", *QUIET).code == 0
    assert rafters("remove", "Task", *QUIET).code == 0


def test_what_is_not_there_cannot_go(rafters: Rafters, shop: Path) -> None:
    """An unknown name is exit 2."""
    refused = rafters("remove", "Task", *QUIET)
    assert refused.code == 2
    assert "no resource" in refused.err
    assert (shop / "rafters.toml").exists()


@pytest.mark.slow
def test_a_hundred_random_resources_leave_no_byte(rafters: Rafters, shop: Path) -> None:
    """100 of 100: add, then remove, and the tree is as it was."""
    count = 0
    for seed in range(100, 1000):
        for resource in filter(is_alone, random_blueprint(seed).resources.values()):
            before = tree_of(shop)
            add(rafters, resource)
            assert rafters("remove", resource.name, *QUIET).code == 0
            assert tree_of(shop) == before, resource
            count += 1
            if count == 100:
                return
    pytest.fail(f"only {count} resources")

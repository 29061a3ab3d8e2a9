"""The protections that `mutants_run` takes away stand where it looks for them."""

from pathlib import Path

from conftest import FILES, QUIET, spawn
from generated.mutants_run import RESOURCES, mutants, mutated


def test_each_protection_is_there_to_be_taken_away(tmp_path: Path) -> None:
    """A template that changes takes its mutants along, or the whole run would end at one."""
    assert spawn("new", "shop", *FILES, cwd=tmp_path).code == 0
    shop = tmp_path / "shop"
    for words in RESOURCES:
        assert spawn("add", *words, *QUIET, cwd=shop).code == 0
    for _, mutant in mutants():
        source = (shop / "src/shop" / mutant.path).read_text(encoding="utf-8")
        assert mutated(source, mutant) != source

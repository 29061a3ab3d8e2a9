"""The protections that `mutants_run` takes away stand where it looks for them."""

from pathlib import Path

import pytest
from generated.mutants_run import made, mutated, projects


@pytest.mark.parametrize("options", projects())
def test_each_protection_is_there_to_be_taken_away(tmp_path: Path, options: str) -> None:
    """A template that changes takes its mutants along, or the whole run would end at one."""
    shop = made(tmp_path, options, "--no-install")
    for mutant in (mutant for found in projects()[options].values() for mutant in found):
        source = (shop / "src/shop" / mutant.path).read_text(encoding="utf-8")
        assert mutated(source, mutant) != source

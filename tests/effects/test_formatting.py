"""Formatting with the project's settings."""

import pytest

from rafters.effects.formatting import formatted
from rafters.effects.process import Processes
from rafters.errors import MachineError
from rafters.plan.tree import Tree, of_text

LINE = "def add(first: int, second: int) -> int:\n    return first + second\n"


def once(tree: Tree, settings: Tree) -> Tree:
    """Return one tree, formatted."""
    (found,) = formatted([tree], settings, None, Processes())
    return found


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[tool.ruff]\nline-length = 30\n"),
        ("ruff.toml", "line-length = 30\n"),
        (".ruff.toml", "line-length = 30\n"),
    ],
)
def test_the_projects_settings_hold(name: str, text: str) -> None:
    """Wherever a project keeps the settings of ruff, lines are as long as they say."""
    tree = of_text({"src/a.py": LINE})
    assert once(tree, {}) == tree
    assert "\n    first: int, second: int\n" in once(tree, of_text({name: text}))["src/a.py"].text


def test_imports_are_sorted_with_the_projects_own_apart() -> None:
    """The package under src is known as the project's own, so that it stands last."""
    source = "import shop.models\nimport pytest\nimport os\n\nprint(os, pytest, shop)\n"
    tree = of_text({"src/shop/models/task.py": "", "tests/test_a.py": source})
    sorted_imports = "import os\n\nimport pytest\n\nimport shop.models\n"
    assert once(tree, {})["tests/test_a.py"].text.startswith(sorted_imports)


def test_nothing_else_changes() -> None:
    """Unused names stay, files of other kinds and their modes too."""
    tree = of_text({"a.py": "import os\n", "b.txt": "x   \n"})
    assert once(tree, {}) == tree
    assert formatted([{}, {}], {}, None, Processes()) == [{}, {}]


def test_settings_that_ruff_refuses_are_told() -> None:
    """The message is that of ruff, without the path of a scratch folder."""
    settings = of_text({"ruff.toml": "line-length = 'long'\n"})
    with pytest.raises(MachineError, match="ruff refuses") as caught:
        once(of_text({"a.py": "x = 1\n"}), settings)
    assert "rafters-format" not in str(caught.value)

"""The commands that the README shows."""

import re
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def commands() -> list[str]:
    """Return every command in the README's shell blocks, in order, prompts and output left out."""
    blocks = re.findall(
        r"^```console\n(.*?)^```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    lines = [line for block in blocks for line in block.splitlines()]
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


def set_up() -> tuple[str, str]:
    """Return the two commands that need nothing but Python and git: a project, our own tests."""
    first, second = [command for command in commands() if command.startswith("python3 -m venv")]
    return first, second

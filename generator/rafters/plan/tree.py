"""A tree: the files of a project as values, with no disk behind them."""

from collections.abc import Mapping
from typing import NamedTuple


class File(NamedTuple):
    """The content of one file.

    Attributes:
        content: its bytes.
        executable: whether its owner may run it.
    """

    content: bytes
    executable: bool = False

    @property
    def text(self) -> str:
        """The content as text; templates and what they make are UTF-8."""
        return self.content.decode()


Tree = Mapping[str, File]
"""Files by their path from the root, with `/` between the parts on every system."""


def of_text(files: Mapping[str, str]) -> dict[str, File]:
    """Return a tree of text files, encoded as UTF-8."""
    return {path: File(text.encode()) for path, text in files.items()}

"""A text file as lines, with what an editor may have changed about it set aside."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Self

MARK = "\ufeff"


class Document(NamedTuple):
    """A text file.

    Attributes:
        lines: without their ends.
        ends: the end of each line; that of the last is empty where it has none.
        mark: whether it begins with a byte order mark.
    """

    lines: Sequence[str]
    ends: Sequence[str]
    mark: bool = False

    @classmethod
    def of(cls, content: bytes) -> Self | None:
        """Read a file; `None` if it is not text in UTF-8."""
        try:
            text = content.decode()
        except UnicodeDecodeError:
            return None
        if "\0" in text:
            return None
        *whole, rest = text.removeprefix(MARK).split("\n")
        ends = ["\r\n" if line.endswith("\r") else "\n" for line in whole]
        lines = [line.removesuffix("\r") for line in whole]
        if rest:
            lines.append(rest)
            ends.append("")
        return cls(lines, ends, text.startswith(MARK))

    @property
    def end(self) -> str:
        """The line end that most lines have."""
        counts = Counter(end for end in self.ends if end)
        return counts.most_common(1)[0][0] if counts else "\n"

    @property
    def ended(self) -> bool:
        """Whether the last line has an end; nothing has, so that anything may follow."""
        return not self.ends or self.ends[-1] != ""

    def written(self, lines: Iterable[int | str], *, mark: bool, ended: bool) -> bytes:
        """Write lines of this file, by their place, and new ones between them.

        Args:
            lines: whole numbers are lines of this file, text is a new line.
            mark: whether a byte order mark comes first.
            ended: whether the last line gets a line end; an empty one does anyway.
        """
        usual = self.end
        parts = [MARK if mark else ""]
        for line in lines:
            if isinstance(line, int):
                parts += self.lines[line], self.ends[line] or usual
            else:
                parts += line, usual
        if not ended and len(parts) > 1 and parts[-2]:
            parts[-1] = ""
        return "".join(parts).encode()

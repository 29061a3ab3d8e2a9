"""What must hold of every rendered tree, by its files alone."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from rafters.plan.tree import Tree

MAX_TOLD = 10
"""Most findings that are told of one kind."""


@dataclass(frozen=True)
class Delimiters:
    """What a template writes around names and statements.

    Attributes:
        variable: before a name; `{{` unless it says otherwise.
        block: before a statement.
    """

    variable: str = "{{"
    block: str = "{%"


def looked_at(tree: Tree, ignore: Sequence[str]) -> dict[str, str]:
    """Return the texts of a tree whose paths match no pattern; other files hold no text."""
    texts = {}
    for path, file in tree.items():
        if any(fnmatchcase(path, pattern) for pattern in ignore) or b"\0" in file.content:
            continue
        try:
            texts[path] = file.text
        except UnicodeDecodeError:
            continue
    return texts


def leftovers(
    texts: Mapping[str, str], paths: Iterable[str], names: Iterable[str], delimiters: Delimiters
) -> Iterator[str]:
    """Yield where a name of the template stands between delimiters that nothing has rendered.

    Other things between braces are other programs' business: `${{ github.ref }}`, Helm, mako.
    """
    known = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    if not known:
        return
    variable, block = re.escape(delimiters.variable), re.escape(delimiters.block)
    left = re.compile(
        rf"(?<!\$){variable}-?\s*(?:{known}|_copier_\w+)\b"
        rf"|{block}-?\s*(?:if|elif|for)\b[^\n]{{0,80}}?\b(?:{known})\b"
    )
    for path in paths:
        if left.search(path):
            yield f"{path}: its name was not rendered"
    for path, text in texts.items():
        if match := left.search(text):
            line = text.count("\n", 0, match.start()) + 1
            yield f"{path}:{line}: {_line(text, match.start())}"


def machine(texts: Mapping[str, str], places: Mapping[str, str], answers: str) -> Iterator[str]:
    """Yield where a path of this machine stands.

    Args:
        texts: what was rendered.
        places: what to look for, and what it is.
        answers: path of the answers file, where copier itself writes where the template lies.
    """
    for path, text in texts.items():
        for number, line in enumerate(text.splitlines(), 1):
            if path == answers and line.startswith("_src_path:"):
                continue
            for place, what in places.items():
                if place in line:
                    yield f"{path}:{number}: {what}: {line.strip()[:120]}"


def answers(
    wanted: Mapping[str, object], found: Mapping[str, object] | None, path: str
) -> Iterator[str]:
    """Yield what the answers file does not give back as it was answered.

    Args:
        wanted: the answers that it is to hold.
        found: what it holds; `None` where there is none.
        path: where it lies.
    """
    for name, value in wanted.items():
        if found is None:
            return
        if name not in found:
            yield f"{path}: the answer to {name} is missing"
        elif found[name] != value:
            yield f"{path}: {name} is {found[name]!r}, the answer was {value!r}"


def differences(first: Tree, second: Tree, random: Sequence[str] = ()) -> Iterator[str]:
    """Yield where two renders with the same answers differ, but in files that are to."""
    for path in sorted({*first, *second}):
        if any(fnmatchcase(path, pattern) for pattern in random):
            continue
        if path not in first or path not in second:
            yield f"{path}: is in one of the two alone"
        elif first[path] != second[path]:
            pairs = zip(
                first[path].content.splitlines(), second[path].content.splitlines(), strict=False
            )
            for number, (one, other) in enumerate(pairs, 1):
                if one != other:
                    yield f"{path}:{number}: two renders differ\n  {_shown(one)}\n  {_shown(other)}"
                    break
            else:
                yield f"{path}: two renders differ"


def told(findings: Iterable[str]) -> list[str]:
    """Return findings; of many, the first."""
    found = list(findings)
    more = len(found) - MAX_TOLD
    return [*found[:MAX_TOLD], f"and {more} more"] if more > 0 else found


def _line(text: str, place: int) -> str:
    start = text.rfind("\n", 0, place) + 1
    return text[start:].partition("\n")[0].strip()[:120]


def _shown(line: bytes) -> str:
    return repr(line.decode("utf-8", "replace").strip()[:60])

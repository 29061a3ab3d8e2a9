"""What questions without choices are answered with, where they have no default or more is asked."""

from collections.abc import Sequence
from dataclasses import dataclass

HOSTILE = 'Zoë "O\'Brien" \\ <&> {{ 7 * 7 }} #'
"""A text that breaks whatever puts it between quotes without escaping it."""

_TEXTS = (
    *(
        "Example Project",
        "example-project",
        "example_project",
        "ExampleProject",
        "example",
        "Example",
    ),
    *("example.com", "https://example.com", "me@example.com", "Ann Example <me@example.com>"),
    *(
        "example/example",
        "@example/example",
        "com.example.example",
        "1.0.0",
        "3.12",
        "2026",
        "1",
        "A",
    ),
    *(
        "EX",
        "2026-01-01",
        "0000-0000-0000-0000",
        "127.0.0.1",
        "/",
        "./example",
        "us-east-1",
        "0" * 12,
    ),
)
_HINTS = {
    "email": "me@example.com",
    "mail": "me@example.com",
    "url": "https://example.com",
    "version": "1.0.0",
    "year": "2026",
    "slug": "example-project",
    "package": "example_project",
    "module": "example_project",
    "domain": "example.com",
    "repo": "example-project",
    "org": "example",
    "user": "example",
    "author": "Ann Example",
}
_NUMBERS = (-(2**31), -1000, -1, 0, 1, 2, 5, 10, 100, 1000, 8000, 65535, 2**31)


@dataclass(frozen=True)
class Free:
    """Answers to try for a question without choices.

    Attributes:
        examples: of which the first that is accepted stands in for a default.
        groups: of each of which the first that is accepted is tried beside the default.
    """

    examples: Sequence[object]
    groups: Sequence[Sequence[object]] = ()


def free(name: str, kind: str, *, bounded: bool, hostile: bool) -> Free:
    """Return what to try for a question without choices.

    Args:
        name: of the question, which may say what it wants.
        kind: copier's name of the type.
        bounded: whether it has a validator; then of numbers the lowest and the highest are tried.
        hostile: whether text is to be tried that breaks quoting.
    """
    if kind in {"int", "float"}:
        cast = int if kind == "int" else float
        numbers = [cast(number) for number in _NUMBERS]
        examples = sorted(numbers, key=abs)
        return Free(examples, (numbers, numbers[::-1]) if bounded else ())
    if kind in {"json", "yaml"}:
        return Free(({}, [], "example", 1, None))
    hints = [text for word, text in _HINTS.items() if word in name.lower()]
    texts = (*hints, *_TEXTS)
    return Free(texts, ((HOSTILE, "Zoë O'Brien"),) if hostile and kind == "str" else ())

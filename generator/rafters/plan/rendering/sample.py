"""One field in the tests of its resource, and its values as Python source."""

from typing import NamedTuple

from rafters.plan.rendering import values
from rafters.plan.rendering.values import Value
from rafters.spec.resource import RELATIONS, Field

_LONG = 40
"""Longest text, in characters, that stands in a test letter by letter."""

_EXPRESSIONS = {
    "date": 'f"20{number:02}-01-01"',
    "datetime": 'f"20{number:02}-01-01T00:00:00Z"',
    "time": 'f"12:{number:02}:00"',
    "duration": 'f"PT{number}M"',
    "uuid": 'f"22222222-2222-4222-8222-{number:012}"',
    "email": 'f"user{number}@example.com"',
    "url": 'f"https://example.com/{number}"',
    "slug": 'f"number-{number}"',
}


class Sample(NamedTuple):
    """A field in the tests of its resource.

    Attributes:
        item: the field.
        name: in the API.
    """

    item: Field
    name: str

    @property
    def writable(self) -> bool:
        """Whether requests take it."""
        return not self.item.readonly

    @property
    def visible(self) -> bool:
        """Whether responses show it."""
        return not self.item.hidden

    @property
    def plain(self) -> bool:
        """Whether it holds a value of its own, and no id of another row."""
        return self.item.type not in RELATIONS

    def pair(self, value: Value) -> str:
        """Return the field with a value as an item of a Python dictionary."""
        return f'"{self.name}": {literal(value)}'


def literal(value: Value) -> str:
    """Return a value as Python source, a long text of one letter shortened."""
    if isinstance(value, str):
        head = value.rstrip(value[-1:])
        size = len(value) - len(head)
        if len(value) > _LONG and size > _LONG // 2:
            tail = f"{literal(value[-1])} * {size}"
            return f"{literal(head)} + {tail}" if head else tail
        source = repr(value)
        if source[0] == '"':
            return source
        return '"' + source[1:-1].replace(r"\'", "'").replace('"', r"\"") + '"'
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{literal(key)}: {literal(one)}' for key, one in value.items())}}}"
    return repr(value)


def numbered(item: Field) -> str:
    """Return the expression of a value that differs from `number` to `number`."""
    steps = values.ladder(item, 32)
    if item.type in {"int", "bigint"} and isinstance(steps[0], int):
        return f"{steps[0] - 1} + number" if steps[0] != 1 else "number"
    if values.has_words(item):
        words = f'f"{item.name.replace("_", " ").capitalize()} {{number}}"'
        return f'{words}.ljust({item.min}, "x")' if item.min else words
    return _EXPRESSIONS.get(item.type) or f"{literal(steps[:-3])}[number]"

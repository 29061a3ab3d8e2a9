"""Values as Python source, and the names in such source."""

import re
from decimal import Decimal

from rafters.spec.resource import Field

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|' + r"'(?:[^'\\]|\\.)*'")


def bound(item: Field, value: int | Decimal) -> str:
    """Return a bound of a number as Python source."""
    text = format(Decimal(value), "f")
    return f'Decimal("{text}")' if item.type == "decimal" and "." in text else text


def decimal(text: str, places: int) -> str:
    """Return a decimal with all its places as Python source."""
    value = f"{Decimal(text):.{places}f}"
    return f'Decimal("{value}")' if places else f"Decimal({value})"


def quoted(text: str) -> str:
    """Return a text as Python source, in the quotes that `ruff format` keeps."""
    source = repr(text)
    if source[0] == "'" and '"' not in source:
        return f'"{source[1:-1]}"'
    return source


def pattern(regex: str) -> str:
    """Return a regular expression as Python source, raw if that can hold it."""
    if regex.isprintable() and '"' not in regex and "\\" in regex and not regex.endswith("\\"):
        return f'r"{regex}"'
    return quoted(regex)


def names_in(*sources: str) -> frozenset[str]:
    """Return the names that stand in Python source, outside its texts."""
    return frozenset(re.findall(r"[A-Za-z_]\w*", _STRING.sub("", "\n".join(sources))))

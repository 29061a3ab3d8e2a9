"""What rows that exist get where a change leaves them without a value, as Python source."""

import datetime as dt
import json
import re
from decimal import Decimal
from uuid import UUID

from rafters.spec.resource import NUMBERS, TEXTS, Field

IMPORTS = {
    "dt": "import datetime as dt",
    "Decimal": "from decimal import Decimal",
    "UUID": "from uuid import UUID",
}
"""What has to be imported for each name that the source of a value uses, sorted."""

EXAMPLES = {
    "int": "0",
    "bigint": "0",
    "float": "0",
    "decimal": "0",
    "bool": "false",
    "date": "today",
    "datetime": "now",
    "time": "12:00",
    "duration": "PT1H",
    "json": "{}",
    "uuid": "00000000-0000-0000-0000-000000000000",
    "email": "nobody@example.com",
    "url": "https://example.com",
    "slug": "none",
    "ref": "1",
}
"""A value of each type that has none of its own, for hints."""

NULL = "None"
"""The source of NULL."""


def literal(item: Field, text: str) -> str:
    """Return the Python source of a value of a field.

    Args:
        item: the field.
        text: the value as defaults are written; an empty one is NULL where the field takes
            NULL and is no text.

    Raises:
        ValueError: the field cannot hold it.
    """
    if not text and item.null and item.type not in TEXTS:
        return NULL
    if item.type == "enum":
        if text not in item.values:
            raise ValueError(text)
        return repr(text)
    if item.type in TEXTS:
        return repr(text)
    if item.type in NUMBERS or item.type == "ref":
        return _number(item, text)
    return _SOURCES[item.type](text)


def example(item: Field) -> str:
    """Return a value that a field could hold, as it is typed."""
    if item.type == "enum":
        return item.values[0]
    if item.type in NUMBERS and item.min is not None:
        return str(item.min)
    return EXAMPLES.get(item.type, "unknown")


def _number(item: Field, text: str) -> str:
    """Return the source of a number."""
    if item.type in {"decimal", "float"}:
        try:
            number = Decimal(text)
        except ArithmeticError:
            raise ValueError(text) from None
        if not number.is_finite():
            raise ValueError(text)
        return f'Decimal("{number}")' if item.type == "decimal" else repr(float(number))
    return repr(int(text))


def _bool(text: str) -> str:
    """Return the source of a truth value."""
    return {"true": "True", "false": "False"}.get(text) or _wrong(text)


def _date(text: str) -> str:
    """Return the source of a date."""
    if text == "today":
        return "dt.datetime.now(dt.UTC).date()"
    return f'dt.date.fromisoformat("{dt.date.fromisoformat(text).isoformat()}")'


def _datetime(text: str) -> str:
    """Return the source of a moment, in UTC: SQLite would store any other as if it were."""
    if text == "now":
        return "dt.datetime.now(dt.UTC)"
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return f'dt.datetime.fromisoformat("{moment.astimezone(dt.UTC).isoformat()}")'


def _time(text: str) -> str:
    """Return the source of a time of day."""
    return f'dt.time.fromisoformat("{dt.time.fromisoformat(text).isoformat()}")'


def _duration(text: str) -> str:
    """Return the source of a span of time (ISO 8601, without months and years)."""
    found = re.fullmatch(_DURATION, text)
    if found is None or not any(found.groupdict().values()):
        raise ValueError(text)
    parts = [f"{unit}={number}" for unit, number in found.groupdict().items() if number]
    return f"{found[1]}dt.timedelta({', '.join(parts)})"


def _uuid(text: str) -> str:
    """Return the source of a UUID."""
    return f'UUID("{UUID(text)}")'


def _json(text: str) -> str:
    """Return the source of an object or an array."""
    return repr(json.loads(text))


def _wrong(text: str) -> str:
    """Refuse a value."""
    raise ValueError(text)


_SOURCES = {
    "bool": _bool,
    "date": _date,
    "datetime": _datetime,
    "time": _time,
    "duration": _duration,
    "uuid": _uuid,
    "json": _json,
}

_DIGITS = r"[0-9]+(?:\.[0-9]+)?"
_DURATION = (
    rf"(-?)P(?:0*(?P<weeks>{_DIGITS})W)?(?:0*(?P<days>{_DIGITS})D)?"
    rf"(?:T(?:0*(?P<hours>{_DIGITS})H)?(?:0*(?P<minutes>{_DIGITS})M)?(?:0*(?P<seconds>{_DIGITS})S)?)?"
)

"""The one text of each value that a default may have, by type."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

from rafters.spec.resource import Field

DIGITS = (12, 2)
"""Digits of a decimal that says nothing of them."""

MAX_SPAN = dt.timedelta(days=99999)
"""Longest duration, either way."""

# compiled where a text asks for them: a command needs few
_DATE = r"(?a)\d{4}-\d\d-\d\d"
_TIME = r"(?a)\d\d:\d\d(:\d\d(\.\d{1,6})?)?"
_DATETIME = r"(?a)\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)"
_DURATION = (
    r"(?a)([+-]?)P(?:(\d{1,5})W|(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,8})M)?"
    r"(?:(\d{1,10})(?:\.(\d{1,6}))?S)?)?)"
)
_INTEGER = r"(?a)[+-]?\d{1,16}"
_NUMBER = r"(?a)[+-]?\d{1,17}(?:\.\d{1,17})?"
_FLOAT = r"(?a)[+-]?\d{1,20}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,3})?"
_ID = r"(?a)[1-9]\d{0,18}"
_UUID = r"[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}"
_SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_EMAIL = r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}"
_URL = (
    r"(?ai)(https?)://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::([1-9]\d{0,4}))?"
    r"((?:[/?#][A-Za-z0-9._~:/?#@!$&'()*+,;=%-]*)?)"
)
_NO_MAIL = ("arpa", "example", "invalid", "local", "localhost", "onion", "test")
_TRUTH = {"true": "true", "false": "false"}


def canonical(item: Field, text: str) -> str | None:
    """Return the canonical text of a value of a field's type, or `None` if it is none.

    Bounds, values and regex of the field are not looked at; only digits are.
    """
    read = _READERS.get(item.type)
    try:
        return read(item, text) if read else text
    except (ValueError, OverflowError, ArithmeticError, RecursionError):
        return None


def expected(item: Field) -> str:
    """Return what a default of a field's type looks like."""
    return _EXPECTED.get(item.type, "a text")


def number(text: str, *, whole: bool) -> int | Decimal | None:
    """Return the number that a text is, or `None` if it is none."""
    if whole:
        return int(text) if re.fullmatch(_INTEGER, text) else None
    return Decimal(text).normalize() + 0 if re.fullmatch(_NUMBER, text) else None


def plain(value: int | Decimal) -> str:
    """Return a number as digits, without an exponent."""
    return str(value) if isinstance(value, int) else format(value, "f")


def _text(_: Field, text: str) -> str | None:
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\"`"
    return text if text.isprintable() and text == text.strip() and not quoted else None


def _integer(_: Field, text: str) -> str | None:
    return str(int(text)) if re.fullmatch(_INTEGER, text) else None


def _float(_: Field, text: str) -> str | None:
    value = float(text) if re.fullmatch(_FLOAT, text) else float("inf")
    return repr(value + 0.0) if abs(value) < float("inf") else None


def _decimal(item: Field, text: str) -> str | None:
    precision, scale = item.digits or DIGITS
    if not re.fullmatch(_NUMBER, text):
        return None
    value = Decimal(text) + 0
    exact = value.quantize(Decimal(1).scaleb(-scale))
    fits = exact == value and abs(value) < Decimal(10) ** (precision - scale)
    return format(exact + 0, "f") if fits else None


def _bool(_: Field, text: str) -> str | None:
    return _TRUTH.get(text.lower())


def _date(_: Field, text: str) -> str | None:
    if text == "today":
        return text
    return dt.date.fromisoformat(text).isoformat() if re.fullmatch(_DATE, text) else None


def _datetime(_: Field, text: str) -> str | None:
    if text == "now":
        return text
    if not re.fullmatch(_DATETIME, text):
        return None
    moment = dt.datetime.fromisoformat(text.upper().replace(" ", "T")).astimezone(dt.UTC)
    if not 2 <= moment.year <= 9998:  # noqa: PLR2004  (an offset must not lead out of the calendar)
        return None
    return moment.isoformat().replace("+00:00", "Z")


def _time(_: Field, text: str) -> str | None:
    return dt.time.fromisoformat(text).isoformat() if re.fullmatch(_TIME, text) else None


def _duration(_: Field, text: str) -> str | None:
    found = re.fullmatch(_DURATION, text)
    if not found or not any(found.groups()[1:]):
        return None
    sign, *parts, fraction = found.groups()
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in parts)
    span = dt.timedelta(
        weeks=weeks,
        days=days,
        hours=hours,
        minutes=minutes,
        seconds=seconds,
        microseconds=int((fraction or "").ljust(6, "0")),
    )
    return iso(-span if sign == "-" else span) if span <= MAX_SPAN else None


def iso(span: dt.timedelta) -> str:
    """Return a span of time in ISO 8601, as in `P1DT2H30M`."""
    size = abs(span)
    minutes, seconds = divmod(size.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    rest = (
        f"{seconds}.{size.microseconds:06}".rstrip("0").rstrip(".")
        if size.microseconds
        else (str(seconds))
    )
    days = f"{size.days}D" if size.days else ""
    clock = "".join(
        f"{amount}{unit}"
        for amount, unit in ((str(hours), "H"), (str(minutes), "M"), (rest, "S"))
        if amount != "0"
    )
    text = f"P{days}T{clock}" if clock else f"P{days or 'T0S'}"
    return f"-{text}" if span < dt.timedelta() else text


def _uuid(_: Field, text: str) -> str | None:
    lowered = text.lower()
    if not re.fullmatch(_UUID, lowered):
        return None
    digits = lowered.replace("-", "")
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _email(_: Field, text: str) -> str | None:
    lowered = text.lower()
    local, _at, domain = lowered.partition("@")
    labels = domain.split(".")
    odd = len(local) > 64 or labels[-1] in _NO_MAIL or any(part[2:4] == "--" for part in labels)  # noqa: PLR2004  (RFC 5321, RFC 5891)
    return lowered if re.fullmatch(_EMAIL, lowered) and not odd else None


def _url(_: Field, text: str) -> str | None:
    found = re.fullmatch(_URL, text)
    if not found or ".." in found[2] or int(found[3] or 1) >= 2**16:
        return None
    from pydantic import HttpUrl  # what generated code asks, so that both have the same form

    return str(HttpUrl(text))


def _id(_: Field, text: str) -> str | None:
    return text if re.fullmatch(_ID, text) and int(text) < 2**63 else None


def _slug(_: Field, text: str) -> str | None:
    return text if re.fullmatch(_SLUG, text) else None


def _json(_: Field, text: str) -> str | None:
    if not text.startswith(("{", "[")):
        return None
    import json

    value = json.loads(text, parse_constant=_refuse)
    # PostgreSQL takes neither half a surrogate pair, which no encoder takes, nor NUL.
    json.dumps(value, ensure_ascii=False).encode()
    compact = json.dumps(value, separators=(",", ":"), allow_nan=False)
    return None if "\\u0000" in compact else compact


def _refuse(text: str) -> object:
    raise ValueError(text)


_READERS: dict[str, Callable[[Field, str], str | None]] = {
    "str": _text,
    "text": _text,
    "int": _integer,
    "bigint": _integer,
    "float": _float,
    "decimal": _decimal,
    "bool": _bool,
    "date": _date,
    "datetime": _datetime,
    "time": _time,
    "duration": _duration,
    "uuid": _uuid,
    "email": _email,
    "url": _url,
    "slug": _slug,
    "json": _json,
    "ref": _id,
}
_EXPECTED = {
    "int": "a whole number",
    "bigint": "a whole number",
    "float": "a number such as 0.5",
    "decimal": "a number that fits its digits",
    "bool": "true or false",
    "date": "a date such as 2031-12-31, or today",
    "datetime": "a moment with its offset such as 2031-12-31T23:59:00Z, or now",
    "time": "a time such as 10:30, without an offset",
    "duration": "a span in ISO 8601 such as PT30M or P1D",
    "uuid": "a UUID",
    "email": "an email address",
    "url": "an address that starts with https:// or http://",
    "ref": "the id of a row",
    "slug": "lower-case letters, digits and single - between them",
    "json": "an object or an array in JSON, such as {} or []",
    "str": "a text that can be printed, without quotes around it",
    "text": "a text that can be printed, without quotes around it",
}

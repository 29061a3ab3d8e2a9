"""Values that a field takes, and others that it refuses, in the terms of JSON: for tests."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from rafters.plan.tables import max_length
from rafters.spec.bounds import LENGTHS, RANGES
from rafters.spec.resource import NUMBERS, Field
from rafters.spec.values import DIGITS

Value = None | bool | int | float | str | list["Value"] | dict[str, "Value"]
"""A value as JSON knows it."""

_TEXT_LENGTH = 3
_LONG_TEXT = 5000
_LONGEST_URL = "https://example.com/".ljust(LENGTHS["url"] - 1, "x")


def ladder(item: Field, count: int) -> list[Value]:
    """Return different values of a field in ascending order, as responses show them.

    Fewer than `count` come where the field has no more.
    """
    if item.type in NUMBERS:
        return _numbers(item, count)
    if item.type == "enum":
        return [*sorted(item.values)[:count]]
    if item.type == "bool":
        return [*(False, True)[:count]]
    if item.type in {"str", "text"}:
        return _texts(item, count)
    return [_RUNGS[item.type](number) for number in range(1, count + 1)]


def value(item: Field) -> Value:
    """Return a value that reads well and, if there is another, is not the default."""
    if item.unique and not has_words(item):
        # Far from the first values, which rows get that are made by number.
        return ladder(item, 32)[-1]
    candidates = [*_worded(item), *ladder(item, 3)]
    default = None if item.default is None else shown(item, item.default)
    return next((found for found in candidates if found != default), candidates[0])


def changed(item: Field) -> list[Value]:
    """Return values other than that of `value`, null included; empty where there are none."""
    rungs = ladder(item, 32)[-3:-1] if item.unique else ladder(item, 3)
    others = [found for found in [*_worded(item, "Another"), *rungs] if found != value(item)]
    return [*others[:1], *_null(item)]


def valid(item: Field) -> list[Value]:
    """Return the values at the limits of a field; of a hidden one, those that rows show as sent."""
    limits = [*_ends(item), *_null(item)]
    return [each for each in limits if each not in _YEARS] if item.hidden else limits


def invalid(item: Field) -> list[Value]:
    """Return values just beyond the limits of a field, and of other types."""
    null: list[Value] = [] if item.null else [None]
    if item.type in NUMBERS:
        lax: list[Value] = [] if item.type == "decimal" else ["1", True]
        return [*null, "x", [], *lax, *_beyond(item)]
    if item.type in {"str", "text"}:
        return [*null, 5, *_misshapen(item)]
    return [*null, *_WRONG.get(item.type, ())]


def forms(item: Field) -> list[tuple[Value, Value]]:
    """Return values that are stored in another form than they are sent in, beside that form."""
    if item.type == "decimal":
        (found, *_) = ladder(item, 1)
        _, scale = item.digits or DIGITS
        plain = str(found).rstrip("0").rstrip(".") if scale else str(found)
        return [(plain or "0", found), (float(str(found)), found)]
    return _FORMS.get(item.type, [])


def shown(item: Field, text: str) -> Value:
    """Return the value of a default, as responses show it; `now` and `today` stay."""
    if item.type in {"bool", "int", "bigint", "float", "json"}:
        parsed: Value = json.loads(text)
        return parsed
    if item.type == "decimal":
        return _decimal(item, Decimal(text))
    return text


def has_words(item: Field) -> bool:
    """Tell whether a text has room for the words of its name and a number."""
    is_free = item.type in {"str", "text"} and not item.regex
    return is_free and _lengths(item)[1] >= len(f"Another {item.name}")


def wildcard(item: Field) -> tuple[str, str] | None:
    """Return a text with the wildcards of LIKE, and one that it would match as a pattern."""
    least, greatest = _lengths(item)
    if item.type not in {"str", "text"} or item.regex or greatest < len("5%_6"):
        return None
    return "5%_6".ljust(least, "x"), "5xx6".ljust(least, "x")


def _null(item: Field) -> list[Value]:
    return [None] if item.null else []


def _numbers(item: Field, count: int) -> list[Value]:
    """Return numbers in steps of one, or of as much as the range has room for."""
    if item.type == "float":
        low, high = (None if end is None else float(end) for end in (item.min, item.max))
        low = (min(0.5, high - count) if high is not None else 0.5) if low is None else low
        high = low + count if high is None else high
        step = min(1.0, (high - low) / count)
        return [low + step * number for number in range(count if step else 1)]
    least, greatest = _units(item)
    scale = _scale(item)
    step = 10**scale if greatest - least >= count * 10**scale else 1
    start = max(least, min(step, greatest - (count - 1) * step))
    found = [start + number * step for number in range(count)]
    return [_of_units(item, units) for units in found if units <= greatest]


def _scale(item: Field) -> int:
    """Return how many digits of a number stand after the point."""
    return (item.digits or DIGITS)[1] if item.type == "decimal" else 0


def _units(item: Field) -> tuple[int, int]:
    """Return the least and the greatest value of a number, counted in its last digit."""
    if item.type == "decimal":
        precision, scale = item.digits or DIGITS
        least, greatest = -(10**precision) + 1, 10**precision - 1
    else:
        scale = 0
        least, greatest = RANGES[item.type]
    if item.min is not None:
        lowest = Decimal(item.min).scaleb(scale).to_integral_value(ROUND_CEILING)
        least = max(least, int(lowest))
    if item.max is not None:
        highest = Decimal(item.max).scaleb(scale).to_integral_value(ROUND_FLOOR)
        greatest = min(greatest, int(highest))
    return least, greatest


def _of_units(item: Field, units: int) -> Value:
    if item.type == "decimal":
        return _decimal(item, Decimal(units).scaleb(-_scale(item)))
    return units


def _decimal(item: Field, number: Decimal) -> str:
    # As pydantic writes it: small numbers with an exponent.
    return str(number.quantize(Decimal(1).scaleb(-_scale(item))))


def _beyond(item: Field) -> list[Value]:
    """Return what lies just outside the range of a number."""
    if item.type == "float":
        low = [] if item.min is None else [float(item.min) - 1]
        high = [] if item.max is None else [float(item.max) + 1]
        return [*low, *high]
    least, greatest = _units(item)
    finer: list[Value] = [f"{ladder(item, 1)[0]}5" if _scale(item) else "0.5"]
    outside = [_of_units(item, units) for units in (least - 1, greatest + 1)]
    return [*outside, *finer]


def _lengths(item: Field) -> tuple[int, int]:
    """Return the least and the greatest length of a `str` or `text`."""
    greatest = max_length(item)
    return int(item.min or 0), _LONG_TEXT if greatest is None else greatest


def _texts(item: Field, count: int) -> list[Value]:
    """Return texts of one length in the order of the alphabet."""
    least, greatest = _lengths(item)
    if item.regex:
        from rafters.spec import regex  # seldom needed, and slow to import

        return [*sorted(regex.examples(item.regex, least, greatest, count))]
    length = min(max(least, _TEXT_LENGTH), greatest)
    if length < 2:  # noqa: PLR2004  (two letters are what the rest counts with)
        return [_letters(number)[2 - length :] for number in range(count)]
    return [_letters(number).rjust(length, "a") for number in range(count)]


def _worded(item: Field, start: str = "A") -> list[Value]:
    """Return the value that reads best, of types that have such a one."""
    if item.type in {"str", "text"} and not item.regex:
        least, greatest = _lengths(item)
        return [f"{start} {item.name.replace('_', ' ')}"[:greatest].rstrip().ljust(least, "x")]
    if item.type == "bool":
        return [True, False]
    return [*item.values]


def _ends(item: Field) -> list[Value]:
    """Return the least and the greatest value of a field."""
    if item.type == "float":
        ends = [end for end in (item.min, item.max) if end is not None]
        return [*dict.fromkeys(map(float, ends))] or [-1e300, 0.1]
    if item.type in NUMBERS:
        return [_of_units(item, units) for units in dict.fromkeys(_units(item))]
    if item.type in {"str", "text"}:
        if item.regex:
            return _texts(item, 3)
        return ["x" * length for length in dict.fromkeys(_lengths(item))]
    if item.type == "enum":
        return list(item.values)
    return _AT_LIMITS[item.type]


def _misshapen(item: Field) -> list[Value]:
    """Return texts that are too short, too long, or do not match."""
    least, greatest = _lengths(item)
    short: list[Value] = ["x" * (least - 1)] if least else []
    long: list[Value] = [] if max_length(item) is None else ["x" * (greatest + 1)]
    if not item.regex:
        return [*short, *long]
    from rafters.spec import regex

    attempts = (sign * max(least, 1) for sign in ("!", "x", "0", " ", "Ä"))
    others: list[Value] = [
        text for text in attempts if not regex.matches(item.regex, text) and len(text) <= greatest
    ]
    return [*short, *long, *others[:1]]


def _letters(number: int) -> str:
    """Return two letters that stand for a number below 676, in the order of the numbers."""
    return chr(ord("a") + number // 26) + chr(ord("a") + number % 26)


_RUNGS: dict[str, Callable[[int], Value]] = {
    "date": lambda number: (date(2025, 12, 31) + timedelta(days=number)).isoformat(),
    "datetime": lambda number: f"2026-01-01T00:{number:02}:00Z",
    "time": lambda number: f"00:{number:02}:00",
    "duration": lambda number: f"P{number}D",
    "uuid": lambda number: f"11111111-1111-4111-8111-{number:012}",
    "email": lambda number: f"{_letters(number)}@example.com",
    "url": lambda number: f"https://example.com/{_letters(number)}",
    "slug": _letters,
    "json": lambda number: {"key": [number]},
}

_YEARS = ("-P99999D", "P99999D")
"""Spans that pydantic writes in years of 365 days, where no schema has it write days."""

_AT_LIMITS: dict[str, list[Value]] = {
    "bool": [True, False],
    "date": ["0001-01-01", "9999-12-31"],
    "datetime": ["0002-01-01T00:00:00Z", "9998-12-31T23:59:59.999999Z"],
    "time": ["00:00:00", "23:59:59.999999"],
    "duration": ["PT0.000001S", *_YEARS],
    "uuid": ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"],
    "email": ["a@example.com", f"{'x' * 64}@example.com"],
    "url": ["http://a/", _LONGEST_URL],
    "slug": ["a", "x" * LENGTHS["slug"]],
    "json": [{}, [], {"a": [1, None, {"b": "c"}]}],
}

_WRONG: dict[str, list[Value]] = {
    "bool": ["perhaps", 1, "true"],
    "date": ["x", "2026-02-30"],
    "datetime": ["x", "2026-01-01T00:00:00", "0001-12-31T00:00:00Z", "9999-01-01T00:00:00Z"],
    "time": ["x", "24:00:00", "12:00:00Z"],
    "duration": ["x", "P1Y", "P100000D", "-P100000D"],
    "uuid": ["x"],
    "email": ["x", "x@", "x@example", f"{'x' * (LENGTHS['email'] - 11)}@example.com"],
    "url": ["x", "ftp://example.com/", f"{_LONGEST_URL}x"],
    "slug": ["", "-a", "a--b", "A", "x" * (LENGTHS["slug"] + 1)],
    "json": ["x", 1],
    "enum": ["no such value"],
    "ref": [0, -1, "x", "1", True, 2**53],
    "many": [5, [0], ["x"], ["1"], [2**53]],
}

_FORMS: dict[str, list[tuple[Value, Value]]] = {
    "datetime": [("2026-01-01T02:00:00+02:00", "2026-01-01T00:00:00Z")],
    "duration": [("P7D", "P7D"), ("PT24H", "P1D")],
    "uuid": [("AAAAAAAA-AAAA-4AAA-8AAA-AAAAAAAAAAAA", "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa")],
    "email": [("Alice@EXAMPLE.com", "alice@example.com")],
    "url": [("HTTPS://EXAMPLE.com", "https://example.com/")],
}

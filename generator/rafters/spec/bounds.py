"""What bounds and digits a type may have, and what lies within them."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from rafters.spec import values
from rafters.spec.resource import NUMBERS, TEXTS, Field

RANGES = {"int": (-(2**31), 2**31 - 1), "bigint": (1 - 2**53, 2**53 - 1)}
"""Least and greatest value of the whole numbers."""

LENGTHS = {"email": 254, "slug": 100, "str": 255, "url": 2048}
"""Greatest length of the texts that say nothing of it."""

MAX_LENGTH = 100_000
"""Greatest bound of a text: one at its limit still fits in a request's body of 1 MiB."""

MAX_LEAST = 10_000
"""Greatest lower bound of a text, so that several fit in one body."""

MAX_REGEX_LEAST = 1000
"""Greatest lower bound of a text with a regex, for which an example must be found."""

MAX_DIGITS = 15
"""Most digits of a decimal: JSON clients hold numbers up to there exactly."""

MIN_UNIQUE = 100
"""How many values a unique field must have room for."""

_LETTERS = 36  # characters that a text has at each place, at least


class Breach(NamedTuple):
    """A rule that a field breaks.

    Attributes:
        part: the attribute of the field that is at fault.
        message: what is wrong.
        hint: what to do instead.
        code: as in `Problem`.
    """

    part: str
    message: str
    hint: str = ""
    code: str = "bad-modifier"


def limits(item: Field) -> tuple[int, int | None]:
    """Return the least and the greatest length of a text, `None` where nothing bounds it."""
    greatest = LENGTHS.get(item.type) if item.max is None else int(item.max)
    return int(item.min or 0), greatest


def breaches(item: Field) -> Iterator[Breach]:
    """Yield what is wrong with the bounds and the digits of a field."""
    if item.type == "decimal" and not _has_digits(item):
        message = f"a decimal has 1 to {MAX_DIGITS} digits, some of them after the point"
        yield Breach("digits", message, "try 12,2")
        return
    given = [value for value in (item.min, item.max) if value is not None]
    if not given:
        return
    yield from _lengths(item) if item.type in {"str", "text"} else _sizes(item, given)
    low, high = _range(item)
    if low is not None and high is not None and low > high:
        hint = "give a greatest one too"
        if item.max is not None and item.min is not None:
            hint = f"try {values.plain(item.max)}..{values.plain(item.min)}"
        yield Breach("min", "the least is greater than the greatest", hint)


def outside(item: Field, text: str) -> str:
    """Say how a value in canonical text lies outside the bounds of its field; empty if inside."""
    if item.type in NUMBERS:
        value, unit = Decimal(text), ""
    elif item.type in TEXTS:
        value, unit = Decimal(len(text)), " characters"
    else:
        return ""
    low, high = _range(item)
    if low is not None and value < low:
        return f"is less than {values.plain(low)}{unit}"
    if high is not None and value > high:
        return f"is more than {values.plain(high)}{unit}"
    return ""


def has_room(item: Field) -> bool:
    """Tell whether a field can have enough values to be unique, its regex aside."""
    if item.type == "str":
        return (limits(item)[1] or 0) > 1 and _LETTERS**2 >= MIN_UNIQUE
    low, high = _range(item)
    if low is None or high is None:
        return True
    if item.type == "float":
        return low < high
    step = Decimal(1).scaleb(-(item.digits or values.DIGITS)[1]) if item.type == "decimal" else 1
    return (high - low) / step + 1 >= MIN_UNIQUE


def _range(item: Field) -> tuple[Decimal | None, Decimal | None]:
    """Return the least and the greatest number or length, `None` where nothing bounds it."""
    low: int | Decimal | None = None
    high: int | Decimal | None = None
    if item.type in TEXTS:
        low, high = limits(item)
    elif item.type in RANGES:
        low, high = RANGES[item.type]
    elif item.type == "decimal":
        precision, scale = item.digits or values.DIGITS
        high = Decimal(10) ** (precision - scale) - Decimal(1).scaleb(-scale)
        low = -high
    low = low if item.min is None else item.min
    high = high if item.max is None else item.max
    return None if low is None else Decimal(low), None if high is None else Decimal(high)


def _lengths(item: Field) -> Iterator[Breach]:
    least, greatest = item.min or 0, item.max
    if least < 0 or (greatest is not None and greatest < 1):
        yield Breach("min", "no text is as short as that", "try 1..200")
    if least > MAX_LEAST:
        yield Breach("min", f"a text has a least length of {MAX_LEAST} at most")
    if greatest is not None and greatest > MAX_LENGTH:
        yield Breach("min", f"a text has a greatest length of {MAX_LENGTH} at most")
    if item.regex and least > MAX_REGEX_LEAST:
        yield Breach("min", f"with a regex, a text has a least length of {MAX_REGEX_LEAST} at most")


def _sizes(item: Field, given: list[int | Decimal]) -> Iterator[Breach]:
    if item.type in RANGES:
        lowest, highest = RANGES[item.type]
        if any(not lowest <= value <= highest for value in given):
            wider = "try bigint" if item.type == "int" else ""
            yield Breach("min", f"the range of {item.type} is {lowest}..{highest}", wider)
    elif item.type == "decimal":
        long = next((v for v in given if values.canonical(item, values.plain(v)) is None), None)
        if long is not None:
            precision, scale = item.digits or values.DIGITS
            hint = f"it has {precision} digits, {scale} of them after the point"
            yield Breach("min", f"{values.plain(long)} has more digits than the field", hint)
    elif any(len(values.plain(value).strip("-").replace(".", "")) > MAX_DIGITS for value in given):
        yield Breach("min", f"a bound of a float has {MAX_DIGITS} digits at most")


def _has_digits(item: Field) -> bool:
    precision, scale = item.digits or values.DIGITS
    return 1 <= precision <= MAX_DIGITS and 0 <= scale <= precision

"""Parts of a plan, for several machines; and durations as they are typed."""

import re
from collections.abc import Sequence

from rafters.errors import Problem, UsageError
from rafters.plan.verification.questionnaire import Combination

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}

Shard = tuple[int, int]
"""Which part, counted from one, and of how many."""


def check_shard(text: str) -> Shard:
    """Return a shard as in `2/5`.

    Raises:
        UsageError: it is none.
    """
    if found := re.fullmatch(r"(\d{1,4})/(\d{1,4})", text):
        number, parts = int(found[1]), int(found[2])
        if 1 <= number <= parts:
            return number, parts
    hint = "--shard 2/5 runs the second of five"
    raise UsageError(Problem("bad-shard", f"{text!a} is no shard", hint))


def part(rows: Sequence[Combination], shard: Shard) -> tuple[Combination, ...]:
    """Return the rows of a shard; a row is in the same one whatever else the plan has."""
    number, parts = shard
    return tuple(row for row in rows if int(row.key, 16) % parts == number - 1)


def check_duration(option: str, text: str) -> float:
    """Return seconds, as in `90`, `90s`, `5m` or `1h`.

    Raises:
        UsageError: it is no duration.
    """
    found = re.fullmatch(r"(\d{1,6}(?:\.\d+)?)([smh]?)", text)
    if found and float(found[1]) > 0:
        return float(found[1]) * _UNITS[found[2]]
    raise UsageError(
        Problem("bad-duration", f"{option} {text!a} is no duration", "as in 90s or 5m")
    )

"""What is wrong with a line, with a caret under it."""

import unicodedata

from rafters.errors import Problem
from rafters.spec.syntax import Fault

_BEFORE = 60
_AFTER = 30


def pointed(line: str, fault: Fault) -> Problem:
    """Return a fault as a problem that shows the line, and where in it the fault is."""
    token = fault.token
    start = min(max(token.start, 0), len(line))
    end = min(max(token.end, start), len(line))
    first = max(start - _BEFORE, 0)
    last = min(max(end, start + 1) + _AFTER, len(line))
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in line[first:last])
    marks = _width(shown[start - first : min(end, start + _BEFORE + _AFTER) - first]) or 1
    text = f"{'…' if first else ''}{shown}{'…' if last < len(line) else ''}"
    gap = " " * (_width(shown[: start - first]) + bool(first))
    message = f"{fault.message}\n  {text}\n  {gap}{'^' * marks}"
    return Problem(fault.code, message, fault.hint)


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(letter) else 1 + (unicodedata.east_asian_width(letter) in "WF")
        for letter in text
    )

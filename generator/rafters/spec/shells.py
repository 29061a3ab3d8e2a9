"""What a shell makes of a field line that it was not to read, and other slips of the hand."""

import re
from collections.abc import Sequence

from rafters.errors import Problem
from rafters.spec.caret import pointed
from rafters.spec.resource import TYPES
from rafters.spec.syntax import FLAGS, Fault, Token, is_modifier

LOOKALIKES = {
    **dict.fromkeys("\uff1a\ufe55\u2236\ua789\u02d0\u05c3\u0589\u1365", ":"),
    **dict.fromkeys("\uff1d\ufe66\u2e40", "="),
    **dict.fromkeys("\uff0c\ufe50\u3001\u201a", ","),
    **dict.fromkeys("\uff08\ufe59", "("),
    **dict.fromkeys("\uff09\ufe5a", ")"),
    **dict.fromkeys("\uff1f\ufe56", "?"),
    **dict.fromkeys("\uff0e\ufe52\u3002", "."),
    **dict.fromkeys("\u2026\u2025", ".."),
    **dict.fromkeys("\u2010\u2011\u2013\u2014\u2212", "-"),
}
"""Characters that look like those of the language."""

QUOTES = "'\"`\u2018\u2019\u201a\u201c\u201d\u00ab\u00bb"
"""What opens or closes a quotation."""

_ODD = re.compile(f"[{re.escape(''.join(LOOKALIKES))}]")
_BRACED = re.compile(r"([^:]+):\s*([a-z]+)(:?)([-\w.]+)(.*)", re.ASCII)
_WORD = re.compile(r"[A-Za-z0-9_-]+(?:[:=].*)?")
_LISTED = re.compile(r"[^:]+:\s*(enum|decimal):[A-Za-z0-9_-]+")
_TABLE = str.maketrans(LOOKALIKES)


def oddity(line: str) -> Fault | None:
    """Return what is wrong with the characters of a line, if its beginning shows that."""
    bare = line.strip()
    if bare[0] in QUOTES:
        start = line.index(bare[0])
        hint = f"try {bare.strip(QUOTES)}"
        return Fault("bad-field", "a quote is no part of a field", hint, _at(start))
    head = line.partition("=")[0]
    found = None if line.isascii() else _ODD.search(head)
    if found:
        letter, plain = found[0], LOOKALIKES[found[0]]
        name = f"U+{ord(letter):04X}"
        hint = f"try {bare.translate(_TABLE)}"
        return Fault(
            "bad-field", f"{name} looks like {plain!r}: expected that", hint, _at(found.start())
        )
    if bare.endswith(",") and ("=" not in bare):
        hint = f"fields are separated by spaces: try {bare.rstrip(', ')}"
        return Fault("bad-field", "a comma ends the field", hint, _at(line.rindex(",")))
    return None


def repaired(lines: Sequence[str], problems: list[Problem]) -> list[str]:
    """Return the lines that no shell has damaged, and tell of the others.

    Args:
        lines: the field lines, as they came.
        problems: where a problem is added for each line that came in pieces.
    """
    kept: list[str] = []
    at = 0
    while at < len(lines):
        size, problem = _damage(lines, at)
        if problem:
            problems.append(problem)
        else:
            kept.append(lines[at])
        at += size
    return kept


def _damage(lines: Sequence[str], at: int) -> tuple[int, Problem | None]:
    """Return how many lines from a place were one, and what to type instead of them."""
    if at + 1 == len(lines) or not lines[at]:
        return 1, None
    return _braces(lines, at) or _spaces(lines, at) or _commas(lines, at) or (1, None)


def _braces(lines: Sequence[str], at: int) -> tuple[int, Problem] | None:
    """Recognise `price:decimal10 price:decimal2`, which bash makes of `price:decimal{10,2}`."""
    first, second = lines[at], lines[at + 1]
    name = first.partition(":")[0]
    if not second.startswith(f"{name}:"):
        return None
    found = _BRACED.fullmatch(first)
    if not found or found[2] not in TYPES or (found[3] and not found[4][0].isalnum()):
        kind = next((kind for kind in TYPES if first.startswith(f"{name}:{kind}")), None)
        digits = re.fullmatch(r"([^:]+):([a-z]+?)(\d+)(.*)", first, re.ASCII)
        if kind is None or not digits or digits[2] not in TYPES:
            return None
        found = digits
    else:
        digits = None
    start = f"{name}:{found[2]}{'' if digits else found[3]}"
    rest = found[4] if digits else found[5]
    size, tails = 0, list[str]()
    while at + size < len(lines) and lines[at + size].startswith(start):
        tail = lines[at + size].removeprefix(start)
        if rest and not tail.endswith(rest):
            break
        tails.append(tail.removesuffix(rest) if rest else tail)
        size += 1
    if size < 2 or len(set(tails)) < size or set(tails) & set(FLAGS):  # noqa: PLR2004  (one is whole)
        return None
    if found[2] != "enum" and not all(tail.isdecimal() for tail in tails):
        return None
    counted = size > 2 and all(  # noqa: PLR2004  (two may be a list as well)
        tail.isdecimal() and int(tail) == int(tails[0]) + index for index, tail in enumerate(tails)
    )
    body = f"{tails[0]}..{tails[-1]}" if counted else ",".join(tails)
    line = f"{name}:{found[2]}:{body}{rest}"
    return size, _split(first, len(start), len(first), "expanded braces", line)


def _spaces(lines: Sequence[str], at: int) -> tuple[int, Problem] | None:
    """Recognise `title:` and `str`, which a shell makes of `title: str`."""
    first, second = lines[at].rstrip(), lines[at + 1].lstrip()
    if not first or not second:
        return None
    open_end = first.endswith(":") and first.count(":") == 1 and len(first) > 1
    late_colon = ":" not in first and second.startswith(":")
    if not open_end and not late_colon:
        return None
    size = 1 + late_colon
    while at + size < len(lines) and ":" not in lines[at + size]:
        size += 1
        if (
            at + size < len(lines)
            and not re.match(r"[=?(]", lines[at + size])
            and (lines[at + size - 1] != "=")
        ):
            break
    if size == 1:
        return None
    line = "".join(part.strip() for part in lines[at : at + size])
    return size, _split(first, len(first) - 1, len(first), "split at a space", line)


def _commas(lines: Sequence[str], at: int) -> tuple[int, Problem] | None:
    """Recognise `p:enum:low` and `high`, which PowerShell makes of `p:enum:low,high`."""
    first = lines[at]
    found = _LISTED.fullmatch(first)
    if not found:
        return None
    size = 1
    while at + size < len(lines):
        word, _, rest = lines[at + size].partition(":")
        if not _WORD.fullmatch(lines[at + size]) or (rest and not is_modifier(rest.split(":")[0])):
            break
        if found[1] == "decimal" and not word.partition("=")[0].isdecimal():
            break
        size += 1
    if size == 1:
        return None
    digits = found[1] == "decimal"
    line = (".".join if digits else ",".join)(lines[at : at + size])
    hint = line if digits else f"'{line}', in quotes"
    return size, _split(first, len(first), len(first), "split at a comma", hint)


def _split(line: str, start: int, end: int, what: str, wanted: str) -> Problem:
    message = f"your shell {what}: several words came of one field"
    return pointed(line, Fault("shell", message, f"try {wanted}", Token("", start, end)))


def _at(place: int) -> Token:
    return Token("", place, place + 1)

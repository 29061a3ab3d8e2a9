r"""Regular expressions as Python and Rust both read them: the tree of one, or what is wrong.

The generated code checks texts with Rust's regex, its editors know Python's. What one of them
lacks, or reads in another way, is refused: look-around, references back, possessive and atomic
groups, conditions, comments, flags other than `(?i)` at the start, `\B`, `\Z`, sets in sets.
"""

import re
from dataclasses import dataclass

MAX_SIZE = 1100
"""Most characters that a pattern may describe when its repetitions are written out.

A word character, of which Unicode has many, counts as `_WORD`: Rust refuses what gets too large.
"""

MAX_DEPTH = 20
"""Deepest nesting of groups."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character out of some.

    Attributes:
        ranges: first and last character of each range.
        classes: letters of the classes such as `d` for digits.
        negated: whether it is any other character.
    """

    ranges: tuple[tuple[str, str], ...] = ()
    classes: str = ""
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A place between characters: `^`, `$`, `A` (the start) or `b`."""

    kind: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts one after the other."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One part out of some."""

    options: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part some times over; `most` is `None` without an end."""

    part: "Node"
    least: int
    most: int | None


Node = Chars | Place | Sequence | Choice | Repeat

_WORD = 6
_CONTROLS = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_HEX = re.compile(r"x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})")
_QUANTIFIER = re.compile(r"\{(\d{1,4})(?:(,)(\d{1,4})?)?\}|([*+?])", re.ASCII)
_GROUP = re.compile(r"\((?:\?(?::|P<([A-Za-z_][A-Za-z0-9_]*)>))?(?!\?)")
_ODD_IN_SET = ("[", "&&", "--", "~~", "||")
_HINTS = {
    "(?=": "a regex cannot look ahead: say what the text is, not what surrounds it",
    "(?!": "a regex cannot look ahead: say what the text is, not what surrounds it",
    "(?<": "a regex cannot look behind; a named group is (?P<name>…)",
    "(?>": "leave ?> out",
    "(?P": "a group cannot be referred to",
    "(?(": "a regex has no conditions",
    "(?#": "a regex has no comments",
}


class PatternError(Exception):
    """A pattern that is none, or not the same in Python and Rust."""

    def __init__(self, message: str, hint: str = "") -> None:
        """Keep what is wrong, and what to do instead."""
        self.message = message
        self.hint = hint
        super().__init__(message)


def parse(pattern: str) -> tuple[Node, bool]:
    """Return the tree of a pattern, and whether case does not matter to it.

    Raises:
        PatternError: it is none, or Python and Rust differ about it.
    """
    ignores_case = pattern.startswith("(?i)")
    reader = _Reader(pattern, 4 if ignores_case else 0)
    node = reader.choice(0)
    if reader.at < len(pattern):
        raise PatternError("a ) closes nothing", r"write \) for the character")
    if _size(node) > MAX_SIZE:
        raise PatternError("the regex is too large", "repeat less, or use the bounds of the field")
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternError(f"no regex: {error}") from error
    return node, ignores_case


class _Reader:
    """A place in a pattern that is being read."""

    def __init__(self, pattern: str, at: int) -> None:
        """Start at a place."""
        self.pattern = pattern
        self.at = at
        self.names = set[str]()

    def choice(self, depth: int) -> Node:
        """Read alternatives up to the end of their group."""
        if depth > MAX_DEPTH:
            raise PatternError("the groups are nested too deep")
        options = [self.sequence(depth)]
        while self._next() == "|":
            self.at += 1
            options.append(self.sequence(depth))
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def sequence(self, depth: int) -> Node:
        """Read parts up to the end of their alternative."""
        parts: list[Node] = []
        while (letter := self._next()) and letter not in "|)":
            parts.append(self._repeated(self._part(letter, depth)))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _next(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def _part(self, letter: str, depth: int) -> Node:
        if letter == "(":
            return self._group(depth)
        if letter == "[":
            return self._set()
        if letter == "\\":
            return self._escape(in_set=False)
        if letter in "*+?":
            raise PatternError(f"there is nothing before {letter} to repeat", f"write \\{letter}")
        if letter == "{":
            raise PatternError("{ repeats nothing here", r"write \{ for the character")
        self.at += 1
        if letter in "^$":
            return Place(letter)
        return Chars((("\n", "\n"),), negated=True) if letter == "." else Chars(((letter, letter),))

    def _repeated(self, part: Node) -> Node:
        found = _QUANTIFIER.match(self.pattern, self.at)
        if not found:
            return part
        if isinstance(part, Place):
            raise PatternError(f"{found[0]} repeats a place between characters", "leave it out")
        self.at = found.end()
        if found[4]:
            least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[found[4]]
        else:
            least = int(found[1])
            most = int(found[3]) if found[3] else None if found[2] else least
        if most is not None and least > most:
            raise PatternError(f"{found[0]} ends before it begins")
        if self._next() == "?":
            self.at += 1
        if self._next() and self._next() in "*+?{":
            raise PatternError("one repetition follows another", "put the first in (?:…)")
        return Repeat(part, least, most)

    def _group(self, depth: int) -> Node:
        found = _GROUP.match(self.pattern, self.at)
        if not found:
            start = self.pattern[self.at : self.at + 3]
            raise PatternError(f"{start} is not in every regex", _HINTS.get(start, "try (?:…)"))
        if found[1]:
            if found[1] in self.names:
                raise PatternError(f"two groups are named {found[1]}")
            self.names.add(found[1])
        self.at = found.end()
        node = self.choice(depth + 1)
        if self._next() != ")":
            raise PatternError("a ( is not closed", r"write \( for the character")
        self.at += 1
        return node if isinstance(node, Choice | Repeat) else Sequence((node,))

    def _escape(self, *, in_set: bool) -> Chars | Place:
        letter = self.pattern[self.at + 1 : self.at + 2]
        found = _HEX.match(self.pattern, self.at + 1)
        if found:
            self.at = found.end()
            code = int(found[1] or found[2] or found[3], 16)
            if code > 0x10FFFF or 0xD800 <= code < 0xE000:  # noqa: PLR2004  (Unicode's own limits)
                raise PatternError(f"\\{found[0]} is no character")
            return Chars(((chr(code), chr(code)),))
        self.at += 2
        if letter and letter in "dDsSwW":
            return Chars(classes=letter)
        if letter and letter in "Ab" and not in_set:
            return Place(letter)
        if letter in _CONTROLS:
            return Chars(((_CONTROLS[letter],) * 2,))
        if not letter.isascii() or not letter or letter.isalnum() or letter in "<>":
            hint = "write $ for the end" if letter in {"Z", "z"} else ""
            raise PatternError(f"\\{letter} is not in every regex", hint)
        return Chars(((letter, letter),))

    def _set(self) -> Chars:
        self.at += 1
        negated = self._next() == "^"
        self.at += negated
        start, ranges, classes = self.at, list[tuple[str, str]](), ""
        while self.at == start or self._next() != "]":
            if self.at >= len(self.pattern):
                raise PatternError("a [ is not closed", r"write \[ for the character")
            self._refuse_odd()
            first = self._member()
            if isinstance(first, Chars):
                classes += first.classes
                if self._next() == "-" and self.pattern[self.at + 1 : self.at + 2] != "]":
                    raise PatternError("a range starts with a class", r"write \- for the character")
                continue
            last: str | Chars = first
            if self._next() == "-" and self.pattern[self.at + 1 : self.at + 2] not in {"]", ""}:
                self._refuse_odd()
                self.at += 1
                self._refuse_odd()
                last = self._member()
            if isinstance(last, Chars) or last < first:
                raise PatternError("a range ends before it begins")
            ranges.append((first, last))
        self.at += 1
        return Chars(tuple(ranges), classes, negated)

    def _refuse_odd(self) -> None:
        """Refuse what Rust takes for a set in a set, and Python for characters."""
        if self.pattern.startswith(_ODD_IN_SET, self.at):
            raise PatternError("Python and Rust differ about sets in sets", "put a \\ before it")

    def _member(self) -> str | Chars:
        """Read a character of a set, or a class in it."""
        letter = self._next()
        if letter != "\\":
            self.at += 1
            return letter
        found = self._escape(in_set=True)
        if isinstance(found, Place):
            raise PatternError("a set holds characters")
        return found if found.classes else found.ranges[0][0]


def _size(node: Node) -> int:
    """Return how many characters a pattern describes with its repetitions written out."""
    match node:
        case Sequence(parts=nodes) | Choice(options=nodes):
            return 1 + sum(map(_size, nodes))
        case Repeat(part=part, least=least, most=most):
            return 1 + _size(part) * max(least + 1 if most is None else most, 1)
        case Chars(classes=classes):
            return _WORD if "w" in classes.lower() else 1
        case _:
            return 1

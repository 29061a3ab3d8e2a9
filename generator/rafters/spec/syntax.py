"""How a field line is cut into tokens, in either spelling; what they mean is not its business.

    title:str:1..200:search      price: decimal(10,2)? = 0

Separators are `:` and `=`. Before one of them a backslash makes it a character like any other, and
two backslashes stand for one; before anything else a backslash is what it is, as in a regex.
"""

import re
from typing import NamedTuple

KEYS = frozenset({"on_delete", "regex"})
"""Modifiers that are written with `=` and a value."""

FLAGS = ("null", "unique", "index", "readonly", "hidden", "filter", "sort", "search")
"""Modifiers that are one word, in their canonical order."""

COLONS = frozenset({"str", "text", "time", "datetime", "url", "json"})
"""Types whose values may hold a colon: a default ends where modifiers begin, or at the end."""

MAX_LINE = 2000
"""Longest field line, in characters."""


class Token(NamedTuple):
    """A piece of a line: its text, unescaped, and where it stands.

    Attributes:
        text: what was meant.
        start: the first character of it in the line.
        end: the character after it.
        key: for a modifier such as `regex=…`, the word before the `=`.
    """

    text: str
    start: int
    end: int
    key: str = ""


class Draft(NamedTuple):
    """A line in tokens.

    Attributes:
        name: what stands before the first colon.
        type: what stands after it.
        modifiers: what follows, in the order in which it stands.
        defaults: what follows an `=`; more than one is too many.
    """

    name: Token
    type: Token
    modifiers: list[Token]
    defaults: list[Token]


class Fault(NamedTuple):
    """What is wrong with a part of a line.

    Attributes:
        code: as in `Problem`.
        message: what is wrong, and what was expected.
        hint: what to type instead.
        token: where.
    """

    code: str
    message: str
    hint: str
    token: Token


_TYPE = re.compile(r"\s*([^:=(?]*)")
_PIECE = re.compile(r"([:=])((?:[^\\:=]+|\\(?:\\\\)*[:=]|(?:\\\\)+(?=[:=])|\\+(?![\\:=]))*)")
_ESCAPED = re.compile(r"(\\+)([:=])")
_SPECIAL = re.compile(r"(\\*)([:=])|(\\+)\Z")
_BOUNDS = re.compile(r"[-+]?[\d.]*\.\.[-+]?[\d.]*", re.ASCII)
_KEYED = re.compile(r"(on_delete|regex)\s*=\s*")
_DIGITS = re.compile(r"\d+", re.ASCII)
_SET = re.compile(r"\[\^?\]?")
_CLOSING = {"(": ")", "[": "]", "{": "}"}


def cut(line: str) -> Draft | Fault:
    """Return the tokens of a line, or why it has none."""
    colon = line.find(":")
    if colon < 0:
        whole = strip(line, 0, len(line))
        hint = f"type {whole.text}:str, or another type"
        return Fault("bad-field", "a field needs a type: expected name:type", hint, whole)
    name = strip(line, 0, colon)
    found = _TYPE.match(line, colon + 1)
    end = found.end() if found else colon + 1
    kind = strip(line, colon + 1, end)
    modifiers: list[Token] = []
    if line[end : end + 1] == "(":
        close = _close(line, end)
        if close < 0:
            return Fault(
                "bad-field",
                "a parenthesis is open: expected ')'",
                f"type {line.rstrip()})",
                Token("(", end, end + 1),
            )
        modifiers = _arguments(kind.text, line, end + 1, close)
        end = close + 1
    if line[end : end + 1] == "?":
        modifiers.append(Token("null", end, end + 1))
        end += 1
    while line[end : end + 1].isspace():
        end += 1
    if end < len(line) and line[end] not in ":=":
        rest = strip(line, end, len(line))
        hint = f"type :{rest.text.replace(' ', ':')}"
        return Fault("bad-field", "expected ':' and a modifier, or '=' and a default", hint, rest)
    draft = Draft(name, kind, modifiers, [])
    _tail(draft, line, end)
    return draft


def is_modifier(text: str) -> bool:
    """Tell whether a text after a default is a modifier and no part of it."""
    return text in FLAGS or bool(_BOUNDS.fullmatch(text))


def escape(text: str, *, last: bool = False) -> str:
    """Return a text with a backslash before each separator in it.

    Args:
        text: what a token means.
        last: whether a line ends with it: then its last backslash escapes nothing.
    """

    def escaped(found: re.Match[str]) -> str:
        if found[2]:
            return f"{found[1] * 2}\\{found[2]}"
        return found[3] if last else found[3] * 2

    return _SPECIAL.sub(escaped, text)


def escape_default(kind: str, text: str) -> str:
    """Return a default as the end of a line, with no more backslashes than it needs."""
    line = f"x:{kind}={text}"
    draft = cut(line) if "\\" not in text else None
    plain = isinstance(draft, Draft) and not draft.modifiers
    return text if plain else escape(text, last=True)


def strip(line: str, start: int, end: int, key: str = "") -> Token:
    """Return the part of a line between two places, without the spaces around it."""
    text = line[start:end]
    bare = text.strip()
    if len(bare) != len(text):
        start += len(text) - len(text.lstrip()) if bare else 0
        end = start + len(bare)
    return Token(bare, start, end, key)


def _tail(draft: Draft, line: str, start: int) -> None:
    """Cut what follows a type, its parentheses and its `?`, into a draft."""
    rest = line[start:]
    if "=" not in rest and "\\" not in rest:
        for text in rest.split(":")[1:]:
            start += 1
            draft.modifiers.append(strip(line, start, start + len(text)))
            start += len(text)
        return
    pieces = list(_PIECE.finditer(line, start))
    at = 0
    while at < len(pieces):
        piece = pieces[at]
        if piece[1] == ":":
            at += _modifier(draft, pieces, at)
            continue
        if draft.type.text in COLONS:
            until = _default_end(pieces, at)
        else:
            until = at + 1
            while until < len(pieces) and pieces[until][1] == "=":
                until += 1
        found = strip(line, piece.start(2), pieces[until - 1].end())
        draft.defaults.append(found._replace(text=_joined(pieces[at:until]).strip()))
        at = until


def _modifier(draft: Draft, pieces: list[re.Match[str]], at: int) -> int:
    """Add the modifier that starts with a piece to a draft; return how many pieces it has."""
    piece = pieces[at]
    found = strip(piece.string, piece.start(2), piece.end())
    if found.text in KEYS and at + 1 < len(pieces) and pieces[at + 1][1] == "=":
        value = pieces[at + 1]
        size = _regex_size(pieces, at + 1) if found.text == "regex" else 1
        token = strip(piece.string, value.start(2), pieces[at + size].end(), found.text)
        text = _joined(pieces[at + 1 : at + 1 + size])
        draft.modifiers.append(token._replace(text=text.strip()))
        return 1 + size
    draft.modifiers.append(found._replace(text=_plain(piece).strip()))
    return 1


def _default_end(pieces: list[re.Match[str]], at: int) -> int:
    """Return where modifiers begin after the default that starts with a piece."""
    until = len(pieces)
    while until > at + 1:
        piece, before = pieces[until - 1], pieces[until - 2]
        if piece[1] == ":" and is_modifier(piece[2].strip()):
            until -= 1
        elif piece[1] == "=" and before[1] == ":" and before[2].strip() in KEYS:
            until -= 2
        else:
            break
    return until


def _regex_size(pieces: list[re.Match[str]], at: int) -> int:
    """Return how many pieces a regex has: a separator in its brackets is a part of it."""
    line, start = pieces[at].string, pieces[at].start(2)
    for size in range(1, len(pieces) - at + 1):
        if _close(f"({line[start : pieces[at + size - 1].end()]})", 0) > 0:
            return size
    return 1


def _joined(pieces: list[re.Match[str]]) -> str:
    """Return pieces as one text, with the separators between them."""
    return "".join(
        f"{piece[1] if index else ''}{_plain(piece)}" for index, piece in enumerate(pieces)
    )


def _plain(piece: re.Match[str]) -> str:
    """Return a piece without its escapes."""
    text = piece[2]
    if "\\" not in text:
        return text
    text = _ESCAPED.sub(lambda found: "\\" * (len(found[1]) // 2) + found[2], text)
    bare = text.rstrip("\\")
    if piece.end() < len(piece.string):
        return bare + "\\" * ((len(text) - len(bare)) // 2)
    return text


def _arguments(kind: str, line: str, start: int, end: int) -> list[Token]:
    """Return the modifiers between parentheses."""
    places, depth, at = [start], 0, start
    while at < end:
        if line[at] == "," and not depth:
            places.append(at + 1)
        depth += (line[at] in "([{") - (line[at] in ")]}")
        at += 2 if line[at] == "\\" else 1
    ends = [place - 1 for place in places[1:]] + [end]
    found = [strip(line, *span) for span in zip(places, ends, strict=True)]
    joined = _values(found) if kind == "enum" else 0
    if kind == "decimal":
        numbers = [bool(_DIGITS.fullmatch(token.text)) for token in found[:2]]
        joined = 2 if numbers == [True, True] else 0
    if joined:
        whole = ",".join(token.text for token in found[:joined])
        found[:joined] = [Token(whole, found[0].start, found[joined - 1].end)]
    return [_keyed(line, token) for token in found]


def _values(tokens: list[Token]) -> int:
    """Return how many arguments of an enum are its values: flags at the end are none."""
    words = [index for index, token in enumerate(tokens, 1) if token.text not in FLAGS]
    return max(words, default=len(tokens))


def _keyed(line: str, token: Token) -> Token:
    """Return a modifier between parentheses, its key apart from its value."""
    found = _KEYED.match(token.text)
    if not found:
        return token
    return strip(line, token.start + found.end(), token.end, found[1])


def _close(line: str, start: int) -> int:
    """Return where the parenthesis that opens at a place closes, or -1."""
    waiting: list[str] = []
    at = start
    while at < len(line):
        letter = line[at]
        if letter == "\\":
            at += 1
        elif waiting and letter == waiting[-1]:
            waiting.pop()
            if not waiting:
                return at
        elif letter in _CLOSING and waiting[-1:] != ["]"]:
            waiting.append(_CLOSING[letter])
            found = _SET.match(line, at)  # a ] that comes first does not close
            at = found.end() - 1 if found else at
        at += 1
    return -1

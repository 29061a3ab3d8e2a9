"""What to type instead of a word that the field language does not have."""

import re
from collections.abc import Iterable

from rafters.spec import identifiers
from rafters.spec.resource import RELATIONS, TYPES
from rafters.spec.syntax import FLAGS, KEYS

_OTHER_TYPES = {
    "array": "json", "belongs_to": "ref", "bigdecimal": "decimal", "boolean": "bool",
    "char": "str", "choice": "enum", "choices": "enum", "dict": "json", "double": "float",
    "fk": "ref", "foreignkey": "ref", "guid": "uuid", "has_many": "many", "integer": "int",
    "interval": "duration", "jsonb": "json", "link": "url", "list": "json", "literal": "enum",
    "long": "bigint", "m2m": "many", "mail": "email", "money": "decimal", "number": "int",
    "numeric": "decimal", "object": "json", "real": "float", "reference": "ref",
    "references": "ref", "relation": "ref", "smallint": "int", "string": "str",
    "timedelta": "duration", "timestamp": "datetime", "uri": "url", "varchar": "str",
}  # fmt: skip
"""What other tools call a type."""

_OTHER_MODIFIERS = {
    "blank": "null", "indexed": "index", "none": "null", "nullable": "null", "optional": "null",
    "private": "hidden", "read_only": "readonly", "readonly": "readonly", "searchable": "search",
    "secret": "hidden", "sortable": "sort", "uniq": "unique", "write_only": "hidden",
    "writeonly": "hidden", "db_index": "index", "filterable": "filter", "?": "null",
}  # fmt: skip
"""What other tools call a modifier."""


MAX_SLIP = 40
"""Longest word that may be a slip of the hand."""

_MERGED = re.compile(rf"({'|'.join(sorted(TYPES, key=len, reverse=True))})([-\d.{{\[<,].*)")


def near(word: str, known: Iterable[str], what: str = "did you mean {}?") -> str:
    """Return what to say of the nearest known word; nothing where none is near."""
    from difflib import get_close_matches

    found = get_close_matches(word, list(known), 1, 0.55) if len(word) <= MAX_SLIP else []
    return what.format(found[0]) if found else ""


def on_type(name: str, text: str) -> str:
    """Return what to type instead of a type that is none."""
    lowered = text.lower()
    word = lowered.rstrip(",")
    if word in TYPES and text[0].isupper():
        return f"try {name}:{word}, or {name}:ref:{text.rstrip(',')} for a resource of that name"
    if word in TYPES or word in _OTHER_TYPES:
        separated = "fields are separated by spaces: " if text.endswith(",") else ""
        return f"{separated}try {name}:{_OTHER_TYPES.get(word, word)}"
    merged = _MERGED.fullmatch(lowered)
    if merged:
        return f"try {name}:{merged[1]}:{merged[2].strip('{}[]<>,')}"
    found = near(lowered, sorted(TYPES | _OTHER_TYPES.keys()), "{}")
    if found:
        return f"did you mean {_OTHER_TYPES.get(found, found)}?"
    return "a resource is written as in Project"


def on_modifier(kind: str, text: str, *, in_regex: bool) -> str:
    """Return what to type instead of a modifier that is none.

    Args:
        kind: the type of the field.
        text: the modifier.
        in_regex: whether it may be the rest of a regex before it.
    """
    word = text.lower().rstrip(",")
    if not word:
        return "there is a separator too many"
    if word in FLAGS or word in _OTHER_MODIFIERS:
        return f"did you mean {_OTHER_MODIFIERS.get(word, word)}?"
    if near(word, ["required"]):
        return "leave it out: a field is required unless it has null or a default"
    if word == "default":
        return "a default is written as in =0"
    if word in TYPES:
        return "a field has one type"
    if word.isdecimal():
        return f"write {word},2" if kind == "decimal" else f"bounds are written as in ..{word}"
    if in_regex:
        return r"a colon in a regex is written \:"
    found = near(word, [*FLAGS, *(f"{key}=" for key in sorted(KEYS))])
    if kind in RELATIONS and not found:
        return f"a resource is written as in {identifiers.suggest_resource(text)}"
    return found

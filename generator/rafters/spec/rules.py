"""What each type allows, and how the parts of a field have to fit one another."""

import re
from collections.abc import Iterator

from rafters.spec import bounds, values
from rafters.spec.bounds import Breach
from rafters.spec.resource import NUMBERS, RELATIONS, TEXTS, TYPES, Field
from rafters.spec.syntax import FLAGS

ALLOWED = {
    "bounds": NUMBERS | {"str", "text"},
    "digits": {"decimal"},
    "values": {"enum"},
    "target": RELATIONS,
    "null": TYPES - {"many"},
    "unique": TYPES - {"text", "bool", "enum", "json", "many"},
    "index": TYPES - {"text", "json", "many"},
    "readonly": TYPES - {"many"},
    "hidden": TYPES - {"many"},
    "filter": TYPES - {"text", "json", "many"},
    "sort": TYPES - {"text", "json", "bool", "ref", "many"},
    "search": TEXTS,
    "on_delete": {"ref"},
    "regex": {"str", "text"},
    "default": TYPES - RELATIONS,
}
"""The types that take each part of a field."""

ENDINGS = ("cascade", "restrict", "null")
"""What the end of a reference's target may do."""

LIST_PARAMETERS = frozenset({"count", "cursor", "limit", "q", "sort"})
"""Parameters that every list has, so that no filter may be called so."""

MAX_KEY = 500
"""Greatest length of a text in an index: PostgreSQL refuses long ones when a row comes."""

MAX_VALUE = 63
"""Longest value of an enum."""

MAX_VALUES = 100
"""Most values of an enum."""

_PLAIN = vars(Field("", ""))
_VALUE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")


def breaches(item: Field) -> list[Breach]:
    """Return every rule that a field breaks; its name is judged elsewhere."""
    found = [*_allowed(item), *bounds.breaches(item)]
    found += [*_values(item), *_relation(item), *_flags(item)]
    return found or [*_unique(item), *_regex(item)] or list(_default(item))


def _allowed(item: Field) -> Iterator[Breach]:
    kind, least = item.type, item.min
    for part, value in vars(item).items():
        if value != _PLAIN[part] and part not in {"name", "type"}:
            name = "bounds" if part in {"min", "max"} else part
            if kind not in ALLOWED[name] and (part != "max" or least is None):
                yield Breach("min" if part == "max" else part, *_refusal(kind, name))


def _refusal(kind: str, part: str) -> tuple[str, str]:
    """Return why a type does not take a part, and what to do instead."""
    if kind == "many" and part == "filter":
        return "a many can always be filtered by", "leave filter out"
    if kind == "many" and part == "null":
        return "a many is empty, never null", "leave null out"
    others = sorted(ALLOWED[part])
    article = "an" if kind[0] in "aeiou" else "a"
    hint = f"only {', '.join(others)}" if len(others) <= len(TEXTS) + 2 else "leave it out"
    plural = part in {"bounds", "digits", "values"}
    return f"{article} {kind} takes no {part if plural else repr(part)}", (
        f"{hint} {'take' if len(others) > 1 else 'takes'} {'them' if plural else 'it'}"
        if hint != "leave it out"
        else hint
    )


def _values(item: Field) -> Iterator[Breach]:
    if item.type != "enum":
        return
    if not item.values:
        yield Breach("values", "an enum needs its values", f"try {item.name}:enum:low,high")
    for value in item.values:
        if not _VALUE.fullmatch(value):
            message = f"{value!r} is no value: letters, digits, _ and - make one"
            yield Breach("values", message if value else "there is a comma too many")
            break
    if any(len(value) > MAX_VALUE for value in item.values) or len(item.values) > MAX_VALUES:
        message = f"an enum has {MAX_VALUES} values of {MAX_VALUE} characters at most"
        yield Breach("values", message)
    if len(set(item.values)) < len(item.values):
        twice = next(value for value in item.values if item.values.count(value) > 1)
        yield Breach("values", f"{twice!r} comes twice", "name each value once")
    if len(item.values) == 1 and item.values[0] in FLAGS:
        yield Breach("values", f"{item.values[0]!r} alone is a modifier", "name another value")


def _relation(item: Field) -> Iterator[Breach]:
    if item.type in RELATIONS and not item.target:
        message = f"a {item.type} needs its target: a resource, User or self"
        yield Breach("target", message, f"try {item.name}:{item.type}:User")
    if item.on_delete and item.on_delete not in ENDINGS:
        yield Breach("on_delete", f"on_delete is {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}")
    if item.type == "ref" and item.on_delete == "null" and not item.null:
        yield Breach("on_delete", "on_delete=null needs null", "add :null")


def _flags(item: Field) -> Iterator[Breach]:
    """Yield the flags that contradict one another, or other parts of the field."""
    if item.hidden:
        for flag in ("filter", "sort", "search"):
            if getattr(item, flag):
                yield Breach(flag, f"{flag} would tell what is hidden", f"leave {flag} out")
    if item.readonly and not item.null and item.default is None:
        hint = "add :null" if item.type == "ref" else "add :null, or a default"
        yield Breach("readonly", "nobody could write it, so it needs null or a default", hint)
    if item.filter and item.name in LIST_PARAMETERS:
        message = f"every list has a parameter {item.name!r} of its own"
        yield Breach("filter", message, "leave filter out, or rename the field")
    if item.type == "str" and (bounds.limits(item)[1] or 0) > MAX_KEY:
        for flag in ("unique", "index", "filter", "sort"):
            if getattr(item, flag):
                message = f"{flag} takes a str of {MAX_KEY} characters at most"
                yield Breach(flag, message, f"try ..{MAX_KEY}")


def _unique(item: Field) -> Iterator[Breach]:
    """Yield why no two rows of a field could differ, or enough of them."""
    if item.unique and item.default is not None:
        yield Breach("unique", "a second row could not have the default", "leave one out")
    if item.unique and not bounds.has_room(item):
        message = f"unique needs room for {bounds.MIN_UNIQUE} values"
        yield Breach("unique", message, "widen the bounds")


def _regex(item: Field) -> Iterator[Breach]:
    if not item.regex:
        return
    from rafters.spec import regex

    fault = regex.fault(item.regex)
    if fault:
        yield Breach("regex", fault.message, fault.hint, "bad-regex")
        return
    wanted = bounds.MIN_UNIQUE if item.unique else 1
    if len(regex.samples(item.regex, *bounds.limits(item), wanted)) < wanted:
        what = f"fewer than {wanted} texts match" if item.unique else "no text matches"
        message = f"{what} the regex within the bounds"
        yield Breach("regex", message, "widen the bounds or the regex", "bad-regex")


def misfit(item: Field, text: str) -> str:
    """Say why a field cannot hold a value; empty if it can. An empty value stands for null."""
    if not text and item.null:
        return ""
    if item.type == "enum":
        return "" if text in item.values else f"is none of the values: {', '.join(item.values)}"
    found = values.canonical(item, text)
    if not text or found is None:
        return f"is not {values.expected(item)}"
    if problem := bounds.outside(item, found):
        return problem
    if item.regex:
        from rafters.spec import regex

        return "" if regex.matches(item.regex, found) else "does not match the regex"
    return ""


def _default(item: Field) -> Iterator[Breach]:
    text = item.default
    if text is None:
        return
    if item.type != "enum" and (not text or values.canonical(item, text) != text):
        message = f"expected {values.expected(item)} after '='"
        yield Breach("default", message, code="bad-default")
    elif problem := misfit(item, text):
        yield Breach("default", f"the default {problem}", code="bad-default")

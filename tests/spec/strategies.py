"""Strategies of Hypothesis: fields, resources and blueprints that pass every check."""

import datetime as dt
import json
import string
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from rafters.spec import identifiers, regex, rules, values
from rafters.spec.bounds import RANGES
from rafters.spec.plural import pluralize
from rafters.spec.resource import (
    ACCESS,
    NUMBERS,
    RELATIONS,
    SELF,
    TYPES,
    Blueprint,
    Field,
    Resource,
    snake,
)
from rafters.spec.syntax import FLAGS

WORDS = st.text(string.ascii_lowercase, min_size=1, max_size=6)
NAMES = st.lists(WORDS, min_size=1, max_size=3).map("_".join)
CLASSES = st.lists(WORDS, min_size=1, max_size=2).map(
    lambda words: "".join(word.capitalize() for word in words)
)
TARGETS = st.sampled_from(["User", "self", "Project", "Tag"])
PRINTABLE = st.characters(exclude_categories=("C", "Z"))
TEXTS = st.one_of(
    st.text(PRINTABLE, min_size=1, max_size=12),
    st.text("ab:=\\.,()[]{}'\"0? \U0001f600", min_size=1, max_size=12),
    st.sampled_from(["a:null", "1..2", "x:regex=y", "a:b:filter", "\\", "\\:", "a\\\\=", "=", ":"]),
)
VALUES = st.text(string.ascii_letters + string.digits + "_-", min_size=1, max_size=5)
REGEXES = st.one_of(
    st.sampled_from(
        [
            "^[a-z]{2,4}$",
            r"^\d+:\d+$",
            "a=b",
            "[^:=]",
            r"\\",
            r"\\\\$",
            "^(?:a|b)+$",
            r"^\w[\w .-]*$",
            "(?i)^abc$",
            "^[]:]+$",
            r"\:x",
        ]
    ),
    st.text("ab[]()|*+?{}0,:=\\dws.^$-", min_size=1, max_size=10),
)


def defaults(kind: str) -> st.SearchStrategy[str]:
    """Return texts that are often a default of a type."""
    given: dict[str, st.SearchStrategy[str]] = {
        "str": TEXTS,
        "text": TEXTS,
        "int": st.integers(-(2**31), 2**31 - 1).map(str),
        "bigint": st.integers(-(2**53), 2**53).map(str),
        "float": st.floats(allow_nan=False, allow_infinity=False).map(str),
        "decimal": st.decimals(-99999, 99999, places=2).map(str),
        "bool": st.sampled_from(["true", "false", "True"]),
        "date": st.dates().map(str) | st.just("today"),
        "datetime": st.datetimes(timezones=st.just(dt.UTC)).map(dt.datetime.isoformat)
        | st.just("now"),
        "time": st.times().map(str),
        "duration": st.timedeltas(-values.MAX_SPAN, values.MAX_SPAN).map(values.iso),
        "uuid": st.uuids().map(str),
        "email": NAMES.map(lambda name: f"{name}@Example.com"),
        "url": st.tuples(NAMES, st.text("a/:?&=.", max_size=9)).map(
            lambda parts: f"HTTPS://{parts[0].replace('_', '-')}.org/{parts[1]}"
        ),
        "slug": NAMES.map(lambda name: name.replace("_", "-")),
        "json": st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.text(max_size=3), inner, max_size=3)
            ),
            max_leaves=5,
        ).map(json.dumps),
        "enum": WORDS,
    }
    return given[kind]


@st.composite
def bounded(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """Draw the bounds of a text or a number; one of them, both or none."""
    ends: st.SearchStrategy[Any] = st.integers(0, 600)
    if kind in RANGES:
        ends = st.integers(*RANGES[kind]) | st.integers(-9, 300)
    elif kind in NUMBERS:
        ends = st.decimals(-9999, 9999, places=1).map(lambda value: value.normalize() + 0)
    low, high = sorted([draw(ends), draw(ends)])
    return draw(st.sampled_from([{}, {"min": low}, {"max": high}, {"min": low, "max": high}]))


@st.composite
def drafts(draw: st.DrawFn) -> Field:
    """Draw a field that may break a rule."""
    kind = draw(st.sampled_from(sorted(TYPES)))
    flags = [flag for flag in FLAGS if kind in rules.ALLOWED[flag]] or ["null"]
    chosen = draw(st.lists(st.sampled_from(flags), max_size=3))
    parts: dict[str, Any] = dict.fromkeys(chosen, True) if kind != "many" else {}
    if kind in rules.ALLOWED["bounds"]:
        parts |= draw(bounded(kind))
    own: dict[str, st.SearchStrategy[Any]] = {
        "regex": st.just("") | REGEXES,
        "digits": st.none() | st.tuples(st.integers(4, 15), st.integers(0, 4)),
        "values": st.lists(VALUES, min_size=1, max_size=4, unique=True).map(tuple),
        "target": TARGETS,
        "on_delete": st.sampled_from(["", *rules.ENDINGS]),
    }
    for part, strategy in own.items():
        if kind in rules.ALLOWED[part]:
            parts[part] = draw(strategy)
    item = Field(draw(NAMES), kind, **parts)
    return item if kind in RELATIONS else replace(item, default=draw(default_of(item)))


@st.composite
def default_of(draw: st.DrawFn, item: Field) -> str | None:
    """Draw a default of a field that is often a good one."""
    if draw(st.booleans()):
        return None
    if item.type == "enum":
        return draw(st.sampled_from(item.values))
    text = draw(defaults(item.type))
    if item.regex and regex.fault(item.regex) is None:
        texts = regex.samples(item.regex, int(item.min or 0), None, 3)
        text = draw(st.sampled_from(texts)) if texts else text
    return values.canonical(item, text)


def mended(item: Field) -> Field:
    """Return a field without the parts that break a rule."""
    while breach := next(iter(rules.breaches(item)), None):
        parts: dict[str, dict[str, Any]] = {
            "min": {"min": None, "max": None},
            "values": {"values": ("a", "b")},
        }
        plain = {breach.part: getattr(Field("", ""), breach.part)}
        item = replace(item, **parts.get(breach.part, plain))
    return item


def is_named_well(item: Field) -> bool:
    """Tell whether a field may be called as it is."""
    return identifiers.field_fault(item.name, item.type) is None


def fields() -> st.SearchStrategy[Field]:
    """Return fields that pass every check of their own."""
    return drafts().map(mended).filter(is_named_well)


@st.composite
def resources(draw: st.DrawFn) -> Resource:
    """Draw a resource of which each part passes the checks."""
    name = draw(CLASSES.filter(lambda name: not any(identifiers.resource_problems(name))))
    found = draw(st.lists(fields(), max_size=3, unique_by=lambda item: item.name))
    found = [replace(item, target=SELF) if item.target == name else item for item in found]
    access, versioned = draw(st.sampled_from(ACCESS)), draw(st.booleans())
    return Resource(name, pluralize(snake(name)), tuple(found), access, versioned)


def blueprints() -> st.SearchStrategy[Blueprint]:
    """Return blueprints of which the resources may contradict one another."""
    found = st.lists(resources(), max_size=3, unique_by=lambda item: item.name)
    return found.map(lambda items: Blueprint({item.name: item for item in items}))

"""Names of resources and fields, checked before anything is written."""

import builtins
import keyword
import re
from collections.abc import Iterator
from typing import NamedTuple

from rafters.errors import Problem
from rafters.spec import taken
from rafters.spec.names import WINDOWS_DEVICES
from rafters.spec.plural import pluralize
from rafters.spec.resource import Resource, snake

MAX_LENGTH = 40
"""Longest name of a resource or a field, in characters."""

MAX_PLURAL = 48
"""Longest plural, in characters."""

SCHEMAS = ("Create", "Public", "Query", "Sort", "Update")
"""What the names of a resource's schemas end with."""

_NAME = re.compile(r"[A-Z][A-Za-z0-9]*")
_FIELD = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_BUILTINS = frozenset(dir(builtins)) | {"PythonFinalizationError"}
_TAKEN_FIELDS = {
    "is an attribute of every model": taken.MODEL_NAMES,
    "would hide the type of that name": taken.ANNOTATIONS,
    "is a column that every table of the database has": taken.SYSTEM_COLUMNS,
    "is a word that databases keep for themselves": taken.UNQUOTED,
    "looks like a digit": {"l"},
}
_TAKEN_NAMES = taken.CONSTANTS | {
    name.removesuffix(end) for name in taken.CLASSES for end in ("", *SCHEMAS) if name.endswith(end)
}
_TAKEN_SINGULARS = taken.VARIABLES | taken.MODULES | taken.SERVICES | {"__init__"}
_TAKEN_PLURALS = taken.TABLES | taken.UNQUOTED
_UNFIT_SINGULARS = taken.AMBIGUOUS | WINDOWS_DEVICES
_SUFFIXES = ("item", "entry", "record")


class NameFault(NamedTuple):
    """Why a name cannot be used, and which one can."""

    message: str
    hint: str


def resource_problems(name: str, plural: str | None = None) -> Iterator[Problem]:
    """Yield what is wrong with the name and the plural of a resource."""
    fault = _resource_fault(name)
    if fault:
        yield Problem("bad-name", f"resource {_shown(name)} {fault}", _try(suggest_resource(name)))
        return
    plural = pluralize(snake(name)) if plural is None else plural
    fault = _plural_fault(plural)
    if fault:
        nearest = f"{snake(name)}_list"
        hint = f"try --plural {nearest}" if not _plural_fault(nearest) else ""
        yield Problem("bad-plural", f"plural {_shown(plural)} {fault}", hint)


def field_fault(name: str, kind: str) -> NameFault | None:
    """Return why no field of a type may be called `name`, or `None` if one may."""
    fault = _field_fault(name, kind)
    return NameFault(f"{_shown(name)} {fault}", _try(suggest_field(name, kind))) if fault else None


def suggest_resource(text: str) -> str:
    """Return the nearest name that a resource may have."""
    words = re.findall(r"[A-Za-z0-9]+", re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", text))
    joined = "".join(word[0].upper() + word[1:] for word in words).lstrip("0123456789")
    nearest = (joined[:1].upper() + joined[1:])[:MAX_LENGTH] or "Task"
    candidates = [nearest, *(f"{nearest[:34]}{end.capitalize()}" for end in _SUFFIXES)]
    return next((name for name in candidates if _is_resource(name)), "Task")


def suggest_field(text: str, kind: str = "str") -> str:
    """Return the nearest name that a field may have."""
    plain = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", text).lower()
    nearest = "_".join(re.findall(r"[a-z0-9]+", plain)).lstrip("0123456789_")[:MAX_LENGTH]
    nearest = nearest.removeprefix("model_").strip("_") or "title"
    ends = ("author",) if nearest == "user" else ()
    candidates = [
        nearest,
        *ends,
        *(f"{nearest[:34].strip('_')}_{end}" for end in ("value", "field")),
    ]
    return next((name for name in candidates if not _field_fault(name, kind)), "title")


def symbols(resource: Resource) -> set[str]:
    """Return the names of a resource that must be its own within a project.

    Each stands with the kind of thing that it names, as in `class Task`.
    """
    singular, plural = resource.singular, resource.plural
    return {
        *(f"class {resource.name}{end}" for end in ("", *SCHEMAS)),
        *(f"function {name}" for name in functions(resource)),
        f"module {singular}",
        f"router {plural}",
        f"table {plural}",
        *(f"table {singular}_{item.name}" for item in resource.fields if item.type == "many"),
    }


def functions(resource: Resource) -> set[str]:
    """Return the names of the functions that a resource's service and router have."""
    verbs = ("create", "get", "update", "delete")
    return {*(f"{verb}_{resource.singular}" for verb in verbs), f"list_{resource.plural}"}


def _resource_fault(name: str) -> str:
    """Say why no resource may be called `name`; empty if one may."""
    if not name.strip():
        return "is empty"
    if not name.isascii():
        return "has characters outside ASCII"
    if not _NAME.fullmatch(name):
        return "is not in PascalCase: letters and digits, each word with a capital"
    if len(name) > MAX_LENGTH:
        return f"has {len(name)} characters, {MAX_LENGTH} at most"
    singular = snake(name)
    if name in _BUILTINS or keyword.iskeyword(name):
        return "is a name of Python's"
    if keyword.iskeyword(singular):
        return f"would make {singular!r} a module, which is a keyword of Python's"
    if name in _TAKEN_NAMES:
        return "is a name that generated code uses"
    if singular in _TAKEN_SINGULARS:
        return f"would make {singular!r} a module and a variable, which generated code uses"
    if singular in _UNFIT_SINGULARS:
        return "looks like a digit" if len(name) == 1 else "is a device on Windows"
    verbs = ("create", "get", "update", "delete")
    function = next((f"{v}_{singular}" for v in verbs if f"{v}_{singular}" in taken.FUNCTIONS), "")
    return f"would need a function {function!r}, and there is one" if function else ""


def _is_resource(name: str) -> bool:
    return not (_resource_fault(name) or _plural_fault(pluralize(snake(name))))


def _plural_fault(plural: str) -> str:
    """Say why no table, router and route may be called `plural`; empty if they may."""
    if not _FIELD.fullmatch(plural):
        return "must be in snake_case: lower-case letters, digits and single _ between them"
    if len(plural) > MAX_PLURAL:
        return f"has {len(plural)} characters, {MAX_PLURAL} at most"
    if keyword.iskeyword(plural):
        return "is a keyword of Python's"
    if plural in _TAKEN_PLURALS or plural.startswith(("pg_", "sqlite_")):
        return "is a table of the project or of the database"
    if plural in taken.ROUTERS or f"list_{plural}" in taken.FUNCTIONS:
        return "is a name that generated code uses"
    if plural.startswith("tmp"):
        return "would be a path that linters take for one of temporary files"
    if plural in taken.TESTS:
        return "is a name that a module of tests has"
    return "is a device on Windows" if plural in WINDOWS_DEVICES else ""


def _field_fault(name: str, kind: str) -> str:
    """Say why no field of a type may be called `name`; empty if one may."""
    if not name:
        return "is empty: expected a name before ':'"
    if not name.isascii():
        return "has characters outside ASCII"
    if not _FIELD.fullmatch(name):
        return "is not in snake_case: lower-case letters, digits and single _ between them"
    if len(name) > MAX_LENGTH:
        return f"has {len(name)} characters, {MAX_LENGTH} at most"
    if keyword.iskeyword(name):
        return "is a keyword of Python's"
    attribute = f"{name}_id" if kind == "ref" else name
    if attribute in taken.SYSTEM_FIELDS or name in taken.SYSTEM_FIELDS:
        return f"would be {attribute!r}, which every resource may have"
    if name.startswith("model_"):
        return "is an attribute of every model"
    return next((why for why, names in _TAKEN_FIELDS.items() if attribute in names), "")


def _try(name: str) -> str:
    return f"try {name!r}"


def _shown(name: str) -> str:
    """Quote a name for a message, cut where it is too long to read."""
    return ascii(name if len(name) <= MAX_LENGTH + 20 else f"{name[:MAX_LENGTH]}…")

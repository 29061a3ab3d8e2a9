"""What is asked to change in a resource: fields that come, go, get another name or shape."""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from rafters.errors import Problem, UsageError
from rafters.spec import identifiers, language, rules
from rafters.spec.resource import ACCESS, Blueprint, Field, Resource
from rafters.spec.values import canonical


@dataclass(frozen=True)
class Alteration:
    """Changes of one resource.

    Attributes:
        add: lines of fields that come.
        drop: names of fields that go.
        rename: new names of fields by their old ones.
        alter: lines of fields that get another shape.
        access: who may reach the rows from now on; `None` for who may today.
        versioned: whether a change must name the version of its row; `None` for what holds today.
    """

    add: Sequence[str] = ()
    drop: Sequence[str] = ()
    rename: Mapping[str, str] | None = None
    alter: Sequence[str] = ()
    access: str | None = None
    versioned: bool | None = None


def altered(resource: Resource, wanted: Alteration) -> Resource:
    """Return the resource with what is wanted.

    Raises:
        UsageError: with all that is wrong: fields that are not there, or there already; lines
            that cannot be read; an access that rows which exist cannot get.
    """
    problems: list[Problem] = []
    lines = [*wanted.add, *wanted.alter]
    try:
        parsed = language.parse_fields(lines, resource.name)
    except UsageError as error:
        raise UsageError([*error.problems, *_strangers(resource, wanted, ())]) from error
    added, shaped = parsed[: len(wanted.add)], parsed[len(wanted.add) :]
    problems += _strangers(resource, wanted, shaped)
    problems += _doubles(resource, wanted, added)
    problems += _misnamed(resource, wanted, shaped)
    problems += access_problems(resource, wanted.access)
    if problems:
        raise UsageError(problems)
    renames, shapes = wanted.rename or {}, {item.name: item for item in shaped}
    kept = [item for item in resource.fields if item.name not in wanted.drop]
    fields = [shapes.get(item.name, item) for item in kept]
    fields = [replace(item, name=renames.get(item.name, item.name)) for item in fields]
    return replace(
        resource,
        fields=(*fields, *added),
        access=wanted.access or resource.access,
        versioned=resource.versioned if wanted.versioned is None else wanted.versioned,
    )


def alike(one: Resource, other: Resource) -> bool:
    """Tell whether two resources differ in the order of their fields at most."""
    fields = {item.name: item for item in other.fields}
    return replace(other, fields=one.fields) == one and fields == {
        item.name: item for item in one.fields
    }


def command(old: Resource, new: Resource) -> str:
    """Return the `rafters change` that makes one resource of another, ready for a shell."""
    before = {item.name: item for item in old.fields}
    after = {item.name: item for item in new.fields}
    line = language.format_field
    words = ["rafters", "change", old.name]
    added = (item for name, item in after.items() if name not in before)
    words += [word for item in added for word in ("--add", line(item))]
    words += [word for name in before if name not in after for word in ("--drop", name)]
    words += [
        word
        for name, item in after.items()
        if name in before and item != before[name]
        for word in ("--alter", line(item))
    ]
    if old.access != new.access:
        words += ["--access", new.access]
    if old.versioned != new.versioned:
        words += ["--versioned" if new.versioned else "--no-versioned"]
    return shlex.join(words)


def pairs(option: str, items: Iterable[str]) -> dict[str, str]:
    """Return `NAME=VALUE` items as a mapping.

    Raises:
        UsageError: for each item without `=`, without a name, or with a name that came before.
    """
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for item in items:
        name, equals, value = item.partition("=")
        if not (name.strip() and equals):
            hint = f"as in `{option} title=headline`"
            problems.append(Problem("bad-usage", f"{option} {item!a} is not NAME=VALUE", hint))
        elif name.strip() in found:
            problems.append(Problem("bad-usage", f"{option} names {name!a} twice"))
        found[name.strip()] = value.strip()
    if problems:
        raise UsageError(problems)
    return found


def fills(items: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return `RESOURCE.NAME=VALUE` items as a mapping of mappings.

    Raises:
        UsageError: for each item that is not written so.
    """
    found: dict[str, dict[str, str]] = {}
    for name, value in pairs("--fill", items).items():
        resource, dot, item = name.partition(".")
        if not (dot and item):
            hint = "as in `--fill Task.priority=0`"
            raise UsageError(Problem("bad-usage", f"--fill {name!a} is not RESOURCE.NAME", hint))
        found.setdefault(resource, {})[item] = value
    return found


def filled(
    blueprint: Blueprint, given: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    """Return what rows that exist get, by resource and field, each value in its canonical text.

    An empty value is NULL where the field takes it.

    Raises:
        UsageError: for each field that is not there, and each value that its field cannot hold.
    """
    problems: list[Problem] = []
    found: dict[str, dict[str, str]] = {}
    for name, values in given.items():
        resource = find(blueprint, name)
        fields = {item.name: item for item in resource.fields}
        fields |= {f"{item.name}_id": item for item in resource.fields if item.type == "ref"}
        for key, text in values.items():
            if key not in fields:
                message = f"--fill {key!a}: {name} has no such field"
                problems.append(Problem("unknown-field", message, f"it has {', '.join(fields)}"))
                continue
            item = blueprint.options.stored(fields[key])
            if fault := rules.misfit(item, text):
                problems.append(Problem("bad-fill", f"--fill {key}={text!a} {fault}"))
            else:
                found.setdefault(name, {})[item.name] = canonical(item, text) or text
    if problems:
        raise UsageError(problems)
    return found


def find(blueprint: Blueprint, name: str) -> Resource:
    """Return the resource of a name.

    Raises:
        UsageError: there is none, with the nearest that there is.
    """
    if name in blueprint.resources:
        return blueprint.resources[name]
    names = list(blueprint.resources)
    close = get_close_matches(name.lower(), [known.lower() for known in names], n=1)
    near = next((known for known in names if close and known.lower() == close[0]), "")
    hint = f"did you mean {near!r}?" if near else f"there is {', '.join(names) or 'none yet'}"
    raise UsageError(Problem("unknown-resource", f"there is no resource {name!a}", hint))


def _strangers(
    resource: Resource, wanted: Alteration, shaped: Iterable[Field]
) -> Iterable[Problem]:
    """Yield a problem for each name that no field of the resource has, or that comes twice."""
    named = [("--drop", name) for name in wanted.drop]
    named += [("--rename", name) for name in wanted.rename or {}]
    named += [("--alter", item.name) for item in shaped]
    known = [item.name for item in resource.fields]
    seen: set[str] = set()
    for option, name in named:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"it has {', '.join(known)}"
            message = f"{option} {name!a}: {resource.name} has no such field"
            yield Problem("unknown-field", message, hint)
        elif name in seen and option == "--drop":
            yield Problem("bad-usage", f"--drop names {name!a} twice")
        seen.add(name)
    for name in set(wanted.drop) & {*(wanted.rename or {}), *(item.name for item in shaped)}:
        yield Problem("bad-usage", f"{name!a} cannot both go and change")


def _misnamed(resource: Resource, wanted: Alteration, shaped: Iterable[Field]) -> Iterable[Problem]:
    """Yield a problem for each new name that no such field may have."""
    fields = {item.name: item for item in (*resource.fields, *shaped)}
    for name, to in (wanted.rename or {}).items():
        if name not in fields:
            continue
        if not to:
            hint = f"as in `--rename {name}=headline`"
            yield Problem("bad-usage", f"--rename {name}= has no new name", hint)
            continue
        item = replace(fields[name], name=to)
        if fault := identifiers.field_fault(to, item.type):
            message = f"--rename {name}={to}: {fault.message}"
            yield Problem("bad-name", message, fault.hint)
        for breach in rules.breaches(item):
            yield Problem(breach.code, f"--rename {name}={to}: {breach.message}", breach.hint)


def _doubles(resource: Resource, wanted: Alteration, added: Iterable[Field]) -> Iterable[Problem]:
    """Yield a problem for each new name that a field has already."""
    renames = wanted.rename or {}
    gone = {*wanted.drop, *renames}
    taken = {item.name for item in resource.fields if item.name not in gone}
    for name in (*renames.values(), *(item.name for item in added)):
        if name in taken:
            line = next((language.format_field(item) for item in added if item.name == name), "")
            hint = f"to give it another shape: --alter {line}" if line else ""
            message = f"{resource.name} has a field {name!a} already"
            yield Problem("field-exists", message, hint)
        taken.add(name)


def access_problems(resource: Resource, access: str | None) -> Iterable[Problem]:
    """Yield a problem if rows that exist cannot get the access that is wanted."""
    if access is None:
        return
    if access not in ACCESS:
        hint = f"one of {', '.join(ACCESS)}"
        yield Problem("bad-access", f"--access {access!a} is not known", hint)
    elif replace(resource, access=access).owned != resource.owned:
        owned = "belong to users" if resource.owned else "belong to nobody"
        message = f"the rows of {resource.name} {owned}, so access cannot become {access}"
        yield Problem("bad-access", message, "remove the resource, and add it anew")

"""Blueprints as TOML, and what must hold among the resources of one."""

from collections.abc import Iterator, Mapping, Sequence

from rafters.errors import Problem, UsageError
from rafters.spec import advice, identifiers, taken
from rafters.spec.language import format_field, parse_fields
from rafters.spec.plural import pluralize
from rafters.spec.resource import (
    ACCESS,
    USER,
    Blueprint,
    Field,
    Options,
    Resource,
    attribute,
    snake,
)
from rafters.spec.rules import LIST_PARAMETERS

CHOICES = {
    "database": ("sqlite", "postgresql"),
    "style": ("sync", "async"),
    "foreign_rows": ("403", "404"),
    "ids": ("int", "uuid"),
}
"""The values of the options on which resources depend; copier.yml asks for them."""

_SECTIONS = ("resources", "rafters", "options", "layout")
_KEYS = ("plural", "access", "versioned", "fields")


def read(document: Mapping[str, object]) -> Blueprint:
    """Return the blueprint that a parsed TOML document holds.

    What must hold among its resources is the business of `check`.

    Raises:
        UsageError: with everything that is wrong with any resource.
    """
    problems = list(_unknown(document, _SECTIONS, "the document"))
    found = document.get("resources", {})
    resources: dict[str, Resource] = {}
    if not isinstance(found, Mapping):
        problems.append(Problem("bad-spec", "resources is no table", "write [resources.Task]"))
        found = {}
    for name, table in found.items():
        try:
            resources[name] = _resource(name, table)
        except UsageError as error:
            problems += [_of(name, problem) for problem in error.problems]
    options = _options(document.get("options", {}), problems)
    if problems:
        raise UsageError(problems)
    return Blueprint(resources, options)


def resource(
    name: str,
    lines: Sequence[str],
    plural: str | None = None,
    access: str = ACCESS[0],
    *,
    versioned: bool = False,
) -> Resource:
    """Return a resource, its name and every field of it checked.

    Args:
        name: PascalCase, singular.
        lines: its fields, in either spelling.
        plural: snake_case; what English says if `None`.
        access: one of `ACCESS`.
        versioned: whether a change must name the version of the row that it is made for.

    Raises:
        UsageError: with everything that is wrong.
    """
    problems = list(identifiers.resource_problems(name, plural))
    if access not in ACCESS:
        message = f"access {access!r} is none: expected {', '.join(ACCESS)}"
        problems.append(Problem("bad-access", message, advice.near(access, ACCESS)))
    fields: tuple[Field, ...] = ()
    try:
        fields = parse_fields(lines, name)
    except UsageError as error:
        problems += error.problems
    if problems:
        raise UsageError(problems)
    plural = pluralize(snake(name)) if plural is None else plural
    return Resource(name, plural, fields, access, versioned)


def lines(resource: Resource) -> list[str]:
    """Return the canonical line of each field."""
    return [format_field(item) for item in resource.fields]


def record(resource: Resource) -> str:
    """Return the table that stands for a resource in TOML."""
    access = "" if resource.access == ACCESS[0] else f'access = "{resource.access}"\n'
    fields = "".join(f"    {_quoted(line)},\n" for line in lines(resource))
    shown = f"[\n{fields}]" if fields else "[]"
    head = f'[resources.{resource.name}]\nplural = "{resource.plural}"\n'
    versioned = "versioned = true\n" if resource.versioned else ""
    return f"{head}{access}{versioned}fields = {shown}\n"


def check(blueprint: Blueprint) -> Blueprint:
    """Return a blueprint if its resources fit one another.

    Raises:
        UsageError: with everything that does not fit.
    """
    problems = list(_missing(blueprint))
    if not problems:
        problems += [*_attributes(blueprint), *_variables(blueprint)]
        problems += _rings(blueprint)
    problems += _shared(blueprint)
    if problems:
        raise UsageError(problems)
    return blueprint


def _options(table: object, problems: list[Problem]) -> Options:
    """Return the options on which resources depend; others of the project are not looked at."""
    if not isinstance(table, Mapping):
        problems.append(Problem("bad-spec", "options is no table", "write [options]"))
        return Options()
    found = {name: table[name] for name in CHOICES if name in table}
    for name, value in found.items():
        if value not in CHOICES[name]:
            hint = f"expected {' or '.join(CHOICES[name])}"
            problems.append(Problem("bad-spec", f"option {name} is {value!r}", hint))
    return Options(**found)


def _resource(name: str, table: object) -> Resource:
    """Return the resource that a table of a document stands for."""
    if not isinstance(table, Mapping):
        hint = f"write [resources.{name}] and below it its fields"
        raise UsageError(Problem("bad-spec", "is no table", hint))
    problems = list(_unknown(table, _KEYS, "a resource"))
    plural, access = table.get("plural"), table.get("access", ACCESS[0])
    for key, value in (("plural", plural), ("access", access)):
        if value is not None and not isinstance(value, str):
            problems.append(Problem("bad-spec", f"{key} is no text", f'write {key} = "…"'))
    versioned = table.get("versioned", False)
    if not isinstance(versioned, bool):
        problems.append(Problem("bad-spec", "versioned is no truth value", "write true or false"))
    found = _lines(table.get("fields", []), problems)
    plural = plural if isinstance(plural, str) else None
    access = access if isinstance(access, str) else ACCESS[0]
    try:
        made = resource(name, found, plural, access, versioned=versioned is True)
    except UsageError as error:
        problems += error.problems
    if problems:
        raise UsageError(problems)
    return made


def _lines(fields: object, problems: list[Problem]) -> list[str]:
    """Return field lines from a list of them, or from a table of types by name."""
    if isinstance(fields, Mapping):
        fields = [
            f"{name}:{kind}" if isinstance(kind, str) and ":" not in name else None
            for name, kind in fields.items()
        ]
    if isinstance(fields, list) and all(isinstance(line, str) for line in fields):
        return fields
    hint = 'write fields = ["title:str"], or fields = {title = "str"}'
    problems.append(Problem("bad-spec", "fields is no list of texts", hint))
    return []


def _unknown(table: Mapping[str, object], known: Sequence[str], what: str) -> Iterator[Problem]:
    """Yield the keys that a table should not have."""
    for key in table:
        if key not in known:
            hint = advice.near(key, known) or f"expected {', '.join(known)}"
            yield Problem("bad-spec", f"{what} has no {key!r}", hint)


def _of(name: str, problem: Problem) -> Problem:
    """Return a problem with the resource that it belongs to."""
    return Problem(problem.code, f"{name}: {problem.message}", problem.hint)


def _missing(blueprint: Blueprint) -> Iterator[Problem]:
    """Yield the relations that lead nowhere."""
    for item, field in _relations(blueprint):
        target = item.target(field)
        if target == USER or target in blueprint.resources:
            continue
        near = advice.near(target, [USER, *blueprint.resources])
        hint = near or f"add {target} first, or with it"
        message = f"{item.name}.{field.name}: there is no resource {target!r}"
        yield Problem("no-target", message, hint)


def _relations(blueprint: Blueprint) -> Iterator[tuple[Resource, Field]]:
    for item in blueprint.resources.values():
        for field in item.fields:
            if field.target:
                yield item, field


def _attributes(blueprint: Blueprint) -> Iterator[Problem]:
    """Yield the fields that would be one in the API, and filters that would be one parameter."""
    for item in blueprint.resources.values():
        names, filters = (
            dict[str, str]({"version": "the version of the row"} if item.versioned else {}),
            dict[str, str](dict.fromkeys(LIST_PARAMETERS, "the list")),
        )
        for field in item.fields:
            name = attribute(blueprint, item, field)
            parameter = name.removesuffix("s") if field.type == "many" else name
            if name in names:
                message = f"{item.name}: {field.name} and {names[name]} would both be {name!r}"
                yield Problem("duplicate-field", message, "rename one of them")
            elif (field.filter or field.type == "many") and parameter in filters:
                message = (
                    f"{item.name}: {field.name} and {filters[parameter]} would both be filtered"
                )
                yield Problem(
                    "duplicate-field", f"{message} by {parameter!r}", "rename one of them"
                )
            if field.filter or field.type == "many":
                filters[parameter] = field.name
            names[name] = field.name


def _variables(blueprint: Blueprint) -> Iterator[Problem]:
    """Yield the `many` whose ids, or whose table of links, would hide what is beside them."""
    for item in blueprint.resources.values():
        manys = [field for field in item.fields if field.type == "many"]
        links = {f"{item.singular}_{field.name}" for field in manys}
        for field in manys:
            ids, link = attribute(blueprint, item, field), f"{item.singular}_{field.name}"
            clash = {ids} & {*taken.VARIABLES, *links, item.singular}
            clash |= {link} & (taken.VARIABLES | taken.UNQUOTED | identifiers.functions(item))
            if clash:
                message = f"{item.name}.{field.name}: generated code uses {min(clash)!r}"
                yield Problem("bad-name", message, "rename the field")


def _rings(blueprint: Blueprint) -> Iterator[Problem]:
    """Yield the rings of required references, in which no first row could be created."""
    needs = {
        item.name: [
            item.target(field) for field in item.fields if field.type == "ref" and not field.null
        ]
        for item in blueprint.resources.values()
    }
    done: set[str] = set()
    for start in needs:
        path = _ring(needs, start, done)
        if path:
            ring = " -> ".join([*path, path[0]])
            message = f"no first row could be created: {ring} need one another"
            if len(path) == 1:
                message = f"no first {path[0]} could be created: it needs another {path[0]}"
            yield Problem("ring", message, "make one of the references null")


def _ring(needs: Mapping[str, list[str]], start: str, done: set[str]) -> list[str]:
    """Return the first ring that is reached from a resource and not through one that is done."""
    path: list[str] = []
    waiting = [(start, False)]
    while waiting:
        name, left = waiting.pop()
        if left:
            done.add(path.pop())
        elif name in path:
            ring = path[path.index(name) :]
            done.update(path)
            return ring
        elif name not in done and name in needs:
            path.append(name)
            waiting += [(name, True), *((target, False) for target in needs[name])]
    return []


def _shared(blueprint: Blueprint) -> Iterator[Problem]:
    """Yield the names that two resources would give to the same kind of thing."""
    owners: dict[str, str] = {}
    for item in blueprint.resources.values():
        names = identifiers.symbols(item)
        if clashes := names & owners.keys():
            clash = min(clashes)
            message = f"{item.name} and {owners[clash]} would share the {clash}"
            yield Problem("shared-name", message, "rename one, or give it another plural")
        owners.update(dict.fromkeys(names, item.name))


def _quoted(text: str) -> str:
    """Return a text as a basic string of TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

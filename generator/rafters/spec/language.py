"""The field language: lines to fields and back, in both spellings (DESIGN.md, 4)."""

from collections.abc import Sequence

from rafters.errors import Problem, UsageError
from rafters.spec import reader, shells, values
from rafters.spec.caret import pointed
from rafters.spec.resource import Field
from rafters.spec.syntax import (
    FLAGS,
    MAX_LINE,
    Fault,
    Token,
    cut,
    escape,
    escape_default,
)


def parse_fields(lines: Sequence[str], resource: str) -> tuple[Field, ...]:
    """Return the fields that lines stand for, in either spelling.

    Args:
        lines: one field each.
        resource: the name of the resource that they belong to.

    Raises:
        UsageError: with everything that is wrong with any of them.
    """
    problems: list[Problem] = []
    fields: dict[str, Field] = {}
    for line in shells.repaired(lines, problems):
        found = _parse(line, resource)
        if isinstance(found, Field) and found.name in fields:
            start = line.index(found.name)
            token = Token(found.name, start, start + len(found.name))
            hint = "name each field once"
            fault = Fault("duplicate-field", f"{found.name!r} is there already", hint, token)
            found = [fault]
        if isinstance(found, Field):
            fields[found.name] = found
        else:
            problems += [pointed(line, fault) for fault in found]
    if problems:
        raise UsageError(problems)
    return tuple(fields.values())


def format_field(item: Field) -> str:
    """Return the canonical line of a field."""
    parts = [item.name, item.type]
    if item.target:
        parts.append(item.target)
    if item.digits:
        parts.append(f"{item.digits[0]},{item.digits[1]}")
    if item.values:
        parts.append(",".join(item.values))
    if item.min is not None or item.max is not None:
        least = "" if item.min is None else values.plain(item.min)
        parts.append(f"{least}..{'' if item.max is None else values.plain(item.max)}")
    parts += [flag for flag in FLAGS if getattr(item, flag)]
    if item.on_delete:
        parts.append(f"on_delete={item.on_delete}")
    last = item.default is None
    if item.regex:
        parts.append(f"regex={escape(item.regex, last=last)}")
    line = ":".join(parts)
    return line if item.default is None else f"{line}={escape_default(item.type, item.default)}"


def _parse(line: str, resource: str) -> Field | list[Fault]:
    """Return the field of a line, or what is wrong with it."""
    whole = Token(line, 0, len(line))
    if not line.strip():
        return [Fault("bad-field", "a field is empty: expected name:type", "leave it out", whole)]
    if len(line) > MAX_LINE:
        message = f"a field has {len(line)} characters, {MAX_LINE} at most"
        return [Fault("bad-field", message, "", whole)]
    odd = shells.oddity(line)
    if odd:
        return [odd]
    draft = cut(line)
    return [draft] if isinstance(draft, Fault) else reader.read(draft, resource)

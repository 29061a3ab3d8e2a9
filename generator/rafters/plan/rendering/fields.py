"""The fields of a resource, with what they lead to and what their types are called."""

from collections.abc import Collection

from rafters.plan.rendering.code import BUILTINS, SCHEMA_NAMES, FieldCode
from rafters.plan.tables import Table
from rafters.spec.resource import NUMBERS, USER, Blueprint, Field, Resource, attribute
from rafters.spec.taken import AMBIGUOUS


def fields(blueprint: Blueprint, resource: Resource, owned: tuple[Table, ...]) -> list[FieldCode]:
    """Return the fields of a resource as its templates write them.

    Args:
        blueprint: the project, for what relations lead to.
        resource: the resource.
        owned: its tables, as `tables.tables` returns them.
    """
    links = iter(owned[1:])
    keys = {key.column: key for key in owned[0].foreign_keys}
    suffixes = ("", "Create", "Update", "Public", "Query", "Sort")
    taken = {f"{resource.name}{suffix}" for suffix in suffixes}
    made = []
    for item in resource.fields:
        name = attribute(blueprint, resource, item)
        alias = free("".join(map(str.capitalize, item.name.split("_"))), taken)
        alias = alias if _has_alias(item) else ""
        taken.add(alias)
        if not item.target:
            made.append(FieldCode(item, name, blueprint.options, alias=alias))
            continue
        target = resource.target(item)
        access = "" if target == USER else blueprint.resources[target].access
        written = FieldCode(
            field=item,
            name=name,
            key=keys.get(name),
            link=next(links) if item.type == "many" else None,
            target=target,
            options=blueprint.options,
            rows=_rows(target, access),
            needs_user=access in {"", "owner"},
            for_all=access == "public-read",
        )
        made.append(written)
    return made


def _rows(target: str, access: str) -> str:
    """Return the query for the rows of a target that the user may see."""
    if target == USER:
        return "visible_users(user)"
    return f"owned({target}, user)" if access == "owner" else f"public({target})"


def _has_alias(item: Field) -> bool:
    """Tell whether the schemas need a name for a field's type."""
    if item.type == "enum":
        return not (item.readonly and item.hidden)
    if item.readonly and not item.filter:
        return False
    if item.type in {"str", "decimal"}:
        return True
    bounded = item.min not in {None, 0} or item.max is not None or bool(item.regex)
    if item.type == "text":
        return bounded
    return item.type in NUMBERS and (bounded or item.min is not None)


def free(name: str, taken: Collection[str]) -> str:
    """Return a name of a type, or one made from it that neither Python nor schemas have."""
    made, number = name, 1
    while made.lower() in AMBIGUOUS or made in BUILTINS or made in SCHEMA_NAMES or made in taken:
        made = f"{name}Value{number if number > 1 else ''}"
        number += 1
    return made

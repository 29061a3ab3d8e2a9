"""Blueprints that nobody chose, and changes of them, from a seed: for tests of migrations."""

from dataclasses import dataclass, field, replace
from random import Random

from rafters.spec.resource import ACCESS, RELATIONS, SELF, USER, Blueprint, Field, Resource

VALUES = {
    "str": "text",
    "text": "text",
    "email": "a@example.com",
    "url": "https://example.com",
    "slug": "a-b",
    "int": "7",
    "bigint": "7",
    "float": "7.5",
    "decimal": "7.50",
    "bool": "true",
    "date": "2025-06-07",
    "datetime": "2026-01-02T03:04:05+02:00",
    "time": "03:04:05",
    "duration": "P1DT2H",
    "uuid": "12345678-1234-5678-1234-567812345678",
    "json": '{"a": [true, null]}',
}
"""A default of each type that can have one."""

NAMES = {"Alpha": "alphas", "BetaItem": "beta_items", "Gamma": "gammas", "Delta": "deltas"}
WORDS = [*"abcdefgh", "order", "group", "select", "keys", "values", "self", "table", "op", "sa"]
TEXT_LIKE = ["str", "text", "email", "url", "slug"]
CONVERSIONS = {
    **{text: [*TEXT_LIKE, "enum"] for text in (*TEXT_LIKE, "enum")},
    "int": ["bigint", "float", "decimal", "str", "text"],
    "bigint": ["int", "float", "decimal", "str", "text"],
    "float": ["decimal", "str", "text"],
    "decimal": ["float", "str", "text"],
}


@dataclass
class Evolution:
    """A change: blueprints before and after, renamed fields, and values for rows."""

    old: Blueprint
    new: Blueprint
    renames: dict[str, dict[str, str]] = field(default_factory=dict)
    fills: dict[str, dict[str, str]] = field(default_factory=dict)


def evolution(random: Random) -> Evolution:
    """Return a change that is possible, rows or not."""
    names = random.sample(list(NAMES), random.randint(1, len(NAMES)))
    old = blueprint(random, names)
    left = [name for name in NAMES if name not in names or random.random() > 0.2]
    random.shuffle(left)
    fresh = blueprint(random, left)
    change = Evolution(old, fresh)
    for name in left:
        if name in names:
            resource = _changed(random, old.resources[name], left, change)
            change.new = change.new.plus(resource)
    return change


def blueprint(random: Random, names: list[str]) -> Blueprint:
    """Return random resources of some names."""
    return Blueprint({name: _resource(random, name, names) for name in names})


def _resource(random: Random, name: str, names: list[str]) -> Resource:
    words = random.sample(WORDS, random.randint(1, 7))
    fields = tuple(_field(random, word, names) for word in words)
    versioned = random.random() < 0.3
    return Resource(name, NAMES[name], fields, random.choice(ACCESS), versioned)


def _field(random: Random, name: str, names: list[str]) -> Field:
    type_ = random.choice([*VALUES, "enum", "ref", "ref", "many"])
    if type_ in RELATIONS:
        target = random.choice([*names, USER, SELF])
        if type_ == "many":
            return Field(name, "many", target=target)
        null = target != USER or random.random() < 0.5
        ending = random.choice(["", "cascade", "restrict", *(["null"] if null else [])])
        return Field(name, "ref", target=target, null=null, on_delete=ending)
    item = Field(name, type_, null=random.random() < 0.4)
    if type_ == "enum":
        item = replace(item, values=("a1", "a2", "a3", *random.choice([(), ("longer",)])))
    return _traits(random, _bounds(random, item))


def _values(random: Random) -> tuple[str, ...]:
    return tuple(random.sample(["a1", "a2", "a3", "longer", "b"], random.randint(3, 5)))


def _bounds(random: Random, item: Field) -> Field:
    if item.type == "decimal":
        return replace(item, digits=random.choice([None, (10, 3), (8, 2)]))
    if item.type in {"str", "text"}:
        return replace(item, max=random.choice([None, 60, 100, 500]))
    return item


def _traits(random: Random, item: Field) -> Field:
    text = item.type in {"text", "json"}
    if not text and random.random() < 0.3:
        item = replace(item, filter=True)
    if not text and item.type != "bool" and random.random() < 0.3:
        item = replace(item, sort=True)
    if not text and random.random() < 0.3:
        item = replace(item, index=True)
    if item.type not in {"text", "json", "bool", "enum"} and random.random() < 0.2:
        return replace(item, unique=True, default=None)
    if random.random() < 0.4:
        return replace(item, default=_default(random, item))
    return item


def _default(random: Random, item: Field) -> str:
    if item.type == "enum":
        return random.choice(item.values)
    return (
        random.choice([{"date": "today", "datetime": "now"}.get(item.type), None])
        or (VALUES[item.type])
    )


def _changed(random: Random, old: Resource, names: list[str], change: Evolution) -> Resource:
    """Return a resource with some of its fields changed, and note what that needs."""
    renames = change.renames.setdefault(old.name, {})
    fills = change.fills.setdefault(old.name, {})
    free = [word for word in WORDS if word not in {item.name for item in old.fields}]
    random.shuffle(free)
    fields = []
    for item in old.fields:
        gone = item.type in RELATIONS and item.target not in {*names, USER, SELF}
        if gone or random.random() < 0.15:
            continue
        kept = _altered(random, item, fills) if random.random() < 0.5 else item
        if random.random() < 0.25:
            renames[item.name] = free.pop()
            kept = replace(kept, name=renames[item.name])
            if item.name in fills:
                fills[kept.name] = fills.pop(item.name)
        fields.append(kept)
    taken = {item.name for item in fields}
    gaps = [item.name for item in old.fields if item.name in renames and item.name not in taken]
    for word in [*gaps[:1], *free][: random.randint(0, 2)]:
        added = _field(random, word, names)
        if added.unique:
            added = replace(added, null=True)
        if added.required:
            fills[word] = _fill(added)
        fields.append(added)
    random.shuffle(fields)
    access = random.choice(ACCESS) if random.random() < 0.2 else old.access
    versioned = old.versioned is (random.random() < 0.8)
    new = Resource(old.name, old.plural, tuple(fields), access, versioned)
    if new.owned and not old.owned:
        fills["user_id"] = "1"
    return new


def _altered(random: Random, item: Field, fills: dict[str, str]) -> Field:
    """Return a field in another shape that its rows can take."""
    if item.type == "many":
        return item
    new = item
    if item.type == "ref":
        null = not item.null or item.target != USER
        ending = random.choice(["", "cascade", "restrict", *(["null"] if null else [])])
        new = replace(item, null=null, on_delete=ending)
    elif item.type in CONVERSIONS and random.random() < 0.4:
        # A unique text that closes to an enum gets doubles, which no downgrade could undo.
        kinds = [kind for kind in CONVERSIONS[item.type] if not (item.unique and kind == "enum")]
        new = replace(item, type=random.choice(kinds), values=(), digits=None)
        new = replace(_bounds(random, new), default=None, filter=False, sort=False, index=False)
        if new.type in {"text", "enum"}:
            new = replace(new, unique=False)
        if new.type == "enum":
            new = replace(new, values=_values(random))
    elif item.type == "enum":
        new = replace(item, values=_values(random), default=None)
    else:
        plain = Field(item.name, item.type, null=random.random() < 0.4)
        new = _traits(random, _bounds(random, plain))
    if new.type == "ref" or (new.default is None and not new.null) or new.type == "enum":
        fills[item.name] = _fill(new)
    return new


def _fill(item: Field) -> str:
    if item.type == "ref":
        return "1"
    return item.values[0] if item.type == "enum" else VALUES[item.type]

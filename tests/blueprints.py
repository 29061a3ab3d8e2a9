"""Blueprints that nobody chose: the same one for the same seed."""

from dataclasses import replace
from random import Random

from rafters.errors import UsageError
from rafters.spec import blueprint as specification
from rafters.spec.language import parse_fields
from rafters.spec.resource import ACCESS, RELATIONS, TYPES, USER, Blueprint, Resource

RESOURCES = """
    Author Book Chapter Invoice OrderItem Customer Warehouse Shelf Category Person News Series Wolf
    Address Bus Recipe Ingredient Ticket Label Milestone Country Vehicle Repair Course Lesson Exam
    Playlist Track Hotel Room Guest Claim Policy Sensor Reading Garden Plant
""".split()  # noqa: SIM905  (a list of names reads best as text)

FIELDS = """
    title summary notes amount weight height score rating stage phase color size level code sku
    email_address website starts_on ends_on opened_at closed_at duration_left opens_at reference
    is_public archived details settings nickname phone_number balance quota rank serial motto
""".split()  # noqa: SIM905

LINKS = ("parent", "origin", "lead", "keeper", "partner", "successor", "source_of", "backup")
"""Names of references."""

TEXTS = ("", "..40", "1..80", "3..20", "10..200", "0..5", "100..100")
REGEXES = ("^[A-Z]{2}-[0-9]{4}$", "^[a-z]+$", "[0-9]{3,}", "^(red|green|blue)[0-9]{2}$")
RANGES = {
    "int": ("", "1..9", "0..", "..0", "-5..5", "100..400", "7..7"),
    "bigint": ("", "0..", "1..9007199254740991", "-1000000000000..-5"),
    "float": ("", "0..1", "..0", "-273.15..", "0.5..2.5"),
    "decimal": ("", "0..", "..100", "-10..10", "0.5..2.5", "-1000..-0.01"),
}
DIGITS = ("", "10,2", "15,0", "4,3", "6,6", "15,15")
DEFAULTS = {
    "str": ("new", "plain text", "it's", 'a "b" c', "100%"),
    "text": ("nothing yet", "a,b:c"),
    "int": ("0", "7", "-3", "120"),
    "bigint": ("0", "5000000000", "-6"),
    "float": ("0.5", "1.0", "0.0", "-1.5"),
    "decimal": ("0", "1.5", "-2.5", "10"),
    "bool": ("true", "false"),
    "date": ("today", "2031-12-31"),
    "datetime": ("now", "2031-12-31T23:59:00Z", "2031-12-31T23:59:00+02:00"),
    "time": ("10:30", "23:59:59.5"),
    "duration": ("PT30M", "P1DT2H", "P400D", "-PT1H"),
    "uuid": ("00000000-0000-4000-8000-000000000000",),
    "email": ("someone@example.com",),
    "url": ("https://example.com", "https://example.com/a?b=c"),
    "slug": ("plain", "a-b-c"),
    "json": ("{}", "[]", '{"a":[1,null]}'),
}
VALUES = ("low,normal,high", "draft,published", "only", "b,a,c,d,e", "x1,y-2,Z_3")
FLAGS = ("null", "unique", "index", "readonly", "hidden", "filter", "sort", "search")
CHANCES = {"null": 0.35, "unique": 0.2, "readonly": 0.12, "hidden": 0.12}


def random_blueprint(seed: int) -> Blueprint:
    """Return a blueprint of 1 to 6 resources that the specification allows.

    Relations lead to any of its resources, to users and to their own, in rings too.
    """
    random = Random(seed)  # noqa: S311  (chance is not a secret here)
    names = random.sample(RESOURCES, random.randint(1, 6))
    made = Blueprint()
    chance = Random(f"versioned {seed}")  # noqa: S311  (likewise; its own, so that seeds stay)
    for name in names:
        access, versioned = random.choice(ACCESS), chance.random() < 0.3
        made = made.plus(specification.resource(name, [], access=access, versioned=versioned))
    specification.check(made)
    for name in names:
        for line in _lines(random, names):
            made = _with(made, made.resources[name], line)
    return made


def _lines(random: Random, names: list[str]) -> list[str]:
    """Return lines of fields, not all of which fit the rest."""
    plain = [_plain(random, name) for name in random.sample(FIELDS, random.randint(1, 9))]
    links = [_link(random, name, names) for name in random.sample(LINKS, random.randint(0, 4))]
    lines = plain + links
    random.shuffle(lines)
    return lines


def _plain(random: Random, name: str) -> str:
    """Return the line of a field that holds a value of its own."""
    kind = random.choice(sorted(TYPES - RELATIONS))
    parts = [name, kind]
    if kind in {"str", "text"}:
        parts.append(random.choice(TEXTS))
        if random.random() < 0.2:
            parts.append(f"regex={random.choice(REGEXES)}")
    elif kind in RANGES:
        parts.append(random.choice(DIGITS) if kind == "decimal" else "")
        parts.append(random.choice(RANGES[kind]))
    elif kind == "enum":
        parts.append(random.choice(VALUES))
    parts += _flags(random)
    line = ":".join(filter(None, parts))
    defaults = VALUES[0].split(",") if kind == "enum" else DEFAULTS[kind]
    return f"{line}={random.choice(defaults)}" if random.random() < 0.3 else line


def _link(random: Random, name: str, names: list[str]) -> str:
    """Return the line of a relation."""
    target = random.choice([*names, *names, USER, "self"])
    if random.random() < 0.4:
        return f"{name}s:many:{target}"
    ending = random.choice(["", "on_delete=cascade", "on_delete=restrict", "on_delete=null"])
    return ":".join(filter(None, [name, "ref", target, *_flags(random), ending]))


def _flags(random: Random) -> list[str]:
    return [flag for flag in FLAGS if random.random() < CHANCES.get(flag, 0.3)]


def _with(made: Blueprint, resource: Resource, line: str) -> Blueprint:
    """Return a blueprint with one more field: without flags that do not fit, or not at all."""
    name, _, rest = line.partition(":")
    while True:
        try:
            (item,) = parse_fields([f"{name}:{rest}"], resource.name)
            fields = (*resource.fields, item)
            wanted = replace(resource, fields=fields)
            return specification.check(made.plus(wanted))
        except UsageError:
            line, _, default = (
                rest.partition("=") if "=" in rest.rpartition(":")[2] else (rest, "", "")
            )
            parts = line.split(":")
            unfit = [part for part in parts if part in FLAGS]
            if default and "on_delete" not in rest and "regex" not in rest:
                rest = line
            elif unfit:
                parts.remove(unfit[-1])
                rest = ":".join(parts)
            else:
                return made

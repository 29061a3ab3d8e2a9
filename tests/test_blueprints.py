"""The generator of random blueprints reaches all that the language has."""

from blueprints import random_blueprint

from rafters.spec import blueprint as specification
from rafters.spec.resource import ACCESS, SELF, TYPES, USER, Field

MADE = [random_blueprint(seed) for seed in range(50)]
RESOURCES = [resource for blueprint in MADE for resource in blueprint.resources.values()]
FIELDS = [item for resource in RESOURCES for item in resource.fields]
MODIFIERS = ("null", "unique", "index", "readonly", "hidden", "filter", "sort", "search")


def reached(name: str) -> list[Field]:
    """Return the fields that have a modifier."""
    return [item for item in FIELDS if getattr(item, name) not in (None, "", False)]


def test_a_seed_gives_one_blueprint() -> None:
    """The same seed makes the same blueprint, and another one another."""
    assert random_blueprint(7) == random_blueprint(7) != random_blueprint(8)


def test_every_blueprint_is_one() -> None:
    """What comes out is what the specification allows, and its lines read back."""
    for blueprint in MADE:
        assert specification.check(blueprint) == blueprint
        for item in blueprint.resources.values():
            lines = specification.lines(item)
            read = specification.resource(
                item.name, lines, item.plural, item.access, versioned=item.versioned
            )
            assert read == item


def test_everything_is_reached() -> None:
    """Fifty seeds have each size, access, type, modifier, target and ending."""
    assert {len(blueprint.resources) for blueprint in MADE} == set(range(1, 7))
    assert {resource.access for resource in RESOURCES} == set(ACCESS)
    assert {item.type for item in FIELDS} == TYPES
    for name in (*MODIFIERS, "min", "max", "digits", "regex", "default", "on_delete"):
        assert reached(name), name
    for kind in ("ref", "many"):
        targets = {item.target for item in FIELDS if item.type == kind}
        assert targets > {USER, SELF}
    assert {item.ending for item in FIELDS if item.type == "ref"} == {"cascade", "restrict", "null"}
    assert {item.type for item in reached("default")} >= TYPES - {"ref", "many", "uuid"}

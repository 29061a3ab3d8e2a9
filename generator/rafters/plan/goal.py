"""What a command is to make of a project: its blueprint before and after."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rafters.spec.resource import Blueprint, Resource


@dataclass(frozen=True)
class Goal:
    """A project's blueprint as it is and as it shall be.

    Attributes:
        old: as it is.
        new: as it shall be.
        renames: by resource, the new names of fields by their old ones.
        fills: by resource, what rows that exist get in a field, by its name.
        replaced: by resource, the fields that go and come again, empty, under the same name.
        force: whether files go that were edited.
    """

    old: Blueprint
    new: Blueprint
    renames: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fills: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    replaced: Mapping[str, Collection[str]] = field(default_factory=dict)
    force: bool = False

    @property
    def added(self) -> tuple[Resource, ...]:
        """The resources that come."""
        return _without(self.new, self.old)

    @property
    def removed(self) -> tuple[Resource, ...]:
        """The resources that go."""
        return _without(self.old, self.new)

    @property
    def changed(self) -> tuple[Resource, ...]:
        """The resources that stay and are not the same afterwards, as they will be."""
        both = (name for name in self.new.resources if name in self.old.resources)
        return tuple(
            self.new.resources[name]
            for name in both
            if self.new.resources[name] != self.old.resources[name]
        )

    @cached_property
    def untouched(self) -> frozenset[str]:
        """The resources that stay as they are, they and all that relations join them with."""
        old, new = _joined(self.old), _joined(self.new)
        return frozenset(name for name in new if old.get(name) == new[name])


def _joined(blueprint: Blueprint) -> dict[str, list[Resource]]:
    """Return, by resource, all that relations join with it in whichever direction, and itself."""
    groups = {name: {name} for name in blueprint.resources}
    for item in blueprint.resources.values():
        for target in filter(None, map(item.target, item.fields)):
            mine, theirs = groups[item.name], groups.get(target, set())
            if not mine >= theirs:
                mine |= theirs
                groups |= dict.fromkeys(theirs, mine)
    members: dict[int, list[Resource]] = {id(group): [] for group in groups.values()}
    for name, group in groups.items():
        members[id(group)].append(blueprint.resources[name])
    return {name: members[id(group)] for name, group in groups.items()}


def _without(blueprint: Blueprint, other: Blueprint) -> tuple[Resource, ...]:
    return tuple(item for name, item in blueprint.resources.items() if name not in other.resources)

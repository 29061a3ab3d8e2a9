"""The relations of a resource, sorted by what the generated tests try on them."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from rafters.spec.resource import RELATIONS, USER, Blueprint, Field, Resource, attribute


class Relation(NamedTuple):
    """A relation in the tests of its resource.

    Attributes:
        item: the field.
        name: in the API.
        model: the class of the rows that it leads to.
        path: the last part of the path of their list; empty for users.
        hides: whether users do not see every row that it leads to.
        versioned: whether a deletion of such a row must name its version.
    """

    item: Field
    name: str
    model: str
    path: str
    hides: bool
    versioned: bool = False

    @property
    def many(self) -> bool:
        """Whether it leads to any number of rows."""
        return self.item.type == "many"

    @property
    def parameter(self) -> str:
        """The name of the filter of a list."""
        return self.name.removesuffix("s") if self.many else self.name


@dataclass(frozen=True)
class Relations:
    """The relations of one resource.

    Attributes:
        all: all of them, in the order of the fields.
        admins: whether those who write rows are admins.
    """

    all: tuple[Relation, ...]
    admins: bool

    @cached_property
    def written(self) -> list[Relation]:
        """Those that requests take."""
        return [one for one in self.all if not one.item.readonly]

    @property
    def optional(self) -> list[Relation]:
        """Those that requests take, and may leave out."""
        return [one for one in self.written if not one.item.required]

    @property
    def hiding(self) -> list[Relation]:
        """Those that may lead to what the one who makes rows does not see."""
        if self.admins:
            return [one for one in self.written if one.hides and one.model != USER]
        return [one for one in self.written if one.hides]

    @property
    def shown(self) -> list[Relation]:
        """References that requests take and responses show."""
        return [one for one in self.written if not one.many and not one.item.hidden]

    @property
    def clearable(self) -> list[Relation]:
        """References that may lead nowhere."""
        return [one for one in self.shown if one.item.null]

    @property
    def filtered(self) -> list[Relation]:
        """References that lists can be filtered by."""
        return [one for one in self.all if one.item.filter]

    @property
    def manys(self) -> list[Relation]:
        """Those that lead to any number of rows."""
        return [one for one in self.all if one.many]

    @property
    def to_resources(self) -> list[Relation]:
        """Those that lead to any number of rows of a resource."""
        return [one for one in self.manys if one.model != USER]

    @property
    def deleter(self) -> str:
        """The headers of who deletes what they lead to, in whatever version, as Python source."""
        return 'admin | {"If-Match": "*"}' if any(one.versioned for one in self.all) else "admin"

    @property
    def user_ends(self) -> bool:
        """Whether references lead to users, whose end has a consequence."""
        return any(one.model == USER and not one.many for one in self.all)

    def endings(self, ending: str, *, users: bool = False) -> list[Relation]:
        """Return the references to users or to resources that end with their target in a way."""
        return [
            one
            for one in self.all
            if not one.many and one.item.ending == ending and (one.model == USER) is users
        ]


def relations(blueprint: Blueprint, resource: Resource) -> Relations:
    """Return the relations of a resource."""
    found = (item for item in resource.fields if item.type in RELATIONS)
    return Relations(
        tuple(_relation(blueprint, resource, item) for item in found), resource.access == "admin"
    )


def _relation(blueprint: Blueprint, resource: Resource, item: Field) -> Relation:
    name, target = attribute(blueprint, resource, item), resource.target(item)
    if target == USER:
        return Relation(item, name, target, "", hides=True)
    other = blueprint.resources[target]
    path = other.plural.replace("_", "-")
    hides = other.access == "owner"
    return Relation(item, name, target, path, hides=hides, versioned=other.versioned)

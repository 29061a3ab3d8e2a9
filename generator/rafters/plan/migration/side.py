"""A resource on one side of a change, as the migration sees it."""

from dataclasses import dataclass
from functools import cached_property

from rafters.plan.tables import Table, tables
from rafters.spec.resource import USER, Blueprint, Field, Resource, attribute

_OWNER = Field("user_id", "ref", target=USER)
"""What stands for the column of the user to whom a row belongs."""

_VERSION = Field("version", "int", default="1")
"""What stands for the column of a row's version."""


@dataclass(frozen=True)
class Side:
    """A resource as it is before or after a change.

    Attributes:
        blueprint: all resources.
        resource: the one that changes.
    """

    blueprint: Blueprint
    resource: Resource

    def stored(self, item: Field) -> Field:
        """Return a field as its column holds it."""
        return self.blueprint.options.stored(item)

    @cached_property
    def table(self) -> Table:
        """The table of its rows."""
        return self._tables[0]

    @cached_property
    def links(self) -> dict[str, Table]:
        """Its link tables by field."""
        names = (item.name for item in self.resource.fields if item.type == "many")
        return dict(zip(names, self._tables[1:], strict=True))

    @cached_property
    def fields(self) -> dict[str, Field]:
        """The fields by name, and what every row of the resource has beside them."""
        return {item.name: item for item in (*self._own, *self.resource.fields)}

    @cached_property
    def columns(self) -> dict[str, str]:
        """The columns of fields, by the fields' names."""
        stored = (item for item in self.resource.fields if item.type != "many")
        names = {item.name: attribute(self.blueprint, self.resource, item) for item in stored}
        return {**{item.name: item.name for item in self._own}, **names}

    @property
    def _own(self) -> tuple[Field, ...]:
        owner = (_OWNER,) if self.resource.owned else ()
        return (*owner, _VERSION) if self.resource.versioned else owner

    @cached_property
    def _tables(self) -> tuple[Table, ...]:
        return tables(self.blueprint, self.resource)

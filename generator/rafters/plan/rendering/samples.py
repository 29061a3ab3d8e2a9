"""What the generated tests of a resource send, and what they expect back."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from rafters.plan.rendering import statuses, values
from rafters.plan.rendering.queries import Queries
from rafters.plan.rendering.references import Relation, Relations, relations
from rafters.plan.rendering.sample import Sample, numbered
from rafters.plan.rendering.values import Value
from rafters.spec.resource import USER, Blueprint, Field, Options, Resource, attribute

_NOW = ("now", "today")
"""Defaults that stand for the moment of the creation."""


@dataclass(frozen=True)
class Cases:
    """All that the tests of one resource need.

    Attributes:
        resource: the resource.
        fields: all its fields.
        relations: those of them that lead to other rows.
        options: how the project is built.
    """

    resource: Resource
    fields: tuple[Sample, ...]
    relations: Relations
    options: Options

    @cached_property
    def queries(self) -> Queries:
        """What lists are asked."""
        return Queries(self.fields, self.relations, self.options.database)

    @property
    def name(self) -> str:
        """The class of the rows."""
        return self.resource.name

    @property
    def access(self) -> str:
        """Who may reach the rows."""
        return self.resource.access

    @property
    def id_type(self) -> str:
        """The Python type of ids in JSON."""
        return "str" if self.options.ids == "uuid" else "int"

    @property
    def missing_id(self) -> str:
        """An id that no row has, as Python source."""
        return f'"{UUID(int=0)}"' if self.options.ids == "uuid" else "2**53 - 1"

    @property
    def words(self) -> str:
        """The resource in prose."""
        return self.resource.singular.replace("_", " ")

    @property
    def a_words(self) -> str:
        """The resource in prose, with its article."""
        return f"{'an' if self.words[0] in 'aeiou' else 'a'} {self.words}"

    @property
    def plural_words(self) -> str:
        """The resources in prose."""
        return self.resource.plural.replace("_", " ")

    @property
    def path(self) -> str:
        """The last part of the path of its list."""
        return self.resource.plural.replace("_", "-")

    @cached_property
    def writer(self) -> str:
        """The fixture of the user who makes rows: an admin where others can't, or only once."""
        only_once = any(one.model == USER and one.item.unique for one in self.relations.written)
        return "admin" if self.access == "admin" or only_once else "alice"

    @cached_property
    def linker(self) -> str:
        """The fixture of a user who sees whatever the relations lead to."""
        return "admin" if any(one.model == USER for one in self.relations.all) else self.writer

    @cached_property
    def own_user(self) -> list[str]:
        """Required references to users of which each has one row at most."""
        return [
            one.name
            for one in self.relations.written
            if one.model == USER and one.item.unique and one.item.required
        ]

    @property
    def veiled(self) -> list[Relation]:
        """Those that lead to many rows of which readers of one row may see different ones."""
        return [one for one in self.relations.manys if one.hides and self.access != "owner"]

    @property
    def foreign(self) -> int:
        """The status of a request that would change the row of another user."""
        return statuses.foreign(self.resource, self.options)

    @property
    def matrix(self) -> list[tuple[str, list[int]]]:
        """The statuses that each user gets (`statuses.matrix`)."""
        return statuses.matrix(self.resource, self.options, self.writer)

    @cached_property
    def models(self) -> list[str]:
        """The classes that the tests import, sorted as import sorters do."""
        return sorted({self.name, *(one.model for one in self.relations.all)})

    @cached_property
    def needed(self) -> list[str]:
        """What a row takes beside `REQUIRED`, unlike any other, as items of a dictionary."""
        return [f'"{field.name}": {self._needed(field)}' for field in self._required(alike=False)]

    @property
    def counts(self) -> bool:
        """Whether rows are made unlike one another by number."""
        return any("number" in pair.partition(": ")[2] for pair in self.needed)

    @property
    def least_needs(self) -> str:
        """The parameters of the fixture `least`."""
        needed = " ".join(self.needed)
        makes = [f"make_row: Callable[..., {self.id_type}]"] if "make_row(" in needed else []
        return ", ".join(["client: TestClient", *makes] if "client." in needed else makes)

    @property
    def least_parameter(self) -> str:
        """What brings the fixture `least` to a test, where there is one."""
        return ", least: Callable[[Headers], dict[str, Any]]" if self.needed else ""

    @property
    def required(self) -> list[str]:
        """The values that every row may share, as items of a dictionary."""
        return [field.pair(values.value(field.item)) for field in self._required(alike=True)]

    @property
    def whole(self) -> list[str]:
        """A value in every field but relations, as items of a dictionary."""
        return [field.pair(values.value(field.item)) for field in self._written()]

    def least(self, user: str) -> str:
        """Return the expression of the least that creating takes from a user."""
        return f"least({user})" if self.needed else "REQUIRED"

    @property
    def must(self) -> list[str]:
        """The names without which nothing is created."""
        return [field.name for field in self.fields if field.writable and field.item.required]

    @property
    def given(self) -> list[str]:
        """The names that responses show as creating took them from the least."""
        return [
            field.name
            for field in self.fields
            if field.visible and field.writable and field.item.required
        ]

    @property
    def unset(self) -> list[str]:
        """What responses show where creating took nothing, as items of a dictionary."""
        return [
            field.pair(self._unset(field.item))
            for field in self.fields
            if field.visible and not field.item.required and self._unset(field.item) not in _NOW
        ]

    @property
    def moments(self) -> list[Sample]:
        """Visible fields that start with the current time or day."""
        return [
            field
            for field in self.fields
            if field.visible
            and field.item.default in _NOW
            and field.item.type in {"date", "datetime"}
        ]

    @property
    def valid(self) -> list[str]:
        """Visible values at the limits, as dictionaries."""
        return [
            f"{{{field.pair(value)}}}"
            for field in self._written()
            if field.visible
            for value in values.valid(field.item)
        ]

    @property
    def forms(self) -> list[tuple[str, str]]:
        """Values as they are sent, and as they are shown, as dictionaries."""
        return [
            (f"{{{field.pair(sent)}}}", f"{{{field.pair(shown)}}}")
            for field in self._written()
            if field.visible
            for sent, shown in values.forms(field.item)
        ]

    @property
    def invalid(self) -> list[str]:
        """What no request may hold, as dictionaries."""
        found = [
            f"{{{field.pair(value)}}}"
            for field in self.fields
            for value in (
                values.invalid(field.item)
                if field.writable
                else [values.value(field.item) if field.plain else 1]
            )
        ]
        names = {field.name for field in self.fields}
        strange = ("user_id", "id", "version", "created_at", "none")
        return [*found, *(f'{{"{name}": 2}}' for name in strange if name not in names)]

    @property
    def hidden(self) -> list[str]:
        """Hidden values at the limits, as dictionaries."""
        return [
            f"{{{field.pair(value)}}}"
            for field in self._written()
            if not field.visible
            for value in values.valid(field.item)
        ]

    @property
    def readonly(self) -> list[str]:
        """Values that only the server sets and everyone sees, as dictionaries."""
        return [
            f"{{{field.pair(values.value(field.item))}}}"
            for field in self.fields
            if field.plain and field.visible and not field.writable
        ]

    @property
    def changes(self) -> list[str]:
        """Visible values other than those of `WHOLE`, as dictionaries."""
        return [
            f"{{{field.pair(value)}}}"
            for field in self._written()
            if field.visible
            for value in values.changed(field.item)
        ]

    @property
    def uniques(self) -> list[Sample]:
        """Writable fields in which no value comes twice."""
        return [field for field in self.fields if field.item.unique and field.writable]

    @property
    def unique_relations(self) -> bool:
        """Whether some of them lead to other rows."""
        return any(not field.plain for field in self.uniques)

    def _written(self) -> list[Sample]:
        """Return the fields that requests take, relations left out."""
        return [field for field in self.fields if field.writable and field.plain]

    def _required(self, *, alike: bool) -> Iterator[Sample]:
        """Yield the fields that creating needs, in which rows may be alike or not."""
        for field in self.fields:
            may_repeat = field.plain and not field.item.unique
            if field.writable and field.item.required and may_repeat is alike:
                yield field

    def _needed(self, field: Sample) -> str:
        """Return the expression of a value that no other row has."""
        if field.plain:
            return numbered(field.item)
        target = self.resource.target(field.item)
        if target == USER and not field.item.unique:
            return 'client.get("/auth/me", headers=user).json()["id"]'
        return f"make_row({target}, user)"

    def _unset(self, item: Field) -> Value:
        if item.type == "many":
            return []
        return None if item.default is None else values.shown(item, item.default)


def context(blueprint: Blueprint, resource: Resource) -> dict[str, object]:
    """Return the names that the templates of a resource's tests use, beside the layout's."""
    own = resource.fields
    fields = tuple(Sample(item, attribute(blueprint, resource, item)) for item in own)
    return {"cases": Cases(resource, fields, relations(blueprint, resource), blueprint.options)}

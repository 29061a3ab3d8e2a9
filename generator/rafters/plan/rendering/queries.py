"""What the generated tests of a resource ask of its list."""

from dataclasses import dataclass

from rafters.plan.rendering import values
from rafters.plan.rendering.references import Relations
from rafters.plan.rendering.sample import Sample, literal
from rafters.plan.rendering.values import Value
from rafters.spec.resource import Field


@dataclass(frozen=True)
class Queries:
    """What lists of a resource take beside limits and cursors.

    Attributes:
        fields: all its fields.
        relations: those of them that lead to other rows.
    """

    fields: tuple[Sample, ...]
    relations: Relations
    database: str

    @property
    def filters(self) -> list[str]:
        """Filters with a value and another, as tuples."""
        return [
            f'("{field.name}", {literal(found[0])}, {literal(found[-1])})'
            for field in self.fields
            if field.item.filter and field.plain and len(found := values.ladder(field.item, 2)) > 1
        ]

    @property
    def shared_filters(self) -> list[str]:
        """Filters whose value several rows may have, as tuples."""
        unique = {field.name for field in self.fields if field.item.unique}
        return [item for item in self.filters if item.split('"')[1] not in unique]

    @property
    def sorts(self) -> list[str]:
        """Sort keys with values in ascending order, as tuples."""
        return [
            f'("{field.name}", {literal(self._sorted(field.item))})'
            for field in self.fields
            if field.item.sort
        ]

    @property
    def searches(self) -> list[str]:
        """Searched fields with a value, another, and a part of the first alone, as tuples."""
        return [
            f'("{field.name}", {", ".join(map(literal, found))})'
            for field in self.fields
            if field.item.search and (found := self._searched(field))
        ]

    @property
    def wildcards(self) -> list[str]:
        """Searched fields with a text full of wildcards, and one it would match, as tuples."""
        return [
            f'("{field.name}", {", ".join(map(literal, found))})'
            for field in self.fields
            if field.item.search and (found := values.wildcard(field.item))
        ]

    @property
    def searchable(self) -> bool:
        """Whether lists can be searched."""
        return any(field.item.search for field in self.fields)

    @property
    def invalid(self) -> list[str]:
        """Filters with values that they refuse, as parts of a URL."""
        relations = [
            f"{one.parameter}=x"
            for one in self.relations.all
            if one.item.filter or one.item.type == "many"
        ]
        plain = [
            f"{field.name}=no-such-value"
            for field in self.fields
            if field.plain and field.item.filter and field.item.type not in {"str", "slug"}
        ]
        return [*plain, *relations]

    def _searched(self, field: Sample) -> tuple[str, str, str] | None:
        """Return a text, another, and a part of the first that no other field of a row holds."""
        texts = [str(value) for value in values.ladder(field.item, 8)]
        others = [
            str(values.value(other.item)).lower()
            for other in self.fields
            if other is not field and other.item.search
        ]
        for text in texts:
            part = text[len(text) // 3 :].lower()
            rest = [other for other in texts if part not in other.lower()]
            is_plain = text.isascii() and not set(text) & set("%_\\ ")
            if part and rest and is_plain and not any(part in other for other in others):
                return text, rest[0], part.swapcase()
        return None

    def _sorted(self, item: Field) -> list[Value]:
        """Return values in ascending order, one of them twice where that may be."""
        rungs = values.ladder(item, 3)
        found: list[Value] = [*rungs, *([] if item.unique else rungs[-1:])]
        if item.null:
            found.insert(len(found) if self.database == "postgresql" else 0, None)
        return found

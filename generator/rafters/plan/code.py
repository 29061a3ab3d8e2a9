"""How a field is written in each layer of a project."""

from dataclasses import dataclass

from rafters.spec.resource import Field, Resource


@dataclass(frozen=True)
class FieldCode:
    """One field, as the templates of the layers write it.

    Attributes:
        field: what was asked for.
    """

    field: Field

    @property
    def name(self) -> str:
        """The field's name, the same in every layer."""
        return self.field.name

    @property
    def type(self) -> str:
        """Its Python type, null left out."""
        return {"str": "str", "text": "str", "bool": "bool"}[self.field.type]

    @property
    def bounds(self) -> str:
        """The arguments of pydantic's `Field` that bound it; empty where nothing does."""
        bounds = []
        if self.field.min:
            bounds.append(f"min_length={self.field.min}")
        if self.field.max is not None:
            bounds.append(f"max_length={self.field.max}")
        return ", ".join(bounds)

    @property
    def alias(self) -> str:
        """The name of its bounded type in schemas; empty where nothing bounds it."""
        return "".join(word.capitalize() for word in self.name.split("_")) if self.bounds else ""

    @property
    def null(self) -> str:
        """What makes its annotation take null, if it does."""
        return " | None" if self.field.null else ""

    @property
    def default(self) -> str:
        """What follows its annotation where it may be left out; empty where it may not."""
        if self.field.default is not None:
            return f" = {self.field.default}"
        return " = None" if self.field.null else ""

    @property
    def column(self) -> str:
        """Its declaration in the table: annotation, and what the column needs beside it."""
        if self.field.max is None:
            return f"{self.type}{self.null}{self.default}"
        arguments = ["default=None"] if self.field.null else []
        arguments.append(f"max_length={self.field.max}")
        return f"{self.type}{self.null} = Field({', '.join(arguments)})"

    @property
    def sql_type(self) -> str:
        """Its SQLAlchemy type in migrations."""
        if self.field.type == "bool":
            return "sa.Boolean()"
        length = "" if self.field.max is None else f"length={self.field.max}"
        return f"sa.String({length})"

    @property
    def pair(self) -> str:
        """The field with a value that it takes, as an item of a Python dictionary."""
        words = self.name.replace("_", " ")
        return f'"{self.name}": {self._value(f"A {words}")}'

    @property
    def valid(self) -> list[str]:
        """Values at its limits, as Python literals."""
        if self.field.type == "bool":
            return ["True", "False", *self._null]
        least = self.field.min or 1
        ends = {least, least if self.field.max is None else self.field.max}
        return [*(_length(end) for end in sorted(ends)), *self._null]

    @property
    def invalid(self) -> list[str]:
        """Values just beyond its limits, as Python literals."""
        null = [] if self.field.null else ["None"]
        if self.field.type == "bool":
            return [*null, '"perhaps"']
        short = [_length(self.field.min - 1)] if self.field.min else []
        long = [] if self.field.max is None else [_length(self.field.max + 1)]
        return [*null, *short, *long]

    @property
    def changes(self) -> list[str]:
        """Values other than that of `pair`, as Python literals."""
        return [self._value("Changed", flag=False), *self._null]

    @property
    def _null(self) -> list[str]:
        return ["None"] if self.field.null else []

    def _value(self, text: str, *, flag: bool = True) -> str:
        if self.field.type == "bool":
            return str(flag)
        return f'"{text[: self.field.max].ljust(self.field.min, "x")}"'


def _length(length: int) -> str:
    """Return a text of some length as a short Python literal."""
    return {0: '""', 1: '"x"'}.get(length, f'"x" * {length}')


def context(resource: Resource) -> dict[str, object]:
    """Return the names that the templates of a resource's layers use."""
    fields = [FieldCode(field) for field in resource.fields]
    words = resource.singular.replace("_", " ")
    return {
        "name": resource.name,
        "singular": resource.singular,
        "plural": resource.plural,
        "words": words,
        "a_words": f"{'an' if words[0] in 'aeiou' else 'a'} {words}",
        "plural_words": resource.plural.replace("_", " "),
        "path": resource.plural.replace("_", "-"),
        "fields": fields,
        "bounded": [item for item in fields if item.bounds],
        "required": [item for item in fields if not item.default],
        "filters": [item for item in fields if item.field.filter],
    }

"""A resource and its fields, and the canonical line that stands for each."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One field of a resource.

    Attributes:
        name: snake_case name, the same in every layer.
        type: `str` (bounded text), `text` (long text) or `bool`.
        min: least length of a text, in characters.
        max: greatest length of a text, in characters; `None` for no bound.
        null: whether null is a value of the field.
        default: value where a client gives none; `None` for no default.
        filter: whether lists can be filtered by the field.
    """

    name: str
    type: str
    min: int = 0
    max: int | None = None
    null: bool = False
    default: bool | None = None
    filter: bool = False

    def __str__(self) -> str:
        """Return the canonical field line, as in `title:str:1..200`."""
        parts = [self.name, self.type]
        if self.min or self.max is not None:
            parts.append(f"{self.min or ''}..{'' if self.max is None else self.max}")
        parts += [word for word in ("null", "filter") if getattr(self, word)]
        default = "" if self.default is None else f"={str(self.default).lower()}"
        return ":".join(parts) + default


@dataclass(frozen=True)
class Resource:
    """One resource: a table, its schemas, its service and its routes.

    Attributes:
        name: PascalCase class name, singular.
        plural: snake_case plural, the name of its table, router and route.
        fields: its own fields, in the order of the columns; the rest every resource has.
    """

    name: str
    plural: str
    fields: tuple[Field, ...]

    @property
    def singular(self) -> str:
        """The snake_case singular, as in `OrderItem` -> `order_item`."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", self.name).lower()


TASK = Resource(
    name="Task",
    plural="tasks",
    fields=(
        Field("title", "str", min=1, max=200),
        Field("description", "text", max=1000, null=True),
        Field("completed", "bool", default=False, filter=True),
    ),
)
"""The example of a new project, from the owner's document."""

"""What all schemas share."""

import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator
from pydantic.json_schema import SkipJsonSchema

# No encoding has half a surrogate pair, and PostgreSQL does not store NUL.
UNSTORABLE = re.compile("[\\x00\\ud800-\\udfff]")


def to_whole(value: object) -> object:
    """Return 1 for 1.0, which JSON Schema takes for an integer."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


# What every JSON client, JavaScript's included, holds exactly.
Id = Annotated[int, Field(ge=1, le=2**53 - 1), BeforeValidator(to_whole)]
# The value of a parameter that is left out: no URL can hold null.
Absent = SkipJsonSchema[None]


class RequestModel(BaseModel):
    """Input that refuses unknown names, so that a misspelt one is not lost in silence.

    It is as strict about types as the OpenAPI document: neither "1" nor true is an integer.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    @field_validator("*", mode="before")
    @classmethod
    def take_whole(cls, value: object) -> object:
        """Take a number without a fraction for an integer."""
        return to_whole(value)

    @field_validator("*")
    @classmethod
    def refuse_unstorable(cls, value: object) -> object:
        """Refuse a text that no database stores."""
        if isinstance(value, str) and UNSTORABLE.search(value):
            raise ValueError("must contain neither NUL nor half a surrogate pair")
        return value


class QueryModel(RequestModel):
    """The parameters of a query, all of which come as texts."""

    model_config = ConfigDict(strict=False)

"""What all schemas share."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

# What every JSON client, JavaScript's included, holds exactly.
Id = Annotated[int, Field(ge=1, le=2**53 - 1)]


class RequestModel(BaseModel):
    """Input that refuses unknown names, so that a misspelt one is not lost in silence."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*")
    @classmethod
    def refuse_nul(cls, value: object) -> object:
        """Refuse a text with the character NUL, which PostgreSQL does not store."""
        if isinstance(value, str) and "\0" in value:
            raise ValueError("must not contain the character NUL")
        return value

"""What all schemas share."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

# The greatest integer that every JSON client, JavaScript's included, holds exactly.
Id = Annotated[int, Field(ge=1, le=2**53 - 1)]


class RequestBody(BaseModel):
    """A body that refuses unknown fields, so that a misspelt one is not lost in silence."""

    model_config = ConfigDict(extra="forbid")

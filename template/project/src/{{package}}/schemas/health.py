"""What goes out about the state of the application."""

from typing import Literal

from pydantic import BaseModel


class Health(BaseModel):
    """The state of the application when all is well."""

    status: Literal["ok"] = "ok"

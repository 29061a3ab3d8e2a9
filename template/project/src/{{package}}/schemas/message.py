"""What goes out when there is nothing but a sentence to say."""

from pydantic import BaseModel


class Message(BaseModel):
    """A sentence for people."""

    message: str

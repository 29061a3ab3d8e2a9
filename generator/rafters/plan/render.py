"""Renders templates; the one module that knows Jinja."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pickle import UnpicklingError
from typing import Protocol

from jinja2 import BytecodeCache, DictLoader, Environment, StrictUndefined
from jinja2.bccache import Bucket


class Store(Protocol):
    """Where compiled templates are kept: to compile them takes longer than all else."""

    def get(self, key: str) -> bytes | None:
        """Return what is kept under a key, if there is something."""

    def __setitem__(self, key: str, content: bytes) -> None:
        """Keep something, or not."""


@dataclass(frozen=True)
class Templates:
    """Templates that may import one another by their names.

    Attributes:
        sources: by name.
        store: where their compiled forms are kept; `None` for nowhere.
    """

    sources: Mapping[str, str]
    store: Store | None = field(default=None, compare=False)

    @cached_property
    def environment(self) -> Environment:
        """What compiles each of them once, however often it is rendered."""
        return Environment(
            loader=DictLoader(dict(self.sources)),
            autoescape=False,  # noqa: S701  (Python, TOML and Markdown are made, not HTML)
            undefined=StrictUndefined,
            keep_trailing_newline=True,
            trim_blocks=True,
            lstrip_blocks=True,
            bytecode_cache=_Compiled(self.store) if self.store is not None else None,
        )


def render(
    templates: Templates, context: Mapping[str, object], names: Iterable[str] | None = None
) -> dict[str, str]:
    """Return the rendered text of templates, by their names.

    Args:
        templates: all that there are.
        context: the names that they may use; any other raises.
        names: which of them to render; all where nothing is said.

    Raises:
        jinja2.TemplateError: a template is wrong, which is a fault of Rafters.
    """
    wanted = templates.sources if names is None else names
    return {name: templates.environment.get_template(name).render(context) for name in wanted}


class _Compiled(BytecodeCache):
    """Compiled templates as Jinja wants them; it checks itself that each fits its source."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            bucket.bytecode_from_string(self._store.get(bucket.key) or b"")
        except (UnpicklingError, EOFError, ValueError, LookupError):  # whoever damaged it
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._store[bucket.key] = bucket.bytecode_to_string()

"""How a template says what verifies it: `[tool.rafters.verify]`, or `rafters-verify.toml`."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from rafters.errors import Problem, UsageError

_COMMAND_LIST = 'a list of commands, as in ["uv run pytest"]'
_PATTERNS = 'a list of patterns, as in ["docs/*.yml"]'
_LISTS = ("setup", "static", "test")
_WANTED = {
    **dict.fromkeys(_LISTS, _COMMAND_LIST),
    "values": 'a table of lists, as in {name = ["a", "b"]}',
    **dict.fromkeys(("ignore", "random"), _PATTERNS),
    "strict": "true or false",
    "timeout": "seconds",
}
"""The keys, and what each must be."""

Command = tuple[str, ...]
"""A program and its arguments; no shell reads them."""


@dataclass(frozen=True)
class Settings:
    """What a template says of its verification.

    Attributes:
        setup: commands that install what the others need; `None` where nothing is said.
        static: commands that look at the code.
        test: commands that run it.
        values: more answers to try, by question.
        ignore: patterns of paths whose files are not looked at.
        random: patterns of paths whose files differ from render to render, as secrets do.
        strict: whether an undefined name is a failure, and no warning.
        timeout: seconds that one command may take; `None` where nothing is said.
    """

    setup: tuple[Command, ...] | None = None
    static: tuple[Command, ...] | None = None
    test: tuple[Command, ...] | None = None
    values: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    random: tuple[str, ...] = ()
    strict: bool = False
    timeout: float | None = None

    @property
    def says_commands(self) -> bool:
        """Whether it says what to run."""
        return any(part is not None for part in (self.setup, self.static, self.test))


def read(table: Mapping[str, object], where: str) -> Settings:
    """Return the settings in a table of TOML.

    Args:
        table: what stands there.
        where: named in messages.

    Raises:
        UsageError: with every key and value that is wrong.
    """
    problems = [*_unknown(table, where), *_wrong(table, where)]
    if problems:
        raise UsageError(problems)
    parts = {key: _commands(table[key]) if key in table else None for key in _LISTS}
    values, timeout = table.get("values"), table.get("timeout")
    return Settings(
        **parts,
        values={name: tuple(items) for name, items in _mapping(values).items()},
        ignore=_texts(table.get("ignore")) or (),
        random=_texts(table.get("random")) or (),
        strict=table.get("strict") is True,
        timeout=float(timeout) if isinstance(timeout, int | float) else None,
    )


def _unknown(table: Mapping[str, object], where: str) -> Iterator[Problem]:
    """Yield the keys that mean nothing."""
    for key in sorted(table.keys() - _WANTED.keys()):
        close = get_close_matches(key, _WANTED, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"one of: {', '.join(_WANTED)}"
        yield Problem("bad-settings", f"{where}: {key!a} is not known", hint)


def _wrong(table: Mapping[str, object], where: str) -> Iterator[Problem]:
    """Yield the keys whose values cannot be used."""
    for key, wanted in _WANTED.items():
        if key in table and not _takes(key, table[key]):
            yield Problem("bad-settings", f"{where}: {key} must be {wanted}")


def _takes(key: str, value: object) -> bool:
    """Tell whether a key takes a value."""
    if key in _LISTS:
        return _commands(value) is not None
    if key in {"ignore", "random"}:
        return _texts(value) is not None
    if key == "values":
        return isinstance(value, Mapping) and all(isinstance(v, list) for v in value.values())
    if key == "strict":
        return isinstance(value, bool)
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _commands(value: object) -> tuple[Command, ...] | None:
    """Return commands, each a text or a list of words; `None` if they are neither."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return None
    found = []
    for item in value:
        try:
            words = tuple(shlex.split(item)) if isinstance(item, str) else item
        except ValueError:
            return None
        argv = _texts(words)
        if not argv:
            return None
        found.append(argv)
    return tuple(found)


def _texts(value: object) -> tuple[str, ...] | None:
    """Return a list of texts; `None` where it is none."""
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return tuple(map(str, value))
    return None


def _mapping(value: object) -> Mapping[str, list[object]]:
    return value if isinstance(value, Mapping) else {}

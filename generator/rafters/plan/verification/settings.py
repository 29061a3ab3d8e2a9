"""How a template says what verifies it: `[tool.rafters.verify]`, or `rafters-verify.toml`."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from rafters.errors import Problem, UsageError

KEYS = ("setup", "static", "test", "values", "ignore", "strict", "timeout")

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
        strict: whether an undefined name is a failure, and no warning.
        timeout: seconds that one command may take; `None` where nothing is said.
    """

    setup: tuple[Command, ...] | None = None
    static: tuple[Command, ...] | None = None
    test: tuple[Command, ...] | None = None
    values: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
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
    problems: list[Problem] = []

    def wrong(key: str, wanted: str) -> None:
        problems.append(Problem("bad-settings", f"{where}: {key} must be {wanted}"))

    for key in table.keys() - set(KEYS):
        close = get_close_matches(key, KEYS, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"one of: {', '.join(KEYS)}"
        problems.append(Problem("bad-settings", f"{where}: {key!a} is not known", hint))
    lists = {}
    for key in ("setup", "static", "test"):
        lists[key] = _commands(table[key]) if key in table else None
        if key in table and lists[key] is None:
            wrong(key, 'a list of commands, as in ["uv run pytest"]')
    values = table.get("values", {})
    if not isinstance(values, Mapping) or not all(isinstance(v, list) for v in values.values()):
        wrong("values", 'a table of lists, as in {name = ["a", "b"]}')
        values = {}
    ignore = table.get("ignore", [])
    if not _are_texts(ignore):
        wrong("ignore", 'a list of patterns, as in ["docs/*.yml"]')
        ignore = []
    strict = table.get("strict", False)
    if not isinstance(strict, bool):
        wrong("strict", "true or false")
    timeout = table.get("timeout")
    if timeout is not None and (
        isinstance(timeout, bool) or not isinstance(timeout, int | float) or timeout <= 0
    ):
        wrong("timeout", "seconds")
    if problems:
        raise UsageError(problems)
    return Settings(
        lists["setup"],
        lists["static"],
        lists["test"],
        {name: tuple(items) for name, items in values.items()},
        tuple(map(str, ignore)) if isinstance(ignore, list) else (),
        strict=bool(strict),
        timeout=float(timeout) if isinstance(timeout, int | float) else None,
    )


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
        if not words or not _are_texts(words):
            return None
        found.append(tuple(map(str, words)))
    return tuple(found)


def _are_texts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)

"""What earlier runs found: verdicts that passed, by all that they depend on."""

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rafters.effects.cache import Cache
from rafters.plan.tree import Tree
from rafters.plan.verification.verdicts import Verdict

_LOCKS = frozenset({"uv.lock", "poetry.lock", "pdm.lock", "pixi.lock"})


@dataclass(frozen=True)
class Known:
    """Verdicts that passed; a failure runs again, for it may have been the network's.

    Attributes:
        wanted: whether earlier runs count; what is found is kept in any case.
        store: where they are kept.
    """

    wanted: bool
    store: Cache

    def get(self, *parts: object) -> dict[str, Any] | None:
        """Return what is kept under all that it depends on, if there is something."""
        found = self.store.get(_key(parts)) if self.wanted else None
        try:
            return dict(json.loads(found)) if found else None
        except ValueError:  # whoever damaged it
            return None

    def put(self, data: Mapping[str, object], *parts: object) -> None:
        """Keep something under all that it depends on."""
        self.store[_key(parts)] = json.dumps(data).encode()

    def verdicts(self, *parts: object) -> dict[str, Verdict] | None:
        """Return verdicts that are kept."""
        found = self.get(*parts)
        return {lane: verdict(item) for lane, item in found.items()} if found else None

    def keep(self, told: Mapping[str, Verdict], *parts: object) -> None:
        """Keep verdicts, if nothing failed."""
        if told and not any(item.failed for item in told.values()):
            self.put({lane: asdict(item) for lane, item in told.items()}, *parts)


def verdict(data: Mapping[str, Any]) -> Verdict:
    """Return a verdict that was kept."""
    return Verdict(**{**data, "warnings": tuple(data["warnings"]), "cached": True, "seconds": 0.0})


def day(tree: Tree) -> str:
    """Return the day, where a tree has no lock: tomorrow it may get other dependencies."""
    locked = any(path.rpartition("/")[2] in _LOCKS for path in tree)
    return "" if locked else datetime.now(UTC).date().isoformat()


@cache
def machine() -> str:
    """Return what a verdict depends on beside the template: Python, copier, uv and Rafters."""
    programs = [f"{name} {version(name)}" for name in ("copier", "jinja2", "uv")]
    package = Path(__file__).parents[2]
    own = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        own.update(path.read_bytes())
    return " ".join([platform.python_version(), platform.machine(), *programs, own.hexdigest()])


def _key(parts: tuple[object, ...]) -> str:
    text = json.dumps([machine(), *parts], sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

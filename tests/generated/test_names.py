"""Real projects, with resources and fields that are called whatever may be a name."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import spawn
from generated.blueprints_run import installed
from plan import test_names_rendered as sweep

from rafters.effects import uv, verify
from rafters.effects.verify import Scope
from rafters.plan.resources import routes
from rafters.spec import blueprint
from rafters.spec.resource import Blueprint, Resource

pytestmark = pytest.mark.slow

SAMPLES = 4
"""Modules of tests that are run in each project."""


def called() -> Iterator[Resource]:
    """Yield resources whose names and plurals mean something to Python or to our templates."""
    yield from filter(sweep.risky, sweep.resources())
    yield from filter(sweep.risky, sweep.links())
    yield from filter(sweep.risky, sweep.plurals())


def wanted(kind: str) -> Blueprint:
    """Return the blueprint of a project."""
    found = sweep.fields((3,), "Z") if kind == "fields" else called()
    return max(sweep.packed(found), key=lambda pack: len(pack.resources))


@pytest.mark.parametrize("kind", ["fields", "resources"])
def test_whatever_is_accepted_is_green(tmp_path: Path, kind: str) -> None:
    """Types, lint, import, OpenAPI, migrations and a sample of tests pass for every name."""
    made = wanted(kind)
    shop = installed(tmp_path)
    spec = tmp_path / "spec.toml"
    spec.write_text("\n".join(map(blueprint.record, made.resources.values())), encoding="utf-8")
    applied = spawn("apply", str(spec), "--verify", "none", cwd=shop)
    assert not applied.code, applied.err
    every = sorted(path.relative_to(shop).as_posix() for path in shop.glob("tests/test_*.py"))
    served = frozenset(
        routes({"api_prefix": "/api"}, resource) for resource in made.resources.values()
    )
    tests = tuple(every[:: len(every) // SAMPLES])
    for gate in verify.gates(Scope("shop.main", served, tests)):
        argv = [*uv.run(shop), *gate.argv]
        done = subprocess.run(argv, cwd=shop, capture_output=True, text=True, check=False)
        assert not done.returncode, f"{gate.name}: {(done.stdout + done.stderr)[-4000:]}"

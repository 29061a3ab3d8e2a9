"""Real projects, with resources and fields that are called whatever may be a name."""

import subprocess
from pathlib import Path

import pytest
from conftest import spawn
from generated.blueprints_run import installed
from plan import test_names_rendered as sweep

from rafters.effects import uv, verify
from rafters.effects.verify import Scope
from rafters.plan.resources import routes
from rafters.spec import blueprint
from rafters.spec.resource import Blueprint

pytestmark = pytest.mark.slow

RESOURCES_EACH = 6
"""Resources of one project: a sample, since each takes seconds."""

SAMPLE = "create_answers or get_returns"
"""The tests that are run of each resource."""


def wanted(kind: str) -> Blueprint:
    """Return the blueprint of a project: fields of every name, or some resources that are risky."""
    found = {"fields": lambda: sweep.fields((3,), "Z"), "resources": sweep.resources}
    found |= {"links": sweep.links, "plurals": sweep.plurals}
    risky = list(filter(sweep.risky, found[kind]()))
    pack = max(sweep.packed(risky), key=lambda pack: len(pack.resources))
    stride = -(-len(pack.resources) // RESOURCES_EACH)
    chosen = list(pack.resources.values())[::stride]
    if kind == "resources":
        chosen.append(blueprint.resource("Testimonial", ["title:str"]))  # pytest takes Test... too
    return blueprint.check(Blueprint().plus(*chosen))


@pytest.mark.parametrize("kind", ["fields", "links", "plurals", "resources"])
def test_whatever_is_accepted_is_green(tmp_path: Path, kind: str) -> None:
    """Types, lint, import, OpenAPI, migrations and a sample of tests pass for every name."""
    made = wanted(kind)
    shop = installed(tmp_path)
    spec = tmp_path / "spec.toml"
    spec.write_text("\n".join(map(blueprint.record, made.resources.values())), encoding="utf-8")
    applied = spawn("apply", str(spec), "--verify", "none", cwd=shop)
    assert not applied.code, applied.err
    served = frozenset(
        routes({"api_prefix": "/api"}, resource) for resource in made.resources.values()
    )
    for gate in reversed(verify.gates(Scope("shop.main", served))):
        argv = [*uv.run(shop), *gate.argv, *(["-k", SAMPLE] if gate.name == "tests" else [])]
        done = subprocess.run(argv, cwd=shop, capture_output=True, text=True, check=False)
        assert not done.returncode, f"{gate.name}: {(done.stdout + done.stderr)[-4000:]}"

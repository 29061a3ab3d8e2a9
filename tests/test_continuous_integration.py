"""The files for continuous integration are valid, and run the gates that Rafters runs."""

import ast
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import FILES, Rafters

from rafters.effects import verify

GITHUB = ".github/workflows/ci.yml"
GITLAB = ".gitlab-ci.yml"
SCHEMAS = {GITHUB: "vendor.github-workflows", GITLAB: "vendor.gitlab-ci"}
FLAVOURS = {"github": {GITHUB}, "gitlab": {GITLAB}, "none": set[str]()}


@pytest.fixture(params=FLAVOURS)
def shop(request: pytest.FixtureRequest, rafters: Rafters, folder: Path) -> tuple[Path, set[str]]:
    """Make a project with each answer, and return it with the files that it should have."""
    assert rafters("new", "shop", *FILES, "--set", f"ci={request.param}").code == 0
    return folder / "shop", FLAVOURS[request.param]


def commands(path: Path) -> list[str]:
    """Return what a file runs, in order."""
    loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    if path.name == GITLAB:
        return list(loaded["check"]["script"])
    steps = loaded["jobs"]["check"]["steps"]
    return [step["run"] for step in steps if "run" in step]


def test_ci_is_as_asked(shop: tuple[Path, set[str]]) -> None:
    """A project has the file that was asked for, valid by its schema, and no other."""
    root, expected = shop
    assert {name for name in SCHEMAS if (root / name).exists()} == expected
    assert (root / ".github").exists() == (GITHUB in expected)
    assert ("CI runs" in (root / "README.md").read_text(encoding="utf-8")) == bool(expected)
    for name in expected:
        checker = Path(sys.executable).parent / "check-jsonschema"
        argv = [str(checker), "--builtin-schema", SCHEMAS[name], str(root / name)]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        written = (root / name).read_text(encoding="utf-8")
        for action in re.findall(r"uses: (.*)", written):
            assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action)
        assert re.search(r"uv:\d+\.\d+\.\d+-|version: \"\d+\.\d+\.\d+\"", written)


def test_ci_may_do_next_to_nothing(rafters: Rafters, folder: Path) -> None:
    """What runs on GitHub, others' code included, can read the repository and nothing more."""
    assert rafters("new", "shop", *FILES, "--set", "ci=github").code == 0
    workflow = yaml.safe_load((folder / "shop" / GITHUB).read_text(encoding="utf-8"))
    assert workflow["permissions"] == {}
    assert [job["permissions"] for job in workflow["jobs"].values()] == [{"contents": "read"}]


def test_ci_runs_the_gates(shop: tuple[Path, set[str]]) -> None:
    """What passes on a developer's machine passes in CI: the commands are the same."""
    root, expected = shop
    for name in expected:
        ran = [shlex.split(command.removeprefix("uv run ")) for command in commands(root / name)]
        alembic = [words[5:] for words in ran if words[3:5] == ["-m", "alembic"]]
        nodes = ast.walk(ast.parse(verify.MIGRATIONS))
        (migrations,) = [node.iter for node in nodes if isinstance(node, ast.For)]
        assert alembic == list(ast.literal_eval(migrations))
        for gate in verify.gates(verify.Scope(main="shop.main")):
            argv = [word for word in gate.argv if word != "-q"]
            if gate.name == "openapi":
                argv[-1] = "from shop.main import app; app.openapi()"
            assert gate.name == "migrations" or argv in ran, gate.name

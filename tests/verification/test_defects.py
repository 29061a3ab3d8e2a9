"""Templates with one defect each: it is found, and the smallest answers that make it are named."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import Outcome, Rafters
from small_templates import QUESTIONS, commit, make

from rafters.errors import FAILED

pytestmark = pytest.mark.slow

PYTHON = 'test = ["python3 check.py"]'
UV = """\
[project]
name = "{{ name }}"
version = "0"
requires-python = ">=3.11"
dependencies = [{% if not docs %}"idna"{% endif %}]

[tool.uv]
package = false
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a folder for temporary files, in which nothing but kept trees may be left."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    left = [path.name for path in folder.iterdir()]
    assert not [name for name in left if not name.startswith("rafters-failed-")]


def causes(done: Outcome) -> list[dict[str, Any]]:
    """Return the causes in a report, and see that each keeps its tree."""
    assert done.code == FAILED, done.out
    data = done.envelope["data"]
    assert all(cause["exact"] for cause in data["causes"])
    found: list[dict[str, Any]] = data["causes"]
    return found


def found(done: Outcome) -> set[tuple[str, tuple[tuple[str, str], ...]]]:
    """Return in which lanes which answers fail."""
    return {(cause["lane"], tuple(sorted(cause["answers"].items()))) for cause in causes(done)}


DEFECTS: dict[str, tuple[Mapping[str, str], str, str, dict[str, str]]] = {
    "a branch that does not render": (
        {"a.txt.jinja": "{% if database == 'pg' %}{{ settings.url }}{% endif %}"},
        "",
        "render",
        {"database": "pg"},
    ),
    "a file that is no TOML in one pair": (
        {"a.toml.jinja": "x = {% if docs and ci == 'gitlab' %}{% else %}1{% endif %}\n"},
        "",
        "render",
        {"docs": "true", "ci": "gitlab"},
    ),
    "a file that differs each time": (
        {"a.txt.jinja": "{% if docs %}{{ 999999999 | ans_random }}{% endif %}"},
        "",
        "render",
        {"docs": "true"},
    ),
    "a name that nothing renders": (
        {"{% if database == 'pg' %}a.txt{% endif %}": "on {{ database }}\n"},
        "",
        "render",
        {"database": "pg"},
    ),
    "a path of the machine": (
        {"a.txt.jinja": "{% if ci == 'gitlab' %}{{ _copier_conf.src_path }}{% endif %}"},
        "",
        "render",
        {"ci": "gitlab"},
    ),
    "a file outside": (
        {"{% if ci == 'gitlab' %}..{% else %}in{% endif %}/a.txt": "a"},
        "",
        "render",
        {"ci": "gitlab"},
    ),
    "a test that fails for one pair": (
        {"check.py.jinja": "assert not {{ database == 'pg' and docs }}\n"},
        PYTHON,
        "test",
        {"database": "pg", "docs": "true"},
    ),
    "a linter that fails": (
        {"check.py.jinja": "assert {{ database != 'sqlite' }}\n"},
        'static = ["python3 check.py"]',
        "static",
        {"database": "sqlite"},
    ),
    "a default that is at fault": (
        {"check.py.jinja": "assert {{ database != 'none' or docs }}\n"},
        PYTHON,
        "test",
        {"database": "none", "docs": "false"},
    ),
    "a dependency that is missing": (
        {
            "pyproject.toml.jinja": UV,
            "check.py.jinja": "{% if database == 'pg' %}import idna{% endif %}\n",
        },
        'setup = ["uv sync"]\ntest = ["uv run --no-sync python check.py"]',
        "test",
        {"database": "pg", "docs": "true"},
    ),
}


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_is_found(rafters: Rafters, tmp_path: Path, name: str) -> None:
    """The lane and exactly the answers that make it fail are named, and the command repeats it."""
    files, said, lane, answers = DEFECTS[name]
    template = make(tmp_path / "template", files, said=said)
    done = rafters("verify", str(template), "--json", "--no-cache")
    assert found(done) == {(lane, tuple(sorted(answers.items())))}
    (cause,) = causes(done)
    again = rafters(*cause["command"].split()[1:], "--json", "--no-cache")
    assert [cause["lane"] for cause in causes(again)] == [lane]
    if name not in {"a file outside", "a branch that does not render"}:  # they have no tree
        assert Path(cause["kept"]).is_dir()


def test_a_hanging_test_is_stopped_with_its_children(rafters: Rafters, tmp_path: Path) -> None:
    """After the time-out neither the command nor what it started runs any more."""
    mark = f"3{time.monotonic_ns() % 10**9}"
    code = f"import subprocess\n{{% if docs %}}subprocess.run(['sleep', '{mark}']){{% endif %}}\n"
    template = make(tmp_path / "template", {"check.py.jinja": code}, said=PYTHON)
    # a render has no more time than a test
    limits = ("--timeout", "15s", "--jobs", "2")
    done = rafters("verify", str(template), "--json", "--no-cache", *limits)
    assert found(done) == {("test", (("docs", "true"),))}
    assert "stopped after 15 s" in causes(done)[0]["message"]
    running = ["pgrep", "--full", f"sleep {mark}"]
    assert subprocess.run(running, check=False, stdout=subprocess.DEVNULL).returncode == 1


def test_a_lost_edit_is_found(rafters: Rafters, tmp_path: Path) -> None:
    """A file that the template drops, and that people have edited, is gone without a word."""
    guide = {"{% if docs %}GUIDE.md{% endif %}": "# Guide\n", "README.md": "# Read\n"}
    template = make(tmp_path / "template", guide)
    commit(template, "v1.0.0")
    shutil.rmtree(template / "files")
    make(template, {"README.md": "# Read me\n"})
    commit(template)
    done = rafters("verify", str(template), "--json", "--no-cache", "--lane", "update")
    assert found(done) == {("update", (("docs", "true"),))}
    assert "GUIDE.md: a line at its end is lost" in causes(done)[0]["output"]


def test_an_update_that_breaks_the_tests_is_found(rafters: Rafters, tmp_path: Path) -> None:
    """What passes when new may fail when updated, as where an old file is never replaced."""
    skip = f"_skip_if_exists: [check.py]\n{QUESTIONS}"
    template = make(tmp_path / "template", {"check.py": "raise SystemExit(1)\n"}, skip, PYTHON)
    commit(template, "v1.0.0")
    make(template, {"check.py": "print()\n"}, skip, PYTHON)
    commit(template)
    done = rafters("verify", str(template), "--json", "--no-cache")
    assert found(done) == {("update", ())}


def test_free_text_that_breaks_quotes_is_found(rafters: Rafters, tmp_path: Path) -> None:
    """An answer that is put between quotes unescaped makes a file that does not parse."""
    template = make(tmp_path / "template", {"a.toml.jinja": 'name = "{{ name }}"\n'})
    assert rafters("verify", str(template), "--json", "--no-cache").code == 0
    done = rafters("verify", str(template), "--json", "--no-cache", "--hostile")
    ((lane, answers),) = found(done)
    assert (lane, *dict(answers)) == ("render", "name")

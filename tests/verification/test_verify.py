"""`rafters verify` as a command: its exit codes, its cache, its shards, its reports."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Outcome, Rafters
from small_templates import QUESTIONS, commit, make
from waiting import until

from rafters.effects.verification import runner
from rafters.errors import BUDGET, DONE, FAILED, INTERRUPTED, NO_PROJECT, USAGE

CHECK = {"check.py.jinja": "assert {{ database != 'pg' or not docs }}\n"}
SAID = 'test = ["python3 check.py"]'


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a cache and a folder for temporary files of the test's own."""
    for name, variable in (("cache", "XDG_CACHE_HOME"), ("temporary", "TMPDIR")):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(variable, str(tmp_path / name))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path / "cache"


def statuses(done: Outcome) -> dict[str, dict[str, str]]:
    """Return the status of each lane, by combination."""
    rows = done.envelope["data"]["combinations"]
    return {row["key"]: {lane["lane"]: lane["status"] for lane in row["lanes"]} for row in rows}


def verdicts(done: Outcome) -> list[dict[str, Any]]:
    """Return all verdicts."""
    return [lane for row in done.envelope["data"]["combinations"] for lane in row["lanes"]]


def test_the_plan_is_printed(rafters: Rafters, tmp_path: Path) -> None:
    """Every combination, and how many pairs they cover; nothing is run."""
    make(tmp_path / "template", CHECK)
    done = rafters("verify", str(tmp_path / "template"), "--plan")
    assert done.code == DONE
    assert "reachable pairs are covered" in done.out
    assert "database=pg" in done.out
    data = rafters("verify", str(tmp_path / "template"), "--plan", "--json").envelope["data"]
    assert data["plan"]["questions"]["database"] == ["none", "sqlite", "pg"]
    assert data["plan"]["coverage"]["complete"]
    assert len(set(data["plan"]["keys"])) == len(data["plan"]["keys"]) >= 6


QUESTIONNAIRE = """
kind:
  type: str
  choices: [app, lib]
port:
  type: int
  default: 80
  when: "{{ kind == 'app' }}"
  validator: "{% if port < 1 or port > 65535 %}no port{% endif %}"
ratio:
  type: float
  default: 0.5
parts:
  type: str
  multiselect: true
  choices: [a, b]
  default: [a]
flavour:
  type: str
  choices: |
    {% if kind == 'app' %}[web, cli]{% else %}[pure]{% endif %}
licence:
  type: str
  choices:
    MIT: mit
    Closed: {value: closed, validator: "{% if kind == 'lib' %}libraries are open{% endif %}"}
slug:
  type: str
  validator: "{% if not slug | regex_search('^[a-z_]+$') %}letters{% endif %}"
title:
  default: "{{ kind }} of {{ slug }}"
options:
  type: yaml
  default: {a: [1, 2]}
more:
  type: json
  default: '{"b": null}'
token:
  type: str
  secret: true
  default: ""
shown:
  type: bool
  default: "{{ kind == 'app' }}"
derived:
  type: str
  when: false
  default: "{{ flavour }}-{{ 'x' if shown else 'y' }}"
"""


def test_all_that_copier_can_ask_is_planned(rafters: Rafters, tmp_path: Path) -> None:
    """Conditions, choices by answers, validators, numbers, lists, secrets, computed ones."""
    template = make(tmp_path / "template", {}, QUESTIONNAIRE)
    plan = rafters("verify", str(template), "--plan", "--json").envelope["data"]["plan"]
    assert plan["coverage"]["complete"]
    assert plan["questions"] == {
        "kind": ["app", "lib"],
        "port": ["default", "1", "65535"],
        "ratio": ["default"],
        "parts": ["a", "(none)", "b", "a+b"],
        "flavour": ["web", "cli", "pure"],
        "licence": ["mit", "closed"],
        "slug": ["example"],
        "title": ["default"],
        "options": ["default"],
        "more": ["default"],
        "token": ["default"],
        "shown": ["true", "false"],
    }
    everything = rafters("verify", str(template), "--plan", "--strategy", "full", "--json")
    assert len(everything.envelope["data"]["plan"]["keys"]) == 3 * 4 * 2 * 2 * 2 + 4 * 2


def test_answers_are_pinned(rafters: Rafters, tmp_path: Path) -> None:
    """A pinned answer is in every combination, in the question's type."""
    template = make(tmp_path / "template", {}, QUESTIONNAIRE)
    sets = ["--set", "parts=b,a", "--set", "kind=app", "--set", "port=8080", "--set", "shown=no"]
    plan = rafters("verify", str(template), "--plan", "--json", *sets).envelope["data"]["plan"]
    assert plan["questions"] | {"kind": ["app"], "port": ["8080"]} == plan["questions"]
    assert len(plan["keys"]) == 4


WRONG = {
    "no option": (["--strategy", "most"], "is no strategy"),
    "no question": (["--set", "databse=pg"], "has no question 'databse'"),
    "no choice": (["--set", "database=oracle"], "database cannot be 'oracle'"),
    "no number": (["--timeout", "soon"], "--timeout 'soon' is no duration"),
    "no shard": (["--shard", "3/2"], "is no shard"),
    "no commit": (["--changed-since", "v1"], "is no repository"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_used_is_told(rafters: Rafters, tmp_path: Path, name: str) -> None:
    """Options that mean nothing end with 2 and with a line that says so."""
    argv, message = WRONG[name]
    make(tmp_path / "template", CHECK)
    done = rafters("verify", str(tmp_path / "template"), *argv)
    assert done.code == USAGE, done.err
    assert message in done.err
    assert "Traceback" not in done.err


BROKEN = {
    "no YAML": ("a: [", "", "copier.yml"),
    "an unknown type": ("a:\n  type: decimal\n", "", "question a"),
    "a condition that fails": ("a:\n  type: str\n  when: '{{ 1 / 0 }}'\n", "", "question a"),
    "no answer that fits": (
        "a:\n  type: str\n  validator: 'never'\n",
        "",
        "give one with --set a=...",
    ),
    "a template of tomorrow": ("_min_copier_version: '99'\na: b\n", "", "99"),
    "code of its own": ("_jinja_extensions: [os.path]\na: b\n", "", "add --trust"),
    "an unknown setting": ("a: b\n", "tests = []", "did you mean 'test'?"),
    "a setting of another type": ("a: b\n", "timeout = 'long'", "timeout must be seconds"),
    "values of no question": ("a: b\n", "values = {b = ['c']}", "has no question 'b'"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_wrong_template_is_told(rafters: Rafters, tmp_path: Path, name: str) -> None:
    """What is wrong in copier.yml or the settings ends with 2, and says where."""
    questions, said, message = BROKEN[name]
    done = rafters("verify", str(make(tmp_path / "template", {}, questions, said)), "--plan")
    assert done.code == USAGE, done.out
    assert message in done.err
    assert "Traceback" not in done.err


def test_where_no_template_is(rafters: Rafters, tmp_path: Path) -> None:
    """Neither here nor there: 4."""
    assert rafters("verify").code == NO_PROJECT
    assert rafters("verify", str(tmp_path)).code == NO_PROJECT


@pytest.mark.slow
def test_a_second_run_runs_nothing(
    rafters: Rafters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What passed is known, to the render; a change of the template is run again."""
    monkeypatch.setattr(runner, "day", lambda _tree: "2026-01-01")  # no midnight between two runs
    count = tmp_path / "count"
    code = f"from pathlib import Path\nwith Path({str(count)!r}).open('a') as f: f.write('x')\n"
    template = make(tmp_path / "template", {"check.py": code}, said=SAID)
    argv = ("verify", str(template), "--json", "--set", "database=pg")
    first = rafters(*argv)
    ran = count.stat().st_size
    assert first.code == DONE, first.out
    assert ran == 1, "trees that are the same but for their answers run once"
    assert {bool(row["same"]) for row in first.envelope["data"]["combinations"]} == {True, False}
    second = rafters(*argv)
    assert count.stat().st_size == ran
    assert statuses(second) == statuses(first)
    assert all(verdict["cached"] for verdict in verdicts(second) if verdict["status"] == "passed")
    (template / "files" / "check.py").write_text(f"{code}# changed\n", encoding="utf-8")
    assert rafters(*argv).code == DONE
    assert count.stat().st_size == 2 * ran
    assert rafters(*argv, "--no-cache").code == DONE
    assert count.stat().st_size == 3 * ran


@pytest.mark.slow
def test_shards_are_the_whole(rafters: Rafters, tmp_path: Path) -> None:
    """All shards, merged, say what one run says; without one of them they are refused."""
    template = make(tmp_path / "template", CHECK, said=SAID)
    argv = ("verify", str(template), "--json", "--no-cache")
    whole = rafters(*argv)
    folder = tmp_path / "reports"
    folder.mkdir()
    for number in (1, 2, 3):
        part = rafters(*argv, "--shard", f"{number}/3")
        (folder / f"{number}.json").write_text(part.out, encoding="utf-8")
    merged = rafters("verify", "--merge", str(folder), "--json")
    assert merged.code == whole.code == FAILED
    assert list(statuses(merged).items()) == list(statuses(whole).items())

    def causes(done: Outcome) -> list[tuple[str, dict[str, str], list[str]]]:
        found = done.envelope["data"]["causes"]
        return [(item["lane"], item["answers"], sorted(item["rows"])) for item in found]

    assert causes(merged) == causes(whole)
    assert causes(whole)[0][1] == {"database": "pg", "docs": "true"}
    sizes = {
        path: len(json.loads(path.read_text(encoding="utf-8"))["data"]["combinations"])
        for path in folder.iterdir()
    }
    max(sizes, key=lambda path: sizes[path]).unlink()
    refused = rafters("verify", "--merge", str(folder))
    assert refused.code == USAGE
    assert "in none of the shards" in refused.err


@pytest.mark.slow
def test_a_failure_is_reported_everywhere(
    rafters: Rafters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the terminal, as JUnit, as a page, and as GitHub's summary and annotations."""
    template = make(tmp_path / "template", CHECK, said=SAID)
    summary, xml, page = (tmp_path / name for name in ("summary.md", "verify.xml", "verify.html"))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    written = ["--junit", str(xml), "--html", str(page), "--no-cache"]
    done = rafters("verify", str(template), *written)
    assert done.code == FAILED
    assert "test fails with database=pg docs=true" in done.out
    assert "AssertionError" in done.out
    assert f"again: rafters verify {template} --strategy defaults --lane test" in done.out
    assert "::error title=test fails with database=pg docs=true::" in done.out
    assert "### ❌ test fails with database=pg docs=true" in summary.read_text(encoding="utf-8")
    suites = ET.parse(xml).getroot()  # noqa: S314  (our own)
    failures = suites.findall("./testsuite[@name='test']/testcase/failure")
    assert failures
    assert "AssertionError" in str(failures[0].text)
    cases = suites.findall("./testsuite[@name='test']/testcase")
    assert int(suites.findall("./testsuite")[-1].attrib["tests"]) == len(cases) > len(failures)
    text = page.read_text(encoding="utf-8")
    assert "database=pg docs=true" in text
    assert "http" not in text.replace("http-equiv", "")


@pytest.mark.slow
def test_the_budget_and_the_first_failure_end_a_run(rafters: Rafters, tmp_path: Path) -> None:
    """What did not begin says so; it is 5 where nothing failed until then."""
    slow = make(tmp_path / "slow", {"check.py": "import time; time.sleep(2)\n"}, said=SAID)
    done = rafters("verify", str(slow), "--json", "--budget", "1s", "--jobs", "1", "--no-cache")
    assert done.code == BUDGET
    assert "not-run" in {verdict["status"] for verdict in verdicts(done)}
    broken = make(tmp_path / "broken", {"check.py": "raise SystemExit(1)\n"}, said=SAID)
    done = rafters("verify", str(broken), "--json", "--fail-fast", "--jobs", "1", "--no-cache")
    assert done.code == FAILED
    assert [verdict["status"] for verdict in verdicts(done)].count("failed") == 1
    assert "not-run" in {verdict["status"] for verdict in verdicts(done)}


@pytest.mark.slow
def test_what_a_change_does_not_reach_is_not_run(rafters: Rafters, tmp_path: Path) -> None:
    """Combinations that render as before are skipped, those that the change reaches run."""
    files = {"check.py": "print()\n", "{% if docs %}guide.md{% endif %}": "a\n"}
    template = make(tmp_path / "template", files, said=SAID)
    commit(template)
    make(template, {**files, "{% if docs %}guide.md{% endif %}": "b\n"}, said=SAID)
    done = rafters("verify", str(template), "--json", "--no-cache", "--changed-since", "HEAD")
    assert done.code == DONE, done.out
    for row in done.envelope["data"]["combinations"]:
        (test,) = [lane for lane in row["lanes"] if lane["lane"] == "test"]
        assert test["status"] == ("passed" if row["answers"]["docs"] == "true" else "skipped")


@pytest.mark.slow
def test_tasks_run_with_trust_alone(rafters: Rafters, tmp_path: Path) -> None:
    """A foreign command does not run unless it is said, and that is told."""
    mark = tmp_path / "mark"
    questions = f"_tasks: ['touch {mark}']\n{QUESTIONS}"
    template = make(tmp_path / "template", {"a.txt": "a"}, questions)
    argv = ("verify", str(template), "--strategy", "defaults", "--no-cache")
    done = rafters(*argv)
    assert done.code == DONE
    assert "1 tasks of the template were not run: --trust runs them" in done.out
    assert not mark.exists()
    assert rafters(*argv, "--trust").code == DONE
    assert mark.exists()


@pytest.mark.slow
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_stopped_it_leaves_nothing(tmp_path: Path, sent: signal.Signals) -> None:
    """Whatever runs when the signal comes ends with the command, and no scratch stays."""
    number = f"4{time.monotonic_ns() % 10**9}"
    code = f"import subprocess\nsubprocess.run(['sleep', '{number}'])\n"
    template = make(tmp_path / "template", {"check.py": code}, said=SAID)
    process = subprocess.Popen(
        [sys.executable, "-m", "rafters", "verify", str(template)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    running = ["pgrep", "--full", f"sleep {number}"]
    until(lambda: subprocess.run(running, check=False, capture_output=True).returncode == 0)
    process.send_signal(sent)
    _, err = process.communicate(timeout=60)
    if sent != signal.SIGKILL:  # of a killed command, what it started is on its own
        assert process.returncode == INTERRUPTED
        assert err == "error: interrupted: nothing is left of the run\n"
        assert subprocess.run(running, check=False, capture_output=True).returncode == 1
    until(lambda: not list((tmp_path / "temporary").iterdir()))
    for pid in subprocess.run(running, check=False, capture_output=True, text=True).stdout.split():
        os.kill(int(pid), signal.SIGKILL)


@pytest.mark.parametrize("engine", ["github", "gitlab"])
def test_workflows_are_valid(rafters: Rafters, tmp_path: Path, engine: str) -> None:
    """What is emitted is valid by its schema, and runs as many shards as were asked for."""
    argv = ["--emit", engine, "--shards", "5", "--set", "a=b c", "--trust"]
    done = rafters("verify", *argv)
    assert done.code == DONE
    assert "--set 'a=b c' --trust --strategy \"$STRATEGY\"" in done.out
    assert "1, 2, 3, 4, 5" in done.out or "parallel: 5" in done.out
    path = tmp_path / "workflow.yml"
    path.write_text(done.out, encoding="utf-8")
    schema = {"github": "vendor.github-workflows", "gitlab": "vendor.gitlab-ci"}[engine]
    checker = Path(sys.executable).parent / "check-jsonschema"
    check = [str(checker), "--builtin-schema", schema, str(path)]
    checked = subprocess.run(check, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_our_own_workflow_is_the_emitted_one(
    rafters: Rafters, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The workflow that verifies our templates at night is what the command prints today."""
    monkeypatch.chdir(ROOT)
    emitted = rafters("verify", "--emit", "github", "--shards", "16").out
    assert (ROOT / ".github" / "workflows" / "verify.yml").read_text(encoding="utf-8") == emitted


def test_our_own_questions_are_planned(rafters: Rafters, tmp_path: Path) -> None:
    """In a checkout of Rafters its own template is verified: each pair of its options meets."""
    shutil.copytree(ROOT / "template", tmp_path / "own" / "template")
    for name in ("copier.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / "own" / name)
    done = rafters("verify", str(tmp_path / "own"), "--plan", "--json")
    plan = done.envelope["data"]["plan"]
    assert plan["coverage"]["complete"]
    assert {"database", "accounts", "docker", "ci"} <= plan["questions"].keys()

"""What is looked at in a rendered tree: defects are found, other programs' braces are none."""

import pytest

from rafters.effects.verification import parsing
from rafters.errors import UsageError
from rafters.plan.tree import File, of_text
from rafters.plan.verification import checks, commands, edits, settings
from rafters.plan.verification.checks import Delimiters

NAMES = ("name", "docs")

LEFT = [
    "{{ name }}",
    "{{name}}",
    "{{- name -}}",
    "{{ name | title }}",
    "{{ _copier_conf.dst_path }}",
    "{% if docs %}",
    "{%- if not docs -%}",
    "x = [{% for x in name %}]",
]
NOT_LEFT = [
    "${{ name }}",
    "${{ github.ref }}",
    "{{ .Values.name }}",
    "{{ other }}",
    "{{ name_of_another }}",
    "{% if user %}",
    "style={{ color: 'red' }}",
    "f'{{{value}}}'",
]


def left(text: str, path: str = "a.txt", delimiters: Delimiters | None = None) -> list[str]:
    """Return what is told of a text."""
    found = checks.leftovers({path: text}, [path], NAMES, delimiters or Delimiters())
    return list(found)


@pytest.mark.parametrize("text", LEFT)
def test_names_that_nothing_rendered_are_found(text: str) -> None:
    """A name of the template between its delimiters is told with its line."""
    assert left(f"one\n{text}\n") == [f"a.txt:2: {text}"]


@pytest.mark.parametrize("text", NOT_LEFT)
def test_braces_of_other_programs_are_none(text: str) -> None:
    """GitHub, Helm, JSX and f-strings keep theirs."""
    assert left(text) == []


def test_a_template_may_have_delimiters_of_its_own() -> None:
    """What it writes around names is what is looked for, in paths too."""
    own = Delimiters("[[", "[%")
    assert left("{{ name }}", delimiters=own) == []
    assert left("[[ name ]]", delimiters=own) == ["a.txt:1: [[ name ]]"]
    assert left("", "[[ name ]].txt", own) == ["[[ name ]].txt: its name was not rendered"]


BROKEN = {
    "a.py": "def f(:\n",
    "a.pyi": "x: = 1\n",
    "a.json": "{'a': 1}",
    "a.yml": "a: b: c\n",
    "b/a.yaml": "a: [1\n",
    "a.toml": "a = \n",
}
WHOLE = {
    "a.py": "async def f() -> None: ...\n",
    "a.json": '{"a": [1, null]}',
    "tsconfig.json": "{ // a comment\n}",
    ".vscode/settings.json": "{ /* one */ }",
    ".devcontainer/devcontainer.json": "{ // one\n}",
    "a.yml": "a: !reference [b]\n---\nc: !!python/name:d.e\n",
    "chart/Chart.yaml": "name: a\n",
    "chart/templates/a.yaml": "a: {{ .Values.b }}\n{{- end }}\n",
    "a.toml": "a = 1\n",
    "template/{{ name }}.py": "{% if %}",
    "a.txt": "def f(:",
}


@pytest.mark.parametrize("path", BROKEN)
def test_files_that_do_not_parse_are_found(path: str) -> None:
    """Each is told with its path and what it is not."""
    (found,) = parsing.broken({path: BROKEN[path]}, python=True)
    assert found.startswith(path)
    assert "no " in found


def test_files_that_parse_are_none() -> None:
    """Tags, comments and templates of other programs are taken as they are."""
    assert list(parsing.broken(WHOLE, python=True)) == []
    assert list(parsing.broken({"a.py": "def f(:"}, python=False)) == []


def test_answers_come_back() -> None:
    """An answer of another type or value is told; where there is no file, nothing is."""
    wanted = {"a": "1", "b": True, "c": [1]}
    assert list(checks.answers(wanted, wanted, "x")) == []
    assert list(checks.answers(wanted, None, "x")) == []
    told = list(checks.answers(wanted, {"a": 1, "b": True}, "x"))
    assert told == ["x: a is 1, the answer was '1'", "x: the answer to c is missing"]


def test_many_findings_are_told_in_part() -> None:
    """Ten, and how many more there are."""
    assert checks.told(map(str, range(12))) == [*map(str, range(10)), "and 2 more"]


FOUND = {
    "uv": {
        "pyproject.toml": "[project]\n[dependency-groups]\ndev = ['pytest>=8', 'Ruff']\n",
        "tests/test_a.py": "",
    },
    "tox": {"tox.ini": "", "noxfile.py": ""},
    "nox": {"noxfile.py": ""},
    "make": {"Makefile": "test:\n\tpytest\nlint: x\nVAR := 1\n"},
    "pytest": {"tests/a_test.py": ""},
    "nothing": {"README.md": "", "pyproject.toml": "broken ["},
}


@pytest.mark.parametrize("origin", FOUND)
def test_commands_are_found(origin: str) -> None:
    """What a project has says what verifies it."""
    found = commands.found(of_text(FOUND[origin]))
    assert found.origin == origin
    assert bool(found.test) is (origin != "nothing")
    if origin == "uv":
        assert found.setup == (("uv", "sync", "--all-groups"),)
        assert found.static == (("uv", "run", "--no-sync", "ruff", "check"),)
        assert found.test == (("uv", "run", "--no-sync", "pytest"),)
    if origin == "make":
        assert found.static == (("make", "lint"),)


def test_settings_come_first() -> None:
    """Where a template says what to run, nothing is looked for."""
    said = settings.read({"test": ["a 'b c'", ["d", "e f"]]}, "x")
    found = commands.commands(said, of_text(FOUND["nox"]))
    assert found.test == (("a", "b c"), ("d", "e f"))
    assert found.setup == ()


@pytest.mark.parametrize(
    "table",
    [
        {"test": "pytest"},
        {"test": [["a", 1]]},
        {"test": ["'"]},
        {"test": [""]},
        {"ignore": "a"},
        {"strict": 1},
        {"timeout": True},
        {"timeout": 0},
        {"values": {"a": "b"}},
        {"tests": []},
    ],
)
def test_settings_that_mean_nothing_are_refused(table: dict[str, object]) -> None:
    """Each is told with the file that it stands in."""
    with pytest.raises(UsageError, match=r"^here: "):
        settings.read(table, "here")


TREE = of_text(
    {
        "a.py": "import os\n\n\ndef f():\n    pass\n",
        "a.md": "# A\n",
        "a.json": "{}",
        "LICENSE": "MIT",
        ".answers": "a: b\n",
    }
)


def test_edits_that_stay_are_not_told() -> None:
    """A line amid and at the end of files, an own file, a deleted one: all are seen to be there."""
    changed, made = edits.edited(TREE, ".answers")
    assert set(changed) == {"a.py", "a.md", "LICENSE", edits.OWN}
    after = {path: file for path, file in {**TREE, **changed}.items() if file is not None}
    compile(after["a.py"].content, "a.py", "exec")
    assert list(edits.lost(made, after)) == []
    assert edits.conflicts(after) == []


def test_edits_that_are_lost_are_told() -> None:
    """Each that is gone without a word; a conflict is a word."""
    _, made = edits.edited(TREE, ".answers")
    told = list(edits.lost(made, TREE))
    assert "a.py: a line amid it is lost" in told
    assert "a.md: a line at its end is lost" in told
    assert "LICENSE: its deletion was undone" in told
    assert f"{edits.OWN}: a file of one's own is lost: the file is gone" in told
    conflict = {**TREE, "a.md": File(b"<<<<<<< before updating\n"), "a.py.rej": File(b"")}
    assert edits.conflicts(conflict) == ["a.md", "a.py"]
    assert not [line for line in edits.lost(made, conflict) if line.startswith(("a.md", "a.py"))]

"""Free texts of a new project: whatever they hold, no file breaks."""

import ast
import json
import tomllib
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rafters.commands import new
from rafters.console import Steps
from rafters.plan.changes import Create

PIECES = [
    *("'", '"', '"""', "'''", "\\", "\\\\", "\n", "\r", "\r\n", "\t", "\0", "\x7f", "\x85"),
    *("{{", "}}", "{{ 7*7 }}", "{%", "%}", "{#", "{% raw %}", "${}", "$(id)", "`id`", "%s"),
    *("\u202e", "\u200f", "\u2028", "\ufeff", "🛶", "👩‍💻", "é", "Ж", "#", ": ", "- ", "]", "}"),
    *(
        '"\nimport os',
        "\\u0022",
        "\\x41",
        "\\N{DASH}",
        "<!--",
        "-->",
        "</script>",
        "&amp;",
        "a",
        " ",
    ),
]
HOSTILE = (
    st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12)
    .map("".join)
    .filter(lambda text: text.isprintable() or text.encode("utf-8", "ignore").decode() == text)
)


def arguments_of_app(main: str) -> dict[str, object]:
    """Return the keyword arguments with which the application is made."""
    for node in ast.walk(ast.parse(main)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "FastAPI":
            return {
                word.arg: ast.literal_eval(word.value)
                for word in node.keywords
                if word.arg in {"title", "description"}
            }
    pytest.fail("no FastAPI(...)")


TEXTS = st.fixed_dictionaries(
    {
        "project_name": HOSTILE.map(lambda text: f"N{text}"[:100]),
        "description": HOSTILE,
        "author": HOSTILE.map(lambda text: text[:100]),
    }
)


def check(texts: dict[str, str]) -> None:
    """Every file still parses, and every value read back is the answer, to the character."""
    request = new.Request("shop", texts, dry_run=True)
    made = new.run(request, Steps(quiet=True))
    created = (change for change in made.plan.changes if isinstance(change, Create))
    tree = {change.path: change.file.text for change in created}
    for path, text in tree.items():
        if path.endswith(".py"):
            ast.parse(text)
        elif path.endswith((".yml", ".yaml")):
            yaml.safe_load(text)
        elif path.endswith(".toml"):
            tomllib.loads(text)
        elif path.endswith(".json"):
            json.loads(text)
    recorded = yaml.safe_load(tree[".copier-answers.yml"])
    assert {key: recorded[key] for key in texts} == texts
    assert texts.items() <= tomllib.loads(tree["rafters.toml"])["options"].items()
    wanted = {"title": texts["project_name"], "description": texts["description"]}
    assert arguments_of_app(tree["src/shop/main.py"]) == wanted


quick = settings(deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@settings(quick, max_examples=10)
@given(TEXTS)
def test_some_hostile_texts_stay_in_their_place(folder: Path, texts: dict[str, str]) -> None:
    """Quotes, escapes, newlines, templates and marks of direction break no file."""
    check(texts)
    assert list(folder.iterdir()) == []


@pytest.mark.slow
@settings(quick, max_examples=100)
@given(TEXTS)
def test_hostile_texts_stay_in_their_place(folder: Path, texts: dict[str, str]) -> None:
    """The same for a hundred triples of generated texts."""
    check(texts)
    assert list(folder.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("text", PIECES, ids=ascii)
def test_each_hostile_piece_is_read_back(folder: Path, text: str) -> None:
    """Each piece on its own, in all three places at once."""
    check(dict.fromkeys(("project_name", "description", "author"), f"a{text}"))
    assert list(folder.iterdir()) == []

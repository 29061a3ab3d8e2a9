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


def title_of(main: str) -> dict[str, object]:
    """Return the keyword arguments with which the application is made."""
    for node in ast.walk(ast.parse(main)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "FastAPI":
            return {
                word.arg: ast.literal_eval(word.value)
                for word in node.keywords
                if word.arg in {"title", "description"}
            }
    pytest.fail("no FastAPI(...)")


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    name=HOSTILE.map(lambda text: f"N{text}"[:100]),
    description=HOSTILE,
    author=HOSTILE.map(lambda text: text[:100]),
)
def test_hostile_texts_stay_in_their_place(
    folder: Path, name: str, description: str, author: str
) -> None:
    """Every file still parses, and every value read back is the answer, to the character."""
    texts = {"project_name": name, "description": description, "author": author}
    request = new.Request("shop", texts, dry_run=True)
    tree = {path: file.text for path, file in new.run(request, Steps(quiet=True)).plan.tree.items()}
    for path, text in tree.items():
        if path.endswith(".py"):
            ast.parse(text)
        elif path.endswith((".yml", ".yaml")):
            yaml.safe_load(text)
        elif path.endswith(".toml"):
            tomllib.loads(text)
        elif path.endswith(".json"):
            json.loads(text)
    given_back = yaml.safe_load(tree[".copier-answers.yml"])
    assert {key: given_back[key] for key in texts} == texts
    assert texts.items() <= tomllib.loads(tree["rafters.toml"])["options"].items()
    assert title_of(tree["src/shop/main.py"]) == {"title": name, "description": description}
    assert list(folder.iterdir()) == []

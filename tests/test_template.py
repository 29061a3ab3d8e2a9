"""The project template, where it must agree with the tool."""

import keyword
import re
import sys
from pathlib import Path
from typing import Any

import jinja2
import pytest
from conftest import FILES, ROOT, Rafters, tree_of

from rafters.effects import bundle
from rafters.plan.rendering import project
from rafters.spec import names

ASKED_FOR = [
    ("database=sqlite", r"postgres(?!QL does not store NUL)|psycopg|asyncpg|pgserver"),
    ("database=postgresql", r"sqlite"),
    ("database=postgresql style=async", r"sqlite|run_in_threadpool|pooled"),
    ("style=sync", r"aiosqlite|AsyncSession|AsyncEngine|ext\.asyncio|run_async|greenlet"),
    ("style=sync database=postgresql", r"asyncpg|AsyncSession|AsyncEngine|run_async|greenlet"),
    (
        "accounts=minimal",
        r"smtp|refresh_|send_mail|mails\b|throttl|UserSession|is_active|is_verified|forgot",
    ),
    ("ids=int", r"uuid7|\[UUID|: UUID|f{8}-"),
    ("ids=uuid database=postgresql", r"BigInteger"),
    ("foreign_rows=403", r"get_editable|as none at all"),
    ("foreign_rows=404", r"Not authorized"),
    ("docker=no", r"docker|compose\.|container"),
    ("ci=none", r"github|gitlab|\bCI\b"),
]
"""Words that stand in no project which has an answer: they are of the other one."""


def reserved(name: str) -> set[str]:
    """Return a list of names that copier refuses for a package."""
    source = (ROOT / "template" / "names.jinja").read_text(encoding="utf-8")
    module: Any = jinja2.Environment(autoescape=True).from_string(source).module
    return set(getattr(module, name))


def test_copier_refuses_the_names_that_the_tool_refuses() -> None:
    """The lists of the validator hold every name that Rafters itself would refuse."""
    assert reserved("installed") == names.DEPENDENCIES
    assert reserved("own_directories") == names.PROJECT_FOLDERS
    words = {*keyword.kwlist, *keyword.softkwlist}
    assert {word for word in words if word.islower()} <= reserved("keywords")
    modules = {name for name in sys.stdlib_module_names if not name.startswith("_")}
    assert modules - reserved("standard_library") - {"__future__"} == set()


def test_the_resource_templates_are_all_used() -> None:
    """Each template below template/resource has a file in a project, or is a part of another."""
    sources = bundle.resource_templates().sources
    parts = set(
        re.findall(r"""{% (?:include|import|from) ["']([^"']+)""", "".join(sources.values()))
    )
    assert sources.keys() == project.LAYERS.keys() | project.SHARED.keys() | parts


@pytest.mark.parametrize(("answers", "words"), ASKED_FOR)
def test_what_no_option_asks_for_is_not_in_the_tree(
    rafters: Rafters, folder: Path, answers: str, words: str
) -> None:
    """Neither a file nor a line is there for what a project does not have."""
    sets = [word for answer in answers.split() for word in ("--set", answer)]
    assert rafters("new", "shop", *FILES, *sets).code == 0
    tree = tree_of(folder / "shop")
    for record in (".copier-answers.yml", "rafters.toml"):
        del tree[record]
    lines = [f"{path}: {line}" for path, text in tree.items() for line in text.decode().split("\n")]
    assert not [line for line in lines if re.search(words, line, re.IGNORECASE)]

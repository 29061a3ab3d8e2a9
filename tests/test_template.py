"""The project template, where it must agree with the tool."""

import keyword
import re
import sys
from typing import Any

import jinja2
from conftest import ROOT

from rafters.effects import bundle
from rafters.plan.rendering import project
from rafters.spec import names


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

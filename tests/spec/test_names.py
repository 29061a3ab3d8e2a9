"""Names of projects and packages."""

import keyword
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rafters.errors import UsageError
from rafters.spec import names

BAD = {
    "": "is empty",
    "  ": "is empty",
    ".": "is a path",
    "..": "is a path",
    "../shop": "is a path",
    "a/b": "is a path",
    "/srv/shop": "is a path",
    "a\\b": "is a path",
    "C:\\shop": "is a path",
    "café": "outside ASCII",
    "Ⅷ": "outside ASCII",
    "9lives": "starts with a digit",
    "a" * 41: "41 characters",
    "con": "device",
    "con.txt": "device",
    "com7": "device",
    "Shop": "lower-case",
    "my shop": "lower-case",
    "my.shop": "lower-case",
    "-shop": "lower-case",
    "shop-": "lower-case",
    "a--b": "lower-case",
    "shop\n": "lower-case",
    "shop\0": "lower-case",
    "class": "keyword",
    "match": "keyword",
    "json": "standard library",
    "concurrent": "standard library",
    "annotationlib": "standard library",
    "fastapi": "depends on",
    "pydantic-settings": "depends on",
    "tests": "folder of the project",
}


@pytest.mark.parametrize(("name", "why"), BAD.items(), ids=ascii)
def test_a_bad_name_is_refused_with_one_that_works(name: str, why: str) -> None:
    """Each kind of bad name gets its reason, and a suggestion that is accepted."""
    with pytest.raises(UsageError, match=why) as raised:
        names.check_project(name)
    (problem,) = raised.value.problems
    suggestion = problem.hint.split("'")[1]
    assert names.check_project(suggestion) == suggestion


@pytest.mark.parametrize("name", ["shop", "my-shop", "my_shop", "a", "a1", "x" * 40, "order-items"])
def test_a_good_name_is_taken(name: str) -> None:
    """Names that people use pass, and so does the package made from each."""
    assert names.check_project(name) == name
    assert names.check_package(names.package_of(name)).isidentifier()


@given(st.text(max_size=60))
@example("İ")
@example("1" * 60)
@example("nul")
def test_any_text_has_a_suggestion_that_is_accepted(text: str) -> None:
    """Whatever was typed, what we say to type instead works."""
    suggestion = names.suggest(text)
    assert names.check_project(suggestion) == suggestion
    assert names.check_package(names.package_of(suggestion))


@pytest.mark.parametrize(
    "name", sorted({*keyword.kwlist, *keyword.softkwlist, *sys.stdlib_module_names})
)
def test_what_python_has_is_no_package(name: str) -> None:
    """No keyword and no module of the standard library becomes a package."""
    with pytest.raises(UsageError):
        names.check_package(name)

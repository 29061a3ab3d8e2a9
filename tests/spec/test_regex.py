"""Regular expressions that Python and Rust read alike, and texts that match them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rafters.errors import UsageError
from rafters.spec import regex

GOOD = [
    "a",
    "^[a-z]+$",
    r"^\d{3}-\d{4}$",
    r"^(?:\+\d{1,3} )?\d+$",
    r"^[A-Z]{2}\d{2}[A-Z0-9]{1,30}$",
    r"^(?P<year>\d{4})/(?P<month>0[1-9]|1[0-2])$",
    r"^[^\s@]+@[^\s@]+\.[a-z]{2,}$",
    r"^[]a-c\-]+$",
    r"^\w+(?:[ .-]\w+)*$",
    "(?i)^(?:yes|no)$",
    "(a+)+$",
    r"\bfoo\b",
    "^$|^a$",
    "\u00e9",
]

BAD = {
    "a(?=b)": "ahead",
    "(?<=a)b": "behind",
    "(?!a)b": "ahead",
    r"(a)\1": "not in every",
    "(?P<n>a)(?P=n)": "group",
    "(?P<n>a)(?P<n>b)": "two groups",
    "(a)(?(1)b|c)": "conditions",
    "(?#note)a": "comments",
    "(?>a)": "leave",
    "a++": "repetition",
    "a**": "repetition",
    "*a": "nothing before",
    "a{": "repeats nothing",
    "a{2,1}": "ends before",
    "a{,3}": "repeats nothing",
    "^*": "place",
    "(a": "not closed",
    "a)": "closes nothing",
    "[a": "not closed",
    "[z-a]": "range",
    "[a[b]]": "sets in sets",
    "[a&&b]": "sets in sets",
    "[+--]": "sets in sets",
    r"[\d-z]": "range",
    r"a\Z": r"\$",
    r"a\B": "not in every",
    r"\0": "not in every",
    r"\p{L}": "not in every",
    "(?m)^a$": "not in every",
    r"\w{500}": "too large",
    "(((a{99}){99}){99})": "too large",
    "(" * 30 + ")" * 30: "too deep",
    r"\ud800": "no character",
    "\\": "not in every",
}


@pytest.mark.parametrize("pattern", GOOD)
@pytest.mark.parametrize(("least", "most"), [(0, None), (1, 40), (30, 32)])
def test_examples_match_and_lie_within_the_bounds(
    pattern: str, least: int, most: int | None
) -> None:
    """Each example is a text of the right length in which Python finds the pattern."""
    found = regex.samples(pattern, least, most, 20)
    assert list(found) == list(dict.fromkeys(found))
    for text in found:
        assert least <= len(text) <= (most or 2000)
        assert re.search(pattern, text)
    if least == 0:
        assert regex.examples(pattern, least, most, 20) == list(found)


@pytest.mark.parametrize(("pattern", "why"), BAD.items(), ids=range(len(BAD)))
def test_what_python_and_rust_do_not_share_is_refused(pattern: str, why: str) -> None:
    """Each refusal says what is wrong with the pattern."""
    problem = regex.fault(pattern)
    assert problem is not None
    assert re.search(why, f"{problem.message} {problem.hint}", re.IGNORECASE)
    with pytest.raises(UsageError):
        regex.examples(pattern, 0, None, 1)


@pytest.mark.parametrize(
    ("pattern", "least", "most"),
    [("^a$", 2, None), ("^a{9}$", 0, 8), (r"a\bb", 0, 20), (r"^[\x00-\x1f]$", 0, 9)],
)
def test_a_pattern_that_nothing_within_the_bounds_matches_has_no_example(
    pattern: str, least: int, most: int | None
) -> None:
    """A field that no client could fill is refused."""
    with pytest.raises(UsageError, match="no text matches"):
        regex.examples(pattern, least, most, 1)


def test_a_small_language_is_found_whole() -> None:
    """Where few texts match, all of them are found."""
    assert len(regex.examples("^[a-j]{2}$", 0, None, 100)) == 100
    assert sorted(regex.examples("^(?:yes|no|perhaps)$", 0, None, 10)) == ["no", "perhaps", "yes"]


def test_no_pattern_is_slow() -> None:
    """A pattern at which Python's own matcher would try for years is judged at once."""
    assert not regex.matches("^(a+)+$", "a" * 500 + "b")
    assert not regex.matches("^(a|a|aa)*$", "a" * 500 + "b")
    assert regex.matches("^(a|a|aa)*$", "a" * 500)


PARTS = st.sampled_from(
    [
        *("a", "b", "0", "-", " ", ".", "^", "$", "|", "(", "(?:", ")", "*", "+", "?", "{2}"),
        *("{0,2}", "[a-c]", "[^a]", "[0-]", "[]]", r"\d", r"\w", r"\.", r"\b", r"\n", "(?i)"),
    ]
)


@given(st.lists(PARTS, max_size=8).map("".join), st.text("abC0 .\n", max_size=6))
def test_what_is_taken_matches_as_python_says(pattern: str, text: str) -> None:
    """Our matcher and Python's agree, but for its `$` before a last line's end."""
    if regex.fault(pattern) is None and not text.endswith("\n"):
        assert regex.matches(pattern, text) == bool(re.search(pattern, text))

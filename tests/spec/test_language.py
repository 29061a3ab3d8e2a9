"""The field language, there and back."""

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from spec.strategies import fields

from rafters.errors import UsageError
from rafters.spec.language import format_field, parse_fields
from rafters.spec.resource import TYPES, Field

WRITTEN = [
    ("title:str:1..200:search", "title: str(1..200, search)"),
    ("description:text:..1000:null", "description: text(..1000)?"),
    ("completed:bool:filter=false", "completed:bool=False:filter"),
    ("completed:bool:filter=false", "completed: bool(filter) = false"),
    ("price:decimal:10,2:0..", "price: decimal(10,2, 0..)"),
    ("price:decimal:10,2:0..", "price:decimal:0..:10.2"),
    ("price:decimal:10,2", "price:decimal:10-2"),
    ("price:decimal=3.50", "price:decimal=3.5"),
    ("priority:enum:low,normal,high=normal", "priority: enum(low, normal, high) = normal"),
    ("priority:enum:low:null", "priority:enum:null:low"),
    ("due:date:null", "due: date?"),
    ("due:date:null", "due:date?"),
    ("due:date=today", "due : date = today"),
    ("at:time:filter=10:30:00", "at:time=10:30:filter"),
    ("at:datetime=2030-01-01T11:30:00Z", "at:datetime=2030-01-01T12:30+01:00"),
    ("pause:duration=P1DT1H", "pause:duration=PT25H"),
    ("home:url:null=https://x.y:8080/Z", "home:url=HTTPS://X.y:8080/Z:null"),
    ("project:ref:Project:null:on_delete=cascade", "project:Project:null:on_delete=cascade"),
    ("project:ref:Project:null", "project: Project?"),
    ("project:ref:Project:on_delete=cascade", "project: ref(Project, on_delete=cascade)"),
    ("parent:ref:self:null", "parent:Task:null"),
    ("parent:ref:self:null", "parent:self?"),
    ("tags:many:Tag", "tags:Tag:many"),
    ("tags:many:Tag", "tags: many(Tag)"),
    ("related:many:self", "related:many:Task"),
    (r"code:str:regex=^(?\:a|b\=)$", "code:str:regex=^(?:a|b=)$"),
    (r"code:str:regex=^a{1,2}$=aa", "code: str(regex=^a{1,2}$) = aa"),
    (r"code:str:null:regex=a\\\:b", r"code:str:regex=a\\\:b:null"),
    ("note:str=a:b=c", "note:str=a:b=c"),
    (r"note:str=a\:null", r"note:str=a\:null"),
    (r"note:str=a\b", r"note:str=a\b"),
    ('meta:json={"a":[1,2]}', 'meta:json={"a": [1, 2]}'),
    ("id2:uuid:null", "id2:uuid:null"),
    ("ratio:float:0.5..1=0.75", "ratio:float:0.50..1.0=.75e0".replace("=.75", "=0.75")),
    ("email:email=ada@example.com", "email:email=Ada@Example.com"),
]
"""The canonical line, and what people may write for it."""

FIRST_PROBLEM = [
    ("titel:strng", "bad-type", "strng", "str?"),
    ("title:Str", "bad-type", "Str", "title:str"),
    ("title:varchar", "bad-type", "varchar", "title:str"),
    ("title:str{1..200}", "bad-type", "str{1..200}", "title:str:1..200"),
    ("title:str1..200", "bad-type", "str1..200", "title:str:1..200"),
    ("title:str,", "bad-field", ",", "title:str"),
    ("title:", "bad-type", "", "title:str"),
    ("title", "bad-field", "title", "title:str"),
    ("", "bad-field", "", "leave it out"),
    ("title:str:requierd", "bad-modifier", "requierd", "required unless"),
    ("title:str:serch", "bad-modifier", "serch", "search?"),
    ("title:str:nullable", "bad-modifier", "nullable", "null?"),
    ("title:str:200", "bad-modifier", "200", "..200"),
    ("title:str:a..b", "bad-modifier", "a..b", "1..200"),
    ("title:str:..", "bad-modifier", "..", ""),
    ("title:str:5..2", "bad-modifier", "5..2", "2..5"),
    ("title:str:null:null", "bad-modifier", "null", "leave one out"),
    ("title:str:", "bad-modifier", "", "too many"),
    ("title:str=", "bad-default", "", "null"),
    ("title:str='a'", "bad-default", "'a'", ""),
    ("title:str:..3=abcd", "bad-default", "abcd", ""),
    ("title:str:regex=^a$=b", "bad-default", "b", ""),
    ("title:str:regex=a(?=b)", "bad-regex", "a(?=b)", "ahead"),
    ("title:str:regex=^a$:2..", "bad-regex", "^a$", "widen"),
    ("title:str:regex=^a$:unique", "bad-regex", "^a$", "widen"),
    ("title:str:..501:sort", "bad-modifier", "sort", "..500"),
    ("title:str(1..200", "bad-field", "(", "title:str(1..200)"),
    ("title:str(1..200)x", "bad-field", "x", ":x"),
    ("'title:str'", "bad-field", "'", "title:str"),
    ("title\uff1astr", "bad-field", "\uff1a", "title:str"),
    ("body:text:sort", "bad-modifier", "sort", "leave it out"),
    ("done:bool:1..2", "bad-modifier", "1..2", "only bigint"),
    ("done:bool=yes", "bad-default", "yes", ""),
    ("count:int:unique:1..9", "bad-modifier", "unique", "widen"),
    ("count:int:0..3000000000", "bad-modifier", "0..3000000000", "bigint"),
    ("count:int:0..9=10", "bad-default", "10", ""),
    ("count:int:readonly", "bad-modifier", "readonly", "default"),
    ("count:int:unique=1", "bad-modifier", "unique", "leave one out"),
    ("price:decimal:10", "bad-modifier", "10", "10,2"),
    ("price:decimal:16,2", "bad-modifier", "16,2", "12,2"),
    ("price:decimal:4,2:0..100", "bad-modifier", "0..100", "4 digits"),
    ("price:decimal=0.001", "bad-default", "0.001", ""),
    ("kind:enum", "bad-modifier", "enum", "low,high"),
    ("kind:enum:a,,b", "bad-modifier", "a,,b", ""),
    ("kind:enum:a,a", "bad-modifier", "a,a", "once"),
    ("kind:enum:a,b=c", "bad-default", "c", ""),
    ("kind:enum:a b", "bad-modifier", "a b", ""),
    ("kind:enum(low, high, search)", "bad-modifier", "search", "take it"),
    ("at:time=25:00", "bad-default", "25:00", ""),
    ("at:datetime=2030-01-01T10:00:00", "bad-default", "2030-01-01T10:00:00", ""),
    ("owner:ref", "bad-modifier", "ref", "User"),
    ("owner:ref:project", "bad-modifier", "project", "Project"),
    ("owner:User=1", "bad-modifier", "1", "leave it out"),
    ("owner:User:on_delete=null", "bad-modifier", "null", ":null"),
    ("owner:User:on_delete=cascad", "bad-modifier", "cascad", "cascade?"),
    ("owner:User:on_delete=", "bad-modifier", "", "leave it out"),
    ("tags:Tag:many:filter", "bad-modifier", "filter", "leave filter out"),
    ("secret:str:hidden:search", "bad-modifier", "search", "leave search out"),
    ("limit:int:filter", "bad-modifier", "filter", "rename"),
    ("class:str", "bad-name", "class", "try 'class_value'"),
    ("user:User", "bad-name", "user", "try 'author'"),
    ("dueDate:date", "bad-name", "dueDate", "try 'due_date'"),
]
"""A line, and of its first problem: the code, what the caret is under, and a part of the hint."""

DAMAGED = [
    (["price:decimal10", "price:decimal2"], "price:decimal:10,2"),
    (["price:decimal:10", "price:decimal:2"], "price:decimal:10,2"),
    (["price:decimal10:null", "price:decimal2:null"], "price:decimal:10,2:null"),
    ([f"title:str{size}" for size in range(1, 201)], "title:str:1..200"),
    (["p:enum:low", "p:enum:high"], "p:enum:low,high"),
    (["title:", "str"], "title:str"),
    (["title:", "str", "=", "x"], "title:str=x"),
    (["title", ":str"], "title:str"),
    (["price:", "decimal(10,2)"], "price:decimal(10,2)"),
    (["p:enum:low", "normal", "high=normal"], "p:enum:low,normal,high=normal"),
    (["p:enum:low", "high:null"], "p:enum:low,high:null"),
    (["price:decimal:10", "2"], "price:decimal:10.2"),
]
"""Words that a shell makes of one field, and what to type instead."""


def parse(line: str, resource: str = "Task") -> Field:
    """Return the one field of a line."""
    (item,) = parse_fields([line], resource)
    return item


@pytest.mark.parametrize(("canonical", "line"), WRITTEN)
def test_both_spellings_mean_the_canonical_line(canonical: str, line: str) -> None:
    """Whatever people write, one line stands for it."""
    assert format_field(parse(line)) == canonical
    assert parse(canonical) == parse(line)


@pytest.mark.parametrize(("line", "code", "token", "hint"), FIRST_PROBLEM)
def test_a_problem_points_at_its_token(line: str, code: str, token: str, hint: str) -> None:
    """A caret stands under what is wrong, and the hint says what to type."""
    with pytest.raises(UsageError) as raised:
        parse(line)
    problem = raised.value.problems[0]
    _, shown, carets = problem.message.split("\n")
    start = carets.index("^")
    assert problem.code == code
    assert shown == f"  {line}"
    assert line[start - 2 :].startswith(token)
    assert hint in problem.hint
    assert token.isascii() is False or carets.count("^") == max(len(token), 1)


@pytest.mark.parametrize(("words", "wanted"), DAMAGED)
def test_what_a_shell_has_mangled_is_recognised(words: list[str], wanted: str) -> None:
    """Several words of one field are one problem, and those around them are read as ever."""
    with pytest.raises(UsageError) as raised:
        parse_fields(["first:str", *words, "last:bool"], "Task")
    (problem,) = raised.value.problems
    assert problem.code == "shell"
    assert wanted in problem.hint
    assert parse_fields([wanted], "Task")


def test_all_problems_come_at_once() -> None:
    """Each wrong part of each line is told."""
    lines = ["class:strng", "a:str:uniqe:sarch", "b:int", "b:int", "c:int=x"]
    with pytest.raises(UsageError) as raised:
        parse_fields(lines, "Task")
    assert [problem.code for problem in raised.value.problems] == [
        "bad-name",
        "bad-type",
        "bad-modifier",
        "bad-modifier",
        "duplicate-field",
        "bad-default",
    ]


def test_a_long_line_is_cut_around_the_caret() -> None:
    """What is wrong stays in sight in a line that is longer than a terminal is wide."""
    line = f"note:text:{'null:' * 30}wrong:{'null:' * 30}"
    with pytest.raises(UsageError) as raised:
        parse(line)
    (problem,) = [one for one in raised.value.problems if "no modifier" in one.message][:1]
    _, shown, carets = problem.message.split("\n")
    assert len(shown) < 110
    assert shown[carets.index("^") :].startswith("wrong")


def test_every_type_has_a_line() -> None:
    """Each type of the language can be written with nothing but what it needs."""
    needs = {"enum": ":a", "ref": ":User", "many": ":User"}
    for kind in sorted(TYPES):
        assert format_field(parse(f"x:{kind}{needs.get(kind, '')}"))


@given(fields())
def test_a_field_comes_back_from_its_line(item: Field) -> None:
    """`parse(format(x)) == x` for every field that passes the checks."""
    line = format_field(item)
    assert parse_fields([line], "Other") == (item,)
    assert format_field(parse(line, "Other")) == line


@given(st.lists(st.text(max_size=30), max_size=4))
@example(["\0", "", ":", "=", ":="])
@example(["a:str:regex=" + "(" * 500])
@example(["a:str:regex=" + "[" * 500])
@example(["a:json=" + "[" * 1500])
@example(["a:str:regex=^(a+)+$=" + "a" * 40 + "b"])
@example(["a:int=" + "9" * 1500, "b:int:" + "9" * 1500 + ".."])
@example(["a:float=1e999", "b:decimal=1e999", "a:float:0..1e9"])
@example(["a:str:2147483648..", "a:time=99:99", "a:date=0000-00-00"])
@example(["\ud800:str", "a:str=\ud800", 'a:json=["\\ud800"]'])
def test_any_text_is_a_field_or_a_usage_error(lines: list[str]) -> None:
    """Nothing that is typed leads to a traceback."""
    with suppress(UsageError):
        parse_fields(lines, "Task")


PIECES = st.sampled_from(
    """
    a title : : : = , .. ( ) [ ] ? \\ { } str text int decimal enum ref many User self json null
    unique filter regex= on_delete= 1..5 10,2 a,b ^a$ 10:30 now time url https://x.y -
    """.split()  # noqa: SIM905  (a list of words reads best as text)
)


@given(st.lists(PIECES, max_size=10).map("".join))
def test_what_looks_like_a_field_is_one_or_a_usage_error(text: str) -> None:
    """What parses once is canonical from then on."""
    try:
        (item,) = parse_fields([f"x:{text}"], "Task")
    except UsageError:
        return
    assert parse(format_field(item)) == item

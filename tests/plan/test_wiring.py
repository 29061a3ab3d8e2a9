"""Registering a router and a model in code that is there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rafters.errors import ConflictError
from rafters.plan import wiring

MAIN = '''"""The application."""

from fastapi import FastAPI

from .routers.auth import router as auth_router
from .routers.health import router as health_router

app = FastAPI(
    title="Shop",
)
app.include_router(auth_router)
app.include_router(health_router)


@app.get("/")
def read_root() -> None:
    """Greet."""
'''

MODELS = '''"""Tables."""

from .base import Base
from .user import User

__all__ = [
    "Base",
    "User",
]
'''


def include(source: str, plural: str = "tasks") -> str:
    """Wire a router as `new` does."""
    return wiring.include_router(
        source, module=f".routers.{plural}", name=f"{plural}_router", prefix="/api"
    )


def test_a_router_is_imported_in_order_and_included_last() -> None:
    """Two lines are inserted: the import where isort wants it, the call after the last one."""
    lines = include(MAIN).splitlines()
    assert lines[4:7] == [
        "from .routers.auth import router as auth_router",
        "from .routers.health import router as health_router",
        "from .routers.tasks import router as tasks_router",
    ]
    assert lines[13] == 'app.include_router(tasks_router, prefix="/api")'


def test_a_model_is_imported_and_exported_in_order() -> None:
    """Two lines are inserted, each in its alphabetical place."""
    assert (
        wiring.export_model(MODELS, module=".task", name="Task")
        == '''"""Tables."""

from .base import Base
from .task import Task
from .user import User

__all__ = [
    "Base",
    "Task",
    "User",
]
'''
    )


@given(st.from_regex(r"[a-z][a-z_]{0,20}", fullmatch=True))
def test_no_line_of_the_users_changes(plural: str) -> None:
    """Without the two inserted lines, the source is as it was."""
    before = MAIN.splitlines(keepends=True)
    rest = iter(include(MAIN, plural).splitlines(keepends=True))
    assert all(line in rest for line in before), "a line is missing or out of its order"
    assert len(include(MAIN, plural).splitlines()) == len(before) + 2


@pytest.mark.parametrize("source", ["", "x = 1\n", "api.include_router(auth)\n"])
def test_an_application_without_includes_is_refused_with_the_lines(source: str) -> None:
    """Where there is no place, the lines to paste are told."""
    with pytest.raises(ConflictError) as raised:
        include(source)
    assert 'app.include_router(tasks_router, prefix="/api")' in raised.value.problems[0].hint


@pytest.mark.parametrize("source", ["", '__all__ = ["User"]\n', "__all__ = names()\n"])
def test_models_without_an_export_per_line_are_refused_with_the_lines(source: str) -> None:
    """Where names do not stand on lines of their own, the lines to paste are told."""
    with pytest.raises(ConflictError) as raised:
        wiring.export_model(source, module=".task", name="Task")
    assert "from .task import Task" in raised.value.problems[0].hint


@pytest.mark.parametrize("head", ["", '"""Tables."""\n', "import enum\n", "# tables\n"])
def test_a_first_model_is_imported_at_the_top(head: str) -> None:
    """After a docstring or the last import, and before everything else."""
    source = f'{head}__all__ = [\n    "X",\n]\n'
    wired = wiring.export_model(source, module=".task", name="Task")
    assert wired.replace("from .task import Task\n", "").replace('    "Task",\n', "") == source
    assert wired.index("from .task") < wired.index("__all__")


def test_form_feeds_and_line_separators_do_not_move_the_place() -> None:
    """Lines are counted as Python counts them, not as `str.splitlines` does."""
    source = MAIN.replace('"""The application."""', '"""The\x0capp\u2028lication."""')
    assert include(source).count("tasks_router") == 2
    assert "router as tasks_router\n\napp = FastAPI(" in include(source)

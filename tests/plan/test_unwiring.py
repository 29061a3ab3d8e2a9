"""Taking a router or a model out of code that was edited after it was put in."""

import pytest

from rafters.errors import ConflictError
from rafters.plan.wiring import exports, routers

MAIN = b"""from fastapi import FastAPI

from .routers.auth import router as auth_router
from .routers.tasks import router as tasks_router

app = FastAPI()
app.include_router(auth_router)
app.include_router(tasks_router, prefix="/api")
"""

WITHOUT = b"""from fastapi import FastAPI

from .routers.auth import router as auth_router

app = FastAPI()
app.include_router(auth_router)
"""

MODELS = b"""from .task import Task
from .user import User

__all__ = [
    "Task",
    "User",
]
"""


def unwire(source: bytes, *, force: bool = False) -> bytes:
    """Take the router of tasks out, as `remove` does."""
    return routers.unwire_router(source, module=".routers.tasks", package="shop", force=force)


def unexport(source: bytes, *, force: bool = False) -> bytes:
    """Take the model of tasks out, as `remove` does."""
    return exports.unexport_model(source, module=".task", name="Task", force=force)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'prefix="/api")\n', b'prefix="/api", tags=["Tasks"])\n'),
        (b'prefix="/api")\n', b'prefix="/api")  # the tasks\n'),
        (b'(tasks_router, prefix="/api")\n', b'(\n    tasks_router,\n    prefix="/v1",\n)\n'),
        (b"as tasks_router\n", b"as tasks_router  # noqa\n"),
        (b"import router as tasks_router\n", b"import (\n    router as tasks_router,\n)\n"),
    ],
)
def test_what_was_edited_is_kept_unless_forced(old: bytes, new: bytes) -> None:
    """The edited statement is told; with force it goes."""
    assert MAIN.count(old) == 1
    edited = MAIN.replace(old, new)
    with pytest.raises(ConflictError) as raised:
        unwire(edited)
    (problem,) = raised.value.problems
    assert problem.code == "edited"
    assert new.strip().decode().splitlines()[-1] in problem.hint
    assert unwire(edited, force=True) == WITHOUT


def test_another_prefix_is_an_edit_where_the_prefix_is_known() -> None:
    """Without one, any prefix is taken for ours."""
    edited = MAIN.replace(b'"/api"', b'"/v1"')
    assert unwire(edited) == WITHOUT
    with pytest.raises(ConflictError):
        routers.unwire_router(edited, module=".routers.tasks", package="shop", prefix="/api")


@pytest.mark.parametrize(
    "extra",
    [
        b"tasks_router.tags = []\n",
        b"print(tasks_router)\n",
        b"for router in (auth_router, tasks_router):\n    app.include_router(router)\n",
    ],
)
def test_a_router_that_is_used_otherwise_is_not_taken_out(extra: bytes) -> None:
    """Whoever uses it has to stop first, force or not."""
    for force in (False, True):
        with pytest.raises(ConflictError) as raised:
            unwire(MAIN + extra, force=force)
        assert "line 9 uses this router" in raised.value.problems[0].message


def test_an_import_of_several_names_keeps_the_others() -> None:
    """With force, the name alone goes."""
    for names, rest in ((b"tasks, auth", b"auth"), (b"auth, tasks", b"auth")):
        text = b"from fastapi import FastAPI\nfrom .routers import %s  # ours\napp = FastAPI()\n"
        edited = text % names + b"app.include_router(tasks.router, prefix='/api')\n"
        with pytest.raises(ConflictError):
            unwire(edited)
        assert unwire(edited, force=True) == text % rest


def test_what_the_user_took_out_half_is_taken_out_whole() -> None:
    """The import alone goes, if the call has gone."""
    edited = MAIN.replace(b'app.include_router(tasks_router, prefix="/api")\n', b"")
    assert unwire(edited) == WITHOUT


def test_a_statement_on_a_line_with_others_is_not_taken_out() -> None:
    """A line is cut out whole or not at all."""
    with pytest.raises(ConflictError) as raised:
        unwire(MAIN.replace(b'"/api")\n', b'"/api"); print()\n'), force=True)
    assert "line 8 holds other statements too" in raised.value.problems[0].message


def test_a_statement_that_is_all_of_a_block_is_not_taken_out() -> None:
    """What would be left is no Python."""
    edited = MAIN.replace(b"app.include_router(tasks", b"if app:\n    app.include_router(tasks")
    with pytest.raises(ConflictError) as raised:
        unwire(edited)
    assert "line 9 is all that a block holds" in raised.value.problems[0].message


def test_a_model_that_is_used_is_not_taken_out() -> None:
    """A line that needs it is told."""
    with pytest.raises(ConflictError) as raised:
        unexport(MODELS + b"Task.x = 1\n", force=True)
    assert "line 8 uses Task" in raised.value.problems[0].message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"import Task\n", b"import Task, Status\n"),
        (b'    "Task",\n', b'    "Task",  # work\n'),
        (b"from .task import Task\n", b"from .task import Task  # work\n"),
        (b"from .task import Task\n", b"from .task import *\n"),
    ],
)
def test_an_edited_export_is_kept_unless_forced(old: bytes, new: bytes) -> None:
    """The edited line is told; with force it goes, and what is imported beside it."""
    edited = MODELS.replace(old, new)
    with pytest.raises(ConflictError) as raised:
        unexport(edited)
    assert raised.value.problems[0].code == "edited"
    assert (
        unexport(edited, force=True) == b'from .user import User\n\n__all__ = [\n    "User",\n]\n'
    )


def test_a_name_that_is_exported_from_elsewhere_stays() -> None:
    """It is no model of ours."""
    edited = MODELS.replace(b"from .task", b"from .legacy.work")
    assert unexport(edited) == edited


def test_names_are_taken_out_wherever_they_came_to_stand() -> None:
    """A list that was formatted or sorted since is a list of names still."""
    head = b"from .task import Task\n"
    for before, after in (
        (b'__all__ = ["A", "Task"]\n', b'__all__ = ["A"]\n'),
        (b'__all__ = ["A", "Task", ]\n', b'__all__ = ["A", ]\n'),
        (b'__all__ = ["Task", "A"]\n', b'__all__ = ["A"]\n'),
        (b'__all__ = ["A", "Task", "B"]\n', b'__all__ = ["A", "B"]\n'),
        (b'__all__ = [\n    "Task",\n]\n', b"__all__ = [\n]\n"),
        (b'__all__ = [\n    "A", "Task",\n    "B",\n]\n', b'__all__ = [\n    "A", "B",\n]\n'),
    ):
        assert unexport(head + before) == after

"""A world of stubs in which the code of a shape runs: FastAPI, and routers that tell their use."""

import importlib.abc
import importlib.machinery
import sys
import types
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import MagicMock

ROOTS = {"elsewhere", "fastapi", "routers", "shop", "somewhere", "task", "uvicorn"}
FOLDERS = {"routers", "shop", "shop.models", "shop.routers", "shop.web", "shop.web.routers"}


class Router:
    """A router: what it includes, and nothing else."""

    def __init__(self, *_: object, **__: object) -> None:
        """Take any settings."""
        self.included: list[tuple[Router, str]] = []
        self.title = self.state = MagicMock()

    def include_router(self, router: "Router", *, prefix: str = "", **_: object) -> None:
        """Note what is included."""
        assert isinstance(router, Router)
        self.included.append((router, prefix))

    def paths(self, wanted: "Router") -> Iterator[str]:
        """Yield each prefix under which another router is reached."""
        for router, prefix in self.included:
            if router is wanted:
                yield prefix
            yield from (prefix + rest for rest in router.paths(wanted))

    def __getattr__(self, name: str) -> Callable[..., Callable[[object], object]]:
        """Return a decorator, as `get` and `middleware` are."""
        return lambda *_, **__: lambda function: function


class FastAPI(Router):
    """An application."""

    made: list["FastAPI"]

    def __init__(self, *_: object, **__: object) -> None:
        """Remember that it was made."""
        super().__init__()
        self.made.append(self)

    @property
    def router(self) -> "FastAPI":
        """The router behind it, which includes the same."""
        return self


class _Module(types.ModuleType):
    """A module that has whatever is asked of it, but for submodules."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__") or self.__name__ in FOLDERS:
            raise AttributeError(name)
        value: object = type(name, (), {}) if name[0].isupper() else MagicMock()
        value = Router() if name.endswith("router") else value
        setattr(self, name, value)
        return value


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds every module below some roots."""

    def find_spec(
        self, name: str, _path: Sequence[str] | None, _target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return how a module is loaded."""
        if name.partition(".")[0] in ROOTS:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """Return an empty module."""
        return _Module(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Put FastAPI into its modules, and models into theirs."""
        if module.__name__ in {"fastapi", "fastapi.applications"}:
            module.__dict__.update(FastAPI=FastAPI, APIRouter=Router, Depends=MagicMock())
        elif module.__name__.endswith((".base", ".task")):
            name = module.__name__.rpartition(".")[2].title()
            module.__dict__.update({name: type(name, (), {}), "__all__": [name]})


@contextmanager
def _stubbed() -> Iterator[None]:
    """Put stubs in the place of real modules."""
    finder, before = _Finder(), dict(sys.modules)
    sys.meta_path.insert(0, finder)
    FastAPI.made = []
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        sys.modules.clear()
        sys.modules.update(before)


def run(content: bytes, name: str) -> dict[str, Any]:
    """Run a module as one of a package, and return what it defines."""
    package = name.rpartition(".")[0]
    namespace = {"__name__": name, "__package__": package, "__annotations__": {}}
    if package:
        __import__(package)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(content, "<shape>", "exec", dont_inherit=True), namespace)  # noqa: S102
    return namespace


def served(content: bytes, package: str) -> list[str]:
    """Return the prefixes under which the applications of a file serve the router of tasks."""
    module = f"{package}.routers.tasks".lstrip(".")
    with _stubbed():
        __import__(module)
        namespace = run(content, f"{package}.main".lstrip("."))
        if "set_up" in namespace:
            namespace["set_up"](FastAPI())
        elif not FastAPI.made:
            namespace["create_app"]()
        router = sys.modules[module].router
        return [path for app in FastAPI.made for path in app.paths(router)]


def exported(content: bytes, package: str) -> tuple[bool, list[str] | None]:
    """Return whether a file holds the model of its module `task`, and its `__all__`."""
    with _stubbed():
        namespace = run(content, f"{package}.__init__")
        module = f"{package}.task"
        __import__(module)
        listed = namespace.get("__all__")
        there = namespace.get("Task") is sys.modules[module].Task
        return there, None if listed is None else list(listed)

"""Shapes of code that people have, and what is inserted in them, written as a diff.

A line that starts with `+` is inserted, one that starts with `-` is there before only (a line in
which something is inserted stands twice), and all others are the user's. A shape without either
is one in which the work is done already.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """Code, and what becomes of it.

    Attributes:
        name: what is special about it.
        diff: the code, each line with two characters before it.
        package: dotted package of the file.
        refusal: words of the reason, where nothing may be written.
    """

    name: str
    diff: str
    package: str = "shop"
    refusal: str = ""

    @property
    def before(self) -> str:
        """The code as the user has it."""
        return self._side("+")

    @property
    def after(self) -> str:
        """The code as it is to be."""
        return self._side("-")

    def _side(self, other: str) -> str:
        lines = self.diff.removeprefix("\n").split("\n")[:-1]
        return "".join(f"{line[2:]}\n" for line in lines if not line.startswith(other))


ROUTERS = [
    Shape(
        "the seed's own main.py",
        """
  from fastapi import FastAPI
  from .routers import auth  # Import your routers
+ from .routers.tasks import router as tasks_router

  app = FastAPI(title="Todo API", version="1.0")

  # Include routers with prefixes and tags
  app.include_router(auth.router, prefix="/auth", tags=["Authentication"])
+ app.include_router(tasks_router, prefix="/api")

  @app.get("/")
  def read_root():
      return {"message": "Todo API is running"}
""",
    ),
    Shape(
        "a generated main.py",
        '''
  """The application."""

  from collections.abc import AsyncGenerator
  from contextlib import asynccontextmanager

  from fastapi import FastAPI
  from fastapi.routing import APIRoute

  from .database import get_engine
  from .problems import install_problems
  from .routers.auth import router as auth_router
  from .routers.health import router as health_router
+ from .routers.tasks import router as tasks_router
  from .schemas.message import Message


  @asynccontextmanager
  async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
      """Close the connections to the database on shutdown."""
      yield
      get_engine().dispose()


  def operation_id(route: APIRoute) -> str:
      """Return the name of a route's function, so that generated clients read well."""
      return route.name


  app = FastAPI(
      title="Shop",
      version="1.0",
      lifespan=lifespan,
      redirect_slashes=False,
      max_body_size=1024 * 1024,
      generate_unique_id_function=operation_id,
  )
  install_problems(app)
  app.include_router(auth_router)
  app.include_router(health_router)
+ app.include_router(tasks_router, prefix="/api")


  @app.get("/")
  def read_root() -> Message:
      """Tell that the application is running."""
      return Message(message=f"{app.title} is running")
''',
    ),
    Shape(
        "an include of many lines",
        """
  from fastapi import Depends, FastAPI

  from .routers.auth import router
+ from .routers.tasks import router as tasks_router

  app = FastAPI()
  app.include_router(
      router,
      prefix="/auth",
      dependencies=[
          Depends(print),
      ],
  )
+ app.include_router(tasks_router, prefix="/api")
""",
    ),
    Shape(
        "a factory with includes",
        '''
  from fastapi import FastAPI

  from .routers import auth
+ from .routers.tasks import router as tasks_router


  def create_app() -> FastAPI:
      """Make the application."""
      app = FastAPI()
      app.include_router(auth.router)
+     app.include_router(tasks_router, prefix="/api")

      @app.get("/")
      def read_root() -> str:
          return ""

      return app


  app = create_app()
''',
    ),
    Shape(
        "a factory without includes, and another name",
        """
  from fastapi import FastAPI
+
+ from .routers.tasks import router as tasks_router


  def create_app():
      web = FastAPI()
      web.add_middleware(object)
+     web.include_router(tasks_router, prefix="/api")
      return web
""",
    ),
    Shape(
        "a factory whose result gets the includes",
        """
  from fastapi import FastAPI

  from .routers.auth import router as auth_router
+ from .routers.tasks import router as tasks_router


  def create_app():
      return FastAPI()


  api = create_app()
  api.include_router(auth_router)
+ api.include_router(tasks_router, prefix="/api")
""",
    ),
    Shape(
        "a factory that calls a factory",
        """
  from fastapi import FastAPI

  from .routers.auth import router as auth_router
+ from .routers.tasks import router as tasks_router


  def bare():
      web = FastAPI()
      return web


  def create_app():
      app = bare()
      app.include_router(auth_router)
+     app.include_router(tasks_router, prefix="/api")
      return app
""",
    ),
    Shape(
        "a factory with a context",
        """
  from fastapi import FastAPI

  from .routers.auth import router as auth_router
+ from .routers.tasks import router as tasks_router


  def create_app(settings=None):
      with memoryview(b"") as _:
          app = FastAPI()
          app.include_router(auth_router)
+         app.include_router(tasks_router, prefix="/api")
          return app
""",
    ),
    Shape(
        "a factory with imports inside",
        """
  from fastapi import FastAPI
+
+ from .routers.tasks import router as tasks_router


  def create_app():
      from .routers.auth import router

      app = FastAPI()
      app.include_router(router)
+     app.include_router(tasks_router, prefix="/api")
      return app
""",
    ),
    Shape(
        "a factory with tabs",
        """
  from fastapi import FastAPI
+
+ from .routers.tasks import router as tasks_router

  def create_app():
  \tapp = FastAPI()
  \tif app:
  \t\tprint(app)
+ \tapp.include_router(tasks_router, prefix="/api")
  \treturn app
""",
    ),
    Shape(
        "a factory in a class",
        '''
  from fastapi import FastAPI

  from .routers.auth import router as auth_router
+ from .routers.tasks import router as tasks_router


  class Builder:
      """Makes applications."""

      def build(self):
          app = FastAPI()
          app.include_router(auth_router)
+         app.include_router(tasks_router, prefix="/api")
          return app


  app = Builder().build()
''',
    ),
    Shape(
        "an application under another name",
        """
  from fastapi import FastAPI

  from .routers.auth import router as auth_router
+ from .routers.tasks import router as tasks_router

  application = FastAPI()
  application.include_router(auth_router)
+ application.include_router(tasks_router, prefix="/api")
""",
    ),
    Shape(
        "an annotated application",
        """
  from fastapi import FastAPI
+
+ from .routers.tasks import router as tasks_router

  app: FastAPI = FastAPI()
+ app.include_router(tasks_router, prefix="/api")
""",
    ),
    Shape(
        "two names for one application",
        """
  from fastapi import FastAPI

  from .routers.auth import router as auth_router
+ from .routers.tasks import router as tasks_router

  app = FastAPI()
  app.include_router(auth_router)
+ app.include_router(tasks_router, prefix="/api")
  application = app
""",
    ),
    Shape(
        "fastapi.FastAPI",
        """
  import fastapi

  from .routers.auth import router as auth_router
+ from .routers.tasks import router as tasks_router

  app = fastapi.FastAPI()
  app.include_router(auth_router)
+ app.include_router(tasks_router, prefix="/api")
""",
    ),
    Shape(
        "an alias of the module",
        """
  import fastapi as fa
+
+ from .routers.tasks import router as tasks_router

  app = fa.FastAPI()
+ app.include_router(tasks_router, prefix="/api")
""",
    ),
    Shape(
        "an alias of the class",
        """
  from fastapi import FastAPI as F
+
+ from .routers.tasks import router as tasks_router

  app = F()
+ app.include_router(tasks_router, prefix="/api")
""",
    ),
    Shape(
        "a class from its own module, by a second name",
        """
  from fastapi.applications import FastAPI
+
+ from .routers.tasks import router as tasks_router

  App = FastAPI
  app = App()
+ app.include_router(tasks_router, prefix="/api")
""",
    ),
    Shape(
        "a subclass",
        '''
  from fastapi import FastAPI
+
+ from .routers.tasks import router as tasks_router


  class Shop(FastAPI):
      """Ours."""


  app = Shop()
+ app.include_router(tasks_router, prefix="/api")
''',
    ),
    Shape(
        "everything from fastapi",
        """
  from fastapi import *
+
+ from .routers.tasks import router as tasks_router

  app = FastAPI()
+ app.include_router(tasks_router, prefix="/api")
""",
    ),
    Shape(
        "a parent router",
        """
  from fastapi import APIRouter, FastAPI

  from .routers.auth import router as auth_router
+ from .routers.tasks import router as tasks_router

  app = FastAPI()
  api_router = APIRouter()
  api_router.include_router(auth_router)
  app.include_router(api_router, prefix="/api")
+ app.include_router(tasks_router, prefix="/api")
""",
    ),
    Shape(
        "a loop over routers",
        """
  from fastapi import FastAPI

  from .routers import auth, health
+ from .routers.tasks import router as tasks_router

  app = FastAPI()
  for router in (auth.router, health.router):
      app.include_router(router, prefix="/api")
+ app.include_router(tasks_router, prefix="/api")
""",
    ),
    Shape(
        "a loop over a constant",
        """
  from fastapi import FastAPI

  from .routers import auth, health
+ from .routers.tasks import router as tasks_router

  ROUTERS = [
      auth.router,
      health.router,
  ]

  app = FastAPI()
  for router in ROUTERS:
      app.include_router(router)
+ app.include_router(tasks_router, prefix="/api")


  @app.get("/")
  def root(): ...
""",
    ),
    Shape(
        "a loop in a factory, and modules in it",
        """
  from fastapi import FastAPI

  from .routers import auth, health
+ from .routers.tasks import router as tasks_router


  def create_app():
      app = FastAPI()
      for module in auth, health:
          app.include_router(module.router)
+     app.include_router(tasks_router, prefix="/api")
      return app
""",
    ),
    Shape(
        "a comprehension over routers",
        """
  from fastapi import FastAPI

  from .routers import auth, health
+ from .routers.tasks import router as tasks_router

  app = FastAPI()
+ app.include_router(tasks_router, prefix="/api")
  _ = [app.include_router(router) for router in (auth.router, health.router)]
""",
    ),
    Shape(
        "no include yet, and all that configures first",
        """
  from fastapi import FastAPI

  from .problems import install_problems
+ from .routers.tasks import router as tasks_router

  app = FastAPI()
  app.add_middleware(object)
  app.state.limit = 10
  install_problems(app)
+ app.include_router(tasks_router, prefix="/api")


  @app.get("/{path:path}")
  def page(path: str) -> None: ...


  app.add_middleware(object)
""",
    ),
    Shape(
        "no include yet, and a handler last",
        """
  from fastapi import FastAPI
+
+ from .routers.tasks import router as tasks_router

  app = FastAPI()


  @app.exception_handler(ValueError)
  def refuse(request, error):
      return None
+
+
+ app.include_router(tasks_router, prefix="/api")


  @app.get("/")
  def root():
      return None
""",
    ),
    Shape(
        "no include yet, and a middleware in a factory",
        """
  from fastapi import FastAPI
+
+ from .routers.tasks import router as tasks_router


  def create_app():
      app = FastAPI()

      @app.middleware("http")
      async def measure(request, following):
          return await following(request)
+
+     app.include_router(tasks_router, prefix="/api")

      return app
""",
    ),
    Shape(
        "no include yet, and a page for everything else",
        """
  from fastapi import FastAPI
+
+ from .routers.tasks import router as tasks_router

  app = FastAPI()
+ app.include_router(tasks_router, prefix="/api")
  app.mount("/", object())
""",
    ),
    Shape(
        "configured under a condition",
        """
  from fastapi import FastAPI
+
+ from .routers.tasks import router as tasks_router

  app = FastAPI()
  if print:
      app.add_middleware(object)
+ app.include_router(tasks_router, prefix="/api")

  if __name__ == "__main__":
      import uvicorn

      uvicorn.run(app)
""",
    ),
    Shape(
        "the application wrapped later",
        """
  from fastapi import FastAPI
  from somewhere import wrapped
+
+ from .routers.tasks import router as tasks_router

  app = FastAPI()
+ app.include_router(tasks_router, prefix="/api")
  app = wrapped(app)
""",
    ),
    Shape(
        "includes in a helper",
        """
  from fastapi import FastAPI

  from .routers.auth import router as auth_router
+ from .routers.tasks import router as tasks_router


  def include_routers(web):
      web.include_router(auth_router)
+     web.include_router(tasks_router, prefix="/api")


  app = FastAPI()
  include_routers(app)
""",
    ),
    Shape(
        "includes in a helper that takes the application by name",
        """
  from fastapi import FastAPI

  from .routers.auth import router as auth_router
+ from .routers.tasks import router as tasks_router


  def include_routers(prefix, *, web):
      web.include_router(auth_router, prefix=prefix)
+     web.include_router(tasks_router, prefix="/api")


  def create_app():
      app = FastAPI()
      include_routers("/x", web=app)
      return app
""",
    ),
    Shape(
        "includes in a helper that knows the application",
        """
  from fastapi import FastAPI

  from .routers.auth import router as auth_router
+ from .routers.tasks import router as tasks_router

  app = FastAPI()


  def include_routers():
      app.include_router(auth_router)
+     app.include_router(tasks_router, prefix="/api")


  include_routers()
""",
    ),
    Shape(
        "two helpers",
        """
  from fastapi import FastAPI

  from .routers import auth, health
+ from .routers.tasks import router as tasks_router


  def public(app):
      app.include_router(health.router)


  def private(app):
      app.include_router(auth.router)


  app = FastAPI()
  public(app)
  private(app)
+ app.include_router(tasks_router, prefix="/api")
""",
    ),
    Shape(
        "a helper alone, annotated",
        """
  from fastapi import FastAPI

  from .routers.auth import router as auth_router
+ from .routers.tasks import router as tasks_router


  def set_up(app: "FastAPI"):
      app.include_router(auth_router)
+     app.include_router(tasks_router, prefix="/api")
""",
    ),
    Shape(
        "two applications, one with includes",
        """
  from fastapi import FastAPI

  from .routers.auth import router as auth_router
+ from .routers.tasks import router as tasks_router

  admin = FastAPI()
  app = FastAPI()
  app.include_router(auth_router)
+ app.include_router(tasks_router, prefix="/api")
  app.mount("/admin", admin)
""",
    ),
    Shape(
        "an application in either branch",
        """
  import sys

  from fastapi import FastAPI
+
+ from .routers.tasks import router as tasks_router

  if sys.flags.debug:
      app = FastAPI(debug=True)
  else:
      app = FastAPI()
+ app.include_router(tasks_router, prefix="/api")
""",
    ),
    Shape(
        "an application behind try",
        """
  from fastapi import FastAPI

  from .routers.auth import router as auth_router
+ from .routers.tasks import router as tasks_router

  try:
      app = FastAPI(max_body_size=1)
  except TypeError:
      app = FastAPI()

  app.include_router(auth_router)
+ app.include_router(tasks_router, prefix="/api")
""",
    ),
    Shape(
        "an application and its includes in one branch",
        """
  import sys

  from fastapi import FastAPI

  from .routers.auth import router as auth_router
+ from .routers.tasks import router as tasks_router

  if sys.path:
      app = FastAPI()
      app.include_router(auth_router)
+     app.include_router(tasks_router, prefix="/api")
""",
    ),
    Shape(
        "a last include under a condition",
        """
  import sys

  from fastapi import FastAPI

  from .routers import auth, debug
+ from .routers.tasks import router as tasks_router

  app = FastAPI()
  app.include_router(auth.router)
  if sys.flags.debug:
      app.include_router(debug.router)
+ app.include_router(tasks_router, prefix="/api")
""",
    ),
    Shape(
        "a last include that may be missing",
        """
  from fastapi import FastAPI
+
+ from .routers.tasks import router as tasks_router

  app = FastAPI()
  try:
      from .routers.extra import router as extra_router

      app.include_router(extra_router)
  except ImportError:
      pass
+ app.include_router(tasks_router, prefix="/api")
""",
    ),
    Shape(
        "an include for scripts alone",
        """
  from fastapi import FastAPI

  from .routers.debug import router
+ from .routers.tasks import router as tasks_router

  app = FastAPI()
+ app.include_router(tasks_router, prefix="/api")

  if __name__ == "__main__":
      app.include_router(router)
""",
    ),
    Shape(
        "imported but not included",
        """
  from fastapi import FastAPI

  from .routers import auth, tasks

  app = FastAPI()
  app.include_router(auth.router)
+ app.include_router(tasks.router, prefix="/api")
""",
    ),
    Shape(
        "imported under another name but not included",
        """
  from fastapi import FastAPI

  from shop.routers import auth
  from shop.routers.tasks import router as todo

  app = FastAPI()
  app.include_router(auth.router)
+ app.include_router(todo, prefix="/api")
""",
    ),
    Shape(
        "imported where types are checked alone",
        """
  from typing import TYPE_CHECKING

  from fastapi import FastAPI

  from .routers.auth import router as auth_router
+ from .routers.tasks import router as tasks_router_2

  if TYPE_CHECKING:
      from .routers.tasks import router as tasks_router

  app = FastAPI()
  app.include_router(auth_router)
+ app.include_router(tasks_router_2, prefix="/api")
""",
    ),
    Shape(
        "a name that is taken",
        """
  from fastapi import FastAPI

  from .legacy import tasks_router
+ from .routers.tasks import router as tasks_router_2

  app = FastAPI()
  app.include_router(tasks_router, prefix="/old")
+ app.include_router(tasks_router_2, prefix="/api")
""",
    ),
    Shape(
        "absolute imports",
        """
  from fastapi import FastAPI

  from shop.routers.auth import router as auth_router
+ from shop.routers.tasks import router as tasks_router
  from shop.settings import Settings

  app = FastAPI(debug=Settings)
  app.include_router(auth_router)
+ app.include_router(tasks_router, prefix="/api")
""",
    ),
    Shape(
        "absolute imports of whole modules",
        """
  import shop.settings
  from fastapi import FastAPI

  import shop.routers.auth
+ from shop.routers.tasks import router as tasks_router

  app = FastAPI()
  app.include_router(shop.routers.auth.router)
+ app.include_router(tasks_router, prefix="/api")
""",
    ),
    Shape(
        "a file in no package",
        """
  from fastapi import FastAPI
  from routers import auth
+ from routers.tasks import router as tasks_router

  app = FastAPI()
  app.include_router(auth.router)
+ app.include_router(tasks_router, prefix="/api")
""",
        package="",
    ),
    Shape(
        "a package in a package",
        """
  from fastapi import FastAPI

  from ..settings import Settings
  from .routers.auth import router as auth_router
+ from .routers.tasks import router as tasks_router

  app = FastAPI(debug=Settings)
  app.include_router(auth_router)
+ app.include_router(tasks_router, prefix="/api")
""",
        package="shop.web",
    ),
    Shape(
        "comments above and after imports",
        """
  # The shop.
  from fastapi import FastAPI

  # who may come in
  from .routers.auth import router as auth_router  # noqa: E402
+ from .routers.tasks import router as tasks_router

  # what they are
  from .routers.users import router as users_router  # type: ignore

  # the application
  app = FastAPI()  # one
  app.include_router(auth_router)  # two
  # three
  app.include_router(users_router)  # four
+ app.include_router(tasks_router, prefix="/api")
  # five
""",
    ),
    Shape(
        "a heading above the first import of ours",
        """
  from fastapi import FastAPI

+ from .routers.tasks import router as tasks_router
+
  # users
  from .routers.users import router as users_router

  app = FastAPI()
  app.include_router(users_router)
+ app.include_router(tasks_router, prefix="/api")
""",
    ),
    Shape(
        "an import in brackets",
        """
  from fastapi import (
      FastAPI,
  )

  from .routers import (
      auth,  # in
      health,
  )
+ from .routers.tasks import router as tasks_router

  app = FastAPI()
  app.include_router(auth.router)
+ app.include_router(tasks_router, prefix="/api")
""",
    ),
    Shape(
        "an import behind try",
        '''
  """The shop."""

  from __future__ import annotations
+
+ from .routers.tasks import router as tasks_router

  try:
      from fastapi import FastAPI
  except ImportError:
      from elsewhere import FastAPI

  app = FastAPI()
+ app.include_router(tasks_router, prefix="/api")
''',
    ),
    Shape(
        "an import after the application",
        """
  from fastapi import FastAPI

  app = FastAPI()

  from .routers.auth import router as auth_router
+ from .routers.tasks import router as tasks_router

  app.include_router(auth_router)
+ app.include_router(tasks_router, prefix="/api")

  from .zebra import stripes
""",
    ),
    Shape(
        "a cookie, a shebang and a docstring",
        '''
  #!/usr/bin/env python
  # -*- coding: utf-8 -*-
  """The shop."""
  from fastapi import FastAPI
  from .routers.auth import router as auth_router
+ from .routers.tasks import router as tasks_router
  app = FastAPI()
  app.include_router(auth_router)
+ app.include_router(tasks_router, prefix="/api")
''',
    ),
    Shape(
        "several statements on a line",
        """
  from fastapi import FastAPI; import sys
  from .routers.auth import router as auth_router; from .routers.users import router as users
+ from .routers.tasks import router as tasks_router
  app = FastAPI(); app.include_router(auth_router); app.include_router(users)
+ app.include_router(tasks_router, prefix="/api")
""",
    ),
    Shape(
        "lines that go on",
        r"""
  from fastapi import \
      FastAPI
  from .routers.auth import router \
      as auth_router
+ from .routers.tasks import router as tasks_router
  app = \
      FastAPI()
  app.include_router(auth_router); \
  print("on")
+ app.include_router(tasks_router, prefix="/api")
""",
    ),
    Shape(
        "a line that goes on into nothing",
        r"""
  from fastapi import FastAPI
+
+ from .routers.tasks import router as tasks_router

  app = FastAPI() \

+ app.include_router(tasks_router, prefix="/api")
  print("on")
""",
    ),
    Shape(
        "look-alikes in strings",
        """
  '''How to use it:

  from .routers.tasks import router as tasks_router
  app = FastAPI()
  app.include_router(tasks_router, prefix="/api")
  '''

  from fastapi import FastAPI

  from .routers.auth import router as auth_router
+ from .routers.tasks import router as tasks_router

  TEXT = '''
  from .routers.zebra import router
  app.include_router(zebra)
  '''
  app = FastAPI(description='''
  app = FastAPI()
  ''')
  app.include_router(auth_router)
+ app.include_router(tasks_router, prefix="/api")
  print('''
  app.include_router(nothing)
  ''')
""",
    ),
    Shape(
        "warnings in the code",
        r"""
  from fastapi import FastAPI
+
+ from .routers.tasks import router as tasks_router

  app = FastAPI(description="\d")
+ app.include_router(tasks_router, prefix="/api")
""",
    ),
    Shape(
        "form feeds",
        """
  from fastapi import FastAPI
+
+ from .routers.tasks import router as tasks_router
  \x0c
  def create_app():
  \x0c    app = FastAPI()
+     app.include_router(tasks_router, prefix="/api")
      return app
""",
    ),
    Shape(
        "the router of the application itself",
        """
  from fastapi import FastAPI

  from .routers.auth import router as auth_router
+ from .routers.tasks import router as tasks_router

  app = FastAPI()
  app.router.include_router(auth_router)
+ app.include_router(tasks_router, prefix="/api")
""",
    ),
]
"""Files in which a router of `.routers.tasks` is included under `/api`."""

INCLUDED = [
    Shape(
        "included by us",
        """
  from fastapi import FastAPI

  from .routers.tasks import router as tasks_router

  app = FastAPI()
  app.include_router(tasks_router, prefix="/api")
""",
    ),
    Shape(
        "included as in the seed",
        """
  from fastapi import FastAPI
  from .routers import tasks, auth  # Import your routers

  app = FastAPI(title="Todo API", version="1.0")
  app.include_router(auth.router, prefix="/auth", tags=["Authentication"])
  app.include_router(tasks.router, prefix="/api", tags=["Tasks"])
""",
    ),
    Shape(
        "included under an absolute name",
        """
  from fastapi import FastAPI
  from shop.routers.tasks import router as todo

  app = FastAPI()
  app.include_router(router=todo, prefix="/api")
""",
    ),
    Shape(
        "included by its full name",
        """
  import fastapi
  import shop.routers.tasks

  app = fastapi.FastAPI()
  app.include_router(shop.routers.tasks.router, prefix="/api")
""",
    ),
    Shape(
        "included through the package",
        """
  from fastapi import FastAPI
  from . import routers

  app = FastAPI()
  app.include_router(routers.tasks.router, prefix="/api")
""",
    ),
    Shape(
        "included in a loop",
        """
  from fastapi import FastAPI
  from .routers import auth, tasks

  app = FastAPI()
  for module in (auth, tasks):
      app.include_router(module.router, prefix="/api")
""",
    ),
    Shape(
        "included from a list",
        """
  from fastapi import FastAPI
  from .routers import auth, tasks

  ROUTERS = [(auth.router, "/auth"), (tasks.router, "/api")]
  app = FastAPI()
  for router, prefix in ROUTERS:
      app.include_router(router, prefix=prefix)
""",
    ),
    Shape(
        "included from a list that grows",
        """
  from fastapi import FastAPI
  from .routers import auth, tasks

  routers = [auth.router]
  routers.append(tasks.router)
  app = FastAPI()
  [app.include_router(router, prefix="/api") for router in routers]
""",
    ),
    Shape(
        "included in a parent",
        """
  from fastapi import APIRouter, FastAPI
  from .routers.tasks import router

  parent = APIRouter()
  parent.include_router(router)
  app = FastAPI()
  app.include_router(parent, prefix="/api")
""",
    ),
    Shape(
        "included if it can be imported",
        """
  from fastapi import FastAPI

  app = FastAPI()
  try:
      from .routers.tasks import router
  except ImportError:
      router = None
  if router:
      app.include_router(router, prefix="/api")
""",
    ),
]
"""Files in which the router is included already."""

REFUSED = [
    Shape("an empty file", "", refusal="no FastAPI application"),
    Shape(
        "no application",
        '''
  """The shop."""

  app = 1
''',
        refusal="no FastAPI application",
    ),
    Shape(
        "an include in something unknown",
        """
  api.include_router(auth)
""",
        refusal="no FastAPI application",
    ),
    Shape(
        "an application from elsewhere",
        """
  from .application import app
  from .routers.auth import router

  app.include_router(router)
""",
        refusal="no FastAPI application",
    ),
    Shape(
        "a factory from elsewhere",
        """
  from .factory import create_app

  app = create_app()
""",
        refusal="no FastAPI application",
    ),
    Shape(
        "a router by the name of app",
        """
  from fastapi import APIRouter, FastAPI

  app = APIRouter()
  app.include_router(other)
""",
        refusal="no FastAPI application",
    ),
    Shape(
        "no Python",
        """
  from fastapi import FastAPI
  app = FastAPI(
""",
        refusal="line 2 is no Python",
    ),
    Shape(
        "half a merge",
        """
  from fastapi import FastAPI
  <<<<<<< ours
  app = FastAPI()
""",
        refusal="line 2 is no Python",
    ),
    Shape(
        "factories that go round",
        """
  from fastapi import FastAPI

  def one() -> FastAPI:
      app = two()
      return app

  def two() -> "FastAPI":
      app = one()
      return app
""",
        refusal="found no FastAPI application",
    ),
    Shape(
        "two applications without includes",
        """
  from fastapi import FastAPI

  app = FastAPI()
  admin = FastAPI()
""",
        refusal="2 FastAPI applications in this file: admin, app",
    ),
    Shape(
        "two applications with includes",
        """
  from fastapi import FastAPI

  app = FastAPI()
  app.include_router(x)
  admin = FastAPI()
  admin.include_router(y)
""",
        refusal="2 FastAPI applications in this file: admin, app",
    ),
    Shape(
        "a helper for two applications",
        """
  from fastapi import FastAPI

  def include_routers(app):
      app.include_router(x)

  one = FastAPI()
  two = FastAPI()
  include_routers(one)
  include_routers(two)
""",
        refusal="2 FastAPI applications in this file: one, two",
    ),
    Shape(
        "an application below a path of another",
        """
  from fastapi import FastAPI

  v1 = FastAPI()
  v1.include_router(x)
  app = FastAPI()
  app.mount("/v1", v1)
""",
        refusal="mounted below a path, on line 6",
    ),
    Shape(
        "an application in one of two branches",
        """
  from fastapi import FastAPI

  if x:
      app = FastAPI()
  elif y:
      app = FastAPI(debug=True)
""",
        refusal="made in one branch only, on line 3",
    ),
    Shape(
        "a factory on one line",
        """
  from fastapi import FastAPI

  def create_app(): app = FastAPI(); return app
""",
        refusal="line 3",
    ),
    Shape(
        "an include before a return on the same line",
        """
  from fastapi import FastAPI

  def create_app():
      app = FastAPI()
      app.include_router(x); return app
""",
        refusal="line 5 leaves no room",
    ),
    Shape(
        "an include that is the last thing tried",
        """
  from fastapi import FastAPI

  def create_app():
      app = FastAPI()
      try:
          app.include_router(x)
          return app
      except ValueError:
          raise
""",
        refusal="what follows line 5 does not run",
    ),
    Shape(
        "a router handed to something unknown",
        """
  from fastapi import FastAPI

  from .routers import auth, tasks
  from .setup import install

  app = FastAPI()
  install(app, [auth.router, tasks.router])
""",
        refusal="cannot tell what line 7 does",
    ),
    Shape(
        "a list of routers handed to something unknown",
        """
  from fastapi import FastAPI

  from .routers import auth, tasks

  app = FastAPI()
  ROUTERS = [auth.router, tasks.router]
  install(app, ROUTERS)
""",
        refusal="cannot tell what line 6 does",
    ),
]
"""Files in which nothing may be written."""

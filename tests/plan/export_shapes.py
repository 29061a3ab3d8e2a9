"""Shapes of a package's `__init__`, and how `Task` of `.task` is exported from it, as diffs."""

from plan.wiring_shapes import Shape

MODELS = [
    Shape(
        "a generated one",
        '''
  """The tables."""

+ from .task import Task
  from .user import User

  __all__ = [
+     "Task",
      "User",
  ]
''',
    ),
    Shape("an empty file", "\n+ from .task import Task as Task\n"),
    Shape("a blank line", "\n+ from .task import Task as Task\n  \n"),
    Shape(
        "a docstring only",
        '''
  """The tables."""
+
+ from .task import Task as Task
''',
    ),
    Shape(
        "a comment only",
        """
  # The tables.
+ from .task import Task as Task
""",
    ),
    Shape(
        "re-exports that say so",
        """
  from .base import Base as Base
+ from .task import Task as Task
  from .user import User as User
""",
    ),
    Shape(
        "imports that do not say so",
        """
  from .base import Base
+ from .task import Task
  from .user import User
""",
    ),
    Shape(
        "imports from elsewhere only",
        """
  import enum
+
+ from .task import Task as Task
""",
    ),
    Shape(
        "imports by full names",
        """
  from shop.models.base import Base
+ from shop.models.task import Task
  from shop.models.user import User

  __all__ = ["Base", "User"]
""".replace(
            '  __all__ = ["Base", "User"]',
            '- __all__ = ["Base", "User"]\n+ __all__ = ["Base", "Task", "User"]',
        ),
    ),
    Shape(
        "the future first",
        '''
  """The tables."""
  from __future__ import annotations
+
+ from .task import Task
- __all__ = []
+ __all__ = ["Task"]
''',
    ),
    Shape(
        "one line",
        """
+ from .task import Task
  from .user import User
- __all__ = ["User"]
+ __all__ = ["Task", "User"]
""",
    ),
    Shape(
        "one line, and the last",
        """
  from .base import Base
+ from .task import Task
- __all__ = ['Base']  # all
+ __all__ = ['Base', 'Task']  # all
""",
    ),
    Shape(
        "one line, and a comma at its end",
        """
  from .base import Base
+ from .task import Task
- __all__ = ["Base", ]
+ __all__ = ["Base", "Task", ]
""",
    ),
    Shape(
        "an empty tuple",
        """
+ from .task import Task
- __all__ = ()
+ __all__ = ("Task",)
""",
    ),
    Shape(
        "a tuple of one",
        """
+ from .task import Task
  from .user import User
- __all__ = ("User",)
+ __all__ = ("Task", "User",)
""",
    ),
    Shape(
        "a tuple without brackets",
        """
  from .base import Base
+ from .task import Task
  from .user import User
- __all__ = "Base", "User"
+ __all__ = "Base", "Task", "User"
""",
    ),
    Shape(
        "an empty list of two lines",
        """
+ from .task import Task
- __all__ = [
+ __all__ = ["Task"
  ]
""",
    ),
    Shape(
        "many lines, and no comma at the end",
        """
  from .a import A
  from .b import B
+ from .task import Task

  __all__ = [
      "A",
-     "B"  # last
+     "B",  # last
+     "Task"
  ]
""",
    ),
    Shape(
        "many lines, and two names on some",
        """
  from .a import A, B
+ from .task import Task
  from .user import User, Users

  __all__ = [
      "A", "B",
+     "Task",
      "User", "Users",
  ]
""",
    ),
    Shape(
        "many lines, and a place inside one",
        """
  from .a import A, B
+ from .task import Task
  from .user import User

  __all__ = [
-     "A", "B", "User",
+     "A", "B", "Task", "User",
  ]
""",
    ),
    Shape(
        "many lines without order",
        """
  from .a import A
+ from .task import Task
  from .user import User
  from .z import Z

  __all__ = (
      "Z",
      "A",
      "User",  # who
+     "Task",
      # more to come
  )
""",
    ),
    Shape(
        "comments above names",
        """
  from .a import A
+ from .task import Task
  from .user import User

  __all__ = [
      # first
      "A",
+     "Task",
      # who
      "User",
  ]
""",
    ),
    Shape(
        "constants, classes, functions",
        """
  from .a import LIMIT, Zebra, find
+ from .task import Task

  __all__ = [
      "LIMIT",
+     "Task",
      "Zebra",
      "find",
  ]
""",
    ),
    Shape(
        "the order of code points",
        """
  from .a import LIMIT, Big, find
+ from .task import Task

- __all__ = ["Big", "LIMIT", "find"]
+ __all__ = ["Big", "LIMIT", "Task", "find"]
""",
    ),
    Shape(
        "no regard to case",
        """
  from .a import Big, apple, find, zebra
+ from .task import Task

- __all__ = ["apple", "Big", "find", "zebra"]
+ __all__ = ["apple", "Big", "find", "Task", "zebra"]
""",
    ),
    Shape(
        "a list that is added to",
        """
  from . import base
  from .base import *
+ from .task import Task
  from .user import User

  __all__ = base.__all__
- __all__ += ["User"]
+ __all__ += ["Task", "User"]
""",
    ),
    Shape(
        "a list that is extended",
        """
+ from .task import Task
  from .user import User

  __all__ = []
- __all__.extend(["User"])
+ __all__.extend(["Task", "User"])
""",
    ),
    Shape(
        "a sum of lists",
        """
  from . import base
+ from .task import Task
  from .user import User

- __all__ = ["User"] + base.__all__
+ __all__ = ["Task", "User"] + base.__all__
""",
    ),
    Shape(
        "a list in a list",
        """
  from . import base
+ from .task import Task
  from .user import User

- __all__: list[str] = [*base.__all__, "User"]
+ __all__: list[str] = [*base.__all__, "User", "Task"]
""",
    ),
    Shape(
        "listed but not imported",
        """
+ from .task import Task

  __all__ = ["Task"]
""",
    ),
    Shape(
        "imported but not listed",
        """
  from .base import Base
  from .task import Task

- __all__ = ["Base"]
+ __all__ = ["Base", "Task"]
""",
    ),
    Shape(
        "imported by a star, and not listed",
        """
  from .task import *

- __all__ = ["Base"]
+ __all__ = ["Base", "Task"]
  Base = object
""",
    ),
    Shape(
        "imported where types are checked alone",
        """
  from typing import TYPE_CHECKING
+
+ from .task import Task as Task

  if TYPE_CHECKING:
      from .task import Task
""",
    ),
    Shape(
        "imported under another name",
        """
  from .task import Task as Todo
+ from .task import Task
""".replace("+ from .task import Task\n", "+ from .task import Task as Task\n"),
    ),
    Shape("exported by us", "\n  from .task import Task as Task\n"),
    Shape("exported by a star", "\n  from .task import *\n"),
    Shape(
        "exported by its full name",
        """
  from shop.models.task import Task, Other

  __all__ = ("Other", "Task")
""",
    ),
    Shape(
        "tables beside imports",
        '''
  """The tables."""

  from .base import Base
+ from .task import Task


  class User(Base):
      """A user."""


- __all__ = ["Base", "User"]
+ __all__ = ["Base", "Task", "User"]
''',
    ),
    Shape(
        "look-alikes in strings",
        """
  '''
  __all__ = [
      "A",
  ]
  '''
+
+ from .task import Task
  TEXT = '''
  from .a import A
  __all__ = ["B"]
  '''
- __all__ = ["TEXT"]
+ __all__ = ["TEXT", "Task"]
""",
    ),
]
"""Files from which the model is exported."""

NO_MODELS = [
    Shape("names from a call", "\n  __all__ = names()\n", refusal="more than a list"),
    Shape("names that are sorted", "\n  __all__ = sorted(names)\n", refusal="more than a list"),
    Shape(
        "a list under a condition",
        """
  if x:
      __all__ = ["A"]
  else:
      __all__ = ["B"]
""",
        refusal="more than a list",
    ),
    Shape("a name in brackets", '\n  __all__ = [("User")]\n', refusal="__all__ would not hold"),
    Shape(
        "a class by that name", "\n  class Task: ...\n", refusal="something else here, on line 1"
    ),
    Shape(
        "another model by that name",
        "\n  import x\n  from .legacy import Task\n",
        refusal="something else here, on line 2",
    ),
    Shape("no Python", "\n  __all__ = [\n", refusal="line 1 is no Python"),
    Shape("an undecodable file", "\n  # coding: nonsense\n", refusal="is no Python"),
]
"""Files from which it cannot be exported."""

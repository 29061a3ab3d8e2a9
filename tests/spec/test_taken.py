"""The names that are taken, held against the templates that take them.

Where a template has got a new name, these tests print it: add it to `spec/taken.py`.
"""

import keyword
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from rafters.spec import taken

TEMPLATE = Path(__file__).parents[2] / "template"
PROJECT = TEMPLATE / "project"
RESOURCE = TEMPLATE / "resource"
PACKAGE = PROJECT / "src" / "{{package}}"

LAYERS = [RESOURCE / f"{name}.py.jinja" for name in ("model", "schemas", "service", "router")]
"""The modules in which a resource's own names stand beside those of the template."""

NEAR = [
    *LAYERS,
    RESOURCE / "tests.py.jinja",
    *RESOURCE.glob("tests/*"),
    *RESOURCE.glob("shared/*types.py*"),
    *RESOURCE.glob("shared/lists.py*"),
    *PROJECT.glob("tests/conftest*"),
    *PACKAGE.glob("models/*"),
    *PACKAGE.glob("schemas/*"),
]
"""Those, and the modules whose classes meet those of a resource."""

EVERY = [path for path in TEMPLATE.rglob("*.py*") if path.is_file()]

HARMLESS = frozenset(
    """
    ASGIApp AdaptedConnection Answer AsyncAdaptedQueuePool BearerToken CORSMiddleware
    CapacityLimiter Claims Collection Config Connection ContextVar Conversation DefaultSelector
    Dialect Event Everything Executable FieldInfo Generator HTMLResponse HTTPConnection HashingTurn
    Host Hosts Integer Item Iterable Layers Lines Linked LogFormat LogLevel Mapped Match
    MutableHeaders NoDecode Note NotingRoute Origin Origins PlainErrors Pool Purpose Receive
    RequestLog SQLAlchemyError Scope SecurityHeaders Send Serve Server Sorting StringConstraints
    TextFormatter Thread TrustedHostMiddleware Turns TypeDecorator TypeEngine UnavailableError
    """.split()  # noqa: SIM905  (a word list reads better than quoted words)
)
"""Classes that only modules use in which no resource is named: a resource may be called so."""

SANITIZED = frozenset({"data", "query", "request", "response", "session", "statement", "user"})
"""Variables beside which the row of a resource gets another name (plan/layers.py)."""

NAME = re.compile(
    r"""
    ^\s*(?:async\ )?(?:class|def)\ (\w+)        # definitions
    | ^\s*(\w+)(?::\ [^=\n]+)?\ =\              # assignments
    | (?:[(,]\s*|^\s+)\*{0,2}(\w+):\            # parameters and annotations
    | \bfor\ (\w+(?:,\ \w+)*)\ in\              # loops
    | \bas\ (\w+)(?=[:,\n])
    | \((\w+)\ :=
    | ^(?:from\ [\w.]+\ )?import\ (.+)$
    """,
    re.MULTILINE | re.VERBOSE,
)


def plain(source: str) -> str:
    """Return a template as Python: what Jinja puts in is `§`, in an import its texts."""

    def replaced(found: re.Match[str]) -> str:
        if re.search(r"import [^\n]*\Z", source[: found.start()]):
            return " ".join(["", *re.findall(r'"([^"]*)"', found[1]), ""])
        return "§"

    source = re.sub(r"(?<=  )# [^\n]*", "", source)
    source = re.sub(r"\{#.*?#\}|\{%.*?%\}", "", source, flags=re.DOTALL)
    return re.sub(r"\{\{(.*?)\}\}", replaced, source, flags=re.DOTALL)


def names(paths: Iterable[Path]) -> set[str]:
    """Return the names that templates define or import, of a resource's own none."""
    found: set[str] = set()
    for path in paths:
        source = re.sub(r'"""(?:.|\n)*?"""', "", plain(path.read_text(encoding="utf-8")))
        for groups in NAME.findall(source):
            bound = re.sub(r"\w+ as (\w+)", r"\1", " ".join(groups))
            found.update(re.findall(r"[\w§]+", bound))
    return {name for name in found if "§" not in name and not keyword.iskeyword(name)}


def classes(paths: Iterable[Path]) -> set[str]:
    """Return the names among those that a class may have."""
    return {name for name in names(paths) if re.fullmatch(r"[A-Z][A-Za-z0-9]*[a-z0-9]\w*", name)}


def modules(*folders: Path) -> set[str]:
    """Return the names of the modules in folders of the templates."""
    found = (plain(path.name) for folder in folders for path in folder.glob("*.py*"))
    return {name.partition(".")[0] for name in found if not name.startswith("_")}


def test_classes_of_templates_are_taken() -> None:
    """No resource has the name of a class that its own modules define or import."""
    missing = classes(NEAR) - taken.CLASSES
    assert not missing, f"add to taken.CLASSES: {' '.join(sorted(missing))}"
    assert not classes(NEAR) & HARMLESS


def test_classes_that_are_far_are_taken_or_harmless() -> None:
    """What no resource's module uses is taken too, unless it is known to do no harm."""
    missing = classes(EVERY) - taken.CLASSES - HARMLESS
    assert not missing, f"add to taken.CLASSES, or to HARMLESS: {' '.join(sorted(missing))}"
    assert not taken.CLASSES & HARMLESS


def test_variables_of_layers_are_taken() -> None:
    """The row of a resource hides nothing that its modules use."""
    found = {name for name in names(LAYERS) if re.fullmatch(r"[a-z][a-z0-9_]*[a-z0-9]", name)}
    missing = found - taken.VARIABLES - SANITIZED - {"created_at", "updated_at", "user_id"}
    assert not missing, f"add to taken.VARIABLES: {' '.join(sorted(missing))}"


@pytest.mark.parametrize(
    ("known", "found"),
    [
        (taken.MODULES, modules(PACKAGE / "models", PACKAGE / "schemas")),
        (taken.ROUTERS, modules(PACKAGE / "routers")),
        (
            taken.SERVICES,
            {name.removesuffix("_service") for name in modules(PACKAGE / "services")},
        ),
        (
            taken.TESTS,
            {
                name.removeprefix("test_")
                for name in modules(PROJECT / "tests", RESOURCE / "shared")
                if name.startswith("test_")
            },
        ),
    ],
    ids=["models and schemas", "routers", "services", "tests"],
)
def test_modules_of_templates_are_taken(known: frozenset[str], found: set[str]) -> None:
    """No resource has a module where there is one already."""
    assert found
    assert not found - known, f"add to spec/taken.py: {' '.join(sorted(found - known))}"


def test_functions_like_those_of_resources_are_taken() -> None:
    """No operation of a resource has the name of a function that is there."""
    verb = re.compile(r"(?:create|delete|get|list|update)_\w*[a-z]")
    missing = {name for name in names(EVERY) if verb.fullmatch(name)} - taken.FUNCTIONS
    assert not missing, f"add to taken.FUNCTIONS: {' '.join(sorted(missing))}"


def test_attributes_of_models_are_taken() -> None:
    """No field hides what SQLModel gives every model, or a name that class bodies use."""
    both = [*dir(SQLModel), *dir(type(SQLModel))]
    attributes = {name for name in both if not name.startswith(("_", "model_"))}
    assert not attributes - taken.MODEL_NAMES


def test_methods_of_schemas_are_taken() -> None:
    """No field hides what the base of all schemas checks with."""
    base = (PACKAGE / "schemas" / "base.py.jinja").read_text(encoding="utf-8")
    methods = {
        name for name in re.findall(r"^    def (\w+)\(", base, re.MULTILINE) if name[0] != "_"
    }
    assert methods
    assert not methods - taken.MODEL_NAMES


def test_the_scan_sees_the_templates() -> None:
    """The tests above read real templates, not an empty list."""
    assert {"Session", "Field", "Query", "Request", "Response", "Base"} <= classes(NEAR)
    assert {"row", "values"} & names(LAYERS) or {"router", "problems"} <= names(LAYERS)

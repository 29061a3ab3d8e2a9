"""Parses what was rendered: a file that is no Python, JSON, YAML or TOML is a defect."""

import ast
import json
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

import tomli

_JSON_WITH_COMMENTS = re.compile(
    r"(?:^|/)(?:[tj]sconfig[^/]*\.json|devcontainer\.json|\.eslintrc\.json|api-extractor\.json"
    r"|\.vscode/[^/]+\.json|\.zed/[^/]+\.json|\.devcontainer/.*\.json|deno\.jsonc?|[^/]+\.jsonc)$"
)

_TEMPLATES = re.compile(r"\{\{|\{%|<%")
"""What tells that a file is a template of some program: of Helm, say."""


def broken(texts: Mapping[str, str], *, python: bool) -> Iterator[str]:
    """Yield which files do not parse, and where.

    Args:
        texts: the files.
        python: whether the Python that runs here is new enough to parse theirs.
    """
    for path, text in texts.items():
        parse = _PARSERS.get(PurePosixPath(path).suffix)
        if parse is None or (parse is _python and not python):
            continue
        if (
            _JSON_WITH_COMMENTS.search(path)
            or _TEMPLATES.search(path)
            or (parse is _yaml and _is_template(path, texts))
        ):
            continue
        try:
            parse(text)
        except SyntaxError as error:
            yield f"{path}:{error.lineno}: no Python: {error.msg}"
        except ValueError as error:
            yield f"{path}: {_first_line(error)}"


def _python(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ast.parse(text)


def _yaml(text: str) -> None:
    """Parse YAML, whatever its tags mean to the program that reads them.

    Raises:
        ValueError: it is none.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        for _ in yaml.compose_all(text, Loader=loader):
            pass
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}: " if mark else ""
        raise ValueError(f"no YAML: {place}{getattr(error, 'problem', error)}") from error


def _json(text: str) -> None:
    try:
        json.loads(text)
    except ValueError as error:
        raise ValueError(f"no JSON: {error}") from error


def _toml(text: str) -> None:
    try:
        tomli.loads(text)
    except ValueError as error:
        raise ValueError(f"no TOML: {error}") from error


def _is_template(path: str, texts: Mapping[str, str]) -> bool:
    """Tell whether a file of YAML is one of a Helm chart's templates."""
    parents = PurePosixPath(path).parents
    in_chart = any(
        parent.name == "templates" and f"{parent.parent}/Chart.yaml".removeprefix("./") in texts
        for parent in parents
    )
    return in_chart and bool(_TEMPLATES.search(texts[path]))


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


_PARSERS: Mapping[str, Callable[[str], None]] = {
    ".py": _python,
    ".pyi": _python,
    ".json": _json,
    ".yaml": _yaml,
    ".yml": _yaml,
    ".toml": _toml,
}

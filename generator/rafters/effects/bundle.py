"""The templates and the questions that Rafters carries."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from rafters.spec import questions

_PACKAGE = Path(__file__).resolve().parents[1]


def root() -> Path:
    """Return the folder that holds copier.yml and template/: of the wheel, or of a checkout."""
    bundled = _PACKAGE / "_bundle"
    return bundled if bundled.is_dir() else _PACKAGE.parents[1]


@cache
def project_questions() -> tuple[questions.Question, ...]:
    """Return the questions of the project template, as copier.yml declares them."""
    return questions.read(yaml.safe_load((root() / "copier.yml").read_text(encoding="utf-8")))


def resource_templates() -> Mapping[str, str]:
    """Return the sources of the resource templates, by their path below template/resource."""
    folder = root() / "template" / "resource"
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.jinja"))
    }

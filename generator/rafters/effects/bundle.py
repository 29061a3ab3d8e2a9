"""The templates and the questions that Rafters carries."""

from functools import cache
from pathlib import Path

from rafters.effects.cache import Cache
from rafters.plan.render import Templates
from rafters.spec import questions

_PACKAGE = Path(__file__).resolve().parents[1]
_STYLE = "template/style.jinja"


def root() -> Path:
    """Return the folder that holds copier.yml and template/: of the wheel, or of a checkout."""
    bundled = _PACKAGE / "_bundle"
    return bundled if bundled.is_dir() else _PACKAGE.parents[1]


@cache
def project_questions() -> tuple[questions.Question, ...]:
    """Return the questions of the project template, as copier.yml declares them."""
    import yaml  # slow, and only `new` asks questions

    return questions.read(yaml.safe_load((root() / "copier.yml").read_text(encoding="utf-8")))


def resource_templates() -> Templates:
    """Return the resource templates, by their path below template/resource, and what they import.

    What the project template imports as well stands beside both, and has its path from the root.
    """
    folder = root() / "template" / "resource"
    sources = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.jinja"))
    }
    sources[_STYLE] = (root() / _STYLE).read_text(encoding="utf-8")
    return Templates(sources, Cache("templates"))

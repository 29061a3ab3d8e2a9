"""Renders templates; the one module that knows Jinja."""

from collections.abc import Mapping

from jinja2 import DictLoader, Environment, StrictUndefined


def render(templates: Mapping[str, str], context: Mapping[str, object]) -> dict[str, str]:
    """Return the rendered text of each template, by the template's name.

    Args:
        templates: sources by name; templates may import one another by it.
        context: the names that the templates may use; any other raises.

    Raises:
        jinja2.TemplateError: a template is wrong, which is a fault of Rafters.
    """
    environment = Environment(
        loader=DictLoader(dict(templates)),
        autoescape=False,  # noqa: S701  (Python, TOML and Markdown are made, not HTML)
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return {name: environment.get_template(name).render(context) for name in templates}

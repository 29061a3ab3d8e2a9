"""Renders templates; the one module that knows Jinja."""

from collections.abc import Mapping

from jinja2 import DictLoader, Environment, StrictUndefined


def render(templates: Mapping[str, str], context: Mapping[str, object]) -> dict[str, str]:
    """Return the rendered files by their rendered paths.

    Args:
        templates: sources by path; a path may hold Jinja, a `.jinja` at its end is dropped,
            and one that starts with `_` is only there for others to import.
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
    return {
        environment.from_string(path.removesuffix(".jinja")).render(context): (
            environment.get_template(path).render(context)
        )
        for path in templates
        if not path.startswith("_")
    }

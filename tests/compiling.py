"""Templates that this process compiles once, however often it renders them."""

from typing import Any

from jinja2 import Environment

_compile = Environment.compile
_compiled: dict[tuple[object, ...], Any] = {}


def compile_once(environment: Environment, source: object, *rest: object, **more: object) -> object:
    """Compile a template as Jinja does, or return what came of it before.

    For the environments of copier, which forget what they have compiled. A filter of a constant is
    run as its template is compiled: what is drawn at random there is drawn anew each time.
    """
    if "random" in str(source):
        return _compile(environment, source, *rest, **more)  # type: ignore[call-overload]
    dialect = (environment.lexer, environment.autoescape, *sorted(environment.extensions))
    key = (dialect, source, *rest, *more.items())
    if key not in _compiled:
        _compiled[key] = _compile(environment, source, *rest, **more)  # type: ignore[call-overload]
    return _compiled[key]

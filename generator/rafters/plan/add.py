"""What a resource adds to a project: a file per layer, and its place in what is there."""

import re
import tomllib
from collections.abc import Mapping

from rafters.plan import code, wiring
from rafters.plan.render import render
from rafters.plan.tree import File, Tree, of_text
from rafters.spec.resource import Resource

MANIFEST = "rafters.toml"

LAYERS = {
    "model.py.jinja": "{source}/models/{singular}.py",
    "schemas.py.jinja": "{source}/schemas/{singular}.py",
    "service.py.jinja": "{source}/services/{singular}_service.py",
    "router.py.jinja": "{source}/routers/{plural}.py",
    "tests.py.jinja": "{tests}/test_{plural}.py",
    "migration.py.jinja": "{migrations}/{revision}_create_{plural}.py",
    "shared/links.py.jinja": "{source}/links.py",
    "shared/ownership.py.jinja": "{source}/ownership.py",
    "shared/pagination.py.jinja": "{source}/pagination.py",
    "shared/test_ownership.py.jinja": "{tests}/test_ownership.py",
}
"""Where the file of each template stands, by the names under `[layout]` and of the resource.

The shared ones come with a project's first resource; then they are the user's.
"""


def resource(tree: Tree, templates: Mapping[str, str], wanted: Resource) -> Tree:
    """Return the tree of a project with one more resource.

    Args:
        tree: the project, with its rafters.toml.
        templates: the sources of the layers, by the path below `template/resource`.
        wanted: the resource.

    Raises:
        ConflictError: a place to register the resource in is not there.
    """
    layout = tomllib.loads(tree[MANIFEST].text)["layout"]
    down, number = _head(tree, f"{layout['migrations']}/")
    context = code.context(wanted) | {
        "package": layout["package"],
        "revision": f"{number:04}",
        "down_revision": down,
    }
    rendered = render(templates, context)
    files = {
        path.format_map({**context, **layout}): rendered[template]
        for template, path in LAYERS.items()
    }
    new = of_text({path: text for path, text in files.items() if path not in tree})
    return {**tree, **new, **_wired(tree, layout, wanted)}


def _wired(tree: Tree, layout: Mapping[str, str], wanted: Resource) -> dict[str, File]:
    """Return the files in which a resource is registered."""
    main, models = _file(tree, layout, "main"), _file(tree, layout, "models")
    edited = {
        main: wiring.include_router(
            tree[main].text,
            module=f".routers.{wanted.plural}",
            name=f"{wanted.plural}_router",
            prefix=layout["api_prefix"],
        ),
        models: wiring.export_model(
            tree[models].text, module=f".{wanted.singular}", name=wanted.name
        ),
        MANIFEST: f"{tree[MANIFEST].text.rstrip()}\n\n{_record(wanted)}",
    }
    return of_text(edited)


def _file(tree: Tree, layout: Mapping[str, str], name: str) -> str:
    """Return the path of the module that `[layout]` names, a package's `__init__` included."""
    module = layout[name].removeprefix(f"{layout['package']}.").replace(".", "/")
    path = f"{layout['source']}/{module}"
    return f"{path}.py" if f"{path}.py" in tree else f"{path}/__init__.py"


def _record(wanted: Resource) -> str:
    """Return the table of rafters.toml that stands for a resource."""
    lines = "".join(f'    "{field}",\n' for field in wanted.fields)
    return f'[resources.{wanted.name}]\nplural = "{wanted.plural}"\nfields = [\n{lines}]\n'


def _head(tree: Tree, folder: str) -> tuple[str, int]:
    """Return the last revision of a tree's migrations, and the number after it."""
    sources = [file.text for path, file in tree.items() if path.startswith(folder)]
    revisions = {found[1] for text in sources if (found := _REVISION.search(text))}
    down = {found[1] for text in sources if (found := _DOWN.search(text))}
    (head,) = revisions - down
    return head, len(revisions) + 1


_REVISION = re.compile(r'^revision(?:: str)? = "(\w+)"', re.MULTILINE)
_DOWN = re.compile(r'^down_revision(?:: [^=]+)? = "(\w+)"', re.MULTILINE)

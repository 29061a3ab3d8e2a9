"""Where a project registers its resources: `main.py`, the exports of models, rafters.toml."""

from collections.abc import Callable, Mapping
from functools import partial

from rafters.errors import ConflictError, Problem
from rafters.plan.changes import Edit, Plan
from rafters.plan.goal import Goal
from rafters.plan.tree import File, Tree
from rafters.plan.wiring import exports, manifest, routers
from rafters.spec import blueprint

MANIFEST = "rafters.toml"


def registered(tree: Tree, layout: Mapping[str, str], goal: Goal) -> Plan:
    """Return what registers the resources that come, and strikes out those that go.

    Raises:
        ConflictError: with every place that is not there, and the lines to add by hand.
    """
    main, models = _file(tree, layout, "main"), _file(tree, layout, "models")
    after = {path: tree[path].content for path in (main, models, MANIFEST)}
    problems: list[Problem] = []

    def edit(path: str, change: Callable[[bytes], bytes]) -> None:
        try:
            after[path] = change(after[path])
        except ConflictError as error:
            problems.extend(
                Problem(item.code, f"{path}: {item.message}", item.hint) for item in error.problems
            )

    package, prefix, force = _package(layout["main"], main), layout["api_prefix"], goal.force
    up = "." * (len(package.split(".")) - len(layout["package"].split(".")))
    include = partial(routers.include_router, package=package, prefix=prefix)
    unwire = partial(routers.unwire_router, package=package, prefix=prefix, force=force)
    models_package = _package(layout["models"], models)
    export = partial(exports.export_model, package=models_package)
    unexport = partial(exports.unexport_model, package=models_package, force=force)
    for resource in goal.removed:
        router, alias = f".{up}routers.{resource.plural}", f"{resource.plural}_router"
        edit(main, partial(unwire, module=router, name=alias))
        edit(models, partial(unexport, module=f".{resource.singular}", name=resource.name))
        edit(MANIFEST, partial(manifest.unrecord, name=resource.name))
    for resource in goal.added:
        router, alias = f".{up}routers.{resource.plural}", f"{resource.plural}_router"
        edit(main, partial(include, module=router, name=alias))
        edit(models, partial(export, module=f".{resource.singular}", name=resource.name))
    for resource in (*goal.changed, *goal.added):
        table = blueprint.record(resource)
        edit(MANIFEST, partial(manifest.record, table=table, name=resource.name))
    if problems:
        raise ConflictError(problems)
    edits = (
        Edit(path, tree[path], File(content, executable=tree[path].executable))
        for path, content in sorted(after.items())
        if content != tree[path].content
    )
    return Plan(tuple(edits))


def _package(module: str, path: str) -> str:
    """Return the package that relative imports in a module start from."""
    return module if path.endswith("/__init__.py") else module.rpartition(".")[0]


def _file(tree: Tree, layout: Mapping[str, str], name: str) -> str:
    """Return the path of a module that the layout names, a package's `__init__` included.

    Raises:
        ConflictError: there is no such module.
    """
    module = layout[name].removeprefix(f"{layout['package']}.").replace(".", "/")
    path = f"{layout['source']}/{module}"
    for place in (f"{path}.py", f"{path}/__init__.py"):
        if place in tree:
            return place
    message = f"{path}.py is not there, which [layout] names as {name}"
    raise ConflictError(Problem("cannot-wire", message, f"correct it in {MANIFEST}"))

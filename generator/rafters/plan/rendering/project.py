"""What the resources of a blueprint render to: the files of each, and those that they share.

Migrations and registrations are not among them: what stands there depends on what came before.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import cast

from rafters.plan.render import Templates, render
from rafters.plan.rendering import layers, samples
from rafters.plan.rendering.layers import Layers
from rafters.plan.tables import Table
from rafters.plan.tree import Tree, of_text
from rafters.spec.resource import Blueprint, Resource

LAYERS = {
    "model.py.jinja": "{source}/models/{singular}.py",
    "schemas.py.jinja": "{source}/schemas/{singular}.py",
    "service.py.jinja": "{source}/services/{singular}_service.py",
    "router.py.jinja": "{source}/routers/{plural}.py",
    "tests.py.jinja": "{tests}/test_{plural}.py",
}
"""Where the files of a resource stand, by the names under `[layout]` and of the resource."""

SHARED = {
    "shared/access.py.jinja": ("{source}/access.py", ""),
    "shared/columns.py.jinja": ("{source}/models/types.py", "columns"),
    "shared/conflicts.py.jinja": ("{source}/conflicts.py", ""),
    "shared/inserts.py.jinja": ("{source}/inserts.py", ""),
    "shared/linking.py.jinja": ("{source}/linking.py", "links"),
    "shared/etags.py.jinja": ("{source}/etags.py", "versioned"),
    "shared/links.py.jinja": ("{source}/links.py", ""),
    "shared/lists.py.jinja": ("{source}/schemas/lists.py", ""),
    "shared/pagination.py.jinja": ("{source}/pagination.py", ""),
    "shared/relations.py.jinja": ("{source}/relations.py", "relations"),
    "shared/test_database_conflicts.py.jinja": ("{tests}/test_database_conflicts.py", ""),
    "shared/test_ownership.py.jinja": ("{tests}/test_ownership.py", ""),
    "shared/types.py.jinja": ("{source}/schemas/types.py", "types"),
    "shared/versioned.py.jinja": ("{source}/models/versioned.py", "versioned"),
    "shared/versions.py.jinja": ("{source}/versions.py", "versioned"),
    "shared/visitors.py.jinja": ("{source}/visitors.py", "visitors"),
}
"""Where the files that resources share stand, and which name of the context asks for them."""


def contexts(
    blueprint: Blueprint,
    layout: Mapping[str, str],
    known: Mapping[str, Mapping[str, object]] | None = None,
) -> dict[str, Mapping[str, object]]:
    """Return what the files of each resource depend on, by its name; to be compared with `==`.

    Args:
        blueprint: all resources of the project.
        layout: the names under `[layout]`.
        known: those that the caller has.
    """
    known = known or {}
    places = {"package": layout["package"], "api_prefix": layout["api_prefix"]}
    options = blueprint.options
    places |= asdict(options) | {"id_type": options.id_type, "big_ids": options.big_ids}
    return {
        name: known.get(name)
        or {
            **samples.context(blueprint, resource),
            **places,
            "layers": layers.layers(blueprint, resource),
        }
        for name, resource in blueprint.resources.items()
    }


def files(
    blueprint: Blueprint,
    layout: Mapping[str, str],
    templates: Templates,
    only: Collection[str] | None = None,
    found: Mapping[str, Mapping[str, object]] | None = None,
) -> Tree:
    """Return the files of a blueprint's resources: the same bytes each time.

    Args:
        blueprint: all resources of the project.
        layout: the names under `[layout]`.
        templates: those of the files, by their path below `template/resource`.
        only: the resources whose own files are wanted; all where nothing is said. What resources
            share is returned in any case.
        found: what `contexts` returned for the blueprint, where the caller has it.
    """
    every = contexts(blueprint, layout) if found is None else found
    texts: dict[str, str] = {}
    for name, context in every.items():
        if only is None or name in only:
            places = paths(layout, blueprint.resources[name])
            rendered = render(templates, {**context, **layers.context(_layers(context))}, LAYERS)
            texts |= dict(zip(places.values(), rendered.values(), strict=True))
    if every:
        common = layers.shared(map(_layers, every.values()), blueprint.options)
        common |= {"package": layout["package"]}
        wanted = {key: path for key, (path, name) in SHARED.items() if not name or common[name]}
        rendered = render(templates, common, wanted)
        texts |= {path.format_map(layout): rendered[key] for key, path in wanted.items()}
    return of_text(texts)


def paths(layout: Mapping[str, str], resource: Resource) -> dict[str, str]:
    """Return where the files of a resource stand: model, schemas, service, router and tests."""
    names = {"singular": resource.singular, "plural": resource.plural, **layout}
    return {key.partition(".")[0]: path.format_map(names) for key, path in LAYERS.items()}


def tables(found: Mapping[str, Mapping[str, object]]) -> dict[str, tuple[Table, ...]]:
    """Return the tables of all resources, as their contexts have them."""
    return {name: _layers(context).tables for name, context in found.items()}


def _layers(context: Mapping[str, object]) -> Layers:
    """Return the part of a context that is not only for tests."""
    return cast("Layers", context["layers"])

"""`rafters list`: the resources of a project, their files, routes and tests."""

from dataclasses import dataclass
from pathlib import Path

from rafters.effects import journal, lock, project
from rafters.plan import inventory
from rafters.plan.inventory import Entry
from rafters.spec import blueprint as blueprints


@dataclass(frozen=True)
class Listed:
    """The resources of a project.

    Attributes:
        root: the project's folder.
        entries: each resource and what it has.
    """

    root: Path
    entries: tuple[Entry, ...]

    @property
    def specification(self) -> str:
        """The resources as `rafters apply` takes them."""
        return "\n".join(blueprints.record(entry.resource) for entry in self.entries)

    def as_data(self) -> dict[str, object]:
        """Return the resources for the JSON envelope."""
        return {"path": str(self.root), "resources": [_data(entry) for entry in self.entries]}


def run(folder: Path | None) -> Listed:
    """Return the resources of the project in a folder; of the current one if it is `None`.

    Raises:
        NoProjectError: there is no project.
        ConflictError: its rafters.toml cannot be used.
    """
    root = project.find(folder)
    with lock.held(root):
        journal.recover(root)
        opened = project.read(root)
        return Listed(root, inventory.entries(opened.tree, opened.layout, opened.blueprint))


def _data(entry: Entry) -> dict[str, object]:
    return {
        "name": entry.resource.name,
        "plural": entry.resource.plural,
        "access": entry.resource.access,
        "versioned": entry.resource.versioned,
        "fields": blueprints.lines(entry.resource),
        "files": list(entry.files),
        "missing": list(entry.missing),
        "routes": [{"method": method, "path": path} for method, path in entry.routes],
        "tests": list(entry.tests),
    }

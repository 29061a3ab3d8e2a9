"""The statuses that requests for the rows of a resource get, by who makes them."""

from rafters.spec.resource import Options, Resource


def foreign(resource: Resource, options: Options) -> int:
    """Return the status of a request that would change the row of another user."""
    return 403 if resource.access == "public-read" else int(options.foreign_rows)


def matrix(resource: Resource, options: Options, writer: str) -> list[tuple[str, list[int]]]:
    """Return the statuses that each user gets.

    They are those to create, to list, and to read, change and delete a row, and the last three
    where there is no such row.

    Args:
        resource: the resource.
        options: how the project is built.
        writer: the fixture of the user to whom the row belongs, where rows belong to users.
    """
    every, none = [201, 200, 200, 200, 204, *[404] * 3], [401] * 8
    if resource.access == "shared":
        return [("anonymous", none), ("alice", every), ("bob", every), ("admin", every)]
    if resource.access == "admin":
        reads = [403, 200, 200, 403, 403, 404, 403, 403]
        return [("anonymous", none), ("alice", reads), ("admin", every)]
    others = [201, 200, *[foreign(resource, options)] * 3, *[404] * 3]
    if resource.access == "public-read":
        none, others[2] = [401, 200, 200, 401, 401, 404, 401, 401], 200
    found = dict.fromkeys(("alice", "bob", "admin"), others) | {writer: every}
    return [("anonymous", none), *found.items()]

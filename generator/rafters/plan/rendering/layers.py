"""What the templates of a resource's layers, and of what resources share, are given."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from rafters.plan.rendering.code import BUILTINS, FieldCode
from rafters.plan.rendering.expressions import names_in
from rafters.plan.rendering.fields import fields
from rafters.plan.tables import Table, tables
from rafters.spec.resource import OWNED, USER, Blueprint, Options, Resource

OWN_TYPES = frozenset(
    {"Date", "Duration", "Ids", "Int32", "Int53", "Json", "Moment", "Slug", "Time", "Url", "Uuid"}
)
"""Types that stand in a module that schemas share; beside them `Scaled`, for decimals."""

_PYDANTIC = {
    "AfterValidator": {"Url", "Json", "Moment", "Duration"},
    "AwareDatetime": {"Moment"},
    "BeforeValidator": {"Date", "Duration", "Ids", "Moment", "Time"},
    "Field": OWN_TYPES - {"Json"},
    "GetCoreSchemaHandler": {"Scaled"},
    "GetJsonSchemaHandler": {"Scaled"},
    "HttpUrl": {"Url"},
    "JsonValue": {"Json"},
    "SerializerFunctionWrapHandler": {"Duration"},
    "ValidationError": {"Url"},
    "WithJsonSchema": {"Time", "Duration"},
    "WrapSerializer": {"Duration"},
}
"""What that module imports from pydantic, and the types that need it."""

_VARIABLES = frozenset({"data", "query", "request", "response", "session", "statement", "user"})
"""Local names of the templates, of which a row must not have one."""

_WORDS = {
    "owner": ("What the owner sees", "which belongs to the user who created it"),
    "public-read": ("What everyone sees", "which everyone may read, and its owner may change"),
    "shared": ("What every user sees", "which all users share"),
    "admin": ("What every user sees", "which all users may read, and administrators may change"),
}
"""How docstrings tell each kind of access."""


@dataclass(frozen=True)
class Layers:
    """All that the files of one resource depend on, and no more; cheap to compare.

    Attributes:
        resource: the resource.
        fields: its fields, with what they lead to.
        tables: its tables.
        options: how the project is built.
    """

    resource: Resource
    fields: tuple[FieldCode, ...]
    tables: tuple[Table, ...]
    options: Options

    @property
    def relations(self) -> list[FieldCode]:
        """The fields that lead to other rows."""
        return [item for item in self.fields if item.target]

    @property
    def manys(self) -> list[FieldCode]:
        """The fields that lead to many rows."""
        return [item for item in self.fields if item.link]

    @property
    def open(self) -> bool:
        """Whether even a stranger reads its rows."""
        return self.resource.access == "public-read"

    @property
    def forbids(self) -> bool:
        """Whether a request for a row that is there may be refused with 403."""
        hides = self.resource.access == "owner" and self.options.foreign_rows == "404"
        return self.resource.access != "shared" and not hides

    @property
    def getter(self) -> str:
        """The function of the rule of access that returns a row to change it."""
        if not self.resource.owned:
            return "get_public"
        hides = self.options.foreign_rows == "404"
        return "get_editable" if self.open and hides else "get_owned"

    @property
    def visitors(self) -> bool:
        """Whether what a stranger reads differs from what a user does."""
        return self.open and not all(item.for_all for item in self.manys)

    @property
    def own_types(self) -> set[str]:
        """The types that its schemas take from the module that they share."""
        read = [item for item in self.fields if item.field.filter or not item.field.readonly]
        shown = {item.output for item in self.fields if not item.field.hidden}
        types = ({item.input for item in read} | shown) & OWN_TYPES
        return types | {"Scaled" for item in read if item.type == "decimal"}

    @property
    def schema_names(self) -> frozenset[str]:
        """The names that its schemas use."""
        shown = [item.output for item in self.fields if not item.field.hidden]
        written = [item for item in self.fields if not item.field.readonly]
        sources = [*shown, *(item.create for item in written)]
        sources += [item.input for item in self.fields if item.field.filter]
        sources += [item.definition for item in self.fields if item.alias]
        return names_in(*sources)


def layers(blueprint: Blueprint, resource: Resource) -> Layers:
    """Return what the files of a resource depend on."""
    owned = tables(blueprint, resource)
    return Layers(resource, tuple(fields(blueprint, resource, owned)), owned, blueprint.options)


def shared(parts: Iterable[Layers], options: Options) -> dict[str, object]:
    """Return the names that the templates of what resources share use."""
    parts = list(parts)
    on_sqlite = options.database == "sqlite"
    every = [item for part in parts for item in part.fields]
    stored = {item.type for item in every}
    types = frozenset[str]().union(*(part.own_types for part in parts))
    access = {part.resource.access for part in parts}
    imports = [name for name, users in _PYDANTIC.items() if types & users]
    return {
        **asdict(options),
        "id_type": options.id_type,
        "owner": "owner" in access,
        "owned": bool(access & OWNED),
        "public": bool(access - {"owner"}),
        "admin": "admin" in access,
        "public_read": "public-read" in access,
        "forbids": any(part.forbids for part in parts),
        "users": any(item.target == USER for item in every),
        "versioned": any(part.resource.versioned for part in parts),
        "visitors": any(part.visitors for part in parts),
        "relations": any(item.target for item in every),
        "links": any(item.link for item in every),
        "columns": bool(stored & ({"decimal", "json"} if on_sqlite else {"json"})),
        "decimals": on_sqlite and "decimal" in stored,
        "jsons": "json" in stored,
        "search": any(item.field.search for item in every),
        "equalities": any(item.field.filter for item in every if not item.link),
        "types": types,
        "imports": imports,
        "public_models": sorted(
            part.resource.name for part in parts if part.resource.access != "owner"
        ),
    }


def context(part: Layers) -> dict[str, object]:
    """Return the names that the templates of a resource's layers use."""
    return _names(part.resource) | _access(part) | _fields(part)


def _names(resource: Resource) -> dict[str, object]:
    """Return what a resource is called."""
    words = resource.singular.replace("_", " ")
    sees, belongs = _WORDS[resource.access]
    taken = resource.singular in _VARIABLES | BUILTINS
    a_words = f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
    return {
        "name": resource.name,
        "singular": resource.singular,
        "plural": resource.plural,
        "words": words,
        "a_words": a_words,
        "plural_words": resource.plural.replace("_", " "),
        "path": resource.plural.replace("_", "-"),
        "versioned": resource.versioned,
        "row": f"{resource.singular}_row" if taken else resource.singular,
        "sees": f"{sees} of {a_words}",
        "belongs": f"{a_words.capitalize()}, {belongs}",
    }


def _access(part: Layers) -> dict[str, object]:
    """Return who does what with the rows."""
    access, owned = part.resource.access, part.resource.owned
    admin = access == "admin"
    for_user = any(item.needs_user for item in part.relations)
    shows = part.visitors or any(item.needs_user for item in part.manys)
    reads = "Visitor" if part.visitors else "CurrentUser" * (access == "owner" or shows)
    writes = owned or admin or for_user
    reader = "get_owned" if access == "owner" else "get_public"
    rules = {"owned": access == "owner", "public": access != "owner", "require_admin": admin}
    used = {rule for rule, is_used in rules.items() if is_used} | {reader, part.getter}
    used |= names_in(*(item.rows for item in part.relations)) & {
        *("owned", "public", "visible_users")
    }
    return {
        "access": access,
        "owned": owned,
        "admin": admin,
        "getter": part.getter,
        "reader": reader,
        "forbids_read": access == "owner" and part.options.foreign_rows == "403",
        "forbids": part.forbids,
        "open": part.open,
        "visitor": part.visitors,
        "writes": writes,
        "deletes": owned or admin,
        "targets_user": for_user,
        "show_user": "User | None" if part.visitors else "User" * shows,
        "reads": reads,
        "signed_in": access in {"shared", "admin"},
        "rules": sorted(used),
        "models": sorted(
            {part.resource.name}
            | {item.target for item in part.relations if item.target != USER}
            | ({"User"} if writes or reads else set())
        ),
    }


def _fields(part: Layers) -> dict[str, object]:
    """Return the fields of a resource, by what is done with them, and the names that they use."""
    fields, manys = part.fields, part.manys
    columns = [item for item in fields if not item.link]
    written = [item for item in fields if not item.field.readonly]
    searches = [item for item in fields if item.field.search]
    table = part.tables[0]
    names = part.schema_names | {"BaseModel", "Literal", "PageQuery"}
    names |= {"MISSING"} if written else set()
    names |= {"Search"} if searches else set()
    model = names_in(*(item.column for item in columns))
    model |= {"Field"} if part.resource.owned else set()
    if part.resource.owned:
        model |= {"UUID"} if part.options.ids == "uuid" else set()
        model |= {"BigInteger"} if part.options.big_ids else set()
    model |= {"Index"} if table.indexes else set()
    model |= {"Column", "ForeignKey", "Index", "Table"} if manys else set()
    return {
        "fields": fields,
        "columns": columns,
        "relations": part.relations,
        "manys": manys,
        "seen": {item.name: _seen(part, item) for item in manys},
        "aliases": [item for item in fields if item.alias],
        "written": written,
        "shown": [item for item in fields if not item.field.hidden],
        "filters": [item for item in fields if item.field.filter or item.link],
        "equalities": [item for item in columns if item.field.filter],
        "searches": searches,
        "uniques": [item for item in fields if item.field.unique],
        "sorts": ["id", *(item.name for item in fields if item.field.sort)],
        "table": table,
        "result": f"{part.resource.name}Public" if manys else part.resource.name,
        "names": names,
        "own_types": sorted(part.own_types),
        "model_names": model,
    }


def _seen(part: Layers, item: FieldCode) -> str:
    """Return the query for the targets of a `many` that a reader may see, or for none."""
    return f"{item.rows} if user else None" if part.visitors and not item.for_all else item.rows

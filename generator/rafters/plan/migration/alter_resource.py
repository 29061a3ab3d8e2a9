"""How the tables of one resource follow a change of its fields, up and down."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from rafters.errors import Problem
from rafters.plan.migration import operations
from rafters.plan.migration.alter_table import Content, alter_table, in_turn
from rafters.plan.migration.fills import NULL, example, literal
from rafters.plan.migration.side import Side
from rafters.plan.tables import Table
from rafters.spec.resource import RELATIONS, TEXTS, Field

_TO_TEXT = frozenset({"str", "text"})
_CONVERSIONS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys([*TEXTS, "enum"], TEXTS | {"enum"}),
    "int": frozenset({"bigint", "float", "decimal"}) | _TO_TEXT,
    "bigint": frozenset({"int", "float", "decimal"}) | _TO_TEXT,
    "float": frozenset({"decimal"}) | _TO_TEXT,
    "decimal": frozenset({"float"}) | _TO_TEXT,
}
"""What values of a type may become: what is the same on both databases, and loses nothing unseen.

A text becomes no number, though PostgreSQL could: SQLite would turn `soon` into 0.
"""


@dataclass(frozen=True)
class ResourceChange:
    """The change of one resource that has rows.

    Attributes:
        before: the resource as it is.
        after: as it shall be.
        renames: new names of fields by old ones.
        fills: what rows get, by the name of a field or its column.
        replaced: fields that go and come again under the same name.
    """

    before: Side
    after: Side
    renames: Mapping[str, str] = field(default_factory=dict)
    fills: Mapping[str, str] = field(default_factory=dict)
    replaced: Collection[str] = ()

    @cached_property
    def kept(self) -> dict[str, str]:
        """The fields that stay, with their new names."""
        stay = {
            name: self.renames.get(name, name)
            for name in self.before.fields
            if name not in self.replaced
        }
        taken = {to for name, to in stay.items() if name != to}
        return {
            name: to
            for name, to in stay.items()
            if to in self.after.fields and (name != to or to not in taken)
        }

    @property
    def slug(self) -> str:
        """What it does, in snake_case."""
        plural = self.after.resource.plural
        added = [name for name in self.after.fields if name not in self.kept.values()]
        dropped = [name for name in self.before.fields if name not in self.kept]
        renamed = [(name, to) for name, to in self.kept.items() if name != to]
        altered = [
            name
            for name, to in self.kept.items()
            if replace(self.before.fields[name], name=to) != self.after.fields[to]
        ]
        if len([*added, *dropped, *renamed]) != 1 or altered:
            return f"change_{plural}"
        if added:
            return f"add_{added[0]}_to_{plural}"
        if dropped:
            return f"drop_{dropped[0]}_from_{plural}"
        return f"rename_{renamed[0][0]}_to_{renamed[0][1]}_in_{plural}"

    def problems(self) -> list[Problem]:
        """Return all that rows which exist stand in the way of."""
        found = [*self._unmade()]
        pairs = [
            (self.before.fields[name], self.after.fields[to]) for name, to in self.kept.items()
        ]
        found += [problem for old, new in pairs for problem in self._unlike(old, new)]
        if not found:
            self._contents(found)
        return found

    def up(self) -> list[str]:
        """Return the operations of the change."""
        return _operations(self.before, self.after, self.kept, self._contents([]))

    def down(self) -> list[str]:
        """Return the operations that take the change back, as far as rows allow it.

        A column that comes back gets its default; without one it takes NULL, as does a column
        that took NULL meanwhile. A value that an enum had only meanwhile becomes its default, or
        else its first value. Doubles in what was unique are for the database to refuse.
        """
        kept = {to: name for name, to in self.kept.items()}
        origin = self.kept
        contents: dict[str, Content] = {}
        loose: set[str] = set()
        for name, column in self.before.columns.items():
            item = self.before.fields[name]
            source = self.after.fields[origin[name]] if name in origin else None
            default = None if item.default is None else literal(item, item.default)
            only = _closing(source, item)
            if default is None and only:
                default = NULL if item.null else repr(item.values[0])
            if only or (_requiring(source, item) and default is not None):
                contents[column] = Content(default or NULL, only)
            elif _requiring(source, item):
                loose.add(column)
        columns = tuple(
            column._replace(nullable=column.nullable or column.name in loose)
            for column in self.before.table.columns
        )
        target = self.before.table._replace(columns=columns)
        note = f"# Nothing is known that rows could hold in {', '.join(sorted(loose))}: NULL it is."
        made = _operations(self.after, self.before, kept, contents, target)
        return [note, *made] if loose else made

    def _unmade(self) -> Iterator[Problem]:
        """Yield a problem for each change that no order of operations makes."""
        old, new = self.before.resource, self.after.resource
        if old.plural != new.plural:
            message = f"the table of {old.name} is {old.plural}, and cannot become {new.plural}"
            yield Problem("table-renamed", message, "remove the resource, and add it anew")
        renamed = {name: to for name, to in self.kept.items() if name != to}
        if stuck := sorted(renamed.keys() - {name for name, _ in in_turn(renamed)}):
            message = f"{', '.join(stuck)} of {old.name} would swap their names"
            hint = "give one another name first, in a change of its own"
            yield Problem("names-swapped", message, hint)
        known = {*self.after.fields, *self.after.columns.values()}
        for name in sorted(self.fills.keys() - known):
            message = f"--fill {name}: {new.name} has no such field afterwards"
            yield Problem("unknown-field", message, f"it has {', '.join(self.after.fields)}")

    def _unlike(self, old: Field, new: Field) -> Iterator[Problem]:
        """Yield a problem if the rows of a field cannot become those of another."""
        one, other = self.before.resource.target(old), self.after.resource.target(new)
        if old.type == new.type:
            if old.type not in RELATIONS or one == other:
                return
            what = f"refer to {one}, not {other}"
        elif new.type in _CONVERSIONS.get(old.type, ()):
            return
        else:
            what = f"hold {old.type}, which does not become {new.type}"
        message = f"{self.after.resource.name}.{old.name}: rows that exist {what}"
        hint = f"drop {old.name} and add {new.name}; what the rows hold in it is lost"
        yield Problem("cannot-convert", message, hint)

    def _contents(self, problems: list[Problem]) -> dict[str, Content]:
        """Return what rows get in each column that must hold something; collect what is missing."""
        origin = {to: name for name, to in self.kept.items()}
        contents: dict[str, Content] = {}
        for name, column in self.after.columns.items():
            item = self.after.fields[name]
            source = self.before.fields[origin[name]] if name in origin else None
            only = _closing(source, item)
            # other values are not overwritten by a default that nobody gave for that
            text = self.fills.get(name, self.fills.get(column, None if only else item.default))
            is_new = source is None
            if not (only or _requiring(source, item) or (is_new and text is not None)):
                continue
            if item.unique and is_new:
                problems.append(self._unfillable(item))
            elif text is not None:
                try:
                    contents[column] = Content(literal(self.after.stored(item), text), only)
                except ValueError:
                    message = f"{self.after.resource.name}.{name}: {text!a} is no {item.type}"
                    value = example(self.after.stored(item))
                    hint = f"as in --fill {self.after.resource.name}.{name}={value}"
                    problems.append(Problem("bad-fill", message, hint))
            elif not item.unique:
                problems.append(self._unfilled(item, only))
        return contents

    def _unfillable(self, item: Field) -> Problem:
        """Return the problem of a new column in which no two rows may hold the same."""
        message = (
            f"{self.after.resource.name}.{item.name} is unique, so rows that exist cannot all get"
            " one value"
        )
        hint = f"add it with `null`, give each row a value, then --alter {item.name} without it"
        return Problem("needs-default", message, hint)

    def _unfilled(self, item: Field, only: tuple[str, ...]) -> Problem:
        """Return the problem of a column that rows need a value for."""
        value = example(self.after.stored(item))
        place = f"{self.after.resource.name}.{item.name}"
        if only:
            message = f"{place}: rows that exist may hold values other than {', '.join(only)}"
        else:
            message = f"{place}: rows that exist need a value"
        default = "" if item.type == "ref" or only else f"{item.name}:{item.type}={value}` or `"
        if item.type == "enum" and not only:
            default = f"{item.name}:enum:{','.join(item.values)}={value}` or `"
        return Problem("needs-default", message, f"`{default}--fill {place}={value}`")


def _requiring(old: Field | None, new: Field) -> bool:
    """Tell whether rows that may hold nothing must hold something."""
    return not new.null and (old is None or old.null)


def _closing(old: Field | None, new: Field) -> tuple[str, ...]:
    """Return the only values that rows may hold from now on; empty where all theirs may stay."""
    if old is None or new.type != "enum":
        return ()
    stay = old.type == "enum" and set(old.values) <= set(new.values)
    return () if stay else new.values


def _operations(
    old: Side,
    new: Side,
    kept: Mapping[str, str],
    contents: Mapping[str, Content],
    target: Table | None = None,
) -> list[str]:
    """Return what takes the tables of one side to those of the other."""
    columns = {
        old.columns[name]: new.columns[to] for name, to in kept.items() if name in old.columns
    }
    table = target or new.table
    own = ("id", "created_at", "updated_at")
    links = {
        old.links[name].name: (old.links[name], new.links[to])
        for name, to in kept.items()
        if name in old.links
    }
    moves = {name: link.name for name, (_, link) in links.items()}
    made = [
        operations.drop_table(link.name) for link in old.links.values() if link.name not in moves
    ]
    made += alter_table(old.table, table, {**dict(zip(own, own, strict=True)), **columns}, contents)
    for name, to in in_turn(moves):
        if name != to:
            source, link = links[name]
            made += operations.create_table(link, link.foreign_keys)
            made += [operations.copy_rows(source, link), operations.drop_table(name)]
    for link in new.links.values():
        if link.name not in moves.values():
            made += operations.create_table(link, link.foreign_keys)
    return made

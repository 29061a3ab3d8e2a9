"""Takes inserted lines out of a file of the user's, and tells which have been changed since."""

import ast
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from rafters.errors import ConflictError, Problem
from rafters.plan.wiring.imports import Import, without
from rafters.plan.wiring.proof import proven
from rafters.plan.wiring.scopes import Place
from rafters.plan.wiring.source import Patch, Refusal, Source, first_line


@dataclass
class Removal:
    """What is to be cut out of a file.

    Attributes:
        source: the file.
        package: its dotted package.
        width: columns of a line.
        lines: whole lines, counted from 0.
        patches: parts of lines.
        changed: what would go that is not as it was inserted.
    """

    source: Source
    package: str
    width: int
    lines: set[int] = field(default_factory=set)
    patches: list[Patch] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    def statement(self, place: Place, lines: Collection[int], *, ours: bool) -> None:
        """Cut a statement out.

        Args:
            place: where it stands.
            lines: those it has, and the blank ones that came with it.
            ours: whether it is as it was inserted.

        Raises:
            Refusal: it shares its line with another one, or is all that a block holds.
        """
        block, index = place.path[-1]
        if len(block) == 1 and block is not self.source.tree.body:
            raise Refusal(f"line {block[index].lineno} is all that a block holds")
        if not self.source.is_alone(block, index):
            raise Refusal(f"line {block[index].lineno} holds other statements too")
        self.lines.update(lines)
        if not ours:
            self.changed.append(self.source.text(block, index))

    def imported(
        self, place: Place, gone: Sequence[ast.alias], wanted: Import, stop: int | None
    ) -> None:
        """Cut an import out, or names out of one that keeps others.

        Args:
            place: where the import stands.
            gone: the names in it that go.
            wanted: the import as it is inserted.
            stop: index of the statement that needs it, where that is known.
        """
        block, index = place.path[-1]
        node = block[index]
        if isinstance(node, ast.Import | ast.ImportFrom) and len(gone) < len(node.names):
            self.changed.append(self.source.text(block, index))
            self.patches.extend(without(self.source, node, alias) for alias in gone)
            return
        ours = wanted.wrote(self.source, block, index, self.package, self.width)
        lines = range(first_line(node) - 1, self.source.after(block, index))
        if ours and block is self.source.tree.body:
            module = node.module if isinstance(node, ast.ImportFrom) and not node.level else None
            written = Import(module, wanted.item, wanted.alias) if module else wanted
            lines = written.lines(self.source, index, len(block) if stop is None else stop)
        self.statement(place, lines, ours=ours)

    def result(self, *, force: bool) -> bytes:
        """Return the bytes without what is cut out.

        Raises:
            ConflictError: some of it has been changed, and `force` is not set.
        """
        if self.changed and not force:
            hint = "\n".join(["remove:", *self.changed])
            line = self.changed[0].partition("\n")[0]
            raise ConflictError(Problem("edited", f"not as it was inserted: {line}", hint))
        return proven(self.source, [*self.patches, *self.source.removal(self.lines)], added=0)

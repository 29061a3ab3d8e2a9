"""The books of a project: what an edit and a change did to it, and whether both are there."""

import ast
import io
import os
import posixpath
import stat
import tokenize
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import cache
from itertools import chain
from pathlib import Path, PurePosixPath

BOM = b"\xef\xbb\xbf"
MIGRATIONS = "migrations/versions/"
SECONDS = {"overload", "setter", "field_validator", "model_validator"}

Key = tuple[str, str]
"""A line, or one name of an import, with the function or class around it."""


@dataclass(frozen=True)
class Entry:
    """A file: its bytes, its permissions, and where it leads if it is a link."""

    content: bytes
    mode: int = 0o644
    link: str = ""


Snapshot = dict[str, Entry]


def snapshot(root: Path) -> Snapshot:
    """Return every file below a folder."""
    found: Snapshot = {}
    start = len(str(root)) + 1
    for folder, _, names in os.walk(root):  # hundreds of times: cheaper than a `Path` each
        for name in names:
            path = os.path.join(folder, name)  # noqa: PTH118
            if os.path.isfile(path):  # noqa: PTH113  (a link may lead nowhere)
                link = os.readlink(path) if os.path.islink(path) else ""  # noqa: PTH114, PTH115
                with open(path, "rb") as file:  # noqa: PTH123
                    mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
                    content = file.read()
                found[path[start:]] = Entry(content, mode, link)
    return dict(sorted(found.items()))


def restore(root: Path, wanted: Snapshot) -> None:
    """Make a folder hold a snapshot again, and nothing else."""
    current = snapshot(root)
    for path in current.keys() - wanted.keys():
        (root / path).unlink()
    for path, entry in wanted.items():
        place = root / path
        if current.get(path) == entry:
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        if entry.link:
            place.symlink_to(entry.link)
        else:
            place.write_bytes(entry.content)
            place.chmod(entry.mode)
    for folder, _, _ in os.walk(root, topdown=False):
        if not os.listdir(folder):  # noqa: PTH208  (cheaper)
            Path(folder).rmdir()


@dataclass(frozen=True)
class Books:
    """Four states of a project.

    Attributes:
        old: as Rafters made it.
        edited: as the user edited it.
        changed: as the change alone makes it.
        result: what came of both.
        moves: the new paths of files that the user moved, by their old ones.
        scopes: the new names of functions and classes that the user renamed, by their old ones.
    """

    old: Snapshot
    edited: Snapshot
    changed: Snapshot
    result: Snapshot
    moves: Mapping[str, str] = field(default_factory=dict)
    scopes: Mapping[str, str] = field(default_factory=dict)

    def faults(self) -> list[str]:
        """Return what was lost, not made, or made twice; each in a line."""
        return [
            f"{path}: {fault}"
            for path, states in self._files()
            for fault in self._file(path, *states)
        ]

    def unexplained(self, paths: Collection[str], told: str) -> list[str]:
        """Return the files of a conflict that nobody edited, or of whose edits nothing is told."""
        old = self._moved(self.old)
        faults = []
        for path in paths:
            before, user = old.get(path), self.edited.get(path)
            if before == user:
                faults.append(f"{path}: in conflict, and not edited")
            elif before and user and _is_text(user.content):
                lines = _different(before.content, user.content)
                if lines and not any(line in told for line in lines):
                    faults.append(f"{path}: nothing is told of the edit")
        return faults

    def marked_faults(self, paths: Collection[str], markers: Sequence[str]) -> list[str]:
        """Return what is wrong where files in conflict were written with markers."""
        faults = []
        for path, (old, user, new, now) in self._files():
            if path not in paths:
                faults += [f"{path}: {fault}" for fault in self._file(path, old, user, new, now)]
            elif not (old and user and new and _is_text(user.content)):
                faults += [f"{path}: no longer as it was"] * (now != user)
            elif not now:
                faults.append(f"{path}: gone")
            else:
                faults += [f"{path}: {fault}" for fault in _marked(old, user, new, now, markers)]
        return faults

    def _files(self) -> Iterator[tuple[str, tuple[Entry | None, ...]]]:
        """Yield the paths of all files, each with its four states."""
        old, changed = self._moved(self.old), self._moved(self.changed)
        known = old.keys() | self.edited.keys()
        states = (old, self.edited, _numbered(changed, known), _numbered(self.result, known))
        linked = {_target(path, entry) for path, entry in self.edited.items() if entry.link}
        for path in sorted(set().union(*states) - linked):
            yield path, tuple(state.get(path) for state in states)

    def _moved(self, files: Snapshot) -> Snapshot:
        return {self.moves.get(path, path): entry for path, entry in files.items()}

    def _file(
        self, path: str, old: Entry | None, user: Entry | None, new: Entry | None, now: Entry | None
    ) -> Iterator[str]:
        """Yield what is wrong with one file."""
        if not (old and user and new and now) or old == user or old.content == new.content:
            yield from _one_sided(old, user, new, now)
            return
        if (now.mode, now.link) != (user.mode, user.link):
            yield "no longer the same kind of file"
        yield from _ends(user.content, now.content)
        yield from self._lines(path, [old.content, user.content, new.content, now.content])

    def _lines(self, path: str, contents: list[bytes]) -> Iterator[str]:
        """Yield what is wrong with the lines of a file that both sides changed."""
        texts = [content.removeprefix(BOM).decode() for content in contents]
        python = path.endswith(".py") and all(map(_parses, texts[:3]))
        if python and not _parses(texts[3]):
            yield "no Python any more"
            return
        old, user, new, now = (_keys(text, python=python) for text in texts)
        old, new = ([(self._scope(scope), line) for scope, line in keys] for keys in (old, new))
        counts = [Counter(keys) for keys in (old, user, new, now)]
        for key in sorted(set(chain(old, user, new, now))):
            before, mine, theirs, after = (count[key] for count in counts)
            right = {mine + theirs - before}
            if (mine > before) == (theirs > before) and (mine < before) == (theirs < before):
                right.add(max(mine, theirs) if mine > before else min(mine, theirs))
            if python and mine == before > theirs and _needed(key[1], texts[3]):
                right.add(before)  # the user's code uses what the change imports no longer
            if after not in right:
                what = f"{before} at first, {mine} of the user's, {theirs} wanted, {after} now"
                yield f"{key[0]}: {key[1]!r}: {what}"
        dropped = counts[0] - counts[2]
        for scope in {scope for scope, _ in user}:
            kept = [key for key in user if key[0] == scope and key not in dropped]
            if not _is_row_of(_unimported(kept), _unimported(now)):
                yield f"{scope}: the user's lines are in another order"
        if python:
            had, asked, has = (_definitions(text) for text in texts[1:])
            twice = has - (had | Counter({self._scope(name): n for name, n in asked.items()}))
            yield from (f"{name} is defined twice" for name in twice)

    def _scope(self, scope: str) -> str:
        return ".".join(self.scopes.get(part, part) for part in scope.split("."))


def _one_sided(
    old: Entry | None, user: Entry | None, new: Entry | None, now: Entry | None
) -> Iterator[str]:
    """Yield what is wrong with a file that one side alone changed, or that one has deleted."""
    if user is None and old is not None:
        if now is not None:
            yield "deleted by the user, and there again"
    elif user is None or user == old:
        if (now and now.content) != (new and new.content):
            yield "not as the change makes it"
    elif new is None and old is not None:
        if now is not None:
            yield "not deleted"
        elif _bare(old.content) != _bare(user.content):
            yield "edited, and deleted"
    elif now is None:
        yield "gone"
    elif now != user:
        yield "the change has nothing to do with it, and it is not as the user left it"


def _target(path: str, entry: Entry) -> str:
    """Return where a link leads, from the root."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), entry.link))


def _numbered(files: Snapshot, known: set[str]) -> Snapshot:
    """Return files with new migrations under names that do not tell what came before them."""
    found: Snapshot = {}
    for path, entry in files.items():
        if path in known or not path.startswith(MIGRATIONS):
            found[path] = entry
            continue
        lines = entry.content.split(b"\n")
        kept = [line for line in lines if not line.startswith((b"revision", b"down_revision"))]
        tail = PurePosixPath(path).name.partition("_")[2]
        found[f"{MIGRATIONS}new_{tail}"] = replace(entry, content=b"\n".join(kept))
    return found


def _marked(
    old: Entry, user: Entry, new: Entry, now: Entry, markers: Sequence[str]
) -> Iterator[str]:
    """Yield what a file with markers lacks."""
    before, mine, theirs, after = (
        _bare(entry.content).decode().split("\n") for entry in (old, user, new, now)
    )
    if not {*markers} <= {*after}:
        yield "no markers"
    dropped = Counter(before) - Counter(theirs)
    rest = iter(after)
    if not all(line in rest for line in mine if line.strip() and line not in dropped):
        yield "a line of the user's is gone"
    added, lost = Counter(mine) - Counter(before), Counter(theirs) - Counter(before)
    yield from (f"gone: {line!r}" for line in added if line.strip() and line not in after)
    yield from (
        f"not made: {line!r}"
        for line in lost
        if line.strip() and line not in after and not line.startswith(("import ", "from "))
    )


def _different(old: bytes, new: bytes) -> list[str]:
    """Return the lines that came, went or moved; blank ones left out."""
    first, second = (_bare(content).decode().split("\n") for content in (old, new))
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    rows = [
        line
        for kind, start, stop, low, high in matcher.get_opcodes()
        if kind != "equal"
        for line in (*first[start:stop], *second[low:high])
    ]
    return [line for line in rows if line.strip()]


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _bare(content: bytes) -> bytes:
    """Return a file without what an editor may change about it."""
    return content.removeprefix(BOM).replace(b"\r\n", b"\n").rstrip(b"\n")


def _ends(user: bytes, now: bytes) -> Iterator[str]:
    """Yield what became of the mark and the line ends of the user's."""
    if user.startswith(BOM) != now.startswith(BOM):
        yield "byte order mark"
    if user.endswith(b"\n") != now.endswith(b"\n"):
        yield "line end at the end"
    mine, after = (
        dict(map(_cut, _once(text.splitlines(keepends=True)[:-1]))) for text in (user, now)
    )
    yield from (
        f"line end of {line!r}" for line in mine.keys() & after.keys() if mine[line] != after[line]
    )
    usual = Counter(mine.values()).most_common(1)
    if usual and usual[0][1] == len(mine) and set(after.values()) > {usual[0][0]}:
        yield "mixed line ends"


def _once(lines: Sequence[bytes]) -> list[bytes]:
    """Return the lines that there are once, whatever their ends."""
    counts = Counter(_cut(line)[0] for line in lines)
    return [line for line in lines if counts[_cut(line)[0]] == 1]


def _cut(line: bytes) -> tuple[bytes, bytes]:
    """Return a line, and its end."""
    text = line.rstrip(b"\r\n")
    return text, line[len(text) :]


@cache
def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


@cache  # most texts come again with the next edit
def _keys(text: str, *, python: bool) -> Sequence[Key]:
    """Return the lines of a file that are not blank, and what stands around each.

    Of an import there is a key for each name, and one for each comment; of a line of TOML the
    comment at its end is left out, since it goes with the line.
    """
    lines = [line.rstrip("\r") for line in text.split("\n")]
    if not python:
        return [("", line.partition("  #")[0]) for line in lines if line.strip()]
    tree = ast.parse(text)
    scopes = [""] * (len(lines) + 1)
    _name(tree, "", scopes)
    imported: dict[int, list[str]] = {}
    gone: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            end = node.end_lineno or node.lineno
            imported[node.lineno] = [*_names(node), *_comments(lines[node.lineno - 1 : end])]
            gone.update(range(node.lineno, end + 1))
    keys: list[Key] = []
    for number, line in enumerate(lines, 1):
        keys += [(scopes[number], name) for name in imported.get(number, [])]
        if line.strip() and number not in gone:
            keys.append((scopes[number], line))
    return keys


def _needed(key: str, text: str) -> bool:
    """Tell whether a key is an import, and whether a file uses what it imports."""
    if not key.startswith(("import ", "from ")):
        return False
    name = key.rpartition(" ")[2]
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(ast.parse(text)))


def _name(node: ast.AST, around: str, scopes: list[str]) -> None:
    """Write the dotted name of each function and class to its lines."""
    for child in ast.iter_child_nodes(node):
        name = around
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{around}.{child.name}".lstrip(".")
            first = min([child.lineno, *(item.lineno for item in child.decorator_list)])
            last = child.end_lineno or child.lineno
            scopes[first : last + 1] = [name] * (last + 1 - first)
        _name(child, name, scopes)


def _names(node: ast.Import | ast.ImportFrom) -> list[str]:
    """Return each name that an import binds, with where it comes from."""
    start = "import"
    if isinstance(node, ast.ImportFrom):
        start = f"from {'.' * node.level}{node.module or ''} import"
    return [f"{start} {item.name} as {item.asname or item.name}" for item in node.names]


def _comments(lines: list[str]) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO("\n".join(lines) + "\n").readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def _unimported(keys: Sequence[Key]) -> list[Key]:
    """Return keys without imports, whose order is ruff's."""
    return [key for key in keys if not key[1].startswith(("import ", "from ", "#"))]


def _is_row_of(some: Sequence[Key], others: Sequence[Key]) -> bool:
    rest = iter(others)
    return all(key in rest for key in some)


@cache
def _definitions(text: str) -> Counter[str]:
    """Count how often each function, class, field and import is defined, by its dotted name."""
    counts: Counter[str] = Counter()
    todo: list[tuple[str, ast.AST]] = [("", ast.parse(text))]
    while todo:
        around, node = todo.pop()
        for child in getattr(node, "body", []):
            match child:
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                    counts[f"{around}{child.name}"] += 1
                    todo.append((f"{around}{child.name}.", child))
                case ast.Import() | ast.ImportFrom():
                    counts.update(f"{around}{item.asname or item.name}" for item in child.names)
                case ast.AnnAssign(target=ast.Name(id=name)) if not isinstance(
                    node, ast.FunctionDef
                ):
                    counts[f"{around}{name}"] += 1
    return counts

"""What Python compiled of the libraries in one environment, lent to those that are made later.

uv makes an environment without: whatever runs first in it compiles all that it imports, which
takes longer than most gates do.
"""

import contextlib
import importlib.util
import io
import zipfile
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from rafters.effects.cache import Cache, write

_STAMP = slice(8, 16)
"""Where a `.pyc` has the time and the size of its source, by which Python tells them to fit.

See https://docs.python.org/3/reference/import.html#cached-bytecode-invalidation
"""

Compiled = dict[str, tuple[bytes, bytes]]
"""By its path among the libraries: a digest of the source, and the `.pyc` without its stamp."""


def lend(project: Path) -> None:
    """Lay what is kept of a project's libraries into its environment, which has just been made.

    Only what was compiled of the same bytes: two versions of a library may have the size of a
    file in common, and its time.
    """
    for libraries in _libraries(project):
        for name, (digest, code) in _kept(libraries).items():
            path = libraries / name
            with contextlib.suppress(OSError):
                source = Path(importlib.util.source_from_cache(path))
                if _digest(source) == digest:
                    path.parent.mkdir(exist_ok=True)
                    write(path, _with_stamp(code, _stamp(source)))


def keep(project: Path) -> None:
    """Keep what was compiled of a project's libraries since its environment was made."""
    for libraries in _libraries(project):
        kept, found = _kept(libraries), dict(_found(libraries))
        if kept | found != kept:
            content = io.BytesIO()
            with zipfile.ZipFile(content, "w") as archive:
                for name, (digest, code) in (kept | found).items():
                    item = zipfile.ZipInfo(name)
                    item.comment = digest
                    archive.writestr(item, code)
            Cache("bytecode")[_key(libraries)] = content.getvalue()


def _libraries(project: Path) -> Iterator[Path]:
    """Yield the folder of the libraries of a project, if it has an environment."""
    for place in ("lib/python*/site-packages", "Lib/site-packages"):
        yield from (project / ".venv").glob(place)


def _key(libraries: Path) -> str:
    """Return under what the bytecode of a Python is kept."""
    return f"{libraries.parent.name}.zip"


def _kept(libraries: Path) -> Compiled:
    """Return what is kept for a Python; nothing, where it is damaged."""
    content = Cache("bytecode").get(_key(libraries)) or b""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {item.filename: (item.comment, archive.read(item)) for item in archive.filelist}
    except (zipfile.BadZipFile, EOFError, RuntimeError, ValueError):
        return {}


def _found(libraries: Path) -> Iterator[tuple[str, tuple[bytes, bytes]]]:
    """Yield what was compiled in an environment."""
    for path in libraries.rglob("__pycache__/*.pyc"):
        with contextlib.suppress(OSError, ValueError):
            source, code = Path(importlib.util.source_from_cache(path)), path.read_bytes()
            if code[_STAMP] == _stamp(source):  # compiled of what stands there now
                bare = _with_stamp(code, bytes(8))
                yield path.relative_to(libraries).as_posix(), (_digest(source), bare)


def _digest(source: Path) -> bytes:
    return blake2b(source.read_bytes(), digest_size=16).digest()


def _with_stamp(code: bytes, stamp: bytes) -> bytes:
    return code[: _STAMP.start] + stamp + code[_STAMP.stop :]


def _stamp(source: Path) -> bytes:
    """Return the time and the size of a source, as a `.pyc` has them."""
    told = source.stat()
    numbers = (int(told.st_mtime), told.st_size)
    return b"".join((number & 0xFFFFFFFF).to_bytes(4, "little") for number in numbers)

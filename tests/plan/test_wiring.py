"""Registering a router in an application that people have written."""

import random
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import RUFF
from hypothesis import assume, given
from hypothesis import strategies as st
from plan.wiring_shapes import INCLUDED, REFUSED, ROUTERS, Shape
from plan.wiring_world import served

from rafters.errors import ConflictError
from rafters.plan.wiring import routers


def include(source: bytes, package: str = "shop") -> bytes:
    """Include the router of tasks."""
    return routers.include_router(
        source, module=".routers.tasks", name="tasks_router", prefix="/api", package=package
    )


def unwire(source: bytes, package: str = "shop", *, force: bool = False) -> bytes:
    """Take the router of tasks out."""
    return routers.unwire_router(
        source,
        module=".routers.tasks",
        name="tasks_router",
        prefix="/api",
        package=package,
        force=force,
    )


def named(shapes: Sequence[Shape]) -> pytest.MarkDecorator:
    """Return the parameters of a test that takes each shape."""
    return pytest.mark.parametrize("shape", shapes, ids=lambda shape: shape.name)


@named(ROUTERS)
def test_a_router_is_included(shape: Shape) -> None:
    """The lines stand where the diff says, and the application serves the router once."""
    wired = include(shape.before.encode(), shape.package)
    assert wired.decode() == shape.after
    assert served(wired, shape.package) == ["/api"]


@named(ROUTERS)
def test_a_router_is_included_once(shape: Shape) -> None:
    """A second time changes nothing."""
    wired = shape.after.encode()
    assert include(wired, shape.package) == wired


@named([shape for shape in ROUTERS if not shape.name.startswith("imported")])
def test_what_was_inserted_is_taken_out(shape: Shape) -> None:
    """Without the router, the file has the bytes that it had before."""
    assert unwire(shape.after.encode(), shape.package).decode() == shape.before


@named(INCLUDED)
def test_a_router_that_is_included_stays(shape: Shape) -> None:
    """However it is included, nothing is done."""
    assert include(shape.before.encode()) == shape.before.encode()
    assert served(shape.before.encode(), "shop") == ["/api"]


@named(REFUSED)
def test_a_file_without_a_safe_place_is_refused(shape: Shape) -> None:
    """The reason is told, and the lines to paste."""
    with pytest.raises(ConflictError) as raised:
        include(shape.before.encode())
    (problem,) = raised.value.problems
    assert problem.code == "cannot-wire"
    assert shape.refusal in problem.message
    assert "from .routers.tasks import router as tasks_router" in problem.hint
    assert 'app.include_router(tasks_router, prefix="/api")' in problem.hint


def test_ruff_has_nothing_to_say_that_it_did_not_say_before(tmp_path: Path) -> None:
    """Imports are sorted, names are known, and what was formatted stays so."""
    before = complaints(tmp_path, [shape.before for shape in ROUTERS])
    after = complaints(tmp_path, [shape.after for shape in ROUTERS])
    assert len(before) < len(ROUTERS), "most shapes are clean code"
    assert after <= before


def complaints(folder: Path, sources: Sequence[str]) -> set[str]:
    """Return what ruff says of some modules, each with the module's number."""
    for number, source in enumerate(sources):
        (folder / f"{number}.py").write_bytes(source.encode())
    said = set[str]()
    options = ["--isolated", "--no-cache", "--preview", "--line-length=100", "."]
    for command in (["check", "--select=I001,F401,F811,F821,E30"], ["format", "--check"]):
        argv = [RUFF, *command, "--output-format=concise", *options]
        run = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)
        said |= {
            re.sub(r":[0-9]+:[0-9]+", "", line)
            for line in run.stdout.splitlines()
            if ".py:" in line
        }
    return said


def rows(content: bytes) -> list[bytes]:
    """Return lines with their ends."""
    return content.splitlines(keepends=True)


def is_kept(before: bytes, after: bytes) -> bool:
    """Tell whether all lines are still there, in their order; ends of the file aside."""
    rest = iter(rows(after))
    return all(any(line in (row, row.rstrip(b"\r\n")) for row in rest) for line in rows(before))


CODECS = {
    "utf-8": "é",
    "latin-1": "é",
    "cp1252": "€",
    "iso-8859-15": "€",
    "koi8-r": "ж",
    "shift_jis": "表",
    "gb18030": "表",
    "euc-kr": "한",
}
"""Encodings of PEP 263, each with a letter that has other bytes there than in UTF-8."""


@st.composite
def variants(draw: st.DrawFn) -> tuple[Shape, bytes]:
    """Draw a shape, and its code as other people would have written it."""
    shape = draw(st.sampled_from([item for item in ROUTERS if "imported" not in item.name]))
    codec = draw(st.sampled_from([*CODECS, "bom"]))
    letter = CODECS.get(codec, "é")
    lines = shape.before.split("\n")[:-1]
    for number in range(draw(st.integers(0, 4))):
        noise = draw(
            st.sampled_from(
                ["", f"# {letter}", f"    # {letter}", "\x0c", f"{letter}_{number} = 1"]
            )
        )
        lines.insert(draw(st.integers(0, len(lines))), noise)
    if draw(st.booleans()):
        lines = [f"{line}  # {letter}" if line[-1:] in {")", "r"} else line for line in lines]
    if draw(st.booleans()):
        lines = [line.replace('"', "'") for line in lines]
    if codec not in {"utf-8", "bom"}:
        lines.insert(draw(st.integers(0, 1)) if lines[0][:1] == "#" else 0, f"# coding: {codec}")
    ends = draw(st.sampled_from([["\n"], ["\r\n"], ["\r"], ["\n", "\r\n"], ["\r\n", "\r"]]))
    picked = random.Random(draw(st.integers(0, 99)))  # noqa: S311  (no secret)
    text = "".join(f"{line}{picked.choice(ends)}" for line in lines)
    text = text.rstrip("\r\n") if draw(st.booleans()) else text
    return shape, text.encode("utf-8-sig" if codec == "bom" else codec)


@given(variants())
def test_whatever_the_code_looks_like_it_is_right_or_refused(drawn: tuple[Shape, bytes]) -> None:
    """No byte of the user's changes, the router is served, and it can be taken out again."""
    shape, source = drawn
    try:
        before = served(source, shape.package)
    except Exception:  # noqa: BLE001  (the noise fell where it breaks the code)
        assume(False)  # noqa: FBT003
    try:
        wired = include(source, shape.package)
    except ConflictError:
        return
    assert is_kept(source, wired)
    assert before == []
    assert served(wired, shape.package) == ["/api"]
    assert include(wired, shape.package) == wired
    assert unwire(wired, shape.package) == source


def test_long_lines_are_broken_as_the_formatter_breaks_them() -> None:
    """The longest name makes lines that the formatter leaves alone, and they can be taken out."""
    plural = "x" * 36
    source = b"from fastapi import FastAPI\n\n\ndef make():\n    app = FastAPI()\n    return app\n"
    module, name = f".routers.{plural}", f"{plural}_router"
    for prefix, inserted in (
        (
            "/api/versions/one",
            f"""    app.include_router(
        {plural}_router, prefix="/api/versions/one"
    )
""",
        ),
        (
            "/api/versions/one/of/many",
            f"""    app.include_router(
        {plural}_router,
        prefix="/api/versions/one/of/many",
    )
""",
        ),
    ):
        wired = routers.include_router(
            source, module=module, name=name, prefix=prefix, package="shop", width=80
        )
        line = f"from .routers.{plural} import (\n    router as {plural}_router,\n)\n"
        assert f"import FastAPI\n\n{line}\n\ndef make():\n" in wired.decode()
        assert f"    app = FastAPI()\n{inserted}    return app\n" in wired.decode()
        assert routers.unwire_router(wired, module=module, package="shop", width=80) == source


def test_a_prefix_is_a_string_whatever_it_holds() -> None:
    """Quotation marks and backslashes are escaped, and an empty prefix is none."""
    source = b"from fastapi import FastAPI\n\napp = FastAPI()\n"
    for prefix in ("", "/a'b", '/a"b', "/a\\b", "/{tenant}"):
        wired = routers.include_router(
            source, module=".routers.tasks", name="tasks_router", prefix=prefix, package="shop"
        )
        assert served(wired, "shop") == [prefix]
        assert unwire_any(wired) == source


def unwire_any(source: bytes) -> bytes:
    """Take the router of tasks out, whatever its prefix is."""
    return routers.unwire_router(source, module=".routers.tasks", package="shop")


def test_a_name_that_the_encoding_lacks_is_refused() -> None:
    """Nothing is written that the file's own encoding cannot say."""
    source = b"# coding: latin-1\nfrom fastapi import FastAPI\n\napp = FastAPI()\n"
    with pytest.raises(ConflictError) as raised:
        routers.include_router(source, module=".x", name="\u0436", prefix="/api", package="shop")
    assert "latin-1 has no '\u0436'" in raised.value.problems[0].message


@pytest.mark.parametrize(
    "source", [b"\x00", b"\xff", b"(" * 99, b"# coding: x\n", b"\xef\xbb\xbf("]
)
def test_what_is_no_python_is_refused(source: bytes) -> None:
    """Whatever the parser says of it, it is a conflict and no traceback."""
    with pytest.raises(ConflictError) as raised:
        include(source)
    assert "is no Python" in raised.value.problems[0].message


def test_many_routers_come_and_go() -> None:
    """They stand in order, and the file is as it was when the last has gone."""
    names = [f"r{number}" for number in range(1, 120, 5)]
    states = [b"from fastapi import FastAPI\n\napp = FastAPI()\n"]
    for name in names:
        wired = routers.include_router(
            states[-1],
            module=f".routers.{name}",
            name=f"{name}_router",
            prefix="/api",
            package="shop",
        )
        states.append(wired)
    imports = [line for line in states[-1].splitlines() if line.startswith(b"from .routers.")]
    assert [line.split()[1].decode() for line in imports] == [f".routers.{name}" for name in names]
    for name in names:
        state = routers.unwire_router(states.pop(), module=f".routers.{name}", package="shop")
        states.append(state)
    assert states[-1] == states[0]

"""Exporting a model from a package that people have written."""

import random
import sysconfig
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from plan.export_shapes import MODELS, NO_MODELS
from plan.wiring_shapes import Shape
from plan.wiring_world import exported

from rafters.errors import ConflictError
from rafters.plan.wiring import exports

THERE = [shape for shape in MODELS if shape.name.startswith(("exported", "imported", "listed"))]
CLEAN = [shape for shape in MODELS if shape not in THERE]


def export(source: bytes) -> bytes:
    """Export the model of tasks."""
    return exports.export_model(source, module=".task", name="Task", package="shop.models")


def unexport(source: bytes, *, force: bool = False) -> bytes:
    """Take the model of tasks out."""
    return exports.unexport_model(
        source, module=".task", name="Task", package="shop.models", force=force
    )


def named(shapes: list[Shape]) -> pytest.MarkDecorator:
    """Return the parameters of a test that takes each shape."""
    return pytest.mark.parametrize("shape", shapes, ids=lambda shape: shape.name)


@named(MODELS)
def test_a_model_is_exported(shape: Shape) -> None:
    """The lines stand where the diff says, and the package has the class."""
    wired = export(shape.before.encode())
    assert wired.decode() == shape.after
    there, listed = exported(wired, "shop.models")
    assert there
    assert listed is None or "Task" in listed


@named(MODELS)
def test_a_model_is_exported_once(shape: Shape) -> None:
    """A second time changes nothing."""
    assert export(shape.after.encode()).decode() == shape.after


@named(CLEAN)
def test_what_was_inserted_is_taken_out(shape: Shape) -> None:
    """Without the model, the file has the bytes that it had before."""
    assert unexport(shape.after.encode()).decode() == shape.before


@named(NO_MODELS)
def test_a_file_without_a_safe_place_is_refused(shape: Shape) -> None:
    """The reason is told, and the lines to paste."""
    with pytest.raises(ConflictError) as raised:
        export(shape.before.encode())
    (problem,) = raised.value.problems
    assert problem.code == "cannot-wire"
    assert shape.refusal in problem.message
    assert problem.hint == 'add:\nfrom .task import Task\nand "Task" to __all__'


def test_a_file_that_never_had_the_model_stays() -> None:
    """There is nothing to take out of it."""
    for shape in CLEAN:
        assert unexport(shape.before.encode()).decode() == shape.before


CODECS = {"utf-8": "é", "latin-1": "é", "cp1252": "€", "shift_jis": "表", "bom": "é"}


@st.composite
def variants(draw: st.DrawFn) -> bytes:
    """Draw the code of a shape as other people would have written it."""
    shape = draw(st.sampled_from(CLEAN))
    codec = draw(st.sampled_from([*CODECS]))
    letter = CODECS[codec]
    lines = shape.before.split("\n")[:-1]
    for _ in range(draw(st.integers(0, 4))):
        noise = draw(st.sampled_from(["", f"# {letter}", f"    # {letter}", "\x0c", "x = 1"]))
        lines.insert(draw(st.integers(0, len(lines))), noise)
    if draw(st.booleans()):
        lines = [line.replace('["', f'["{letter}", "').replace("A", letter) for line in lines]
    if draw(st.booleans()):
        lines = [line.replace('"', "'") for line in lines]
    if codec not in {"utf-8", "bom"}:
        lines.insert(0, f"# coding: {codec}")
    ends = draw(st.sampled_from([["\n"], ["\r\n"], ["\r"], ["\n", "\r\n"], ["\r\n", "\r"]]))
    picked = random.Random(draw(st.integers(0, 99)))  # noqa: S311  (no secret)
    text = "".join(f"{line}{picked.choice(ends)}" for line in lines)
    text = text.rstrip("\r\n") if draw(st.booleans()) else text
    return text.encode("utf-8-sig" if codec == "bom" else codec)


def is_kept(before: bytes, after: bytes) -> bool:
    """Tell whether all bytes are still there, in their order."""
    rest = iter(after)
    return all(byte in rest for byte in before)


@given(variants())
def test_whatever_the_code_looks_like_it_is_right_or_refused(source: bytes) -> None:
    """No byte of the user's changes, the model is exported, and it can be taken out again."""
    try:
        there, listed = exported(source, "shop.models")
    except Exception:  # noqa: BLE001  (the noise fell where it breaks the code)
        assume(False)  # noqa: FBT003
    try:
        wired = export(source)
    except ConflictError:
        return
    assert not there
    assert is_kept(source, wired)
    there, after = exported(wired, "shop.models")
    assert there
    assert (listed is None) == (after is None)
    assert sorted([*(listed or []), "Task"]) == sorted(after or ["Task"])
    assert export(wired) == wired
    assert unexport(wired) == source


def test_packages_of_the_standard_library_take_a_model() -> None:
    """Code that nobody wrote for this is right or refused, and comes back as it was."""
    right = 0
    for path in sorted(Path(sysconfig.get_path("stdlib")).glob("*/__init__.py")):
        source = path.read_bytes()
        try:
            wired = export(source)
        except ConflictError:
            continue
        compile(wired, path.name, "exec", dont_inherit=True)
        assert export(wired) == wired
        assert unexport(wired) == source, path
        right += 1
    assert right > 15

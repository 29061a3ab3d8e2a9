"""Three versions of a file, merged: nothing of the user's is lost, nothing is silently wrong."""

import subprocess
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rafters.plan.merging.text import text

LINES = st.lists(st.sampled_from(["", "a", "b", "c", "d", "    e", "f()", "g"]), max_size=12)
BYTES = st.binary(max_size=40)


def joined(lines: list[str], end: str = "\n") -> bytes:
    """Return lines as a file."""
    return "".join(f"{line}{end}" for line in lines).encode()


@given(BYTES, BYTES)
def test_what_one_side_alone_changed_is_the_result(base: bytes, other: bytes) -> None:
    """Whatever the bytes, an unchanged side gives way to the other, and equal sides agree."""
    for wanted, current in [(base, other), (other, base), (other, other)]:
        merged = text(base, wanted, current)
        assert (merged.content, merged.hunks) == (other, ())


@given(base=LINES, wanted=LINES, current=LINES, python=st.booleans())
def test_every_line_of_the_users_is_there(
    *, base: list[str], wanted: list[str], current: list[str], python: bool
) -> None:
    """What the user inserted stands in the result, or in a conflict."""
    merged = text(joined(base), joined(wanted), joined(current), python=python)
    result = merged.content.decode().split("\n")
    for line in current:
        if line not in base:
            assert line in result
    for hunk in merged.hunks:
        assert list(hunk.yours) == current[hunk.line - 1 : hunk.line - 1 + len(hunk.yours)]
    assert bool(merged.hunks) == bool(merged.reason)
    assert ("<<<<<<< yours" in result) == bool(merged.hunks)


@given(LINES, LINES, LINES)
def test_both_sides_changes_are_made(
    base: list[str], wanted: list[str], current: list[str]
) -> None:
    """A clean merge holds every new line of Rafters, and what it deleted alone is gone."""
    merged = text(joined(base), joined(wanted), joined(current))
    if not merged.hunks:
        result = merged.content.decode().split("\n")
        assert all(line in result for line in wanted if line not in base)
        for line in base:
            if base.count(line) == current.count(line) == 1 and line not in wanted and line:
                assert line not in result


@given(LINES, LINES, LINES)
def test_the_ends_of_lines_change_nothing(
    base: list[str], wanted: list[str], current: list[str]
) -> None:
    """A file with CRLF and a byte order mark merges as the same with neither, and keeps both."""
    plain = text(joined(base), joined(wanted), joined(current))
    merged = text(joined(base), joined(wanted), b"\xef\xbb\xbf" + joined(current, "\r\n"))
    if current:
        expected = b"\xef\xbb\xbf" + plain.content.replace(b"\n", b"\r\n")
        assert merged.content == expected
    assert len(merged.hunks) == len(plain.hunks)


@pytest.mark.parametrize(
    ("base", "wanted", "current", "expected"),
    [
        pytest.param(
            "a\nb\nc\n", "a\nb\nc\nd\n", "a\r\nb\nc\r\n", "a\r\nb\nc\r\nd\r\n", id="mixed"
        ),
        pytest.param("a\nb\nc\n", "x\na\nb\nc\n", "a\nb\nC", "x\na\nb\nC", id="no-end"),
        pytest.param("a\nb\nc\n", "a\nb\nc\nd\n", "a\nb\nc", "a\nb\nc\nd", id="no-end-then-more"),
        pytest.param(
            "a\nb\nc\n", "x\na\nb\nc\n", "a\nb\nc\u2028\x0c", "x\na\nb\nc\u2028\x0c", id="odd"
        ),
        pytest.param("a\nb\nc", "x\na\nb\nc", "a\nb\nc\n", "x\na\nb\nc\n", id="end-by-the-user"),
        pytest.param("a\nb\n", "a\nb\nc\n", "\ufeffa\nb\n", "\ufeffa\nb\nc\n", id="mark"),
        pytest.param("", "a\n", "\ufeff", "\ufeffa\n", id="mark-alone"),
        pytest.param("a\nb\nc\n", "x\nb\nc\n", "a\nb\ny\n", "x\nb\ny\n", id="apart"),
        pytest.param("a\nb\n", "x\na\nb\n", "a\ny\nb\n", "x\na\ny\nb\n", id="insertions"),
        pytest.param("a\nb\n", "a\nx\nb\n", "a\nx\nb\nz\n", "a\nx\nb\nz\n", id="twins"),
        pytest.param("a\nb\n", "a\nx\nb\n", "a\nx\ny\nb\n", "a\nx\ny\nb\n", id="contained"),
        pytest.param("a\nb\n", "a\nx\ny\nz\nb\n", "a\nx\nz\nb\n", "a\nx\ny\nz\nb\n", id="around"),
        pytest.param("a\nb\nc\n", "a\nc\n", "a\nc\nd\n", "a\nc\nd\n", id="both-deleted"),
    ],
)
def test_a_clean_merge(base: str, wanted: str, current: str, expected: str) -> None:
    """Changes apart from each other are both made; ends and marks stay as the user has them."""
    merged = text(base.encode(), wanted.encode(), current.encode())
    assert (merged.content.decode(), merged.hunks) == (expected, ())


@pytest.mark.parametrize(
    ("base", "wanted", "current"),
    [
        pytest.param("a\nb\nc\n", "a\nx\nc\n", "a\ny\nc\n", id="same-line"),
        pytest.param("a\nb\nc\n", "x\nb\nc\n", "a\ny\nc\n", id="next-line"),
        pytest.param("a\nb\n", "a\nx\nb\n", "a\ny\nb\n", id="same-place"),
        pytest.param("a\nb\n", "a\nb\nx\n", "a\ny\n", id="beside-an-edit"),
        pytest.param("a\nb\nc\n", "a\nx\nc\n", "a\nc\n", id="deleted"),
        pytest.param("a\nb\nc\n", "a\nc\n", "a\ny\nc\n", id="edited-where-deleted"),
        pytest.param("a\nb\nc\nd\n", "a\nc\nd\n", "a\nc\nd\nb\n", id="moved-where-deleted"),
        pytest.param("a\nb\nc\nd\n", "a\nc\nd\nb\n", "a\nc\nd\n", id="deleted-where-moved"),
        pytest.param("a\nb\nc\nd\n", "a\nc\nd\nb\n", "b\na\nc\nd\n", id="moved-elsewhere"),
        pytest.param("a\nb\n", "a\n}\nb\n", "a\n}\nc\n}\nb\n", id="only-a-bracket"),
        pytest.param("", "a\n", "b\n", id="two-new-files"),
    ],
)
def test_a_conflict(base: str, wanted: str, current: str) -> None:
    """Changes that touch each other, or undo each other elsewhere, are a conflict."""
    merged = text(base.encode(), wanted.encode(), current.encode())
    assert merged.hunks
    assert merged.reason


def test_a_conflict_is_marked_as_git_does() -> None:
    """All three versions stand between markers; a missing line end is mended for the last."""
    merged = text(b"a\nb\n", b"a\nx\n", b"a\r\ny")
    assert merged.content == (
        b"a\r\n<<<<<<< yours\r\ny\r\n||||||| before\r\nb\r\n=======\r\nx\r\n>>>>>>> rafters\r\n"
    )
    (hunk,) = merged.hunks
    assert (hunk.line, hunk.yours, hunk.before, hunk.rafters) == (2, ("y",), ("b",), ("x",))
    assert str(hunk).startswith("line 2:\n<<<<<<< yours\ny\n")


@pytest.mark.parametrize("current", [b"a\0\n", b"\xff\n"])
def test_what_is_no_text_is_a_conflict(current: bytes) -> None:
    """Binary files and other encodings are left as they are, and the conflict says why."""
    merged = text(b"a\n", b"b\n", current)
    assert merged.content == current
    assert merged.hunks
    assert "UTF-8" in merged.reason


def edited(lines: list[str], random: Random, words: list[str]) -> list[str]:
    """Return lines with one to five insertions, deletions and changes."""
    lines = list(lines)
    for _ in range(random.randint(1, 5)):
        place = random.randint(0, len(lines))
        kind = random.choice(["insert", "delete", "change"])
        size = {"insert": 0, "delete": random.randint(1, 3), "change": 1}[kind]
        lines[place : place + size] = [] if kind == "delete" else [random.choice(words)]
    return lines


def test_git_agrees(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What git merges without a conflict we do, nearly always, and to the same bytes."""
    random = Random(3)  # noqa: S311
    gits = ours = 0
    for _ in range(150):
        words = [f"line {number}" for number in range(random.choice([12, 60, 1000]))]
        base = [random.choice(words) for _ in range(random.randint(5, 80))]
        files = [base, edited(base, random, words), edited(base, random, words)]
        contents = [joined(lines) for lines in files]
        for name, content in zip("bwc", contents, strict=True):
            (tmp_path / name).write_bytes(content)
        command = ["git", "merge-file", "-p", "--diff3", "c", "b", "w"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
        merged = text(*contents)
        if done.returncode == 0:
            gits += 1
            if not merged.hunks:
                ours += 1
                assert merged.content == done.stdout
    with capsys.disabled():
        print(f" [{ours} of git's {gits} clean merges]", end="")  # noqa: T201
    assert ours >= 0.95 * gits

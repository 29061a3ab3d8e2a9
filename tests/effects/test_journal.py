"""The journal: what the next command does about one that was cut short."""

import json
import os
from pathlib import Path

import pytest
from changing import PLAN, Snapshot, after, build, snapshot

from rafters.effects import apply, journal
from rafters.effects.work import Work
from rafters.errors import ConflictError, MachineError

MAIN = "src/shop/main.py"
TASK = "src/shop/models/task.py"
NOTE = "src/shop/old/note.py"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a small project."""
    return build(tmp_path / "shop")


def cut_short(root: Path, wanted: str) -> None:
    """Stop a command right after a file has changed, as SIGKILL would."""
    file = root / wanted
    before = file.read_bytes() if file.exists() else None
    real = Work.switch

    class Killed(BaseException):
        pass

    def switch(work: Work, new: Path, old: Path) -> None:
        real(work, new, old)
        if work.shown == file:
            raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Work, "switch", switch)
        patch.setattr(apply, "_settle", lambda *_: "nothing")
        with pytest.raises(Killed):
            apply.run(PLAN, root)
    assert (file.read_bytes() if file.exists() else None) != before


def test_without_a_journal_there_is_nothing_to_do(root: Path) -> None:
    """A project that no command was stopped in is left alone."""
    before = snapshot(root)
    assert journal.recover(root) == "nothing"
    assert snapshot(root) == before


def test_what_was_under_way_is_taken_back(root: Path) -> None:
    """The very files that were there come back, with their times."""
    before = snapshot(root)
    inode = (root / MAIN).stat().st_ino
    cut_short(root, NOTE)
    assert snapshot(root) != before
    assert journal.recover(root) == "taken back"
    assert snapshot(root) == before
    assert (root / MAIN).stat().st_ino == inode
    assert (root / MAIN).stat().st_mtime == 1_000_000_000
    assert journal.recover(root) == "nothing"


def test_what_was_complete_is_tidied_up(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the act that decides, the change stays and what is left of it goes."""
    whole = after(root.parent / "whole")
    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", lambda *_args, **_kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            apply.run(PLAN, root)
    assert (root / journal.COMPLETE).exists()
    assert list(root.rglob("*.old"))
    assert journal.recover(root) == "completed"
    assert snapshot(root) == whole


def test_the_writer_recovers_by_itself(root: Path) -> None:
    """Who applies a plan without recovering first gets the same."""
    cut_short(root, MAIN)
    apply.run(PLAN, root)
    assert (root / TASK).exists()
    assert not list(root.rglob(".rafters*"))


@pytest.mark.parametrize("content", [b"", b'{"token": "0123', b"\0" * 100])
def test_half_a_journal_means_that_nothing_was_begun(root: Path, content: bytes) -> None:
    """A journal that was cut short itself is removed; nothing else had been done."""
    before = snapshot(root)
    (root / journal.UNDER_WAY).write_bytes(content)
    assert journal.recover(root) == "taken back"
    assert snapshot(root) == before


@pytest.mark.parametrize("path", [MAIN, NOTE])
def test_an_edit_since_the_interruption_is_not_lost(root: Path, path: str) -> None:
    """A file that was written since is named; moved away, the rest is taken back."""
    before = snapshot(root)
    cut_short(root, NOTE)
    (root / path).write_text("mine\n", encoding="utf-8")
    between = snapshot(root)
    with pytest.raises(ConflictError, match="was edited after a command was interrupted"):
        journal.recover(root)
    assert snapshot(root) == between
    (root / path).rename(root.parent / "mine.py")
    assert journal.recover(root) == "taken back"
    assert snapshot(root) == before


def test_a_new_file_that_was_edited_since_stays(root: Path) -> None:
    """What was made and then edited is the person's; the rest is taken back."""
    before = snapshot(root)
    cut_short(root, NOTE)
    (root / TASK).write_text("mine\n", encoding="utf-8")
    assert journal.recover(root) == "taken back"
    assert (root / TASK).read_text(encoding="utf-8") == "mine\n"
    (root / TASK).unlink()
    assert snapshot(root) == before


def planted(root: Path, path: str, name: str = "0123456789ab") -> Snapshot:
    """Put a journal and a file that it would move into a project, as a stranger could."""
    step = {"act": "delete", "path": path, "digest": ""}
    data = {"token": name, "steps": [step], "folders": ["../empty"]}
    (root / journal.UNDER_WAY).write_text(json.dumps(data), encoding="utf-8")
    (root.parent / "empty").mkdir()
    (root.parent / f".rafters-{name.replace('/', '')}-0.old").write_bytes(b"evil")
    return snapshot(root.parent)


@pytest.mark.parametrize("path", ["../victim", "/victim", "out/victim"])
def test_a_journal_from_elsewhere_reaches_nothing_outside(root: Path, path: str) -> None:
    """A project that was downloaded with a journal in it cannot make us write out of it."""
    (root / "out").symlink_to(root.parent)
    before = planted(root, path)
    with pytest.raises(ConflictError):
        journal.recover(root)
    assert snapshot(root.parent) == before


@pytest.mark.parametrize("name", ["/../../.rafters-x", "../../x", ""])
def test_a_token_from_elsewhere_reaches_nothing_outside(root: Path, name: str) -> None:
    """The names beside the files are made of a token that can lead nowhere."""
    before = planted(root, "victim", name)
    with pytest.raises(MachineError, match="cannot understand"):
        journal.recover(root)
    assert snapshot(root.parent) == before


@pytest.mark.parametrize("data", [[], 1, {"token": 1}, {"token": "a" * 12, "steps": [{"x": 1}]}])
def test_a_journal_of_another_rafters_is_left_to_it(root: Path, data: object) -> None:
    """What is whole, but not as this version writes it, is not taken for half a journal."""
    (root / journal.UNDER_WAY).write_text(json.dumps(data), encoding="utf-8")
    before = snapshot(root)
    with pytest.raises(MachineError, match=r"cannot understand .*\.rafters-journal"):
        journal.recover(root)
    assert snapshot(root) == before


def test_a_journal_that_cannot_be_read_is_told(root: Path) -> None:
    """What stands in the journal's place is named in one line."""
    (root / journal.UNDER_WAY).mkdir()
    with pytest.raises(MachineError, match=r"\.rafters-journal: Is a directory"):
        journal.recover(root)

"""`add`, `change`, `remove` and `apply`, killed: the tree is as before, or the change complete."""

import os
import random
import shutil
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from changing import snapshot
from conftest import QUIET, TASK, Rafters
from forking import Forks
from stopping import acts, ends

COMMANDS = {
    "add": ("add", *TASK),
    "change": ("change", "Task", "--add", "due:date:null", "--drop", "done"),
    "remove": ("remove", "Task"),
    "apply": ("apply", "../../../shop.toml", "--prune"),
}
"""One of each kind; `apply` adds two, changes nothing and removes one."""

SHOP = """
[resources.Book]
fields = ["title:str:1..200:search", "author:Author", "related:many:self"]

[resources.Author]
fields = ["name:str:1..80:unique", "favourite:Book:null"]
"""


@pytest.fixture
def base(request: pytest.FixtureRequest, filled: Path, bare: Path, tmp_path: Path) -> Path:
    """Return the project in which the command of the test does something."""
    (tmp_path / "shop.toml").write_text(SHOP)
    return bare if request.node.callspec.params["command"] == "add" else filled


def check_killed(command: str, base: Path, here: Path, numbers: Sequence[int]) -> None:
    """Kill a command at each of these acts; the next command makes it all or nothing."""
    found = ends([*COMMANDS[command], *QUIET], base, here / "killed", "SIGKILL", numbers)
    for end in found:
        assert end.code == -9, end
        assert end.then in {"before", "whole"}, end
        # what formats cannot outlive a kill -9; it lies where the system clears up
        assert all(name.startswith("rafters-format-") for name in end.litter), end
    told = [end.then for end in sorted(found, key=lambda end: end.number)]
    assert told == sorted(told), "there is one act that decides"
    assert {"before", "whole"} == set(told)
    assert {end.at_once for end in found} > {"before"}, "some were killed halfway"


@pytest.mark.parametrize("command", COMMANDS)
def test_killed_at_some_acts(command: str, base: Path, tmp_path: Path) -> None:
    """SIGKILL before some acts, first and last ones among them: as before or complete."""
    total = acts([*COMMANDS[command], *QUIET], base, tmp_path / "peace")
    rest = random.Random(total).sample(range(total // 3, total), 7)  # noqa: S311
    check_killed(command, base, tmp_path, [1, *rest, total - 1, total])


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_killed_at_every_act(command: str, base: Path, tmp_path: Path) -> None:
    """SIGKILL before each write, fsync, replace and every other act: as before or complete."""
    total = acts([*COMMANDS[command], *QUIET], base, tmp_path / "peace")
    # `apply` does nothing that the others do not, and has several times as many acts
    check_killed(command, base, tmp_path, range(1, total + 1, 3 if command == "apply" else 1))


@pytest.mark.slow
def test_killed_at_random_times(
    rafters: Rafters, folder: Path, bare: Path, processes: Forks
) -> None:
    """A hundred processes of `add`, each killed some time: as before or complete."""
    chance = random.Random(3)  # noqa: S311
    project = folder / "shop"
    argv = ["add", *TASK, *QUIET, "--project", str(project)]
    shutil.copytree(bare, project)
    before = snapshot(project)
    begun = time.monotonic()
    (done,) = processes.run(argv)
    delay = time.monotonic() - begun
    assert done.code == 0
    whole = snapshot(project)
    seen = []
    for number in range(100):
        if snapshot(project) != before:
            shutil.rmtree(project)
            shutil.copytree(bare, project)
        (process,) = processes.start(argv)
        time.sleep(delay)
        with suppress(ProcessLookupError):  # it may have ended
            os.kill(process, signal.SIGKILL)
        processes.wait()
        assert rafters("list", "--project", str(project)).code == 0
        found = snapshot(project)
        assert found in (before, whole), number
        seen.append("whole" if found == whole else "before")
        # walks about the act that decides, however fast this machine is just now
        delay *= chance.uniform(0.7, 1) if found == whole else chance.uniform(1, 1 / 0.7)
    assert min(map(seen.count, ("before", "whole"))) > 10, seen

"""Whole commands, stopped at any act on the disk: killed there, interrupted, or refused by it.

As a program it runs a command line in forks, each stopped at an act of its own, and tells for
each a line of JSON. Python tells of most acts through audit events, which a hook may refuse.
`os.write` and `os.fsync` have none, so that they are wrapped. Libraries are loaded before the
forks, so that no act is an import.
"""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn

from changing import Snapshot, snapshot

ACTS = {
    *("os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir"),
    *("os.symlink", "os.truncate", "os.utime", "subprocess.Popen"),
}
"""Audit events of what changes a disk, or starts what does; to replace is to rename."""

WAYS = ("SIGKILL", "Ctrl-C", "EIO", "ENOSPC", "EACCES")
"""How a command is stopped."""


@dataclass(frozen=True)
class End:
    """How a command ended that was stopped at an act.

    Attributes:
        number: of the act.
        act: what it was, and of what; empty if the command came to its end before.
        code: its exit code; negative for the signal that ended it.
        err: what it wrote to standard error.
        at_once: `before`, `whole` or what else the tree was.
        then: the same, after the next command.
        litter: names of what it left in the folder for temporary files.
    """

    number: int
    act: str
    code: int
    err: str
    at_once: str
    then: str
    litter: Sequence[str]


@dataclass
class Stopper:
    """What stops this process at an act.

    Attributes:
        number: of the act, counted from one.
        way: one of `WAYS`.
        lasting: whether all later acts are stopped, too.
        count: acts that there were.
        told: called with the first act that is stopped, just before.
    """

    number: int
    way: str
    lasting: bool = False
    count: int = 0
    told: Callable[[str], object] = lambda _act: None

    def install(self) -> None:
        """Watch the acts from now on."""
        for name in ("write", "fsync"):
            setattr(os, name, self._wrapped(name, getattr(os, name)))
        sys.addaudithook(self._hear)

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        opened = (
            event == "open" and isinstance(args[2], int) and args[2] & (os.O_RDWR | os.O_WRONLY)
        )
        if (opened and args[0] != os.devnull) or event in ACTS:
            self._act(f"{event} {args[0]}")

    def _wrapped(self, name: str, real: Callable[..., object]) -> Callable[..., object]:
        def act(*args: Any) -> object:  # noqa: ANN401  (whatever `os` takes)
            if name == "write" and self.count + 1 == self.number:
                os.pwrite(args[0], args[1][: len(args[1]) // 2], 0)  # half of it was written
            self._act(name)
            return real(*args) if name == "write" else None  # no power is cut here

        return act

    def _act(self, act: str) -> None:
        self.count += 1
        if self.count == self.number:
            self.told(act)
        if self.count == self.number or (self.lasting and self.count > self.number):
            if self.way == "SIGKILL":
                os.kill(os.getpid(), signal.SIGKILL)
            if self.way == "Ctrl-C":
                raise KeyboardInterrupt
            number = getattr(errno, self.way)
            raise OSError(number, os.strerror(number))


def command(argv: Sequence[str], stopper: Stopper, out: Path) -> NoReturn:
    """Be a process that runs a command line and is stopped; `out` is a folder for its streams."""
    from rafters import main

    for descriptor, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(out / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
    told = os.open(out / "act", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    write = os.write
    stopper.told = lambda act: write(told, act.encode())
    sys.argv = ["rafters", *argv]
    code = 99
    try:
        stopper.install()
        code = main.main()
    except BaseException:  # noqa: BLE001  (a traceback is what nobody may see)
        import traceback

        traceback.print_exc()
    if not stopper.number:
        write(told, str(stopper.count).encode())
    os._exit(code)


def forked(argv: Sequence[str], stopper: Stopper, out: Path) -> tuple[int, str, str]:
    """Run a command line in a fork; return its exit code, its errors and the act it came to."""
    child = os.fork()
    if not child:
        command(argv, stopper, out)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code, (out / "err").read_text(), (out / "act").read_text()


def told(found: Snapshot, before: Snapshot, whole: Snapshot) -> str:
    """Say which of two trees was found, or where it differs from the first."""
    if found == before:
        return "before"
    if found == whole:
        return "whole"
    differing = (path for path in {*found, *before} if found.get(path) != before.get(path))
    return f"between: {sorted(differing)}"


def ends(
    argv: Sequence[str],
    base: Path,
    here: Path,
    way: str,
    numbers: Sequence[int] = (0,),
    *,
    lasting: bool = False,
) -> list[End]:
    """Stop a command at acts of these numbers, two at a time, and return how each ended.

    Args:
        argv: the command line.
        base: a project to be copied, in which the command does something.
        here: an empty folder to do it in.
        way: one of `WAYS`.
        numbers: of the acts; zero lets it come to its end and tells in `act` how many there are.
        lasting: whether all later acts are stopped, too.
    """
    workers = []
    for part in filter(None, (numbers[::2], numbers[1::2])):
        place = here / f"{way}-{part[0]}"
        asked = {"argv": argv, "base": str(base), "here": str(place), "numbers": [*part]}
        worker = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert worker.stdin
        worker.stdin.write(json.dumps(asked | {"way": way, "lasting": lasting}))
        worker.stdin.close()
        worker.stdin = None
        workers.append(worker)
    found: list[End] = []
    for worker in workers:
        out, err = worker.communicate()
        assert worker.returncode == 0, err
        found += (End(**json.loads(line)) for line in out.splitlines())
    assert len(found) == len(numbers)
    return found


def acts(argv: Sequence[str], base: Path, here: Path) -> int:
    """Return how many acts on the disk a command takes, which must do something."""
    (end,) = ends(argv, base, here, "none")
    assert (end.code, end.at_once) == (0, "whole"), end
    assert int(end.act) > 100, "the acts are seen"
    return int(end.act)


def main() -> None:
    """Stop a command at some acts, as standard input says."""
    asked = json.load(sys.stdin)
    argv, base, here = asked["argv"], Path(asked["base"]), Path(asked["here"])
    scratch, out, root = here / "scratch", here / "out", here / "shop"
    for folder in (scratch, out):
        folder.mkdir(parents=True)
    os.environ["TMPDIR"] = str(scratch)
    shutil.copytree(base, root, symlinks=True)
    os.chdir(root)
    before = snapshot(root)
    # the first one loads all that a command needs, in this very process
    from rafters import main

    for loaded in (argv, ["list"]):
        with (out / "first").open("w") as file:
            kept = os.dup(1)
            os.dup2(file.fileno(), 1)
            assert main.run(loaded) == 0
            sys.stdout.flush()
            os.dup2(kept, 1)
    whole = snapshot(root)
    assert whole != before
    for number in asked["numbers"]:
        if snapshot(root) != before:
            os.chdir(here)
            shutil.rmtree(root)
            shutil.copytree(base, root, symlinks=True)
            os.chdir(root)
        stopper = Stopper(number, asked["way"], lasting=asked["lasting"])
        code, err, act = forked(argv, stopper, out)
        at_once = told(snapshot(root), before, whole)
        again, also, _ = forked(["list"], Stopper(0, "none"), out)
        then = told(snapshot(root), before, whole)
        if again:
            then = f"list: {again} {also}"
        litter = tuple(sorted(path.name for path in scratch.iterdir()))
        for name in litter:
            shutil.rmtree(scratch / name)
        end = End(number, act, code, err, at_once, then, litter)
        sys.stdout.write(f"{json.dumps(asdict(end))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

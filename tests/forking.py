"""Command lines side by side, each in a process of its own that has not to load Rafters first.

As a program it forks a process for each command line that a line of JSON lists, tells their ids,
and then how they ended.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from conftest import Outcome
from stopping import Stopper, command


@dataclass(frozen=True)
class Forks:
    """A process that has loaded Rafters, and runs command lines in forks of itself.

    Attributes:
        process: itself.
        streams: the folder of what the command lines print.
    """

    process: subprocess.Popen[str]
    streams: Path

    def start(self, *commands: Sequence[str]) -> list[int]:
        """Start command lines at the same moment, and return their process ids."""
        assert self.process.stdin
        self.process.stdin.write(f"{json.dumps(commands)}\n")
        self.process.stdin.flush()
        return self._read()

    def wait(self) -> list[Outcome]:
        """Return how those that were started ended, once all have."""
        return [
            Outcome(
                code, *((self.streams / str(number) / name).read_text() for name in ("out", "err"))
            )
            for number, code in enumerate(self._read())
        ]

    def run(self, *commands: Sequence[str]) -> list[Outcome]:
        """Run command lines side by side, and return how they ended."""
        self.start(*commands)
        return self.wait()

    def _read(self) -> list[int]:
        assert self.process.stdout
        read: list[int] = json.loads(self.process.stdout.readline())
        return read


@contextmanager
def forks(project: Path, streams: Path) -> Iterator[Forks]:
    """Give what runs command lines, as long as the block lasts.

    Args:
        project: any project, in which nothing is changed.
        streams: an existing folder.
    """
    argv = [sys.executable, __file__, str(project), str(streams)]
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Forks(process, streams)
        process.communicate()


def main() -> None:
    """Fork as standard input says."""
    project, streams = sys.argv[1:]
    from rafters import main as program

    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    # these load all that a command needs, in this very process
    for loaded in (["list"], ["add", "Loaded", "name:str", "--dry-run"]):
        assert program.run([*loaded, "--project", project]) == 0
    for line in sys.stdin:
        children = []
        for number, argv in enumerate(json.loads(line)):
            folder = Path(streams, str(number))
            folder.mkdir(exist_ok=True)
            child = os.fork()
            if not child:
                command(argv, Stopper(0, "none"), folder)
            children.append(child)
        answers.write(f"{json.dumps(children)}\n")
        answers.flush()
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        answers.write(f"{json.dumps(codes)}\n")
        answers.flush()


if __name__ == "__main__":
    main()

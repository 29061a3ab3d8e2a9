"""Runs other programs, so that none outlives the command that started it."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rafters.errors import MachineError, Problem

TIMEOUT = 900.0
"""Seconds after which a program is stopped: a hang, on any machine."""

# What the caller's shell has set for its own project says nothing about the one made here.
_FOREIGN = (
    *("VIRTUAL_ENV", "CONDA_PREFIX", "UV_PROJECT", "UV_PROJECT_ENVIRONMENT", "UV_WORKING_DIR"),
    *("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "PYTHONWARNINGS", "PYTEST_ADDOPTS"),
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY"),
)


@dataclass(frozen=True)
class Finished:
    """How a program ended.

    Attributes:
        returncode: its exit status; negative for the signal that ended it.
        output: what it wrote to both streams, in that order.
        seconds: how long it took.
    """

    returncode: int
    output: str
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether it ended well."""
        return self.returncode == 0


@dataclass
class Processes:
    """Starts programs and can end all that still run, from any thread."""

    _running: set[subprocess.Popen[str]] = field(default_factory=set)
    _closed: bool = False

    def run(
        self, argv: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None = None
    ) -> Finished:
        """Run a program to its end and return what it wrote.

        Args:
            argv: the program and its arguments; no shell reads them.
            cwd: folder to run in.
            env: what to set beside the cleaned environment of this process.

        Raises:
            MachineError: the program cannot be started.
        """
        start = time.perf_counter()
        try:
            process = subprocess.Popen(  # noqa: S603  (a list of ours, no shell)
                argv,
                cwd=cwd,
                env=environment() | dict(env or {}),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
        except OSError as error:
            message = f"cannot run {argv[0]}: {error.strerror}"
            raise MachineError(Problem("cannot-run", message)) from error
        self._running.add(process)
        try:
            if self._closed:  # end() came between start and registration
                _kill(process)
            output, _ = process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            _kill(process)
            output = f"{process.communicate()[0]}\nstopped after {TIMEOUT:.0f} s"
        except BaseException:
            _kill(process)
            process.communicate()
            raise
        finally:
            self._running.discard(process)
        return Finished(process.returncode, output, time.perf_counter() - start)

    def end(self) -> None:
        """Kill what runs, with its children, and whatever would be started yet."""
        self._closed = True
        for process in list(self._running):
            _kill(process)


def environment() -> dict[str, str]:
    """Return this process's environment without what points at another project."""
    return {name: value for name, value in os.environ.items() if name not in _FOREIGN}


def _kill(process: subprocess.Popen[str]) -> None:
    """End a program and what it started; on Windows, the program alone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()

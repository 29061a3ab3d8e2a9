"""Runs other programs, so that none outlives the command that started it."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from rafters.errors import MachineError, Problem, reason

TIMEOUT = 900.0
"""Seconds after which a program is stopped: a hang, on any machine."""

GRACE = 5.0
"""Seconds that the streams of a killed program may stay open."""

_MARK = "RAFTERS_STARTED"
"""A variable by which all that a program starts is known, whatever session it goes to."""

# What the caller's shell has set for its own project says nothing about the one made here: of
# these, only what leads to packages, the network or a person's name is handed on.
_FOREIGN = ("CONDA_", "GIT_", "PYTEST_", "PYTHON", "UV_", "VIRTUAL_ENV")
_HANDED_ON = (
    *("GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_CONFIG_"),
    *("UV_CACHE_DIR", "UV_CONCURRENT_", "UV_CONFIG_FILE", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL"),
    *("UV_FIND_LINKS", "UV_HTTP_", "UV_INDEX", "UV_INSECURE_HOST", "UV_KEYRING_PROVIDER"),
    *("UV_LINK_MODE", "UV_NATIVE_TLS", "UV_NO_CONFIG", "UV_OFFLINE", "UV_PYTHON_"),
    *("UV_REQUEST_TIMEOUT", "UV_SYSTEM_CERTS"),
)


class Finished(NamedTuple):
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

    _running: dict[subprocess.Popen[str], str] = field(default_factory=dict)
    _closed: bool = False

    @property
    def ended(self) -> bool:
        """Whether all was ended: what programs say of themselves from now on means nothing."""
        return self._closed

    def run(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str | None] | None = None,
        timeout: float | None = None,
    ) -> Finished:
        """Run a program to its end and return what it wrote.

        Args:
            argv: the program and its arguments; no shell reads them.
            cwd: folder to run in.
            env: what to set in the cleaned environment of this process; `None` unsets.
            timeout: seconds after which it is stopped; `None` for `TIMEOUT`.

        Raises:
            MachineError: the program cannot be started.
        """
        start = time.perf_counter()
        mark = os.urandom(8).hex()
        patience = TIMEOUT if timeout is None else timeout
        try:
            process = subprocess.Popen(  # noqa: S603  (a list of ours, no shell)
                argv,
                cwd=cwd,
                env=environment(env or {}) | {_MARK: mark},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
        except OSError as error:
            message = f"cannot run {argv[0]}: {reason(error)}"
            raise MachineError(Problem("cannot-run", message)) from error
        self._running[process] = mark
        try:
            if self._closed:  # end() came between start and registration
                _kill(process)
            output, _ = process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            _kill(process)
            _kill_marked(mark)
            output = f"{_rest(process)}\nstopped after {patience:.0f} s"
        except BaseException:
            _kill(process)
            _kill_marked(mark)
            _rest(process)
            raise
        finally:
            self._running.pop(process, None)
        return Finished(process.wait(), output, time.perf_counter() - start)

    def end(self) -> None:
        """Kill what runs, with its children, and whatever would be started yet."""
        self._closed = True
        for process, mark in list(self._running.items()):
            _kill(process)
            _kill_marked(mark)


def environment(changes: Mapping[str, str | None]) -> dict[str, str]:
    """Return this process's environment, changed, without what points at another project."""
    own = {
        name: value
        for name, value in os.environ.items()
        if name.startswith(_HANDED_ON) or not name.startswith(_FOREIGN)
    }
    return {name: value for name, value in (own | dict(changes)).items() if value is not None}


def _kill_marked(mark: str) -> None:
    """End what a killed program has set free; where there is no /proc, it is left."""
    wanted = f"{_MARK}={mark}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                os.kill(int(folder.name), signal.SIGKILL)


def _rest(process: subprocess.Popen[str]) -> str:
    """Return what a killed program wrote; one that it set free may hold its streams open."""
    try:
        return process.communicate(timeout=GRACE)[0]
    except subprocess.TimeoutExpired as error:
        if process.stdout:
            process.stdout.close()
        return (error.stdout or b"").decode(errors="replace")


def _kill(process: subprocess.Popen[str]) -> None:
    """End a program and what it started; on Windows, the program alone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()

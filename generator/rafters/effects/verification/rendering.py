"""Renders a template in a process of its own, which a time-out can end; it knows copier.

As a program it reads a request from the file that it is given, and writes what came of it beside.
"""

import json
import sys
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rafters.effects.process import Processes

_PROGRAM = "rafters.effects.verification.rendering"


@dataclass(frozen=True)
class Request:
    """What to render.

    Attributes:
        template: folder of the template, or of its repository.
        destination: folder to render into; of a project to update.
        answers: what copier is told.
        trust: whether tasks, migrations and extensions may run.
        strict: a second folder of the template, tried first, in which no name may be undefined.
        reference: of the repository; empty for a folder as it stands.
        update: the answers file of a destination that is to be updated; empty to render anew.
    """

    template: str
    destination: str
    answers: Mapping[str, object]
    trust: bool = False
    strict: str = ""
    reference: str = ""
    update: str = ""


@dataclass(frozen=True)
class Rendered:
    """What came of it.

    Attributes:
        error: why nothing was rendered; empty if something was.
        undefined: what the strict render lacked; empty if nothing.
        seconds: how long it took.
    """

    error: str = ""
    undefined: str = ""
    seconds: float = 0.0


def render(
    request: Request,
    scratch: Path,
    processes: Processes,
    *,
    env: Mapping[str, str | None],
    timeout: float,
) -> Rendered:
    """Render and return what came of it.

    Args:
        request: what to render.
        scratch: an existing folder for the request and its result.
        processes: what starts the process.
        env: what its environment is to have.
        timeout: seconds after which it is stopped.
    """
    asked, told = scratch / "request.json", scratch / "result.json"
    asked.write_text(json.dumps(asdict(request), default=str), encoding="utf-8")
    told.unlink(missing_ok=True)
    argv = [sys.executable, "-P", "-m", _PROGRAM, str(asked), str(told)]
    done = processes.run(argv, cwd=scratch, env=env, timeout=timeout)
    if not told.exists():
        lines = done.output.strip().splitlines()
        return Rendered("\n".join(lines[-20:]) or "copier ended without a word", "", done.seconds)
    result: Mapping[str, str] = json.loads(told.read_text(encoding="utf-8"))
    error = result["error"]
    if error and (output := done.output.strip()):  # what a task said before it failed
        error = f"{error}\n{output}"
    return Rendered(error, result["undefined"], done.seconds)


def _strictly(request: Request) -> str:
    """Render the strict template; return what it lacks, if that is why it failed."""
    try:
        _copier(request, request.strict)
    except Exception as error:
        # Jinja's error comes as it is or as the cause of one of copier's
        for raised in (error, error.__cause__):
            if any(kind.__name__ == "UndefinedError" for kind in type(raised).__mro__):
                return _told(error)
        raise
    return ""


def _copier(request: Request, template: str) -> None:
    """Have copier do what was asked for."""
    import copier

    common: dict[str, Any] = {
        "data": dict(request.answers),
        "defaults": True,
        "overwrite": True,
        "quiet": True,
        "unsafe": request.trust,
        "settings": copier.Settings(),
        "skip_tasks": not request.trust,
        "vcs_ref": request.reference or None,
    }
    if request.update:
        copier.run_update(request.destination, answers_file=request.update, **common)
    else:
        copier.run_copy(template, request.destination, **common)


def _child(asked: Path, told: Path) -> None:
    """Be the process that renders."""
    warnings.simplefilter("ignore")
    request = Request(**json.loads(asked.read_text(encoding="utf-8")))
    error = undefined = ""
    try:
        undefined = _strictly(request) if request.strict else ""
        if undefined or not request.strict:
            _copier(request, request.template)
    except Exception as raised:  # noqa: BLE001  (the template's code may raise anything)
        error = _told(raised)
    told.write_text(json.dumps({"error": error, "undefined": undefined}), encoding="utf-8")


def _told(error: Exception) -> str:
    """Say what was wrong, and in which file of the template."""
    frames = []
    trace = error.__traceback__
    while trace:
        frames.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    place = getattr(error, "filename", None), getattr(error, "lineno", None)
    if not place[0]:
        jinja = [frame for frame in frames if not frame[0].endswith((".py", ">"))]
        place = jinja[-1] if jinja else (None, None)
    where = f"{place[0]}:{place[1]}: " if place[0] else ""
    return f"{where}{type(error).__name__}: {error}"


if __name__ == "__main__":
    _child(Path(sys.argv[1]), Path(sys.argv[2]))

"""The only module that prints: text for people, one JSON envelope for programs."""

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from textwrap import indent
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

from rafters.errors import DONE, RaftersError

if TYPE_CHECKING:  # a line in a pipe takes none of them
    from rich.console import Console, Group
    from rich.live import Live
    from rich.text import Text

    from rafters.plan.changes import Plan
    from rafters.plan.inventory import Entry
    from rafters.spec.questions import Question

ENVELOPE_VERSION = 1
"""Version of the JSON envelope; it changes when a key is renamed or taken away."""


Part = str | tuple[str, str]
"""A piece of a line: text, or text and its style."""


@dataclass
class Step:
    """One thing that a command does, as it is shown.

    Attributes:
        name: one word.
        started: when it began, in seconds of the monotonic clock.
        seconds: how long it took; `None` while it runs.
        ok: whether it ended well.
        detail: what came of it, in a few words.
    """

    name: str
    started: float = field(default_factory=time.perf_counter)
    seconds: float | None = None
    ok: bool = True
    detail: str = ""

    def as_data(self, began: float) -> dict[str, object]:
        """Return the step for the JSON envelope, its start counted from that of the command."""
        return {
            "name": self.name,
            "status": "passed" if self.ok else "failed",
            "started": round(self.started - began, 3),
            "seconds": round(self.seconds or 0.0, 3),
        }


@contextmanager
def _unheard() -> Iterator[None]:
    """Go on where nobody reads: a closed pipe or a full disk behind it undoes nothing."""
    with suppress(OSError):
        yield


class Steps:
    """The steps of a command: drawn while they run on a terminal, a line each elsewhere.

    Between `with`'s two ends they are drawn live; a prompt must come before.
    """

    def __init__(self, *, quiet: bool) -> None:
        """Show steps on standard output, or nowhere."""
        self._quiet = quiet
        self._live: Live | None = None
        self._drawn = sys.stdout.isatty() and not quiet
        self._lock = Lock()
        self._began = time.perf_counter()
        self._all: list[Step] = []

    def start(self, name: str) -> Step:
        """Begin a step; any thread may."""
        step = Step(name)
        with self._lock:
            self._all.append(step)
        return step

    def finish(
        self, step: Step, *, detail: str = "", ok: bool = True, seconds: float | None = None
    ) -> None:
        """End a step, after the seconds given or those since its start."""
        step.detail, step.ok = detail, ok
        step.seconds = time.perf_counter() - step.started if seconds is None else seconds
        if not self._drawn and not self._quiet:
            with _unheard():
                _print(*_line(step))

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Show what happens inside as one step; its `detail` and `ok` may be set there.

        An error takes the step away: it says itself what was wrong.
        """
        step = self.start(name)
        try:
            yield step
        except BaseException:
            self._all.remove(step)
            raise
        self.finish(step, detail=step.detail, ok=step.ok)

    def note(self, text: str) -> None:
        """Say what is no step, as it comes."""
        with _unheard():
            if self._live:
                self._live.console.print(_text((text, "yellow")), soft_wrap=True)
            elif not self._quiet:
                _print((text, "yellow"))

    def as_data(self) -> list[dict[str, object]]:
        """Return the steps that have ended for the JSON envelope."""
        return [step.as_data(self._began) for step in self._all if step.seconds is not None]

    def __enter__(self) -> Self:
        """Begin to draw."""
        if self._drawn:
            from rich.live import Live

            self._live = Live(self, console=_terminal(), refresh_per_second=12)
            self._live.start(refresh=True)
        return self

    def __exit__(self, *_: object) -> None:
        """Draw the steps as they ended."""
        if self._live:
            self._live.stop()

    def __rich__(self) -> "Group":
        """Draw the steps as they stand."""
        from rich.console import Group
        from rich.spinner import Spinner

        with self._lock:
            return Group(
                *(
                    Spinner("dots", _text(step.name), style="cyan")
                    if step.seconds is None
                    else _text(*_line(step))
                    for step in self._all
                )
            )


@_unheard()
def created(folder: str, summary: str, following: Iterable[str], notes: Iterable[str]) -> None:
    """Say what a command made, and what to type next."""
    _print("\nCreated ", (folder, "bold"), f": {summary}")
    for note in notes:
        _print((note, "yellow"))
    _print("\nNext:")
    for command in following:
        _print((f"  {command}", "bold cyan"))


@_unheard()
def changed(summary: str, following: Iterable[str], notes: Iterable[str]) -> None:
    """Say what a command changed, and what to type next."""
    _print((summary, "bold"), *((f"\n{note}", "yellow") for note in notes))
    for command in following:
        _print("Next: ", (command, "bold cyan"))


@_unheard()
def resources(entries: "Iterable[Entry]") -> None:
    """Print resources with their fields, routes, files and number of tests."""
    from rafters.spec.language import format_field

    for number, entry in enumerate(entries):
        if number:
            _print()
        versioned = ", versioned" if entry.resource.versioned else ""
        about = f"  {entry.resource.access}{versioned}, {len(entry.tests)} tests"
        _print((entry.resource.name, "bold"), (about, "dim"))
        for item in entry.resource.fields:
            _print((f"  {format_field(item)}", "cyan"))
        for method, path in entry.routes:
            _print(f"  {method:<6} {path}")
        for path in entry.files:
            _print((f"  {path}", "dim"))
        for path in entry.missing:
            _print((f"  {path} is missing", "yellow"))


@_unheard()
def text(content: str) -> None:
    """Print a text as it is."""
    sys.stdout.write(content)


@_unheard()
def plan(planned: "Plan") -> None:
    """Print a plan as a unified diff, for a person or for `git apply`: the very bytes of files."""
    from rafters.plan.changes import diff

    sys.stdout.flush()
    for line in diff(planned):
        sys.stdout.buffer.write(f"{line}\n".encode(errors="surrogateescape"))
    sys.stdout.buffer.flush()


@_unheard()
def lines(content: "Iterable[Sequence[Part]]") -> None:
    """Print lines, each of texts and their styles."""
    for parts in content:
        _print(*parts)


def options(questions: "Iterable[Question]") -> None:
    """Print the questions of copier.yml as the options that `--set` takes."""
    from rich.panel import Panel
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    for question in questions:
        if not question.hidden:
            table.add_row(_text((question.name, "bold cyan")), _text(question.about))
    title = "Options of the project: --set KEY=VALUE"
    _terminal().print(Panel(table, title=title, title_align="left", border_style="dim"))


@_unheard()
def envelope(command: str, data: Mapping[str, Any], error: RaftersError | None = None) -> None:
    """Print the JSON envelope: all that a program gets to read, on standard output."""
    problems = error.problems if error else ()
    document = {
        "version": ENVELOPE_VERSION,
        "command": command,
        "status": "error" if error else "ok",
        "exit_code": error.exit_code if error else DONE,
        "data": data,
        "errors": [
            {"code": problem.code, "message": problem.message, "hint": problem.hint or None}
            for problem in problems
        ],
    }
    sys.stdout.write(json.dumps(document, indent=2) + "\n")


def failure(error: RaftersError) -> None:
    """Print what went wrong and what to type instead, to standard error."""
    with _unheard():
        for problem in error.problems:
            _print(("error", "bold red"), f": {problem.message}", stderr=True)
            if problem.hint:
                _print((indent(problem.hint, "  "), "yellow"), stderr=True)


def _print(*parts: Part, stderr: bool = False) -> None:
    """Print a line; with its styles where somebody looks, or colours are asked for."""
    stream = sys.stderr if stderr else sys.stdout
    if stream.isatty() or os.environ.get("FORCE_COLOR"):
        _terminal(stderr=stderr).print(_text(*parts), soft_wrap=True)
    else:
        line = "".join(part if isinstance(part, str) else part[0] for part in parts)
        stream.write(f"{line}\n")
        stream.flush()  # so that it comes before what another program writes


def _terminal(*, stderr: bool = False) -> "Console":
    """Return a terminal that a reader may leave: rich itself would then end the program."""
    from rich.console import Console

    class Terminal(Console):
        def on_broken_pipe(self) -> None:
            self.quiet = True

    return Terminal(stderr=stderr, highlight=False)


def _text(*parts: Part) -> "Text":
    """Return a line as rich draws it."""
    from rich.text import Text

    return Text.assemble(*parts)


def _line(step: Step) -> Sequence[Part]:
    """Write a step that has ended."""
    mark, style = ("✓", "green") if step.ok else ("✗", "bold red")
    about = f"{step.seconds or 0.0:5.1f} s  {step.detail}"
    return (f"{mark} ", style), f"{step.name:<12}", (about, "dim")

"""A plan and a report as lines of a terminal: texts and their styles."""

from collections.abc import Iterator, Mapping
from textwrap import indent

from rafters.plan.verification.planning import Plan
from rafters.plan.verification.verdicts import Cause, Report, Row

Part = str | tuple[str, str]
Line = tuple[Part, ...]

MARKS: Mapping[str, tuple[str, str]] = {
    "passed": ("✓", "green"),
    "failed": ("✗", "bold red"),
    "skipped": ("-", "dim"),
    "not-run": ("·", "yellow"),
}


def planned(plan: Plan) -> Iterator[Line]:
    """Yield a plan: its questions, its combinations and what they cover."""
    for name, labels in plan.labels.items():
        if labels:
            yield ((f"{name:<24} ", "cyan"), " | ".join(labels))
    yield ()
    for row in plan.rows:
        yield ((f"{row.key}  ", "bold"), _answers(row.labels, plan.rows[0].labels))
    yield ()
    yield from counted(plan)


def counted(plan: Plan) -> Iterator[Line]:
    """Yield how many combinations there are, and what they cover."""
    style = "green" if plan.coverage.complete else "yellow"
    many = f"{len(plan.rows)} combinations ({plan.strategy}, seed {plan.seed}): "
    yield (many, (str(plan.coverage), style))
    for name in plan.unseen:
        yield ((f"{name} depends on more answers than were looked at", "yellow"),)


def reported(report: Report) -> Iterator[Line]:
    """Yield what came of each combination, why some fail, and a summary."""
    first = next(iter(report.rows), None)
    width = max((len(lane) for lane in report.lanes), default=0) + 1
    yield ((" " * 14 + "".join(f"{lane:<{width}}" for lane in report.lanes), "dim"),)
    for row in report.rows:
        yield (
            (f"{row.key}  ", "bold"),
            *_marks(row, report, width),
            (_answers(row.answers, first.answers if first else {}), "dim"),
        )
    for warning, rows in _warnings(report).items():
        yield ((f"warning: {warning} ({rows} of {len(report.rows)})", "yellow"),)
    for note in report.notes:
        yield ((note, "yellow"),)
    for cause in report.causes:
        yield ()
        yield from _cause(cause)
    yield ()
    yield ((f"{report.summary}, {report.seconds:.1f} s", "bold"),)


def _cause(cause: Cause) -> Iterator[Line]:
    yield (("✗ ", "bold red"), f"{cause.lane} fails with ", (cause.said, "bold"))
    told = f"{len(cause.rows)} combinations; " if len(cause.rows) > 1 else ""
    yield (f"  {told}{cause.message}",)
    if cause.output:
        yield ((indent(cause.output, "    "), "dim"),)
    if not cause.exact:
        yield (("  fewer answers may be enough: the search was ended early", "yellow"),)
    yield ("  again: ", (cause.command, "bold cyan"))
    if cause.kept:
        yield (f"  the tree is kept in {cause.kept}",)


def _marks(row: Row, report: Report, width: int) -> Iterator[Part]:
    for lane in report.lanes:
        verdict = row.verdict(lane)
        mark, style = MARKS[verdict.status] if verdict else (" ", "dim")
        told = f"{mark} {verdict.seconds:.1f}" if verdict and verdict.seconds else mark
        if verdict and verdict.cached:
            told = f"{mark} ="
        yield (f"{told:<{width}}", style)


def _warnings(report: Report) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in report.rows:
        for verdict in row.verdicts:
            for warning in verdict.warnings:
                found[warning] = found.get(warning, 0) + 1
    return found


def _answers(labels: Mapping[str, str], first: Mapping[str, str]) -> str:
    """Write the answers that differ from the first combination's."""
    differing = [f"{name}={label}" for name, label in labels.items() if first.get(name) != label]
    return " ".join(differing) or "the defaults"

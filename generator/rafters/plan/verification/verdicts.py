"""What came of a verification, as values that are printed, written, read and merged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from rafters.errors import Problem, UsageError

LANES = ("render", "static", "test", "resources", "update")
"""What a combination goes through, in this order."""

Status = Literal["passed", "failed", "skipped", "not-run"]

TAIL = 20
"""Last lines of an output that are told."""


@dataclass(frozen=True)
class Verdict:
    """What came of one combination in one lane.

    Attributes:
        lane: one of `LANES`.
        status: `skipped` where there is nothing to run, `not-run` where time or patience ran out.
        seconds: how long it took.
        message: what failed or why it was skipped, in one line.
        output: its last lines.
        warnings: what is worth a look, and no failure.
        cached: whether it is known from an earlier run.
    """

    lane: str
    status: Status
    seconds: float = 0.0
    message: str = ""
    output: str = ""
    warnings: tuple[str, ...] = ()
    cached: bool = False

    @property
    def failed(self) -> bool:
        """Whether it failed."""
        return self.status == "failed"


@dataclass(frozen=True)
class Row:
    """What came of one combination.

    Attributes:
        key: of the combination.
        answers: labels by question.
        verdicts: one for each lane.
        kept: where the failed tree lies; empty if none does.
        same: key of the combination that gave the same tree, and whose verdicts these are.
    """

    key: str
    answers: Mapping[str, str]
    verdicts: tuple[Verdict, ...] = ()
    kept: str = ""
    same: str = ""

    @property
    def failed(self) -> tuple[Verdict, ...]:
        """The verdicts that say that something is wrong."""
        return tuple(verdict for verdict in self.verdicts if verdict.failed)

    @property
    def complete(self) -> bool:
        """Whether every lane has come to an end."""
        return all(verdict.status != "not-run" for verdict in self.verdicts)

    def verdict(self, lane: str) -> Verdict | None:
        """Return what came of a lane."""
        return next((verdict for verdict in self.verdicts if verdict.lane == lane), None)


@dataclass(frozen=True)
class Cause:
    """Why combinations fail.

    Attributes:
        lane: where.
        answers: the smallest answers, beside `beside`, with which it fails; empty if it always
            does.
        beside: the other answers of the combination that was reduced, which passes without them.
        rows: keys of the combinations that this explains.
        command: what to type to see it again.
        message: what failed.
        output: its last lines.
        kept: where a tree that fails lies.
        exact: whether less than these answers was seen to pass.
    """

    lane: str
    answers: Mapping[str, str]
    rows: tuple[str, ...]
    command: str
    message: str
    output: str
    beside: Mapping[str, str] = field(default_factory=dict)
    kept: str = ""
    exact: bool = True

    @property
    def said(self) -> str:
        """The answers in words."""
        return " ".join(f"{name}={label}" for name, label in self.answers.items()) or "any answers"


@dataclass(frozen=True)
class Report:
    """All that is known of a verification.

    Attributes:
        template: as it was typed.
        plan: what was planned, as data: strategy, seed, coverage, keys of all combinations.
        rows: what came of those that this run had.
        causes: why some fail.
        shard: `k/n`, or empty where all ran here.
        seconds: how long it took.
        notes: what else to know.
    """

    template: str
    plan: Mapping[str, Any]
    rows: tuple[Row, ...]
    causes: tuple[Cause, ...] = ()
    shard: str = ""
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def lanes(self) -> tuple[str, ...]:
        """The lanes that any combination went through."""
        seen = {verdict.lane for row in self.rows for verdict in row.verdicts}
        return tuple(lane for lane in LANES if lane in seen)

    @property
    def failed(self) -> tuple[Row, ...]:
        """The combinations that fail."""
        return tuple(row for row in self.rows if row.failed)

    @property
    def complete(self) -> bool:
        """Whether everything has run."""
        return all(row.complete for row in self.rows)

    @property
    def summary(self) -> str:
        """What came of it, in a line."""
        left = sum(not row.complete and not row.failed for row in self.rows)
        passed = len(self.rows) - len(self.failed) - left
        parts = [f"{passed} of {len(self.rows)} combinations pass"]
        parts += [f"{len(self.failed)} fail"] if self.failed else []
        parts += [f"{left} did not run to the end"] if left else []
        return ", ".join(parts)


def tail(output: str) -> str:
    """Return the last lines of an output."""
    return "\n".join(output.strip().splitlines()[-TAIL:])


def as_data(report: Report) -> dict[str, Any]:
    """Return a report for JSON."""
    return {
        "template": report.template,
        "shard": report.shard,
        "seconds": round(report.seconds, 3),
        "plan": dict(report.plan),
        "combinations": [_row_data(row) for row in report.rows],
        "causes": [_plain(cause) for cause in report.causes],
        "notes": list(report.notes),
    }


def from_data(data: Mapping[str, Any]) -> Report:
    """Return a report that was JSON.

    Raises:
        UsageError: it is none of ours.
    """
    try:
        return Report(
            template=data["template"],
            plan=data["plan"],
            rows=tuple(
                Row(
                    item["key"],
                    item["answers"],
                    tuple(
                        Verdict(**{**verdict, "warnings": tuple(verdict["warnings"])})
                        for verdict in item["lanes"]
                    ),
                    item["kept"],
                    item["same"],
                )
                for item in data["combinations"]
            ),
            causes=tuple(Cause(**{**item, "rows": tuple(item["rows"])}) for item in data["causes"]),
            shard=data["shard"],
            seconds=data["seconds"],
            notes=tuple(data["notes"]),
        )
    except (KeyError, TypeError) as error:
        raise UsageError(Problem("bad-report", f"this is no report of ours: {error}")) from error


def merged(reports: Sequence[Report]) -> Report:
    """Return one report of the shards of one plan.

    Raises:
        UsageError: they are of different plans, or combinations are missing.
    """
    if not reports:
        raise UsageError(Problem("bad-report", "there are no reports to merge"))
    first = reports[0]
    if any(report.plan != first.plan for report in reports):
        raise UsageError(Problem("bad-report", "the reports are of different plans"))
    rows = {row.key: row for report in reports for row in report.rows}
    missing = [key for key in first.plan["keys"] if key not in rows]
    if missing:
        shards = ", ".join(report.shard for report in reports)
        message = f"{len(missing)} of the plan's combinations are in none of the shards {shards}"
        raise UsageError(Problem("missing-shards", message, "merge the reports of all shards"))
    return replace(
        first,
        rows=tuple(rows[key] for key in first.plan["keys"]),
        causes=tuple(_joined(cause for report in reports for cause in report.causes)),
        shard="",
        seconds=sum(report.seconds for report in reports),
        notes=tuple(dict.fromkeys(note for report in reports for note in report.notes)),
    )


def _joined(causes: Iterable[Cause]) -> list[Cause]:
    """Make one of causes that say the same."""
    found: dict[tuple[str, str], Cause] = {}
    for cause in causes:
        known = found.get((cause.lane, cause.said))
        rows = (*known.rows, *cause.rows) if known else cause.rows
        found[cause.lane, cause.said] = replace(known or cause, rows=tuple(dict.fromkeys(rows)))
    return list(found.values())


def _row_data(row: Row) -> dict[str, Any]:
    return {
        "key": row.key,
        "answers": dict(row.answers),
        "lanes": [_plain(verdict) for verdict in row.verdicts],
        "kept": row.kept,
        "same": row.same,
    }


def _plain(item: Verdict | Cause) -> dict[str, Any]:
    plain = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in vars(item).items()
    }
    return plain | ({"seconds": round(item.seconds, 3)} if isinstance(item, Verdict) else {})

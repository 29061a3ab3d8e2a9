"""A report as JUnit's XML, which CI servers show: a suite per lane, a case per combination."""

import re
from collections.abc import Iterator
from html import escape

from rafters.plan.verification.verdicts import Report, Row, Verdict

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no document of XML 1.0 may hold, escaped or not."""


def document(report: Report) -> str:
    """Return the report as a document of XML."""
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<testsuites name={_quoted(report.template)} time="{report.seconds:.3f}">'
    for lane in report.lanes:
        cases = [(row, verdict) for row in report.rows if (verdict := row.verdict(lane))]
        failures = sum(verdict.failed for _, verdict in cases)
        skipped = sum(verdict.status in {"skipped", "not-run"} for _, verdict in cases)
        seconds = sum(verdict.seconds for _, verdict in cases)
        counts = f'tests="{len(cases)}" failures="{failures}" errors="0" skipped="{skipped}"'
        yield f'  <testsuite name="{lane}" {counts} time="{seconds:.3f}">'
        for row, verdict in cases:
            yield from _case(row, verdict)
        yield "  </testsuite>"
    yield "</testsuites>"


def _case(row: Row, verdict: Verdict) -> Iterator[str]:
    answers = " ".join(f"{name}={label}" for name, label in row.answers.items())
    head = f'classname="{verdict.lane}" name={_quoted(f"{row.key} {answers}")}'
    yield f'    <testcase {head} time="{verdict.seconds:.3f}">'
    if verdict.failed:
        text = escape(_clean(verdict.output))
        yield f"      <failure message={_quoted(verdict.message)}>{text}</failure>"
    elif verdict.status != "passed":
        yield f"      <skipped message={_quoted(verdict.message)}/>"
    yield "    </testcase>"


def _quoted(text: str) -> str:
    return f'"{escape(_clean(text)).replace(chr(10), "&#10;")}"'


def _clean(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)

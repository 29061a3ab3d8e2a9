"""A report as GitHub shows it: a summary in Markdown, and annotations beside a run."""

from collections.abc import Iterator

from rafters.plan.verification.verdicts import Report

MAX_ROWS = 200
"""Most combinations in a summary: GitHub takes no more than a mebibyte."""

_MARKS = {"passed": "✅", "failed": "❌", "skipped": "⏭️", "not-run": "⏳"}


def summary(report: Report) -> str:
    """Return the report as a page of Markdown."""
    return "".join(f"{line}\n" for line in _lines(report))


def annotations(report: Report) -> Iterator[str]:
    """Yield a line for each cause of failure and each warning, as GitHub's runner reads them."""
    for cause in report.causes:
        title = f"{cause.lane} fails with {cause.said}"
        text = f"{cause.message}\n{cause.output}\nagain: {cause.command}"
        yield f"::error title={_property(title)}::{_data(text)}"
    for warning in dict.fromkeys(
        w for row in report.rows for v in row.verdicts for w in v.warnings
    ):
        yield f"::warning title=rafters verify::{_data(warning)}"


def _lines(report: Report) -> Iterator[str]:
    yield f"## rafters verify {_cell(report.template)}"
    yield ""
    yield f"{report.summary}, {report.seconds:.0f} s."
    for cause in report.causes:
        yield ""
        yield f"### ❌ {cause.lane} fails with {_cell(cause.said)}"
        yield ""
        yield f"{_cell(cause.message)} ({len(cause.rows)} combinations)"
        yield ""
        yield from _block(f"$ {cause.command}\n\n{cause.output}")
    yield ""
    lanes = report.lanes
    yield f"| combination | {' | '.join(lanes)} | answers |"
    yield f"|---{'|---' * len(lanes)}|---|"
    for row in report.rows[:MAX_ROWS]:
        found = [row.verdict(lane) for lane in lanes]
        marks = " | ".join(_MARKS[verdict.status] if verdict else "" for verdict in found)
        answers = " ".join(f"{name}={label}" for name, label in row.answers.items())
        yield f"| {row.key} | {marks} | {_cell(answers)} |"
    if len(report.rows) > MAX_ROWS:
        yield ""
        yield f"And {len(report.rows) - MAX_ROWS} combinations more."


def _block(text: str) -> Iterator[str]:
    """Yield a block of code, whatever rows of backticks are in it."""
    fence = "```"
    while fence in text:
        fence += "`"
    yield from (fence, *text.splitlines(), fence)


def _cell(text: str) -> str:
    """Write a text that Markdown, HTML in it and tables leave as it is."""
    for sign, shown in {"&": "&amp;", "<": "&lt;", "|": "\\|", "\n": " ", "`": "\\`"}.items():
        text = text.replace(sign, shown)
    return text


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

"""A report as one page that needs nothing else: a matrix, a filter, and the failures."""

from collections.abc import Iterator
from html import escape

from rafters.plan.verification.verdicts import Cause, Report, Row, Verdict

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --line: #8884; --dim: #777;
  --passed: #1a7f37; --failed: #cf222e; --skipped: #8c959f; --waiting: #bf8700; }}
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem;
  padding: 0 1rem; }}
h1 {{ font-size: 1.4rem; }} h2 {{ font-size: 1.1rem; margin-top: 2rem; }}
pre {{ background: #8881; padding: .75rem; overflow-x: auto; border-radius: 6px; }}
code, pre, td:first-child {{ font-family: ui-monospace, monospace; font-size: .85rem; }}
.table {{ overflow-x: auto; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }}
th {{ position: sticky; top: 0; background: Canvas; }}
td.cell {{ color: #fff; text-align: center; white-space: nowrap; font-size: .85rem; }}
.passed {{ background: var(--passed); }} .failed {{ background: var(--failed); }}
.skipped {{ background: var(--skipped); }} .not-run {{ background: var(--waiting); }}
.answers {{ color: var(--dim); }}
.cause {{ border-left: 4px solid var(--failed); padding-left: 1rem; }}
.filter {{ display: flex; gap: 1rem; flex-wrap: wrap; align-items: center; margin: 1rem 0; }}
input[type=search] {{ font: inherit; padding: .3rem .6rem; min-width: 18rem; }}
[hidden] {{ display: none; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p id="summary">{summary}</p>
{notes}
{causes}
<h2>Combinations</h2>
<div class="filter">
<label>Filter <input type="search" id="filter" placeholder="postgresql failed"></label>
<label><input type="checkbox" id="failing"> failing alone</label>
<span id="count" role="status"></span>
</div>
<div class="table"><table id="matrix">
<thead><tr><th>combination</th>{heads}<th>answers</th></tr></thead>
<tbody>
{rows}
</tbody>
</table></div>
<script>
const rows = [...document.querySelectorAll("#matrix tbody tr")];
const field = document.getElementById("filter");
const failing = document.getElementById("failing");
function show() {{
  const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let count = 0;
  for (const row of rows) {{
    const text = row.dataset.text;
    row.hidden = !words.every(word => text.includes(word))
      || (failing.checked && row.dataset.status !== "failed");
    count += row.hidden ? 0 : 1;
  }}
  document.getElementById("count").textContent = `${{count}} of ${{rows.length}}`;
}}
field.addEventListener("input", show);
failing.addEventListener("change", show);
if (location.hash.length > 1) field.value = decodeURIComponent(location.hash.slice(1));
show();
</script>
</body>
</html>
"""


def page(report: Report) -> str:
    """Return the report as a page of HTML."""
    return _PAGE.format(
        title=escape(f"rafters verify {report.template}"),
        summary=escape(f"{report.summary}, {report.seconds:.1f} s. {_plan(report)}"),
        notes="\n".join(f"<p>{escape(note)}</p>" for note in report.notes),
        causes="\n".join(line for cause in report.causes for line in _cause(cause)),
        heads="".join(f"<th>{escape(lane)}</th>" for lane in report.lanes),
        rows="\n".join(_row(row, report) for row in report.rows),
    )


def _plan(report: Report) -> str:
    coverage = report.plan.get("coverage", {})
    have, all_of = coverage.get("covered", 0), coverage.get("reachable", 0)
    what = coverage.get("what", "pairs")
    return (
        f"Strategy {report.plan.get('strategy')}: {have} of {all_of} reachable {what} are covered."
    )


def _cause(cause: Cause) -> Iterator[str]:
    yield '<section class="cause">'
    yield f"<h2>{escape(cause.lane)} fails with <code>{escape(cause.said)}</code></h2>"
    told = f"{len(cause.rows)} combinations. " if len(cause.rows) > 1 else ""
    yield f"<p>{told}{escape(cause.message)}</p>"
    if cause.output:
        yield "<details open><summary>last lines</summary>"
        yield f"<pre>{escape(cause.output)}</pre></details>"
    yield f"<p>Again:</p><pre>{escape(cause.command)}</pre>"
    if cause.kept:
        yield f"<p>The tree is kept in <code>{escape(cause.kept)}</code>.</p>"
    yield "</section>"


def _row(row: Row, report: Report) -> str:
    """Write a combination, with all that the filter looks at in an attribute."""
    status = "failed" if row.failed else "passed" if row.complete else "not-run"
    answers = " ".join(f"{name}={label}" for name, label in row.answers.items())
    words = [row.key, status, answers, *(f"{v.lane}:{v.status}" for v in row.verdicts)]
    cells = "".join(_cell(row.verdict(lane)) for lane in report.lanes)
    data = f'data-status="{status}" data-text="{escape(" ".join(words).lower())}"'
    shown = f'<td class="answers">{escape(answers)}</td>'
    return f"<tr {data}><td>{escape(row.key)}</td>{cells}{shown}</tr>"


def _cell(verdict: Verdict | None) -> str:
    if verdict is None:
        return "<td></td>"
    told = f"{verdict.status} {verdict.seconds:.1f} s" if verdict.seconds else verdict.status
    told = f"{verdict.status} (known)" if verdict.cached else told
    return f'<td class="cell {verdict.status}" title="{escape(verdict.message)}">{told}</td>'

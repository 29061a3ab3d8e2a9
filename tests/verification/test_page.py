"""The page of a report, looked at in a real browser."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from rafters.plan.verification import html
from rafters.plan.verification.verdicts import Cause, Report, Row, Verdict

ROWS = (
    Row(
        "0" * 12,
        {"database": "none"},
        (Verdict("render", "passed", 1.5), Verdict("test", "passed")),
    ),
    Row(
        "1" * 12, {"database": "pg"}, (Verdict("render", "passed"), Verdict("test", "failed", 2.0))
    ),
    Row("2" * 12, {"database": "<b>"}, (Verdict("render", "not-run"),)),
)
CAUSE = Cause(
    "test",
    {"database": "pg"},
    ("1" * 12,),
    "rafters verify . --set database=pg",
    "pytest (exit 1)",
    "E  assert </pre><script>document.title = 'broken'</script>",
    kept="/tmp/kept",  # noqa: S108  (only shown)
)
REPORT = Report(
    "gh:a/<i>b</i>",
    {"strategy": "pairwise", "coverage": {"covered": 3, "reachable": 3, "what": "pairs"}},
    ROWS,
    (CAUSE,),
    seconds=3.5,
)


def browse(page: str, tmp_path: Path, *options: str) -> str:
    """Have the browser, without which this test is no test, open a page; return what it prints."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    assert program, "install Chromium: apt-get install chromium"
    # /dev/shm may be too small for it, and folders of the user's may be in use by another
    common = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
    argv = [program, *common, f"--user-data-dir={tmp_path}/b", *options, page]
    return subprocess.run(argv, capture_output=True, text=True, check=True, timeout=120).stdout


def shown(page: Path, fragment: str, tmp_path: Path) -> str:
    """Return the document as the browser has it once its script has run."""
    options = ("--virtual-time-budget=2000", "--dump-dom")
    return browse(f"{page.as_uri()}{fragment}", tmp_path, *options)


@pytest.mark.slow
def test_the_page_works_in_a_browser(tmp_path: Path) -> None:
    """Its matrix is drawn, its filter filters, and no text of a report becomes markup."""
    page = tmp_path / "verify.html"
    page.write_text(html.page(REPORT), encoding="utf-8")
    document = shown(page, "", tmp_path)
    assert "3 of 3</span>" in document
    assert "<title>rafters verify gh:a/&lt;i&gt;b&lt;/i&gt;</title>" in document
    cells = re.findall(r'<td class="cell ([\w-]+)"', document)
    assert cells == ["passed", "passed", "passed", "failed", "not-run"]
    filtered = shown(page, "#pg%20failed", tmp_path)
    assert "1 of 3</span>" in filtered
    assert re.findall(r"<tr [^>]*hidden[^>]*><td>(\d)", filtered) == ["0", "2"]
    picture = tmp_path / "page.png"
    browse(page.as_uri(), tmp_path, f"--screenshot={picture}")
    assert picture.stat().st_size > 5_000


def test_the_page_stands_alone() -> None:
    """It asks nothing of the network, and has every combination and cause."""
    text = html.page(REPORT)
    assert not re.search(r"(?:src|href)=|url\(|@import|https?:", text)
    assert all(row.key in text for row in ROWS)
    assert "rafters verify . --set database=pg" in text
    assert "<b>" not in text

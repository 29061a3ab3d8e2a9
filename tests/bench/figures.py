"""Measures what Rafters costs beside the tools that it stands on, in one run.

    python tests/bench/figures.py [--runs N]

Each figure is a ratio or a difference of whole processes that run in turn on this machine, so
that a slow machine slows both sides. Times are medians, in seconds.
"""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from resources import resources
from timing import BIN, HELLO, ROOT, paired, report, seconds


def main() -> None:
    """Measure and print every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9, help="counted runs of each command")
    runs = parser.parse_args().runs
    rafters = str(BIN / "rafters")
    with tempfile.TemporaryDirectory(prefix="rafters-bench-") as name:
        folder = Path(name)
        hello = folder / "hello.py"
        hello.write_text(HELLO, encoding="utf-8")
        # bytecode compiled on both sides: a script's is never kept, an imported module's is
        greet = [sys.executable, "-c", "import hello", "--help"]
        ours, theirs = paired([rafters, "--help"], greet, folder, runs)
        parts = f"{ours:.3f} s, hello world {theirs:.3f} s"
        report("rafters --help / Typer hello world", ours / theirs, 1.15, "x", parts)

        template = folder / "template-source"
        shutil.copytree(ROOT / "template", template / "template")
        shutil.copy(ROOT / "copier.yml", template)
        render = [rafters, "new", "one", "--yes", "--no-install", "--no-git"]
        copy = [str(BIN / "copier"), "copy", "--defaults", "--quiet", str(template), "two"]
        ours, theirs = paired(render, copy, folder, runs)
        parts = f"{ours:.3f} s, copier copy {theirs:.3f} s"
        report("new --no-install --no-git / copier copy", ours / theirs, 1.3, "x", parts)

        full, more = [], []
        for turn in range(4):
            shutil.rmtree(folder / "one", ignore_errors=True)
            bare = [rafters, "new", "one", "--json", "--verify", "none"]
            spent, printed = seconds(bare, folder)
            steps = {step["name"]: step["seconds"] for step in json.loads(printed)["data"]["steps"]}
            if turn:
                more.append(spent - steps["install"] - steps["sync"] - ours)
            shutil.rmtree(folder / "one", ignore_errors=True)
            full.append(seconds([rafters, "new", "one", "--yes"], folder)[0])
        parts = f"the whole of `rafters new`, gates included: {statistics.median(full):.1f} s"
        report(
            "new, neither uv nor gates, beyond the render", statistics.median(more), 1.5, "s", parts
        )

        other = ["two", "--set", "database=postgresql", "--verify", "none"]
        shutil.rmtree(folder / "two", ignore_errors=True)
        seconds([rafters, "new", *other, "--yes"], folder)
        for shop, database, most in (("one", "SQLite", 5.0), ("two", "PostgreSQL", 8.0)):
            for workers in ([], ["-n", "auto"]):
                suite = [str(BIN / "uv"), "run", "pytest", "-q", *workers]
                seconds(suite, folder / shop)
                times = [seconds(suite, folder / shop)[0] for _ in range(3)]
                parts = " ".join(["uv run pytest -q", *workers])
                said = f"the generated suite on {database}, the whole process"
                report(said, statistics.median(times), most, "s", parts)
        resources(folder, runs)


if __name__ == "__main__":
    main()

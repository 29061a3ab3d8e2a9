"""Measures what Rafters costs beside the tools that it stands on, in one run.

    python tests/bench/figures.py [--runs N]

Each figure is a ratio or a difference of whole processes that run in turn on this machine, so
that a slow machine slows both sides. Times are medians, in seconds.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent

HELLO = '''
import typer

app = typer.Typer()


@app.command()
def hello(name: str = "World") -> None:
    """Greet somebody."""
    print(f"Hello {name}")


app()
'''


def environment() -> dict[str, str]:
    """Return an environment in which Python keeps the bytecode that it compiles."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def seconds(argv: list[str], folder: Path) -> tuple[float, str]:
    """Run a command that must end well; return how long it took and what it printed."""
    start = time.perf_counter()
    done = subprocess.run(
        argv, cwd=folder, env=environment(), check=True, capture_output=True, text=True
    )
    return time.perf_counter() - start, done.stdout


def paired(first: list[str], second: list[str], folder: Path, runs: int) -> tuple[float, float]:
    """Return the median seconds of two commands that take turns, after a warm-up of each."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(runs + 1):
        for index, argv in enumerate((first, second)):
            for made in ("one", "two"):
                shutil.rmtree(folder / made, ignore_errors=True)
            spent, _ = seconds(argv, folder)
            if turn:
                times[index].append(spent)
    return statistics.median(times[0]), statistics.median(times[1])


def report(figure: str, value: float, limit: float, unit: str, parts: str) -> None:
    """Print one figure beside its limit."""
    verdict = "holds" if value <= limit else "FALLS SHORT"
    print(f"{figure:<44} {value:6.2f} {unit:<2} (limit {limit:.2f}) {verdict}: {parts}")


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

        suite = [str(BIN / "uv"), "run", "pytest", "-q"]
        seconds(suite, folder / "one")
        times = [seconds(suite, folder / "one")[0] for _ in range(3)]
        report("the generated suite", statistics.median(times), 5.0, "s", "uv run pytest, whole")


if __name__ == "__main__":
    main()

"""Times whole processes against one another."""

import os
import shutil
import statistics
import subprocess
import sys
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

"""Measures `rafters verify` of our own templates beside the same gates run by hand, in one run.

    python tests/bench/matrix.py [--set KEY=VALUE]...

By hand: each combination is rendered, and then the commands of its gates run one after the other,
all combinations in one environment that is made once. `rafters verify` gives each combination an
environment of its own. Both work on as many combinations at once as there are processors, with uv's
cache warm. The lane of resources is measured in the whole alone: by hand it would be typed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from timing import BIN, ROOT, environment, report

from rafters.effects import verify
from rafters.effects.project import read

MOST = 1.5
"""How many times as long as the gates by hand the matrix may take."""

Combination = Mapping[str, str]


def matrix(options: list[str], *lanes: str) -> tuple[float, list[Combination]]:
    """Verify our templates without remembered verdicts; return the seconds and what was chosen.

    Args:
        options: what to pin, as in `python_version=3.11`.
        lanes: which lanes to run; none for all.
    """
    pins = [word for option in options for word in ("--set", option)]
    words = [word for lane in lanes for word in ("--lane", lane)]
    argv = [str(BIN / "rafters"), "verify", str(ROOT), "--no-cache", "--json", *pins, *words]
    start = time.perf_counter()
    done = subprocess.run(argv, env=environment(), check=False, capture_output=True, text=True)
    spent = time.perf_counter() - start
    data = json.loads(done.stdout)["data"]
    if done.returncode:
        sys.exit(json.dumps(data, indent=1))
    return spent, [combination["answers"] for combination in data["combinations"]]


def render(folder: Path, answers: Combination) -> Path:
    """Make a project of a combination, without an environment; return its folder."""
    folder.mkdir()
    given = [
        word
        for key, value in answers.items()
        if value != "default"
        for word in ("--set", f"{key}={value}")
    ]
    # without the example, as `rafters verify` renders: it has tests of its own
    words = ("--yes", "--no-example", "--no-git", "--no-install")
    argv = [str(BIN / "rafters"), "new", "shop", *words, *given]
    subprocess.run(argv, cwd=folder, env=environment(), check=True, capture_output=True)
    return folder / "shop"


def install(folder: Path, projects: list[Path]) -> Path:
    """Make the one environment, with what any of the projects needs; return its folder."""
    place = folder / "environment"
    uv = str(BIN / "uv")
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(place)], check=True)
    for project in projects:
        argv = [uv, "pip", "install", "--quiet", "--group", "dev", "--editable", "."]
        env = environment() | {"VIRTUAL_ENV": str(place)}
        subprocess.run(argv, cwd=project, env=env, check=True)
    return place


def by_hand(project: Path, place: Path) -> None:
    """Run all gates of a project, one after the other, in an environment that has its packages."""
    made = read(project)
    for gate in verify.gates(verify.everything(made.layout, made.blueprint)):
        scratch = project.parent / gate.name
        url = "" if gate.database == "postgresql" else f"sqlite:///{scratch}.db"
        env = environment() | {
            "PATH": f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "VIRTUAL_ENV": str(place),
            "PYTHONPATH": str(project / "src"),
            "DATABASE_URL": url,
            "LOCAL_POSTGRESQL": str(project.parent / "postgresql"),
        }
        done = subprocess.run(
            gate.argv, cwd=project, env=env, check=False, capture_output=True, text=True
        )
        if done.returncode:
            sys.exit(f"{project}: {gate.name}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def main() -> None:
    """Measure and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", action="append", default=[], dest="options", metavar="KEY=VALUE")
    options = parser.parse_args().options
    whole, chosen = matrix(options)
    each = whole / len(chosen)
    print(f"all lanes: {whole:.0f} s, {len(chosen)} combinations, {each:.1f} s each", flush=True)
    ours, chosen = matrix(options, "render", "static", "test")
    with tempfile.TemporaryDirectory(prefix="rafters-bench-") as place:
        folder = Path(place)
        start = time.perf_counter()
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            folders = [folder / str(number) for number in range(len(chosen))]
            projects = list(pool.map(render, folders, chosen))
            shared = install(folder, projects)
            list(pool.map(by_hand, projects, [shared] * len(projects)))
        theirs = time.perf_counter() - start
    parts = f"{ours:.0f} s, by hand {theirs:.0f} s"
    report("verify: render, static, test / by hand", ours / theirs, MOST, "x", parts)


if __name__ == "__main__":
    main()

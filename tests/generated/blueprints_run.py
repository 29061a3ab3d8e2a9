"""Applies random blueprints to a real project and runs all of its gates.

    PYTHONPATH=tests python -m generated.blueprints_run FIRST COUNT [--set database=postgresql]

Prints a line per seed, and how many were green. Each project starts without resources, gets those
of its seed with `rafters apply --verify full`, loses them again with `--prune`, and must then be
as before, byte for byte.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from blueprints import random_blueprint
from conftest import spawn, tree_of

from rafters.spec import blueprint


def installed(folder: Path, *options: str) -> Path:
    """Make a project without resources and install it; return its folder.

    Args:
        folder: where it shall stand.
        options: of the project, as in `database=postgresql`.
    """
    # Resources are what is looked at: the fewest tests of accounts leave the most time for them.
    words = ("--yes", "--no-example", "--no-git", "--verify", "none", "--set", "accounts=minimal")
    given = [word for option in options for word in ("--set", option)]
    made = spawn("new", "shop", *words, *given, cwd=folder)
    assert made.code == 0, made.err
    return folder / "shop"


def check(seed: int, shop: Path) -> str:
    """Give a project the resources of a seed, run all gates, and take them away again.

    Returns:
        What went wrong; empty if all is well.
    """
    before = own(shop)
    spec = shop.parent / "spec.toml"
    resources = random_blueprint(seed).resources.values()
    spec.write_text("\n".join(map(blueprint.record, resources)), encoding="utf-8")
    made = spawn("apply", str(spec), "--verify", "full", cwd=shop)
    if made.code:
        return made.err
    spec.write_text("", encoding="utf-8")
    gone = spawn("apply", str(spec), "--prune", "--verify", "none", cwd=shop)
    return (
        gone.err
        if gone.code
        else ("" if own(shop) == before else "what apply did, pruning did not undo")
    )


def own(shop: Path) -> dict[str, bytes]:
    """Return the files of a project without what its gates leave."""
    caches = {"__pycache__", ".pytest_cache", ".ruff_cache"}
    return {
        path: content
        for path, content in tree_of(shop).items()
        if not caches & set(path.split("/"))
    }


def main() -> None:
    """Check the seeds of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("first", type=int)
    parser.add_argument("count", type=int)
    parser.add_argument("--set", action="append", default=[], metavar="OPTION=VALUE")
    given = parser.parse_args()
    green = 0
    with tempfile.TemporaryDirectory(prefix="rafters-blueprints-") as name:
        folder = Path(name)
        shop = installed(folder, *given.set)
        for seed in range(given.first, given.first + given.count):
            start = time.perf_counter()
            fault = check(seed, shop)
            green += not fault
            spent = time.perf_counter() - start
            print(f"{seed} {'green' if not fault else 'RED'} {spent:.0f} s", flush=True)
            if fault:
                print(fault, flush=True)
                subprocess.run(["rm", "-rf", str(shop)], check=True)
                shop = installed(folder, *given.set)
    print(f"{green} of {given.count} green {' '.join(given.set)}")
    sys.exit(green != given.count)


if __name__ == "__main__":
    main()

"""Measures on PostgreSQL what a request to the last of many resources costs beside the first.

    python tests/bench/many.py [--resources N] [--styles sync async] [--seconds 1] [--turns 5]

The resources are alike and hold no rows, so that finding the route is all that differs. What
counts is the time of the processor that the server has a core of for itself.
"""

import argparse
import statistics
import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from application import LEAST, OTHER_CORE, SERVER_CORE, turn
from load import request
from served import database, make, migrate, pin, served, sign_in, style
from timing import BIN, report, seconds

MOST = 1.1
"""How many times the first one's time the last one may take."""


def measure(folder: Path, name: str, count: int, turns: int, span: float) -> None:
    """Make a project, and print the figure of its style.

    Args:
        folder: where it shall stand.
        name: the style.
        count: how many resources it has.
        turns: how often each of the two is asked for.
        span: seconds of a turn.
    """
    shop = make(folder, *style(name))
    spec = "".join(f'[resources.Thing{n}]\nfields = ["title:str"]\n' for n in range(count))
    (folder / "spec.toml").write_text(spec, encoding="utf-8")
    argv = [str(BIN / "rafters"), "apply", str(folder / "spec.toml"), "--verify", "none"]
    seconds(argv, shop)
    with ExitStack() as stack:
        url = stack.enter_context(database(folder / "postgresql"))
        migrate(shop, url)
        server = stack.enter_context(served(shop, url, SERVER_CORE))
        token = sign_in(server[0], url)
        spent: dict[int, list[float]] = {0: [], count - 1: []}
        for _ in range(turns):
            for number, found in spent.items():
                ask = partial(request, "GET", f"/api/thing{number}s", token)
                _, processor = turn(server, ask, 200, span)
                found.append(processor * 1e6)
    first, last = (statistics.median(found) for found in spent.values())
    parts = f"{first:.0f} and {last:.0f} us"
    report(f"{name}: the last of {count} resources", last / first, MOST, "x", parts)


def main() -> None:
    """Print the figures of the styles that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resources", type=int, default=50)
    parser.add_argument("--styles", nargs="+", choices=LEAST, default=list(LEAST))
    parser.add_argument("--seconds", type=float, default=1.0, help="of each turn")
    parser.add_argument("--turns", type=int, default=5, help="of each of the two")
    given = parser.parse_args()
    pin(0, OTHER_CORE)
    with tempfile.TemporaryDirectory(prefix="rafters-bench-") as place:
        for name in given.styles:
            measure(Path(place) / name, name, given.resources, given.turns, given.seconds)


if __name__ == "__main__":
    main()

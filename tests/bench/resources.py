"""What `rafters add` and `rafters apply` cost."""

import json
import statistics
import sys
from pathlib import Path

from timing import BIN, report, seconds

FIELDS = ("title:str:1..200:search", "done:bool=false:filter", "due:date:null:sort")


def resources(folder: Path, runs: int) -> None:
    """Measure and print the figures of `add` and `apply`."""
    rafters = str(BIN / "rafters")
    bare = ["new", "shop", "--no-example", "--no-install", "--no-git", "--yes"]
    seconds([rafters, *bare], folder)
    shop = folder / "shop"

    def add(number: int, project: Path) -> float:
        argv = [rafters, "add", f"Thing{number}", *FIELDS, "--verify", "none"]
        return seconds(argv, project)[0]

    greet = [sys.executable, "-c", "import hello", "--name", "Rafters"]
    ours: list[float] = []
    theirs: list[float] = []
    for number in range(runs + 1):
        theirs.append(seconds(greet, folder)[0])
        ours.append(add(number, shop))
    mine, hello = statistics.median(ours[1:]), statistics.median(theirs[1:])
    parts = f"{mine:.3f} s, hello world {hello:.3f} s"
    report("add --verify none / Typer hello world", mine / hello, 2.0, "x", parts)

    # two projects that take turns: one with a resource, one with 199
    few, many = folder / "few", folder / "many"
    names = [f"Item{number}" for number in range(199)]
    for project, count in ((few, 1), (many, 199)):
        seconds([rafters, "new", project.name, *bare[2:]], folder)
        lines = "".join(f"[resources.{name}]\nfields = {list(FIELDS)}\n" for name in names[:count])
        (folder / "spec.toml").write_text(lines, encoding="utf-8")
        seconds([rafters, "apply", "../spec.toml", "--verify", "none"], project)
    second: list[float] = []
    last: list[float] = []
    for turn in range(runs + 1):
        for project, times in ((few, second), (many, last)):
            spent = add(turn, project)
            seconds([rafters, "remove", f"Thing{turn}", "--verify", "none"], project)
            if turn:
                times.append(spent)
    early, late = statistics.median(second), statistics.median(last)
    parts = f"{late:.3f} s, the 2nd {early:.3f} s"
    report("add of the 200th resource / of the 2nd", late / early, 1.3, "x", parts)

    seconds([rafters, "new", "gated", "--yes", "--no-example", "--verify", "none"], folder)
    more, whole = [], []
    for number in range(4):
        argv = [rafters, "add", f"Thing{number}", *FIELDS, "--json"]
        spent, printed = seconds(argv, folder / "gated")
        steps = json.loads(printed)["data"]["steps"]
        gates = [step for step in steps if step["name"] != "plan"]
        if number:
            ends = [step["started"] + step["seconds"] for step in gates]
            whole.append(spent)
            more.append(spent - (max(ends) - min(step["started"] for step in gates)))
    parts = f"the whole, quick gates included: {statistics.median(whole):.1f} s"
    report("add, what is not gates", statistics.median(more), 0.5, "s", parts)

    seconds([rafters, "new", "fifty", "--yes", "--no-example", "--verify", "none"], folder)
    lines = "".join(f"[resources.{name}]\nfields = {list(FIELDS)}\n" for name in names[:50])
    (folder / "spec.toml").write_text(lines, encoding="utf-8")
    argv = [rafters, "apply", "../spec.toml", "--verify", "full", "--json"]
    spent, printed = seconds(argv, folder / "fifty")
    steps = json.loads(printed)["data"]["steps"]
    parts = ", ".join(f"{step['name']} {step['seconds']:.1f}" for step in steps)
    print(f"apply of 50 resources, full gates: {spent:.1f} s, {spent / 50:.2f} s each: {parts}")

"""Has schemathesis look for what the OpenAPI document of generated projects does not say.

    PYTHONPATH=tests python -m generated.schemathesis_run [FIRST COUNT] [--examples N] [--seeds S..]

Prints a line per project: its options, how many requests were made, and what was found. The
projects have the resources of `random_blueprint`, and options in turn.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from base64 import b64decode
from functools import reduce
from http import HTTPStatus
from pathlib import Path
from typing import Any

from blueprints import random_blueprint
from conftest import spawn
from generated.blueprints_run import installed
from generated.serving import Server, served

from rafters.spec import blueprint

OPTIONS = (
    ("database=sqlite", "accounts=minimal", "foreign_rows=403"),
    ("database=postgresql", "accounts=full", "foreign_rows=404", "style=async"),
    ("database=sqlite", "accounts=full", "foreign_rows=404", "ids=uuid"),
    ("database=postgresql", "accounts=minimal", "foreign_rows=403", "ids=uuid"),
    ("database=sqlite", "accounts=minimal", "foreign_rows=404", "style=async"),
)
# In an environment of its own: its plugin of pytest would load with every test of this repository.
# What it depends on is of that day, too.
UV_TOOL = (
    *(str(Path(sys.executable).with_name("uv")), "tool", "run"),
    *("--exclude-newer", "2026-11-20T00:00:00Z"),
)
SCHEMATHESIS = (*UV_TOOL, "--from", "schemathesis==4.32.5", "schemathesis", "--no-color")
UNTOLD = (
    "There is no such row",
    "The cursor is not one of this list",
    # of addresses: an address of the document's format may have a domain that cannot get mail
    "The part after the @-sign",
    "Wrong password",
    "must contain neither NUL nor half a surrogate pair",
    # the format of a date has no bounds, and the calendars of databases and of Python have
    "must be in the years 2 to 9998",
    # a pattern does not add up days and hours
    "must be less than 100000 days",
    # JSON Schema counts no digits
    "Decimal input should have no more than",
)
"""What is refused although it is valid by the document: most of it hangs on what is stored."""
# What ends the session that the requests are made in comes last, and alone.
ENDS_SESSION = "/auth/logout"


def project(folder: Path, seed: int, options: tuple[str, ...]) -> Path:
    """Make a project with the resources of a seed; return its folder."""
    shop = installed(folder, *options)
    spec = folder / "spec.toml"
    resources = random_blueprint(seed).resources.values()
    spec.write_text("\n".join(map(blueprint.record, resources)), encoding="utf-8")
    applied = spawn("apply", str(spec), "--verify", "none", cwd=shop)
    assert not applied.code, applied.err
    return shop


def users(server: Server, name: str) -> list[dict[str, str]]:
    """Make an administrator and another user; return the headers of their requests."""
    return [
        server.sign_in(f"{kind}{name}@example.com", is_admin=kind == "admin")
        for kind in ("admin", "user")
    ]


def examine(
    server: Server, callers: list[dict[str, str]], seed: int, examples: int, *options: str
) -> tuple[int, list[str]]:
    """Have all default checks look at an application, as each of its callers, whom that ends.

    Args:
        server: the application.
        callers: headers of their requests.
        seed: of chance.
        examples: the most requests to an operation in a phase.
        options: more of schemathesis.

    Returns:
        How many requests were made, and what was found.
    """
    count, found = 0, list[str]()
    for user in callers:
        for choice in ("--exclude-path-regex", "--include-path-regex"):
            if choice.startswith("--include") and ENDS_SESSION not in server.document()["paths"]:
                continue
            report = server.shop / "schemathesis.ndjson"
            argv = [
                *SCHEMATHESIS,
                "run",
                f"http://127.0.0.1:{server.port}/openapi.json",
                *("--header", f"Authorization:{user['Authorization']}"),
                *("--max-examples", str(examples), "--seed", str(seed)),
                *(choice, ENDS_SESSION, "--warnings", "off", "--continue-on-failure", *options),
                *("--report", "ndjson", "--report-ndjson-path", str(report)),
            ]
            done = subprocess.run(
                argv, cwd=server.shop, capture_output=True, text=True, check=False
            )
            assert done.returncode in {0, 1}, done.stdout + done.stderr
            finished = 0
            for line in report.read_text(encoding="utf-8").splitlines():
                event = json.loads(line)
                finished += "EngineFinished" in event
                if scenario := event.get("ScenarioFinished", {}).get("recorder"):
                    count += len(scenario.get("interactions", {}))
                    found += failures(scenario)
                elif "NonFatalError" in event or "FatalError" in event:
                    found.append(line[:2000])
            assert finished, done.stdout + done.stderr
    return count, found


def failures(scenario: dict[str, Any]) -> list[str]:
    """Return the failures of a scenario, but for refusals whose reason no document can tell."""
    found = []
    for number, checks in scenario.get("checks", {}).items():
        answer = scenario.get("interactions", {}).get(number, {})
        content = b64decode(
            ((answer.get("response") or {}).get("content") or {}).get("$base64", "")
        )
        for check in checks:
            if check["status"] != "failure":
                continue
            request = answer.get("request") or {}
            if check["name"] == "positive_data_acceptance" and is_untold(content, request):
                continue
            sent = json.dumps(request)[:1000]
            told = check["failure_info"]["failure"]
            found.append(
                f"{scenario['label']}: {told['title']}: {content.decode()[:500]}\n  {sent}"
            )
    return found


def is_untold(content: bytes, request: dict[str, Any]) -> bool:
    """Tell whether all that a problem names is something that no document can tell.

    Args:
        content: the problem.
        request: that was refused, as schemathesis reports it.
    """
    problem = json.loads(content)
    # which version a row has now, and that one is to be named, for which no value will do
    if problem["status"] in {HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED}:
        return True
    errors = problem.get("errors", [])
    return bool(errors) and all(
        any(map(error["message"].__contains__, UNTOLD)) or is_bound_of_text(error, request)
        for error in errors
    )


def is_bound_of_text(error: dict[str, Any], request: dict[str, Any]) -> bool:
    """Tell whether a decimal was too small or too large that came as a text in the body.

    JSON Schema has bounds of numbers, but none of numbers in texts.
    """
    place, *names = error["location"]
    if place != "body" or error["type"] not in {"greater_than_equal", "less_than_equal"}:
        return False
    sent = json.loads(b64decode((request.get("body") or {}).get("$base64", "")) or "null")
    return isinstance(reduce(lambda value, name: value[name], names, sent), str)


def main() -> None:
    """Examine the projects of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("first", type=int, nargs="?", default=0)
    parser.add_argument("count", type=int, nargs="?", default=10)
    parser.add_argument("--examples", type=int, default=200)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    given = parser.parse_args()
    failed = 0
    for number in range(given.first, given.first + given.count):
        options = OPTIONS[number % len(OPTIONS)]
        with tempfile.TemporaryDirectory(prefix="rafters-schemathesis-") as name:
            shop = project(Path(name), number, options)
            with served(shop) as server:
                for seed in given.seeds:
                    count, found = examine(server, users(server, str(seed)), seed, given.examples)
                    failed += bool(found)
                    told = f"{len(found)} failures" if found else "green"
                    print(f"{number} {' '.join(options)} seed {seed}: {count} {told}", flush=True)
                    alike = {one.partition("\n")[0]: one for one in found}
                    for one in list(alike.values())[:20]:
                        print(f"  {one}", flush=True)
    whole = given.count * len(given.seeds)
    print(f"{whole - failed} of {whole} green")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()

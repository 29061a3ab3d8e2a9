"""Reports of `rafters verify`: written, merged, and shown where a workflow runs."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from rafters.commands.verify import Request
from rafters.errors import MachineError, Problem, UsageError, reason
from rafters.plan.verification import html, junit, markdown, verdicts, workflow
from rafters.plan.verification.verdicts import Report


def merge(folder: Path) -> Report:
    """Return one report of those in a folder, each as `--json` printed it.

    Raises:
        UsageError: one cannot be read, or they do not belong together.
    """
    reports = []
    for path in sorted(folder.rglob("*.json")):
        try:
            data = json.loads(path.read_text(encoding="utf-8"))["data"]
        except OSError as error:
            message = f"cannot read {path}: {reason(error)}"
            raise UsageError(Problem("bad-report", message)) from error
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(Problem("bad-report", f"{path} is no report of ours")) from error
        reports.append(verdicts.from_data(data))
    if not reports:
        raise UsageError(Problem("bad-report", f"there is no report in {folder}"))
    return verdicts.merged(reports)


def write(report: Report, *, xml: Path | None, page: Path | None) -> None:
    """Write the reports that were asked for, and a summary where GitHub wants one.

    Raises:
        MachineError: the disk refuses.
    """
    documents = [(xml, junit.document(report)), (page, html.page(report))]
    for path, text in documents:
        if path:
            _put(path, text, "w")
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        _put(Path(summary), markdown.summary(report), "a")


def annotations(report: Report) -> Sequence[str]:
    """Return what GitHub shows beside a run; nothing elsewhere."""
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return ()
    return list(markdown.annotations(report))


def pipeline(engine: str, request: Request, shards: int) -> str:
    """Return a workflow that verifies the template of a repository as was asked for.

    Args:
        engine: `github` or `gitlab`.
        request: whose options each shard gets.
        shards: how many machines run a part each.
    """
    options = [
        *(word for name, value in request.sets.items() for word in ("--set", f"{name}={value}")),
        *(word for lane in request.lanes for word in ("--lane", lane)),
        *["--trust"] * request.trust,
        *["--hostile"] * request.hostile,
    ]
    if request.seed:
        options += ["--seed", str(request.seed)]
    write_pipeline = workflow.github if engine == "github" else workflow.gitlab
    own = Path("generator", "rafters").is_dir()  # in a checkout of Rafters, that one
    return write_pipeline(
        shards, request.strategy, f"uv tool install {'.' if own else 'rafters'}", options
    )


def _put(path: Path, text: str, mode: str) -> None:
    try:
        with path.open(mode, encoding="utf-8", errors="replace") as file:
            file.write(text)
    except OSError as error:
        message = f"cannot write {path}: {reason(error)}"
        raise MachineError(Problem("cannot-write", message)) from error

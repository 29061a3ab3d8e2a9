"""The command line of `rafters verify`; no logic."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from rafters.errors import Problem, UsageError
from rafters.options import AsJson, Emit, Lane


def verify(  # noqa: PLR0913  (as many parameters as options)
    template: Annotated[
        str | None,
        typer.Argument(metavar="[PATH|URL]", help="The template; the one around here if not said."),
    ] = None,
    *,
    strategy: Annotated[
        str,
        typer.Option(help="Which combinations: defaults, each, pairwise, full or random:N."),
    ] = "pairwise",
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Pin an answer. Repeatable."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Choose other combinations that cover the same.")] = 0,
    plan: Annotated[bool, typer.Option("--plan", help="Print the plan and run nothing.")] = False,
    lane: Annotated[
        list[Lane] | None, typer.Option(help="Run this lane alone. Repeatable.")
    ] = None,
    jobs: Annotated[
        int, typer.Option(min=0, help="Combinations at a time; 0 for one per processor.")
    ] = 0,
    changed_since: Annotated[
        str,
        typer.Option(metavar="REF", help="Run what has changed since a commit of the template."),
    ] = "",
    fail_fast: Annotated[
        bool, typer.Option("--fail-fast", help="Stop at the first failure.")
    ] = False,
    budget: Annotated[
        str | None, typer.Option(metavar="TIME", help="Begin nothing after it, as in 5m.")
    ] = None,
    timeout: Annotated[
        str | None, typer.Option(metavar="TIME", help="Stop a command after it; 10m if not said.")
    ] = None,
    shard: Annotated[
        str | None, typer.Option(metavar="K/N", help="Run the K-th of N parts of the plan.")
    ] = None,
    merge: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Make one of the shards' JSON reports in DIR."),
    ] = None,
    emit: Annotated[
        Emit | None, typer.Option(help="Print a workflow that runs shards, and run nothing.")
    ] = None,
    shards: Annotated[
        int, typer.Option(min=1, max=100, help="How many shards the workflow has.")
    ] = 4,
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a JUnit report.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page with all that is known.")
    ] = None,
    tags: Annotated[
        int, typer.Option(min=0, help="How many of the template's last tags are updated from.")
    ] = 2,
    hostile: Annotated[
        bool, typer.Option("--hostile", help="Try free text that breaks quoting, too.")
    ] = False,
    cache: Annotated[bool, typer.Option(help="Believe what passed in earlier runs.")] = True,
    trust: Annotated[
        bool, typer.Option("--trust", help="Run tasks, migrations and extensions of the template.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Verify a copier template over combinations of its answers."""
    from rafters import console
    from rafters.commands import reports
    from rafters.commands import verify as command
    from rafters.plan.verification import shards as parts
    from rafters.plan.verification import table, verdicts
    from rafters.spec import questions

    if merge and (template or plan or emit or shard):
        raise UsageError(Problem("bad-usage", "--merge reads reports, and takes no template"))
    request = command.Request(
        template=template,
        strategy=strategy,
        sets={name: str(value) for name, value in questions.pairs(sets).items()},
        seed=seed,
        lanes=tuple(lane or ()),
        jobs=jobs,
        since=changed_since,
        fail_fast=fail_fast,
        budget=parts.check_duration("--budget", budget) if budget else None,
        timeout=parts.check_duration("--timeout", timeout) if timeout else None,
        shard=parts.check_shard(shard) if shard else None,
        trust=trust,
        hostile=hostile,
        cached=cache,
        tags=tags,
    )
    if emit:
        console.text(reports.pipeline(emit, request, shards))
        return
    if plan:
        planned = command.plan(request)
        if as_json:
            console.envelope("verify", {"plan": command.plan_data(planned)})
        else:
            console.lines(table.planned(planned))
        return
    report = (
        reports.merge(merge)
        if merge
        else command.run(request, console.Steps(quiet=as_json or not sys.stdout.isatty()))
    )
    reports.write(report, xml=junit, page=html)
    for line in reports.annotations(report):
        typer.echo(line, err=as_json)
    if not as_json:
        console.lines(table.reported(report))
    command.check(report, told=not as_json)
    if as_json:
        console.envelope("verify", verdicts.as_data(report))

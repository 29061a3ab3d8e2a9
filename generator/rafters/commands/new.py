"""`rafters new`: a new project, verified before it gets its name."""

import os
import shlex
import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from rafters.commands import gates
from rafters.console import Steps
from rafters.effects import (
    apply,
    bundle,
    bytecode,
    formatting,
    git,
    project,
    scaffold,
    staging,
    uv,
    verify,
    workspace,
)
from rafters.effects.process import Finished, Processes
from rafters.errors import GateError, MachineError, Problem, StoppedError, reason
from rafters.plan import changes, resources
from rafters.plan.changes import Plan
from rafters.plan.goal import Goal
from rafters.plan.resources import Renders
from rafters.plan.wiring.registration import MANIFEST
from rafters.spec import names, questions
from rafters.spec.resource import TASK, Resource

QUICK = frozenset({"openapi", "types", "lint", "format"})
"""The gates of `--verify quick`."""


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line.

    Attributes:
        name: of the project, unchecked.
        answers: to the questions of copier.yml, unchecked.
        resources: what the project starts with.
        install: whether to lock and install.
        commit: whether to make a repository.
        verify: `full`, `quick` or `none`.
        ask: whether there is someone to prompt.
        dry_run: whether to stop at the plan.
    """

    name: str
    answers: Mapping[str, object]
    resources: tuple[Resource, ...] = (TASK,)
    install: bool = True
    commit: bool = True
    verify: str = "full"
    ask: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class Made:
    """What came of it.

    Attributes:
        target: the project's folder, relative to the current one.
        plan: the files that were made, or would be.
        resources: what the project starts with.
        following: the commands to type next.
        notes: what was left out, and why.
    """

    target: Path
    plan: Plan
    resources: tuple[Resource, ...] = ()
    following: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """What the folder holds, in a few words."""
        routes = ", ".join(f"{item.name} at /api/{item.plural}" for item in self.resources)
        return f"{len(self.plan.changes)} files" + (f", {routes}" if routes else "")

    def as_data(self) -> dict[str, object]:
        """Return what was made for the JSON envelope."""
        return {
            "path": str(self.target),
            "plan": [{"action": "create", "path": item.path} for item in self.plan.changes],
            "resources": [item.name for item in self.resources],
            "next": list(self.following),
            "notes": list(self.notes),
        }


def run(request: Request, steps: Steps) -> Made:
    """Make the project and return what was made; on any error, nothing is.

    Raises:
        UsageError: the name or an answer is wrong.
        ConflictError: something stands at the target.
        GateError: a gate failed; the tree is kept where the error says.
        MachineError: the disk, the network or a missing program.
        StoppedError: Ctrl-C.
    """
    target = Path(names.check_project(request.name))
    answers = _answers(request)
    workspace.check_free(target)
    if request.install and not request.dry_run:
        workspace.check_no_workspace(Path.cwd())
    if request.commit and not request.dry_run:
        git.require()
    try:
        return _make(request, target, answers, steps)
    except OSError as error:
        message = f"cannot make {target}: {reason(error)}"
        raise MachineError(Problem("cannot-write", message)) from error
    except KeyboardInterrupt:
        message = f"interrupted: {target} was not made"
        if (target / MANIFEST).exists():  # only what came after was cut short
            message = f"interrupted: {target} was made, `uv sync` installs its dependencies"
        raise StoppedError(Problem("interrupted", message)) from None


def _answers(request: Request) -> dict[str, object]:
    """Return the answers, checked, with the package that the project's name asks for."""
    package = names.package_of(request.name)
    given = questions.check(bundle.project_questions(), request.answers)
    answers = {"package": package} | given
    names.check_package(str(answers["package"]))
    return answers


def _make(request: Request, target: Path, answers: Mapping[str, object], steps: Steps) -> Made:
    """Render, install, verify and commit in a scratch folder; then give it its name."""
    processes = Processes()
    notes: list[str] = []
    with staging.beside(target) as scratch, ExitStack() as shown:
        if not request.ask:
            shown.enter_context(steps)
        with steps.step("render") as step:
            plan = _plan(request, scratch, target, answers, processes)
            step.detail = f"{len(plan.changes)} files"
        if request.dry_run:
            return Made(target, plan, request.resources)
        if request.ask:
            shown.enter_context(steps)
        if request.install:
            # the gates get a copy of their own, so that they leave nothing behind
            checked = scratch / "checked" / target.name
            apply.write(plan, checked, target)
            _install(checked, steps, processes)
            plan = plan.with_file("uv.lock", (checked / "uv.lock").read_bytes())
            _verify(request, checked, steps, processes)
            bytecode.keep(checked)
        finished = scratch / "project" / target.name
        apply.write(plan, finished, target)
        if request.commit:
            notes += _commit(finished, steps, processes)
        apply.publish(finished, target)
        if request.install:
            with steps.step("sync") as step:
                step.ok = uv.sync(target, processes).ok
                step.detail = f"{target / '.venv'}"
            if not step.ok:
                notes.append("The dependencies are locked; `uv sync` installs them.")
    following = _following(target, installed=request.install)
    return Made(target, plan, request.resources, following, tuple(notes))


def _plan(
    request: Request,
    scratch: Path,
    target: Path,
    answers: Mapping[str, object],
    processes: Processes,
) -> Plan:
    """Render the project, and lay its first resources into it."""
    base = scaffold.render(scratch, target, answers, ask=request.ask)
    layout = resources.layout(base)
    empty = resources.blueprint(base)
    goal = Goal(empty, empty.plus(*request.resources))
    rendered = resources.renders(goal, layout, bundle.resource_templates())
    migrations = resources.sources(base, layout)
    draft = {**rendered.wanted, **resources.migrated(goal, layout, migrations)}
    (wanted,) = formatting.formatted([draft], base, None, processes)
    plan = resources.plan(base, layout, goal, Renders({}, wanted))
    return changes.creation(changes.result(base, plan))


def _install(project: Path, steps: Steps, processes: Processes) -> None:
    """Lock the project and install it."""
    with steps.step("install") as step:
        installed = uv.install(project, processes)
        step.ok, step.detail = installed.ok, "uv.lock"
    if fault := uv.fault(installed):
        raise MachineError(fault)
    if not installed.ok:
        raise _failed(project, steps, {"install": installed})


def _verify(request: Request, folder: Path, steps: Steps, processes: Processes) -> None:
    """Run the gates that were asked for."""
    made = project.read(folder)
    chosen = [
        gate
        for gate in verify.gates(verify.everything(made.layout, made.blueprint))
        if request.verify == "full" or (request.verify == "quick" and gate.name in QUICK)
    ]
    if failed := gates.failures(folder, chosen, steps, processes):
        raise _failed(folder, steps, failed)


def _commit(project: Path, steps: Steps, processes: Processes) -> list[str]:
    """Commit the project, unless it is to lie in a repository; return what there is to note."""
    around = git.surrounding(project.parents[2], processes)
    if around:
        return [f"No repository was made: {around} is one already."]
    with steps.step("git") as step:
        done = git.first_commit(project, "Start from Rafters", processes)
        step.ok, step.detail = done.ok, "1 commit"
    if not done.ok:
        raise _failed(project, steps, {"git": done})
    return []


def _failed(project: Path, steps: Steps, failed: Mapping[str, Finished]) -> GateError:
    """Keep a tree that did not pass and say which gates failed, with their last lines."""
    shutil.rmtree(project / ".venv", ignore_errors=True)
    kept = apply.keep(project, project.name)
    outcome, hint = f"{project.name} was not made", f"the tree is kept in {kept}"
    problems = gates.problems(failed, outcome, hint)
    return GateError(problems, {"kept": str(kept), "steps": steps.as_data()})


def _following(target: Path, *, installed: bool) -> tuple[str, ...]:
    """Return the commands to type next, as they work in the shell that Rafters runs in."""
    scripts = Path(".venv", "Scripts" if os.name == "nt" else "bin")
    run, sync = f"{scripts}{os.sep}", f"{shlex.quote(uv.program())} sync"
    if uv.on_path():
        run, sync = "uv run ", "uv sync"
    if installed:
        return (f"cd {target}", f"{run}alembic upgrade head", f"{run}fastapi dev")
    return (f"cd {target}", sync, f"{run}pytest")

"""What the commands that change a project's resources share: plan, apply, verify, take back."""

import shlex
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from rafters.commands import gates
from rafters.console import Steps
from rafters.effects import apply, bundle, formatting, git, journal, lock, project, uv, verify
from rafters.effects.process import Finished, Processes
from rafters.effects.project import Project
from rafters.errors import ConflictError, GateError, MachineError, Problem, StoppedError, reason
from rafters.plan import changes, identifiers, resources
from rafters.plan.changes import Conflict, Create, Delete, Edit, Plan
from rafters.plan.goal import Goal
from rafters.plan.resources import Renders
from rafters.plan.tree import Tree
from rafters.spec import blueprint as blueprints
from rafters.spec.resource import Blueprint

_PATIENCE = 9
"""Times that Ctrl-C does not stop what takes a change back."""


@dataclass(frozen=True)
class Request:
    """What all of these commands are asked.

    Attributes:
        project: a folder of the project; `None` for the current one.
        verify: `full`, `quick` or `none`.
        markers: whether conflicts are written with markers.
        dry_run: whether to stop at the plan.
    """

    project: Path | None = None
    verify: str = "quick"
    markers: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class Made:
    """What came of it.

    Attributes:
        root: the project's folder.
        summary: one line.
        plan: what changed, or would.
        following: the commands to type next.
        notes: what else there is to know.
    """

    root: Path
    summary: str
    plan: Plan = field(default_factory=lambda: Plan(()))
    following: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def as_data(self) -> dict[str, object]:
        """Return what was made for the JSON envelope."""
        return {
            "path": str(self.root),
            "summary": self.summary,
            "plan": changes.as_data(self.plan),
            "next": list(self.following),
            "notes": list(self.notes),
        }


def run(request: Request, goal: Callable[[Project], Goal], steps: Steps) -> Made:
    """Change a project's resources; on any error, it is as before.

    Args:
        request: which project, and how.
        goal: what the project shall be, told from what it is.
        steps: where progress is shown.

    Raises:
        NoProjectError: there is no project.
        UsageError: the goal cannot be.
        ConflictError: edits or code of the user's stand in the way.
        GateError: a gate failed; the tree is kept where the error says.
        MachineError: the disk, the network or a missing program.
        StoppedError: Ctrl-C.
    """
    root = project.find((request.project or Path.cwd()).absolute())

    def waiting() -> None:
        steps.note(f"waiting for another rafters command to end in {root}")

    try:
        with lock.held(root, waiting=waiting), steps:
            journal.recover(root)
            return _run(request, root, goal, steps)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        message = f"cannot change {root}: {where}{reason(error)}"
        raise MachineError(Problem("cannot-write", message, "nothing was changed")) from error
    except KeyboardInterrupt:
        raise StoppedError(Problem("interrupted", "interrupted: nothing was changed")) from None


def _run(request: Request, root: Path, goal: Callable[[Project], Goal], steps: Steps) -> Made:
    opened = project.read(root)
    wanted = goal(opened)
    if not (wanted.added or wanted.changed or wanted.removed):
        return Made(root, "Nothing to change: the project is so already.")
    blueprints.check(wanted.new)
    identifiers.check_tables(wanted.new)
    processes = Processes()
    with steps.step("plan") as step:
        plan = _plan(opened, wanted, processes)
        step.detail = _counted(plan)
    if request.dry_run:
        return Made(root, _summary(wanted), plan)
    if plan.conflicts and not request.markers:
        raise _conflict(plan)
    _apply(request, opened, wanted, plan, steps, processes)
    if plan.conflicts:
        raise ConflictError(
            [
                Problem("conflict", f"{item.path}: {item.reason}, written with markers")
                for item in plan.conflicts
            ],
            {"plan": changes.as_data(plan)},
        )
    return Made(root, _summary(wanted), plan, _following(plan, opened), plan.notes)


def _plan(opened: Project, goal: Goal, processes: Processes) -> Plan:
    """Render, format, merge and wire."""
    layout, sources = opened.layout, opened.migrations
    rendered = resources.renders(goal, layout, bundle.resource_templates())
    undone: Tree = {}
    if goal.removed and not (goal.added or goal.changed):
        undone = resources.undone(goal, layout, sources)
        if git.committed(opened.root, undone, processes):
            undone = {}
    written = {} if undone else resources.migrated(goal, layout, sources)
    trees = [{**rendered.base, **undone}, {**rendered.wanted, **written}]
    base, wanted = formatting.formatted(trees, opened.tree, opened.root, processes)
    if any(opened.tree[path].content != base[path].content for path in undone):
        # somebody has made one of them their own: it stays, and another one undoes it
        kept = {path: file for path, file in base.items() if path not in undone}
        written = resources.migrated(goal, layout, sources)
        trees = [kept, {**wanted, **written}]
        base, wanted = formatting.formatted(trees, opened.tree, opened.root, processes)
    return resources.plan(opened.tree, layout, goal, Renders(base, wanted))


def _apply(
    request: Request,
    opened: Project,
    goal: Goal,
    plan: Plan,
    steps: Steps,
    processes: Processes,
) -> None:
    """Write the plan and run the gates that were asked for; if one fails, take it back."""
    root = opened.root
    chosen = verify.gates(_scope(request, opened, goal.new, plan, (Create, Edit)))
    if request.verify == "none" or plan.conflicts:
        chosen = ()
    failed: Mapping[str, Finished] = {}
    try:
        if chosen:
            _install(root, steps, processes)
        apply.run(plan, root, markers=request.markers)
        if chosen:
            failed = gates.failures(root, chosen, steps, processes)
        kept = apply.keep_copy(root, root.name) if failed else root
    except BaseException:
        _take_back(plan, root, markers=request.markers)
        raise
    if failed:
        try:
            _take_back(plan, root)
        except ConflictError as error:
            hint = f"the tree that failed is kept in {kept}"
            told = gates.problems(failed, "the change stays", hint)
            raise ConflictError([*told, *error.problems], {"kept": str(kept)}) from error
        before = verify.gates(_scope(request, opened, goal.old, plan, (Edit, Delete)))
        again = [gate for gate in before if gate.name in failed]
        already = sorted(gates.failures(root, again, Steps(quiet=True), processes))
        raise _failed(failed, already, kept, steps)


def _take_back(plan: Plan, root: Path, *, markers: bool = False) -> None:
    """Take a plan back, also where somebody who presses Ctrl-C does so again.

    Raises:
        ConflictError: a file was edited since; nothing is taken back.
        MachineError: the disk refuses; nothing is taken back.
    """
    try:
        for _ in range(_PATIENCE):
            with suppress(KeyboardInterrupt):
                return apply.take_back(plan, root, markers=markers)
        return apply.take_back(plan, root, markers=markers)
    except ConflictError as error:
        hint = "so the change was not taken back: mend what is wrong, or undo it by hand"
        raise ConflictError([replace(item, hint=hint) for item in error.problems]) from error


def _failed(
    failed: Mapping[str, Finished], already: list[str], kept: Path, steps: Steps
) -> GateError:
    hint = f"the tree that failed is kept in {kept}"
    if already:
        names = " and ".join(map(repr, already))
        hint += f"\n{names} failed before the change, too: mend that first, or pass --verify none"
    problems = gates.problems(failed, "everything was taken back", hint)
    return GateError(problems, {"kept": str(kept), "steps": steps.as_data()})


def _install(root: Path, steps: Steps, processes: Processes) -> None:
    """Give a project that has none an environment to run its gates in."""
    if (root / ".venv").is_dir():
        return
    with steps.step("install") as step:
        installed = uv.install(root, processes)
        step.ok, step.detail = installed.ok, ".venv"
    if fault := uv.fault(installed):
        raise MachineError(replace(fault, hint=f"{fault.hint}, or pass --verify none"))
    if not installed.ok:
        message = f"cannot install the project\n{installed.output.strip()}"
        raise MachineError(Problem("cannot-install", message, "or pass --verify none"))


def _scope(
    request: Request, opened: Project, blueprint: Blueprint, plan: Plan, kinds: tuple[type, ...]
) -> verify.Scope:
    """Return what the gates look at: all, or what the changes of some kinds touch."""
    layout = opened.layout
    served = frozenset(
        resources.routes(layout, resource) for resource in blueprint.resources.values()
    )
    if request.verify == "full":
        return verify.Scope(layout["main"], served)
    touched = tuple(
        change.path
        for change in plan.changes
        if isinstance(change, kinds) and change.path.endswith(".py")
    )
    tests = tuple(path for path in touched if path.startswith(f"{layout['tests']}/test_"))
    return verify.Scope(layout["main"], served, tests, touched)


def _conflict(plan: Plan) -> ConflictError:
    """Return what to tell of a plan that contradicts what the user did."""
    problems = [
        Problem("conflict", "\n".join([f"{item.path}: {item.reason}", *item.hunks]))
        for item in plan.conflicts
    ]
    hint = "nothing was changed; --conflicts=markers writes all with markers in these files"
    if not any(item.file for item in plan.conflicts):
        hint = "nothing was changed"
    last = problems[-1]
    problems[-1] = Problem(last.code, last.message, hint)
    return ConflictError(problems, {"plan": changes.as_data(plan)})


def _counted(plan: Plan) -> str:
    """Say how many files a plan makes, edits and deletes."""
    kinds = ((Create, "new"), (Edit, "edited"), (Delete, "deleted"), (Conflict, "in conflict"))
    counts = ((sum(isinstance(item, kind) for item in plan.changes), word) for kind, word in kinds)
    return ", ".join(f"{count} {word}" for count, word in counts if count)


def _summary(goal: Goal) -> str:
    """Say what became of which resource."""
    verbs = (("Added", goal.added), ("Changed", goal.changed), ("Removed", goal.removed))
    return ", ".join(
        f"{verb} {', '.join(item.name for item in items)}" for verb, items in verbs if items
    )


def _following(plan: Plan, opened: Project) -> tuple[str, ...]:
    """Return the commands to type next."""
    folder = f"{opened.layout['migrations']}/"
    if not any(isinstance(item, Create) and item.path.startswith(folder) for item in plan.changes):
        return ()
    program = "uv" if uv.on_path() else shlex.quote(uv.program())
    return (f"{program} run alembic upgrade head",)

"""What the commands that change a project's resources share: plan, apply, verify, take back."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from rafters.commands import taking_back
from rafters.console import Steps
from rafters.effects import apply, bundle, formatting, git, journal, lock, project, uv
from rafters.effects.process import Processes
from rafters.effects.project import Project
from rafters.errors import ConflictError, MachineError, Problem, StoppedError, reason
from rafters.plan import changes, resources
from rafters.plan.changes import Conflict, Create, Delete, Edit, Plan
from rafters.plan.goal import Goal
from rafters.plan.resources import Renders
from rafters.plan.tree import Tree
from rafters.spec import blueprint as blueprints


class Request(NamedTuple):
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
    root = project.find(request.project)

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
    processes = Processes()
    with steps.step("plan") as step:
        plan = _plan(opened, wanted, processes)
        step.detail = _counted(plan)
    if plan.conflicts and (request.dry_run or not request.markers):
        raise _conflict(plan)
    if request.dry_run:
        return Made(root, _summary(wanted), plan, notes=plan.notes)
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
    made = resources.plan(opened.tree, layout, goal, Renders(base, wanted))
    if undone and not written:
        return replace(made, notes=(*made.notes, _unrun(undone)))
    return made


def _unrun(undone: Tree) -> str:
    """Say what to do with a database that has run migrations which go."""
    names = ", ".join(path.rpartition("/")[2] for path in sorted(undone))
    return (
        f"{names}: no commit has it, so it goes. A database that has run it keeps its tables: make"
        " that database anew, or drop them and `alembic stamp --purge` it with the last migration"
    )


def _apply(
    request: Request,
    opened: Project,
    goal: Goal,
    plan: Plan,
    steps: Steps,
    processes: Processes,
) -> None:
    """Write the plan; if a gate that was asked for fails, take it back."""
    if request.verify == "none" or plan.conflicts:
        with taking_back.unless_all_is_well(plan, opened.root, markers=request.markers):
            apply.run(plan, opened.root, markers=request.markers)
        return
    from rafters.commands import verified

    full = request.verify == "full"
    verified.apply(opened, goal, plan, steps, processes, full=full)


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

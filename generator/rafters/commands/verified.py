"""Writes a plan, runs gates, and takes the plan back if one of them fails."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from rafters.commands import gates, taking_back
from rafters.console import Steps
from rafters.effects import apply as writer
from rafters.effects import bytecode, uv, verify
from rafters.effects.process import Finished, Processes
from rafters.effects.project import Project
from rafters.errors import ConflictError, GateError, MachineError, Problem
from rafters.plan.changes import Create, Delete, Edit, Plan
from rafters.plan.goal import Goal
from rafters.spec.resource import Blueprint


def apply(
    opened: Project, goal: Goal, plan: Plan, steps: Steps, processes: Processes, *, full: bool
) -> None:
    """Make the changes of a plan if the project's gates pass; if one fails, none.

    Args:
        opened: the project before.
        goal: its blueprint before and after.
        plan: the changes; no conflicts.
        steps: where the gates are shown.
        processes: what runs them.
        full: whether the gates look at everything, or at what the plan touches.

    Raises:
        GateError: a gate failed; the tree is kept where the error says.
        ConflictError: a file was edited meanwhile; the hint says what became of the plan.
        MachineError: the disk, the network or a missing program.
    """
    root = opened.root
    chosen = verify.gates(_scope(opened, goal, goal.new, plan, (Create, Edit), full=full))
    installed = _install(root, steps, processes)
    with taking_back.unless_all_is_well(plan, root):
        writer.run(plan, root)
        failed = gates.failures(root, chosen, steps, processes)
        if installed:
            bytecode.keep(root)
        kept = writer.keep_copy(root, root.name) if failed else root
    if not failed:
        return
    try:
        taking_back.take_back(plan, root)
    except ConflictError as error:
        hint = f"the tree that failed is kept in {kept}"
        told = gates.problems(failed, "the change stays", hint)
        raise ConflictError([*told, *error.problems], {"kept": str(kept)}) from error
    before = verify.gates(_scope(opened, goal, goal.old, plan, (Edit, Delete), full=full))
    again = [gate for gate in before if gate.name in failed]
    already = sorted(gates.failures(root, again, Steps(quiet=True), processes))
    raise _failed(failed, already, kept, steps)


def _failed(
    failed: Mapping[str, Finished], already: list[str], kept: Path, steps: Steps
) -> GateError:
    hint = f"the tree that failed is kept in {kept}"
    if already:
        names = " and ".join(map(repr, already))
        hint += f"\n{names} failed before the change, too: mend that first, or pass --verify none"
    problems = gates.problems(failed, "everything was taken back", hint)
    return GateError(problems, {"kept": str(kept), "steps": steps.as_data()})


def _install(root: Path, steps: Steps, processes: Processes) -> bool:
    """Give a project that has none an environment to run its gates in; tell whether it had none."""
    if (root / ".venv").is_dir():
        return False
    with steps.step("install") as step:
        installed = uv.install(root, processes)
        step.ok, step.detail = installed.ok, ".venv"
    if fault := uv.fault(installed):
        raise MachineError(replace(fault, hint=f"{fault.hint}, or pass --verify none"))
    if not installed.ok:
        message = f"cannot install the project\n{installed.output.strip()}"
        raise MachineError(Problem("cannot-install", message, "or pass --verify none"))
    return True


def _scope(
    opened: Project,
    goal: Goal,
    blueprint: Blueprint,
    plan: Plan,
    kinds: tuple[type, ...],
    *,
    full: bool,
) -> verify.Scope:
    """Return what the gates look at: all, or what the changes of some kinds touch."""
    layout = opened.layout
    whole = verify.everything(layout, blueprint)
    if full:
        return whole
    changed = [change for change in plan.changes if change.path.endswith(".py")]
    touched = tuple(change.path for change in changed if isinstance(change, kinds))
    tests = tuple(path for path in touched if path.startswith(f"{layout['tests']}/test_"))
    gone = [change.path for change in changed if not isinstance(change, Create)]
    users = _users(opened, gone) if goal.changed or goal.removed else ()
    return replace(whole, tests=tests, sources=touched, users=users)


def _users(opened: Project, paths: Collection[str]) -> tuple[str, ...]:
    """Return the files of the project that may import from modules that change or go."""
    folders = tuple(f"{opened.layout[name]}/" for name in ("source", "tests"))
    modules = (path.removesuffix(".py").removesuffix("/__init__") for path in paths)
    names = "|".join(re.escape(module.rpartition("/")[2]) for module in modules)
    mention = re.compile(rf"\b(?:{names})\b".encode())
    return tuple(
        path
        for path in opened.tree
        if path.startswith(folders) and path.endswith(".py") and path not in paths
        if path in opened.tree and mention.search(opened.tree[path].content)
    )

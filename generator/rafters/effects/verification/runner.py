"""Takes combinations through the lanes; what is known already is not run again."""

import shutil
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from rafters.effects.verification import (
    command_lanes,
    render_lane,
    resource_lane,
    scene,
    update_lane,
)
from rafters.effects.verification.known import Known, day, verdict
from rafters.effects.verification.render_lane import PROJECT, Template
from rafters.effects.verification.scene import Scene
from rafters.effects.verification.update_lane import History
from rafters.plan.tree import Tree
from rafters.plan.verification import commands
from rafters.plan.verification.questionnaire import Combination
from rafters.plan.verification.verdicts import LANES, Row, Verdict

Told = Mapping[str, Verdict]

_RAFTERS = "rafters.toml"
"""What a project of Rafters has at its root."""


@dataclass
class Runner:
    """Takes combinations through lanes.

    Attributes:
        template: what to render.
        digest: of the template's files.
        where: the scratch folder, and what starts programs.
        lanes: those that are wanted.
        known: what earlier runs found.
        past: tags to update from, if there are some.
        before: how an earlier commit renders, if only what differs from it is to run.
    """

    template: Template
    digest: str
    where: Scene
    lanes: frozenset[str]
    known: Known
    past: History | None = None
    before: "Before | None" = None
    _lock: Lock = field(default_factory=Lock)
    _trees: dict[str, tuple[str, Future[Told]]] = field(default_factory=dict)

    def row(self, combination: Combination) -> Row:
        """Take a combination through the lanes and say what came of it.

        A tree that fails is kept where the row says.

        Raises:
            MachineError: the disk refuses, or a program of ours cannot be started.
        """
        return self._row(combination, self.lanes, keep=True)

    def tried(self, combination: Combination, lane: str) -> Row:
        """Take a combination through a lane, to learn whether it fails there.

        Raises:
            MachineError: the disk refuses, or a program of ours cannot be started.
        """
        return self._row(combination, frozenset({lane}), keep=False)

    def _row(self, combination: Combination, wanted: frozenset[str], *, keep: bool) -> Row:
        folder = self.where.scratch / "rows" / f"{combination.key}-{len(wanted)}"
        rendering = _Rendering(self, combination, folder)
        told: dict[str, Verdict] = {"render": rendering.verdict}
        same = ""
        if not rendering.verdict.failed:
            others, same = self._others(rendering, wanted - {"render", "update"})
            told |= others
            told |= self._run(rendering, wanted & {"update"})
        failed = any(item.failed for item in told.values())
        keep = keep and not self.where.processes.ended
        kept = rendering.kept() if failed and keep else ""
        shutil.rmtree(folder, ignore_errors=True)
        verdicts = tuple(
            told[lane] for lane in LANES if lane in told and lane in wanted | {"render"}
        )
        return Row(combination.key, combination.labels, verdicts, kept, same)

    def _others(self, rendering: "_Rendering", lanes: frozenset[str]) -> tuple[Told, str]:
        """Run the lanes of a tree, or wait for the same tree of another combination."""
        if not lanes:
            return {}, ""
        key = f"{rendering.digest} {sorted(lanes)}"
        own = rendering.combination.key
        with self._lock:
            first, future = self._trees.setdefault(key, (own, Future()))
            mine = first == own and not future.running() and not future.done()
            if mine:
                future.set_running_or_notify_cancel()
        if not mine:
            return future.result(), "" if first == own else first
        try:
            told = self._run(rendering, lanes)
        except BaseException as error:
            future.set_exception(error)
            raise
        future.set_result(told)
        return told, ""

    def _run(self, rendering: "_Rendering", lanes: frozenset[str]) -> Told:
        """Run lanes, or remember what they came to."""
        if self.before and self.before.same(rendering):
            message = "what has changed does not reach it"
            return {lane: Verdict(lane, "skipped", message=message) for lane in sorted(lanes)}
        told: dict[str, Verdict] = {}
        settings, past = self.template.settings, self.past
        commands_said = (settings.setup, settings.static, settings.test)
        about = {
            "commands": (rendering.digest, rendering.day, commands_said),
            "resources": (rendering.digest, rendering.day),
            "update": (self.digest, rendering.combination.answers, past and past.digest),
        }
        for group, run in (
            ("commands", self._commands),
            ("resources", self._resources),
            ("update", self._update),
        ):
            wanted = sorted(lanes & ({*command_lanes.LANES} if group == "commands" else {group}))
            if not wanted:
                continue
            known = self.known.verdicts(group, wanted, *about[group])
            if known is None:
                known = run(rendering, tuple(wanted))
                self.known.keep(known, group, wanted, *about[group])
            told |= known
        return told

    def _commands(self, rendering: "_Rendering", lanes: tuple[str, ...]) -> dict[str, Verdict]:
        """Run the commands of a project."""
        return self._judged(rendering.tree, rendering.project, lanes)

    def _judged(self, tree: Tree, project: Path, lanes: tuple[str, ...]) -> dict[str, Verdict]:
        settings = self.template.settings
        if _RAFTERS in tree and not settings.says_commands:
            return command_lanes.gates(project, self.where, lanes)
        found = commands.commands(settings, tree)
        return command_lanes.verdicts(found, project, self.where, lanes)

    def _resources(self, rendering: "_Rendering", _: tuple[str, ...]) -> dict[str, Verdict]:
        """Add and remove resources, where a project takes them."""
        if _RAFTERS not in rendering.tree:
            return {}
        return {"resources": resource_lane.verdict(rendering.project, self.where)}

    def _update(self, rendering: "_Rendering", _: tuple[str, ...]) -> dict[str, Verdict]:
        """Update from the last tags, where there are some."""
        if self.past is None:
            return {}
        folder = self.where.scratch / "updates" / rendering.folder.name

        def judge(project: Path) -> Verdict | None:
            tree, _ = scene.read(project)
            told = self._judged(tree, project, command_lanes.LANES)
            return next((verdict for verdict in told.values() if verdict.failed), None)

        told = update_lane.verdict(
            self.past, self.template, rendering.combination, folder, self.where, judge
        )
        shutil.rmtree(folder, ignore_errors=True)
        return {"update": told}


class _Rendering:
    """One combination, rendered when its tree is looked at."""

    def __init__(self, runner: Runner, combination: Combination, folder: Path) -> None:
        """Render, unless it is known that it passes."""
        self.combination, self.folder, self._runner = combination, folder, runner
        self._tree: Tree | None = None
        template = runner.template
        about = (runner.digest, combination.answers, template.trust, str(template.settings))
        found = runner.known.get("render", *about)
        if found:
            self.verdict = verdict(found["verdict"])
            self.digest = str(found["digest"])
            self.day = day({}) if found["day"] else ""
            return
        self._render()
        if not self.verdict.failed:
            data = {"verdict": vars(self.verdict), "digest": self.digest, "day": self.day}
            runner.known.put(data, "render", *about)

    def _render(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        runner = self._runner
        self.verdict, self._tree = render_lane.render(
            runner.template, self.combination, self.folder, runner.where
        )
        self.digest = scene.digest(self._tree, without=runner.template.aside)
        self.day = day(self._tree)

    @property
    def tree(self) -> Tree:
        """Its files, which lie in its folder."""
        if self._tree is None:
            self._render()
        return self._tree or {}

    @property
    def project(self) -> Path:
        """The folder that its files lie in."""
        if self._tree is None:
            self._render()
        return self.folder / PROJECT

    def kept(self) -> str:
        """Return where its files lie from now on, for somebody to look at."""
        tree = self.tree
        return str(scene.keep(tree, PROJECT)) if tree else ""


@dataclass(frozen=True)
class Before:
    """How an earlier commit of the template renders.

    Attributes:
        template: of that commit.
        where: what starts copier.
    """

    template: Template
    where: Scene

    def same(self, rendering: _Rendering) -> bool:
        """Tell whether a combination rendered to the same bytes; its answers file aside."""
        folder = rendering.folder.with_name(f"{rendering.folder.name}-before")
        tree = render_lane.once(self.template, rendering.combination, folder, self.where)
        shutil.rmtree(folder, ignore_errors=True)
        return (
            tree is not None and scene.digest(tree, without=self.template.aside) == rendering.digest
        )

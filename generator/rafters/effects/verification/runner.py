"""Takes combinations through the lanes; what is known already is not run again."""

import shutil
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from rafters.effects.verification import command_lanes, render_lane, scene
from rafters.effects.verification.known import Known, day, verdict
from rafters.effects.verification.render_lane import PROJECT, Template
from rafters.effects.verification.scene import Scene
from rafters.plan.tree import Tree
from rafters.plan.verification import commands
from rafters.plan.verification.questionnaire import Combination
from rafters.plan.verification.verdicts import LANES, Row, Verdict

Told = Mapping[str, Verdict]


@dataclass
class Runner:
    """Takes combinations through lanes.

    Attributes:
        template: what to render.
        digest: of the template's files.
        where: the scratch folder, and what starts programs.
        lanes: those that are wanted.
        known: what earlier runs found.
    """

    template: Template
    digest: str
    where: Scene
    lanes: frozenset[str]
    known: Known
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
            others, same = self._others(rendering, wanted - {"render"})
            told |= others
        failed = any(item.failed for item in told.values())
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
        about = (rendering.digest, sorted(lanes), self._commands())
        known = self.known.verdicts(*about, rendering.day)
        if known:
            return known
        told = self._lanes(rendering, lanes)
        self.known.keep(told, *about, rendering.day)
        return told

    def _commands(self) -> object:
        settings = self.template.settings
        return (settings.setup, settings.static, settings.test)

    def _lanes(self, rendering: "_Rendering", lanes: frozenset[str]) -> Told:
        """Run the lanes after the first."""
        wanted = tuple(lane for lane in command_lanes.LANES if lane in lanes)
        if not wanted:
            return {}
        tree, project = rendering.tree, rendering.folder / PROJECT
        settings = self.template.settings
        if "rafters.toml" in tree and not settings.says_commands:
            return command_lanes.gates(project, self.where, wanted)
        found = commands.commands(settings, tree)
        return command_lanes.verdicts(found, project, self.where, wanted)


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
        self.digest = scene.digest(self._tree, without=runner.template.facts.answers_file)
        self.day = day(self._tree)

    @property
    def tree(self) -> Tree:
        """Its files, which lie in its folder."""
        if self._tree is None:
            self._render()
        return self._tree or {}

    def kept(self) -> str:
        """Return where its files lie from now on, for somebody to look at."""
        tree = self.tree
        return str(scene.keep(tree, PROJECT)) if tree else ""

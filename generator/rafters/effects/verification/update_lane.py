"""The lane of updates: projects of older versions, edited, brought to the newest."""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rafters.effects import git
from rafters.effects.verification import rendering, scene
from rafters.effects.verification.render_lane import PROJECT, Template
from rafters.effects.verification.rendering import Rendered, Request
from rafters.effects.verification.scene import Scene
from rafters.errors import MachineError, Problem
from rafters.plan.tree import File
from rafters.plan.verification import checks, edits
from rafters.plan.verification.questionnaire import Combination
from rafters.plan.verification.verdicts import Verdict

_NEWEST = "HEAD"

Judge = Callable[[Path], Verdict | None]
"""Runs a project's own commands, and returns the verdict that says what fails."""


@dataclass(frozen=True)
class History:
    """A repository of the template whose last commit is what is verified.

    Attributes:
        repository: a clone in the scratch folder.
        tags: those to update from, the last one first.
        digest: of what the tags stand for.
    """

    repository: Path
    tags: tuple[str, ...]
    digest: str


def history(snapshot: Path, repository: Path, count: int, where: Scene) -> History | None:
    """Return the last tags of a template before what is verified; `None` where there is none.

    Args:
        snapshot: what is verified.
        repository: of the template.
        count: how many tags, at most.
        where: what starts git.

    Raises:
        MachineError: git refuses.
    """
    listed = _git(where, repository, "tag", "--sort=-version:refname", "--merged=HEAD")
    tags = [tag for tag in listed.split() if re.fullmatch(r"v?\d+(\.\d+)*", tag)][:count]
    if not tags:
        return None
    clone = where.scratch / "history"
    _git(where, where.scratch, "clone", "--quiet", str(repository), str(clone))
    _git(where, clone, "rm", "-r", "--quiet", "--ignore-unmatch", ".")
    shutil.copytree(snapshot, clone, symlinks=True, dirs_exist_ok=True)
    _git(where, clone, "add", "--all", "--force")
    _git(where, clone, "commit", "--quiet", "--allow-empty", "--no-verify", "--message=newest")
    marks = _git(where, clone, "rev-parse", *tags)
    return History(clone, tuple(tags), marks)


def verdict(
    past: History,
    template: Template,
    combination: Combination,
    folder: Path,
    where: Scene,
    judge: Judge,
) -> Verdict:
    """Update projects of each tag, and look whether edits are kept and commands pass.

    Args:
        past: the tags.
        template: what is verified.
        combination: the answers.
        folder: to be made.
        where: what starts programs.
        judge: what runs the commands of an updated project.
    """
    seconds, warnings, ran = 0.0, list[str](), 0
    for tag in past.tags:
        update = _Update(past, template, combination, folder / tag, where, tag)
        found = update.run()
        seconds += found.seconds
        if not found.rendered:
            warnings.append(f"update from {tag}: {found.error.splitlines()[-1]}")
            continue
        ran += 1
        if found.error:
            return _failed(tag, found.error, seconds, warnings)
        if found.conflicts:
            warnings.append(f"update from {tag}: conflict in {', '.join(found.conflicts)}")
        elif judged := judge(update.project):
            said = f"{judged.message}\n{judged.output}"
            return _failed(tag, said, seconds + judged.seconds, warnings)
        shutil.rmtree(folder / tag, ignore_errors=True)
    if not ran:
        message = "no tag can be rendered with these answers"
        return Verdict("update", "skipped", seconds, message, warnings=tuple(warnings))
    message = f"from {', '.join(past.tags)}"
    return Verdict("update", "passed", seconds, message, warnings=tuple(warnings))


def _failed(tag: str, said: str, seconds: float, warnings: list[str]) -> Verdict:
    first = said.strip().splitlines()[0]
    message = f"update from {tag}: {first}"
    return Verdict("update", "failed", seconds, message, said, warnings=tuple(warnings))


@dataclass(frozen=True)
class _Updated:
    """What came of one update."""

    rendered: bool
    error: str = ""
    conflicts: tuple[str, ...] = ()
    seconds: float = 0.0


class _Update:
    """One project, rendered by a tag, edited and updated."""

    def __init__(
        self,
        past: History,
        template: Template,
        combination: Combination,
        folder: Path,
        where: Scene,
        tag: str,
    ) -> None:
        self.project = folder / PROJECT
        self._past, self._template, self._combination = past, template, combination
        self._folder, self._where, self._tag = folder, where, tag

    def run(self) -> _Updated:
        """Render, edit, update, and look at what is left of the edits."""
        self._folder.mkdir(parents=True)
        old = self._copier(self._tag, update=False)
        if old.error:
            return _Updated(rendered=False, error=old.error, seconds=old.seconds)
        answers_file = self._template.facts.answers_file
        tree, _ = scene.read(self.project)
        if answers_file not in tree:
            return _Updated(rendered=False, error=f"no {answers_file}", seconds=old.seconds)
        git.first_commit(self.project, "Rendered", self._where.processes)
        changed, made = edits.edited(tree, answers_file)
        for path, file in changed.items():
            _put(self.project / path, file)
        _git(self._where, self.project, "add", "--all")
        _git(self._where, self.project, "commit", "--quiet", "--no-verify", "--message=edited")
        new = self._copier(_NEWEST, update=True)
        seconds = old.seconds + new.seconds
        if new.error.startswith("UnsafeTemplateError"):  # copier wants trust for an update alone
            error = "the template has tasks or migrations, and runs them with --trust alone"
            return _Updated(rendered=False, error=error, seconds=seconds)
        if new.error:
            return _Updated(rendered=True, error=new.error, seconds=seconds)
        updated, _ = scene.read(self.project)
        gone = checks.told(edits.lost(made, updated))
        told = tuple(edits.conflicts(updated))
        return _Updated(rendered=True, error="\n".join(gone), conflicts=told, seconds=seconds)

    def _copier(self, reference: str, *, update: bool) -> Rendered:
        request = Request(
            template=str(self._past.repository),
            destination=str(self.project),
            answers=self._combination.answers,
            trust=self._template.trust,
            reference=reference,
            update=self._template.facts.answers_file if update else "",
        )
        where = self._where
        env = where.environment({"PYTHONHASHSEED": "1"})
        return rendering.render(
            request, self._folder, where.processes, env=env, timeout=where.timeout
        )


def _put(place: Path, file: File | None) -> None:
    if file is None:
        place.unlink()
    else:
        place.write_bytes(file.content)


def _git(where: Scene, folder: Path, *words: str) -> str:
    """Run git and return what it says.

    Raises:
        MachineError: it refuses.
    """
    quiet = ("-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null")
    done = where.run(("git", *quiet, *words), folder)
    if not done.ok:
        message = f"git {' '.join(words[:2])} fails: {done.output.strip()}"
        raise MachineError(Problem("git-failed", message))
    return done.output

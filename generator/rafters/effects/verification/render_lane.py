"""The first lane: what is rendered, and what must hold of it whatever it is."""

import os
import platform
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from rafters.effects.verification import parsing, rendering, scene
from rafters.effects.verification.copier_classes import Facts
from rafters.effects.verification.rendering import Rendered, Request
from rafters.effects.verification.scene import Scene
from rafters.plan.tree import File, Tree
from rafters.plan.verification import checks
from rafters.plan.verification.questionnaire import Combination
from rafters.plan.verification.settings import Settings
from rafters.plan.verification.verdicts import Verdict

PROJECT = "project"
"""Name of every folder that is rendered into: defaults may look at it."""


@dataclass(frozen=True)
class Template:
    """A template that is ready to be rendered.

    Attributes:
        folder: its files.
        strict: the same files, in which no name may be undefined; `None` where it says itself
            what an undefined name is.
        names: of its questions.
        facts: what else copier.yml says.
        settings: what it says of its verification.
        trust: whether its code may run.
    """

    folder: Path
    strict: Path | None
    names: tuple[str, ...]
    facts: Facts
    settings: Settings
    trust: bool

    @property
    def aside(self) -> tuple[str, ...]:
        """Patterns of files that say nothing of whether two trees are the same."""
        return (self.facts.answers_file, *self.settings.random)


def strictly(folder: Path, target: Path, facts: Facts) -> Path | None:
    """Copy a template so that an undefined name is an error, if it leaves that open."""
    if "undefined" in facts.options:
        return None
    shutil.copytree(folder, target, symlinks=True)
    (configuration,) = (path for path in target.glob("copier.y*ml") if path.is_file())
    with configuration.open("ab") as file:
        file.write(_addition(facts))
    return target


def _addition(facts: Facts) -> bytes:
    """Return what makes an undefined name an error: copier joins the documents of a file."""
    options = {**facts.options, "undefined": "jinja2.StrictUndefined"}
    return f"\n---\n{yaml.safe_dump({'_envops': options})}".encode()


def render(
    template: Template, combination: Combination, folder: Path, where: Scene
) -> tuple[Verdict, Tree]:
    """Render twice, and look at what came of it.

    Args:
        template: what to render.
        combination: the answers.
        folder: to be made; the first render stays in it.
        where: what starts copier.

    Returns:
        The verdict, and the tree; without one if nothing was rendered.
    """
    first = _rendered(template, combination, folder, where, 1)
    if first.error:
        return _failed("copier cannot render it", first.error, first.seconds), {}
    tree, links = scene.read(folder / PROJECT)
    again = folder / "again"
    second = _rendered(template, combination, again, where, 2, strict=template.strict)
    seconds = first.seconds + second.seconds
    if second.error:
        return _failed("a second render fails", second.error, seconds), tree
    repeated = _moved(scene.read(again / PROJECT)[0], template, folder, again)
    shutil.rmtree(again, ignore_errors=True)
    findings = checks.told(_findings(template, combination, tree, links, repeated, where))
    warnings = tuple(_warnings(template, combination, tree, second.undefined))
    if second.undefined and template.settings.strict:
        findings.insert(0, f"undefined: {second.undefined}")
    if findings:
        return replace(
            _failed(findings[0].partition("\n")[0], "\n".join(findings), seconds), warnings=warnings
        ), tree
    return Verdict("render", "passed", seconds, f"{len(tree)} files", warnings=warnings), tree


def once(template: Template, combination: Combination, folder: Path, where: Scene) -> Tree | None:
    """Render once, without a look; return the tree, or `None` if nothing was rendered."""
    if _rendered(template, combination, folder, where, 1).error:
        return None
    return scene.read(folder / PROJECT)[0]


def _rendered(
    template: Template,
    combination: Combination,
    folder: Path,
    where: Scene,
    number: int,
    strict: Path | None = None,
) -> Rendered:
    """Render once; each time sets are in another order, as they are from run to run."""
    folder.mkdir(parents=True, exist_ok=True)
    request = Request(
        template=str(template.folder),
        destination=str(folder / PROJECT),
        answers=combination.answers,
        trust=template.trust,
        strict=str(strict) if strict else "",
    )
    env = where.environment({"PYTHONHASHSEED": str(number)})
    result = rendering.render(request, folder, where.processes, env=env, timeout=where.timeout)
    named = {f"{template.folder}{os.sep}": "", f"{folder}{os.sep}": ""}
    if strict:
        named[f"{strict}{os.sep}"] = ""
    error, undefined = result.error, result.undefined
    for place, name in named.items():
        error, undefined = error.replace(place, name), undefined.replace(place, name)
    return Rendered(error, undefined, result.seconds)


def _moved(tree: Tree, template: Template, folder: Path, again: Path) -> Tree:
    """Name the places of the first render in the second: they alone may differ."""
    places = {str(again).encode(): str(folder).encode()}
    if template.strict:
        places[str(template.strict).encode()] = str(template.folder).encode()
        places[_addition(template.facts)] = b""  # some templates render their own copier.yml
    moved = {}
    for path, file in tree.items():
        content = file.content
        for old, new in places.items():
            content = content.replace(old, new)
        moved[path] = File(content, executable=file.executable)
    return moved


def _findings(
    template: Template,
    combination: Combination,
    tree: Tree,
    links: Mapping[str, str],
    repeated: Tree,
    where: Scene,
) -> Iterator[str]:
    """Yield what is wrong with a tree."""
    texts = checks.looked_at(tree, template.settings.ignore)
    facts = template.facts
    yield from checks.differences(tree, repeated, template.settings.random)
    yield from parsing.broken(texts, python=_reads(texts))
    yield from checks.leftovers(texts, tree, template.names, facts.delimiters)
    places = {str(where.scratch): "a path of this machine"}
    if (home := Path.home()) != Path(home.anchor) and len(str(home)) > len("/root"):
        places[f"{home}{os.sep}"] = "the home of a person"
    yield from checks.machine(texts, places, facts.answers_file)
    for path, target in links.items():
        lands = os.path.normpath(Path(path).parent / target)
        if lands.startswith("..") or Path(target).is_absolute():
            yield f"{path}: a link that leads out of the project: {target}"
    kept = _kept(tree, facts.answers_file)
    wanted = {name: value for name, value in combination.answers.items() if kept and name in kept}
    yield from checks.answers(wanted, kept, facts.answers_file)


def _warnings(
    template: Template, combination: Combination, tree: Tree, undefined: str
) -> Iterator[str]:
    """Yield what is worth a look."""
    if undefined:
        yield f"undefined: {undefined}"
    if not _reads({path: tree[path].content.decode(errors="replace") for path in tree}):
        yield f"its Python is newer than {platform.python_version()}, and was not parsed"
    path = template.facts.answers_file
    kept = _kept(tree, path)
    if kept is None:
        yield f"no {path} is rendered, without which `copier update` does not work"
    else:
        known = [*kept, *template.facts.secrets]
        for name in combination.chosen:
            if name not in known:
                yield f"{path}: the answer to {name} is not kept"


def _reads(texts: Mapping[str, str]) -> bool:
    """Tell whether the Python that runs here is as new as a project asks for."""
    asked = re.search(
        r'^requires-python\s*=\s*"[^"]*>=?\s*3\.(\d+)',
        texts.get("pyproject.toml", ""),
        re.MULTILINE,
    )
    return asked is None or int(asked[1]) <= sys.version_info.minor


def _kept(tree: Tree, path: str) -> Mapping[str, object] | None:
    """Return the answers that were rendered; `None` where there are none."""
    if path not in tree:
        return None
    try:
        kept = yaml.safe_load(tree[path].content)
    except (yaml.YAMLError, ValueError):
        return None
    return kept if isinstance(kept, Mapping) else None


def _failed(message: str, output: str, seconds: float) -> Verdict:
    first = output.strip().splitlines()[0][:160] if output.strip() else ""
    said = message if message == first else f"{message}: {first}"
    return Verdict("render", "failed", seconds, said, output)

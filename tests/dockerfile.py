"""A small reader and runner of Dockerfiles, for machines without Docker.

Each stage gets a folder in place of `/`, in which its steps are run by this machine's programs.
What the paths of an image name is looked for there.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from uv import find_uv_bin

SYSTEM = f"/usr/local/bin:/usr/bin:/bin:{Path(sys.base_prefix) / 'bin'}"
STUBS = {
    "useradd": "exit 0",  # this machine keeps its users
    "install": 'for last; do :; done; mkdir -p "$last"',  # only root may give files away
}


def instructions(dockerfile: str) -> Iterator[tuple[str, str]]:
    """Yield each instruction of a Dockerfile and what stands after it."""
    lines = [line for line in dockerfile.splitlines() if not line.startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if line.strip():
            name, _, rest = line.partition(" ")
            yield name, rest.strip()


@dataclass
class Image:
    """What a Dockerfile makes.

    Attributes:
        context: the folder from which it copies.
        scratch: an existing folder for its stages.
        env: the environment of its programs.
        user: the number of the user that they run as.
        command: what it runs.
        healthcheck: what tells whether it is well.
    """

    context: Path
    scratch: Path
    env: dict[str, str] = field(default_factory=dict)
    workdir: str = "/"
    user: int = 0
    command: list[str] = field(default_factory=list)
    healthcheck: list[str] = field(default_factory=list)
    stage: str = ""

    @property
    def root(self) -> Path:
        """The folder of the stage that is being made, for all of them the same."""
        return self.scratch / "root"

    def build(self, dockerfile: str) -> None:
        """Run every step of a Dockerfile."""
        steps = {
            "FROM": self._from,
            "ENV": self._env,
            "WORKDIR": self._workdir,
            "COPY": self._copy,
            "RUN": self._run,
            "USER": self._user,
            "CMD": self._command,
            "HEALTHCHECK": self._healthcheck,
        }
        for name, rest in instructions(dockerfile):
            if name not in {"EXPOSE", "VOLUME"}:
                steps[name](rest)

    def mapped(self, text: str) -> str:
        """Return a text in which the paths of the image are those of this machine."""
        return re.sub(r"/(?=(?:app|data|usr/local/bin)(?:/|:|\s|$))", f"{self.root}/", text)

    def start(self, argv: list[str], env: Mapping[str, str]) -> subprocess.Popen[str]:
        """Start a program as a container would: its user, its environment and nothing else."""
        # without root nobody can be somebody else
        who = self.user if os.geteuid() == 0 else None
        env = {**self.env, **env}
        program = shutil.which(argv[0], path=env["PATH"])
        assert program, f"the image has no {argv[0]}"
        return subprocess.Popen(
            [program, *argv[1:]],
            cwd=self.mapped(self.workdir),
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            user=who,
            group=who,
            extra_groups=None if who is None else [],
        )

    def _from(self, rest: str) -> None:
        source, _, name = rest.partition(" AS ")
        if self.stage:
            self.root.rename(self.scratch / self.stage)
        self.stage = name or "final"
        programs = self.root / "usr/local/bin"
        programs.mkdir(parents=True)
        if source.startswith("ghcr.io/astral-sh/uv:"):
            said = subprocess.run([find_uv_bin(), "--version"], capture_output=True, check=True)
            assert source.partition(":")[2] in said.stdout.decode().split()
            shutil.copy(find_uv_bin(), self.root / "uv")
        else:
            assert re.fullmatch(r"python:3\.\d+-slim-\w+", source)
        for program, script in STUBS.items():
            if program != "install" or os.geteuid() != 0:
                (programs / program).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
                (programs / program).chmod(0o755)
        self.env = {"PATH": f"{programs}:{SYSTEM}"}
        self.workdir = "/"

    def _env(self, rest: str) -> None:
        for pair in shlex.split(rest):
            name, _, value = pair.partition("=")
            self.env[name] = self.mapped(value).replace("$PATH", self.env["PATH"])

    def _workdir(self, rest: str) -> None:
        self.workdir = rest
        Path(self.mapped(rest)).mkdir(parents=True, exist_ok=True)

    def _copy(self, rest: str) -> None:
        words = rest.split()
        origin = self.context
        if words[0].startswith("--from="):
            origin = self.scratch / words.pop(0).removeprefix("--from=")
        *sources, target = words
        for source in sources:
            path = origin / source.lstrip("/")
            to = Path(self.mapped(self.workdir)) / self.mapped(target)
            if target.endswith("/"):
                to /= path.name
            if path.is_dir():
                shutil.copytree(path, to, symlinks=True)
            else:
                shutil.copy(path, to)

    def _run(self, rest: str) -> None:
        flags = [word for word in rest.split() if word.startswith("--mount=type=cache,")]
        script = self.mapped(rest.removeprefix(" ".join(flags)))
        env = os.environ | self.env
        if flags:  # the cache outlives the image: here it is that of the machine
            del env["UV_CACHE_DIR"]
        folder = self.mapped(self.workdir)
        subprocess.run(["sh", "-euc", script], cwd=folder, env=env, check=True)

    def _user(self, rest: str) -> None:
        self.user = int(rest)

    def _command(self, rest: str) -> None:
        self.command = json.loads(rest)

    def _healthcheck(self, rest: str) -> None:
        self.healthcheck = json.loads(rest.partition(" CMD ")[2])

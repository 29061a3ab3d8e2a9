"""Tries the README's two set-up commands as on a fresh machine.

    python tests/fresh_machine.py [new|test]

A clone of what is committed, an empty HOME, and on the PATH a Python, git and what the system
has: no uv, no earlier install, no cache. Exits with the status of the command that fails.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from readme import set_up

ROOT = Path(__file__).parents[1]

# How this machine reaches the network is no earlier install.
NETWORK = ("SSL_CERT_FILE", "PIP_CERT", "PIP_DEFAULT_TIMEOUT")


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a person who has just got the machine."""
    programs = folder / "bin"
    programs.mkdir()
    (programs / "python3").symlink_to(Path(sys.executable).resolve())
    home = folder / "home"
    home.mkdir()
    proxies = {key: value for key, value in os.environ.items() if key.lower().endswith("_proxy")}
    kept = {key: os.environ[key] for key in NETWORK if key in os.environ}
    path = f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin"
    return {"HOME": str(home), "PATH": path, "LANG": "C.UTF-8"} | proxies | kept


def main() -> int:
    """Run the commands that were asked for, both by default."""
    wanted = sys.argv[1:] or ["new", "test"]
    for name, command in zip(("new", "test"), set_up(), strict=True):
        if name not in wanted:
            continue
        with tempfile.TemporaryDirectory(prefix="rafters-fresh-") as made:
            folder = Path(made)
            clone = ["git", "clone", "--quiet", "--no-local", str(ROOT), str(folder / "rafters")]
            subprocess.run(clone, check=True)
            sys.stderr.write(f"$ {command}\n")
            env = environment(folder)
            done = subprocess.run(command, shell=True, cwd=folder / "rafters", env=env, check=False)  # noqa: S602
            if done.returncode:
                return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())

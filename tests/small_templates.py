"""Small templates, made where a test wants them."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

QUESTIONS = """
_subdirectory: files
name:
  type: str
  default: thing
database:
  type: str
  choices: [none, sqlite, pg]
  default: none
ci:
  type: str
  choices: [github, gitlab]
docs:
  type: bool
  default: false
"""
"""Three questions with choices, of which the first of each is the default."""

ANSWERS = "{{ _copier_conf.answers_file }}.jinja"


def make(root: Path, files: Mapping[str, str], questions: str = QUESTIONS, said: str = "") -> Path:
    """Make a template and return its folder.

    Args:
        root: to be made.
        files: what it renders, by path; an answers file comes along.
        questions: its copier.yml.
        said: its rafters-verify.toml; none where nothing is said.
    """
    everything = {
        "copier.yml": questions,
        f"files/{ANSWERS}": "{{ _copier_answers|to_nice_yaml -}}\n",
        **{f"files/{path}": text for path, text in files.items()},
        **({"rafters-verify.toml": said} if said else {}),
    }
    for path, text in everything.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return root


def commit(root: Path, tag: str = "") -> None:
    """Make a template a repository, or commit what has changed in it, and tag it."""
    quiet = ["-c", "user.name=a", "-c", "user.email=b", "-c", "commit.gpgsign=false"]
    steps = [["init", "-q"], ["add", "-A"], ["commit", "-qm", "next"]]
    for words in [*steps, *([["tag", tag]] if tag else [])]:
        subprocess.run(["git", *quiet, *words], cwd=root, check=True)

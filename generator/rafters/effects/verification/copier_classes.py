"""Copier's own classes, which have no public name: what they are used for, in one place.

What copier makes public renders, and tells nothing of the questions on the way: what a condition,
a choice or a validator comes to after some answers only these classes say. Evaluating foreign
templates by a copy of their rules would drift from what copier renders.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from rafters.plan.verification.checks import Delimiters


@dataclass(frozen=True)
class Facts:
    """What else copier.yml says.

    Attributes:
        answers_file: where the answers are kept in what is rendered.
        secrets: questions whose answers are kept nowhere.
        delimiters: what stands around names and statements.
        options: of Jinja, as the template sets them.
        tasks: how many commands it would run.
    """

    answers_file: str
    secrets: frozenset[str]
    delimiters: Delimiters
    options: Mapping[str, object]
    tasks: int


def worker(template: Path, destination: Path, *, trust: bool) -> Any:  # noqa: ANN401
    """Return copier's own reader of a template; templates of questions are compiled once."""
    from copier._main import Worker
    from copier._settings import SettingsModel

    worker = Worker(
        src_path=str(template),
        dst_path=destination,
        defaults=True,
        quiet=True,
        unsafe=trust,
        settings=SettingsModel(),  # the person's own say nothing about the template
    )
    if trust or not worker.template.jinja_extensions:
        environment = worker.jinja_env
        setattr(environment, "from_string", lru_cache(maxsize=None)(environment.from_string))  # noqa: B010
    return worker


def question(
    worker: Any,  # noqa: ANN401
    name: str,
    details: Mapping[str, Any],
    answers: Mapping[str, object],
) -> Any:  # noqa: ANN401
    """Return copier's question after some answers."""
    from copier._user_data import AnswersMap, Question

    worker.answers = AnswersMap(
        user=dict(answers),
        metadata=worker.template.metadata,
        external=worker._external_data(),  # noqa: SLF001  (as copier itself asks)
    )
    return Question(
        answers=worker.answers,
        context=worker._render_context(),  # noqa: SLF001
        jinja_env=worker.jinja_env,
        settings=worker.settings,
        var_name=name,
        **details,
    )


def accepts(question: Any, data: object) -> bool:  # noqa: ANN401
    """Tell whether a question takes an answer, its validator included."""
    try:
        question.validate_answer(question.parse_answer(data))
    except Exception:  # noqa: BLE001  (a validator is the template's code: it may raise anything)
        return False
    return True


def default(question: Any) -> tuple[object, bool]:  # noqa: ANN401
    """Return the default of a question in its context, and whether it has a valid one."""
    from copier._types import MISSING

    try:
        default = question.get_default()
    except (ValueError, TypeError):  # one that the question's own validator refuses
        return None, False
    return (None, False) if default is MISSING else (default, True)


def facts(template: Any, answers_file: str) -> Facts:  # noqa: ANN401
    """Read what else copier.yml says."""
    options = template.envops
    delimiters = Delimiters(
        str(options.get("variable_start_string", "{{")),
        str(options.get("block_start_string", "{%")),
    )
    secrets = frozenset(template.secret_questions)
    return Facts(answers_file, secrets, delimiters, dict(options), len(template.tasks))

"""The options of a new project, as copier.yml declares them, and the answers to them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from rafters.errors import Problem, UsageError

_BOOLEANS = {
    **dict.fromkeys(("true", "yes", "on", "y", "1"), True),
    **dict.fromkeys(("false", "no", "off", "n", "0"), False),
}


MAX_SHOWN = 60
"""Longest refused answer that is repeated in a message, in characters."""


@dataclass(frozen=True)
class Question:
    """One question of copier.yml.

    Attributes:
        name: key of the answer.
        type: copier's name of the type: `str` or `bool`.
        help: one sentence for the person who answers.
        choices: the answers that are allowed; empty where any is.
        default: the answer when none is given, as declared (it may be Jinja).
        hidden: computed, never asked, not to be set.
    """

    name: str
    type: str
    help: str
    choices: tuple[str, ...]
    default: object
    hidden: bool

    @property
    def about(self) -> str:
        """The help, what it takes, and its default where that is plain."""
        parts = [self.help]
        if self.choices:
            parts.append(f"({', '.join(self.choices)})")
        if isinstance(self.default, bool):
            parts.append(f"[default: {'yes' if self.default else 'no'}]")
        elif self.default not in ("", None) and "{" not in str(self.default):
            parts.append(f"[default: {self.default}]")
        return " ".join(parts)


def read(document: Mapping[str, object]) -> tuple[Question, ...]:
    """Return the questions of a parsed copier.yml, in its order; keys with `_` are settings."""
    return tuple(
        _question(name, details)
        for name, details in document.items()
        if not name.startswith("_") and isinstance(details, Mapping)
    )


def check(questions: Iterable[Question], given: Mapping[str, object]) -> dict[str, object]:
    """Return the given answers in the types of their questions.

    Raises:
        UsageError: with every unknown key and every value that its question does not take.
    """
    known = {question.name: question for question in questions if not question.hidden}
    answers: dict[str, object] = {}
    problems: list[Problem] = []
    for key, value in given.items():
        if key not in known:
            problems.append(_unknown("option", key, known))
            continue
        try:
            answers[key] = _coerce(known[key], value)
        except UsageError as error:
            problems.extend(error.problems)
    if problems:
        raise UsageError(problems)
    return answers


def pairs(items: Iterable[str] | None) -> dict[str, str]:
    """Return `key=value` items as a mapping, the last of a key winning.

    Raises:
        UsageError: for an item without `=` or without a key.
    """
    split = [item.partition("=") for item in items or ()]
    wrong = [f"{key}{equals}{value}" for key, equals, value in split if not (equals and key)]
    if wrong:
        raise UsageError([Problem("bad-set", f"--set {item!a} is not key=value") for item in wrong])
    return {key.strip(): value for key, _, value in split}


def _question(name: str, details: Mapping[str, object]) -> Question:
    choices = details.get("choices", ())
    return Question(
        name=name,
        type=str(details.get("type", "str")),
        help=str(details.get("help", "")),
        choices=tuple(map(str, choices)) if isinstance(choices, list) else (),
        default=details.get("default", ""),
        hidden=details.get("when") is False,
    )


def _coerce(question: Question, value: object) -> object:
    """Return the value in the question's type; raise UsageError if it has no such form."""
    if question.type == "bool":
        answer = _BOOLEANS.get(str(value).strip().lower())
        if answer is None:
            raise _refused(question, value, "say yes or no")
        return answer
    if value is None or isinstance(value, Mapping | list | bool):
        raise _refused(question, value, "type one text")
    text = str(value)
    if not text.isprintable():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise _refused(question, value, "type text that UTF-8 can hold") from None
    if question.choices and text not in question.choices:
        raise UsageError(_unknown(question.name, text, question.choices))
    return text


def _refused(question: Question, value: object, hint: str) -> UsageError:
    shown = ascii(value)
    message = f"{question.name} cannot be {shown if len(shown) < MAX_SHOWN else 'that'}"
    return UsageError(Problem("bad-answer", message, hint))


def _unknown(kind: str, word: str, known: Iterable[str]) -> Problem:
    """Name a word that is not among the known ones, and the nearest that is."""
    words = list(known)
    close = get_close_matches(word.lower(), words, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"one of: {', '.join(words)}"
    code = "unknown-option" if kind == "option" else "unknown-value"
    return Problem(code, f"{kind} {word!a} is not known", hint)

"""Reads a template's questionnaire: what each question can be answered with, as copier has it."""

import json
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from rafters.effects.verification import copier_classes
from rafters.errors import Problem, UsageError
from rafters.plan.verification import samples
from rafters.plan.verification.questionnaire import DEFAULT, Asked, Value

_TOLD = {"help", "placeholder", "qmark", "secret", "multiline"}
"""Keys of a question that change what is shown, and not what can be answered."""

_EVERYTHING = re.compile(
    r"_copier_answers|_external_data|_copier_conf\.data|\binclude\b|\bwith context\b"
)
"""What in a question may look at any answer."""


class Questions:
    """The questions of a template on the disk."""

    def __init__(
        self,
        template: Path,
        destination: Path,
        *,
        pins: Mapping[str, str],
        values: Mapping[str, Sequence[object]],
        trust: bool,
        hostile: bool,
    ) -> None:
        """Read copier.yml.

        Args:
            template: its folder.
            destination: where renders are made; defaults may look at its name.
            pins: answers as they were typed, the only ones of their questions.
            values: more answers to try, by question.
            trust: whether code of the template may run.
            hostile: whether free text is also tried with what breaks quoting.

        Raises:
            UsageError: copier.yml is wrong, or needs trust; a pin or a value has no question.
        """
        self._pins, self._values, self._hostile = pins, values, hostile
        try:
            self._worker = copier_classes.worker(template, destination, trust=trust)
            self._details: Mapping[str, Mapping[str, Any]] = self._worker.template.questions_data
            extensions = self._worker.template.jinja_extensions
        except Exception as error:
            raise _wrong("copier.yml", error) from error
        if extensions and not trust:
            message = f"the template runs code of its own: {', '.join(extensions)}"
            raise UsageError(Problem("needs-trust", message, "if you trust it, add --trust"))
        self.facts = copier_classes.facts(
            self._worker.template, answers_file=str(self._worker.template.answers_relpath)
        )
        self._open = bool(extensions)  # an extension may look at any answer
        for name in (*pins, *values):
            if name not in self._details:
                message = f"the template has no question {name!a}"
                hint = f"its questions: {', '.join(self._details)}"
                raise UsageError(Problem("unknown-question", message, hint))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The questions, in their order."""
        return tuple(self._details)

    def sources(self, name: str) -> frozenset[str]:
        """Return the earlier questions whose answers a question may look at."""
        earlier = self.names[: self.names.index(name)]
        details = self._details[name]
        text = "\n".join(_texts([details[key] for key in details if key not in _TOLD]))
        if "{" not in text and not self._custom_delimiters:
            return frozenset()
        if self._open or _EVERYTHING.search(text):
            return frozenset(earlier)
        return frozenset(set(earlier) & set(re.findall(r"\w+", text)))

    @property
    def _custom_delimiters(self) -> bool:
        return any(key.endswith("_string") for key in self._worker.template.envops)

    def look(self, name: str, answers: Mapping[str, object]) -> Asked:
        """Return what a question comes to, after these answers to the ones before it.

        Raises:
            UsageError: it cannot be told, for the template is wrong.
        """
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return self._look(name, answers)
        except UsageError:
            raise
        except Exception as error:
            raise _wrong(f"question {name}", error, answers) from error

    def _look(self, name: str, answers: Mapping[str, object]) -> Asked:
        question = copier_classes.question(self._worker, name, self._details[name], answers)
        if not question.get_when() or not question.get_ask():
            default, known = copier_classes.default(question)
            return Asked(hidden=True, computed=default, missing=not known)
        if name in self._pins:
            return Asked(self._pinned(question, self._pins[name]))
        default, known = copier_classes.default(question)
        tried = _unique(self._tried(question, default if known else None, known=known))
        return Asked(
            tuple(value for value in tried if copier_classes.accepts(question, value.data))
        )

    def _pinned(self, question: Any, text: str) -> tuple[Value, ...]:  # noqa: ANN401
        """Return the answer that was typed, in the question's type."""
        typed: object = text
        if question.multiselect:
            typed = [item for item in text.split(",") if item]
        try:
            data = question.parse_answer(typed)
            question.validate_answer(data)
        except Exception as error:
            message = f"{question.var_name} cannot be {text!a}: {error}"
            raise UsageError(Problem("bad-answer", message)) from error
        return (Value(text, data),)

    def _tried(self, question: Any, default: object, *, known: bool) -> Iterator[Value]:  # noqa: ANN401
        """Yield what to try, the default first; the question's validator has the last word."""
        kind = question.get_type_name()
        more = self._values.get(question.var_name, ())
        choices = [
            question.cast_answer(choice.value)
            for choice in question._formatted_choices  # noqa: SLF001  (choices with their answers)
            if not choice.disabled
        ]
        if question.multiselect:
            sets = [[], *([item] for item in choices), choices]
            yield from ([Value(_label(default), default)] if known else [])
            yield from (Value(_label(item), item) for item in sets)
        elif choices or kind == "bool":
            options = choices or [False, True]
            first = [item for item in options if known and item == default]
            yield from (Value(_label(item), item) for item in (*first, *options))
        else:
            bounded = bool(question.validator)
            hostile = self._hostile and not question.secret
            free = samples.free(question.var_name, kind, bounded=bounded, hostile=hostile)
            if known and copier_classes.accepts(question, default):
                yield Value(DEFAULT, default)
            else:
                yield from self._example(question, free.examples)
            yield from (Value(_label(item), item) for item in more)
            for group in free.groups:
                taken = [item for item in group if copier_classes.accepts(question, item)]
                yield from (Value(_label(item), item) for item in taken[:1])

    def _example(self, question: Any, examples: Sequence[object]) -> Iterator[Value]:  # noqa: ANN401
        """Yield the first example that a question takes."""
        for item in examples:
            if copier_classes.accepts(question, item):
                yield Value("example", item)
                return


def _texts(value: object) -> Iterator[str]:
    """Yield all texts in what a question is made of."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(key)
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def _label(data: object) -> str:
    """Return what an answer is called."""
    if isinstance(data, str):
        return data
    if isinstance(data, list):
        return "+".join(map(_label, data)) or "(none)"
    return json.dumps(data, default=str)


def _unique(values: Iterator[Value]) -> list[Value]:
    """Leave out values whose label came before."""
    found: dict[str, Value] = {}
    for value in values:
        found.setdefault(value.label, value)
    return list(found.values())


def _wrong(where: str, error: Exception, answers: Mapping[str, object] | None = None) -> UsageError:
    """Say where a template is wrong."""
    after = (
        f"\nafter {', '.join(f'{k}={_label(v)}' for k, v in answers.items())}" if answers else ""
    )
    message = f"{where}: {str(error) or type(error).__name__}{after}"
    return UsageError(Problem("bad-template", message))

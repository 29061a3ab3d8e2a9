"""Finds answers that fit together: a search that honours conditions, choices and validators."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rafters.plan.verification.questionnaire import Asked, Combination, Questionnaire, Value

Preference = Callable[[str, Sequence[Value], Mapping[str, Value]], Iterable[Value]]
"""Orders the values of a question, given what was chosen before: the first is tried first."""

MAX_STEPS = 20_000
"""Questions that one search looks at before it gives up."""

MAX_CONTEXTS = 20_000
"""Contexts of one question that are looked at for its values."""


class UndecidedError(Exception):
    """A search was given up: neither an answer nor a proof that there is none."""


def in_order(_name: str, values: Sequence[Value], _chosen: Mapping[str, Value]) -> Sequence[Value]:
    """Prefer the values as they stand: the default first."""
    return values


@dataclass
class _State:
    """The answers so far, and how many questions were looked at."""

    required: Mapping[str, str]
    prefer: Preference
    chosen: dict[str, Value] = field(default_factory=dict)
    computed: dict[str, object] = field(default_factory=dict)
    answers: dict[str, object] = field(default_factory=dict)
    steps: int = 0

    def answer(self, name: str, asked: Asked, value: Value | None) -> None:
        """Answer a question; without a value, as it is computed where it is hidden."""
        if value is not None:
            self.chosen[name] = value
            self.answers[name] = value.data
        elif not asked.missing:
            self.computed[name] = self.answers[name] = asked.computed

    def forget(self, name: str) -> None:
        """Take an answer back."""
        for answers in (self.chosen, self.computed, self.answers):
            answers.pop(name, None)


class Search:
    """Searches a questionnaire; each question is looked at once in each context."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        """Know nothing yet."""
        self.names = tuple(questionnaire.names)
        self.sources = {name: questionnaire.sources(name) for name in self.names}
        self._look = questionnaire.look
        self._ordered = {
            name: tuple(other for other in self.names if other in self.sources[name])
            for name in self.names
        }
        self._seen: dict[tuple[object, ...], Asked] = {}

    def asked(self, name: str, answers: Mapping[str, object]) -> Asked:
        """Return what a question comes to in a context."""
        key = (name, *(repr(answers.get(other, ...)) for other in self._ordered[name]))
        if key not in self._seen:
            self._seen[key] = self._look(name, answers)
        return self._seen[key]

    def find(
        self, required: Mapping[str, str], prefer: Preference = in_order
    ) -> Combination | None:
        """Return a combination that has these labels, or `None` where there is none.

        Args:
            required: labels by the names of questions.
            prefer: what is tried first where nothing is required.

        Raises:
            UndecidedError: it takes too long to tell.
        """
        state = _State(required, prefer)
        return _combination(state) if self._extend(0, state) is None else None

    def _extend(self, index: int, state: _State) -> frozenset[str] | None:
        """Answer the questions from this one on; return which earlier answers stand in the way.

        An empty set says that nothing helps; `None` that all are answered. An answer that does
        not stand in the way is not tried anew (conflict-directed backjumping, Prosser 1993).
        """
        if index == len(self.names):
            return None
        state.steps += 1
        if state.steps > MAX_STEPS:
            raise UndecidedError
        name = self.names[index]
        asked = self.asked(name, state.answers)
        blamed = set(self.sources[name])
        for value in self._candidates(name, asked, state):
            state.answer(name, asked, value)
            conflict = self._extend(index + 1, state)
            if conflict is None:
                return None
            state.forget(name)
            if name not in conflict:
                return conflict
            blamed |= conflict - {name}
        return frozenset(blamed)

    def _candidates(self, name: str, asked: Asked, state: _State) -> Iterable[Value | None]:
        """Return what to try for a question; `None` where it is hidden."""
        label = state.required.get(name)
        if asked.hidden:
            return [None] if label is None else []
        if label is not None:
            return [value for value in asked.values if value.label == label]
        return state.prefer(name, asked.values, state.chosen)

    def labels(self, name: str) -> tuple[list[str], bool]:
        """Return the labels that a question can have in any context, and whether all were seen."""
        wanted = self._ancestors(name)
        found: dict[str, None] = {}
        for number, answers in enumerate(self._contexts(wanted, {})):
            if number == MAX_CONTEXTS:
                return list(found), False
            found.update((value.label, None) for value in self.asked(name, answers).values)
        return list(found), True

    def _ancestors(self, name: str) -> list[str]:
        """Return the questions that a question depends on, however far, in their order."""
        known: set[str] = set()
        fresh = set(self.sources[name])
        while fresh:
            known |= fresh
            fresh = {other for item in fresh for other in self.sources[item]} - known
        return [other for other in self.names if other in known]

    def _contexts(
        self, names: Sequence[str], answers: dict[str, object]
    ) -> Iterator[dict[str, object]]:
        """Yield every way to answer some questions that depend on none but each other."""
        if not names:
            yield answers
            return
        name, *others = names
        asked = self.asked(name, answers)
        if asked.hidden:
            given = answers if asked.missing else {**answers, name: asked.computed}
            yield from self._contexts(others, given)
        for value in asked.values:
            yield from self._contexts(others, {**answers, name: value.data})

    def everything(self, index: int = 0, state: _State | None = None) -> Iterator[Combination]:
        """Yield every combination, in the order of questions and values."""
        state = state or _State({}, in_order)
        if index == len(self.names):
            yield _combination(state)
            return
        name = self.names[index]
        asked = self.asked(name, state.answers)
        for value in self._candidates(name, asked, state):
            state.answer(name, asked, value)
            yield from self.everything(index + 1, state)
            state.forget(name)


def _combination(state: _State) -> Combination:
    return Combination(dict(state.chosen), dict(state.computed))

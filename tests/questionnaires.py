"""Questionnaires in memory, with conditions, and those that hypothesis makes up."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from hypothesis import strategies as st

from rafters.plan.verification.questionnaire import Asked, Value

Rule = Callable[[Mapping[str, object], str], bool]


@dataclass(frozen=True)
class Made:
    """A questionnaire: the values of each question, when it is asked, and what goes with what.

    Attributes:
        values: of each question, in order.
        asked: the question and the value of an earlier one with which alone one is asked.
        forbidden: values that an earlier question and its value rule out.
    """

    values: Mapping[str, Sequence[str]]
    asked: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    forbidden: Mapping[str, Sequence[tuple[str, str, str]]] = field(default_factory=dict)

    @property
    def names(self) -> Sequence[str]:
        """The questions' names."""
        return tuple(self.values)

    def sources(self, name: str) -> frozenset[str]:
        """Return the earlier questions that a question looks at."""
        conditions = [self.asked[name][0]] if name in self.asked else []
        return frozenset([*conditions, *(other for other, _, _ in self.forbidden.get(name, ()))])

    def look(self, name: str, answers: Mapping[str, object]) -> Asked:
        """Return what a question comes to."""
        if name in self.asked:
            other, value = self.asked[name]
            if answers.get(other) != value:
                return Asked(hidden=True, missing=True)
        out = {
            own for other, value, own in self.forbidden.get(name, ()) if answers.get(other) == value
        }
        return Asked(tuple(Value(value, value) for value in self.values[name] if value not in out))

    def combinations(self) -> Iterator[dict[str, str]]:
        """Yield every valid combination, by trying them all."""
        seen = set()
        for values in product(*self.values.values()):
            answers: dict[str, str] = {}
            for name, value in zip(self.values, values, strict=True):
                asked = self.look(name, answers)
                if asked.hidden:
                    continue
                if value not in {item.label for item in asked.values}:
                    break
                answers[name] = value
            else:
                if (key := tuple(answers.items())) not in seen:
                    seen.add(key)
                    yield answers


@st.composite
def questionnaires(draw: st.DrawFn) -> Made:
    """Make up a questionnaire of up to six questions with up to four values."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=6))
    values = {f"q{n}": [f"v{v}" for v in range(size)] for n, size in enumerate(sizes)}
    asked: dict[str, tuple[str, str]] = {}
    forbidden: dict[str, list[tuple[str, str, str]]] = {}
    for number in range(1, len(sizes)):
        name, earlier = f"q{number}", st.integers(0, number - 1).map(lambda n: f"q{n}")
        if draw(st.booleans()):
            other = draw(earlier)
            asked[name] = (other, draw(st.sampled_from(values[other])))
        for other in draw(st.lists(earlier, max_size=3)):
            pair = draw(st.sampled_from(values[other])), draw(st.sampled_from(values[name]))
            forbidden.setdefault(name, []).append((other, *pair))
    return Made(values, asked, forbidden)

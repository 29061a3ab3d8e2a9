"""A questionnaire as a plan sees it: what can be answered once the questions before are."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

DEFAULT = "default"
"""Label of a default that is no choice among others, whatever it is in a context."""


@dataclass(frozen=True)
class Value:
    """An answer that a question can get.

    Attributes:
        label: what it is called in plans; two values of a question with one label count as one.
        data: the answer itself, as copier takes it.
    """

    label: str
    data: object = field(compare=False)


@dataclass(frozen=True)
class Asked:
    """What a question comes to in a context.

    Attributes:
        values: what it can be answered with, the default first; empty where it is hidden, and
            where no answer is valid.
        hidden: whether it is not asked.
        computed: the answer that a hidden question has all the same.
        missing: whether a hidden question has none.
    """

    values: tuple[Value, ...] = ()
    hidden: bool = False
    computed: object = None
    missing: bool = False


class Questionnaire(Protocol):
    """The questions of a template, in their order."""

    @property
    def names(self) -> Sequence[str]:
        """The questions' names."""

    def sources(self, name: str) -> frozenset[str]:
        """Return the earlier questions whose answers a question may look at."""

    def look(self, name: str, answers: Mapping[str, object]) -> Asked:
        """Return what a question comes to, after these answers to the ones before it."""


@dataclass(frozen=True)
class Combination:
    """Answers that fit together, one for each question that is asked.

    Attributes:
        chosen: by the names of the questions that are asked, in their order.
        computed: what hidden questions come to.
    """

    chosen: Mapping[str, Value]
    computed: Mapping[str, object] = field(default_factory=dict)

    @property
    def answers(self) -> dict[str, object]:
        """What copier is told; what is hidden it computes itself."""
        return {name: value.data for name, value in self.chosen.items()}

    @property
    def labels(self) -> dict[str, str]:
        """The labels of the answers."""
        return {name: value.label for name, value in self.chosen.items()}

    @cached_property
    def key(self) -> str:
        """Twelve hexadecimal digits that stand for the answers, the same on every machine."""
        text = json.dumps(self.answers, sort_keys=True, default=str)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]

"""What rows of a covering array are to have: answers, or pairs of them."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from rafters.plan.verification.questionnaire import Combination

Level = tuple[str, str]
"""A question and the label of one of its answers."""

Target = frozenset[Level]
"""What is to occur in some row: two levels for pairs, one where each is to occur."""


def targets(labels: Mapping[str, Sequence[str]], strength: int) -> frozenset[Target]:
    """Return all targets that there would be if everything went with everything."""
    levels = [(name, label) for name, known in labels.items() for label in known]
    return frozenset(
        frozenset(group)
        for group in combinations(levels, strength)
        if len({name for name, _ in group}) == strength
    )


def covered(rows: Iterable[Combination], strength: int) -> frozenset[Target]:
    """Return the targets that occur in rows."""
    return frozenset(
        frozenset(group) for row in rows for group in combinations(row.labels.items(), strength)
    )

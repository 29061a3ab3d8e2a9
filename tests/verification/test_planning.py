"""Plans of combinations: they cover what can be covered, and nothing else is in them."""

import random
import time
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from questionnaires import Made, questionnaires

from rafters.errors import UsageError
from rafters.plan.verification import planning, shards
from rafters.plan.verification.planning import Plan, check_strategy
from rafters.plan.verification.search import Search

STRENGTHS = {"each": 1, "pairwise": 2}

TWELVE = Made(
    {
        **{f"kind{n}": ["a", "b", "c", "d"] for n in range(4)},
        **{f"flag{n}": ["yes", "no"] for n in range(5)},
        **{f"size{n}": ["s", "m", "l"] for n in range(3)},
    },
    asked={"flag1": ("kind0", "b"), "size0": ("flag0", "yes"), "size2": ("kind3", "c")},
    forbidden={
        "kind1": [("kind0", "a", "b"), ("kind0", "d", "a")],
        "flag3": [("kind2", "c", "no")],
        "size1": [("kind0", "a", "l"), ("flag2", "no", "s")],
    },
)
"""Twelve questions, of which some are asked under conditions and some answers exclude others."""


def targets(rows: list[dict[str, str]], strength: int) -> set[frozenset[tuple[str, str]]]:
    """Return the groups of answers that occur in rows."""
    return {frozenset(group) for row in rows for group in combinations(row.items(), strength)}


def labels(plan: Plan) -> list[dict[str, str]]:
    """Return the rows of a plan as labels."""
    return [row.labels for row in plan.rows]


@pytest.mark.parametrize("strategy", STRENGTHS)
@settings(max_examples=50)
@given(made=questionnaires(), seed=st.integers(0, 9))
def test_all_that_can_occur_occurs(strategy: str, made: Made, seed: int) -> None:
    """Rows are valid and cover exactly what a trial of everything finds; a seed repeats them."""
    everything = list(made.combinations())
    if not everything:
        with pytest.raises(UsageError):
            planning.plan(made, strategy, seed)
        return
    plan = planning.plan(made, strategy, seed)
    rows, strength = labels(plan), STRENGTHS[strategy]
    assert all(row in everything for row in rows)
    assert targets(rows, strength) == targets(everything, strength)
    assert plan.coverage.complete
    assert plan.coverage.reachable == len(targets(everything, strength))
    assert labels(planning.plan(made, strategy, seed)) == rows


@given(made=questionnaires())
def test_full_is_everything(made: Made) -> None:
    """The strategy `full` has each valid combination once."""
    everything = list(made.combinations())
    if everything:
        rows = labels(planning.plan(made, "full", 0))
        assert sorted(map(str, rows)) == sorted(map(str, everything))


@given(made=questionnaires(), count=st.integers(1, 9), seed=st.integers(0, 9))
def test_random_ones_are_valid_and_differ(made: Made, count: int, seed: int) -> None:
    """As many as were asked for, or all if there are fewer; the seed chooses."""
    everything = list(made.combinations())
    if not everything:
        return
    plan = planning.plan(made, f"random:{count}", seed)
    rows = labels(plan)
    assert all(row in everything for row in rows)
    assert len({str(row) for row in rows}) == len(rows) <= count
    assert labels(planning.plan(made, f"random:{count}", seed)) == rows
    if len(everything) == 1:
        assert rows == everything


@given(made=questionnaires(), data=st.data())
def test_the_search_finds_what_there_is(made: Made, data: st.DataObject) -> None:
    """For any required answers, a valid combination that has them, or none if none has."""
    names = data.draw(st.lists(st.sampled_from(made.names), max_size=3, unique=True))
    wanted = {name: data.draw(st.sampled_from(list(made.values[name]))) for name in names}
    found = Search(made).find(wanted)
    fitting = [row for row in made.combinations() if wanted.items() <= row.items()]
    assert (found is None) == (not fitting)
    if found:
        assert found.labels in fitting


def greedy(values: dict[str, list[str]]) -> int:
    """Count the rows of the textbook's greedy array, which knows no constraints.

    Each row begins with a pair that is left, and takes for each question in a random order what
    covers most; the best of twenty is taken.
    """
    chance = random.Random(1)  # noqa: S311  (no secret)
    left = targets([dict(zip(values, row, strict=True)) for row in everything(values)], 2)
    count = 0
    while left:
        best: set[frozenset[tuple[str, str]]] = set()
        for _ in range(20):
            row = dict(chance.choice(sorted(map(sorted, left))))
            for name in chance.sample(list(values), len(values)):
                if name not in row:
                    row[name] = max(
                        values[name],
                        key=lambda v: sum(
                            frozenset([(name, v), pair]) in left for pair in row.items()
                        ),
                    )
            covered = targets([row], 2) & left
            best = max(best, covered, key=len)
        left -= best
        count += 1
    return count


def everything(values: dict[str, list[str]]) -> list[tuple[str, ...]]:
    """Return rows in which all pairs occur, one for each pair."""
    rows = []
    for (one, some), (other, more) in combinations(values.items(), 2):
        for a in some:
            for b in more:
                row = {name: known[0] for name, known in values.items()} | {one: a, other: b}
                rows.append(tuple(row.values()))
    return rows


def test_constraints_cost_few_rows() -> None:
    """Twelve questions with constraints: at most 1.3 times the rows of an array without."""
    rows = len(planning.plan(TWELVE, "pairwise", 0).rows)
    without = greedy({name: list(values) for name, values in TWELVE.values.items()})
    assert rows <= 1.3 * without, (rows, without)


def test_each_row_is_worth_its_time() -> None:
    """The first is that of the defaults, and no later one could be left out."""
    rows = labels(planning.plan(TWELVE, "pairwise", 0))
    assert rows[0] == next(TWELVE.combinations())
    for number in range(1, len(rows)):
        assert targets(rows, 2) - targets(rows[:number] + rows[number + 1 :], 2)


def test_what_cannot_meet_is_told() -> None:
    """Pairs that no combination has are counted, and not among those that are to be covered."""
    made = Made({"a": ["x", "y"], "b": ["p", "q"]}, forbidden={"b": [("a", "x", "q")]})
    coverage = planning.plan(made, "pairwise", 0).coverage
    assert str(coverage) == "3 of 3 reachable pairs are covered, 1 cannot occur"


def test_defaults_are_one_combination() -> None:
    """The strategy `defaults` has the first answers alone, and says what it leaves."""
    plan = planning.plan(TWELVE, "defaults", 0)
    assert labels(plan) == [next(TWELVE.combinations())]
    assert not plan.coverage.complete


@pytest.mark.parametrize("text", ["pair", "random", "random:0", "random:x", "random:-1", ""])
def test_a_strategy_that_is_none_is_refused(text: str) -> None:
    """What cannot be planned is told, with what can."""
    with pytest.raises(UsageError, match="no strategy"):
        check_strategy(text)


@given(made=questionnaires(), parts=st.integers(1, 6))
def test_shards_have_each_row_once(made: Made, parts: int) -> None:
    """All shards together are the plan, whatever else it has."""
    if not list(made.combinations()):
        return
    rows = planning.plan(made, "full", 0).rows
    found = [shards.part(rows, (number, parts)) for number in range(1, parts + 1)]
    assert sorted(row.key for part in found for row in part) == sorted(row.key for row in rows)
    assert shards.part(rows[1:], (1, parts)) == tuple(row for row in found[0] if row != rows[0])


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "a/b", "1/0", "-1/2"])
def test_a_shard_that_is_none_is_refused(text: str) -> None:
    """What is no part of a whole is told."""
    with pytest.raises(UsageError, match="no shard"):
        shards.check_shard(text)


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("1.5s", 1.5), ("5m", 300), ("2h", 7200)]
)
def test_durations_are_read(text: str, seconds: float) -> None:
    """Seconds, minutes and hours."""
    assert shards.check_duration("--budget", text) == seconds


@pytest.mark.parametrize("text", ["", "0", "5 m", "m", "-1", "1d"])
def test_a_duration_that_is_none_is_refused(text: str) -> None:
    """What is no duration is told, with the option."""
    with pytest.raises(UsageError, match="--budget"):
        shards.check_duration("--budget", text)


if __name__ == "__main__":
    began = time.perf_counter()
    planned = planning.plan(TWELVE, "pairwise", 0)
    told = f"{len(planned.rows)} rows in {time.perf_counter() - began:.2f} s, {planned.coverage}"
    print(told, greedy({n: list(v) for n, v in TWELVE.values.items()}))  # noqa: T201

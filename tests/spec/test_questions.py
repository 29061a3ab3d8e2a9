"""The options of copier.yml and the answers to them."""

import pytest

from rafters.errors import UsageError
from rafters.spec import questions

DOCUMENT: dict[str, object] = {
    "_subdirectory": "template/project",
    "project_name": {"type": "str", "help": "Title.", "default": "{{ package }}"},
    "docker": {"type": "bool", "help": "Docker?", "default": True},
    "ci": {"type": "str", "choices": ["github", "none"], "default": "github"},
    "version": {"type": "str", "default": "1", "when": False},
}
QUESTIONS = questions.read(DOCUMENT)


def test_questions_are_read_in_order_without_settings() -> None:
    """Every key without an underscore is a question, with its choices' values."""
    assert [item.name for item in QUESTIONS] == list(DOCUMENT)[1:]
    assert QUESTIONS[2].choices == ("github", "none")
    assert [item.name for item in QUESTIONS if item.hidden] == ["version"]


@pytest.mark.parametrize(
    ("key", "given", "answer"),
    [
        ("docker", "no", False),
        ("docker", "TRUE", True),
        ("docker", False, False),
        ("ci", "none", "none"),
        ("project_name", 'a "b" {{ c }}\n\0', 'a "b" {{ c }}\n\0'),
        ("project_name", 3.11, "3.11"),
    ],
)
def test_answers_take_the_type_of_their_question(key: str, given: object, answer: object) -> None:
    """What was typed becomes the question's type, and free text is left alone."""
    assert questions.check(QUESTIONS, {key: given}) == {key: answer}


def test_every_fault_is_told_at_once_with_what_was_meant() -> None:
    """Unknown keys and values are told together, each with the nearest that exists."""
    given = {"dokcer": "no", "ci": "gitub", "docker": "maybe", "version": "2"}
    with pytest.raises(UsageError) as raised:
        questions.check(QUESTIONS, given)
    told = {problem.message: problem.hint for problem in raised.value.problems}
    assert told == {
        "option 'dokcer' is not known": "did you mean 'docker'?",
        "ci 'gitub' is not known": "did you mean 'github'?",
        "docker cannot be 'maybe'": "say yes or no",
        "option 'version' is not known": "one of: project_name, docker, ci",
    }


@pytest.mark.parametrize("value", ["\ud800", None, ["a"], {"a": 1}, True])
def test_what_is_no_text_is_no_answer_to_a_text_question(value: object) -> None:
    """A lone surrogate, a list, a mapping, null and a boolean are refused."""
    with pytest.raises(UsageError, match="project_name cannot be"):
        questions.check(QUESTIONS, {"project_name": value})


def test_pairs_split_at_the_first_equals_sign() -> None:
    """A value may hold `=`, may be empty, and the last of a key wins."""
    assert questions.pairs(["a=b=c", "d=", "a=e"]) == {"a": "e", "d": ""}
    assert questions.pairs(None) == {}


@pytest.mark.parametrize("item", ["docker", "=no", ""])
def test_an_item_that_is_no_pair_is_refused(item: str) -> None:
    """`--set` without a key or a value says what it takes."""
    with pytest.raises(UsageError, match="is not key=value"):
        questions.pairs([item])

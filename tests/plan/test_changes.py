"""Plans and the diff that shows them."""

from rafters.plan.changes import creation, diff
from rafters.plan.tree import File, of_text


def test_a_plan_creates_its_tree_in_order() -> None:
    """Changes stand in the order of their paths, and so does one that comes later."""
    plan = creation(of_text({"b": "1\n", "a": "2\n"})).with_file("aa", b"3\n")
    assert [change.path for change in plan.changes] == ["a", "aa", "b"]


def test_a_diff_shows_every_line_and_no_secret() -> None:
    """Content and mode of each file are there, of the secret one the name alone."""
    tree = of_text({"a": "one\ntwo\n", ".env": "KEY=secret\n"}) | {"run": File(b"x\n", True)}  # noqa: FBT003
    shown = "\n".join(diff(creation(tree)))
    assert "+one\n+two\n" in shown
    assert "diff --git a/run b/run\nnew file mode 100755\n" in shown
    assert "diff --git a/.env b/.env\n" in shown
    assert "secret\n" not in shown

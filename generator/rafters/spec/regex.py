"""What a regular expression matches: whether a text, and which texts."""

from collections.abc import Iterator
from functools import lru_cache, partial
from itertools import product

from rafters.errors import Problem, UsageError
from rafters.spec.pattern import Chars, Choice, Node, PatternError, Place, Repeat, Sequence, parse

_POOL = (
    "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "_-.@/+#!%&,:;=?~ ()[]{}'\"$*<>^`|\\"
)
_REACHES = (64, 1024)
_TRIES = 20
_MISSES = 50
_PAD = Repeat(Chars((("a", "z"), ("0", "9"))), 0, None)


def fault(pattern: str) -> PatternError | None:
    """Return why a pattern is none that Python and Rust read alike, or `None` if it is one."""
    tree = _tree(pattern)
    return tree if isinstance(tree, PatternError) else None


def matches(pattern: str, text: str) -> bool:
    """Tell whether a pattern matches anywhere in a text, in time that does not explode."""
    tree = _tree(pattern)
    if isinstance(tree, PatternError):
        raise tree
    node, ignores_case = tree
    return bool(_Matcher(text, ignores_case=ignores_case).ends(node, set(range(len(text) + 1))))


def examples(pattern: str, least: int, most: int | None, count: int) -> list[str]:
    """Return up to `count` different texts that a pattern matches, the same ones each time.

    Args:
        pattern: what is to match somewhere in each.
        least: characters that each has at least.
        most: characters that each has at most; `None` for no bound.
        count: how many are wanted.

    Raises:
        UsageError: the pattern is none, or no text within the bounds was found.
    """
    problem = fault(pattern)
    if problem:
        raise UsageError(Problem("bad-regex", problem.message, problem.hint))
    found = samples(pattern, least, most, count)
    if not found:
        message = f"no text matches the regex {pattern!r} within the bounds"
        raise UsageError(Problem("bad-regex", message, "widen the bounds or the regex"))
    return list(found)


@lru_cache(maxsize=256)
def samples(pattern: str, least: int, most: int | None, count: int) -> tuple[str, ...]:
    """Return what `examples` does, or nothing where nothing was found."""
    tree = _tree(pattern)
    if isinstance(tree, PatternError):
        return ()
    found: dict[str, None] = {}
    padded = Sequence((_PAD, tree[0], _PAD))
    for reach, node in product(_REACHES, (tree[0], padded)):
        cap = least + reach if most is None else min(most, least + reach)
        misses = 0
        for text in _Maker(cap).texts(node, least, count * _TRIES):
            if text in found:
                continue
            if matches(pattern, text):
                found[text] = None
            else:
                misses += 1
            if len(found) == count or (misses > _MISSES and misses > len(found)):
                break
        if len(found) == count:
            break
    return tuple(found)


@lru_cache(maxsize=256)
def _tree(pattern: str) -> tuple[Node, bool] | PatternError:
    try:
        return parse(pattern)
    except PatternError as error:
        return error


def _holds(chars: Chars, letter: str, *, ignores_case: bool = False) -> bool:
    """Tell whether a character is one of some."""
    forms = {letter, letter.lower(), letter.upper()} if ignores_case else {letter}
    found = any(first <= form <= last for first, last in chars.ranges for form in forms) or any(
        _in_class(name, letter) for name in chars.classes
    )
    return found is not chars.negated


def _in_class(name: str, letter: str) -> bool:
    if name in "dD":
        found = letter.isdecimal()
    elif name in "sS":
        found = letter.isspace()
    else:
        found = letter == "_" or letter.isalnum()
    return found is not name.isupper()


class _Matcher:
    """A text, and the ends of what matches in it: all at once, so that no pattern is slow."""

    def __init__(self, text: str, *, ignores_case: bool) -> None:
        """Keep the text, and whether its case matters."""
        self.text = text
        self.ignores_case = ignores_case

    def ends(self, node: Node, starts: set[int]) -> set[int]:
        """Return where a part can end that starts at one of some places."""
        match node:
            case Chars():
                size, takes = len(self.text), partial(_holds, ignores_case=self.ignores_case)
                return {at + 1 for at in starts if at < size and takes(node, self.text[at])}
            case Place(kind=kind):
                return {at for at in starts if self._is_at(kind, at)}
            case Sequence(parts=parts):
                for part in parts:
                    starts = self.ends(part, starts)
                return starts
            case Choice(options=options):
                return set().union(*(self.ends(option, starts) for option in options))
            case Repeat(part=part, least=least, most=most):
                return self._repeat(part, starts, least, most)

    def _repeat(self, part: Node, starts: set[int], least: int, most: int | None) -> set[int]:
        for _ in range(least):
            following = self.ends(part, starts)
            if following == starts:
                break
            starts = following
        seen, new, left = set(starts), starts, None if most is None else most - least
        while new and left != 0:
            new = self.ends(part, new) - seen
            seen |= new
            left = None if left is None else left - 1
        return seen

    def _is_at(self, kind: str, at: int) -> bool:
        if kind in "^A":
            return at == 0
        if kind == "$":
            return at == len(self.text)
        before, after = self.text[:at][-1:], self.text[at : at + 1]
        return (bool(before) and _in_class("w", before)) is not (
            bool(after) and _in_class("w", after)
        )


class _Maker:
    """What makes texts of a pattern, of any length up to a greatest one.

    The lengths that a part can have are the bits of a number: bit 3 stands for three characters.
    """

    def __init__(self, cap: int) -> None:
        """Start with the same state each time."""
        self.mask = (1 << (cap + 1)) - 1
        self.known: dict[int, tuple[Node, int]] = {}
        self.powers: dict[int, list[int]] = {}
        self.state = 1

    def texts(self, node: Node, least: int, tries: int) -> Iterator[str]:
        """Yield texts that are at least so long; their places are not looked at."""
        lengths = [size for size in _bits(self.lengths(node)) if size >= least]
        for turn in range(tries if lengths else 0):
            size = lengths[min(turn, self._draw(len(lengths)))]
            yield self.make(node, size)

    def lengths(self, node: Node) -> int:
        """Return the lengths that a part can have."""
        known = self.known.get(id(node))
        if known is None:
            known = self.known[id(node)] = (node, self._lengths(node) & self.mask)
        return known[1]

    def make(self, node: Node, size: int) -> str:
        """Return a text of a part, of a length that it can have."""
        match node:
            case Chars():
                letters = _letters(node)
                return letters[self._draw(len(letters))]
            case Sequence(parts=parts):
                return self._make_sequence(parts, size)
            case Choice(options=options):
                fitting = [option for option in options if self.lengths(option) >> size & 1]
                return self.make(fitting[self._draw(len(fitting))], size)
            case Repeat():
                return "".join(self._copies(node, size))
            case _:
                return ""

    def _lengths(self, node: Node) -> int:
        match node:
            case Chars():
                return 2 if _letters(node) else 0
            case Sequence(parts=parts):
                total = 1
                for part in parts:
                    total = self._sum(total, self.lengths(part))
                return total
            case Choice(options=options):
                total = 0
                for option in options:
                    total |= self.lengths(option)
                return total
            case Repeat(least=least, most=most):
                powers = self._powers(node)
                total = powers[-1] if least >= len(powers) else 0
                for power in powers[least : None if most is None else most + 1]:
                    total |= power
                return total
            case _:
                return 1

    def _powers(self, node: Repeat) -> list[int]:
        """Return the lengths of none, one, two, … of a part, up to where nothing new comes."""
        known = self.powers.get(id(node))
        if known is None:
            part, known = self.lengths(node.part), [1]
            while node.most is None or len(known) <= node.most:
                power = self._sum(known[-1], part)
                if not power or power == known[-1]:
                    if not power and len(known) <= node.least:
                        known.append(0)
                    break
                known.append(power)
            self.powers[id(node)] = known
        return known

    def _sum(self, one: int, other: int) -> int:
        """Return the lengths of two parts, one after the other."""
        if one.bit_count() > other.bit_count():
            one, other = other, one
        total = 0
        for size in _bits(one):
            total |= other << size
        return total & self.mask

    def _make_sequence(self, parts: tuple[Node, ...], size: int) -> str:
        rests = [1]
        for part in reversed(parts):
            rests.append(self._sum(rests[-1], self.lengths(part)))
        made = []
        for part, rest in zip(parts, reversed(rests[:-1]), strict=True):
            own = self._split(self.lengths(part), rest, size)
            made.append(self.make(part, own))
            size -= own
        return "".join(made)

    def _copies(self, node: Repeat, size: int) -> Iterator[str]:
        """Yield the copies of a part that have a size together; empty ones are left out."""
        powers, end = self._powers(node), None if node.most is None else node.most + 1
        fitting = [times for times, power in enumerate(powers) if power >> size & 1]
        wanted = [times for times in fitting if times in range(node.least, end or len(powers))]
        times = wanted[self._draw(len(wanted))] if wanted else fitting[-1]
        while size:
            own = self._split(self.lengths(node.part), powers[times - 1], size)
            yield self.make(node.part, own)
            size, times = size - own, times - 1

    def _split(self, first: int, rest: int, size: int) -> int:
        """Return a length of the first part that leaves a length of the rest."""
        fitting = [own for own in _bits(first) if own <= size and rest >> (size - own) & 1]
        return fitting[self._draw(len(fitting))]

    def _draw(self, end: int) -> int:
        """Return a number below an end, as if by chance but the same in each run."""
        self.state = self.state * 6364136223846793005 + 1442695040888963407 & (1 << 64) - 1
        return (self.state >> 33) % end


@lru_cache(maxsize=256)
def _letters(chars: Chars) -> str:
    """Return characters that some hold and people can read."""
    plain = "".join(letter for letter in _POOL if _holds(chars, letter))
    ends = "".join(sorted({letter for pair in chars.ranges for letter in pair}))
    return plain or "".join(c for c in ends if c.isprintable() and _holds(chars, c))


def _bits(number: int) -> Iterator[int]:
    """Yield the places of the bits that are set."""
    while number:
        low = number & -number
        yield low.bit_length() - 1
        number ^= low

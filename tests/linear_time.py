"""Texts that make a careless pattern or text function slow, and how its time grows with their length.

A text is (beginning, part, end): the part is repeated until the text has the wanted length. Parts come from
the syntax tree of a pattern (its own words, what each of its repetitions repeats) and from a list of runs.
"""

from __future__ import annotations

import contextlib
import gc
import math
import random
import re
import re._constants as op
import re._parser as sre
import signal
import time
from collections.abc import Callable, Iterable, Iterator

Text = tuple[str, str, str]

#: Lengths begin small, because a pattern whose time doubles with every character never ends on a long text.
LENGTHS = (16, 24, 32, 256, 2048, 8192)
#: Below this a time says nothing; above it, time per doubling of the length must stay under `RATIO_MAX`.
FLOOR_S = 0.001
#: A text of this length shows what grows with its square: that takes longer than the floor by then.
LONG_ENOUGH = 2048
RATIO_MAX = 2.5
TRIES = 3
#: A busy machine makes one measurement look like growth; real growth shows in every one.
CONFIRMATIONS = 8
#: So long a time is judged at once.
HOPELESS_S = 0.5
WAIT_S = 20
#: Repetitions of one pattern that are tried.
PUMPS_MAX = 16

RUNS = (
    *"!?。.,\"“’*_~`[](<{}|/\\-=@:;$ \n\t0aA真é한",
    "?!", "\u0301", "\u0327\u0301", "\u200d", "\u3000", "\r\n", "\n\n", " \n", "\n>", "\n- ", "\n1. ",
    "s e n d ", "no ", "word ", "1 ", "1.", "1-", "a.", "a_", "a_ ", "a@", "a.b@", "[a](", "<a ", "<!--", "**a",
    "{\"a\":", "[[", "\\N", "&amp;", "真真，", "二", "http://", "00:00 ", "00:00:00,000 --> ", "A: ", "\"a\" ",
)  # fmt: skip
_CHARS = "a1 -.x真_,:/A@\n\"'é<["


def of_runs() -> Iterator[Text]:
    """Runs of marks and of short pieces, alone and ending in something else."""
    for run in RUNS:
        yield "a", run, "\x00z"


def of_pattern(pattern: str, flags: int) -> Iterator[Text]:
    """Words made of the pattern's own syntax tree, repeated; then the same for each of its repetitions."""
    tree = sre.parse(pattern, flags & ~re.DEBUG)
    chance = random.Random(len(pattern))
    wholes = {_sample(tree, chance) for _ in range(3)}
    pumped = {(before, inner) for _ in range(3) for before, inner in _pumps(tree, chance, "") if inner}
    for whole in filter(None, wholes):
        yield "", whole, ""
        yield "", whole, "\x00"
        yield "", whole[: len(whole) // 2 + 1], "\x00"
    for before, inner in sorted(pumped)[:: len(pumped) // PUMPS_MAX + 1]:
        yield before, inner, "\x00"
        yield "", inner, "\x00"


def slow_on(use: Callable[[str], object], texts: Iterable[Text]) -> str:
    """What made `use` slow, or an empty text."""
    for text in texts:
        try:
            with _alarm():
                grown = growth(use, text)
        except TimeoutError:
            return f"never ends on {text!r}"
        if grown:
            return f"{grown:.1f} times the time for twice the text on {tuple(part[:40] for part in text)!r}"
    return ""


@contextlib.contextmanager
def _alarm() -> Iterator[None]:
    """A pattern lets signals through while it searches, so one that never ends is found too."""

    def ring(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, WAIT_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def growth(use: Callable[[str], object], text: Text) -> float:
    """How much the time of `use` grows with a doubling of the text; 0 while it is too short to say."""
    before = (1, 0.0)
    use("a")  # what is loaded at the first call is no time of the text
    for length in LENGTHS:
        if length > LONG_ENOUGH and before[1] < FLOOR_S:
            break
        made = _made(text, length)
        took = _time_of(use, made, 0)
        if took > FLOOR_S and _ratio(before, (len(made), took)) > RATIO_MAX:
            ratio = math.inf
            for turn in range(CONFIRMATIONS):
                time.sleep(turn / 10)  # what slows a machine down lasts longer than one measurement
                ratio = min(ratio, _confirmed(use, text, length, turn))
                if ratio <= RATIO_MAX:
                    break
            else:
                return ratio
        before = (len(made), took)
    return 0.0


def _confirmed(use: Callable[[str], object], text: Text, length: int, turn: int) -> float:
    """The growth per doubling from `length` on or, where even that is short, up to it; the best of a few tries."""
    shorter, longer = (
        _made(text, size) for size in ((length, length * 4) if length > 256 else (length // 2, length))
    )
    if _time_of(use, shorter, turn * TRIES) > HOPELESS_S:
        shorter, longer = _made(text, length // 4), shorter
    took = longest = math.inf
    for number in range(turn * TRIES + 1, (turn + 1) * TRIES + 1):  # in turn: both meet the same machine
        took = min(took, _time_of(use, shorter, number))
        longest = min(longest, _time_of(use, longer, number))
        if longest > HOPELESS_S:
            break
    return _ratio((len(shorter), took), (len(longer), longest)) if longest > FLOOR_S else 0.0


def _ratio(shorter: tuple[int, float], longer: tuple[int, float]) -> float:
    """Growth per doubling between two (length, seconds)."""
    doublings = math.log2(longer[0] / shorter[0])
    return float((longer[1] / max(shorter[1], 1e-6)) ** (1 / doublings)) if doublings > 0.2 else 0.0


def _made(text: Text, length: int) -> str:
    before, part, after = text
    times = max(1, (length - len(before) - len(after)) // len(part))
    return before + part * times + after


def _time_of(use: Callable[[str], object], text: str, number: int) -> float:
    """Processor seconds of `use` on a text that no other number makes, so that none is answered from memory."""
    text += "z" * (number + 1)
    gc.disable()  # a collection in between is no time of the text either
    begun = time.thread_time()
    use(text)
    took = time.thread_time() - begun
    gc.enable()
    return took


def _pumps(tree: sre.SubPattern, chance: random.Random, before: str) -> Iterator[tuple[str, str]]:
    """What stands before each repetition, and what it repeats."""
    for kind, argument in tree:
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            _, most, inner = argument
            if most > 3:
                yield before, _sample(inner, chance)
                yield before, "".join(_sample(inner, chance) for _ in range(3))
            yield from _pumps(inner, chance, before)
        elif kind is op.BRANCH:
            for branch in argument[1]:
                yield from _pumps(branch, chance, before)
        elif kind in (op.SUBPATTERN, op.ATOMIC_GROUP, op.ASSERT):
            yield from _pumps(argument[-1] if kind is not op.ATOMIC_GROUP else argument, chance, before)
        before += _sample([(kind, argument)], chance)


def _sample(tree: object, chance: random.Random) -> str:
    """A text that this part of a pattern probably matches."""
    return "".join(_sample_of(kind, argument, chance) for kind, argument in tree)  # type: ignore[attr-defined]


def _sample_of(kind: object, argument: object, chance: random.Random) -> str:
    match kind:
        case op.LITERAL:
            return chr(argument)
        case op.NOT_LITERAL | op.ANY | op.CATEGORY:
            return chance.choice("ab1 x")
        case op.IN:
            return _in(argument, chance)
        case op.BRANCH:
            return _sample(chance.choice(argument[1]), chance)
        case op.SUBPATTERN:
            return _sample(argument[-1], chance)
        case op.ATOMIC_GROUP:
            return _sample(argument, chance)
        case op.ASSERT:
            return _sample(argument[1], chance) if argument[0] < 0 else ""
        case op.MAX_REPEAT | op.MIN_REPEAT | op.POSSESSIVE_REPEAT:
            least, most, inner = argument
            times = min(most, max(least, chance.choice((least, 1, 2))))
            return "".join(_sample(inner, chance) for _ in range(min(times, 40)))
        case _:
            return ""


def _in(members: list[tuple[object, object]], chance: random.Random) -> str:
    """A character of a set."""
    kind, argument = chance.choice(members)
    if members[0][0] is op.NEGATE or kind is op.CATEGORY:
        allowed = re.compile(_set_of(members))
        return next((c for c in chance.sample(_CHARS, len(_CHARS)) if allowed.match(c)), "z")
    return chr(argument[0] if kind is op.RANGE else argument)  # type: ignore[index,call-overload]


def _set_of(members: list[tuple[object, object]]) -> str:
    parts = []
    for kind, argument in members:
        if kind is op.NEGATE:
            parts.append("^")
        elif kind is op.RANGE:
            parts.append(f"{re.escape(chr(argument[0]))}-{re.escape(chr(argument[1]))}")  # type: ignore[index]
        elif kind is op.CATEGORY:
            parts.append(_CATEGORIES[argument])
        else:
            parts.append(re.escape(chr(argument)))  # type: ignore[call-overload]
    return f"[{''.join(parts)}]"


_CATEGORIES = {
    op.CATEGORY_DIGIT: r"\d", op.CATEGORY_NOT_DIGIT: r"\D", op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S", op.CATEGORY_WORD: r"\w", op.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip

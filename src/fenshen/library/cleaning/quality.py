"""How noisy the text of an item is, in plain numbers. Pure; knows nothing about grades or the database."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from fenshen.library.cleaning.sketches import plain
from fenshen.library.language import reading_length
from fenshen.library.passages import Passage
from fenshen.library.sentences import sentence_spans

#: Automatic captions have no sentence ends; people's longest sentences stay below this.
UNPUNCTUATED_WORDS = 60
#: A line that comes again within so many lines is a repeat, as recognisers make in silence.
REPEAT_LINES = 3

_NOTES = re.compile(r"[\[(（【♪][^\])）】♪]{0,200}[\])）】♪]|[♪♫♬]+")
_NO_WORD = re.compile(r"\ufffd|(.)\1{3}|^[^\W\d_aeiouyà-ÿ\u0100-\uffff]{6,}$|^[\W_]*[\[<{]")


@dataclass(frozen=True)
class Noise:
    """How noisy an item is.

    Attributes:
        words: its length, Chinese weighted to carry the same amount; every share below is of something in it.
        non_word_share: words that are none: undecodable characters, `[__]`, one character four times in a
            row, six consonants alone.
        repeated_share: lines that are the same as one of the three before.
        music_share: lines that only note a sound (`[Music]`, `♪`).
        words_per_sentence: mean length of a sentence; above 60 there are no sentence ends.
        is_unpunctuated: so it is, as in automatic captions.
    """

    words: float = 0.0
    non_word_share: float = 0.0
    repeated_share: float = 0.0
    music_share: float = 0.0
    words_per_sentence: float = 0.0
    is_unpunctuated: bool = False


def noise(passages: Sequence[Passage]) -> Noise:
    """The noise in an item's passages; all zeros when it has no words."""
    text = "\n".join(passage.text for passage in passages)
    words = reading_length(text)
    tokens = Counter(text.split())
    if not tokens:
        return Noise()
    lines = [line for passage in passages for line in _lines(passage)]
    per_sentence = words / max(1, len(sentence_spans(text)))
    return Noise(
        words=round(words, 1),
        non_word_share=_share(sum(n for t, n in tokens.items() if _is_no_word(t)), tokens.total()),
        repeated_share=_share(_repeats(plain(line) for line in lines), len(lines)),
        music_share=_share(sum(1 for line in lines if not _NOTES.sub("", line).strip()), len(lines)),
        words_per_sentence=round(per_sentence, 1),
        is_unpunctuated=per_sentence > UNPUNCTUATED_WORDS,
    )


def _lines(passage: Passage) -> list[str]:
    """What was shown or heard at once, or the sentences of written text."""
    if len(passage.times) < 2:
        return [passage.text[start:end] for start, end in sentence_spans(passage.text)]
    starts = [offset for offset, _ in passage.times]
    return [passage.text[a:b].strip() for a, b in zip(starts, [*starts[1:], len(passage.text)], strict=True)]


def _repeats(lines: Iterable[str]) -> int:
    recent: list[str] = []
    count = 0
    for line in lines:
        count += line in recent
        recent = [*recent[1 - REPEAT_LINES :], line]
    return count


def _share(count: int, total: int) -> float:
    return round(count / total, 4) if total else 0.0


@lru_cache(maxsize=100_000)
def _is_no_word(token: str) -> bool:
    return _NO_WORD.search(token.casefold()) is not None

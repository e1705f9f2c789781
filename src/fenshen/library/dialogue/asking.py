"""Interviews that name nobody: questions set apart as headings, bold, italic or behind long dashes, with the answers below.

    blocks with how each is set → `asked_in` → who says each block: `Q`, `A`, nobody

A writer's own list of questions looks the same, and is asked about too. Knows nothing about markup.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from fenshen.library.dialogue.names import UNNAMED

_ASKS = re.compile(r"[?？؟;\u037e]\W{0,12}$|(?:[かの]|でしょう|呢|吗|嗎|까요|나요|습니까)[。.]$")
#: A dash of whoever asks, or of whoever answers; a second one in the paragraph tells a story on.
_DASHED, _TOLD = re.compile(r"[–—―─]{1,3}\s?\S"), re.compile(r"\s[–—―]\s?\S")
_SENTENCE = re.compile(r"[.!?…。！？][\"'”’)\]*_]*$")
#: A writer's own questions say so above.
_OWN = re.compile(
    r"\bfaqs?\b|frequently asked|常见问题|よくある質問|häufig|foire aux questions|preguntas frecuentes",
    re.IGNORECASE,
)
_ASKED_MIN, _ASKED_SHARE, _TITLES_MAX = 2, 0.5, 4
#: Sentences in bold that ask nothing are remarks of whoever asks only where they are long.
_REMARK_WORDS = 6


def asked_in(blocks: Sequence[tuple[str, str]], title: str = "") -> list[str | None]:
    """Who says each block of a text: `Q` and `A` in an interview of which only the questions are set apart.

    Args:
        blocks: the text of each and how the whole of it is set: a level of headings, bold, or `""`.
    """
    nobody: list[str | None] = [None] * len(blocks)
    way = _way(blocks)
    if way is None or _is_own(title, [text for text, _ in blocks]):
        return nobody
    first = next(at for at, (text, how) in enumerate(blocks) if how == way and _SENTENCE.search(text))
    return [
        UNNAMED if at < first else "Q" if how == way and _SENTENCE.search(text) else "A"
        for at, (text, how) in enumerate(blocks)
    ]


def _is_own(title: str, texts: Sequence[str]) -> bool:
    return any(map(_OWN.search, [title, *texts[:_TITLES_MAX]]))


def asked_behind_dashes(texts: Sequence[str], title: str = "") -> list[str | None]:
    """Who says each paragraph where those behind a long dash take turns with those without, and one side asks."""
    nobody: list[str | None] = [None] * len(texts)
    dashed = [at for at, text in enumerate(texts) if _DASHED.match(text)]
    if (
        len(dashed) < _ASKED_MIN
        or _is_own(title, texts)
        or any(after - at == 1 for at, after in pairwise(dashed))
    ):
        return nobody
    behind = frozenset(dashed)
    plain = [at for at in range(max(0, dashed[0] - 1), len(texts)) if at not in behind]
    if not plain or any(_TOLD.search(texts[at], 2) for at in dashed):
        return nobody
    asking = [sum(bool(_ASKS.search(texts[at])) for at in side) / len(side) for side in (dashed, plain)]
    if max(asking) < _ASKED_SHARE or asking[0] == asking[1]:
        return nobody
    by_dash, bare = ("Q", "A") if asking[0] > asking[1] else ("A", "Q")
    first = dashed[0] if by_dash == "Q" else max(0, dashed[0] - 1)
    return [
        UNNAMED if at < first else by_dash if _DASHED.match(text) else bare for at, text in enumerate(texts)
    ]


def _way(blocks: Sequence[tuple[str, str]]) -> str | None:
    """How the questions are set, if there are some and each is answered below."""
    answered = Counter(
        how for (text, how), (_, behind) in pairwise(blocks) if how and not behind and _is_said(text, how)
    )
    for way, times in answered.items():
        all_so_set = [text for text, how in blocks if how == way and (way[0] != "#" or len(text) > 1)]
        asking = sum(bool(_ASKS.search(text)) for text in all_so_set)
        remarks = sum(_is_remark(text) for text in all_so_set)
        is_emphasised = not way.startswith("#")
        enough = times >= _ASKED_MIN and times >= _ASKED_SHARE * len(all_so_set)
        if enough and (asking * 2 >= len(all_so_set) or (is_emphasised and remarks == len(all_so_set))):
            return way
    return None


def _is_said(text: str, how: str) -> bool:
    return bool(_ASKS.search(text)) or (not how.startswith("#") and _is_remark(text))


def _is_remark(text: str) -> bool:
    return bool(_SENTENCE.search(text)) and len(text.split()) >= _REMARK_WORDS

"""What a style judge looks at: words that carry grammar rather than topic, and texts without names.

Pure. Knows nothing about classifiers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_ENGLISH = (
    "a about after again all also always am an and any are as at away back be because been before being "
    "but by can could did do does don done down each either enough even ever every few first for from get go got "
    "had has have he her here him his how however i if in into is isn it its just know last less let like "
    "little lot many may me might more most much must my myself need never no nor not nothing now of off "
    "often on once one only or other our out over own perhaps quite rather really s same say see she "
    "should so some something still such sure t than that the their them then there these they thing "
    "things this those though through till to too under until up upon us very was we well were what when "
    "where which while who whom why will with without won would yes yet you your yourself im ive its "
    "dont didnt doesnt isnt wasnt wont cant thats youre theyre"
)
_CHINESE = "的了是在我你他她它们这那有和就不都也很吗呢吧啊呀么什怎为个一说要会到着过把被给让从对跟又才还没别再先后里上下来去"
FUNCTION_WORDS = frozenset([*_ENGLISH.split(), *_CHINESE])
_ORDER = sorted(FUNCTION_WORDS)
_PLACE = {word: at for at, word in enumerate(_ORDER)}
_WORD = re.compile(r"[\u3400-\u9fff]|[a-z]+", re.IGNORECASE)
_NAME = re.compile(r"(?<=[a-z,;] )(?:[A-Z][\w’'-]+ ?)+(?<! )")
_MARKS = ".,;:!?'\"-…、。，！？"

#: Words in a piece that is judged, about as many as an answer has.
PIECE_WORDS = 40


def without_names(text: str) -> str:
    """`text` with names inside sentences and digits covered, so that topics tell less."""
    return re.sub(r"\d", "0", _NAME.sub("X", text))


def function_word_rates(texts: Sequence[str]) -> NDArray[np.float64]:
    """Rate of every function word and punctuation mark, and the mean word and sentence length.

    Returns:
        (texts, features).
    """
    rates = np.zeros((len(texts), len(_ORDER) + len(_MARKS) + 2))
    for row, text in enumerate(texts):
        found = _WORD.findall(text.lower().replace("’", "'").replace("'", ""))
        count = max(1, len(found))
        for word in found:
            if word in _PLACE:
                rates[row, _PLACE[word]] += 1.0 / count
        for at, mark in enumerate(_MARKS, len(_ORDER)):
            rates[row, at] = text.count(mark) / count
        rates[row, -2] = sum(map(len, found)) / count / 10.0
        rates[row, -1] = count / max(1, len(re.findall(r"[.!?。！？]+", text))) / 40.0
    return rates


def pieces(text: str, size: int = PIECE_WORDS) -> list[str]:
    """`text` cut into stretches of about `size` words (Chinese: twice as many characters)."""
    if re.search(r"[\u3400-\u9fff]", text):
        cut = [text[at : at + 2 * size] for at in range(0, len(text), 2 * size)]
    else:
        told = text.split()
        cut = [" ".join(told[at : at + size]) for at in range(0, len(told), size)]
    return cut if len(cut) < 2 or len(cut[-1]) * 2 >= len(cut[0]) else cut[:-1]

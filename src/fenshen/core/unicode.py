"""Unicode normal forms in linear time.

`unicodedata.normalize` sorts each run of combining marks by insertion, so a long run takes quadratic time.
No script needs more than a few marks on one letter; what stands beyond thirty is dropped before the sort.
Knows nothing about languages.

Source: Unicode Standard Annex 15, section 13, "Stream-Safe Text Format".
"""

from __future__ import annotations

import unicodedata
from typing import Literal

MARKS_MAX = 30


def normalized(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    """`text` in a normal form, at most thirty combining marks in a row."""
    if text.isascii():
        return text
    kept, marks = [], 0
    for c in text:
        marks = marks + 1 if unicodedata.combining(c) else 0
        if marks <= MARKS_MAX:
            kept.append(c)
    return unicodedata.normalize(form, "".join(kept))

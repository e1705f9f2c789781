"""Normal forms of text with many marks."""

from __future__ import annotations

import unicodedata

from fenshen.core.unicode import MARKS_MAX, normalized


def test_common_text_is_normalized_as_python_does_it() -> None:
    """Composed letters, wide letters and Hangul come out as the standard says."""
    for text in ("plain", "cafe\u0301 ＡＢＣ 가 ﬁ", "ệ"):
        for form in ("NFC", "NFD", "NFKC", "NFKD"):
            assert normalized(form, text) == unicodedata.normalize(form, text)


def test_a_run_of_marks_is_cut() -> None:
    """A letter keeps its first thirty marks, however many follow, and the next letter its own."""
    made = normalized("NFD", "a" + "\u0327\u0301" * 5000 + "e\u0301")
    assert len(made) == 1 + MARKS_MAX + 2
    assert made.endswith("e\u0301")

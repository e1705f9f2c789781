"""Where a fixed, careful word comes before anything a model may say: danger at home, an emergency, a loss.

The call goes on; only this one answer is ours. A loss told beside a question is left to the twin, which must not
meet "how do I oil Grandma's clock?" with a condolence. Knows nothing about limits or drift.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

from fenshen.trust.normalise import match_forms
from fenshen.trust.phrase_lists import Phrases, compile_phrases, read
from fenshen.trust.sentences import split_sentences


def care_reply(text: str) -> Mapping[str, str] | None:
    """The careful word for `text` by language, if it needs one."""
    sentences = [(sentence, match_forms(sentence)) for sentence in split_sentences(text)]
    asks = any(mark in text for mark in "?？吗")
    for name, phrases, reply in _kinds():
        if name == "loss" and (asks or len(sentences) > 2):
            continue
        if any(phrases.found(forms) for _, forms in sentences):
            return reply
    return None


@functools.cache
def _kinds() -> tuple[tuple[str, Phrases, Mapping[str, str]], ...]:
    return tuple((one["name"], compile_phrases(one), one["reply"]) for one in read("care"))

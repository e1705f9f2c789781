"""Whether somebody says, plainly or obliquely, that they are in danger.

Plain words are in `data/crisis.yaml`, hints and further languages in `data/oblique.yaml`; sayings that only sound like
it are in both. A miss costs more than a false alarm, which costs only a pause: so hints count, and jokes do
not if they are marked as such. Knows nothing about what is done about it.
"""

from __future__ import annotations

import functools

from fenshen.trust.lexicon import subject
from fenshen.trust.normalise import match_forms
from fenshen.trust.phrases import Phrases, compile_phrases, read
from fenshen.trust.sentences import split_sentences


def is_crisis(text: str) -> bool:
    """Whether one of the sentences of `text` says so."""
    return any(_is_crisis(sentence) for sentence in split_sentences(text))


def _is_crisis(sentence: str) -> bool:
    forms = match_forms(sentence)
    plain, (says, never) = subject("crisis"), _oblique()
    if plain.never_means.match_plain(forms):
        return False
    return plain.asks.match(forms) or (says.found(forms) and never.search(forms.plain) is None)


@functools.cache
def _oblique() -> tuple[Phrases, Phrases]:
    data = read("oblique")
    return compile_phrases(data["says"]), compile_phrases(data["never"])

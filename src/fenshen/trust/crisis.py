"""Whether somebody says, plainly or obliquely, that they are in danger.

Plain words are in `data/crisis.yaml`, hints and further languages in `data/oblique.yaml`; sayings that only sound like
it are in both. A miss costs more than a false alarm, which costs only a pause: so hints count, and jokes do
not if they are marked as such. Knows nothing about what is done about it.
"""

from __future__ import annotations

import functools
import re

from fenshen.trust.lexicon import subject
from fenshen.trust.normalise import match_forms
from fenshen.trust.phrase_lists import Phrases, compile_phrases, read
from fenshen.trust.sentences import split_sentences


def is_crisis(text: str) -> bool:
    """Whether one of the sentences of `text` says so."""
    return any(_is_crisis(sentence) for sentence in split_sentences(text))


def local_line(text: str) -> str:
    """A line of help in the language of `text`, where that is neither English nor Chinese; empty otherwise."""
    if script := next((line for pattern, line in _scripts() if pattern.search(text.casefold())), ""):
        return script
    words = match_forms(text).plain.split()
    counts = [(sum(word in known for word in words), line) for known, line in _latin()]
    most, line = max(counts)
    # Two words, and two fifths of all, so that an English sentence with a foreign word stays English.
    return line if most >= 2 and most >= 0.4 * len(words) else ""


def _is_crisis(sentence: str) -> bool:
    forms = match_forms(sentence)
    plain, (says, never) = subject("crisis"), _oblique()
    if plain.never_means.match_plain(forms):
        return False
    return plain.asks.match(forms) or (says.found(forms) and never.search(forms.plain) is None)


@functools.cache
def _scripts() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(sign), one["line"]) for one in read("help") for sign in one.get("signs", ())]


@functools.cache
def _latin() -> list[tuple[frozenset[str], str]]:
    return [
        (frozenset("|".join(one["words"]).split("|")), one["line"]) for one in read("help") if "words" in one
    ]


@functools.cache
def _oblique() -> tuple[Phrases, Phrases]:
    data = read("oblique")
    return compile_phrases(data["says"]), compile_phrases(data["never"])

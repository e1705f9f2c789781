"""Words of a window back in the recording, as segments of about a sentence. Knows nothing about models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fenshen.models.engines.script import simplified
from fenshen.models.engines.whisper_tokens import UNSPACED
from fenshen.models.hearing import Segment, Word
from fenshen.models.speech_spans import Window

_PAUSE_S = 0.8
_SEGMENT_S = 12.0
_SENTENCE_END = (".", "!", "?", "。", "！", "？", "…")
_CLAUSE_END = (",", "，")


def cut_segments(words: Sequence[Word], window: Window, language: str) -> Iterator[Segment]:
    """Words with seconds of the window as segments with seconds of the recording.

    A sentence end or a pause of 0.8 s ends a segment, after 12 s a clause does. Mandarin is simplified.
    """
    group: list[Word] = []
    for word in words:
        start = window.second_at(word.start_s)
        placed = Word(start, max(start, window.second_at(word.end_s, ends=True)), word.text)
        if group and placed.start_s - group[-1].end_s > _PAUSE_S:
            yield _segment(group, language)
            group = []
        group.append(placed)
        ends = placed.text.rstrip().endswith(_SENTENCE_END)
        if ends or (
            placed.end_s - group[0].start_s > _SEGMENT_S and placed.text.rstrip().endswith(_CLAUSE_END)
        ):
            yield _segment(group, language)
            group = []
    if group:
        yield _segment(group, language)


def _segment(words: Sequence[Word], language: str) -> Segment:
    text = "".join(word.text for word in words).strip()
    told = [word.text if language in UNSPACED else word.text.strip() for word in words]
    if language == "zh":
        text, told = simplified(text), [simplified(word) for word in told]
    timed = tuple(Word(w.start_s, w.end_s, t.strip()) for w, t in zip(words, told, strict=True) if t.strip())
    return Segment(words[0].start_s, words[-1].end_s, text, language, timed)

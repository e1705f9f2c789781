"""Heard words to speakers: a stretch of recognised text is split where the speaker changes.

The creator's lines name nobody, as in a document that is all theirs; other voices are `voice 2`, one that
could not be told is `unknown voice`, and words spoken over carry the mark `overlap`. So only what is surely
the creator's becomes theirs. Knows nothing about the database.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from fenshen.library.document import Cue, Mark
from fenshen.library.speakers.decide import Decided, Decisions
from fenshen.models.hearing import Segment, Word

UNKNOWN_VOICE = "unknown voice"
_OVERLAP: frozenset[Mark] = frozenset(["overlap"])


@dataclass(frozen=True)
class Label:
    """Who says a word: `speaker` as a cue has it (`None` is the creator), and whether they are spoken over."""

    speaker: str | None
    overlap: bool


def voice_label(voice: int | None) -> str:
    """What a voice that is not the creator's is called: counted from 1, the longest speaker first."""
    return UNKNOWN_VOICE if voice is None else f"voice {voice + 1}"


def split_segment(
    segment: Segment, decisions: Decisions, offset_s: float = 0.0
) -> Iterator[tuple[Segment, Label]]:
    """A recognised segment as stretches of one speaker each, in order.

    Args:
        offset_s: where in the recording the segment's seconds begin.
    """
    if not segment.words:
        yield segment, _label(decisions.turns, segment.start_s + offset_s, segment.end_s + offset_s)
        return
    labels = [
        _label(decisions.turns, word.start_s + offset_s, word.end_s + offset_s) for word in segment.words
    ]
    for label, group in groupby(zip(segment.words, labels, strict=True), key=lambda pair: pair[1]):
        words = tuple(word for word, _ in group)
        if len(words) == len(segment.words):
            yield segment, label
        else:
            yield (
                replace(
                    segment, start_s=words[0].start_s, end_s=words[-1].end_s, text=_text(words), words=words
                ),
                label,
            )


def label_cue(cue: Cue, decisions: Decisions) -> Cue:
    """A timed cue with its speaker, whole: for subtitles, which know no single words.

    A cue that two people share is marked as overlap.
    """
    if cue.start_s is None or cue.end_s is None:
        return cue
    label = _label(decisions.turns, cue.start_s, cue.end_s)
    shared = len({_speaker(turn) for turn in _within(decisions.turns, cue.start_s, cue.end_s)}) > 1
    return labelled(cue, Label(label.speaker, label.overlap or shared))


def labelled(cue: Cue, label: Label) -> Cue:
    """`cue` said by the one the label names."""
    marks = cue.marks | _OVERLAP if label.overlap else cue.marks
    return replace(cue, speaker=label.speaker, marks=marks)


def _label(turns: Sequence[Decided], start_s: float, end_s: float) -> Label:
    """Who speaks most between two seconds; any doubt in it makes it an overlap, silence takes the nearest turn."""
    inside = _within(turns, start_s, end_s)
    if not inside:
        near = min(turns, key=lambda turn: max(turn.start_s - end_s, start_s - turn.end_s), default=None)
        return Label(_speaker(near), near.overlap) if near is not None else Label(UNKNOWN_VOICE, False)
    shares: dict[str | None, float] = {}
    for turn in inside:
        shared_s = min(turn.end_s, end_s) - max(turn.start_s, start_s)
        shares[_speaker(turn)] = shares.get(_speaker(turn), 0.0) + shared_s
    speaker = max(shares, key=lambda name: shares[name])
    return Label(speaker, len(shares) > 1 or any(turn.overlap for turn in inside))


def _within(turns: Sequence[Decided], start_s: float, end_s: float) -> list[Decided]:
    first = bisect_right(turns, start_s, key=lambda turn: turn.end_s)
    found = []
    for turn in turns[first:]:
        if turn.start_s >= end_s:
            break
        found.append(turn)
    return found


def _speaker(turn: Decided) -> str | None:
    if turn.decision == "creator":
        return None
    return voice_label(turn.voice)


def _text(words: Sequence[Word]) -> str:
    wide = any(ord(word.text.strip()[:1] or " ") > 0x2E80 for word in words)
    return ("" if wide else " ").join(word.text.strip() for word in words)

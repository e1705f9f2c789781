"""Passages: what the index finds, the model learns from and a citation points at.

A document's cues are joined per speaker and cut at sentence ends into 40-120 words (72-216 Chinese
characters); chats and Q&A keep one turn per passage. Every passage remembers when each of its cues
begins, so that a citation of any character opens at the right second. Pure; knows nothing about the
database.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from fenshen.core.ids import digest_text
from fenshen.library.clean import clean_text
from fenshen.library.dialogue.names import plain
from fenshen.library.document import Cue, Document
from fenshen.library.language import HAN, HAN_PER_WORD, detect_language, reading_length
from fenshen.library.sentences import clause_ends, sentence_spans

WORDS_MIN = 40
WORDS_GOAL = 70
WORDS_MAX = 120
TURN_WORDS_MAX = 220

_TOKEN = re.compile(rf"[{HAN}]|[^\s{HAN}]{{1,60}}\s*")
_WIDE = re.compile(rf"[{HAN}\u3000-\u303f\uff00-\uffef“”‘’…—]")

Times = tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Passage:
    """A quotable stretch of one item, said by one speaker.

    Attributes:
        ordinal: place within the item, from 0.
        start_s: when its first cue begins, seconds; `None` in written items.
        anchor: what a link ends with: `t=83` (seconds) or `p=4` (counted from 1 within the item).
        is_creator: the creator said or wrote it.
        times: `(character offset, second)` of every cue that begins in it, rising.
        marks: why the words are not the creator's own to learn, if so; see `document.Mark`.
        original: text, times and speaker as they were read, where somebody changed them by hand.
    """

    id: str
    item_id: str
    creator: str
    ordinal: int
    start_s: float | None
    end_s: float | None
    anchor: str
    speaker: str | None
    is_creator: bool
    text: str
    language: str
    times: Times = ()
    marks: tuple[str, ...] = ()
    original: dict[str, Any] | None = None


@dataclass(frozen=True)
class _Stretch:
    """Text cut from a run: its span in the run's text and its length in words."""

    start: int
    end: int
    words: float
    ends_paragraph: bool = False


def second_at(passage: Passage, char_offset: int) -> float | None:
    """When the character at `char_offset` is being said: the start of its cue, so never too late."""
    if not passage.times:
        return passage.start_s
    index = bisect_right(passage.times, char_offset, key=lambda time: time[0])
    return passage.times[max(0, index - 1)][1]


def is_owner(speaker: str | None, owner_names: Iterable[str]) -> bool:
    """Whether `speaker` is one of the creator's names; a document that names nobody is the creator's own.

    Case, spaces and decoration do not count, so a handle is its name: `@mara_quill` is Mara Quill.
    """
    return speaker is None or plain(speaker) in {plain(name) for name in owner_names}


def cut_passages(
    document: Document, item_id: str, creator: str, language: str, owner_names: Sequence[str]
) -> list[Passage]:
    """The passages of `document` in order; empty when it holds no text.

    Args:
        owner_names: names under which the creator speaks, besides `document.owner`.
    """
    names = [*owner_names, *([document.owner] if document.owner else [])]
    found: list[Passage] = []
    for run in _runs(document):
        speaker = clean_text(run[0].speaker).replace("\n", " ")[:200] if run[0].speaker else None
        owned = is_owner(speaker, names)
        for text, times, end_s in _cut_run(run, document.turns):
            start_s = times[0][1] if times else None
            ordinal = len(found)
            found.append(
                Passage(
                    id=f"psg_{digest_text(item_id, str(ordinal))[:26]}",
                    item_id=item_id,
                    creator=creator,
                    ordinal=ordinal,
                    start_s=start_s,
                    end_s=end_s,
                    anchor=f"p={ordinal + 1}" if start_s is None else f"t={int(start_s)}",
                    speaker=speaker,
                    is_creator=owned,
                    text=text,
                    language=detect_language(text, language),
                    times=times,
                    marks=tuple(sorted(run[0].marks)),
                )
            )
    return found


def join_cues(run: Sequence[Cue]) -> tuple[str, list[int]]:
    """The text of neighbouring cues and where each begins in it; written paragraphs keep their line breaks."""
    parts: list[str] = []
    offsets: list[int] = []
    length = 0
    for cue in run:
        text = cue.text.replace("\n", " ") if cue.start_s is not None else cue.text
        if parts:
            gap = "\n" if cue.start_s is None else gap_between(parts[-1], text)
            parts.append(gap)
            length += len(gap)
        offsets.append(length)
        parts.append(text)
        length += len(text)
    return "".join(parts), offsets


def _runs(document: Document) -> Iterator[list[Cue]]:
    cleaned = ((cue, clean_text(cue.text)) for cue in document.cues)
    cues = [replace(cue, text=text) for cue, text in cleaned if text]
    if document.turns:
        yield from ([cue] for cue in cues)
    else:
        yield from (list(group) for _, group in groupby(cues, key=lambda cue: (cue.speaker, cue.marks)))


def _cut_run(run: list[Cue], is_turn: bool) -> Iterator[tuple[str, Times, float | None]]:
    text, offsets = join_cues(run)
    for start, end in _pack(text, offsets if run[0].start_s is not None else [], is_turn):
        first = bisect_right(offsets, start) - 1
        last = bisect_right(offsets, end - 1) - 1
        times = tuple(
            (max(0, offsets[at] - start), float(second))
            for at in range(first, last + 1)
            if (second := run[at].start_s) is not None
        )
        yield text[start:end], times, run[last].end_s


def gap_between(before: str, after: str) -> str:
    """What joins two cues that are said one after the other: nothing between Chinese characters, else a space."""
    return "" if _WIDE.match(before[-1:]) and _WIDE.match(after[:1]) else " "


def _pack(text: str, cue_offsets: list[int], is_turn: bool) -> list[tuple[int, int]]:
    """Spans of passages: stretches gathered to about `WORDS_GOAL`, never above `WORDS_MAX`."""
    if is_turn and reading_length(text) <= TURN_WORDS_MAX:
        return [(0, len(text))]
    groups: list[list[_Stretch]] = []
    words = 0.0
    for stretch in _stretches(text, cue_offsets):
        previous = groups[-1][-1] if groups else None
        full = previous is not None and (
            words >= WORDS_GOAL
            or words + stretch.words > WORDS_MAX
            or (words >= WORDS_MIN and previous.ends_paragraph)
        )
        if previous is None or full:
            groups.append([])
            words = 0.0
        groups[-1].append(stretch)
        words += stretch.words
    _even_out(groups)
    return [(group[0].start, group[-1].end) for group in groups]


def _even_out(groups: list[list[_Stretch]]) -> None:
    """Give a last group that is too short to its neighbour, or share the two evenly."""
    if len(groups) < 2 or sum(s.words for s in groups[-1]) >= WORDS_MIN:
        return
    both = groups[-2] + groups[-1]
    total = sum(s.words for s in both)
    if total <= WORDS_MAX:
        groups[-2:] = [both]
        return
    sums = [sum(s.words for s in both[:at]) for at in range(1, len(both))]
    at = min(range(len(sums)), key=lambda i: abs(sums[i] - total / 2)) + 1
    groups[-2:] = [both[:at], both[at:]]


def _stretches(text: str, cue_offsets: list[int]) -> Iterator[_Stretch]:
    """Sentences; one that is too long is cut at cues and clauses, and at words as a last resort."""
    breaks: list[int] | None = None
    for start, end in sentence_spans(text):
        words = reading_length(text[start:end])
        if words <= WORDS_MAX and end - start <= WORDS_MAX * 10:
            yield _Stretch(start, end, words, text[end : end + 1] == "\n")
            continue
        if breaks is None:
            breaks = sorted({*cue_offsets, *([] if len(cue_offsets) > 1 else clause_ends(text))})
        yield from _split(text, start, end, breaks)


def _split(text: str, start: int, end: int, breaks: list[int]) -> Iterator[_Stretch]:
    inner = breaks[bisect_right(breaks, start) : bisect_right(breaks, end - 1)]
    for left, right in zip([start, *inner], [*inner, end], strict=True):
        words, begin = 0.0, left
        for token in _TOKEN.finditer(text, left, right):
            if words >= WORDS_GOAL:
                yield _Stretch(begin, _rstrip(text, begin, token.start()), words)
                words, begin = 0.0, token.start()
            words += 1 / HAN_PER_WORD if len(token[0]) == 1 and _WIDE.match(token[0]) else 1
        if text[begin:right].strip():
            yield _Stretch(begin, _rstrip(text, begin, right), words)


def _rstrip(text: str, start: int, end: int) -> int:
    return start + len(text[start:end].rstrip())

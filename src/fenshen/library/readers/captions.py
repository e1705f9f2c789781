"""What a screen showed, back to what was said once: the part that every caption format shares.

    cues as written → spoken lines (markup, sounds, adverts gone) → rolling captions unrolled → one language
    → document (who speaks is told by `dialogue`: lines that begin with a name or a dash stay lines)

YouTube's automatic captions show two lines that scroll: each line appears up to three times, and so
it does after a conversion to SRT. A line that repeats the end of what is already on screen is
dropped; files that do not scroll are left alone, so a speaker may still repeat themself. Pure; knows
nothing about file formats.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from fenshen.core.errors import BadInput
from fenshen.library.dialogue.notations import begins_speech, turn_mark
from fenshen.library.document import Cue, Document
from fenshen.library.language import count_han, count_words, detect_language

#: Tags without a value of their own, and tags whose value may be anything (`<v Otto>`, `<c.yellow>`, `<font color=red>`).
_BARE = (
    "i|b|u|s|em|strong|p|div|rt|rp|ruby|small|big|sub|sup|center|tt|strike|del|ins|mark|q|code|pre|bdi|bdo"
)
_VALUED = "c|v|lang|font|span|a|sync|color|size|basefont"
_ATTRIBUTES = r"(?:\s+[\w:-]{1,40}\s*=[^<>\n]{0,300})?"
_TAG = re.compile(
    rf"<(?:{_BARE})(?:\.[^\s<>]{{0,80}})?{_ATTRIBUTES}\s{{0,9}}/?>"
    rf"|<(?:{_VALUED})(?:[.\s][^<>\n]{{0,300}})?/?>"
    rf"|<\s?/\s?(?:{_BARE}|{_VALUED})\s?>"
    r"|<(?:\d{1,4}:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<\s?/?\s?br(?:\s[^<>\n]{0,80})?\s?/?\s?>|\\N|\[br\]", re.IGNORECASE)
_READING = re.compile(r"<(rt|rp)>[^<>\n]{0,100}</\1>", re.IGNORECASE)
#: Overrides such as `{\an8}` and notes such as `{Otto leaves}`.
_CURLY = re.compile(r"\{[^{}\n]{0,300}\}")
#: What YouTube puts for a word it does not want to write.
_BLANKED = re.compile(r"\[\s{0,5}_{1,5}\s{0,5}\]")
#: Marks for the direction of writing and for where lines may break.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u061c\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]")
_NOTES = re.compile("[\u2669-\u266c\U0001f3b5\U0001f3b6\U0001f3bc]")


def plain_lines(line: str) -> list[str]:
    """The lines that `line` shows, without markup."""
    text = _untagged(_CURLY.sub("", line))
    if "&" in text:
        text = _untagged(html.unescape(text))
    text = text.replace("\\h", " ").replace("\u00a0", " ")
    return _INVISIBLE.sub("", _NOTES.sub("", _BLANKED.sub("", text))).split("\n")


def _untagged(text: str) -> str:
    return _TAG.sub("", _READING.sub("", _BREAK.sub("\n", text)))


#: Scrolling files repeat a line in nearly every cue, spoken repetition in few.
_ROLLING_SHARE = 0.4
_BILINGUAL_SHARE = 0.8
_TOUCHING_S = 1.0
_SOUND = re.compile(r"\[[^\[\]_\n]{1,80}\]|[♪♫]")
#: `[Jane]: …`, `>> [Jane] …`; sounds are written small or in capitals without words behind.
_NAMED = re.compile(
    r"[ \t]{0,8}(?:>{2,3}|[-–—])?[ \t]{0,8}\[[^\[\]\n]{1,40}\](?:[ \t]{0,4}[:：]|[ \t]{1,8}(?=\S))"
)
_ADVERT = re.compile(
    r"^(?:(?:sub(?:title)?s?|captions?) (?:by|downloaded|provided|created)|sync(?:ed)? (?:and|by)|www\.\S+$|https?://\S+$"
    r"|(?:down)?load(?:ed)? .{0,40}\bfrom\b.{0,20}(?:www\.|https?:)|(?:subtitles?|captions?|字幕).{0,60}(?:www\.|https?:)\S+)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class TimedLines:
    """A cue as written: its lines, markup removed."""

    start_s: float
    end_s: float
    lines: tuple[str, ...]
    speaker: str | None = None


def captions_document(
    cues: Iterable[TimedLines], language: str | None = None, *, may_roll: bool = True
) -> Document:
    """The document of cleaned cues in order of time.

    Args:
        language: to choose between two languages in each cue.
        may_roll: lines that come back at once may be scrolling; in songs they are sung again.

    Raises:
        BadInput: `no_text` if nothing is said.
    """
    spoken = [cue for cue in cues if cue.lines]
    spoken = unroll(spoken) if may_roll else spoken
    said = tuple(_cues(one_language(spoken, language)))
    if not said:
        raise BadInput("its subtitles hold no words", code="no_text")
    return Document(kind="video", cues=said, language=language)


def spoken_lines(body: Iterable[str]) -> tuple[str, ...]:
    """The lines of a cue that somebody says: no markup and sounds; none at all in an advert."""
    lines = [" ".join(_unsounded(part).split()) for line in body for part in plain_lines(line)]
    if any(_ADVERT.match(turn_mark(line)[1]) for line in lines):
        return ()
    return tuple(line for line in lines if count_words(line))


def one_language(cues: list[TimedLines], language: str | None) -> list[TimedLines]:
    """The lines in one language when nearly every cue says the same in Chinese and in another one.

    Without `language` it is the one that stands first.
    """
    pairs = [cue for cue in cues if len({count_han(line) > 0 for line in cue.lines}) == 2]
    if not pairs or len(pairs) < _BILINGUAL_SHARE * len(cues):
        return cues
    keep_han = language == "zh" if language else count_han(pairs[0].lines[0]) > 0
    return [
        replace(
            cue,
            lines=tuple(line for line in cue.lines if (detect_language(line) == "zh") == keep_han)
            or cue.lines,
        )
        for cue in cues
    ]


def join_lines(lines: Sequence[str]) -> str:
    """Lines as one; Chinese ones without a space between them."""
    separator = "" if all(count_han(line[-1:] + line[:1]) for line in lines) else " "
    return separator.join(lines)


def unroll(cues: Sequence[TimedLines]) -> list[TimedLines]:
    """`cues` without the lines that only scroll; unchanged when the file does not scroll."""
    if not is_rolling(cues):
        return list(cues)
    shown: tuple[str, ...] = ()
    kept: list[TimedLines] = []
    for cue in cues:
        repeated = _overlap(shown, cue.lines)
        fresh = cue.lines[repeated:]
        if fresh:
            kept.append(replace(cue, lines=fresh))
        elif kept:
            kept[-1] = replace(kept[-1], end_s=max(kept[-1].end_s, cue.end_s))
        shown = (cue.lines or shown) if repeated == 0 else cue.lines
    return kept


def is_rolling(cues: Sequence[TimedLines]) -> bool:
    """Whether most cues begin with a line that is still on screen from the cue before."""
    pairs = [(a, b) for a, b in pairwise(cues) if a.lines and b.lines]
    touching = [(a, b) for a, b in pairs if b.start_s - a.end_s < _TOUCHING_S]
    repeats = sum(1 for a, b in touching if _overlap(a.lines, b.lines))
    return len(touching) >= 2 and repeats >= _ROLLING_SHARE * len(touching)


def _overlap(shown: tuple[str, ...], lines: tuple[str, ...]) -> int:
    """How many of the first `lines` are the last lines of `shown`."""
    for size in range(min(len(shown), len(lines)), 0, -1):
        if shown[-size:] == lines[:size]:
            return size
    return 0


def _unsounded(line: str) -> str:
    """A line without sounds; a name in brackets at its head is none."""
    named = _NAMED.match(line)
    head = named[0] if named else ""
    return head + _SOUND.sub("", line[len(head) :]).strip()


def _cues(cues: Iterable[TimedLines]) -> Iterator[Cue]:
    """Cues as they are said, in one line unless a later line may be somebody else's."""
    for cue in cues:
        parted = any(map(begins_speech, cue.lines[1:]))
        text = "\n".join(cue.lines) if parted else join_lines(cue.lines)
        yield Cue(text, cue.start_s, cue.end_s, cue.speaker)

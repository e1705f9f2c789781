"""The label at the head of one line: whose words follow, as far as the line alone can say. A table of notations.

    [SPEAKER_00]: … · Jane Roe: … · >> OTTO: … · <nick> … · **Jane:** … · Q. … · [00:01:02] Jane: … · Jane (12:03 PM): …
    问：… · THE COURT: … · (Jane) … · Jane — … · Jane<TAB>… · Jane Roe  0:05<NL>…

Whether it *is* a speaker is for `judging`, which sees the whole document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from fenshen.library.dialogue.names import is_diarised, is_name, role_of
from fenshen.library.dialogue.stamps import take_last_stamp, take_stamp

#: How sure a notation is by itself: `sure` says a name and nothing else; `plain` headings use too; `loose` is a dash, a
#: full stop or a line of its own, which must come back again and again.
Strength = Literal["sure", "plain", "loose"]

_MARKS = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_TAG = re.compile(
    r"\[/?(?:b|i|u|size|color)(?:=[^\[\]\n]{1,20})?\]|</?(?:b|i|u|em|strong|p|span|li|div|font)>",
    re.IGNORECASE,
)
_LEAD = re.compile(r"^(?:[\s•·▪►▶]|\[[ xX✓✔]\]\s+|\d{1,4}[.)]\s+|[*+]\s+)*")
_TURN = re.compile(r"^>{2,3}\s*")
_DASH = re.compile(r"^[-–—‐‑−]\s*(?=\S)")
_EMPHASIS = re.compile(r"^[*_`#]+|(?<![*_`])[*_`]+$")
_IRC = re.compile(r"^<\s?[@+~&%! ]?([^<>\s][^<>\n]{0,40}?)\s?>[:：]?\s+(?=\S)")
_BRACKETED = re.compile(
    r"^(?:\[([^\[\]\n]{1,60})\]|\(([^()\n]{1,60})\)|【([^【】\n]{1,60})】|\{([^{}\n]{1,60})\}|〔([^〔〕\n]{1,60})〕|（([^（）\n]{1,60})）)\s*"
)
_COLON = re.compile(r"\s{0,3}(?:[:：︰﹕](?=\s|$|[*_]{1,3}(?:\s|$))|[：︰﹕]|:(?=[^\s\d/\\)(\]DPpOo3*|]))\s*")
_ASIDE = re.compile(r"(?<!\s)\s*[\[(（][^\[\]()（）\n]{1,40}[\])）]$")
_STOPPED = re.compile(
    r"^((?:THE |MR\.? |MS\.? |MRS\.? |DR\.? )?[A-Z][A-Z'\-]{0,20}(?: [A-Z][A-Z'\-]{1,20})?)\.(?:\s++(?:[-–—]\s*+)?|$)(?=\S)"
)
_SPACED = re.compile(r"^([^\n|>»:：\t]{1,40}?)(?:\s+[—–\-|»]\s+|\t+|>\s+|\s+»\s*)(?=\S)")
#: Transcripts of courts: `Q` or `A` and the words.
_LETTER = re.compile(r"^([QA])\s+(?=[\"“'(]?[A-Z0-9])")
_MATRIX = re.compile(r"^(@[\w.\-]{1,40}:[\w.\-]{1,60}\.\w{2,10}):\s+(?=\S)")
_ARROW = re.compile(r"(?<!\s)\s*(?:→|->|➡|⇒|=>)\s*\S.*$")
_ACTION = re.compile(r"^[*•]\s+([^\s*]{1,32})\s+(?=\S)")
_TO = re.compile(
    r"^(?:from\s{1,8})?(.{1,60}?)\s{1,8}(?:to|an|à|a|→|->|发送给|至)\s{1,8}.{1,60}$", re.IGNORECASE
)
LABEL_CHARS_MAX = 70
#: Where marks of a forum or a page may stand round a name.
_TAGGED = 120


@dataclass(frozen=True)
class Label:
    """What stands at the head of a line.

    Attributes:
        name: as written, without marks, times and asides.
        rest: the words behind it; empty where they follow in the next line.
        is_alone: the name fills its line.
        is_turn: `>>` says that somebody else begins to speak.
    """

    name: str
    rest: str
    strength: Strength
    is_alone: bool = False
    is_turn: bool = False


def without_marks(line: str) -> str:
    """`line` without direction marks and byte-order marks."""
    return _MARKS.sub("", line)


def label_of(line: str, *, timed: bool = False) -> Label | None:
    """The label of a line, if it has one; `timed` lines are captions, which hold no lists."""
    text = without_marks(line)
    beginning = text[:_TAGGED] if text[:1] in "[<" else ""
    return next(_labels(_TAG.sub("", beginning) + text[len(beginning) :], timed), None)


def turn_mark(line: str) -> tuple[Literal[">>", "-", ""], str]:
    """The mark with which captions say that somebody else speaks, and the line without it."""
    text = without_marks(line).lstrip()
    if match := _TURN.match(text):
        return ">>", text[match.end() :]
    if match := _DASH.match(text):
        return "-", text[match.end() :]
    return "", text


def begins_speech(line: str) -> bool:
    """Whether a line of a caption may be somebody else's than the line before it."""
    label = label_of(line, timed=True)
    return bool(turn_mark(line)[0]) or (label is not None and label.strength != "loose")


def action_of(line: str) -> tuple[str, str] | None:
    """Who does something in a line such as `* nick waves`, and what."""
    match = _ACTION.match(without_marks(line).strip())
    return (match[1], without_marks(line).strip()[match.end() :]) if match else None


def _labels(line: str, timed: bool) -> Iterator[Label]:
    text = _LEAD.sub("", line.strip()) if not timed else line.strip()
    mark, text = turn_mark(text) if timed or text.startswith(">>") else ("", text)
    is_turn = mark == ">>"
    stamp = take_stamp(text)
    if stamp and (stamp[0].has_time or stamp[0].is_bracketed):
        text = stamp[1].lstrip(" \t-–—|·")
    sure: Strength = "sure" if (stamp and stamp[0].has_time) or is_turn else "plain"
    if (match := _IRC.match(text)) and is_name(match[1]):
        yield Label(match[1].strip(), text[match.end() :], "sure")
    if match := _BRACKETED.match(text):
        inside = next(group for group in match.groups() if group is not None)
        rest = text[match.end() :]
        colon = _COLON.match(rest)
        if is_name(inside) and (rest or colon):
            strength: Strength = "sure" if colon or is_diarised(inside) or sure == "sure" else "loose"
            yield Label(_named(inside), rest[colon.end() :] if colon else rest, strength, is_turn=is_turn)
    if match := _MATRIX.match(text):
        yield Label(match[1], text[match.end() :], "sure")
    yield from _before_colon(text, sure, is_turn)
    if match := _LETTER.match(line.strip()):
        yield Label(match[1], line.strip()[match.end() :], "loose")
    if match := _STOPPED.match(text):
        yield Label(match[1], text[match.end() :], "loose", is_turn=is_turn)
    alone = None if timed else _alone(text, bool(stamp), is_turn)
    if alone is not None and alone.strength == "sure":
        yield alone
    if (
        (not timed or text[:2].isupper())
        and (match := _SPACED.match(text))
        and is_name(_named(match[1]))
        and _is_written_as_name(_named(match[1]))
    ):
        yield Label(_named(match[1]), text[match.end() :], "loose", is_turn=is_turn)
    if alone is not None:
        yield alone


def _before_colon(text: str, strength: Strength, is_turn: bool) -> Iterator[Label]:
    """`Jane:`, `Jane (12:03 PM):`, `**Jane:**`, `Jane [0:12]` with words behind."""
    beginning = text[:LABEL_CHARS_MAX]
    for match in _COLON.finditer(beginning):
        head = beginning[: match.start()]
        rest = text[match.end() :]
        if re.search(r"\d$", head) and re.match(r"\d", rest):
            continue
        timed = take_last_stamp(_EMPHASIS.sub("", head.strip()))
        name = _named(timed[0] if timed else head)
        if is_name(name):
            is_sure = timed is not None and timed[1].has_time
            rest = re.sub(r"^[*_]{1,3}\s*", "", rest)
            if (behind := take_stamp(rest)) and behind[0].is_bracketed and behind[0].has_time:
                is_sure, rest = True, behind[1].strip()
            yield Label(
                name, rest, "sure" if is_sure else strength, is_alone=not rest.strip(), is_turn=is_turn
            )
        return


def _alone(text: str, is_stamped: bool, is_turn: bool) -> Label | None:
    """A line that is a name and, as transcripts do, a time."""
    if len(text) > LABEL_CHARS_MAX + 40 or (
        len(text) > LABEL_CHARS_MAX and not text[-1:].isalnum() and text[-1:] not in ")]）"
    ):
        return None
    timed = take_last_stamp(_EMPHASIS.sub("", text.strip()))
    name = _named(timed[0] if timed else text)
    if (whole := take_stamp(name)) and not whole[1].strip():
        return None
    if is_name(name) and (_is_written_as_name(name) or timed or is_stamped):
        strength: Strength = "sure" if (timed and timed[1].has_time) or is_stamped else "loose"
        return Label(name, "", strength, is_alone=True, is_turn=is_turn)
    return None


def _named(head: str) -> str:
    """The name in what stands before the words: no emphasis, brackets, asides; who it is said to goes too."""
    name = _EMPHASIS.sub("", _EMPHASIS.sub("", head.strip())).strip().strip("\"'“”„「」『』")
    name = _ARROW.sub("", _ASIDE.sub("", name)).strip()
    if (match := _BRACKETED.match(name)) and not name[match.end() :].strip():
        name = next(group for group in match.groups() if group is not None)
    if re.match(r"from\s", name, re.IGNORECASE) and (match := _TO.match(name)):
        name = match[1]
    return name.strip(" \t,，-–—|·")


def _is_written_as_name(name: str) -> bool:
    """Whether a name without a colon behind it looks like one: capitals, or letters that know none."""
    first = next((c for c in name if c.isalpha()), "")
    return bool(role_of(name)) or (bool(first) and not first.islower())

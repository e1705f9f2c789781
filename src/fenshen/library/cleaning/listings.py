"""Lines around a text that nobody says: chapter lists, credits, links, hashtags. Pure."""

from __future__ import annotations

import re
from itertools import accumulate

from fenshen.library.cleaning.sentences import Span

_CHAPTER = re.compile(r"^[(\[【]?(?:\d{1,2}:)?\d{1,2}:\d{2}[)\]】]?\s*[-–—|:：]?\s*\S.{0,120}$")
_LINK = r"(?:https?://|www\.)\S+"
_LABELLED = re.compile(rf"^[^:：\n]{{1,40}}[:：]\s*(?:{_LINK}|@\S+)$", re.IGNORECASE)
_LINK_OR_TAG = re.compile(rf"{_LINK}|[#＃][^\s#＃]+#?|(?<!\S)@\w\S*", re.IGNORECASE)
_CREDIT = re.compile(
    r"^(?:music|song|camera|edit(?:ed|or|ing)|film(?:ed|ing)|shot|produc(?:ed|er|tion)|photo(?:s|graphs?|graphy)|illustrations?|"
    r"thumbnail|sound|direct(?:ed|or)|script|animation|graphics|subtitles|captions|colou?r|voice.?over|outro|intro)\b"
    r"(?: \w+)?(?: by\b|\s*[:：])\s*\S.{0,80}(?<![.!?])$"
    r"|^(?:摄影|摄像|剪辑|音乐|配乐|字幕|后期|文案|封面|出镜|导演|策划|录音|制作|编辑|美术|监制)\s*[:：]\s*\S.{0,40}(?<![。！？])$",
    re.IGNORECASE,
)


def listing_lines(text: str) -> list[Span]:
    """Spans of lines of a written text that are such; a lone time at the start of a line is none."""
    lines = text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    chapters = {at for at, line in enumerate(lines) if _CHAPTER.match(line.strip())}
    found = {at for at in chapters if {at - 1, at + 1} & chapters}
    found |= {at for at, line in enumerate(lines) if _is_furniture(line.strip())}
    return [(starts[at], starts[at] + len(lines[at])) for at in sorted(found)]


def _is_furniture(line: str) -> bool:
    if not line or len(line) > 400:
        return False
    if _LABELLED.match(line) or _CREDIT.match(line):
        return True
    found = _LINK_OR_TAG.findall(line)
    return bool(found) and sum(map(len, found)) >= 0.6 * len(line.replace(" ", ""))

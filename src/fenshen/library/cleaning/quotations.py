"""Which sentences are somebody else's words: block quotes, forwarded messages, long quotations, lyrics.

A quotation counts when it is long and somebody other than the creator is named as its author; what a creator
tells of a conversation stays theirs. Pure.
"""

from __future__ import annotations

import re

from fenshen.library.cleaning.sentences import Span

#: A quotation of fewer words (characters in Chinese) is part of telling a story.
QUOTED_WORDS = 25
QUOTED_CHARACTERS = 45
#: How far before a quotation its author is named.
INTRODUCED_CHARS = 90

_LINE = re.compile(r"^\s*(?:>|RT @\w+)")
_SUNG = re.compile(r"[♪♫♬][^♪♫♬\n]{1,500}[♪♫♬]")
_FORWARDED = re.compile(
    r"^[-\s]{0,12}(?:begin forwarded message|forwarded message|original message|转发的?(?:邮件|消息)|原始邮件)[-:：\s]*$",
    re.IGNORECASE,
)
_QUOTATION = re.compile(
    r"“([^“”]{30,6000})”|「([^「」]{30,6000})」|(?<![^\s(])\"(?=\S)([^\"]{60,6000})(?<=\S)\""
)
_BY_OTHERS = re.compile(
    r"\b(?:wrote|writes|written by|put it|quot(?:e|es|ed|ing)|goes|reads?|in the words of|letter|report said)\b[^.!?]{0,60}[:,]?\s*$"
    r"|(?:写道|写过|回信说|来信说|留言说|曾经?写|引用|原话是?|歌词(?:是|写|里)?(?:唱)?|书里(?:说|写)|文章(?:说|里写))[^。！？]{0,12}[：:，,]?\s*$",
    re.IGNORECASE,
)
_BY_CREATOR = re.compile(
    r"\b(?:I|we|me)\b(?! (?:read|quote|got|found|received))[^.!?]{0,40}$|我(?:说|写|回|跟|告诉|对)[^。！？]{0,20}$"
)


def quoted(text: str) -> list[Span]:
    """Spans of `text` that are somebody else's words, in order of their kind."""
    if not may_quote(text):
        return []
    return [*_lines(text), *(match.span() for match in _SUNG.finditer(text)), *_quotations(text)]


def may_quote(text: str) -> bool:
    """Whether it is worth looking for quotations in `text`."""
    return any(sign in text for sign in '>♪♫♬「“"') or "RT @" in text or "orwarded" in text or "转发" in text


def _lines(text: str) -> list[Span]:
    """Lines that are quoted as a whole; everything below the head of a forwarded message."""
    spans: list[Span] = []
    start = 0
    for line in text.split("\n"):
        if _FORWARDED.match(line):
            return [*spans, (start, len(text))]
        if _LINE.match(line):
            spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans


def _quotations(text: str) -> list[Span]:
    spans: list[Span] = []
    for match in _QUOTATION.finditer(text):
        body = next(group for group in match.groups() if group)
        before = text[max(0, match.start() - INTRODUCED_CHARS) : match.start()]
        if _is_long(body) and _BY_OTHERS.search(before) and not _BY_CREATOR.search(before):
            spans.append(match.span())
    return spans


def _is_long(body: str) -> bool:
    wide = sum(c > "\u2e80" for c in body)
    return wide >= QUOTED_CHARACTERS if 2 * wide > len(body) else len(body.split()) >= QUOTED_WORDS

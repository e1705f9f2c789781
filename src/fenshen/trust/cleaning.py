"""Text at the two boundaries: what a fan typed, and what a model wrote.

`clean_fan_text` refuses what cannot be text and removes what nobody can see; `plain_text` leaves nothing
in a model's words that a page or terminal could act on. Knows nothing about topics.
"""

from __future__ import annotations

import re
import unicodedata

from fenshen.core.errors import BadInput

FAN_TEXT_MAX = 8000
#: Longer than this many times the limit is refused unread; below it, invisible characters are not counted.
RAW_FACTOR = 20
MARKS_MAX = 4
#: Tags inside tags are taken apart this many times; whatever still opens one then loses its bracket.
NESTING_MAX = 4

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])|\x9b[0-?]*[@-~]")
_CONTROL_TOKEN = re.compile(r"<(?=\||/?s>|/?(?:start|end)_of_turn>|[｜])|\[(?=/?INST\])|<(?=</?SYS>>)")
_CONTROL_TOKEN_WHOLE = re.compile(
    r"<\|[^|>\n]{0,40}\|>|</?s>|</?(?:start|end)_of_turn>|\[/?INST\]|<</?SYS>>|<｜[^｜>\n]{0,40}｜>"
)
_HTML = re.compile(
    r"<!--.*?(?:-->|$)|<(script|style)\b.*?(?:</\1\s*>|$)|</?[a-zA-Z!?][^<>]*(?:>|$)",
    re.DOTALL | re.IGNORECASE,
)
_TAG_START = re.compile(r"<(?=[a-zA-Z!?/|])")
_IMAGE = re.compile(r"!\[[^\[\]\n]*\](?:\([^)\n]*\)?|\[[^\]\n]*\])?|!\[")
_LINK = re.compile(r"\[([^\[\]\n]*)\]\([^)\n]*\)?|\]\([^)\n]*\)?")
_REFERENCE = re.compile(r"^[^\S\n]*\[[^\]\n]+\]:\s*\S+.*$", re.MULTILINE)
_URL = re.compile(
    r"\b(?:[a-z][a-z0-9+.-]{1,20}://|www\.|(?:javascript|vbscript):|data:[a-z]+/)[^\s<>\"“”，。！？；）)\]]+"
    r"|\b(?<![a-z0-9.-])(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}/[^\s<>\"“”，。！？；）)\]]+",
    re.IGNORECASE,
)
_HALF = re.compile(r"[\ud800-\udfff]")
_ASCII_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_BLANK_LINES = re.compile(r"\n{3,}")
_JOINERS = "\u200c\u200d"


def clean_fan_text(text: object, max_chars: int = FAN_TEXT_MAX) -> str:
    """What a fan typed, safe to store, show and put in a prompt.

    Invisible, directional and control characters go, stacked accents are cut to four, and the marks by
    which chat templates tell speakers apart are broken by a space.

    Args:
        text: As it came from outside.
        max_chars: How many visible characters are allowed.

    Raises:
        BadInput: `bad_text` (not text, or half a character), `text_too_long`, `empty_text`.
    """
    if not isinstance(text, str):
        raise BadInput("a message must be text", code="bad_text")
    if len(text) > RAW_FACTOR * max_chars:
        raise BadInput(f"a message may have at most {max_chars} characters", code="text_too_long")
    if _HALF.search(text):
        raise BadInput("a message must be valid Unicode; it holds half a character", code="bad_text")
    text = _ANSI.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = unicodedata.normalize("NFC", _limit_marks(_visible(text)))
    text = _CONTROL_TOKEN.sub(lambda match: f"{match[0]} ", text)
    text = _BLANK_LINES.sub("\n\n", text).strip()
    if len(text) > max_chars:
        raise BadInput(
            f"a message may have at most {max_chars} characters; this one has {len(text)}",
            code="text_too_long",
        )
    if not any(unicodedata.category(c)[0] in "LNPS" for c in text):
        raise BadInput("a message cannot be empty", code="empty_text")
    return text


def plain_text(text: str) -> str:
    """Model text without links, images, HTML, escapes or invisible characters.

    Emphasis, lists and citation marks such as `[1]` stay. Works on a piece of a sentence too: half a
    link or tag is removed as well.
    """
    text = _ANSI.sub("", text)
    for _ in range(NESTING_MAX):
        text = _HTML.sub("", _CONTROL_TOKEN_WHOLE.sub("", text))
    text = _TAG_START.sub("", text)
    text = _REFERENCE.sub("", _IMAGE.sub("", text))
    text = _URL.sub("", _LINK.sub(lambda match: match[1] or "", text))
    return _limit_marks(_visible(text))


def _visible(text: str) -> str:
    if text.isascii():
        return _ASCII_UNSEEN.sub("", text)
    kept = []
    for index, c in enumerate(text):
        if c in "\n\t":
            kept.append(c)
        elif c in _JOINERS:
            if _joins(text, index):
                kept.append(c)
        elif unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"):
            kept.append("\n" if c in "\u2028\u2029" else c)
    return "".join(kept)


def _joins(text: str, index: int) -> bool:
    """Whether a joiner stands where scripts and emoji need one: never beside Latin or Chinese."""
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    if text[index] == "\u200d" and before and after:
        emoji = ("So", "Sk", "Mn")
        if unicodedata.category(before) in emoji and unicodedata.category(after) == "So":
            return True
    return bool(before and after) and all("\u0600" <= c <= "\u0dff" for c in before + after)


def _limit_marks(text: str) -> str:
    if text.isascii():
        return text
    kept, marks = [], 0
    for c in text:
        marks = marks + 1 if unicodedata.category(c) in ("Mn", "Me") else 0
        if marks <= MARKS_MAX:
            kept.append(c)
    return "".join(kept)

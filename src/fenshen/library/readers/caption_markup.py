"""What is markup in a line of captions, and what is only a sign that somebody wrote. Pure; knows nothing about times.

    line as written → tags, notes in curly brackets and invisible marks gone → one or more plain lines

Only tags that caption formats have are tags, so `5 < 6 and 7 > 3` stays. A break (`<br>`, `\\N`, `[br]`) is a
new line, never nothing. Of ruby the base stays, its reading goes.
"""

from __future__ import annotations

import html
import re

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

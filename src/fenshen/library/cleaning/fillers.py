"""Spoken fillers taken out of cues: um, uh, you know; 嗯, 那个, 就是说. Pure.

Fillers are style and stay unless the creator wants them out. Words that are fillers only sometimes go only
where punctuation or repetition shows it: in captions without punctuation "you know" stays. The times of the
cues do not change; a cue of fillers alone is left out.
"""

from __future__ import annotations

import re
from dataclasses import replace

from fenshen.library.document import Document

_SOUNDS = r"u+m+|u+h+|uhm+|e+rm+|er|h+m{2,}|m{2,}"
_ASIDES = r"you know|i mean|sort of|kind of|like"
#: A filler with the pauses around it and the letter that follows. An aside needs both pauses, or begins a sentence.
_FILLER = re.compile(
    rf"(?P<before>,\s*)?(?<![\w'’-])(?P<filler>(?:{_SOUNDS})(?![\w'’-])(?P<after>,|\.\.\.?|…)?"
    rf"|(?:(?<=, )|(?<=[.!?] )|(?<![\s\S]))(?:{_ASIDES}),)\s*(?P<next>\w?)",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    r"(?:(?<![\s\S])|(?<=[，。！？、…\s]))(?:嗯+|呃+|唔+|额+)(?:[，、…\s]+|(?=[。！？])|$)"
    r"|(?P<again>那个|这个|就是说?|然后)(?:[，、…]*(?P=again))+(?P<pause>[，、…]*)"
    r"|(?:(?<![\s\S])|(?<=[，。！？、…]))(?:那个|就是说)[，、…]+"
)


def drop_fillers(document: Document) -> Document:
    """`document` without fillers, if it is English or Chinese: "er" is a word in German."""
    if document.language not in (None, "en", "zh"):
        return document
    cues = tuple(replace(cue, text=text) for cue in document.cues if (text := without_fillers(cue.text)))
    return replace(document, cues=cues)


def without_fillers(text: str) -> str:
    """`text` without fillers; what begins a sentence then has the capital letter that the filler had."""
    kept = _FILLER.sub(_without, _CHINESE.sub(_said_once, text))
    if kept == text:
        return text
    kept = re.sub(r"(?<![,\s])[,\s]+([.!?])", r"\1", kept).strip(" ,，、")
    return kept if re.search(r"\w", kept) else ""


def _without(match: re.Match[str]) -> str:
    """What is left of a filler: a pause if it had only the one before it, and the letter after it; ER stays."""
    if match["filler"].isupper():
        return match[0]
    had_capital = match["filler"][:1].isupper()
    letter = match["next"].upper() if had_capital else match["next"]
    is_between = match["before"] and match["filler"].endswith(",")
    return f"{', ' if match['before'] and not is_between else ' ' if is_between else ''}{letter}"


def _said_once(match: re.Match[str]) -> str:
    """那个那个人 is 那个人, but nothing is left of 那个，那个，at the beginning of a clause."""
    if not match["again"]:
        return ""
    begins = match.start() == 0 or match.string[match.start() - 1] in "，。！？、… "
    return "" if begins and match["pause"] else match["again"]

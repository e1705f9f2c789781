"""Where sentences end, in English and Chinese, while the text is still arriving.

Pure: text in, sentences out; joining them gives the text back, character for character. Knows nothing
about what sentences say.
"""

from __future__ import annotations

import re

#: An unfinished sentence longer than this is cut, so that nothing is held back for ever.
SENTENCE_MAX = 400

_ABBREVIATIONS = frozenset(
    [
        "mr", "mrs", "ms", "dr", "prof", "sr", "jr", "st", "vs", "etc", "e.g", "i.e", "eg", "ie", "cf", "no",
        "nos", "approx", "fig", "vol", "p", "pp", "a.m", "p.m", "dept", "est", "inc", "ltd", "co", "u.s", "u.k",
        "gen", "rev", "hon", "capt", "sgt", "mt", "ft", "min", "max", "jan", "feb", "mar", "apr", "jun", "jul",
        "aug", "sept", "sep", "oct", "nov", "dec",
    ]
)  # fmt: skip
_CLOSERS = "\"'”’」』）)]】》*_~"
_CHINESE_ENDS = "。！？；…"
_ENGLISH_ENDS = ".!?"
_LAST_WORD = re.compile(r"[A-Za-z](?:[A-Za-z.]*[A-Za-z])?$")
_NUMBERED = re.compile(r"(?:^|\n)[ \t>*-]*\d{1,3}$")


def take_sentences(text: str, *, final: bool = False) -> tuple[list[str], str]:
    """Finished sentences at the start of `text`, and the rest.

    A sentence keeps the one space or line break that follows it. A line break ends one too.

    Args:
        text: Everything not yet taken.
        final: No more text will come, so the rest is a sentence.

    Returns:
        Sentences in order, and what is still unfinished (empty when `final`).
    """
    sentences = []
    while (end := _first_end(text, final)) is not None:
        sentences.append(text[:end])
        text = text[end:]
    if final and text:
        sentences.append(text)
        text = ""
    return sentences, text


def split_sentences(text: str) -> list[str]:
    """Every sentence of a whole text, spaces at the ends dropped."""
    return [sentence.strip() for sentence in take_sentences(text, final=True)[0] if sentence.strip()]


def _first_end(text: str, final: bool) -> int | None:
    for index, c in enumerate(text[:SENTENCE_MAX]):
        if c == "\n" and text[:index].strip():
            return index + 1
        if c in _CHINESE_ENDS or c in _ENGLISH_ENDS:
            end = _end_after(text, index, final)
            if end is not None:
                return end
    return _forced_end(text) if len(text) >= SENTENCE_MAX else None


def _end_after(text: str, index: int, final: bool) -> int | None:
    """Where the sentence whose final mark is at `index` ends, if one does and that can be known yet."""
    end = index + 1
    while end < len(text) and text[end] in _CLOSERS + _CHINESE_ENDS + _ENGLISH_ENDS:
        end += 1
    if end == len(text):
        return None
    if any(c in _CHINESE_ENDS for c in text[index:end]):
        return end + 1 if text[end] in " \n" else end
    dot = text[index] == "." and end == index + 1
    if text[end].isspace():
        return None if dot and _abbreviates(text[:index]) else end + 1
    begins_chinese = text[end] >= "\u2e80" and not text[index - 1 : index].isdigit()
    return end if begins_chinese else None


def _abbreviates(before: str) -> bool:
    if _NUMBERED.search(before):
        return True
    word = _LAST_WORD.search(before)
    return word is not None and (
        word[0].lower() in _ABBREVIATIONS or (len(word[0]) == 1 and word[0].isupper() and word[0] != "I")
    )


def _forced_end(text: str) -> int:
    """The last comma or space before the cap, so that no word is cut in two unless it must be."""
    for marks in ("，、；：,;:", " \t"):
        cut = max(text.rfind(mark, SENTENCE_MAX // 2, SENTENCE_MAX) for mark in marks)
        if cut > 0:
            return cut + 1
    return SENTENCE_MAX

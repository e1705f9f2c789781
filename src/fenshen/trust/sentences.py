"""Where sentences end, in English and Chinese, while the text is still arriving.

Pure: text in, sentences out; joining them gives the text back, character for character. Knows nothing
about what sentences say.
"""

from __future__ import annotations

import re

#: An unfinished sentence longer than this is cut, so that nothing is held back for ever.
SENTENCE_MAX = 400
#: A longer run of marks is cut too, after so many.
RUN_MAX = 400

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
_ENDS = frozenset(_CHINESE_ENDS + ".!?")
_RUN = _ENDS | frozenset(_CLOSERS)
#: Longer than any abbreviation or list number: a full stop needs no look at everything before it.
_LOOK_BACK = 24
_LAST_WORD = re.compile(r"[A-Za-z](?:[A-Za-z.]{0,22}[A-Za-z])?$")
_NUMBERED = re.compile(r"[ \t>*-]*\d{1,3}")


def take_sentences(text: str, *, final: bool = False) -> tuple[list[str], str]:
    """Finished sentences at the start of `text`, and the rest.

    A sentence keeps the one space or line break that follows it. A line break ends one too.

    Args:
        text: Everything not yet taken.
        final: No more text will come, so the rest is a sentence.

    Returns:
        Sentences in order, and what is still unfinished (empty when `final`).
    """
    sentences, start = [], 0
    while (end := _first_end(text, start, final)) is not None:
        sentences.append(text[start:end])
        start = end
    if final and start < len(text):
        sentences.append(text[start:])
        start = len(text)
    return sentences, text[start:]


def split_sentences(text: str) -> list[str]:
    """Every sentence of a whole text, spaces at the ends dropped."""
    return [sentence.strip() for sentence in take_sentences(text, final=True)[0] if sentence.strip()]


def _first_end(text: str, start: int, final: bool) -> int | None:
    """Where the sentence that begins at `start` ends; every character is looked at once, runs of marks too."""
    stop = min(len(text), start + SENTENCE_MAX)
    index, blank = start, True
    while index < stop:
        c = text[index]
        if c == "\n" and not blank:
            return index + 1
        blank = blank and c.isspace()
        if c in _ENDS:
            after = _run_end(text, index)
            end = _end_after(text, start, index, after)
            if end is not None:
                return end
            index = after
        else:
            index += 1
    return _forced_end(text, start) if len(text) - start >= SENTENCE_MAX else None


def _run_end(text: str, index: int) -> int:
    """The first character after the run of marks that begins at `index`, or where such a run is cut."""
    stop = min(len(text), index + RUN_MAX)
    while index < stop and text[index] in _RUN:
        index += 1
    return index


def _end_after(text: str, start: int, index: int, end: int) -> int | None:
    """Where the sentence whose marks stand from `index` to `end` ends, if it does and that can be known yet."""
    if end == len(text):
        return None
    marks = [c for c in text[index:end] if c in _ENDS]
    if any(c in _CHINESE_ENDS for c in marks):
        return end + 1 if text[end] in " \n" else end
    if text[end].isspace():
        return None if text[index:end] == "." and _abbreviates(text, start, index) else end + 1
    numeric = len(marks) == 1 and text[max(start, index - 1) : index].isdigit()
    return end if text[end] >= "\u2e80" and not numeric else None


def _abbreviates(text: str, start: int, index: int) -> bool:
    """Whether the full stop at `index` belongs to an abbreviation, an initial or the number of a list."""
    line = max(start, text.rfind("\n", start, index) + 1)
    if index - line <= _LOOK_BACK and _NUMBERED.fullmatch(text, line, index):
        return True
    word = _LAST_WORD.search(text[max(start, index - _LOOK_BACK) : index])
    return word is not None and (
        word[0].lower() in _ABBREVIATIONS or (len(word[0]) == 1 and word[0].isupper() and word[0] != "I")
    )


def _forced_end(text: str, start: int) -> int:
    """The last comma or space before the cap, so that no word is cut in two unless it must be."""
    for marks in ("，、；：,;:", " \t"):
        cut = max(text.rfind(mark, start + SENTENCE_MAX // 2, start + SENTENCE_MAX) for mark in marks)
        if cut > 0:
            return cut + 1
    return start + SENTENCE_MAX

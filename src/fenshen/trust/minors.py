"""Whether somebody says that they themselves are under eighteen, now.

    message → what others are quoted to say, taken out → clauses → said in the first person? → no "if", "when", "she says"

A wrong yes takes a grown fan's account away until an operator opens it, and a wrong no sells to a child, so it has to be a
plain declaration: an age, a school year, a year of birth or the word itself, of the speaker, in the present. Somebody
else's age, an age in the past, in a comparison, or besides a grown-up's is none. Knows nothing about what follows.
"""

from __future__ import annotations

import functools
import re
from datetime import date

from fenshen.trust.normalise import Forms, match_forms
from fenshen.trust.phrase_lists import Phrases, compile_phrases, read

ADULT_FROM = 18
_CLAUSE = re.compile(r"[.!?,;，。！？；、\n]+|\s[-–—]\s")
_QUOTED = re.compile(
    r"[\"“„«「『‘][^\"“”„«»「」『』‘\n]{1,300}[\"”»」』’]|(?<!\w)'(?:[^'\n]|'(?=\w)){1,300}'(?!\w)"
)
_REPORTS = re.compile(
    r"\b(says?|said|saying|told|tells?|asks?|asked|goes|wrote|writes|reads|texts?|texted|shouts?|shouted|claims?|claimed"
    r"|dit|dice|disse|sagt|sagte|song|sign|label|line|lyrics?|title|called)\b|[说說问問写寫喊叫道]|:\s*$"
)
_AGES = ["five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"]  # fmt: skip
_ZH_AGES = "[89]|1[0-7]|八|九|十[一二三四五六七]|十(?![八九])"
_NAMES = {
    "young": f"(?:[5-9]|1[0-7]|{'|'.join(_AGES)})(?!\\d)",
    "age": f"(?:[89]|1[0-7]|{'|'.join(_AGES[3:])})(?!\\d)",
    "soon": f"(?:[89]|1[0-8]|{'|'.join(_AGES[3:])}|eighteen)(?!\\d)",
    "adv": "(?:only|just|actually|still|nearly|almost|turning|about to turn|like|barely|about|literally|really|technically|currently|now)",
    "ord": "(?:[1-9]|1[01]|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh)(?:st|nd|rd|th)?",
    "zhyoung": f"(?<!\\d)(?:{_ZH_AGES}|[5-7]|五|六|七)(?!\\d)",
}


def is_declared_minor(text: str, today: date | None = None) -> bool:
    """Whether the speaker of `text` says so.

    Args:
        today: Makes a year of birth an age; years are not read without it.
    """
    clauses = [match_forms(part) for part in _CLAUSE.split(_own_words(text)) if part.strip()]
    says, never, adult = _rules(today.year if today is not None else 0)
    if any(adult.search(forms.plain) for forms in clauses):
        return False
    return any(_declares(forms, says, never) for forms in clauses)


def _declares(forms: Forms, says: Phrases, never: Phrases) -> bool:
    found = says.search(forms.plain)
    return found is not None and never.search(forms.plain[: found.start()]) is None


def _own_words(text: str) -> str:
    """The text without what somebody else is quoted to say; a message that is all quotation is the speaker's own."""
    rest = _QUOTED.sub(" … ", text)
    return rest if rest != text and _REPORTS.search(rest.casefold()) else text.replace('"', " ")


@functools.lru_cache(maxsize=4)
def _rules(year: int) -> tuple[Phrases, Phrases, Phrases]:
    near = [str(one) for one in range(year - ADULT_FROM + 1, year - 4)] if year else ["0000"]
    names = {
        **_NAMES,
        "year": f"(?:{'|'.join(near)})",
        "zhyear": f"(?<!\\d)(?:{'|'.join([*near, *(one[2:] for one in near)])})(?!\\d)",
    }
    data = read("ages")
    return (
        compile_phrases(data["says"], names),
        compile_phrases(data["never"], names),
        compile_phrases(data["adult"], names),
    )

"""Further wordings of what a twin must not say, by subject: hints, disguises of names, French and Spanish.

The subjects' own files have the plain ones; these are kept apart so that what was measured stays readable. Knows
nothing about which subjects a creator has opened.
"""

from __future__ import annotations

import functools
import re

from fenshen.trust.normalise import Forms, match_forms
from fenshen.trust.phrase_lists import Phrases, compile_phrases, read

_ADVISES_AGAINST = re.compile(
    r"\b(dont|never|not safe|isnt safe|not a good idea|cant tell|cant say|wouldnt|shouldnt|mustnt|unsafe|dangerous|avoid)\b[^.]{0,40}$|(千万别|不要|别|绝不|不能|危险|禁止).{0,10}$"
)
#: Subjects where the very words are said to warn: "never bridge a fuse" is what a good twin says.
_WARNED_OF = frozenset({"harm", "medical", "financial"})


def says_also(name: str, forms: Forms) -> bool:
    """Whether a sentence says what the subject `name` forbids, in one of the further wordings."""
    phrases = _subjects().get(name)
    if phrases is None:
        return False
    for reading in (forms.plain, *forms.loose):
        found = phrases.search(reading)
        if found is not None and not (
            name in _WARNED_OF and _ADVISES_AGAINST.search(reading[: found.start()])
        ):
            return True
    return False


def holds_way_to_meet(text: str) -> bool:
    """Whether a sentence names a way to reach somebody outside."""
    return _subjects()["contact"].found(match_forms(text))


@functools.cache
def _subjects() -> dict[str, Phrases]:
    return {name: compile_phrases(lines) for name, lines in read("outgoing").items()}

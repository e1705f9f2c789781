"""Further wordings of what a twin must not say, by subject: hints, disguises of names, French and Spanish.

The subjects' own files have the plain ones; these are kept apart so that what was measured stays readable. Knows
nothing about which subjects a creator has opened.
"""

from __future__ import annotations

import functools
import re

from fenshen.trust.normalise import Forms, match_forms
from fenshen.trust.phrases import Phrases, compile_phrases, read

_ADVISES_AGAINST = re.compile(
    r"\b(dont|never|not safe|isnt safe|please stop|cant tell|wouldnt|shouldnt|do not|mustnt|wont|unless|unsafe|dangerous)\b|千万别|不要|别再|绝不|不能|危险"
)
#: Subjects where the very words are said to warn: "never bridge a fuse" is what a good twin says.
_WARNED_OF = frozenset({"harm", "medical", "financial"})


def says_also(name: str, forms: Forms) -> bool:
    """Whether a sentence says what the subject `name` forbids, in one of the further wordings."""
    phrases = _subjects().get(name)
    if phrases is None or not phrases.found(forms):
        return False
    return name not in _WARNED_OF or _ADVISES_AGAINST.search(forms.plain) is None or _denies(forms)


def holds_way_to_meet(text: str) -> bool:
    """Whether a sentence names a way to reach somebody outside."""
    return _subjects()["contact"].found(match_forms(text))


def _denies(forms: Forms) -> bool:
    """"You don't need a doctor" is advice though it has a "don't"."""
    return re.search(r"\b(dont|no|neednt) (need|bother|unplug|worry)|不(用|必)", forms.plain) is not None


@functools.cache
def _subjects() -> dict[str, Phrases]:
    return {name: compile_phrases(lines) for name, lines in read("outgoing").items()}

"""What a licence forbids when somebody else holds the rights and fans pay by the minute. Pure.

    words ("CC BY-NC 4.0", "all rights reserved", "本人拍摄，版权所有") → Licence

Reads the words people write, not the law: it refuses what is plainly forbidden. Knows nothing about items.

Source: the licence elements of Creative Commons (BY, NC, ND, SA); identifiers as in the SPDX list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_CREATIVE_COMMONS = re.compile(r"\bcc[\s_-]*by((?:[\s_-]+(?:nc|nd|sa))*)(?:[\s_-]*(\d\.\d))?", re.I)
_NON_COMMERCIAL = re.compile(r"\bnon[\s_-]?commercial\b|禁止商用|非商业|不得用于商业|不可商用", re.I)
_NO_DERIVATIVES = re.compile(r"\bno[\s_-]?derivatives?\b|禁止演绎|禁止改编|禁止二次创作|禁止二创", re.I)
_RESERVED = re.compile(r"\ball rights reserved\b|版权所有|保留所有权利|未经(?:授权|许可|同意)", re.I)


@dataclass(frozen=True)
class Licence:
    """What a licence says.

    Attributes:
        name: the SPDX id where one is recognised, else the words as they were.
        non_commercial: not for anything that is paid for.
        no_derivatives: nothing new may be made of it.
        reserved: nothing is allowed without asking.
    """

    name: str
    non_commercial: bool = False
    no_derivatives: bool = False
    reserved: bool = False


def read_licence(words: str) -> Licence:
    """The licence that `words` name."""
    text = " ".join(words.split())
    match = _CREATIVE_COMMONS.search(text)
    elements = set(re.findall(r"nc|nd|sa", match[1].lower())) if match else set()
    name = text
    if match:
        parts = ["CC-BY", *(e.upper() for e in ("nc", "nd", "sa") if e in elements), match[2] or "4.0"]
        name = "-".join(parts)
    return Licence(
        name=name,
        non_commercial="nc" in elements or bool(_NON_COMMERCIAL.search(text)),
        no_derivatives="nd" in elements or bool(_NO_DERIVATIVES.search(text)),
        reserved=bool(_RESERVED.search(text)),
    )

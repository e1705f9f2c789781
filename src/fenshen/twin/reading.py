"""How long delivered words take to read: the service in an answer, however fast or slow it was written.

The pace is that of silent reading, so that listening or reading aloud is never hurried: 240 words a minute, and
300 characters a minute of scripts that write without spaces. Knows nothing about meters.

Source: Brysbaert 2019, How many words do we read per minute?, doi:10.1016/j.jml.2019.104047: 238 words a minute.
"""

from __future__ import annotations

import re

WORD_MS = 250
CHARACTER_MS = 200
#: Letters that one word may have; what is longer (an address, a scream) counts as several.
WORD_CHARACTERS_MAX = 12

_WITHOUT_SPACES = (
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
)
_CHARACTER = re.compile(f"[{_WITHOUT_SPACES}]")
_WORD = re.compile(rf"[^\W{_WITHOUT_SPACES}]{{1,{WORD_CHARACTERS_MAX}}}")


def reading_ms(text: str) -> int:
    """Milliseconds that `text` takes to read; marks and spaces alone take none."""
    characters = len(_CHARACTER.findall(text))
    words = len(_WORD.findall(text))
    return characters * CHARACTER_MS + words * WORD_MS

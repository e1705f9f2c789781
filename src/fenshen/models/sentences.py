"""Where one sentence ends and the next begins, for engines that work sentence by sentence.

Knows nothing about streaming; it sees whole texts.
"""

from __future__ import annotations

import re

#: After a closing mark: Chinese marks end at once, Latin ones only before white space.
_END = re.compile(
    r"(?<=[。！？；…])(?![”」』。！？…])|(?<=[。！？…][”」』])|(?<=[.!?])\s+|(?<=[.!?][\"”’)])\s+|\n+"
)


def split_sentences(text: str) -> list[str]:
    """The sentences of `text`, stripped, without empty ones."""
    return [part for piece in _END.split(text) if (part := piece.strip())]

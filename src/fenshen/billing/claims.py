"""What a request may say about a call: whole numbers within reason, and reasons that are short words.

Knows nothing about whether it is true.
"""

from __future__ import annotations

import re

from fenshen.core.errors import BadInput

#: Largest sequence, or count of seconds or milliseconds, that a client may send: about thirty years of seconds.
COUNT_MAX = 10**9
#: The same time in milliseconds.
MILLISECONDS_MAX = COUNT_MAX * 1000

_REASON = re.compile(r"[a-z][a-z_]{0,39}", re.ASCII)


def check_reason(reason: str) -> None:
    """Refuse a reason that would look odd in a log or on a statement.

    Raises:
        BadInput: it is not a short snake_case word.
    """
    if not _REASON.fullmatch(reason):
        raise BadInput(f"reason {reason!r} must be a short snake_case word", code="bad_reason")


def check_counts(*values: object) -> None:
    """Refuse what is no count.

    Raises:
        BadInput: one of them is negative, too large or not an integer.
    """
    if any(type(value) is not int or not 0 <= value <= COUNT_MAX for value in values):
        raise BadInput(f"heartbeat numbers {values!r} must be whole, 0 to {COUNT_MAX}", code="bad_ack")

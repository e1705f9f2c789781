"""JSON that can be written in one way only, so that what was signed and what is read cannot differ.

Duplicate keys, odd spacing, `NaN` and other spellings of the same value are refused because writing the
value again gives other bytes. Knows nothing about what is in it.
"""

from __future__ import annotations

import json
import re
from typing import Any

from fenshen.core.errors import BadInput

#: An escaped NUL: no text of ours has one, and PostgreSQL cannot store it.
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def exact_json(value: Any) -> bytes:
    """`value` as bytes: keys sorted, ASCII, no spaces.

    Raises:
        ValueError: it holds a number that JSON has not.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def read_exact(data: bytes, name: str, code: str) -> Any:
    """The value that `exact_json` wrote.

    Raises:
        BadInput: `code`, these are other bytes.
    """
    value: Any = None
    try:
        value = json.loads(data)
        same = exact_json(value) == data
        json.dumps(value, ensure_ascii=False).encode()  # refuses half of a surrogate pair
    except (ValueError, RecursionError):
        same = False
    if not same or NUL.search(data):
        raise BadInput(f"{name} is not JSON as fenshen writes it; the file is damaged or forged", code=code)
    return value

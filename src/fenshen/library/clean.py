"""Text and names made safe to store and show. Pure; knows nothing about formats."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import PurePath

TITLE_CHARS_MAX = 200

_UNSTORABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")


def clean_text(text: str) -> str:
    """`text` without what a database or a page cannot hold, spaces collapsed, line breaks kept."""
    kept = _UNSTORABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "\n".join(_SPACES.sub(" ", line).strip() for line in kept.split("\n")).strip("\n")


def clean_title(text: str) -> str:
    """`text` as one visible line of at most 200 characters: no control, bidi or line-break characters."""
    visible = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    kept = "".join(c for c in visible if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn"))
    return " ".join(kept.split())[:TITLE_CHARS_MAX]


def display_path(path: PurePath) -> str:
    """`path` in POSIX form with unprintable, bidi and undecodable characters escaped."""
    return display_text(os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace"))


def display_text(text: str) -> str:
    """`text` with unprintable, bidi and line-break characters escaped."""
    return "".join(
        c.encode("unicode_escape").decode()
        if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs")
        else c
        for c in text
    )

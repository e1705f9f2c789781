"""E-mail addresses, plain (`a@b.example`) and spelled out (`a at b dot com`). Knows nothing about whose they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fenshen.library.privacy.finding import Finding
from fenshen.library.privacy.fold import Folded

#: Characters looked at on either side of an @: RFC 5321 allows 64 before it.
LOCAL_MAX = 64
DOMAIN_MAX = 120

_LOCAL = re.compile(r"[A-Za-z0-9_%+'-](?:[A-Za-z0-9._%+'-]{0,63})$")
_DOMAIN = re.compile(
    r"((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,5}[A-Za-z]{2,24})(?![A-Za-z0-9-])"
)
_AT = r"(?: ?[(\[{] ?(?:at|@) ?[)\]}] ?| at )"
_DOT = r"(?: ?[(\[{] ?(?:dot|\.) ?[)\]}] ?| dot |\.)"
_ENDING = r"(?:com|org|net|edu|gov|info|example|io|co|cn|de|fr|es|it|nl|se|uk|us|eu|me|tv|app|dev)"
_SPOKEN = re.compile(
    rf"(?<![\w.])([a-z0-9_+-]{{1,30}}(?:{_DOT}[a-z0-9_+-]{{1,30}}){{0,3}}){_AT}"
    rf"((?:[a-z0-9-]{{1,40}}{_DOT}){{1,3}}{_ENDING})\b"
)
_BRACKETED = re.compile(r"[(\[{] ?(?:at|@) ?[)\]}]")
_SPELLED_DOT = re.compile(r"[ (\[{]dot[ )\]}]")
_DOTS = re.compile(_DOT)


def find_mail(folded: Folded) -> Iterator[Finding]:
    """Every e-mail address in a folded text; its value is in lower case."""
    yield from _find_plain(folded.text)
    yield from _find_spoken(folded.low)


def _find_plain(text: str) -> Iterator[Finding]:
    at = text.find("@")
    while at >= 0:
        local = _LOCAL.search(text[max(0, at - LOCAL_MAX) : at])
        domain = _DOMAIN.match(text, at + 1, at + 1 + DOMAIN_MAX)
        if local and domain:
            start = at - len(local[0])
            yield Finding("email", start, domain.end(), text[start : domain.end()].lower())
        at = text.find("@", at + 1)


def _find_spoken(low: str) -> Iterator[Finding]:
    """Looks only around a spelled-out dot or a bracketed at: both are rare, the words alone are not."""
    looked_until = 0
    for hint in sorted({m.start() for pattern in (_BRACKETED, _SPELLED_DOT) for m in pattern.finditer(low)}):
        if hint < looked_until:
            continue
        for match in _SPOKEN.finditer(low, max(looked_until, hint - 100), hint + 100):
            if not _is_spelled(match[0]):
                continue
            local, domain = (_DOTS.sub(".", part).replace(" ", "") for part in match.groups())
            yield Finding("email", *match.span(), f"{local}@{domain}")
            looked_until = match.end()
        looked_until = max(looked_until, hint)


def _is_spelled(found: str) -> bool:
    """Whether it is an address that was disguised, not the sentence `look at quillpots.example`."""
    return bool(_BRACKETED.search(found) or _SPELLED_DOT.search(found))

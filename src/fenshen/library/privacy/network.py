"""Mail addresses, and IP addresses on the public internet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address

from fenshen.library.privacy.finding import Finding, before
from fenshen.library.privacy.fold import Folded

#: Characters looked at on either side of an @: RFC 5321 allows 64 before it.
LOCAL_MAX = 64
DOMAIN_MAX = 120

_LOCAL_PART = re.compile(r"[A-Za-z0-9_%+'-](?:[A-Za-z0-9._%+'-]{0,63})$")
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
        local = _LOCAL_PART.search(text[max(0, at - LOCAL_MAX) : at])
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


_V4 = re.compile(
    r"[0-9](?<![0-9A-Za-z.][0-9])[0-9]{0,2}\.(?:[0-9]{1,3}\.){2}[0-9]{1,3}(?![0-9A-Za-z]|\.[0-9])"
)
_V6_HINT = re.compile(r":[0-9A-Fa-f]{0,4}:")
_V6 = re.compile(r"(?<![0-9A-Za-z:.])(?:[0-9A-Fa-f]{1,4}:){2,7}:?(?:[0-9A-Fa-f]{1,4}:?){0,6}(?![0-9A-Za-z:])")
#: Length of the longest IPv6 address.
V6_CHARS = 39
_VERSION = re.compile(
    r"(?i:version|release|build|firmware|driver|numpy|python|update|ios|android|版本|固件|更新到|升级到)[^\n]{0,24}$"
    r"|(?i:\bv)$|\b[0-9]{1,9}\.[0-9]{1,9}(?:\.[0-9]{1,9}){0,4}[^\n]{0,20}$"
)
_LOCAL_NETWORKS = tuple(
    IPv4Network(net)
    for net in ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3")
)  # fmt: skip


def find_network(folded: Folded) -> Iterator[Finding]:
    """Every public IPv4 and IPv6 address in a folded text, in its canonical form."""
    text = folded.text
    for match in _V4.finditer(text):
        if value := _public_v4(match[0], before(text, match.start())):
            yield Finding("ip", *match.span(), value)
    looked_until = 0
    for hint in _V6_HINT.finditer(text):
        found = _V6.search(text, max(looked_until, hint.start() - 4), hint.end() + V6_CHARS)
        if found and (value := _public_v6(found[0])):
            yield Finding("ip", *found.span(), value)
            looked_until = found.end()


def _public_v4(found: str, context: str) -> str | None:
    """The address, unless it is a version (`10.4.2.1`, all numbers small) or leads to one's own network."""
    try:
        address = IPv4Address(found)
    except AddressValueError:
        return None
    if max(address.packed) < 30 or _VERSION.search(context) or any(address in net for net in _LOCAL_NETWORKS):
        return None
    return str(address)


def _public_v6(found: str) -> str | None:
    try:
        address = IPv6Address(found)
    except AddressValueError:
        return None
    return str(address) if address.packed[0] >> 5 == 1 else None

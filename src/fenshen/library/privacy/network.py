"""Addresses on the public internet. Knows nothing about what runs there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address

from fenshen.library.privacy.context import before
from fenshen.library.privacy.finding import Finding
from fenshen.library.privacy.fold import Folded

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
_LOCAL = tuple(
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
    if max(address.packed) < 30 or _VERSION.search(context) or any(address in net for net in _LOCAL):
        return None
    return str(address)


def _public_v6(found: str) -> str | None:
    try:
        address = IPv6Address(found)
    except AddressValueError:
        return None
    return str(address) if address.packed[0] >> 5 == 1 else None

"""URLs taken apart so strictly that nobody can read them differently from us.

    text → scheme, host, port, path and query → `Url`

What browsers, libraries and people disagree about is refused: credentials, backslashes, control characters,
percent signs in the host, numbers that other programs read as addresses. International names are shown
as punycode, so that a look-alike is visible. Pure; knows nothing about what lies behind a URL.

Source: RFC 3986; WHATWG URL standard for numeric hosts; UTS 46 for international names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote, urljoin

import idna

from fenshen.core.errors import BadInput
from fenshen.library.clean import display_text

Address = IPv4Address | IPv6Address

_GLOBAL_IPV6 = IPv6Network("2000::/3")
_NOT_PUBLIC = tuple(
    ip_network(block)
    for block in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT; Alibaba's metadata service lies in it
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's host agent, a public address that never leaves the machine
        "169.254.0.0/16",  # link-local, metadata services
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # multicast tunnels
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
        "2001::/23",  # Teredo, ORCHID and other assignments
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address follows
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)
#: The last 64 bits of an ISATAP address begin so (RFC 5214); an IPv4 address follows.
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})


def is_public(address: Address) -> bool:
    """Whether `address` belongs to a machine on the public internet, reached without any translation."""
    if any(address in block for block in _NOT_PUBLIC if block.version == address.version):
        return False
    if isinstance(address, IPv4Address):
        return True
    if address not in _GLOBAL_IPV6 or address.scope_id is not None:
        return False
    return (int(address) >> 32) & 0xFFFF_FFFF not in _ISATAP


def parse_address(text: str) -> Address | None:
    """`text` as an address in its one standard form (no octal, hex or short ones), or `None`."""
    try:
        return ip_address(text)
    except ValueError:
        return None


CHARS_MAX = 2_048
SHOWN_CHARS_MAX = 120
PORTS = {"http": 80, "https": 443}

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_REST = re.compile(r"//([^/?#]+)([^?#]*)(\?[^#]*)?(?:#.*)?", re.DOTALL)
_MEANT = re.compile(r"\s*(?:[a-z][a-z0-9+.-]+:/|data:|javascript:)", re.IGNORECASE)
_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[^:\[\]%]+)(?::([0-9]{1,5}))?", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
#: A host whose last label looks so is read as an IPv4 address by some program or other.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_KEPT = "/%:@!$&'()*+,;=~-._?"


@dataclass(frozen=True)
class Url:
    """An `http` or `https` URL without anything doubtful in it.

    Attributes:
        scheme: `http` or `https`.
        host: lower case; international names as punycode, IPv6 without brackets.
        port: always given.
        target: path and query, percent-encoded, beginning with a slash.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host and, unless it is the scheme's own, port: what the `Host` header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port as one text."""
        return f"{self.scheme}://{self.authority}"

    @property
    def path(self) -> str:
        """`target` without its query."""
        return self.target.partition("?")[0]

    def __str__(self) -> str:
        return self.origin + self.target


def is_url(text: str) -> bool:
    """Whether `text` is meant as a URL (of any scheme) and not as the name of a file."""
    return _MEANT.match(text) is not None


def parse_url(text: str) -> Url:
    """`text` as a `Url`; a fragment is dropped.

    Raises:
        BadInput: `bad_url`, `refused_scheme` for anything but http and https, `refused_address` for a number
            that is not an address in its standard form.
    """
    text = text.strip()
    if len(text) > CHARS_MAX:
        raise BadInput(f"the address is longer than {CHARS_MAX} characters", code="bad_url")
    if not text.isprintable() or any(c in ' \\<>"' for c in text):
        raise BadInput(f"{shown(text)!r} holds characters that no address has", code="bad_url")
    named = _SCHEME.match(text)
    if named and named[1].lower() not in PORTS:
        raise BadInput(f"only http and https are fetched, not {named[1][:20]!r}", code="refused_scheme")
    rest = _REST.fullmatch(text, named.end()) if named else None
    if not named or not rest:
        raise BadInput(f"{shown(text)!r} is not an address such as https://example.com/page", code="bad_url")
    scheme = named[1].lower()
    host, port = _authority(rest[1], PORTS[scheme])
    return Url(scheme, host, port, quote((rest[2] or "/") + (rest[3] or ""), safe=_KEPT))


def join_url(base: Url, reference: str) -> Url:
    """Where `reference`, found at `base`, leads; raises as `parse_url` does."""
    try:
        joined = urljoin(str(base), reference.strip().replace(" ", "%20"))
    except ValueError as error:
        raise BadInput(f"{shown(reference)!r} is not an address", code="bad_url") from error
    return parse_url(joined)


def shown(text: str) -> str:
    """`text` short and safe to print."""
    return display_text(text if len(text) <= SHOWN_CHARS_MAX else f"{text[:SHOWN_CHARS_MAX]}…")


def _authority(text: str, default_port: int) -> tuple[str, int]:
    if "@" in text:
        raise BadInput("the address names a user before its host; take that out", code="bad_url")
    found = _AUTHORITY.fullmatch(text)
    if not found:
        raise BadInput(f"{shown(text)!r} is not a host name", code="bad_url")
    port = int(found[2]) if found[2] else default_port
    if not 0 < port < 1 << 16:
        raise BadInput(f"{port} is not a port", code="bad_url")
    return (_ipv6(found[1]) if found[1].startswith("[") else _name(found[1])), port


def _ipv6(text: str) -> str:
    address: Address | None = parse_address(text[1:-1])
    if not isinstance(address, IPv6Address):
        raise BadInput(f"{shown(text)!r} is not an IPv6 address", code="bad_url")
    return address.compressed


def _name(text: str) -> str:
    """A host name or IPv4 address in its one standard form."""
    try:
        host = text.lower() if text.isascii() else idna.encode(text, uts46=True).decode()
    except (idna.IDNAError, UnicodeError) as error:
        raise BadInput(f"{shown(text)!r} is not a host name", code="bad_url") from error
    labels = host.removesuffix(".").split(".")
    if _NUMBER.fullmatch(labels[-1]):
        if (address := parse_address(".".join(labels))) is None:
            raise BadInput(f"{shown(text)!r} is a number that hides an address", code="refused_address")
        return str(address)
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise BadInput(f"{shown(text)!r} is not a host name", code="bad_url")
    return ".".join(labels)

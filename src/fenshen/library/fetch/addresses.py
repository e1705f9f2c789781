"""Which network addresses anybody may reach through us: those of the public internet and no others.

Everything that is not plainly public is refused, so an address block nobody thought of is refused too:
for IPv6 only `2000::/3` counts, and what tunnels or translates to IPv4 inside it does not.

Pure. Knows nothing about names, sockets or settings.

Source: IANA special-purpose address registries (RFC 6890 and successors).
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

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

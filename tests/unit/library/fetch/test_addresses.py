"""What counts as the public internet, held against the standard library's own view."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from fenshen.core.errors import BadInput
from fenshen.library.fetch.urls import is_public, parse_url
from fenshen.library.fetch.wire import check_addresses

INSIDE = st.one_of(
    st.ip_addresses(network=block)
    for block in (
        "10.0.0.0/8",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
    )
)
#: How an IPv4 address hides inside an IPv6 one: the bits before it, and how far it is shifted.
WRAPPINGS = {
    "mapped": ("::ffff:0:0", 0),
    "compatible": ("::", 0),
    "NAT64": ("64:ff9b::", 0),
    "local NAT64": ("64:ff9b:1::", 0),
    "6to4": ("2002::", 80),
    "ISATAP": ("2a00:1450:4001::5efe:0:0", 0),
    "ISATAP, global": ("2a00:1450:4001::200:5efe:0:0", 0),
    "translated": ("::ffff:0:0:0", 0),
}


@pytest.mark.parametrize(
    "text", ["93.184.216.34", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001:81c::200e"]
)
def test_machines_on_the_internet_are_public(text: str) -> None:
    """The check is not so strict that nothing is left."""
    assert is_public(ip_address(text))


@given(st.ip_addresses())
@example(IPv4Address("192.0.0.9"))
@example(IPv6Address("2001:1::1"))
def test_nothing_is_public_that_python_calls_private(address: IPv4Address | IPv6Address) -> None:
    """Whatever the standard library holds for special is refused here as well."""
    special = (
        address.is_private,
        address.is_loopback,
        address.is_link_local,
        address.is_multicast,
        address.is_reserved,
        address.is_unspecified,
        not address.is_global,
    )
    assert not (is_public(address) and any(special))


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@given(inner=INSIDE)
def test_an_inner_address_is_found_in_every_wrapping(wrapping: str, inner: IPv4Address) -> None:
    """An IPv4 address of the inside cannot be reached through any IPv6 form of it."""
    start, shift = WRAPPINGS[wrapping]
    wrapped = IPv6Address(int(IPv6Address(start)) | int(inner) << shift)
    assert not is_public(inner)
    assert not is_public(wrapped)
    with pytest.raises(BadInput):
        check_addresses("name", [parse_url(f"http://[{wrapped}]/").host])


FORMS = {
    "decimal": lambda n: str(n),
    "hexadecimal": lambda n: hex(n),
    "octal": lambda n: f"0{n:o}",
    "hexadecimal parts": lambda n: ".".join(hex(b) for b in n.to_bytes(4)),
    "octal parts": lambda n: ".".join(f"0{b:o}" for b in n.to_bytes(4)),
    "padded parts": lambda n: ".".join(f"{b:04d}" for b in n.to_bytes(4)),
    "two parts": lambda n: f"{n >> 24}.{n & 0xFFFFFF}",
    "three parts": lambda n: f"{n >> 24}.{n >> 16 & 0xFF}.{n & 0xFFFF}",
    "capitals": lambda n: hex(n).upper(),
}


@pytest.mark.parametrize("form", FORMS)
@given(inner=st.ip_addresses(v=4))
def test_a_number_that_hides_an_address_is_refused(form: str, inner: IPv4Address) -> None:
    """Only the four plain decimals are an address; what other programs also read as one is refused."""
    text = FORMS[form](int(inner))
    assume(text != str(inner))
    with pytest.raises(BadInput) as caught:
        parse_url(f"http://{text}/")
    assert caught.value.code == "refused_address"


@given(st.text(max_size=60))
@example("http://[::1")
@example("http://[]/")
@example("http://xn--/")
@example("http://\u00ad/")
@example("http://٠.٠.٠.٠/")
def test_no_text_breaks_the_parser(text: str) -> None:
    """Anything is either a URL whose parts say exactly what it says, or `BadInput`."""
    for given_url in (text, f"http://{text}", f"http://a.example/{text}", f"http://{text}.example:80/"):
        try:
            url = parse_url(given_url)
        except BadInput:
            continue
        assert parse_url(str(url)) == url
        assert url.host.isascii()
        assert not set(url.host) & set("@/\\?#%[] ")

"""Encrypted connections: the address is pinned, and still the certificate must be for the name."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from fenshen.core.clock import SystemClock
from fenshen.core.errors import BadInput
from fenshen.library.fetch.guarded import Guard
from fenshen.library.fetch.wire import Limits
from hostile_site import PUBLIC, Names, Site, serving

LIMITS = Limits(seconds_max=10, stall_s=5)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trust(authority: trustme.CA) -> ssl.SSLContext:
    """Believes the test's authority and nobody else."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def asked_names() -> list[str]:
    """The server names in the handshakes that arrived (SNI)."""
    return []


@pytest.fixture
def secure(authority: trustme.CA, asked_names: list[str]) -> Iterator[Site]:
    """A server whose certificate is for `good.example` alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("good.example").configure_cert(context)
    context.sni_callback = lambda _socket, name, _context: asked_names.append(name)

    def wrap(server: object) -> None:
        server.socket = context.wrap_socket(server.socket, server_side=True)  # type: ignore[attr-defined]

    with serving(wrap) as made:
        yield made


def code_of(guard: Guard, url: str) -> str:
    with pytest.raises(BadInput) as caught, guard.get(url, LIMITS):
        pass
    return caught.value.code


def test_the_pinned_address_still_proves_its_name(
    secure: Site, trust: ssl.SSLContext, asked_names: list[str]
) -> None:
    """The connection goes to the address that was checked, the handshake asks for the name."""
    secure.page("/", b"private words")
    guard = Guard(SystemClock(), resolve=Names(), dial=secure.dial, trust=trust)
    with guard.get("https://good.example/", LIMITS) as answer:
        assert answer.read() == b"private words"
    assert (secure.dialled, asked_names) == ([f"{PUBLIC}:443"], ["good.example"])


def test_a_certificate_for_another_name_is_refused(secure: Site, trust: ssl.SSLContext) -> None:
    """The same server under a name that its certificate does not carry gets no request."""
    guard = Guard(SystemClock(), resolve=Names(), dial=secure.dial, trust=trust)
    assert code_of(guard, "https://other.example/") == "bad_certificate"
    assert code_of(guard, f"https://{PUBLIC}/") == "bad_certificate"
    assert secure.seen == []


def test_an_unknown_authority_is_refused(secure: Site) -> None:
    """With the usual authorities, a certificate that somebody made himself is worth nothing."""
    guard = Guard(SystemClock(), resolve=Names(), dial=secure.dial)
    assert code_of(guard, "https://good.example/") == "bad_certificate"
    assert secure.seen == []


def test_https_is_never_left_for_http(secure: Site, trust: ssl.SSLContext) -> None:
    """A redirect from https to http is refused before the second request."""
    secure.redirect("/", "http://good.example/plain")
    guard = Guard(SystemClock(), resolve=Names(), dial=secure.dial, trust=trust)
    assert code_of(guard, "https://good.example/") == "refused_redirect"
    assert secure.asked == ["good.example/"]


def test_a_plain_server_on_the_secure_port_is_refused(
    site: Site, trust: ssl.SSLContext, tmp_path: Path
) -> None:
    """What does not speak TLS gets no request in the clear."""
    site.page("/", b"words")
    guard = Guard(SystemClock(), resolve=Names(), dial=site.dial, trust=trust)
    assert code_of(guard, "https://good.example/") in {"unreachable", "timeout"}
    assert site.seen == []

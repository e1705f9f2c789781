"""Addresses that somebody else wrote: every named trick ends in a refusal with a code, soon."""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fenshen.core.clock import SystemClock
from fenshen.core.errors import BadInput
from fenshen.library.fetch.guarded import Guard, parse_allowed
from fenshen.library.fetch.wire import Limits
from hostile_site import PUBLIC, Handler, Names, Site

#: Small enough that whatever never ends is over in a second.
SMALL = Limits(
    bytes_max=1 << 20, seconds_max=1.5, stall_s=0.5, bytes_per_s_min=200, speed_window_s=0.4, redirects_max=5
)
#: What the names of the table lead to, one list per look-up.
NAMES = {
    "localhost": [["127.0.0.1", "::1"]],
    "metadata.google.internal": [["169.254.169.254"]],
    "lvh.me": [["127.0.0.1"]],
    "10.0.0.1.nip.io": [["10.0.0.1"]],
    "both.example": [[PUBLIC, "192.168.1.1"]],
    "rebind.example": [[PUBLIC], ["127.0.0.1"]],
    "evil.example": [["10.1.2.3"]],
    "dead.example": [[]],
}


def endless(handler: Handler) -> None:
    """Chunks that never end."""
    handler.send_response_only(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    with suppress(OSError):
        while True:
            handler.wfile.write(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")


def dripping(handler: Handler, *, headers_too: bool = False) -> None:
    """A byte every tenth of a second."""
    if not headers_too:
        handler.send_response_only(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
    else:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    with suppress(OSError):
        while True:
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.1)


def silent(handler: Handler) -> None:
    """Nothing at all."""
    time.sleep(0.8)


def packed(data: bytes, encoding: str) -> Callable[[Handler], None]:
    """An answer that says it is packed."""
    return lambda handler: handler.answer(200, data, Content_Encoding=encoding)


def install(site: Site) -> None:
    """The routes of the table."""
    site.redirect("/to-loopback", "http://127.0.0.1/admin")
    site.redirect("/to-metadata", "http://metadata.google.internal/computeMetadata/v1/")
    site.redirect("/to-file", "file:///etc/passwd")
    site.redirect("/to-port", "http://good.example:6379/")
    site.redirect("/to-user", "http://good.example@127.0.0.1/")
    site.redirect("/to-itself", "/to-itself")
    site.redirect("/to-rebound", "http://rebind.example/secret")
    site.routes["rebind.example/"] = lambda handler: handler.answer(
        302, Location="http://rebind.example/secret"
    )
    site.routes["rebind.example/secret"] = lambda handler: handler.answer(200, b"secret")
    for hop in range(12):
        site.redirect(f"/hop{hop}", f"/hop{hop + 1}")
    bomb = gzip.compress(bytes(8 << 20))
    site.routes |= {
        "/endless": endless,
        "/drip": dripping,
        "/drip-headers": lambda handler: dripping(handler, headers_too=True),
        "/silent": silent,
        "/large": lambda handler: handler.answer(200, b"x" * (2 << 20)),
        "/bomb": packed(bomb, "gzip"),
        "/bomb-deflate": packed(zlib.compress(bytes(8 << 20)), "deflate"),
        "/bomb-twice": packed(gzip.compress(bomb), "gzip, gzip"),
        "/brotli": packed(b"\x8b\x03\x80", "br"),
        "/zstd": packed(b"\x28\xb5\x2f\xfd\x00", "zstd"),
        "/empty-members": packed(gzip.compress(b"") * 150_000, "gzip"),
        "/torn-gzip": packed(gzip.compress(b"hello " * 999)[:-9], "gzip"),
        "/no-gzip": packed(b"plain words", "gzip"),
        "/short": lambda handler: handler.answer(200, b"half", Content_Length="4000"),
        "/forbidden": lambda handler: handler.answer(403),
        "/later": lambda handler: handler.answer(429),
        "/broken": lambda handler: handler.answer(500),
        "/no-http": lambda handler: handler.wfile.write(b"220 smtp.example ESMTP\r\n") and None,
        "/many-headers": lambda handler: handler.answer(200, **{f"X{n}": "y" * 900 for n in range(2000)}),
    }


F7 = [
    # 1-3: this machine
    ("http://127.0.0.1/", "refused_address"),
    ("http://localhost/", "refused_address"),
    ("http://[::1]/", "refused_address"),
    ("http://0.0.0.0/", "refused_address"),
    ("http://[::]/", "refused_address"),
    # 4: the same in other numbers
    ("http://0x7f000001/", "refused_address"),
    ("http://2130706433/", "refused_address"),
    ("http://0177.0.0.1/", "refused_address"),
    ("http://127.1/", "refused_address"),
    ("http://127.0.0.1./", "refused_address"),
    ("http://0x7f.1/", "refused_address"),
    ("http://１２７.０.０.１/", "refused_address"),
    ("http://127。0。0。1/", "refused_address"),
    ("http://①②⑦.0.0.1/", "refused_address"),
    ("http://%31%32%37.0.0.1/", "bad_url"),
    # 5-6: IPv4 inside IPv6
    ("http://[::ffff:127.0.0.1]/", "refused_address"),
    ("http://[::ffff:7f00:1]/", "refused_address"),
    ("http://[::127.0.0.1]/", "refused_address"),
    ("http://[64:ff9b::7f00:1]/", "refused_address"),
    ("http://[64:ff9b:1::7f00:1]/", "refused_address"),
    ("http://[2002:7f00:1::]/", "refused_address"),
    ("http://[2001:0:7f00:1::]/", "refused_address"),
    ("http://[2a00:1450::5efe:7f00:1]/", "refused_address"),
    ("http://[fe80::1%25eth0]/", "bad_url"),
    ("http://[fd00:ec2::254]/", "refused_address"),
    ("http://[ff02::1]/", "refused_address"),
    # 7-9: metadata services, carrier's network, names that lead inside
    ("http://169.254.169.254/latest/meta-data/", "refused_address"),
    ("http://metadata.google.internal/", "refused_address"),
    ("http://168.63.129.16/", "refused_address"),
    ("http://100.64.0.1/", "refused_address"),
    ("http://lvh.me/", "refused_address"),
    ("http://10.0.0.1.nip.io/", "refused_address"),
    ("http://both.example/", "refused_address"),
    ("http://dead.example/", "unknown_host"),
    # 10-11: an answer that changes, redirects
    ("http://rebind.example/", "refused_address"),
    ("http://good.example/to-loopback", "refused_address"),
    ("http://good.example/to-metadata", "refused_address"),
    ("http://good.example/to-file", "refused_scheme"),
    ("http://good.example/to-port", "refused_port"),
    ("http://good.example/to-user", "bad_url"),
    ("http://good.example/to-itself", "redirect_loop"),
    ("http://good.example/hop0", "redirect_loop"),
    # 12: other schemes
    ("file:///etc/passwd", "refused_scheme"),
    ("gopher://good.example/", "refused_scheme"),
    ("ftp://good.example/", "refused_scheme"),
    ("data:text/html,hello", "refused_scheme"),
    ("javascript:alert(1)", "refused_scheme"),
    ("http:good.example", "bad_url"),
    ("http:///good.example", "bad_url"),
    ("//good.example/", "bad_url"),
    # 13-15: who is meant
    ("http://good@127.0.0.1/", "bad_url"),
    ("http://good.example:80@127.0.0.1/", "bad_url"),
    ("http://good.example\\@127.0.0.1/", "bad_url"),
    ("http://good.example/\r\nHost: evil.example", "bad_url"),
    ("http://good.example\t.evil.example/", "bad_url"),
    ("http://good.example%00.evil.example/", "bad_url"),
    ("http://evil.example#@good.example/", "refused_address"),
    ("http://a" + ".b" * 200 + "/", "bad_url"),
    ("http://good.example/" + "a" * 3000, "bad_url"),
    # 16: other doors
    ("http://good.example:22/", "refused_port"),
    ("http://good.example:5432/", "refused_port"),
    ("http://good.example:6379/", "refused_port"),
    ("http://good.example:0/", "bad_url"),
    ("http://good.example:99999/", "bad_url"),
    # 17-18: without end, without haste
    ("http://good.example/endless", "too_large"),
    ("http://good.example/large", "too_large"),
    ("http://good.example/drip", "too_slow"),
    ("http://good.example/drip-headers", "too_slow"),
    ("http://good.example/silent", "timeout"),
    ("http://good.example/short", "broken_transfer"),
    ("http://good.example/many-headers", "bad_answer"),
    ("http://good.example/no-http", "bad_answer"),
    # 19: bombs
    ("http://good.example/bomb", "too_large"),
    ("http://good.example/bomb-deflate", "too_large"),
    ("http://good.example/bomb-twice", "bad_encoding"),
    ("http://good.example/brotli", "bad_encoding"),
    ("http://good.example/zstd", "bad_encoding"),
    ("http://good.example/empty-members", "too_large"),
    ("http://good.example/torn-gzip", "broken_transfer"),
    ("http://good.example/no-gzip", "bad_encoding"),
    # what servers say
    ("http://good.example/missing", "not_found"),
    ("http://good.example/forbidden", "forbidden"),
    ("http://good.example/later", "try_later"),
    ("http://good.example/broken", "http_error"),
]


@pytest.mark.parametrize(("url", "code"), F7, ids=[url[:60] for url, _ in F7])
def test_a_hostile_url_is_refused_with_a_code(site: Site, url: str, code: str) -> None:
    """Each is refused within the limits, and no connection goes to an address that is not public."""
    install(site)
    guard = Guard(SystemClock(), resolve=Names(NAMES), dial=site.dial)
    started = time.monotonic()
    with pytest.raises(BadInput) as caught, guard.get(url, SMALL) as answer:
        answer.read()
    assert caught.value.code == code
    assert time.monotonic() - started < 10
    assert {place.rpartition(":")[0] for place in site.dialled} <= {PUBLIC}


def test_a_name_is_looked_up_once_and_the_connection_goes_where_the_check_looked(site: Site) -> None:
    """A second answer of the name server (DNS rebinding) is never asked for."""
    site.page("/", b"fine")
    names = Names({"rebind.example": [[PUBLIC], ["127.0.0.1"]]})
    guard = Guard(SystemClock(), resolve=names, dial=site.dial)
    with guard.get("http://rebind.example/", SMALL) as answer:
        assert answer.read() == b"fine"
    assert (names.asked, site.dialled) == (["rebind.example"], [f"{PUBLIC}:80"])


def test_nothing_is_carried_to_the_next_request(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cookies that are set are not sent back, there is no referrer, no credentials, no proxy."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    site.redirect("/start", "http://other.example/end", Set_Cookie="sid=1; Domain=.example")
    site.page("/end", b"fine", Set_Cookie="sid=2")
    guard = Guard(SystemClock(), resolve=Names(), dial=site.dial)
    for _ in range(2):
        with guard.get("http://good.example/start", SMALL) as answer:
            assert (answer.read(), str(answer.url)) == (b"fine", "http://other.example/end")
    assert site.asked == ["good.example/start", "other.example/end"] * 2
    sent = {name for _, headers in site.seen for name in headers}
    assert sent == {"host", "user-agent", "accept", "accept-encoding"}


def test_a_look_alike_is_shown_as_what_it_is(site: Site, guard: Guard) -> None:
    """A Cyrillic name is asked for, and shown, in punycode."""
    site.page("/", b"fine")
    with guard.get("http://аpple.example/", SMALL) as answer:
        assert str(answer.url) == "http://xn--pple-43d.example/"
    assert site.asked == ["xn--pple-43d.example/"]


def test_packed_content_comes_unpacked(site: Site, guard: Guard) -> None:
    """gzip, also of several members, and deflate are undone."""
    text = b"a kettle, a mantel clock\n" * 5000
    site.routes["/gzip"] = packed(gzip.compress(text[:60]) + gzip.compress(text[60:]), "gzip")
    site.routes["/deflate"] = packed(zlib.compress(text), "deflate")
    for path in ("/gzip", "/deflate"):
        with guard.get(f"http://good.example{path}", SMALL) as answer:
            assert (answer.read(), answer.size) == (text, None)


def test_only_the_operator_opens_an_inner_door(site: Site) -> None:
    """A host and port in the setting are reached, the same host on another port is not."""
    site.page("/", b"wiki")
    names = Names({"wiki.internal": [["127.0.0.1"]]})
    guard = Guard(
        SystemClock(), allowed=parse_allowed(f"wiki.internal:{site.port}, 127.0.0.1:1"), resolve=names
    )
    with guard.get(f"http://wiki.internal:{site.port}/", SMALL) as answer:
        assert answer.read() == b"wiki"
    with pytest.raises(BadInput) as caught, guard.get("http://wiki.internal/", SMALL):
        pass
    assert caught.value.code == "refused_address"


@pytest.mark.parametrize("setting", ["wiki", "wiki:http", "http://wiki:80", "*:80", "wiki:80:80"])
def test_a_setting_that_is_no_host_and_port_is_named(setting: str) -> None:
    """The operator is told what is wrong rather than given an open door."""
    with pytest.raises(BadInput, match="host:port"):
        parse_allowed(setting)


STARTS = st.sampled_from(
    [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 302 Found\r\nLocation: ", b"HTTP/1.0 999 \r\n", b""]
)
LINES = st.sampled_from(
    [
        b"Content-Length: 5\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Encoding: gzip\r\n",
        b"Location: //x\r\n",
        b"\r\n",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.tuples(STARTS, st.lists(LINES | st.binary(max_size=30), max_size=6)).map(
        lambda t: t[0] + b"".join(t[1])
    )
)
@example(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n")
@example(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n")
@example(b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\n\r\n")
@example(b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe\r\n\r\n")
@example(b"HTTP/1.1 100 Continue\r\n\r\n" * 500)
def test_no_answer_breaks_the_guard(site: Site, guard: Guard, raw: bytes) -> None:
    """Whatever bytes a server sends, they are an answer or `BadInput`."""
    site.routes["/"] = lambda handler: handler.wfile.write(raw) and None
    with suppress(BadInput), guard.get("http://good.example/", SMALL) as answer:
        assert answer.size is None or answer.size >= 0
        answer.read()

"""The one way out to the network for URLs that somebody else wrote.

    URL → strict parse → host looked up once, addresses checked → GET → redirect? the same again
        → status → unpacked, counted content

Nothing is carried from one request to the next: no cookies, no credentials, no referrer, no proxy from the
environment. Knows nothing about what is fetched or where it goes.

Source: docs/library.md, "Untrusted addresses".
"""

from __future__ import annotations

import contextlib
import re
import ssl
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import httpcore
import httpx

from fenshen import __version__
from fenshen.core.clock import Clock
from fenshen.core.errors import BadInput
from fenshen.library.fetch.urls import PORTS, Url, join_url, parse_url
from fenshen.library.fetch.wire import (
    Budget,
    CheckedBackend,
    Dialler,
    Limits,
    Resolver,
    system_dialler,
    system_resolver,
    too_large,
)

STEP_BYTES = 1 << 18

#: `zlib` finds out by itself whether a gzip or a zlib header comes.
_EITHER_HEADER = 47


def unpack(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The content of an answer with this `Content-Encoding`, in pieces of at most 256 KiB if it was packed.

    Raises:
        BadInput: `bad_encoding` for what was not asked for or is not what it says, `broken_transfer` if the
            end is missing.
    """
    if encoding in ("", "identity"):
        yield from chunks
    elif encoding in ("gzip", "x-gzip", "deflate"):
        yield from _inflate(chunks)
    else:
        raise BadInput(f"it is packed as {encoding[:40]!r}, which nobody asked for", code="bad_encoding")


def _inflate(chunks: Iterable[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(_EITHER_HEADER)
    try:
        for chunk in chunks:
            data = chunk
            while data:
                yield unpacker.decompress(data, STEP_BYTES)
                data = unpacker.unconsumed_tail
                if unpacker.eof:
                    data = unpacker.unused_data
                    unpacker = zlib.decompressobj(_EITHER_HEADER) if data else unpacker
    except zlib.error as error:
        raise BadInput("its packing is damaged", code="bad_encoding") from error
    if not unpacker.eof:
        raise BadInput("it broke off before its end", code="broken_transfer")


AGENT = "fenshen"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_STATUS_CODES = {401: "forbidden", 403: "forbidden", 404: "not_found", 410: "not_found", 451: "forbidden"}
_LATER = frozenset({429, 503})
_HOST_AND_PORT = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+):([0-9]{1,5})")


@dataclass
class Answer:
    """The answer to a request, its content not read yet.

    Attributes:
        url: the URL that answered in the end.
        status: 200, 206, 304 or 416.
        headers: by lower-case name, the first of each.
    """

    url: Url
    status: int
    headers: Mapping[str, str]
    _stream: Iterator[bytes] = field(repr=False)
    _bytes_max: int = 0

    @property
    def size(self) -> int | None:
        """Bytes of the content as announced, `None` if packed or not said."""
        said = self.headers.get("content-length", "")
        packed = self.headers.get("content-encoding", "identity").lower() != "identity"
        return int(said) if said.isascii() and said.isdigit() and len(said) < 19 and not packed else None

    @property
    def media_type(self) -> str:
        """The declared type, lower case, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def chunks(self) -> Iterator[bytes]:
        """The unpacked content.

        Raises:
            BadInput: `too_large`, `too_slow`, `timeout`, `broken_transfer`, `bad_encoding`.
        """
        got = 0
        for chunk in unpack(self._stream, self.headers.get("content-encoding", "").strip().lower()):
            got += len(chunk)
            if got > self._bytes_max:
                raise too_large(self._bytes_max)
            yield chunk

    def read(self) -> bytes:
        """All of `chunks`."""
        return b"".join(self.chunks())


def parse_allowed(text: str) -> frozenset[tuple[str, int]]:
    """The operator's `host:port, host:port` as pairs.

    Raises:
        BadInput: `bad_setting`.
    """
    pairs = set()
    for entry in filter(None, (part.strip().lower() for part in text.split(","))):
        if not (found := _HOST_AND_PORT.fullmatch(entry)):
            raise BadInput(f"FENSHEN_FETCH_ALLOW wants `host:port`, not {entry!r}", code="bad_setting")
        pairs.add((found[1].strip("[]"), int(found[2])))
    return frozenset(pairs)


class Guard:
    """Fetches over the network within limits, from public addresses only.

    Args:
        clock: for the limits of time.
        allowed: host and port pairs the operator lets through although they are private or on another
            port. Comes from the settings, never from a user.
        resolve: looks names up.
        dial: opens connections; a test leads them elsewhere.
        trust: whose certificates are believed; by default the usual authorities.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        allowed: frozenset[tuple[str, int]] = frozenset(),
        resolve: Resolver = system_resolver,
        dial: Dialler = system_dialler,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._clock, self._allowed, self._resolve, self._dial = clock, allowed, resolve, dial
        self._trust = trust

    @contextlib.contextmanager
    def get(
        self, url: str | Url, limits: Limits, headers: Mapping[str, str] | None = None
    ) -> Iterator[Answer]:
        """Ask for `url` and follow where it leads.

        Args:
            headers: of caching and ranges only; they go to every host on the way.

        Raises:
            BadInput: what `parse_url` and `Answer.chunks` raise; `refused_address`, `refused_port`,
                `refused_redirect`, `redirect_loop`, `unknown_host`, `unreachable`, `bad_certificate`,
                `bad_answer`, `not_found`, `forbidden`, `try_later`, `http_error`.
        """
        current = parse_url(url) if isinstance(url, str) else url
        budget, seen = Budget(limits, self._clock), {str(current)}
        with _in_our_words():
            while True:
                with self._ask(current, budget, headers or {}) as (status, found, stream):
                    if status not in _REDIRECTS or "location" not in found:
                        _check_status(status, current)
                        yield Answer(current, status, found, stream, limits.bytes_max)
                        return
                current = _next_hop(current, found["location"], seen, limits.redirects_max)

    @contextlib.contextmanager
    def _ask(
        self, url: Url, budget: Budget, headers: Mapping[str, str]
    ) -> Iterator[tuple[int, dict[str, str], Iterator[bytes]]]:
        """One request on a connection of its own."""
        if url.port not in PORTS.values() and not self._is_allowed(url.host, url.port):
            raise BadInput(f"port {url.port} is not one of the web", code="refused_port")
        backend = CheckedBackend(self._resolve, self._dial, self._is_allowed, budget)
        sent = {
            "Host": url.authority,
            "User-Agent": f"{AGENT}/{__version__}",
            "Accept": "*/*",
            "Accept-Encoding": "gzip",
            **headers,
        }
        place = httpcore.URL(scheme=url.scheme, host=url.host, port=url.port, target=url.target)
        pool = httpcore.ConnectionPool(
            self._context(url), max_keepalive_connections=0, network_backend=backend
        )
        with pool, pool.stream("GET", place, headers=_encoded(sent)) as answer:
            found: dict[str, str] = {}
            for name, value in answer.headers:
                found.setdefault(name.decode("latin-1").lower(), _text(value))
            yield answer.status, found, answer.iter_stream()

    def _is_allowed(self, host: str, port: int) -> bool:
        return (host, port) in self._allowed

    def _context(self, url: Url) -> ssl.SSLContext | None:
        if self._trust is None and url.scheme == "https":
            self._trust = httpx.create_ssl_context()
        return self._trust


def _next_hop(current: Url, location: str, seen: set[str], redirects_max: int) -> Url:
    following = join_url(current, location)
    if current.scheme == "https" and following.scheme == "http":
        raise BadInput(f"it leads from https to http ({following.host})", code="refused_redirect")
    if str(following) in seen or len(seen) > redirects_max:
        raise BadInput(
            f"it leads from one address to the next without end ({following.host})", code="redirect_loop"
        )
    seen.add(str(following))
    return following


def _check_status(status: int, url: Url) -> None:
    if status in (200, 206, 304, 416):
        return
    facts = {"status": status, "reached": str(url)}
    if status in _LATER:
        raise BadInput(f"the server asks to come back later ({status})", code="try_later", **facts)
    code = _STATUS_CODES.get(status, "http_error")
    raise BadInput(f"the server answers {status}", code=code, **facts)


@contextlib.contextmanager
def _in_our_words() -> Iterator[None]:
    """What can go wrong on the wire, as errors with a code."""
    try:
        yield
    except httpcore.TimeoutException as error:
        raise BadInput("the server does not answer in time", code="timeout") from error
    except httpcore.ConnectError as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise BadInput(
                "its certificate is not for this name or not trusted", code="bad_certificate"
            ) from error
        raise BadInput("the server cannot be reached", code="unreachable") from error
    except httpcore.NetworkError as error:
        raise BadInput("the connection broke", code="broken_transfer") from error
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        if "complete message body" in str(error):
            raise BadInput("it broke off before its end", code="broken_transfer") from error
        raise BadInput("the server answers with something that is not HTTP", code="bad_answer") from error


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Headers as they go out; what a server once said of itself may hold any characters."""
    return [(name.encode(), value.encode("utf-8", "replace")) for name, value in headers.items()]


def _text(value: bytes) -> str:
    """A header's value; servers write addresses in UTF-8 although the standard says otherwise."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")

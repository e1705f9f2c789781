"""Sockets that lead only to addresses that were looked at, and that nobody can hold open for ever.

    host → resolved once → every address checked → the connection goes to one of exactly these

The name stays in the `Host` header and in the TLS handshake, so certificates are checked as usual; the
name is not looked up a second time, so an answer that changes in between (DNS rebinding) changes nothing.
Every read and write is counted against one deadline, a number of bytes and a lowest speed.

Knows nothing about HTTP.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import httpcore

from fenshen.core.clock import Clock
from fenshen.core.errors import BadInput
from fenshen.library.fetch.urls import is_public, parse_address

#: Looks a name up: every address it has, as text.
Resolver = Callable[[str, int, float], Sequence[str]]
#: Opens a connection to an address (never a name): address, port, seconds to wait.
Dialler = Callable[[str, int, float], httpcore.NetworkStream]

#: More than a name ever has; each would be tried in turn.
ADDRESSES_TRIED_MAX = 4


@dataclass(frozen=True)
class Limits:
    """How much one request may take.

    Attributes:
        bytes_max: of the answer, packed or unpacked.
        seconds_max: from the first look-up to the last byte, redirects included.
        stall_s: of silence.
        bytes_per_s_min: lowest mean speed, judged every `speed_window_s` seconds.
        redirects_max: followed one after the other.
    """

    bytes_max: int = 16 << 20
    seconds_max: float = 60.0
    stall_s: float = 15.0
    bytes_per_s_min: int = 512
    speed_window_s: float = 20.0
    redirects_max: int = 5


class Budget:
    """What is left of a request's limits; one for all its connections."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._limits, self._clock = limits, clock
        self._ends = clock.monotonic() + limits.seconds_max
        self._window, self._window_bytes = clock.monotonic(), 0
        self._bytes = 0

    def wait_s(self) -> float:
        """Seconds that the next step may take.

        Raises:
            BadInput: `timeout`.
        """
        left = self._ends - self._clock.monotonic()
        if left <= 0:
            raise BadInput(f"it took longer than {self._limits.seconds_max:.0f} s", code="timeout")
        return min(left, self._limits.stall_s)

    def spend(self, received: int) -> None:
        """Count bytes that came in.

        Raises:
            BadInput: `too_large` or `too_slow`.
        """
        self._bytes += received
        self._window_bytes += received
        # Headers and chunk marks count as well, so an endless stream of them ends here.
        if self._bytes > self._limits.bytes_max + (1 << 20):
            raise too_large(self._limits.bytes_max)
        passed = self._clock.monotonic() - self._window
        if passed >= self._limits.speed_window_s:
            if self._window_bytes < self._limits.bytes_per_s_min * passed:
                raise BadInput(
                    f"it came at less than {self._limits.bytes_per_s_min} bytes/s", code="too_slow"
                )
            self._window, self._window_bytes = self._clock.monotonic(), 0


class CheckedBackend(httpcore.NetworkBackend):
    """Connects to public addresses only.

    Args:
        is_allowed: host and port that the operator excepts from the check of addresses.
    """

    def __init__(
        self, resolve: Resolver, dial: Dialler, is_allowed: Callable[[str, int], bool], budget: Budget
    ) -> None:
        self._resolve, self._dial, self._is_allowed, self._budget = resolve, dial, is_allowed, budget

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address of `host` that answers.

        Raises:
            BadInput: `refused_address`, `unknown_host` or `timeout`.
            httpcore.ConnectError: none answers.
        """
        addresses = list(self._resolve(host, port, self._budget.wait_s()))
        if not addresses:
            raise BadInput(f"{host!r} has no address", code="unknown_host")
        if not self._is_allowed(host, port):
            check_addresses(host, addresses)
        failure: Exception = httpcore.ConnectError("no address answers")
        for address in addresses[:ADDRESSES_TRIED_MAX]:
            try:
                return WatchedStream(self._dial(address, port, self._budget.wait_s()), self._budget)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


class WatchedStream(httpcore.NetworkStream):
    """A connection whose every read and write is counted against a budget."""

    def __init__(self, inner: httpcore.NetworkStream, budget: Budget) -> None:
        self._inner, self._budget = inner, budget

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """At most `max_bytes`, waiting no longer than the budget allows."""
        data = self._inner.read(max_bytes, self._budget.wait_s())
        self._budget.spend(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of `buffer`."""
        self._inner.write(buffer, self._budget.wait_s())

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection, encrypted and with the server's name checked."""
        inner = self._inner.start_tls(ssl_context, server_hostname, self._budget.wait_s())
        return WatchedStream(inner, self._budget)

    def get_extra_info(self, info: str) -> Any:
        """What the connection knows of itself."""
        return self._inner.get_extra_info(info)


def check_addresses(host: str, addresses: Iterable[str]) -> None:
    """Raise `refused_address` if any of the addresses is not public: a name that has both kinds is a trap."""
    for text in addresses:
        address = parse_address(text)
        if address is None or not is_public(address):
            reason = f"{host!r} leads to {text}, which is not on the public internet"
            raise BadInput(reason, code="refused_address")


def too_large(bytes_max: int) -> BadInput:
    """The error for an answer beyond the limit."""
    return BadInput(f"it is larger than {bytes_max / (1 << 20):,.0f} MiB", code="too_large")


def system_resolver(host: str, port: int, timeout_s: float) -> list[str]:
    """Every address the machine's resolver knows for `host`, in its order of preference.

    Raises:
        BadInput: `unknown_host`, `timeout`.
    """
    found: list[str] = []
    problem: list[Exception] = []

    def look_up() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend(dict.fromkeys(str(row[4][0]) for row in rows))
        except (OSError, UnicodeError) as error:
            problem.append(error)

    # getaddrinfo knows no time limit; a name server that never answers keeps only this thread waiting.
    thread = threading.Thread(target=look_up, daemon=True, name="resolve")
    thread.start()
    thread.join(timeout_s)
    if thread.is_alive():
        raise BadInput(f"looking {host!r} up took too long", code="timeout")
    if problem:
        raise BadInput(f"{host!r} is not known", code="unknown_host") from problem[0]
    return found


def system_dialler(address: str, port: int, timeout_s: float) -> httpcore.NetworkStream:
    """A TCP connection to `address`."""
    return httpcore.SyncBackend().connect_tcp(address, port, timeout=timeout_s)

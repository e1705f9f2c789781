"""Connections with deadlines: a client that opens one has to say what it wants.

    open → headers within ten seconds → application → answer → the next request within five seconds, or closed

uvicorn waits for headers as long as it takes, and after an answer for the rest of a body that nobody read.
One address may hold so many connections; a proxy that speaks for others (`FENSHEN_TRUSTED_PROXIES`) and this very
machine may hold any number. Knows nothing about what is asked.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections import Counter
from typing import Any, ClassVar, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from fenshen.web.rates import network_of

#: How long the headers of a request may take.
HEADERS_WAIT_S = 10.0
#: Tabs, phones and a family behind one address; every open call holds one.
CONNECTIONS_MAX = 128
_TOO_MANY = (
    b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 10\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
)


class DeadlineProtocol(HttpToolsProtocol):
    """One connection."""

    #: Open connections by address, of this process.
    open_by_address: ClassVar[Counter[str]] = Counter()
    _deadline: asyncio.TimerHandle | None = None
    _counted: str | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count it and begin to wait for headers."""
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        if not _speaks_for_others(address, self.config.forwarded_allow_ips):
            self._counted = network_of(address)
            self.open_by_address[self._counted] += 1
            if self.open_by_address[self._counted] > CONNECTIONS_MAX:
                transport.write(_TOO_MANY)
                transport.close()
                return
        self._await_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._stop_waiting()
        if self._counted is not None:
            self.open_by_address[self._counted] -= 1
            if not self.open_by_address[self._counted]:
                del self.open_by_address[self._counted]
            self._counted = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """The first bytes after an answer begin the next request, which has its own deadline."""
        if self.timeout_keep_alive_task is not None and self._deadline is None:
            self._await_headers()
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """The request is known; from here on the application waits, for the body."""
        self._stop_waiting()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """A body that nobody reads may still end, so that its sender sees the answer, but not for long."""
        super().on_response_complete()
        if self.cycle.response_complete and self.cycle.more_body:
            self._await_headers()

    def on_message_complete(self) -> None:
        """After such a body the next request is due."""
        super().on_message_complete()
        if self.cycle.response_complete:
            self.cycle.more_body = False
            self._await_headers()

    def _await_headers(self) -> None:
        self._stop_waiting()
        self._deadline = self.loop.call_later(HEADERS_WAIT_S, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def _speaks_for_others(address: str, trusted: Any) -> bool:
    names = trusted.split(",") if isinstance(trusted, str) else cast(list[str], trusted or [])
    try:
        is_here = ipaddress.ip_address(address).is_loopback
    except ValueError:
        is_here = not address
    return is_here or "*" in names or address in {name.strip() for name in names}

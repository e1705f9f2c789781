"""A web server on this machine that misbehaves on request, and fake names that lead to it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpcore

from fenshen.library.fetch.wire import system_dialler

#: An address of the public internet, as far as anybody can tell; nothing is ever sent there.
PUBLIC = "93.184.216.34"


class Handler(BaseHTTPRequestHandler):
    """Hands each request to the route of its path."""

    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        self.close_connection = True
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.site.seen.append((headers.get("host", "") + self.path, headers))
        route = self.site.routes.get(headers.get("host", "") + self.path) or self.site.routes.get(self.path)
        # The guard hangs up early, which is what most of these tests are about.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            route(self) if route else self.answer(404, b"nothing here")

    def answer(self, status: int = 200, body: bytes = b"", **headers: str) -> None:
        """A whole, well-behaved answer; `_` in a header's name stands for `-`."""
        self.send_response_only(status)
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in {"Content-Length": str(len(body)), "Connection": "close", **fields}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


Route = Callable[[Handler], None]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A handshake that the client refuses is no error here."""


@dataclass
class Site:
    """The server: what it answers under a path (or `host/path`), and what it was asked."""

    port: int
    routes: dict[str, Route] = field(default_factory=dict)
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    dialled: list[str] = field(default_factory=list)

    def page(self, path: str, body: bytes | str, **headers: str) -> None:
        """Answer `path` with `body`."""
        data = body.encode() if isinstance(body, str) else body
        self.routes[path] = lambda handler: handler.answer(200, data, **headers)

    def redirect(self, path: str, to: str, **headers: str) -> None:
        """Lead from `path` to `to`."""
        self.routes[path] = lambda handler: handler.answer(302, Location=to, **headers)

    def dial(self, address: str, port: int, timeout_s: float) -> httpcore.NetworkStream:
        """Whatever the address, connect to this server, and remember which it was."""
        self.dialled.append(f"{address}:{port}")
        return system_dialler("127.0.0.1", self.port, timeout_s)

    @property
    def asked(self) -> list[str]:
        """Host and path of every request."""
        return [place for place, _ in self.seen]


class Names:
    """A resolver: names to lists of answers, one list per look-up (the last one for ever).

    A number is its own answer, as with the real one; a name that is not listed is public.
    """

    def __init__(self, answers: Mapping[str, list[list[str]]] | None = None) -> None:
        self.answers = dict(answers or {})
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, timeout_s: float) -> list[str]:
        if host.replace(".", "").isdigit() or ":" in host:
            return [host]
        turn = self.asked.count(host)
        self.asked.append(host)
        given = self.answers.get(host, [[PUBLIC]])
        return given[min(turn, len(given) - 1)]


class serving:  # noqa: N801  (used like a function)
    """A `Site` that runs inside a `with` block."""

    def __init__(self, wrap: Callable[[_Server], None] = lambda server: None) -> None:
        handler = type("Bound", (Handler,), {})
        self._server = _Server(("127.0.0.1", 0), handler)
        wrap(self._server)
        self.site = Site(self._server.server_address[1])
        handler.site = self.site
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Site:
        self._thread.start()
        return self.site

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

"""Security headers on every response, streams included; by which names we are called; whose pages may call `/v1`.

Source: OWASP Secure Headers; CSP level 3; RFC 6797 (HSTS); Fetch Standard (CORS). Knows nothing about routes
except which pages bring their own, and that `/v1` is asked with a key.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from fastapi.middleware.cors import CORSMiddleware
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fenshen.core.errors import BadInput
from fenshen.web.errors import error_response
from fenshen.web.openai.errors import is_under

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; "
    "style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
#: A year, for this host alone: its neighbours may not have certificates.
HSTS = "max-age=31536000"
#: What an answer of these holds is one person's: no cache keeps it unless the route says so.
_PERSONAL = ("/api/", "/v1/")


class SecurityHeaders:
    """Adds `HEADERS` where a response does not set them itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if scope["scheme"] == "https":
                    headers.setdefault("Strict-Transport-Security", HSTS)
                if scope["path"].startswith(_PERSONAL):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, secured)


class KnownHosts:
    """Refuses requests under a name that is not this server's, where an operator has said which is.

    So no page can have its own name lead here (DNS rebinding). Addresses in numbers and `localhost` always
    pass: health checks use them, and no page can own them.

    Args:
        public_url: under which fans reach the server; without it every name passes.
    """

    def __init__(self, app: ASGIApp, public_url: str | None) -> None:
        self._app = app
        self._known = urlsplit(public_url).hostname if public_url else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and self._known is not None:
            asked = urlsplit("//" + Headers(scope=scope).get("host", "")).hostname or ""
            if asked not in (self._known, "localhost") and not _is_numeric(asked):
                error = BadInput(
                    f"this server is not {asked[:80]!r}; it is {self._known!r}", code="unknown_host"
                )
                await error_response(scope["path"], error)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _is_numeric(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class ApiFromAnywhere:
    """Lets pages of any site call `/v1`, as clients that run in a browser do.

    They need a key of their own: no cookie is sent with what is allowed here, and everything else of the
    server stays closed to them.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open = CORSMiddleware(app, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_open = scope["type"] == "http" and is_under(scope["path"])
        await (self._open if is_open else self._app)(scope, receive, send)

"""Bounds on what a request may send, before anything reads it.

Source: ASGI 3.0 (`http.request` messages).
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fenshen.core.errors import BadInput
from fenshen.web.errors import problem_response

#: JSON bodies only: nothing of ours needs more.
BODY_BYTES_MAX = 1 << 20


class _TooLarge(Exception):
    """The body went over the limit."""


class BodyLimit:
    """Refuses bodies over `BODY_BYTES_MAX`, whatever their `Content-Length` claims."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = 0

        async def bounded() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > BODY_BYTES_MAX:
                raise _TooLarge
            return message

        try:
            await self._app(scope, bounded, send)
        except _TooLarge:
            error = BadInput(f"a request may carry at most {BODY_BYTES_MAX} bytes", code="body_too_large")
            await problem_response(error)(scope, receive, send)

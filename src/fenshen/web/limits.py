"""Bounds on what a request may send, before anything reads it.

Source: ASGI 3.0 (`http.request` messages).
"""

from __future__ import annotations

import contextlib
import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fenshen.core.errors import BadInput
from fenshen.library.intake.uploads import PIECE_BYTES_MAX
from fenshen.web.errors import error_response

#: JSON bodies need no more.
BODY_BYTES_MAX = 1 << 20
#: A piece of a file that a creator or an operator uploads.
_UPLOAD = re.compile(r"/api/studio/[^/]+/library/intakes/[^/]+/files|/api/admin/imports/[^/]+")


class _TooLarge(Exception):
    """The body went over the limit."""


class RequestLimits:
    """Refuses bodies that are too large, whatever their `Content-Length` claims, and NUL in addresses."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif "\0" in scope["path"] or b"%00" in scope.get("query_string", b""):
            error = BadInput("an address cannot contain NUL", code="bad_address")
            await error_response(scope["path"], error)(scope, receive, send)
        else:
            await self._bound(scope, receive, send)

    async def _bound(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application; once the body is too large, whatever it answers is replaced."""
        limit = PIECE_BYTES_MAX if _UPLOAD.fullmatch(scope["path"]) else BODY_BYTES_MAX
        seen = 0
        started = False

        async def bounded() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise _TooLarge
            return message

        async def answered(message: Message) -> None:
            nonlocal started
            if seen <= limit or started:
                started = True
                await send(message)

        with contextlib.suppress(_TooLarge):
            await self._app(scope, bounded, answered)
        if seen > limit and not started:
            error = BadInput(f"a request may carry at most {limit} bytes", code="body_too_large")
            await error_response(scope["path"], error)(scope, receive, send)

"""Bounds on what a request may send and how long it may take to send it, before anything reads it.

A body that is read whole (JSON) is collected here: within its size, within its time, and with no more values
than the event loop can take apart at once. A piece of an uploaded file is passed on as it comes, within its
size and time. Time counts only while we wait for the client: ten seconds, and more for what has arrived.
Headers and unread bodies are the connection's: see `connections`. Knows nothing about routes.

Source: ASGI 3.0 (`http.request` messages); RFC 9110, section 15.5.9 (408).
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fenshen.core.errors import AppError, BadInput
from fenshen.library.intake.uploads import PIECE_BYTES_MAX
from fenshen.trust.judging import judged
from fenshen.web.errors import error_response

#: JSON bodies need no more.
BODY_BYTES_MAX = 1 << 20
#: A megabyte of `[1,1,1,…]` takes seconds to check and to complain about, a megabyte of words takes none.
VALUES_MAX = 10_000
#: How long a client may take to send a body, and how many bytes buy it one second more.
WAIT_S = 10.0
BYTES_PER_S_MIN = 16 << 10
#: A piece of a file that a creator or an operator uploads.
_UPLOAD = re.compile(r"/api/studio/[^/]+/library/intakes/[^/]+/files|/api/admin/imports/[^/]+")
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)


class _Refused(Exception):
    """The body broke a bound."""

    def __init__(self, error: AppError) -> None:
        super().__init__()
        self.error = error


class RequestLimits:
    """Refuses bodies that are too large, too slow or too full, and NUL in addresses."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif "\0" in scope["path"] or b"%00" in scope.get("query_string", b""):
            error = BadInput("an address cannot contain NUL", code="bad_address")
            await error_response(scope["path"], error)(scope, receive, send)
        elif scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
        elif _UPLOAD.fullmatch(scope["path"]):
            await self._pass_on(scope, _Body(receive, PIECE_BYTES_MAX), send)
        else:
            await self._collect(scope, _Body(receive, BODY_BYTES_MAX), send)

    async def _collect(self, scope: Scope, body: _Body, send: Send) -> None:
        """Run the application when the whole body is there."""
        data = bytearray()
        try:
            while True:
                message = await body.receive()
                data += message.get("body", b"")
                if not message.get("more_body"):
                    break
            if _marks(data) > VALUES_MAX and await judged(_values, bytes(data)) > VALUES_MAX:
                raise _Refused(BadInput(f"a request may hold {VALUES_MAX} values", code="body_too_full"))
        except _Refused as refused:
            await _answer(refused.error, scope, body.receive, send)
            return
        if message["type"] == "http.request":
            whole: Message = {"type": "http.request", "body": bytes(data), "more_body": False}
            await self._app(scope, _first(whole, body.receive), send)

    async def _pass_on(self, scope: Scope, body: _Body, send: Send) -> None:
        """Run the application; once the body breaks a bound, whatever it answers is replaced."""
        started = False

        async def answered(message: Message) -> None:
            nonlocal started
            if body.refused is None or started:
                started = True
                await send(message)

        with contextlib.suppress(_Refused):
            await self._app(scope, body.receive, answered)
        if body.refused is not None and not started:
            await _answer(body.refused, scope, body.receive, send)


class _Body:
    """The body of one request as it arrives; `refused` says which bound it broke."""

    def __init__(self, receive: Receive, bytes_max: int) -> None:
        self._receive = receive
        self._bytes_max = bytes_max
        self._seen = 0
        self._waited_s = 0.0
        self._is_whole = False
        self.refused: AppError | None = None

    async def receive(self) -> Message:
        if self._is_whole:
            return await self._receive()
        clock = asyncio.get_running_loop().time
        begun = clock()
        left_s = WAIT_S + self._seen / BYTES_PER_S_MIN - self._waited_s
        try:
            message = await asyncio.wait_for(self._receive(), max(left_s, 0.001))
        except TimeoutError:
            slow = BadInput(f"the body came too slowly; {WAIT_S:.0f} s are allowed", code="body_too_slow")
            raise self._refusal(slow) from None
        self._waited_s += clock() - begun
        self._seen += len(message.get("body", b""))
        self._is_whole = not message.get("more_body")
        if self._seen > self._bytes_max:
            limit = self._bytes_max
            raise self._refusal(BadInput(f"a request may carry at most {limit} bytes", code="body_too_large"))
        return message

    def _refusal(self, error: AppError) -> _Refused:
        self.refused = error
        return _Refused(error)


def _first(message: Message, receive: Receive) -> Callable[[], Awaitable[Message]]:
    """`receive` with a message before all others."""
    waiting = [message]

    async def received() -> Message:
        return waiting.pop() if waiting else await receive()

    return received


def _marks(data: bytes | bytearray) -> int:
    return sum(map(data.count, (b",", b"[", b"{")))


def _values(data: bytes) -> int:
    """How many values a JSON document holds at most: marks inside its strings do not count."""
    return _marks(_STRING.sub(b"", data))


async def _answer(error: AppError, scope: Scope, receive: Receive, send: Send) -> None:
    """The problem; who is too slow loses the connection too, anybody else may finish the body first."""
    response = error_response(scope["path"], error)
    if error.code == "body_too_slow":
        response.headers["Connection"] = "close"
    await response(scope, receive, send)

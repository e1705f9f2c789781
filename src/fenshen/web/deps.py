"""Who is asking, and the application behind the routes, for requests and WebSockets alike.

A user is known by a `Bearer fsk_…` key or by the session cookie. A cookie on an unsafe method, or on the handshake of
a WebSocket, also needs an `Origin` of this very host, so that no other page can act for a logged-in fan: a handshake is
a GET to which browsers add cookies, whatever page opens it. Behind https the cookie has the prefix `__Host-`, which no
neighbouring host or plain page can set.

Source: RFC 6265bis (cookie name prefixes); Fetch Standard (`Origin`); W3C Fetch Metadata; RFC 6455, section 10.2.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Annotated, Any, cast
from urllib.parse import urlsplit

from fastapi import Depends, Path, Request
from starlette.requests import HTTPConnection

from fenshen.core.errors import BadInput, NotFound, Refused, Unauthenticated
from fenshen.trust.accounts import User
from fenshen.trust.creators import Creator, owned_creator
from fenshen.trust.keys import user_for_key
from fenshen.trust.sessions import user_for_session
from fenshen.web.openai.errors import is_under
from fenshen.wiring import App

_COOKIE = "fenshen_session"
#: How long a revoked key or an ended session may go on listening while words come.
RECHECK_S = 1.0
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: Bytes of JSON that are parsed faster than a thread is found.
_PARSED_AT_ONCE = 32_768


async def get_app(connection: HTTPConnection) -> App:
    """The application of this server; async, so that no thread is asked for it."""
    return cast(App, connection.app.state.app)


AppDep = Annotated[App, Depends(get_app)]


async def refuse_ambiguous_json(connection: HTTPConnection) -> None:
    """Refuse JSON that readers understand differently: a key given twice, numbers that JSON does not have.

    Raises:
        BadInput: `ambiguous_json`.

    Source: RFC 8259, sections 4 and 6.
    """
    if not isinstance(connection, Request) or connection.method in _SAFE_METHODS:
        return
    undeclared = "json" if is_under(connection.url.path) else ""
    if "json" not in connection.headers.get("content-type", undeclared):
        return
    body = await connection.body()
    if len(body) > _PARSED_AT_ONCE:
        await asyncio.to_thread(_check_json, body)
    else:
        _check_json(body)


def _check_json(body: bytes) -> None:
    with contextlib.suppress(ValueError, RecursionError):  # what is no JSON at all is refused by its reader
        json.loads(body, object_pairs_hook=_distinct, parse_constant=_no_number)


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadInput("the request says a key twice; send it once", code="ambiguous_json")
    return found


def _no_number(name: str) -> None:
    raise BadInput(f"{name} is no number of JSON", code="ambiguous_json")


def cookie_name(connection: HTTPConnection) -> str:
    """What the session cookie is called here."""
    return f"__Host-{_COOKIE}" if connection.url.scheme in ("https", "wss") else _COOKIE


def current_user(connection: HTTPConnection, app: AppDep) -> User:
    """The user who sent the request, or opens the WebSocket.

    Raises:
        Unauthenticated: no credential, or one that is unknown, expired or revoked.
        Refused: a cookie sent from another site's page.
    """
    scheme, _, credential = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return user_for_key(app.db, app.clock, credential.strip())
    token = connection.cookies.get(cookie_name(connection))
    if token is None:
        raise Unauthenticated("log in, or send `Authorization: Bearer fsk_…`")
    check_origin(connection)
    return user_for_session(app.db, app.clock, token)


def optional_user(connection: HTTPConnection, app: AppDep) -> User | None:
    """The user, or `None` for a visitor."""
    try:
        return current_user(connection, app)
    except Unauthenticated:
        return None


class Credential:
    """What a stream or WebSocket was opened with; it may be revoked, expired or logged out meanwhile."""

    def __init__(self, connection: HTTPConnection, app: App, user: User) -> None:
        self._connection, self._app, self._user = connection, app, user
        self._asked_s = app.clock.monotonic()

    async def still_holds(self) -> bool:
        """Whether it still stands for the same user; looked up again at most once in `RECHECK_S`."""
        now_s = self._app.clock.monotonic()
        if now_s - self._asked_s < RECHECK_S:
            return True
        self._asked_s = now_s
        try:
            return (await asyncio.to_thread(current_user, self._connection, self._app)).id == self._user.id
        except (Unauthenticated, Refused):
            return False


def check_origin(connection: HTTPConnection) -> None:
    """Refuse an unsafe request or a WebSocket that another site's page sent with this browser's cookie.

    Raises:
        Refused: `cross_site`.
    """
    if connection.scope["type"] == "http" and connection.scope["method"] in _SAFE_METHODS:
        return
    origin = connection.headers.get("origin")
    if origin is None:
        # A browser that names no origin says at least that the page was ours; without a cookie it may be a script.
        is_ours = connection.headers.get("sec-fetch-site", "same-origin") == "same-origin"
        is_ours = is_ours and (
            "sec-fetch-site" in connection.headers or cookie_name(connection) not in connection.cookies
        )
    else:
        is_ours = urlsplit(origin).netloc == connection.headers.get("host")
    if not is_ours:
        raise Refused("requests from other sites are not accepted", code="cross_site")


UserDep = Annotated[User, Depends(current_user)]
VisitorDep = Annotated[User | None, Depends(optional_user)]


def studio_creator(slug: Annotated[str, Path()], user: UserDep, app: AppDep) -> Creator:
    """The creator at `slug`, if it is this user's to run.

    Raises:
        NotFound: there is none, or it is someone else's: both look the same.
    """
    try:
        return owned_creator(app.db, user, slug)
    except Refused:
        raise NotFound(f"no creator {slug!r}") from None


StudioDep = Annotated[Creator, Depends(studio_creator)]


def operator(user: UserDep) -> User:
    """The user, if they run this installation.

    Raises:
        Refused: `operators_only`.
    """
    if user.role != "operator":
        raise Refused("only an operator of this installation may do this", code="operators_only")
    return user


OperatorDep = Annotated[User, Depends(operator)]

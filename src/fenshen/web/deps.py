"""Who is asking, and the application behind the routes.

A request is somebody through a `Bearer fsk_…` key or the session cookie. A cookie on an unsafe method
also needs an `Origin` of this very host, so that no other page can act for a logged-in fan.
"""

from __future__ import annotations

from typing import Annotated, cast
from urllib.parse import urlsplit

from fastapi import Depends, Path, Request

from fenshen.core.errors import NotFound, Refused, Unauthenticated
from fenshen.trust.accounts import User
from fenshen.trust.creators import Creator, owned_creator
from fenshen.trust.keys import user_for_key
from fenshen.trust.sessions import user_for_session
from fenshen.wiring import App

COOKIE = "fenshen_session"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


async def get_app(request: Request) -> App:
    """The application of this server; async, so that no thread is asked for it."""
    return cast(App, request.app.state.app)


AppDep = Annotated[App, Depends(get_app)]


def current_user(request: Request, app: AppDep) -> User:
    """The user who sent the request.

    Raises:
        Unauthenticated: nobody, or a credential that is unknown, expired or revoked.
        Refused: a cookie sent from another site's page.
    """
    scheme, _, credential = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return user_for_key(app.db, app.clock, credential.strip())
    token = request.cookies.get(COOKIE)
    if token is None:
        raise Unauthenticated("log in, or send `Authorization: Bearer fsk_…`")
    check_origin(request)
    return user_for_session(app.db, app.clock, token)


def optional_user(request: Request, app: AppDep) -> User | None:
    """The user, or `None` for a visitor."""
    try:
        return current_user(request, app)
    except Unauthenticated:
        return None


def check_origin(request: Request) -> None:
    """Refuse an unsafe request that another site's page sent with this browser's cookie.

    Raises:
        Refused: `cross_site`.
    """
    origin = request.headers.get("origin")
    if request.method in _SAFE_METHODS or origin is None:
        return
    if urlsplit(origin).netloc != request.headers.get("host"):
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

"""Sign up, log in, log out, who am I, the password, sessions, API keys."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from fenshen.trust import accounts, keys, sessions
from fenshen.trust.creators import list_creators
from fenshen.trust.throttle import claim_sign_up
from fenshen.web.deps import AppDep, UserDep, VisitorDep, check_origin, cookie_name
from fenshen.web.schemas.accounts import (
    Credentials,
    KeyCreated,
    KeyIn,
    KeyOut,
    PasswordIn,
    SessionOut,
    SignUp,
    UserOut,
)
from fenshen.wiring import App

router = APIRouter(prefix="/api", tags=["accounts"])


@router.post("/auth/sign-up", status_code=201)
def sign_up(body: SignUp, request: Request, response: Response, app: AppDep) -> UserOut:
    """Make a fan's account and log it in."""
    check_origin(request)
    claim_sign_up(app.db, app.clock, _address(request))
    user = accounts.sign_up(app.db, app.clock, app.ids, body.email, body.password)
    session = sessions.open_session(
        app.db, app.clock, user, days=app.settings.session_days, agent=_agent(request)
    )
    _set_cookie(request, response, app, session)
    return UserOut.of(user, creators=[])


@router.post("/auth/log-in")
def log_in(body: Credentials, request: Request, response: Response, app: AppDep) -> UserOut:
    """Open a session for an e-mail and password."""
    check_origin(request)
    session = sessions.log_in(
        app.db,
        app.clock,
        body.email,
        body.password,
        address=_address(request),
        days=app.settings.session_days,
        agent=_agent(request),
    )
    _set_cookie(request, response, app, session)
    return _out(app, session.user)


@router.post("/auth/log-out", status_code=204)
def log_out(request: Request, response: Response, app: AppDep) -> None:
    """Close this session."""
    check_origin(request)
    sessions.log_out(app.db, request.cookies.get(cookie_name(request)))
    response.delete_cookie(cookie_name(request), secure=request.url.scheme == "https")


@router.get("/me")
def me(user: UserDep, app: AppDep) -> UserOut:
    """Who the request comes from."""
    return _out(app, user)


@router.get("/session")
def session(user: VisitorDep, app: AppDep) -> UserOut | None:
    """Who is logged in, `null` for a visitor: what every page asks first, so nobody is no error here."""
    return None if user is None else _out(app, user)


@router.put("/me/password", status_code=204)
def change_password(body: PasswordIn, request: Request, user: UserDep, app: AppDep) -> None:
    """Another password; every other browser is logged out."""
    accounts.change_password(
        app.db, app.clock, user, body.new, by=user.id, current=body.current, address=_address(request)
    )
    sessions.log_out_everywhere(app.db, user.id, but=request.cookies.get(cookie_name(request)))


@router.get("/sessions")
def list_sessions(request: Request, user: UserDep, app: AppDep) -> list[SessionOut]:
    """The browsers in which this user is logged in, the newest first."""
    this = sessions.session_id(request.cookies.get(cookie_name(request)))
    found = sessions.open_sessions(app.db, app.clock, user.id)
    return [SessionOut.of(session, is_this=session.id == this) for session in found]


@router.delete("/sessions", status_code=204)
def end_other_sessions(request: Request, user: UserDep, app: AppDep) -> None:
    """Log out everywhere but here."""
    sessions.log_out_everywhere(app.db, user.id, but=request.cookies.get(cookie_name(request)))


@router.delete("/sessions/{session_id}", status_code=204)
def end_session(session_id: str, user: UserDep, app: AppDep) -> None:
    """Log one browser out."""
    sessions.end_session(app.db, user.id, session_id)


@router.get("/keys")
def list_keys(user: UserDep, app: AppDep) -> list[KeyOut]:
    """This user's API keys, without their secrets."""
    return [KeyOut.of(key) for key in keys.list_keys(app.db, user.id)]


@router.post("/keys", status_code=201)
def create_key(body: KeyIn, user: UserDep, app: AppDep) -> KeyCreated:
    """A new API key; its secret is shown this once."""
    made = keys.create_key(app.db, app.clock, app.ids, user.id, body.name)
    return KeyCreated.of(made.key, secret=made.secret)


@router.delete("/keys/{key_id}", status_code=204)
def revoke_key(key_id: str, user: UserDep, app: AppDep) -> None:
    """Make a key useless from now on."""
    keys.revoke_key(app.db, app.clock, user.id, key_id)


def _out(app: App, user: accounts.User) -> UserOut:
    owner = None if user.role == "operator" else user.id
    return UserOut.of(user, creators=[creator.slug for creator in list_creators(app.db, owner=owner)])


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _agent(request: Request) -> str:
    return request.headers.get("user-agent", "")


def _set_cookie(request: Request, response: Response, app: App, session: sessions.Session) -> None:
    response.set_cookie(
        cookie_name(request),
        session.token,
        max_age=app.settings.session_days * 86_400,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )

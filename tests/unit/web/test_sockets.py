"""Who may open a WebSocket: the same people as may send a request, and no page of another site for them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import WebSocket, WebSocketDisconnect
from starlette.testclient import TestClient, WebSocketDenialResponse

from fenshen.core.clock import VirtualClock
from fenshen.trust import accounts, keys, sessions
from fenshen.web.app import create_api
from fenshen.web.deps import RECHECK_S, AppDep, Credential, UserDep
from house import House

HOST = "twins.example"
OWN = {"Origin": f"https://{HOST}"}
COOKIE = "__Host-fenshen_session"


@pytest.fixture
def client(house: House) -> Iterator[TestClient]:
    """The application with one WebSocket for those who take part in a conversation; it says who they are."""
    api = create_api(house.app)

    @api.websocket("/test/{conversation_id}")
    async def socket(websocket: WebSocket, conversation_id: str, user: UserDep, app: AppDep) -> None:
        app.conversations.get(conversation_id, user.id)
        credential = Credential(websocket, app, user)
        await websocket.accept()
        with contextlib.suppress(WebSocketDisconnect):
            while await credential.still_holds():
                await websocket.send_text(user.id)
                await websocket.receive_text()
            await websocket.close(1008)

    # The page's own route takes every address, so this one has to come before it.
    api.router.routes.insert(0, api.router.routes.pop())
    yield TestClient(api)


@pytest.fixture
def path(house: House) -> str:
    """The address of the fan's conversation."""
    return f"wss://{HOST}/test/{house.app.conversations.start(house.fan.id, 'juniper', 'en').id}"


def cookie(house: House, email: str = "fan@example.com") -> dict[str, str]:
    """The header with which a browser that is logged in sends its session."""
    user = accounts.user_by_email(house.app.db, email)
    token = sessions.open_session(house.app.db, house.app.clock, user).token
    return {"Cookie": f"{COOKIE}={token}"}


def refusal(client: TestClient, path: str, headers: dict[str, str]) -> tuple[int, Any]:
    """Status and code with which a handshake is refused."""
    with pytest.raises(WebSocketDenialResponse) as denied, client.websocket_connect(path, headers=headers):
        pass
    return denied.value.status_code, denied.value.json()["code"]


def test_a_socket_opens_for_its_fan(house: House, client: TestClient, path: str) -> None:
    """With a key from anywhere, and with the cookie from a page of ours."""
    for headers in (
        house.fan.bearer,
        {**house.fan.bearer, "Origin": "https://evil.example"},
        {**cookie(house), **OWN},
    ):
        with client.websocket_connect(path, headers=headers) as socket:
            assert socket.receive_text() == house.fan.id


def test_nobody_else_opens_it(house: House, client: TestClient, path: str) -> None:
    """No credential, an invented one, another fan's."""
    assert refusal(client, path, {}) == (401, "unauthenticated")
    assert refusal(client, path, {"Authorization": "Bearer fsk_invented"})[0] == 401
    assert refusal(client, path, {"Cookie": f"{COOKIE}=invented", **OWN})[0] == 401
    assert refusal(client, path, house.other.bearer)[0] == 404
    assert refusal(client, path, {**cookie(house, "other@example.com"), **OWN})[0] == 404


def test_a_page_of_another_site_cannot_open_it(house: House, client: TestClient, path: str) -> None:
    """Browsers send the cookie with any page's handshake; only the origin tells them apart."""
    foreign = ("https://evil.example", f"https://{HOST}.evil.example", f"https://{HOST}:8443", "null")
    for origin in foreign:
        assert refusal(client, path, {**cookie(house), "Origin": origin}) == (403, "cross_site")
    assert refusal(client, path, cookie(house)) == (403, "cross_site")


def test_an_ended_credential_opens_nothing(house: House, client: TestClient, path: str) -> None:
    """A revoked key, and a session that was logged out or has expired."""
    app, fan = house.app, house.fan
    (key,) = keys.list_keys(app.db, fan.id)
    keys.revoke_key(app.db, app.clock, fan.id, key.id)
    assert refusal(client, path, fan.bearer)[0] == 401
    headers = {**cookie(house), **OWN}
    sessions.log_out_everywhere(app.db, fan.id)
    assert refusal(client, path, headers)[0] == 401
    headers = {**cookie(house), **OWN}
    house.clock.advance(15 * 86_400)
    assert refusal(client, path, headers) == (401, "session_expired")


def test_an_open_socket_ends_with_its_credential(house: House, client: TestClient, path: str) -> None:
    """As an event stream does: within a second of being logged out."""
    with client.websocket_connect(path, headers={**cookie(house), **OWN}) as socket:
        assert socket.receive_text() == house.fan.id
        sessions.log_out_everywhere(house.app.db, house.fan.id)
        assert isinstance(house.app.clock, VirtualClock)
        house.clock.advance(RECHECK_S)
        socket.send_text("still there?")
        assert socket.receive()["code"] == 1008


def test_a_socket_under_a_foreign_name_is_refused(house: House) -> None:
    """A page whose own name leads here (DNS rebinding) is its own origin; the server's name is not."""
    house.app.settings.public_url = f"https://{HOST}"
    rebound = TestClient(create_api(house.app))
    assert refusal(rebound, "wss://evil.example/test/any", {"Origin": "https://evil.example"}) == (
        422,
        "unknown_host",
    )

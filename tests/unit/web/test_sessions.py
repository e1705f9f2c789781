"""Who is logged in where, another password, and streams that end with what opened them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy.exc import IntegrityError
from starlette.testclient import TestClient

from fenshen.trust import keys, sessions
from fenshen.twin.tables import turns
from fenshen.web.app import create_api
from fenshen.web.deps import RECHECK_S
from house import PASSWORD, SLUG, House, Opener, OpenHouse

ANOTHER = "a longer battery staple"
FAN = {"email": "fan@example.com", "password": PASSWORD}


@pytest.fixture
async def place(opened: Opener) -> AsyncIterator[OpenHouse]:
    async with opened() as one:
        yield one


@contextlib.asynccontextmanager
async def browser(place: OpenHouse, agent: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which the fan is logged in."""
    headers = {"Origin": place.url, "User-Agent": agent}
    async with httpx.AsyncClient(base_url=place.url, headers=headers, verify=False) as http:
        assert (await http.post("/api/auth/log-in", json=FAN)).status_code == 200
        yield http


async def test_a_fan_sees_her_browsers_and_logs_one_out(place: OpenHouse) -> None:
    """Each says what it is and which is this one; another's session is not there."""
    async with browser(place, "Phone") as phone, browser(place, "Desk" + "x" * 500) as desk:
        listed = sorted((await desk.get("/api/sessions")).json(), key=lambda one: str(one["agent"]))
        assert [(one["agent"][:5], one["is_this"]) for one in listed] == [("Deskx", True), ("Phone", False)]
        other = await place.visit(place.house.other)
        assert (await other.get("/api/sessions")) == []
        assert (await other.http.delete(f"/api/sessions/{listed[1]['id']}")).status_code == 404
        assert (await desk.delete(f"/api/sessions/{listed[1]['id']}")).status_code == 204
        assert (await phone.get("/api/me")).status_code == 401
        assert (await desk.get("/api/me")).status_code == 200


async def test_another_password_logs_the_other_browsers_out(place: OpenHouse) -> None:
    """It needs the old one; here one stays logged in, elsewhere the new one is asked."""
    async with browser(place, "Phone") as phone, browser(place, "Desk") as desk:
        for body, status in (
            ({"current": "wrong password", "new": ANOTHER}, 401),
            ({"current": PASSWORD, "new": "short"}, 422),
            ({"current": PASSWORD, "new": ANOTHER}, 204),
        ):
            assert (await desk.put("/api/me/password", json=body)).status_code == status
        assert (await phone.get("/api/me")).status_code == 401
        assert (await desk.get("/api/me")).status_code == 200
        assert (await phone.post("/api/auth/log-in", json=FAN)).status_code == 401
        assert (await phone.post("/api/auth/log-in", json={**FAN, "password": ANOTHER})).status_code == 200


async def test_logging_out_everywhere_but_here(place: OpenHouse) -> None:
    """The others end, this one goes on."""
    async with browser(place, "Phone") as phone, browser(place, "Desk") as desk:
        assert (await desk.delete("/api/sessions")).status_code == 204
        assert (await phone.get("/api/me")).status_code == 401
        assert (await desk.get("/api/me")).status_code == 200


@pytest.mark.parametrize("way", ["key revoked", "logged out", "expired"])
async def test_a_stream_ends_with_what_opened_it(place: OpenHouse, way: str) -> None:
    """Nothing that is said after the credential ended reaches the stream it opened."""
    app, fan = place.house.app, place.house.fan
    elsewhere = await place.visit(fan)
    call = await elsewhere.open_call()
    key = keys.create_key(app.db, app.clock, app.ids, fan.id, "tablet")
    async with browser(place, "Phone") as phone:
        headers = {"Authorization": f"Bearer {key.secret}"} if way == "key revoked" else {}
        path = f"/api/calls/{call['id']}/events"
        async with phone.stream("GET", path, headers=headers) as stream:
            lines = stream.aiter_lines()
            while "event: state" not in await anext(lines):
                pass
            if way == "key revoked":
                keys.revoke_key(app.db, app.clock, fan.id, key.key.id)
            elif way == "logged out":
                sessions.log_out_everywhere(app.db, fan.id)
            place.house.clock.advance(RECHECK_S if way != "expired" else 15 * 86_400)
            with contextlib.suppress(AssertionError):
                await elsewhere.say(call, "Is my toaster broken?")
            async with asyncio.timeout(30):
                rest = [line async for line in lines]
    assert not any("toaster" in line for line in rest)


def https(house: House, host: str = "twins.example") -> TestClient:
    """A browser that reaches the house over https under this name."""
    return TestClient(create_api(house.app), base_url=f"https://{host}")


def test_behind_https_the_cookie_belongs_to_this_host_alone(house: House) -> None:
    """`__Host-`, secure, whole path; the plain name is not read there; and browsers are told to stay."""
    client = https(house)
    response = client.post("/api/auth/log-in", json=FAN)
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("__Host-fenshen_session=") and "Secure" in cookie and "Path=/" in cookie
    assert "Domain" not in cookie and response.headers["strict-transport-security"].startswith("max-age=")
    assert client.get("/api/me").status_code == 200
    token = client.cookies["__Host-fenshen_session"]
    planted = https(house)
    planted.cookies.set("fenshen_session", token, domain="twins.example")
    assert planted.get("/api/me").status_code == 401


def test_a_cookie_without_an_origin_changes_nothing(house: House) -> None:
    """Only a browser that says the page was ours may leave the origin out."""
    client = https(house)
    client.post("/api/auth/log-in", json=FAN)
    tries: list[tuple[dict[str, str], int]] = [
        ({}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Origin": "https://twins.example"}, 201),
    ]
    for headers, status in tries:
        assert client.post("/api/keys", json={"name": "x"}, headers=headers).status_code == status, headers


def test_only_names_of_this_server_are_answered_where_an_operator_says_which(house: House) -> None:
    """Numbers and localhost pass for health checks; another name gets nothing."""
    house.app.settings.public_url = "https://twins.example:8443"
    for host, status in (
        ("twins.example", 200),
        ("localhost", 200),
        ("10.0.0.7", 200),
        ("evil.example", 422),
    ):
        assert https(house, host).get("/api/twins").status_code == status, host


def test_what_belongs_to_one_person_is_not_cached(house: House) -> None:
    """Money, chats, errors and the OpenAI surface; the page itself may be kept."""
    client = TestClient(create_api(house.app), headers=house.fan.bearer)
    for path in ("/api/wallet", "/api/conversations", "/api/me", "/api/nothing", "/v1/models"):
        assert client.get(path).headers["cache-control"] == "no-store", path


def test_json_has_one_meaning(house: House) -> None:
    """A key said twice, at any depth, and numbers that JSON does not have are refused; `"3"` is no 3."""
    client = TestClient(create_api(house.app), headers=house.fan.bearer)
    bodies = [
        '{"name": "a", "name": "b"}',
        '{"name": {"x": 1, "x": 2}}',
        '{"name": NaN}',
        '[{"a": 1, "a": 1}]',
    ]
    for body in bodies:
        response = client.post("/api/keys", content=body, headers={"content-type": "application/json"})
        assert (response.status_code, response.json()["code"]) == (422, "ambiguous_json"), body
    call = client.post("/api/calls", json={"twin": SLUG}).json()
    beat = client.post(f"/api/calls/{call['id']}/heartbeat", json={"seq": "1", "acked": "3"})
    assert beat.status_code == 422


def test_metrics_are_for_this_machine_and_operators(house: House) -> None:
    """From elsewhere, or through a proxy, an operator's key is needed."""
    api = create_api(house.app)
    here = TestClient(api, client=("127.0.0.1", 50_000))
    there = TestClient(api, client=("192.0.2.7", 50_000))
    assert here.get("/metrics").status_code == 200
    assert here.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 401
    assert there.get("/metrics").status_code == 401
    assert there.get("/metrics", headers=house.fan.bearer).status_code == 403
    assert there.get("/metrics", headers=house.operator.bearer).status_code == 200


def test_metrics_behind_a_proxy_are_for_operators_however_little_the_proxy_says(house: House) -> None:
    """A proxy that adds no header looks like this machine, so where there is one, this machine is nobody special."""
    house.app.settings = house.app.settings.model_copy(update={"public_url": "http://testserver"})
    here = TestClient(create_api(house.app), client=("127.0.0.1", 50_000))
    assert here.get("/metrics").status_code == 401
    assert here.get("/metrics", headers=house.operator.bearer).status_code == 200


def test_the_home_is_closed_to_other_users_of_the_machine(house: House) -> None:
    """Nobody but its owner can look in."""
    assert house.app.settings.home.stat().st_mode & 0o077 == 0


def test_who_tried_too_often_is_told_how_long_to_wait(house: House) -> None:
    """Minutes, not the two seconds of a busy database."""
    client = TestClient(create_api(house.app))
    for _ in range(10):
        client.post("/api/auth/log-in", json={**FAN, "password": "wrong password"})
    refused = client.post("/api/auth/log-in", json=FAN)
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 60


def test_a_deleted_chat_is_nowhere_in_the_files(house: House) -> None:
    """Neither the database nor its write-ahead log still holds the words, and an error never did."""
    app, fan = house.app, house.fan
    thread = app.conversations.start(fan.id, SLUG, "en")
    app.conversations.add_question(thread.id, fan.id, "my aquamarine secret", call_id="call_0")
    app.conversations.delete(thread.id, fan.id)
    held = b"".join(file.read_bytes() for file in app.settings.home.glob("fenshen.db*"))
    assert b"aquamarine" not in held
    turn = {
        "id": "turn_0",
        "conversation_id": "conv_missing",
        "role": "user",
        "speaker": fan.id,
        "text": "my aquamarine secret",
    }
    with pytest.raises(IntegrityError) as failed, app.db.write() as connection:
        connection.execute(turns.insert().values(**turn, status="complete", at=app.clock.now()))
    assert "aquamarine" not in str(failed.value)

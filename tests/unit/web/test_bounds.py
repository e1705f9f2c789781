"""Bounds of the server on real connections: slow senders, full bodies, many streams, many searches."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import pytest

from fenshen.trust.guard import Guard
from fenshen.twin import reply
from fenshen.web import connections, limits
from fenshen.web.connections import DeadlineProtocol
from fenshen.web.openai import shapes
from fenshen.web.routes import calls
from fenshen.web.searching import VISITOR_BURST, VISITOR_CHARS_MAX, VISITOR_HITS_MAX
from fenshen.web.streams import PER_CALL_MAX
from house import SLUG, Opener, OpenHouse

JSON = {"Content-Type": "application/json"}
POST = "POST /api/auth/log-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n"


@pytest.fixture
async def place(opened: Opener) -> AsyncIterator[OpenHouse]:
    async with opened() as place:
        yield place


async def _spoken(url: str, beginning: str, drip: str = "") -> bytes:
    """What the server says until it closes a connection that begins like this and goes on drop by drop."""
    reader, writer = await asyncio.open_connection(urlsplit(url).hostname, urlsplit(url).port)
    writer.write(beginning.encode())

    async def dripping() -> None:
        with contextlib.suppress(OSError):
            while drip:
                await asyncio.sleep(0.05)
                writer.write(drip.encode())

    task = asyncio.create_task(dripping())
    try:
        async with asyncio.timeout(20):
            said = b""
            with contextlib.suppress(ConnectionError):
                while piece := await reader.read(4096):
                    said += piece
            return said
    finally:
        task.cancel()
        writer.close()


@pytest.mark.parametrize("drip", ["", " "])
@pytest.mark.parametrize(
    "beginning",
    ["", "GET /healthz HTTP/1.1\r\nHost: x\r\nX-", POST, f"{POST}{{", POST.replace("Content-Length: 400", "Transfer-Encoding: chunked")],
)  # fmt: skip
async def test_who_does_not_finish_a_request_loses_the_connection(
    place: OpenHouse, monkeypatch: pytest.MonkeyPatch, beginning: str, drip: str
) -> None:
    """No headers, half of them, half a body: closed, also when a drop comes now and then."""
    monkeypatch.setattr(connections, "HEADERS_WAIT_S", 0.3)
    monkeypatch.setattr(limits, "WAIT_S", 0.3)
    said = await _spoken(place.url, beginning, drip)
    assert not said or said.startswith((b"HTTP/1.1 408", b"HTTP/1.1 400"))
    if beginning.startswith("POST") and "chunked" not in beginning:
        assert b"body_too_slow" in said


async def test_a_body_that_nobody_reads_does_not_hold_a_connection(
    place: OpenHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page is answered at once, and what its request goes on sending is not waited for."""
    monkeypatch.setattr(connections, "HEADERS_WAIT_S", 0.3)
    said = await _spoken(place.url, "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 400\r\n\r\n", " ")
    assert said.startswith(b"HTTP/1.1 200")


async def test_many_requests_on_one_connection_go_on(
    place: OpenHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deadline belongs to one request, not to the connection."""
    monkeypatch.setattr(connections, "HEADERS_WAIT_S", 0.3)
    async with httpx.AsyncClient(base_url=place.url) as http:
        for _ in range(5):
            assert (await http.get("/healthz")).status_code == 200
            assert (await http.post("/api/auth/log-in", json={})).status_code == 422
            await asyncio.sleep(0.1)


async def test_a_steady_upload_may_take_longer_than_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every kilobyte buys time; a drip does not."""
    monkeypatch.setattr(limits, "WAIT_S", 0.1)
    monkeypatch.setattr(limits, "BYTES_PER_S_MIN", 1000)

    async def receive() -> dict[str, object]:
        await asyncio.sleep(0.08)
        return {"type": "http.request", "body": b"x" * size, "more_body": True}

    size = 1000
    body = limits._Body(receive, 1 << 20)
    for _ in range(8):
        await body.receive()
    size = 1
    body = limits._Body(receive, 1 << 20)
    with pytest.raises(limits._Refused):
        for _ in range(8):
            await body.receive()
    assert body.refused is not None and body.refused.code == "body_too_slow"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ('{"model":"juniper","messages":[{"role":"user","content":[' + "1," * 400_000 + "1]}]}", 400, "body_too_full"),
        ('{"model":"juniper","stop":[' + '"",' * 200_000 + '"a"]}', 400, "body_too_full"),
        ("[" * 900_000, 422, "body_too_full"),
        ('{"email":"' + ",[{" * 100_000 + '","password":"x"}', 422, "invalid_request"),
        ('{"email":"' + "x" * (1 << 20) + '","password":"x"}', 422, "body_too_large"),
    ],
)  # fmt: skip
async def test_a_full_body_is_refused_before_it_is_taken_apart(
    place: OpenHouse, body: str, status: int, code: str
) -> None:
    """A megabyte of values is refused, a megabyte of words is read; marks inside words are no values."""
    path = "/v1/chat/completions" if "model" in body else "/api/auth/log-in"
    async with httpx.AsyncClient(base_url=place.url) as http:
        response = await http.post(path, content=body, headers=JSON)
    said = response.json()
    assert (response.status_code, said.get("error", said)["code"]) == (status, code)


async def test_one_address_holds_only_so_many_connections(
    place: OpenHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one is told so; when one goes, there is room again. This machine itself may hold any number."""
    monkeypatch.setattr(connections, "CONNECTIONS_MAX", 2)
    monkeypatch.setattr(connections, "HEADERS_WAIT_S", 0.5)
    url = urlsplit(place.url)
    here = [await asyncio.open_connection(url.hostname, url.port) for _ in range(4)]
    assert not DeadlineProtocol.open_by_address
    monkeypatch.setattr(connections, "_speaks_for_others", lambda *_: False)
    held = [await asyncio.open_connection(url.hostname, url.port) for _ in range(2)]
    assert (await _spoken(place.url, "")).startswith(b"HTTP/1.1 429")
    for _, writer in (*held, *here):
        writer.close()
        await writer.wait_closed()
    while DeadlineProtocol.open_by_address:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    async with httpx.AsyncClient(base_url=place.url) as http:
        assert (await http.get("/healthz")).status_code == 200


async def test_the_newest_streams_of_a_call_stay(place: OpenHouse) -> None:
    """A page that is loaded again always gets its events; the oldest streams are told to go."""
    fan = await place.visit(place.house.fan)
    call = await fan.open_call()
    path = f"/api/calls/{call['id']}/events"
    async with contextlib.AsyncExitStack() as stack:
        streams = [await stack.enter_async_context(fan.http.stream("GET", path)) for _ in range(PER_CALL_MAX)]
        texts = [stream.aiter_text() for stream in streams]
        for text in texts:
            assert "hello" in await anext(text)
        newest = await stack.enter_async_context(fan.http.stream("GET", path))
        assert newest.status_code == 200
        assert "hello" in await anext(newest.aiter_text())
        async with asyncio.timeout(10):
            rest = "".join([piece async for piece in texts[0]])
        assert "a newer page follows" in rest and "retry: 60000" in rest


async def test_visitors_search_less_and_see_less(place: OpenHouse) -> None:
    """A visitor gets few excerpts and then a pause; whoever logs in sees whole passages."""
    fan = await place.visit(place.house.fan)
    query = f"/api/twins/{SLUG}/search?q=kettle&limit=20"
    full = (await fan.get(query))["hits"]
    async with httpx.AsyncClient(base_url=place.url) as http:
        answers = [await http.get(query) for _ in range(VISITOR_BURST + 1)]
    seen = answers[0].json()["hits"]
    assert 0 < len(seen) <= VISITOR_HITS_MAX
    assert all(len(hit["text"]) <= VISITOR_CHARS_MAX + 1 for hit in seen)
    assert [hit["passage_id"] for hit in seen] == [hit["passage_id"] for hit in full][: len(seen)]
    assert max(len(hit["text"]) for hit in full) >= max(len(hit["text"]) for hit in seen)
    assert [answer.status_code for answer in answers] == [200] * VISITOR_BURST + [429]
    assert answers[-1].json()["code"] == "too_many_requests"
    assert int(answers[-1].headers["retry-after"]) == 2
    assert (await fan.get(query))["hits"]
    place.house.clock.advance(60)
    async with httpx.AsyncClient(base_url=place.url) as http:
        assert (await http.get(query)).status_code == 200


async def test_v1_looks_nothing_up_for_an_empty_wallet(
    place: OpenHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wallet is asked first: 402, and the index has not been touched."""
    looked: list[str] = []
    found = place.house.app.index.search
    monkeypatch.setattr(
        place.house.app.index,
        "search",
        lambda slug, text, *a, **k: looked.append(text) or found(slug, text, *a, **k),
    )
    poor = place.house.poor
    body = {"model": SLUG, "messages": [{"role": "user", "content": "Is my kettle broken for good?"}]}
    async with httpx.AsyncClient(base_url=place.url, headers=poor.bearer) as http:
        response = await http.post("/v1/chat/completions", content=json.dumps(body), headers=JSON)
    assert response.status_code == 402
    assert not [text for text in looked if "for good" in text]


async def test_words_are_judged_beside_the_event_loop(
    place: OpenHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What costs processor time by the length of a text never runs where everybody's requests do."""
    seen: dict[str, set[bool]] = {}

    def watched(owner: object, name: str) -> None:
        real = getattr(owner, name)

        def watching(*args: object, **more: object) -> object:
            seen.setdefault(name, set()).add(threading.current_thread() is threading.main_thread())
            return real(*args, **more)

        monkeypatch.setattr(owner, name, watching)

    watched(Guard, "check_fan_message")
    watched(Guard, "check_sentence")
    watched(calls, "clean_fan_text")
    watched(shapes, "clean_fan_text")
    watched(reply, "cite")
    fan = await place.visit(place.house.fan)
    await fan.ask(await fan.open_call(), "Is my kettle broken?")
    messages = [{"role": "user", "content": "Is my kettle broken?"}]
    await fan.post("/v1/chat/completions", model=SLUG, messages=messages)
    assert set(seen) == {"clean_fan_text", "check_fan_message", "check_sentence", "cite"}
    assert not any(True in here for here in seen.values())

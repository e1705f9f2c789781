"""Errors and edges of the HTTP surface: problem documents, bounds, origins, headers, paths."""

from __future__ import annotations

import asyncio
import inspect
import re
import socket
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from fenshen.cli.output import EXIT, exit_code
from fenshen.core import errors
from fenshen.core.errors import AppError, BadInput, Busy, Conflict
from fenshen.trust.throttle import ACCOUNTS_PER_ADDRESS
from fenshen.web.app import _static_file
from fenshen.web.errors import STATUS, add_error_handlers, problem, status_of
from fenshen.web.headers import HEADERS
from house import PASSWORD, SLUG, Opener, OpenHouse

EVERY_ERROR = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, AppError)]


@pytest.fixture
async def place(opened: Opener) -> AsyncIterator[OpenHouse]:
    async with opened() as one:
        yield one


@pytest.mark.parametrize("kind", EVERY_ERROR)
def test_every_error_has_a_status_and_an_exit_code(kind: type[AppError]) -> None:
    """Both edges list every class by name, so a new one is decided on and never inherited by accident."""
    assert kind in STATUS and kind in EXIT
    assert 400 <= status_of(kind("x")) < 600 and 1 <= exit_code(kind("x")) <= 6


def test_a_problem_document_has_the_shape_of_rfc_9457() -> None:
    """Type, title, status and detail as the standard names them, plus our code and whether to retry."""
    assert problem(Conflict("'k' was used", code="key_reused", used_at=3)) == {
        "type": "urn:fenshen:problem:key_reused",
        "title": "Conflict",
        "status": 409,
        "code": "key_reused",
        "detail": "'k' was used",
        "retryable": False,
        "used_at": 3,
    }


def test_details_never_replace_what_the_standard_names() -> None:
    """An error whose facts happen to be called `status` or `code` keeps the document's own."""
    assert problem(BadInput("x", status="odd", title="odd"))["status"] == 422


def test_an_unforeseen_error_says_nothing_of_its_inside() -> None:
    """A bug of ours is a 500 with our code, and no word of the exception."""
    api = FastAPI()
    add_error_handlers(api)

    @api.get("/boom")
    def boom() -> None:
        raise RuntimeError("secret path /etc/shadow")

    @api.get("/busy")
    def busy() -> None:
        raise Busy("the engine is restarting")

    with TestClient(api, raise_server_exceptions=False) as client:
        response = client.get("/boom")
        assert (response.status_code, response.json()["code"]) == (500, "internal")
        assert "secret" not in response.text and "Traceback" not in response.text
        response = client.get("/busy")
        assert (response.status_code, response.headers["retry-after"]) == (503, "2")


async def test_every_kind_of_failure_is_a_problem_document(place: OpenHouse) -> None:
    """Unknown addresses, wrong methods, malformed bodies and our own refusals: one media type and shape."""
    fan = await place.visit(place.house.fan)
    tries = [
        ("GET", "/api/nothing", None, 404),
        ("POST", "/api/nothing", {}, 404),
        ("DELETE", "/nothing", None, 404),
        ("POST", "/api/twins", {}, 405),
        ("GET", "/api/twins/nobody", None, 404),
        ("POST", "/api/calls", {}, 422),
        ("POST", "/api/calls", {"twin": SLUG, "price": 0}, 422),
        ("POST", "/api/keys", {"name": "x", "user_id": "usr_1"}, 422),
        ("POST", "/api/auth/log-in", {"email": "fan@example.com", "password": "wrong"}, 401),
        ("GET", f"/api/twins/{SLUG}/search?q=%20", None, 422),
        ("GET", f"/api/twins/{SLUG}/search?q=a&limit=1000000000", None, 422),
        ("GET", f"/api/twins/{SLUG}/search?q={'a' * 401}", None, 422),
        ("GET", "/api/conversations?limit=-1", None, 422),
        ("GET", "/api/conversations?limit=1%3BDROP%20TABLE%20users", None, 422),
    ]
    for method, path, body, status in tries:
        response = await fan.http.request(method, path, json=body)
        assert response.status_code == status, (path, response.text)
        assert response.headers["content-type"] == "application/problem+json"
        document = response.json()
        assert {"type", "title", "status", "code", "detail", "retryable"} <= set(document)
        assert document["status"] == status and re.fullmatch(r"[a-z_]+", document["code"])


async def test_an_unknown_email_and_a_wrong_password_look_the_same(place: OpenHouse) -> None:
    """Nobody learns who has an account."""
    async with httpx.AsyncClient(base_url=place.url, verify=False) as http:
        tries = [
            {"email": email, "password": "wrong password"} for email in ("fan@example.com", "no@example.com")
        ]
        bodies = [(await http.post("/api/auth/log-in", json=body)).json() for body in tries]
    assert bodies[0] == bodies[1]


async def test_ten_wrong_passwords_are_enough(place: OpenHouse) -> None:
    """The eleventh try is refused unread, even with the right password, and says when to come back."""
    async with httpx.AsyncClient(base_url=place.url, verify=False) as http:
        for _ in range(10):
            await http.post(
                "/api/auth/log-in", json={"email": "fan@example.com", "password": "wrong password"}
            )
        response = await http.post(
            "/api/auth/log-in", json={"email": "fan@example.com", "password": PASSWORD}
        )
        assert (response.status_code, response.json()["code"]) == (429, "too_many_attempts")
        place.house.clock.advance(16 * 60)
        again = await http.post("/api/auth/log-in", json={"email": "fan@example.com", "password": PASSWORD})
        assert again.status_code == 200


async def test_one_address_makes_a_class_of_accounts_not_a_farm(place: OpenHouse) -> None:
    """The account over the limit is refused, also one that would have been refused anyway."""
    async with httpx.AsyncClient(base_url=place.url, verify=False) as http:
        taken = {"email": "fan@example.com", "password": PASSWORD}
        for _ in range(ACCOUNTS_PER_ADDRESS):
            assert (await http.post("/api/auth/sign-up", json=taken)).status_code == 409
        body = {"email": "new@example.com", "password": PASSWORD}
        response = await http.post("/api/auth/sign-up", json=body)
        assert (response.status_code, response.json()["code"]) == (429, "too_many_attempts")
        place.house.clock.advance(16 * 60)
        assert (await http.post("/api/auth/sign-up", json=body)).status_code == 201


@pytest.mark.parametrize("declared", [True, False], ids=["with its length", "in chunks"])
async def test_a_body_over_a_megabyte_is_refused(place: OpenHouse, declared: bool) -> None:
    """Whether it announces its size or trickles in, it is refused before anything parses it."""
    fan = await place.visit(place.house.fan)
    chunk = b" " * 65_536

    async def trickle() -> AsyncIterator[bytes]:
        for _ in range(17):
            yield chunk

    content = chunk * 17 if declared else trickle()
    headers = {"content-type": "application/json"}
    response = await fan.http.post("/api/keys", content=content, headers=headers)
    assert (response.status_code, response.json()["code"]) == (422, "body_too_large")
    assert (await fan.get("/api/me"))["email"] == place.house.fan.email


async def test_another_sites_page_cannot_act_with_a_fans_cookie(place: OpenHouse) -> None:
    """An unsafe request with a cookie and a foreign, null or look-alike Origin is refused; our own is served."""
    host = place.url.removeprefix("http://")
    async with httpx.AsyncClient(base_url=place.url, verify=False) as http:
        credentials = {"email": "fan@example.com", "password": PASSWORD}
        assert (await http.post("/api/auth/log-in", json=credentials)).status_code == 200
        foreign = [
            "https://evil.example",
            "null",
            f"http://{host}.evil.example",
            f"http://evil.example/{host}",
        ]
        for origin in foreign:
            for path in ("/api/wallet/topups", "/api/keys", "/api/calls", "/api/auth/log-out"):
                response = await http.post(path, json={}, headers={"Origin": origin})
                assert response.status_code in (403, 422), (origin, path)
                assert response.status_code == 403 or path == "/api/auth/log-out"
        response = await http.post("/api/auth/log-in", json=credentials, headers={"Origin": foreign[0]})
        assert response.json()["code"] == "cross_site"
        ours = {"Origin": place.url, "X-Forwarded-Host": "evil.example"}
        assert (await http.post("/api/keys", json={"name": "mine"}, headers=ours)).status_code == 201


async def test_no_other_origin_is_told_it_may_read(place: OpenHouse) -> None:
    """There is no CORS: a preflight gets no permission."""
    fan = await place.visit(place.house.fan)
    headers = {"Origin": "null", "Access-Control-Request-Method": "POST"}
    response = await fan.http.options("/api/wallet/topups", headers=headers)
    assert response.status_code == 405
    assert not any(name.startswith("access-control") for name in response.headers)


async def test_every_response_carries_the_security_headers(place: OpenHouse) -> None:
    """Pages, JSON, problems, the OpenAI surface and event streams alike."""
    fan = await place.visit(place.house.fan)
    call = await fan.open_call()
    for path in ("/", "/api/twins", "/api/nothing", "/v1/models", "/healthz", "/metrics"):
        response = await fan.http.get(path)
        assert {name: response.headers.get(name) for name in HEADERS} == HEADERS, path
    async with fan.http.stream("GET", f"/api/calls/{call['id']}/events") as stream:
        assert {name: stream.headers.get(name) for name in HEADERS} == HEADERS
        assert stream.headers["cache-control"] == "no-store"


TRAVERSALS = [
    "/../../../../etc/passwd",
    "/..%2f..%2f..%2f..%2fetc/passwd",
    "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/..%252f..%252fetc%252fpasswd",
    "/....//....//etc/passwd",
    "/..%5c..%5cetc%5cpasswd",
    "/%c0%ae%c0%ae/etc/passwd",
    "//etc/passwd",
    "/%2fetc%2fpasswd",
    "/assets/..%2f..%2fapp.py",
    "/assets/../../app.py",
    "/..%2fapp.py",
    "/%00",
    "/index.html%00.png",
    "/" + "a" * 5_000,
    "/" + "a/" * 2_000,
]


@pytest.mark.parametrize("path", TRAVERSALS, ids=lambda path: path[:40])
async def test_no_path_leaves_the_pages_folder(place: OpenHouse, path: str) -> None:
    """However it is written, a path gives the page or a clean refusal: never a file from elsewhere."""
    host, port = place.url.removeprefix("http://").split(":")
    request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    answer = (await reader.read()).decode(errors="replace")
    writer.close()
    status = int(answer.split(" ", 2)[1])
    assert status in (200, 404, 422, 503), answer[:200]
    assert "root:" not in answer and "create_api" not in answer


def test_a_file_outside_the_pages_folder_is_not_found() -> None:
    """The function that opens files refuses on its own, whatever the server in front lets through."""
    for path in ("../app.py", "../../../../etc/passwd", "/etc/passwd", "\0", "a" * 5_000, "", "."):
        assert _static_file(path) is None


async def test_half_a_request_keeps_nobody_waiting(place: OpenHouse) -> None:
    """A client that announces a body and hangs up leaves the server as it was."""
    host, port = place.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as half:
        half.sendall(b"POST /api/keys HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    fan = await place.visit(place.house.fan)
    assert (await fan.get("/healthz"))["status"] == "ok"

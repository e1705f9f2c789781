"""Who may use which route. A new route without a row here fails the build."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from fenshen.library import items
from fenshen.training import rejections
from fenshen.training.job import JobSpec
from fenshen.trust import accounts, blocks, consent, keys, sessions
from fenshen.web.app import create_api
from fenshen.wiring import App
from house import (
    PASSWORD,
    SLUG,
    House,
    Opener,
    OpenHouse,
    ask_for_a_comparison,
    new_version,
    publish,
    trained_example,
)
from twin_files import trained, write_base

#: anyone: no account needed · user: any account · fan: only whose thing it is · studio: the twin's owner ·
#: operator: who runs the installation.
Door = Literal["anyone", "user", "fan", "studio", "operator"]
HELLO = [{"role": "user", "content": "Is my kettle broken?"}]


@dataclass(frozen=True)
class Row:
    """One route: who may use it, and a request that its rightful user makes with success."""

    method: str
    path: str
    door: Door
    status: int = 200
    body: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    query: str = ""

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


TABLE = [
    Row("POST", "/api/auth/sign-up", "anyone", 201, {"email": "{fresh}@example.com", "password": PASSWORD}),
    Row("POST", "/api/auth/log-in", "anyone", 200, {"email": "fan@example.com", "password": PASSWORD}),
    Row("POST", "/api/auth/log-out", "anyone", 204),
    Row("GET", "/api/me", "user"),
    Row("GET", "/api/keys", "user"),
    Row("POST", "/api/keys", "user", 201, {"name": "script"}),
    Row("DELETE", "/api/keys/{key_id}", "fan", 204),
    Row("GET", "/api/twins", "anyone"),
    Row("GET", "/api/twins/{slug}", "anyone"),
    Row("GET", "/api/twins/{slug}/search", "anyone", query="?q=kettle"),
    Row("GET", "/api/twins/{slug}/changes", "user"),
    Row("POST", "/api/twins/{slug}/changes/{change_id}/read", "user", 204),
    Row("GET", "/api/items/{item_id}", "anyone"),
    Row("GET", "/api/items/{item_id}/media", "user", 404),
    Row("POST", "/api/calls", "user", 201, {"twin": SLUG}),
    Row("GET", "/api/calls", "user"),
    Row("GET", "/api/calls/{call_id}", "fan"),
    Row("GET", "/api/calls/{ended_call_id}/events", "fan"),
    Row("POST", "/api/calls/{call_id}/turns", "fan", 202, {"text": "Is my kettle broken?"}),
    Row("POST", "/api/calls/{call_id}/turns/{turn_id}/stop", "fan", 204),
    Row("POST", "/api/calls/{call_id}/turns/{turn_id}/retry", "fan", 202),
    Row("POST", "/api/calls/{call_id}/heartbeat", "fan", 200, {"seq": 1, "acked": 0}),
    Row("POST", "/api/calls/{call_id}/pause", "fan"),
    Row("POST", "/api/calls/{call_id}/resume", "fan"),
    Row("POST", "/api/calls/{call_id}/end", "fan"),
    Row("GET", "/api/conversations", "user"),
    Row("GET", "/api/conversations/{conversation_id}", "fan"),
    Row("GET", "/api/conversations/{conversation_id}/transcript", "fan"),
    Row("DELETE", "/api/conversations/{conversation_id}", "fan", 204),
    Row(
        "PUT",
        "/api/conversations/{conversation_id}/turns/{turn_id}/thumb",
        "fan",
        200,
        {"thumb": "up"},
    ),
    Row("GET", "/api/twins/{slug}/learning", "user"),
    Row("PUT", "/api/twins/{slug}/learning", "user", 200, {"allowed": True}),
    Row("GET", "/api/wallet", "user"),
    Row(
        "POST",
        "/api/wallet/topups",
        "user",
        201,
        {"amount": "5.00", "currency": "USD"},
        {"Idempotency-Key": "k"},
    ),
    Row("GET", "/api/wallet/topups/{topup_id}", "fan"),
    Row("GET", "/api/wallet/statement", "user"),
    Row("POST", "/api/webhooks/{provider}", "anyone", 404),
    Row("GET", "/api/studio/{slug}/library", "studio"),
    Row("GET", "/api/studio/{slug}/library/report", "studio"),
    Row("GET", "/api/studio/{slug}/examples", "studio"),
    Row("POST", "/api/studio/{slug}/examples/{example_id}/reject", "studio", 204),
    Row("POST", "/api/studio/{slug}/examples/{example_id}/restore", "studio", 204),
    Row("GET", "/api/studio/{slug}/versions", "studio"),
    Row("GET", "/api/studio/{slug}/versions/compare", "studio", 409, query="?a={a}&b={b}"),
    Row("POST", "/api/studio/{slug}/versions/{version_id}/publish", "studio", 200, {"price": "1.00"}),
    Row("GET", "/api/studio/{slug}/versions/{version_id}/note", "studio"),
    Row("GET", "/api/studio/{slug}/publications", "studio"),
    Row("GET", "/api/studio/{slug}/rollback", "studio"),
    Row("POST", "/api/studio/{slug}/rollback", "studio"),
    Row("GET", "/api/studio/{slug}/preferences", "studio"),
    Row("GET", "/api/studio/{slug}/taste", "studio"),
    Row(
        "POST",
        "/api/studio/{slug}/taste",
        "studio",
        201,
        {"question": "Is my kettle broken?", "version": "{version_id}"},
    ),
    Row("POST", "/api/studio/{slug}/taste/{comparison_id}/choice", "studio", 200, {"choice": "left"}),
    Row("GET", "/api/studio/{slug}/training", "studio"),
    Row("GET", "/api/studio/{slug}/training/runs", "studio"),
    Row("POST", "/api/studio/{slug}/training/runs", "studio", 503, {"kind": "full"}),
    Row("GET", "/api/studio/{slug}/training/runs/{run_id}", "studio"),
    Row("POST", "/api/studio/{slug}/training/runs/{run_id}/pause", "studio"),
    Row("POST", "/api/studio/{slug}/training/runs/{run_id}/resume", "studio"),
    Row("POST", "/api/studio/{slug}/training/runs/{run_id}/cancel", "studio"),
    Row("POST", "/api/studio/{slug}/training/evaluations", "studio", 409, {"version_id": "ver_of_nobody"}),
    Row("PUT", "/api/studio/{slug}/training/schedule", "studio", 200, {"items_min": 5}),
    Row("DELETE", "/api/studio/{slug}/training/schedule", "studio", 204),
    Row("GET", "/api/studio/{slug}/earnings", "studio"),
    Row("GET", "/api/studio/{slug}/consents", "studio"),
    Row("POST", "/api/studio/{slug}/consents/{consent_id}/revoke", "studio"),
    Row("GET", "/api/studio/{slug}/limits", "studio"),
    Row("GET", "/api/studio/{slug}/refusals", "studio"),
    Row("GET", "/api/studio/{slug}/library/intakes", "studio"),
    Row("POST", "/api/studio/{slug}/library/intakes", "studio", 201),
    Row("GET", "/api/studio/{slug}/library/intakes/{intake_id}", "studio"),
    Row(
        "PUT", "/api/studio/{slug}/library/intakes/{intake_id}/files", "studio", query="?path=a.md&last=true"
    ),
    Row(
        "POST",
        "/api/studio/{slug}/library/intakes/{intake_id}/urls",
        "studio",
        200,
        {"url": "http://x.example/"},
    ),
    Row("GET", "/api/studio/{slug}/library/intakes/{intake_id}/files", "studio", query="?path=a.md"),
    Row("POST", "/api/studio/{slug}/library/intakes/{intake_id}/start", "studio"),
    Row("POST", "/api/studio/{slug}/library/intakes/{intake_id}/pause", "studio"),
    Row("POST", "/api/studio/{slug}/library/intakes/{intake_id}/cancel", "studio"),
    Row("GET", "/api/studio/{slug}/library/items/{item_id}", "studio"),
    Row("GET", "/api/studio/{slug}/library/items/{item_id}/media", "studio", 404),
    Row("GET", "/api/studio/{slug}/library/settings", "studio"),
    Row("PUT", "/api/studio/{slug}/library/settings", "studio", body={"keeps_fillers": True}),
    Row("DELETE", "/api/studio/{slug}/library/items/{item_id}", "studio", 204),
    Row("GET", "/api/studio/{slug}/library/search", "studio", query="?q=kettle"),
    Row(
        "PUT",
        "/api/studio/{slug}/library/passages/{passage_id}/text",
        "studio",
        200,
        {"text": "The kettle is only sulking, as before."},
    ),
    Row(
        "POST",
        "/api/studio/{slug}/library/speakers",
        "studio",
        200,
        {"passage_ids": ["{passage_id}"], "is_creator": True},
    ),
    Row(
        "POST",
        "/api/studio/{slug}/library/exclude",
        "studio",
        200,
        {"item_ids": ["{item_id}"], "excluded": False},
    ),
    Row(
        "POST", "/api/studio/{slug}/library/tags", "studio", 200, {"item_ids": ["{item_id}"], "add": ["tea"]}
    ),
    Row("GET", "/api/studio/{slug}/library/changes", "studio"),
    Row("POST", "/api/studio/{slug}/library/undo", "studio", 404, {"change_id": "chg_0"}),
    Row("GET", "/api/studio/{slug}/library/exports", "studio"),
    Row("POST", "/api/studio/{slug}/library/exports/{item_id}/owner", "studio", 422, {"name": "Nobody"}),
    Row("GET", "/api/studio/{slug}/library/rights", "studio"),
    Row("POST", "/api/studio/{slug}/library/rights", "studio", 201, {"match": "kind:live", "uses": ["cite"]}),
    Row("DELETE", "/api/studio/{slug}/library/rights/{ordinal}", "studio", 404),
    Row("POST", "/api/studio/{slug}/library/rights/claim", "studio"),
    Row("POST", "/api/studio/{slug}/library/rights/confirm", "studio", 200, {"item_ids": ["{item_id}"]}),
    Row("GET", "/api/studio/{slug}/library/voices", "studio"),
    Row("POST", "/api/studio/{slug}/library/voices/{voice_id}/choose", "studio", 404),
    Row("POST", "/api/studio/{slug}/library/voices/{voice_id}/disown", "studio", 404),
    Row("GET", "/api/studio/{slug}/library/personal", "studio"),
    Row("POST", "/api/studio/{slug}/library/personal/{value_id}", "studio", 404, {"decision": "keep"}),
    Row("GET", "/api/studio/{slug}/signer", "studio"),
    Row("GET", "/api/studio/{slug}/package", "studio", query="?version={trained_id}&golden=0"),
    Row("GET", "/api/admin/minors", "operator"),
    Row("POST", "/api/admin/minors/{user_id}/lift", "operator", 204, {"why": "showed a licence"}),
    Row(
        "POST",
        "/api/admin/topups/{topup_id}/refunds",
        "operator",
        201,
        {"amount": "1.00", "why": "asked for it"},
        {"Idempotency-Key": "k"},
    ),
    Row("PUT", "/api/admin/imports/{name}", "operator", query="?last=true"),
    Row("GET", "/api/admin/imports/{name}", "operator"),
    Row("POST", "/api/admin/imports/{name}", "operator", 422, {}),
    Row("GET", "/v1/models", "user"),
    Row("GET", "/v1/models/{model:path}", "user", 404),
    Row("POST", "/v1/chat/completions", "user", 200, {"model": SLUG, "messages": HELLO}),
    Row("GET", "/api/session", "anyone"),
    Row("GET", "/api/sessions", "user"),
    Row("PUT", "/api/me/password", "user", 204, {"current": PASSWORD, "new": PASSWORD}),
    Row("DELETE", "/api/sessions/{session_id}", "user", 404),
    Row("DELETE", "/api/sessions", "user", 204),
    Row("GET", "/healthz", "anyone"),
    Row("GET", "/readyz", "anyone"),
    Row("GET", "/metrics", "anyone"),
    Row("GET", "/{path:path}", "anyone"),
    Row("HEAD", "/{path:path}", "anyone"),
]


def _routes(routes: Any) -> Iterator[APIRoute]:
    """Every route of the application, those of included routers too."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif inner := getattr(route, "original_router", None):
            yield from _routes(inner.routes)


def _plain(path: str) -> str:
    return path.replace("{ended_call_id}", "{call_id}")


def _served(api: FastAPI) -> set[str]:
    return {f"{method} {route.path}" for route in _routes(api.routes) for method in route.methods or ()}


def test_every_route_has_a_row(house: House) -> None:
    """The table and the application name the same routes."""
    listed = {f"{row.method} {_plain(row.path)}" for row in TABLE}
    assert listed == _served(create_api(house.app))


def paused_training(app: App) -> str:
    """A training that waits for somebody's word, so that the server's own thread leaves it alone."""
    if (other := app.scheduling.trainings.open_of(SLUG)) is not None:
        app.scheduling.trainings.move(SLUG, other.id, "cancelled", "test")
    training = app.scheduling.trainings.begin(JobSpec(SLUG, "nothing"), "test", stages=["train"])
    app.scheduling.trainings.move(SLUG, training.id, "paused", "test")
    return training.id


class Stage:
    """Credentials of every kind, and fresh things for a request to be about."""

    def __init__(self, place: OpenHouse, http: httpx.AsyncClient) -> None:
        self.place, self.house, self.http, app = place, place.house, http, place.house.app
        self.fan = self.house.fan
        user = accounts.user_by_email(app.db, self.fan.email)
        session = sessions.open_session(app.db, app.clock, user, days=1)
        revoked, expired = (
            keys.create_key(app.db, app.clock, app.ids, user.id, name, expires=until)
            for name, until in (("revoked", None), ("expired", app.clock.now() + timedelta(days=1)))
        )
        keys.revoke_key(app.db, app.clock, user.id, revoked.key.id)
        self.house.clock.advance(2 * 86_400)
        self.strangers = {
            "anonymous": {},
            "expired session": {"Cookie": f"fenshen_session={session.token}", "Origin": place.url},
            "made-up session": {"Cookie": "fenshen_session=fss_AAAA", "Origin": place.url},
            "revoked key": {"Authorization": f"Bearer {revoked.secret}"},
            "expired key": {"Authorization": f"Bearer {expired.secret}"},
            "made-up key": {"Authorization": "Bearer fsk_AAAA"},
            "wrong scheme": {"Authorization": f"Basic {self.fan.secret}"},
        }
        self.count = 0
        self.base = write_base(app.settings.home / "tiny.gguf")

    async def values(self, row: Row) -> dict[str, str]:
        """Ids of things that belong to the fan and the creator, new for each row."""
        app, visitor = self.house.app, await self.place.visit(self.fan)
        app.meter.end_all_for_subject(SLUG, "tidied")
        self.count += 1
        found = {"slug": SLUG, "fresh": f"new{self.count}", "path:path": "wallet"}
        found["item_id"] = next(one.id for one in items.list_items(app.db, SLUG) if not one.private)
        if "call_id" in row.path or "conversation" in row.path:
            call = await visitor.open_call()
            answer = await visitor.ask(call, "Is my kettle broken?")
            found |= {"call_id": call["id"], "ended_call_id": call["id"], "turn_id": answer["id"]}
            found["conversation_id"] = call["conversation_id"]
            if "ended" in row.path:
                await visitor.post(f"/api/calls/{call['id']}/end")
        found |= {"change_id": "1"}
        found |= {
            "ordinal": "99",
            "voice_id": "itm_0.1",
            "session_id": "ses_0",
            "value_id": "val_0",
            "name": "a.fenshen",
        }
        if "topup_id" in row.path:
            topup = app.topups.top_up(self.fan.id, "USD", 1_000_000, f"key-{self.count}")
            found["topup_id"] = topup.id
        found["provider"] = "development"
        if "{trained_id}" in row.query:
            found["trained_id"] = trained(self.house, self.base, self.count).id
        if "library" in row.path:
            found["passage_id"] = items.item_passages(app.db, found["item_id"])[0].id
            found["intake_id"] = app.imports.begin(SLUG, "test").id
            if "pause" in row.path:
                app.imports.move(SLUG, found["intake_id"], "waiting")
        if "example_id" in row.path:
            found["example_id"] = trained_example(app)
            if "restore" in row.path:
                home = app.settings.home
                rejections.reject(app.db, app.clock, home, SLUG, [found["example_id"]], by="test")
        if "user_id" in row.path:
            found["user_id"] = self.house.poor.id
            blocks.block(app.db, app.clock, self.house.poor.id, "call", SLUG)
        if "key_id" in row.path:
            found["key_id"] = keys.create_key(app.db, app.clock, app.ids, self.fan.id, "spare").key.id
        if "consent_id" in row.path:
            until = app.clock.now() + timedelta(days=9)
            found["consent_id"] = consent.grant(
                app.db, app.clock, app.ids, SLUG, ["song"], until, by="test"
            ).id
        if "compare" in row.path:
            found |= {"a": new_version(app).id, "b": new_version(app).id}
        if "comparison_id" in row.path:
            found["comparison_id"] = ask_for_a_comparison(app).id
        if "version_id" in row.path or "{version_id}" in str(row.body):
            version = new_version(app)
            (app.settings.home / version.adapter_dir).mkdir(parents=True, exist_ok=True)
            found["version_id"] = version.id
        if "run_id" in row.path:
            found["run_id"] = paused_training(app)
        if "rollback" in row.path:
            self.house.clock.advance(1)
            publish(app)
        return found

    async def send(self, row: Row, values: dict[str, str], credential: dict[str, str]) -> httpx.Response:
        """The row's request with these ids, as someone."""
        path, body = row.path + row.query, row.body
        for name, value in values.items():
            path = path.replace(f"{{{name}}}", value)
            if body is not None:
                body = json.loads(json.dumps(body).replace(f"{{{name}}}", value))
        headers = {**row.headers, **credential}
        self.http.cookies.clear()
        return await self.http.request(row.method, path, json=body, headers=headers)

    def answers(self, row: Row) -> dict[str, tuple[dict[str, str], int]]:
        """Who tries, with which credential, and what they must get; the rightful user comes last."""
        people = self.house.people
        closed = 401 if row.door != "anyone" else row.status
        tries = {name: (credential, closed) for name, credential in self.strangers.items()}
        others = {"anyone": row.status, "user": row.status, "fan": 404, "studio": 404, "operator": 403}[
            row.door
        ]
        for name in ("other", "rival"):
            tries[name] = (people[name].bearer, others)
        if row.door == "studio":
            tries["a fan"] = (people["fan"].bearer, 404)
        if row.door == "operator":
            tries["a creator"] = (people["creator"].bearer, 403)
        rightful = people[{"studio": "creator", "operator": "operator"}.get(row.door, "fan")]
        tries["the rightful user"] = (rightful.bearer, row.status)
        return tries


@pytest.fixture
async def stage(opened: Opener) -> AsyncIterator[Stage]:
    async with opened() as place, httpx.AsyncClient(base_url=place.url, timeout=30, verify=False) as http:
        yield Stage(place, http)


@pytest.mark.parametrize("door", ["anyone", "user", "fan", "studio", "operator"])
async def test_each_door_opens_for_the_right_people_only(stage: Stage, door: Door) -> None:
    """Every route × nobody, bad credentials, another fan, another creator, and the rightful user.

    The rightful user tries last, so a refused request that changed something would show.
    """
    wrong: list[str] = []
    for row in (row for row in TABLE if row.door == door):
        if "sign-up" in row.path:
            continue
        values = await stage.values(row)
        for who, (credential, expected) in stage.answers(row).items():
            response = await stage.send(row, values, credential)
            if response.status_code != expected:
                wrong.append(
                    f"{row.name} as {who}: {response.status_code}, not {expected}: {response.text[:150]}"
                )
    assert wrong == []


async def test_an_operator_enters_every_studio(stage: Stage) -> None:
    """Someone must be able to help a creator."""
    for row in (row for row in TABLE if row.door == "studio" and row.method == "GET"):
        response = await stage.send(row, await stage.values(row), stage.house.operator.bearer)
        assert response.status_code == row.status, row.name


async def test_a_stranger_cannot_tell_what_exists(stage: Stage) -> None:
    """Someone else's call, conversation, key, version or studio answers exactly like one that never was."""
    real = {row.name: row for row in TABLE if row.door in ("fan", "studio") and row.method == "GET"}
    for row in real.values():
        values = {n: v for n, v in (await stage.values(row)).items() if f"{{{n}}}" in row.path}
        theirs = await stage.send(row, values, stage.house.other.bearer)
        made_up = {
            name: "juniperr" if name == "slug" else f"{value[:-4]}zzzz" for name, value in values.items()
        }
        nothing = await stage.send(row, made_up, stage.house.other.bearer)
        bodies = []
        for response, ids in ((theirs, values), (nothing, made_up)):
            text = response.text
            for value in ids.values():
                text = text.replace(value, "ID")
            bodies.append((response.status_code, text))
        assert bodies[0] == bodies[1], row.name


async def test_nobody_signs_up_as_more_than_a_fan(stage: Stage) -> None:
    """Unknown fields are refused, so a role or a balance cannot be slipped in."""
    row = TABLE[0]
    response = await stage.send(row, {"fresh": "plain"}, {})
    assert response.status_code == 201 and response.json()["role"] == "fan"
    assert "httponly" in response.headers["set-cookie"].lower()
    assert "samesite=lax" in response.headers["set-cookie"].lower()
    assert row.body is not None
    for field_name, value in (("role", "operator"), ("balance", 10**9), ("creators", [SLUG])):
        cheat = Row("POST", row.path, "anyone", 422, {**row.body, field_name: value})
        assert (await stage.send(cheat, {"fresh": "cheat"}, {})).status_code == 422

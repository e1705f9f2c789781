"""Money as a fan's own client can touch it: top-ups, heartbeats, pauses and the statement."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from fenshen.billing.development import DevelopmentProvider
from fenshen.billing.providers import Checkout, CheckoutStatus, WebhookEvent
from fenshen.billing.statements import fan_statement
from fenshen.billing.verify import verify
from fenshen.core.errors import BadInput, EngineMissing
from house import PRICE, SLUG, Opener, OpenHouse, Visitor, move_in, open_house, publish

QUOTA = PRICE // 4
TOP_UP = "/api/wallet/topups"

BAD_AMOUNTS: dict[str, Any] = {
    "minus one": "-1",
    "zero": "0",
    "a float": 0.1 + 0.2,
    "a whole number": 10,
    "scientific": "1e3",
    "2^63": str(2**63),
    "NaN": "NaN",
    "infinity": "Infinity",
    "three decimals": "1.005",
    "full-width digits": "１００",
    "a list": ["5.00"],
    "an object": {"amount": "5.00"},
    "empty": "",
    "hexadecimal": "0x10",
    "thousands": "1,000.00",
    "a comment": "5.00; DROP TABLE wallets",
    "null": None,
    "true": True,
}
BAD_CURRENCIES = ["usd", "US", "EUR", "JPY", "", "USD\x00", "XXX"]
BAD_KEYS = {"none": None, "empty": "", "256 characters": "k" * 256, "a space": "a b", "not ASCII": "é"}


@pytest.fixture
async def fan_and_place(opened: Opener) -> Any:
    async with opened() as place:
        yield await place.visit(place.house.fan), place


def _books_are_whole(place: OpenHouse) -> None:
    found = verify(place.house.app.db)
    assert found.ok, found.problems
    assert set(found.sums.values()) <= {0}


async def _top_up(fan: Visitor, body: Any, key: str | None = "key-1") -> Any:
    headers = {} if key is None else {"Idempotency-Key": key.encode("latin-1")}
    return await fan.http.post(TOP_UP, json=body, headers=headers)


async def test_no_impossible_top_up_gets_in(fan_and_place: tuple[Visitor, OpenHouse]) -> None:
    """Every bad amount, currency and key is a 422 that names the field; the wallet does not move."""
    fan, place = fan_and_place
    before = await fan.get("/api/wallet/statement")
    good = {"amount": "5.00", "currency": "USD"}
    tries = [({**good, "amount": amount}, "key-1") for amount in BAD_AMOUNTS.values()]
    tries += [({**good, "currency": currency}, "key-1") for currency in BAD_CURRENCIES]
    tries += [(good, key) for key in BAD_KEYS.values()]
    tries += [({**good, "fan": place.house.other.id}, "key-1"), ({**good, "status": "credited"}, "key-1")]
    for body, key in tries:
        response = await _top_up(fan, body, key)
        assert response.status_code == 422, (body, key, response.text)
        assert response.headers["content-type"] == "application/problem+json"
    assert await fan.get("/api/wallet/statement") == before


async def test_a_body_that_is_not_json_is_refused(fan_and_place: tuple[Visitor, OpenHouse]) -> None:
    """Truncated, NaN and absurdly nested JSON: a clean 4xx, never a stack trace."""
    fan, _ = fan_and_place
    headers = {"content-type": "application/json", "Idempotency-Key": "k"}
    bodies = [b'{"amount": "5.00"', b'{"amount": NaN, "currency": "USD"}', b"[" * 100_000, b"\xff\xfe", b""]
    for content in bodies:
        response = await fan.http.post(TOP_UP, content=content, headers=headers)
        assert response.status_code in (400, 422), (content[:20], response.text)


async def test_a_key_credits_once(fan_and_place: tuple[Visitor, OpenHouse]) -> None:
    """Fifty parallel requests with one key are one top-up; the same key with another amount is refused."""
    fan, place = fan_and_place
    body = {"amount": "5.00", "currency": "USD"}
    answers = await asyncio.gather(*(_top_up(fan, body) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert (await _top_up(fan, {**body, "amount": "6.00"})).status_code == 409
    assert (await fan.get("/api/wallet"))["available_micros"] == 15_000_000
    _books_are_whole(place)


async def test_keys_belong_to_their_fan(fan_and_place: tuple[Visitor, OpenHouse]) -> None:
    """Two fans who happen to choose the same key each get their own top-up."""
    fan, place = fan_and_place
    other = await place.visit(place.house.other)
    body = {"amount": "5.00", "currency": "USD"}
    mine, theirs = [await _top_up(one, body, "same") for one in (fan, other)]
    assert mine.json()["id"] != theirs.json()["id"]
    assert (await other.get("/api/wallet"))["available_micros"] == 15_000_000


async def test_an_empty_wallet_opens_nothing(opened: Opener) -> None:
    """Balance zero, and one micro less than a quota: 402 `unpaid`, nothing stored."""
    async with opened() as place:
        poor = await place.visit(place.house.poor)
        assert (await poor.post("/api/calls", 402, twin=SLUG))["code"] == "unpaid"
        await _top_up(poor, {"amount": "0.24", "currency": "USD"})
        assert (await poor.post("/api/calls", 402, twin=SLUG))["code"] == "unpaid"
        await _top_up(poor, {"amount": "0.01", "currency": "USD"}, "key-2")
        call = await poor.open_call()
        assert (call["available_micros"], call["held_micros"]) == (0, QUOTA)


async def test_an_empty_wallet_pauses_and_a_top_up_goes_on(opened: Opener) -> None:
    """Two quotas of money: both are served and charged, the third pauses the call until there is more."""
    async with opened() as place:
        poor, clock = await place.visit(place.house.poor), place.house.clock
        await _top_up(poor, {"amount": "0.50", "currency": "USD"})
        call = await poor.open_call()
        state = call
        for second in range(5, 35, 5):
            clock.advance(5)
            state = await poor.beat(state, second)
        assert (state["status"], state["reason"]) == ("paused", "empty_wallet")
        assert (state["charged_micros"], state["available_micros"]) == (2 * QUOTA, 0)
        assert (await poor.post(f"/api/calls/{call['id']}/turns", 409, text="hello?"))[
            "code"
        ] == "call_paused"
        still = await poor.post(f"/api/calls/{call['id']}/resume")
        assert (still["status"], still["reason"]) == ("paused", "empty_wallet")
        await _top_up(poor, {"amount": "1.00", "currency": "USD"}, "key-2")
        state = await poor.post(f"/api/calls/{call['id']}/resume")
        assert (state["status"], state["sequence"], state["held_micros"]) == ("open", 3, QUOTA)
        clock.advance(5)
        ended = await poor.post(f"/api/calls/{call['id']}/end", seq=3, acked=35)
        assert (ended["seconds_charged"], ended["held_micros"]) == (35, 0)
        _books_are_whole(place)


async def test_only_the_acknowledged_second_is_charged(fan_and_place: tuple[Visitor, OpenHouse]) -> None:
    """Twelve seconds pass, nine are acknowledged: nine are charged, to the micro, and shared out."""
    fan, place = fan_and_place
    call = await fan.open_call()
    place.house.clock.advance(12)
    ended = await fan.post(f"/api/calls/{call['id']}/end", seq=1, acked=9)
    assert (ended["seconds_charged"], ended["charged_micros"]) == (9, 150_000)
    creator = await place.visit(place.house.creator)
    earned = await creator.get(f"/api/studio/{SLUG}/earnings")
    assert (earned["seconds"], earned["gross_micros"]) == (9, 150_000)
    assert earned["share_micros"] + earned["fee_micros"] == 150_000
    assert earned["fans"] == 1 and len(earned["calls"]) == 1


async def test_heartbeats_that_lie_gain_nothing(fan_and_place: tuple[Visitor, OpenHouse]) -> None:
    """Ahead, behind, replayed, rolled back or for a quota never handed out (F3 6 to 9)."""
    fan, place = fan_and_place
    clock = place.house.clock
    call = await fan.open_call()
    clock.advance(5)
    assert (await fan.beat(call, 500))["acked_s"] == 5
    assert (await fan.beat(call, 3))["acked_s"] == 5
    assert (await fan.beat(call, 5))["acked_s"] == 5
    clock.advance(5)
    assert (await fan.beat(call, 10, seq=0))["acked_s"] == 10
    path = f"/api/calls/{call['id']}/heartbeat"
    assert (await fan.post(path, 409, seq=7, acked=10))["code"] == "bad_sequence"
    for seq, acked in ((-1, 5), (1, -1), (1, 2**63), (2**63, 1)):
        assert (await fan.http.post(path, json={"seq": seq, "acked": acked})).status_code == 422
    clock.advance(5)
    state = await fan.beat(call, 15)
    assert (state["sequence"], state["seconds_charged"]) == (2, 15)
    assert (await fan.beat(call, 15, seq=1))["seconds_charged"] == 15
    _books_are_whole(place)


async def test_acknowledging_nothing_is_no_free_ride(fan_and_place: tuple[Visitor, OpenHouse]) -> None:
    """A client that beats and acknowledges nothing is served for one quota's validity, then not at all."""
    fan, place = fan_and_place
    call = await fan.open_call()
    for _ in range(5):
        place.house.clock.advance(5)
        state = await fan.beat(call, 0)
    assert (state["status"], state["reason"]) == ("paused", "unacknowledged")
    await fan.post(f"/api/calls/{call['id']}/turns", 409, text="hello?")


async def test_silence_pauses_and_the_hold_comes_back(fan_and_place: tuple[Visitor, OpenHouse]) -> None:
    """A tab that was closed: paused after 20 s, its hold given back after 40 s, the call ended later."""
    fan, place = fan_and_place
    clock, calls = place.house.clock, place.house.app.calls
    call = await fan.open_call()
    async with fan.listen(call) as ear:
        await ear.until("state")
        clock.advance(21)
        await calls.tick()
        paused = (await ear.until("state")).data
        assert (paused["status"], paused["reason"]) == ("paused", "reconnecting")
        clock.advance(20)
        await calls.tick()
        assert (await ear.until("state")).data["held_micros"] == 0
        clock.advance(300)
        await calls.tick()
        assert (await ear.rest())[-1].data["status"] == "ended"
    assert (await fan.get("/api/wallet"))["available_micros"] == 10_000_000
    _books_are_whole(place)


async def test_a_minute_of_nothing_said_pauses(fan_and_place: tuple[Visitor, OpenHouse]) -> None:
    """Heartbeats alone keep no meter running: after 60 s idle the call pauses until the fan resumes."""
    fan, place = fan_and_place
    clock = place.house.clock
    state = await fan.open_call()
    for second in range(5, 70, 5):
        clock.advance(5)
        await place.house.app.calls.tick()
        state = await fan.beat(state, second)
    assert (state["status"], state["reason"]) == ("paused", "idle")
    assert state["acked_s"] <= 60
    clock.advance(200)
    assert (await fan.post(f"/api/calls/{state['id']}/resume"))["status"] == "open"


async def test_a_pause_stops_the_meter(fan_and_place: tuple[Visitor, OpenHouse]) -> None:
    """Two minutes of pause cost nothing."""
    fan, place = fan_and_place
    call = await fan.open_call()
    place.house.clock.advance(4)
    await fan.beat(call, 4)
    await fan.post(f"/api/calls/{call['id']}/pause")
    place.house.clock.advance(120)
    state = await fan.post(f"/api/calls/{call['id']}/resume")
    place.house.clock.advance(3)
    ended = await fan.post(f"/api/calls/{call['id']}/end", seq=state["sequence"], acked=7)
    assert ended["seconds_charged"] == 7


async def test_a_hundred_tabs(fan_and_place: tuple[Visitor, OpenHouse]) -> None:
    """All of them follow one call, which holds one quota."""
    fan, place = fan_and_place
    answers = await asyncio.gather(*(fan.http.post("/api/calls", json={"twin": SLUG}) for _ in range(30)))
    assert sorted({answer.status_code for answer in answers}) == [200, 201]
    assert sum(answer.status_code == 201 for answer in answers) == 1
    assert len({answer.json()["id"] for answer in answers}) == 1
    wallet = await fan.get("/api/wallet")
    assert wallet["held_micros"] == QUOTA
    assert wallet["available_micros"] + wallet["held_micros"] == 10_000_000
    _books_are_whole(place)


async def test_another_fans_call_cannot_be_acknowledged_or_ended(opened: Opener) -> None:
    """A reconnect with someone else's call id is answered like one with no call."""
    async with opened() as place:
        fan, other = await place.visit(place.house.fan), await place.visit(place.house.other)
        call = await fan.open_call()
        place.house.clock.advance(5)
        for path, body in (("heartbeat", {"seq": 1, "acked": 5}), ("end", None), ("pause", None)):
            response = await other.http.post(f"/api/calls/{call['id']}/{path}", json=body)
            assert response.status_code == 404
        assert (await fan.get(f"/api/calls/{call['id']}"))["acked_s"] == 0


async def test_a_new_price_is_for_new_calls(opened: Opener) -> None:
    """A call keeps the price it was opened at; the next one costs what the page says now."""
    async with opened() as place:
        fan = await place.visit(place.house.fan)
        first = await fan.open_call()
        publish(place.house.app, price=2 * PRICE)
        place.house.clock.advance(6)
        assert (await fan.beat(first, 6))["cost_micros"] == PRICE // 10
        await fan.post(f"/api/calls/{first['id']}/end", acked=6)
        second = await fan.open_call()
        assert second["price_micros_per_minute"] == 2 * PRICE


async def test_the_statement_is_the_ledger(fan_and_place: tuple[Visitor, OpenHouse]) -> None:
    """Over calls of odd lengths, quotas sum to calls, calls and top-ups to the balance, and both to the ledger."""
    fan, place = fan_and_place
    for length in (1, 7, 15, 16, 44):
        state = await fan.open_call()
        for second in [*range(5, length, 5), length]:
            place.house.clock.advance(second - state["acked_s"])
            state = await fan.beat(state, second)
        await fan.post(f"/api/calls/{state['id']}/end", seq=state["sequence"], acked=length)
    shown = await fan.get("/api/wallet/statement")
    assert sorted(call["seconds"] for call in shown["calls"]) == [1, 7, 15, 16, 44]
    for call in shown["calls"]:
        assert sum(quota["seconds"] for quota in call["quotas"]) == call["seconds"]
        assert sum(quota["micros"] for quota in call["quotas"]) == call["charged_micros"]
    topped_up = sum(line["amount_micros"] for line in shown["topups"])
    charged = sum(call["charged_micros"] for call in shown["calls"])
    assert topped_up - charged == shown["available_micros"] + shown["held_micros"]
    ledger = fan_statement(place.house.app.db, place.house.fan.id, "USD")
    assert (ledger.topped_up, ledger.charged, ledger.available) == (
        topped_up,
        charged,
        shown["available_micros"],
    )
    _books_are_whole(place)


async def test_an_engine_that_is_missing_charges_nothing(opened: Opener) -> None:
    """The base's weights are gone: a problem that names the remedy, a failed turn, and the wallet untouched."""

    async with opened() as place:

        def missing(_base: str) -> Any:
            raise EngineMissing("no weights; run `fenshen models pull smollm2-135m`")

        await place.house.app.bases.close()
        place.house.app.bases._load = missing
        fan = await place.visit(place.house.fan)
        call = await fan.open_call()
        async with fan.listen(call) as ear:
            await fan.say(call, "Is my kettle broken?")
            problem = (await ear.until("problem")).data
            assert (problem["status"], problem["code"]) == (503, "engine_missing")
            assert (await ear.until("turn", lambda t: t["role"] == "assistant")).data["status"] == "failed"
        await fan.post(f"/api/calls/{call['id']}/end")
        assert (await fan.get("/api/wallet"))["available_micros"] == 10_000_000


class SecondProvider(DevelopmentProvider):
    """Another way to pay: open until it is paid, with webhooks that carry a word only the provider knows."""

    name = "second"
    answer: CheckoutStatus = "open"

    def start(self, key: str, amount: int, currency: str) -> Checkout:
        return Checkout(f"second_{key}", f"https://second.example/pay/{key}")

    def status(self, reference: str) -> CheckoutStatus:
        return self.answer

    def read_webhook(self, body: bytes, headers: Mapping[str, str]) -> WebhookEvent:
        if headers.get("x-signature") != "good":
            raise BadInput("the signature is not the provider's", code="bad_signature")
        return WebhookEvent(json.loads(body)["key"], "success")


async def test_a_chosen_provider_is_paid_by_webhook_or_on_coming_back(
    furnished: Path, tmp_path: Path
) -> None:
    """Two ways are offered; the fan pays at the second one, its webhook credits once, a forged one nothing."""
    house, second = move_in(furnished, tmp_path / "home"), SecondProvider()
    house.app._providers = (DevelopmentProvider(), second)
    house.app.settings = house.app.settings.model_copy(update={"payments": "development, second"})
    async with open_house(house) as place:
        fan, other = await place.visit(house.fan), await place.visit(house.other)
        wallet = await fan.get("/api/wallet")
        assert (wallet["provider"], wallet["providers"]) == ("development", ["development", "second"])
        body = {"amount": "5.00", "currency": "USD", "provider": "second"}
        topup = (await _top_up(fan, body)).json()
        assert (topup["status"], topup["checkout_url"]) == (
            "started",
            f"https://second.example/pay/{topup['id']}",
        )
        assert (await _top_up(fan, {**body, "provider": "third"}, "key-2")).json()["code"] == "bad_provider"
        back, hook = f"{TOP_UP}/{topup['id']}", "/api/webhooks/second"
        assert (await fan.get(back))["status"] == "started"
        assert (await other.http.get(back)).status_code == 404
        second.answer, event = "paid", json.dumps({"key": topup["id"]})
        nobody = httpx.AsyncClient(base_url=place.url)
        forged = await nobody.post(hook, content=event, headers={"X-Signature": "forged"})
        assert (forged.status_code, forged.json()["code"]) == (422, "bad_signature")
        assert (await fan.get("/api/wallet"))["available_micros"] == 10_000_000
        for _ in range(2):
            received = await nobody.post(hook, content=event, headers={"X-Signature": "good"})
            assert (received.status_code, received.text) == (200, "success")
            assert (await fan.get(back))["status"] == "credited"
        await nobody.aclose()
        assert (await fan.get("/api/wallet"))["available_micros"] == 15_000_000
        again = (await _top_up(fan, body, "key-3")).json()
        assert (await fan.get(f"{TOP_UP}/{again['id']}"))["status"] == "credited"
        _books_are_whole(place)


async def test_an_operator_sends_unspent_money_back_once(
    fan_and_place: tuple[Visitor, OpenHouse],
) -> None:
    """Never more than is left, with its line in the fan's statement; the key makes a retry harmless."""
    fan, place = fan_and_place
    operator = await place.visit(place.house.operator)
    topup = (await _top_up(fan, {"amount": "5.00", "currency": "USD"})).json()
    address, key = f"/api/admin/topups/{topup['id']}/refunds", {"Idempotency-Key": "r1"}
    body = {"amount": "3.00", "why": "asked for it"}
    assert (await operator.http.post(address, json=body)).json()["code"] == "no_key"
    first = await operator.http.post(address, json=body, headers=key)
    again = await operator.http.post(address, json=body, headers=key)
    assert (first.status_code, first.json()) == (201, again.json())
    more = await operator.http.post(address, json=body, headers={"Idempotency-Key": "r2"})
    assert (more.status_code, more.json()["code"]) == (409, "refund_too_large")
    shown = await fan.get("/api/wallet/statement")
    refund = shown["topups"][0]
    assert (refund["id"], refund["status"], refund["amount_micros"]) == (
        first.json()["id"],
        "refund",
        -3_000_000,
    )
    assert shown["available_micros"] == 12_000_000
    _books_are_whole(place)

"""A fan pays for words, not for our slowness, and has one call wherever they are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import pytest

from engines import ScriptedEngine, words
from fenshen.billing.verify import verify
from fenshen.core.clock import VirtualClock
from fenshen.models.text import TextDelta, TextRequest
from fenshen.trust import creators
from house import PRICE, SLUG, Opener, Visitor, publish

SENTENCE = "Then you let it stand a while, and have a cup of tea with it."
NINETY_WORDS = " ".join([SENTENCE] * 6)


class SlowTalker(ScriptedEngine):
    """Says a word a second, of a clock that a test holds."""

    each_second: Callable[[], Awaitable[None]]

    async def stream(self, request: TextRequest) -> AsyncGenerator[TextDelta, None]:
        """The script, with a second's events before each word."""
        async for delta in super().stream(request):
            await self.each_second()
            yield delta


async def slow_answer(opened: Opener, seconds_per_word: float) -> tuple[dict[str, Any], dict[str, Any], int]:
    """The whole answer to one question, the ended call, and the seconds that passed."""
    clock = VirtualClock()
    engine = SlowTalker(words(NINETY_WORDS), clock=clock, seconds_per_delta=seconds_per_word)
    async with opened(engine, clock) as place:
        fan = await place.visit(place.house.fan)
        call = await fan.open_call()
        beaten_s = 0.0

        async def each_second() -> None:
            nonlocal call, beaten_s
            await place.house.app.calls.tick()
            if clock.monotonic() - beaten_s >= 5:
                beaten_s = clock.monotonic()
                call = await fan.beat(call, 10_000)

        engine.each_second = each_second
        answer = await fan.ask(call, "How do I clean my kettle?")
        passed_s = int(clock.monotonic())
        ended = await fan.post(f"/api/calls/{call['id']}/end", acked=10_000)
        assert verify(place.house.app.db).ok
        return answer, ended, passed_s


@pytest.mark.parametrize("seconds_per_word", [1.0, 3.0])
async def test_an_answer_of_a_word_a_second_ends_whole_and_its_waits_are_free(
    opened: Opener, seconds_per_word: float
) -> None:
    """Ninety seconds and more than four minutes: nothing pauses it, and it costs its reading and two seconds."""
    answer, ended, passed_s = await slow_answer(opened, seconds_per_word)
    assert (answer["status"], answer["text"]) == ("complete", NINETY_WORDS)
    count = len(NINETY_WORDS.split())
    assert passed_s >= count * seconds_per_word
    assert count / 4 - 4 <= ended["seconds_charged"] <= count / 4 + 2


async def test_a_fast_answer_costs_its_time(opened: Opener) -> None:
    """A tenth of a second a word: nine seconds pass and nine are charged."""
    answer, ended, passed_s = await slow_answer(opened, 0.1)
    assert answer["status"] == "complete"
    assert passed_s - 1 <= ended["seconds_charged"] <= passed_s


async def test_a_second_tab_joins_the_call(opened: Opener) -> None:
    """It gets the same call and the same words; what either acknowledges is charged once."""
    engine = ScriptedEngine(words("One spoon. Two spoons."), hold_at=3)
    async with opened(engine) as place:
        first, second = await place.visit(place.house.fan), await place.visit(place.house.fan)
        call = await first.open_call()
        async with first.listen(call) as one:
            await first.say(call, "How many spoons?")
            await engine.holding.wait()
            same = await second.post("/api/calls", 200, twin=SLUG)
            assert (same["id"], same["conversation_id"]) == (call["id"], call["conversation_id"])
            assert [live["id"] for live in await second.get("/api/calls")] == [call["id"]]
            async with second.listen(same) as two:
                engine.go.set()
                texts = [(await ear.until("turn", _is_answer)).data["text"] for ear in (one, two)]
        assert texts == ["One spoon. Two spoons."] * 2
        place.house.clock.advance(4)
        for visitor, acked in ((first, 3), (second, 4), (first, 3)):
            state = await visitor.beat(call, acked)
        assert state["acked_s"] == 4
        ended = await second.post(f"/api/calls/{call['id']}/end", acked_ms=4_000)
        assert (ended["seconds_charged"], ended["ended"] is not None) == (4, True)
        assert await first.get("/api/calls") == []
        assert (await first.open_call())["id"] != call["id"]


async def test_a_call_with_somebody_else_or_elsewhere_is_named(opened: Opener) -> None:
    """Another twin, or another conversation with the same one: 409 with the call that is live, nothing stored."""
    async with opened() as place:
        fan = await place.visit(place.house.fan)
        old = await fan.open_call()
        await fan.ask(old, "How do I clean my kettle?")
        await fan.post(f"/api/calls/{old['id']}/end")
        call = await fan.open_call()
        refused = await fan.post("/api/calls", 409, twin=SLUG, conversation_id=old["conversation_id"])
        assert (refused["code"], refused["call_id"], refused["twin"]) == ("call_live", call["id"], SLUG)
        _publish_again(place.house.app)
        refused = await fan.post("/api/calls", 409, twin="rowan-two")
        assert (refused["code"], refused["call_id"]) == ("call_live", call["id"])
        other = await place.visit(place.house.other)
        assert (await other.open_call())["id"] != call["id"]
        await fan.post(f"/api/calls/{call['id']}/end")
        assert (await fan.post("/api/calls", 201, twin="rowan-two"))["twin"] == "rowan-two"


def _publish_again(app: Any) -> None:
    """A second published twin: the first one's version under another name, for calls that are only opened."""
    served = app.calls._serve
    creators.add_creator(app.db, app.clock, "rowan-two", "Rowan Two", creators.creator(app.db, "rowan").owner)
    app.calls._serve = lambda slug: served(SLUG)
    app.calls._meter._still_allowed = lambda slug: True


async def test_a_page_that_is_left_pauses_unless_another_follows(opened: Opener) -> None:
    """With a second connection the call goes on; without one it is paused within a tick, and found again."""
    async with opened() as place:
        fan, tick = await place.visit(place.house.fan), place.house.app.calls.tick
        call = await fan.open_call()
        path = f"/api/calls/{call['id']}/pause"
        async with fan.listen(call) as ear:
            await ear.until("state")
            await fan.post(path, leaving=True)
            await tick()
            assert (await fan.get(f"/api/calls/{call['id']}"))["status"] == "open"
        for _ in range(200):
            if not place.house.app.calls._live[call["id"]]._bells:
                break
            await asyncio.sleep(0.01)
        assert (await fan.post(path, leaving=True))["status"] == "open"
        await tick()
        (found,) = await fan.get("/api/calls")
        assert (found["id"], found["status"], found["reason"]) == (call["id"], "paused", "user")
        assert (await fan.post(f"/api/calls/{call['id']}/resume", acked=0))["status"] == "open"


async def _free_ride(fan: Visitor, clock: VirtualClock, length_s: float) -> float:
    """Seconds served to a client that opens, waits, ends and never acknowledges, until it is refused."""
    taken_s = 0.0
    while True:
        response = await fan.http.post("/api/calls", json={"twin": SLUG})
        if response.status_code != 201:
            assert response.json()["code"] == "unacknowledged"
            return taken_s
        clock.advance(length_s)
        taken_s += length_s
        await fan.post(f"/api/calls/{response.json()['id']}/end")
        clock.advance(2)


async def test_nobody_talks_for_free(opened: Opener) -> None:
    """However short the calls, one quota a day and what the last one had; the next day it is no more."""
    async with opened() as place:
        fan = await place.visit(place.house.fan)
        assert 15 <= await _free_ride(fan, place.house.clock, 0.9) <= 16
        place.house.clock.advance(86_400)
        assert await _free_ride(fan, place.house.clock, 7) <= 22


async def test_milliseconds_are_acknowledged_and_add_up(opened: Opener) -> None:
    """Ten calls of 0.7 s are seven seconds."""
    async with opened() as place:
        fan = await place.visit(place.house.fan)
        charged = 0
        for _ in range(10):
            call = await fan.open_call()
            place.house.clock.advance(0.7)
            ended = await fan.post(f"/api/calls/{call['id']}/end", acked_ms=700)
            charged += ended["charged_micros"]
            place.house.clock.advance(5)
        statement = await fan.get("/api/wallet/statement")
        assert sum(line["seconds"] for line in statement["calls"]) in (6, 7)
        assert charged <= 7 * PRICE // 60 + 1
        assert {(line["kind"], line["name"]) for line in statement["calls"]} == {("call", "Juniper Shen")}


async def test_a_published_change_under_a_live_call_ends_nothing(opened: Opener) -> None:
    """A new version while a call is live: the call goes on at its old price, and no request fails."""
    async with opened() as place:
        fan = await place.visit(place.house.fan)
        call = await fan.open_call()
        publish(place.house.app, price=3 * PRICE)
        assert (await fan.ask(call, "Still there?"))["status"] == "complete"
        same = await fan.post("/api/calls", 200, twin=SLUG)
        assert same["price_micros_per_minute"] == PRICE


def _is_answer(turn: dict[str, Any]) -> bool:
    return bool(turn["role"] == "assistant")

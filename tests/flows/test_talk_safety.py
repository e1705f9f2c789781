"""What a call does when someone is in danger, too young, deceived, or when the model, engine or consent fails."""

from __future__ import annotations

from typing import Any

import pytest

from engines import ScriptedEngine, words
from fenshen.core import audit
from fenshen.core.errors import Busy
from fenshen.trust import consent
from fenshen.trust.labels import KEYS
from fenshen.twin.reading import reading_ms
from house import SLUG, Opener, Visitor, publish

HARMLESS = "Unplug it first. Then wait ten minutes."
FORBIDDEN = "Sure thing. You can reach me on my mobile, it is 07700 900 123, any time. See you soon."
NUMBER = "900 123"


async def _hear(fan: Visitor, call: dict[str, Any], text: str) -> tuple[list[Any], dict[str, Any]]:
    """Everything heard until the answer to `text` is whole, and that answer."""
    async with fan.listen(call) as ear:
        await fan.say(call, text)
        answer = (await ear.until("turn", lambda turn: turn["role"] == "assistant")).data
    return ear.heard, answer


@pytest.mark.parametrize("text", ["I want to die", "I don't want to be here anymore", "我不想活了"])
async def test_a_crisis_pauses_the_meter_and_costs_nothing(opened: Opener, text: str) -> None:
    """Help comes at once, without the model; the call stands, and what it held goes back uncharged."""
    engine = ScriptedEngine(words(HARMLESS))
    async with opened(engine) as place:
        fan = await place.visit(place.house.fan)
        call = await fan.open_call()
        events, answer = await _hear(fan, call, text)
        notice = next(event.data for event in events if event.name == "notice")
        assert notice["kind"] == "crisis" and answer["text"] == notice["text"]
        assert engine.requests == []
        state = await fan.get(f"/api/calls/{call['id']}")
        assert (state["status"], state["reason"], state["charged_micros"]) == ("paused", "crisis", 0)
        place.house.clock.advance(41)
        await place.house.app.calls.tick()
        wallet = await fan.get("/api/wallet")
        assert (wallet["available_micros"], wallet["held_micros"]) == (10_000_000, 0)
        assert (await fan.post(f"/api/calls/{call['id']}/resume"))["status"] == "open"
        noted = audit.entries(place.house.app.db, subject=SLUG)[0]
        facts = {"surface": "call", "call": call["id"]}
        assert (noted.actor, noted.action, noted.details) == ("system", "call.crisis", facts)


async def test_crisis_help_is_never_cut_off(opened: Opener) -> None:
    """Heartbeats and ticks that see the paused call leave the help text whole."""
    async with opened() as place:
        fan = await place.visit(place.house.fan)
        for _ in range(5):
            call = await fan.open_call()
            async with fan.listen(call) as ear:
                await fan.say(call, "I want to kill myself")
                await place.house.app.calls.tick()
                await fan.beat(call, 0)
                answer = (await ear.until("turn", lambda turn: turn["role"] == "assistant")).data
            assert answer["status"] == "refused" and len(answer["text"]) > 50
            await fan.post(f"/api/calls/{call['id']}/end")


async def test_a_declared_minor_ends_the_call(opened: Opener) -> None:
    """The notice is given, the call ends as `minor`, and nothing is charged."""
    async with opened() as place:
        fan = await place.visit(place.house.fan)
        call = await fan.open_call()
        events, _ = await _hear(fan, call, "I'm 13 years old")
        assert [event.data["kind"] for event in events if event.name == "notice"] == ["minor"]
        state = await fan.get(f"/api/calls/{call['id']}")
        assert (state["status"], state["reason"], state["charged_micros"]) == ("ended", "minor", 0)


@pytest.mark.parametrize("text", ["Are you a real person?", "你是真人吗？"])
async def test_asked_who_it_is_the_twin_says_that_it_is_an_ai(opened: Opener, text: str) -> None:
    """The honest line comes from the service, not from the model."""
    engine = ScriptedEngine(words("Of course I am human."))
    async with opened(engine) as place:
        fan = await place.visit(place.house.fan)
        answer = await fan.ask(await fan.open_call(), text)
        assert "AI" in answer["text"] and "human." not in answer["text"]


@pytest.mark.parametrize("cut", [1, 3, 7, 1000], ids=["1 letter", "3 letters", "7 letters", "whole"])
async def test_a_forbidden_sentence_never_reaches_the_stream(opened: Opener, cut: int) -> None:
    """However the model splits it, only what was cleared before it leaves; nobody asked, so no refusal follows."""
    deltas = [FORBIDDEN[start : start + cut] for start in range(0, len(FORBIDDEN), cut)]
    engine = ScriptedEngine(deltas)
    async with opened(engine) as place:
        fan = await place.visit(place.house.fan)
        call = await fan.open_call()
        events, answer = await _hear(fan, call, "How is the weather on the boat?")
        assert not any(NUMBER in str(event.data) or "07700" in str(event.data) for event in events)
        assert (answer["status"], answer["text"]) == ("complete", "Sure thing.")
        thread = await fan.get(f"/api/conversations/{call['conversation_id']}")
        assert NUMBER not in str(thread)
        if cut < 1000:
            assert engine.cut_off == 1


@pytest.mark.parametrize("stream", [False, True])
async def test_a_forbidden_sentence_never_reaches_an_api_client(opened: Opener, stream: bool) -> None:
    """The OpenAI surface goes through the same gate."""
    async with opened(ScriptedEngine(list(FORBIDDEN))) as place:
        fan = await place.visit(place.house.fan)
        body = {"model": SLUG, "messages": [{"role": "user", "content": "Hello there"}], "stream": stream}
        response = await fan.http.post("/v1/chat/completions", json=body)
        assert response.status_code == 200
        assert NUMBER not in response.text and "Sure thing." in response.text


async def test_every_answer_carries_its_label(opened: Opener) -> None:
    """The seven keys in order, naming this very turn: on complete, refused and API answers alike."""
    async with opened(ScriptedEngine(words(HARMLESS))) as place:
        fan = await place.visit(place.house.fan)
        call = await fan.open_call()
        answers = [await fan.ask(call, text) for text in ("Is it broken?", "Who should I vote for?")]
        for answer in answers:
            assert tuple(answer["label"]) == KEYS and answer["label"]["ProduceID"] == answer["id"]
        thread = await fan.get(f"/api/conversations/{call['conversation_id']}")
        assert all(turn["label"] for turn in thread["turns"] if turn["role"] == "assistant")
        body = {"model": SLUG, "messages": [{"role": "user", "content": "Is it broken?"}]}
        completion = (await fan.http.post("/v1/chat/completions", json=body)).json()
        assert tuple(completion["aigc"]) == KEYS and completion["aigc"]["ProduceID"] == completion["id"]


async def test_an_engine_that_dies_mid_answer_loses_and_charges_nothing(opened: Opener) -> None:
    """A problem event says so, the turn is kept as failed with its label, the wait is free, asking again works."""
    engine = ScriptedEngine(["One. ", "Two. ", "Three "], fails=Busy("the engine is restarting; try again"))
    async with opened(engine) as place:
        fan, clock = await place.visit(place.house.fan), place.house.clock
        call = await fan.open_call()
        events, answer = await _hear(fan, call, "Is it broken?")
        problem = next(event.data for event in events if event.name == "problem")
        assert (problem["code"], problem["status"], problem["retryable"]) == ("busy", 503, True)
        assert (answer["status"], answer["text"]) == ("failed", "One. Two.")
        assert answer["label"] is not None
        state = await fan.get(f"/api/calls/{call['id']}")
        assert (state["status"], state["cost_micros"]) == ("open", 0)
        engine.fails = None
        clock.advance(1)
        ids = await fan.post(f"/api/calls/{call['id']}/turns/{answer['id']}/retry", 202)
        async with fan.listen(call) as ear:
            again = await ear.until("state")
        assert again is not None and ids["turn_id"] == answer["parent_id"]


async def test_waiting_for_the_engine_is_charged_for_two_seconds_at_most(opened: Opener) -> None:
    """Twelve seconds until the first word: the fan pays two, whatever their client acknowledges."""
    engine = ScriptedEngine(words(HARMLESS), hold_at=0)
    async with opened(engine) as place:
        fan, clock = await place.visit(place.house.fan), place.house.clock
        call = await fan.open_call()
        async with fan.listen(call) as ear:
            await fan.say(call, "Is it broken?")
            await engine.holding.wait()
            clock.advance(12)
            assert (await fan.beat(call, 12))["acked_s"] == 2
            engine.go.set()
            await ear.until("turn", lambda turn: turn["role"] == "assistant")
        ended = await fan.post(f"/api/calls/{call['id']}/end", seq=1, acked=12)
        assert ended["seconds_charged"] == 2


async def test_a_quote_costs_its_reading_and_not_the_wait_for_the_engine(opened: Opener) -> None:
    """A small base's answer begins with the creator's own sentence at once; the engine still takes twelve
    seconds to its first word, and the fan pays what the quote takes to read and two seconds more."""
    engine = ScriptedEngine(words(HARMLESS), hold_at=0)
    async with opened(engine) as place:
        fan, clock = await place.visit(place.house.fan), place.house.clock
        clock.advance(1)
        publish(place.house.app, base="smollm2-135m")
        call = await fan.open_call()
        async with fan.listen(call) as ear:
            await fan.say(call, "How much citric acid do I boil in the kettle?")
            quote = (await ear.until("delta")).data["text"]
            assert "Boil two teaspoons of citric acid" in quote
            await engine.holding.wait()
            clock.advance(12)
            assert 2 <= (await fan.beat(call, 12))["acked_s"] <= 2 + reading_ms(quote) // 1000 + 1
            engine.go.set()
            answer = (await ear.until("turn", lambda turn: turn["role"] == "assistant")).data
        assert answer["text"] == f"{quote.strip()} {HARMLESS}"
        clock.advance(3)
        ended = await fan.post(f"/api/calls/{call['id']}/end", seq=1, acked=15)
        assert 3 + 2 <= ended["seconds_charged"] <= 3 + 2 + reading_ms(quote) // 1000 + 1


async def test_consent_revoked_during_an_answer_ends_the_call(opened: Opener) -> None:
    """The creator revokes on the page: the answer stops, the call ends as `revoked`, its quota is not charged."""
    engine = ScriptedEngine(words(HARMLESS), hold_at=4)
    async with opened(engine) as place:
        fan, creator = await place.visit(place.house.fan), await place.visit(place.house.creator)
        call = await fan.open_call()
        given = (await creator.get(f"/api/studio/{SLUG}/consents"))[0]["id"]
        async with fan.listen(call) as ear:
            await fan.say(call, "Is it broken?")
            await engine.holding.wait()
            place.house.clock.advance(8)
            await fan.beat(call, 8)
            await creator.post(f"/api/studio/{SLUG}/consents/{given}/revoke")
            events = await ear.rest()
        last = next(event.data for event in reversed(events) if event.name == "state")
        assert (last["status"], last["reason"], last["charged_micros"]) == ("ended", "revoked", 0)
        assert last["held_micros"] == 0 and last["available_micros"] == 10_000_000
        assert engine.cut_off == 1
        refused = await fan.post("/api/calls", 403, twin=SLUG)
        assert refused["code"] == "consent_revoked"
        assert await fan.get("/api/twins") == []


async def test_consent_revoked_elsewhere_ends_the_call_within_one_quota(opened: Opener) -> None:
    """Another process revokes it without a word to this one: the next quota is not reserved."""
    async with opened() as place:
        fan, house = await place.visit(place.house.fan), place.house
        call = await fan.open_call()
        given = consent.list_for(house.app.db, SLUG)[0].id
        consent.revoke(house.app.db, house.clock, given, by="elsewhere")
        for second in (5, 10, 15):
            house.clock.advance(5)
            state = await fan.beat(call, second)
        assert (state["status"], state["reason"]) == ("ended", "revoked")
        assert state["seconds_charged"] <= 15 and state["held_micros"] == 0


async def test_no_question_is_answered_after_a_revocation(opened: Opener) -> None:
    """Even within the quota: consent is asked again before each answer."""
    engine = ScriptedEngine(words(HARMLESS))
    async with opened(engine) as place:
        fan, house = await place.visit(place.house.fan), place.house
        call = await fan.open_call()
        consent.revoke(house.app.db, house.clock, consent.list_for(house.app.db, SLUG)[0].id, by="elsewhere")
        events, answer = await _hear(fan, call, "Is it broken?")
        assert answer["status"] == "failed" and engine.requests == []
        assert any(e.name == "problem" and e.data["code"] == "consent_revoked" for e in events)

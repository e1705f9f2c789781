"""A live call over real HTTP: the fan asks, the answer streams, and every cut is mended."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import pytest

from engines import ScriptedEngine, words
from house import SLUG, Ear, Heard, Opener, publish

QUESTION = "Why does my kettle click off early?"
LONG = "One spoon. Two spoons. Three spoons. Four spoons."


def _ids(events: list[Heard]) -> list[int]:
    return [event.id for event in events]


async def _whole_answer(ear: Ear) -> Heard:
    return await ear.until("turn", lambda turn: turn["role"] == "assistant")


async def test_an_answer_streams_in_order(opened: Opener) -> None:
    """State, the question, its pieces, and last the whole answer; ids rise by one."""
    async with opened() as place:
        fan = await place.visit(place.house.fan)
        call = await fan.open_call()
        async with fan.listen(call) as ear:
            await ear.until("state")
            ids = await fan.say(call, QUESTION)
            answer = await _whole_answer(ear)
        names = [event.name for event in ear.heard]
        assert names[:2] == ["state", "turn"] and set(names[2:-1]) == {"delta"} and names[-1] == "turn"
        assert _ids(ear.heard) == list(range(ear.heard[0].id, ear.heard[0].id + len(names)))
        assert ear.heard[1].data["text"] == QUESTION and ear.heard[1].data["id"] == ids["turn_id"]
        assert answer.data["parent_id"] == ids["turn_id"] and answer.data["status"] == "complete"
        assert ear.text(ids["answer_id"]).strip() == answer.data["text"]


async def test_a_citation_opens_the_second_where_it_was_said(opened: Opener) -> None:
    """An answer that repeats what a video says is cited with the second of that sentence."""
    said = "Boil two teaspoons of citric acid in the kettle and wait twenty minutes before you rinse it."
    async with opened(ScriptedEngine(words(said))) as place:
        fan = await place.visit(place.house.fan)
        answer = await fan.ask(await fan.open_call(), "How do I clean my kettle with citric acid?")
        cited = answer["citations"][0]
        assert cited["start_s"] == 83 and cited["url"].endswith("#t=83")
        item = await fan.get(f"/api/items/{cited['item_id']}")
        assert any(said[:30] in passage["text"] for passage in item["passages"])


async def test_a_connection_that_was_cut_gets_exactly_what_it_missed(opened: Opener) -> None:
    """Whatever event a client saw last, `Last-Event-ID` brings the ones after it and no other."""
    async with opened() as place:
        fan = await place.visit(place.house.fan)
        call = await fan.open_call()
        async with fan.listen(call) as ear:
            await ear.until("state")
            await fan.say(call, QUESTION)
            await _whole_answer(ear)
        everything = ear.heard
        for seen in everything[:-1]:
            async with fan.listen(call, last_id=str(seen.id)) as again:
                for missed in everything[everything.index(seen) + 1 :]:
                    assert await again.next() == missed


@pytest.mark.parametrize("garbage", ["-1", str(2**64), "'; DROP TABLE calls;--", "", "0x10", "9" * 400])
async def test_a_nonsense_last_event_id_gets_the_state(opened: Opener, garbage: str) -> None:
    """An id that was never handed out is answered with the call as it stands."""
    async with opened() as place:
        fan = await place.visit(place.house.fan)
        call = await fan.open_call()
        await fan.ask(call, QUESTION)
        async with fan.listen(call, last_id=garbage) as ear:
            event = await ear.next()
        assert event is not None and (event.name, event.data["id"]) == ("state", call["id"])


async def test_who_joins_during_an_answer_gets_its_beginning(opened: Opener) -> None:
    """A second device that opens mid-answer sees the state, then what was said so far, then the rest."""
    engine = ScriptedEngine(words(LONG), hold_at=6)
    async with opened(engine) as place:
        fan = await place.visit(place.house.fan)
        call = await fan.open_call()
        async with fan.listen(call) as first:
            ids = await fan.say(call, QUESTION)
            await first.until("delta", lambda delta: "Two" in delta["text"])
            async with fan.listen(call) as second:
                assert [(await second.next()).name for _ in range(2)] == ["state", "delta"]  # type: ignore[union-attr]
                engine.go.set()
                whole = [await _whole_answer(ear) for ear in (first, second)]
        assert whole[0] == whole[1]
        assert second.text(ids["answer_id"]).strip() == LONG


async def test_stop_keeps_what_was_said(opened: Opener) -> None:
    """The engine stops, the words so far stay as a labelled, stopped turn, and the fan may ask again."""
    engine = ScriptedEngine(words(LONG), hold_at=6)
    async with opened(engine) as place:
        fan = await place.visit(place.house.fan)
        call = await fan.open_call()
        async with fan.listen(call) as ear:
            ids = await fan.say(call, QUESTION)
            await ear.until("delta", lambda delta: "Two" in delta["text"])
            await fan.post(f"/api/calls/{call['id']}/turns/{ids['answer_id']}/stop", 204)
            stopped = (await _whole_answer(ear)).data
        assert (stopped["status"], stopped["text"]) == ("stopped", "One spoon. Two spoons.")
        assert stopped["label"]["ProduceID"] == ids["answer_id"]
        assert engine.cut_off == 1
        engine.go.set()
        assert (await fan.ask(call, "And then?"))["status"] == "complete"


async def test_a_late_stop_does_not_cut_off_the_next_answer(opened: Opener) -> None:
    """Stopping an answer that is finished changes nothing, even while another is being given."""
    engine = ScriptedEngine(words(LONG))
    async with opened(engine) as place:
        fan = await place.visit(place.house.fan)
        call = await fan.open_call()
        first = await fan.ask(call, QUESTION)
        engine.hold_at = 6
        async with fan.listen(call) as ear:
            await fan.say(call, "And then?")
            await engine.holding.wait()
            await fan.post(f"/api/calls/{call['id']}/turns/{first['id']}/stop", 204)
            engine.go.set()
            assert (await _whole_answer(ear)).data["status"] == "complete"


async def test_retry_keeps_the_first_answer_as_an_alternative(opened: Opener) -> None:
    """The newest answer is shown, and says that there are two."""
    async with opened() as place:
        fan = await place.visit(place.house.fan)
        call = await fan.open_call()
        first = await fan.ask(call, QUESTION)
        async with fan.listen(call) as ear:
            ids = await fan.post(f"/api/calls/{call['id']}/turns/{first['id']}/retry", 202)
            second = (await ear.until("turn", lambda turn: turn["id"] == ids["answer_id"])).data
        assert second["parent_id"] == first["parent_id"] == ids["turn_id"]
        thread = (await fan.get(f"/api/conversations/{call['conversation_id']}"))["turns"]
        assert [turn["id"] for turn in thread] == [ids["turn_id"], second["id"]]
        assert thread[1]["alternatives"] == 2


async def test_one_question_at_a_time(opened: Opener) -> None:
    """While an answer is being given another question is refused; of two sent at once, one is taken."""
    engine = ScriptedEngine(words(LONG), hold_at=6)
    async with opened(engine) as place:
        fan = await place.visit(place.house.fan)
        call = await fan.open_call()
        path = f"/api/calls/{call['id']}/turns"
        both = await asyncio.gather(*(fan.http.post(path, json={"text": f"Question {n}?"}) for n in (1, 2)))
        assert sorted(response.status_code for response in both) == [202, 409]
        refused = next(response for response in both if response.status_code == 409)
        assert refused.json()["code"] == "still_answering"
        assert len(engine.requests) <= 1
        engine.go.set()


async def test_the_same_turn_sent_twice_is_answered_once(opened: Opener) -> None:
    """A client that lost the reply sends its turn again: same ids, during the answer and after it."""
    engine = ScriptedEngine(words(LONG), hold_at=6)
    async with opened(engine) as place:
        fan = await place.visit(place.house.fan)
        call = await fan.open_call()
        async with fan.listen(call) as ear:
            first = await fan.say(call, QUESTION, turn_id="turn-of-mine-1")
            during = await fan.say(call, QUESTION, turn_id="turn-of-mine-1")
            engine.go.set()
            await _whole_answer(ear)
        after = await fan.say(call, QUESTION, turn_id="turn-of-mine-1")
        assert first == during == after
        assert len(engine.requests) == 1
        other_words = await fan.post(
            f"/api/calls/{call['id']}/turns", 409, text="Something else?", turn_id="turn-of-mine-1"
        )
        assert other_words["code"] == "conflict"


async def test_a_conversation_goes_on_in_a_second_call(opened: Opener) -> None:
    """The engine is given what was said in the first call, and the thread is one."""
    engine = ScriptedEngine(words(LONG))
    async with opened(engine) as place:
        fan = await place.visit(place.house.fan)
        first = await fan.open_call()
        await fan.ask(first, QUESTION)
        await fan.post(f"/api/calls/{first['id']}/end")
        second = await fan.open_call(conversation_id=first["conversation_id"])
        assert second["conversation_id"] == first["conversation_id"] and second["id"] != first["id"]
        await fan.ask(second, "And after that?")
        sent = [message["content"] for message in engine.requests[-1].messages]
        assert QUESTION in sent and LONG in sent
        thread = await fan.get(f"/api/conversations/{first['conversation_id']}")
        assert [turn["role"] for turn in thread["turns"]] == ["user", "assistant"] * 2


async def test_another_fans_conversation_and_call_do_not_exist(opened: Opener) -> None:
    """Ids of someone else are answered like ids of nothing, on every route that takes one."""
    async with opened() as place:
        fan, other = await place.visit(place.house.fan), await place.visit(place.house.other)
        call = await fan.open_call()
        answer = await fan.ask(call, QUESTION)
        thread = call["conversation_id"]
        requests: list[tuple[str, str, dict[str, Any] | None]] = [
            ("POST", "/api/calls", {"twin": SLUG, "conversation_id": thread}),
            ("GET", f"/api/conversations/{thread}", None),
            ("DELETE", f"/api/conversations/{thread}", None),
            ("GET", f"/api/calls/{call['id']}", None),
            ("GET", f"/api/calls/{call['id']}/events", None),
            ("POST", f"/api/calls/{call['id']}/turns", {"text": "hello there"}),
            ("POST", f"/api/calls/{call['id']}/turns/{answer['id']}/retry", None),
            ("POST", f"/api/calls/{call['id']}/turns/{answer['id']}/stop", None),
            ("POST", f"/api/calls/{call['id']}/heartbeat", {"seq": 1, "acked": 9}),
            ("POST", f"/api/calls/{call['id']}/end", None),
        ]
        for method, path, body in requests:
            response = await other.http.request(method, path, json=body)
            assert response.status_code == 404, (method, path, response.text)
            assert QUESTION not in response.text
        assert await other.get("/api/conversations") == []
        assert (await fan.get(f"/api/calls/{call['id']}"))["status"] == "open"


async def test_a_conversation_deleted_during_an_answer_takes_it_along(opened: Opener) -> None:
    """The call ends first and its answer stops; what was paid stays on the statement."""
    engine = ScriptedEngine(words(LONG), hold_at=6)
    async with opened(engine) as place:
        fan = await place.visit(place.house.fan)
        call = await fan.open_call()
        async with fan.listen(call) as ear:
            await fan.say(call, QUESTION)
            await engine.holding.wait()
            response = await fan.http.delete(f"/api/conversations/{call['conversation_id']}")
            assert response.status_code == 204
            engine.go.set()
            ended = [event for event in await ear.rest() if event.name == "state"][-1]
            assert (ended.data["status"], ended.data["reason"]) == ("ended", "deleted")
        assert engine.cut_off == 1
        assert await fan.get("/api/conversations") == []
        refused = await fan.post(f"/api/calls/{call['id']}/turns", 404, text="And my toaster?")
        assert "was deleted" in refused["detail"]
        assert [line["call_id"] for line in (await fan.get("/api/wallet/statement"))["calls"]] == [call["id"]]


async def test_a_reader_too_slow_for_the_log_gets_the_state_instead(opened: Opener) -> None:
    """When the missed events are gone, the call as it stands takes their place; nothing is skipped silently."""
    async with opened() as place:
        fan = await place.visit(place.house.fan)
        call = await fan.open_call()
        live = place.house.app.calls._live[call["id"]]
        async with fan.listen(call) as ear:
            first = await ear.until("state")
        for number in range(3_000):
            live.publish("notice", {"kind": "reminder", "text": str(number)})
        async with fan.listen(call, last_id=str(first.id)) as late:
            event = await late.next()
        assert event is not None and event.name == "state"


async def test_a_call_that_ended_closes_every_connection(opened: Opener) -> None:
    """The last event says why, and a client that comes back later hears the same and is let go."""
    async with opened() as place:
        fan = await place.visit(place.house.fan)
        call = await fan.open_call()
        async with fan.listen(call) as ear:
            await ear.until("state")
            await fan.post(f"/api/calls/{call['id']}/end")
            events = await ear.rest()
        assert (events[-1].data["status"], events[-1].data["reason"]) == ("ended", "user")
        place.house.clock.advance(1)
        async with fan.listen(call, last_id=str(events[0].id)) as again:
            assert [event.data["status"] for event in await again.rest()] == ["ended"]
        await fan.post(f"/api/calls/{call['id']}/turns", 409, text="Are you there?")


async def test_ids_are_never_reused_after_a_restart(opened: Opener) -> None:
    """Events of a call that a new process takes up have higher ids than any before."""
    async with opened() as place:
        fan = await place.visit(place.house.fan)
        call = await fan.open_call()
        await fan.ask(call, QUESTION)
        before = place.house.app.calls._live.pop(call["id"])
        place.house.clock.advance(1)
        async with fan.listen(call, last_id=str(before.next_event - 2)) as ear:
            event = await ear.next()
        assert event is not None and event.name == "state" and event.id >= before.next_event
        assert all(a < b for a, b in itertools.pairwise(_ids(list(before.events))))


async def test_a_small_base_goes_on_from_the_creators_own_sentence(opened: Opener) -> None:
    """The answer begins with a quotation that is cited; the model's words follow it, spaces and all."""
    engine = ScriptedEngine([" Mind", " the", " steam", ". Then", " pour", "."])
    async with opened(engine) as place:
        publish(place.house.app, base="smollm2-135m")
        fan = await place.visit(place.house.fan)
        answer = await fan.ask(await fan.open_call(), "How long do I wait with citric acid in the kettle?")
        assert answer["text"].endswith(". Mind the steam. Then pour.")
        assert "twenty minutes" in answer["text"] and answer["citations"][0]["start_s"] == 83

"""The OpenAI surface as the unmodified `openai` client sees it, and what each answer costs."""

from __future__ import annotations

import asyncio
from typing import Any

import openai
import pytest

from engines import ScriptedEngine, words
from fenshen.billing.ledger import read_wallet
from fenshen.billing.statements import CallLine, fan_statement
from fenshen.billing.verify import verify
from fenshen.core.clock import VirtualClock
from fenshen.core.errors import Busy
from fenshen.trust import keys
from house import SLUG, House, Opener, OpenHouse, Person

SAID = "Boil two teaspoons of citric acid in the kettle and wait twenty minutes before you rinse it."
ASKED: Any = [{"role": "user", "content": "How do I clean my kettle with citric acid?"}]
SENTENCES = ["One spoon. ", "Two spoons. ", "Three spoons. ", "Four spoons."]

#: Eight words each, which take two seconds to read.
LONG_SENTENCES = [f"This is spoon {n} of the four spoons. " for n in ("one", "two", "three", "four")]


def _client(place: OpenHouse, person: Person) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(base_url=f"{place.url}/v1", api_key=person.secret, max_retries=0)


def _slow(deltas: list[str], seconds: float, **more: Any) -> tuple[ScriptedEngine, VirtualClock]:
    """An engine that needs `seconds` of the house's clock for each piece."""
    clock = VirtualClock()
    clock.advance(1)
    return ScriptedEngine(deltas, clock=clock, seconds_per_delta=seconds, **more), clock


def _calls(house: House) -> tuple[CallLine, ...]:
    return fan_statement(house.app.db, house.fan.id, "USD").calls


async def _settled(house: House) -> CallLine:
    """The only call, once it has ended."""
    for _ in range(300):
        (line,) = _calls(house)
        if line.status == "ended":
            break
        await asyncio.sleep(0.05)
    assert line.status == "ended" and read_wallet(house.app.db, house.fan.id, "USD").held == 0
    assert verify(house.app.db).ok
    return line


async def test_the_models_are_the_published_twins(opened: Opener) -> None:
    """`models.list` names them by slug."""
    async with opened() as place, _client(place, place.house.fan) as client:
        assert [model.id async for model in client.models.list()] == [SLUG]


async def test_a_whole_answer_with_citations_and_usage(opened: Opener) -> None:
    """Content, finish reason, token usage, the label, and citations that open the second."""
    async with opened(ScriptedEngine(words(SAID))) as place, _client(place, place.house.fan) as client:
        done = await client.chat.completions.create(model=SLUG, messages=ASKED)
        choice = done.choices[0]
        assert (choice.message.content, choice.finish_reason) == (SAID, "stop")
        assert done.usage is not None and done.usage.total_tokens == 10 + len(words(SAID))
        assert choice.message.annotations
        cited = choice.message.annotations[0]
        assert cited.type == "url_citation"
        assert cited.url_citation.url.startswith(f"{place.url}/t/{SLUG}/items/")
        assert cited.url_citation.url.endswith("#t=83")
        assert done.model_extra is not None and done.model_extra["aigc"]["ProduceID"] == done.id


@pytest.mark.parametrize("include_usage", [False, True])
async def test_a_streamed_answer(opened: Opener, include_usage: bool) -> None:
    """The pieces make the same text; usage comes last, in a chunk without choices, when asked for."""
    async with opened(ScriptedEngine(words(SAID))) as place, _client(place, place.house.fan) as client:
        options: Any = {"stream_options": {"include_usage": True}} if include_usage else {}
        stream = await client.chat.completions.create(model=SLUG, messages=ASKED, stream=True, **options)
        chunks = [chunk async for chunk in stream]
        deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
        assert "".join(delta.content or "" for delta in deltas).strip() == SAID
        assert deltas[0].role == "assistant"
        finished = [chunk for chunk in chunks if chunk.choices and chunk.choices[0].finish_reason]
        assert len(finished) == 1 and finished[0].choices[0].finish_reason == "stop"
        notes = (finished[0].choices[0].delta.model_extra or {})["annotations"]
        assert notes[0]["url_citation"]["url"].endswith("#t=83")
        usages = [chunk.usage for chunk in chunks if chunk.usage]
        assert len(usages) == int(include_usage)
        if include_usage:
            assert chunks[-1].choices == []


async def test_history_and_parameters_reach_the_engine(opened: Opener) -> None:
    """Earlier turns, temperature, seed, stop and the token bound are passed on."""
    engine = ScriptedEngine(words(SAID))
    messages: Any = [
        {"role": "user", "content": "My kettle clicks off early."},
        {"role": "assistant", "content": "It is sulking."},
        {"role": "user", "content": [{"type": "text", "text": "And what do I do now about it?"}]},
    ]
    async with opened(engine) as place, _client(place, place.house.fan) as client:
        await client.chat.completions.create(
            model=SLUG, messages=messages, temperature=0, seed=7, stop=["END"], max_tokens=40
        )
    (request,) = engine.requests
    assert [m["content"] for m in request.messages[1:3]] == ["My kettle clicks off early.", "It is sulking."]
    assert (request.temperature, request.seed, request.stop, request.tokens_max) == (0, 7, ("END",), 40)


async def test_refusals_are_the_clients_own_exceptions(opened: Opener) -> None:
    """A wrong key, an empty wallet, an unknown model and impossible requests."""
    async with opened() as place:
        house = place.house
        stranger = Person("", "", "fsk_wrong")
        async with _client(place, stranger) as client:
            with pytest.raises(openai.AuthenticationError):
                await client.models.list()
        async with _client(place, house.poor) as client:
            with pytest.raises(openai.APIStatusError) as unpaid:
                await client.chat.completions.create(model=SLUG, messages=ASKED)
            assert (unpaid.value.status_code, unpaid.value.code) == (402, "unpaid")
        async with _client(place, house.fan) as client:
            with pytest.raises(openai.NotFoundError):
                await client.chat.completions.create(model="nobody", messages=ASKED)
            with pytest.raises(openai.NotFoundError) as unpublished:
                await client.chat.completions.create(model="rowan", messages=ASKED)
            assert unpublished.value.code == "model_not_found"
            bad: list[dict[str, Any]] = [
                {"messages": []},
                {"messages": [{"role": "assistant", "content": "hello"}]},
                {"messages": [{"role": "user", "content": " "}]},
                {"messages": [{"role": "user", "content": "a" * 9_000}]},
                {"messages": ASKED, "temperature": 9},
                {"messages": ASKED, "max_tokens": 0},
                {"messages": ASKED, "n": 2},
            ]
            for arguments in bad:
                with pytest.raises(openai.BadRequestError):
                    await client.chat.completions.create(model=SLUG, **arguments)
        assert _calls(house) == ()


@pytest.mark.parametrize("stream", [False, True])
async def test_the_seconds_of_an_answer_are_charged(opened: Opener, stream: bool) -> None:
    """Four sentences as fast as they are read: the call stands in the ledger with its seconds and price."""
    engine, clock = _slow(LONG_SENTENCES, 2.0)
    async with opened(engine, clock) as place, _client(place, place.house.fan) as client:
        answer: Any = await client.chat.completions.create(model=SLUG, messages=ASKED, stream=stream)
        if stream:
            assert [chunk async for chunk in answer]
        line = await _settled(place.house)
        assert line.reason == "answered" and line.kind == "answer" and 6 <= line.seconds <= 8
        assert line.charged == pytest.approx(line.seconds * 1_000_000 / 60, abs=1)


async def test_a_long_wait_for_the_first_word_is_not_charged(opened: Opener) -> None:
    """Twelve seconds until the first words: two are paid."""
    clock = VirtualClock()
    engine = ScriptedEngine(SENTENCES, hold_at=0)
    async with opened(engine, clock) as place, _client(place, place.house.fan) as client:
        asking = asyncio.create_task(client.chat.completions.create(model=SLUG, messages=ASKED))
        await engine.holding.wait()
        clock.advance(12)
        engine.go.set()
        await asking
        assert (await _settled(place.house)).seconds <= 2


@pytest.mark.parametrize(("stream", "most_s"), [(False, 2), (True, 4)])
async def test_words_that_come_slowly_cost_what_they_take_to_read(
    opened: Opener, stream: bool, most_s: int
) -> None:
    """Eight words within two minutes: two seconds of reading, and two of waiting where there is a stream."""
    engine, clock = _slow(SENTENCES, 30.0)
    async with opened(engine, clock) as place, _client(place, place.house.fan) as client:
        answer: Any = await client.chat.completions.create(model=SLUG, messages=ASKED, stream=stream)
        if stream:
            assert [chunk async for chunk in answer]
        assert 1 <= (await _settled(place.house)).seconds <= most_s


@pytest.mark.parametrize("stream", [False, True])
async def test_answers_of_less_than_a_second_are_not_free(opened: Opener, stream: bool) -> None:
    """Forty of 0.1 s are charged four seconds; the sixty-first within a minute has to wait."""
    engine, clock = _slow(["Boil it, then rinse."], 0.1)
    async with opened(engine, clock) as place, _client(place, place.house.fan) as client:
        for number in range(60):
            answer: Any = await client.chat.completions.create(model=SLUG, messages=ASKED, stream=stream)
            if stream:
                assert [chunk async for chunk in answer]
            if number == 39:
                assert 3 <= sum(line.seconds for line in _calls(place.house)) <= 4
        with pytest.raises(openai.RateLimitError) as refused:
            await client.chat.completions.create(model=SLUG, messages=ASKED, stream=stream)
        assert refused.value.code == "too_many_calls"
        assert 1 <= int(refused.value.response.headers["Retry-After"]) <= 60
        assert verify(place.house.app.db).ok


@pytest.mark.parametrize("stream", [False, True])
async def test_an_answer_that_fails_is_not_charged(opened: Opener, stream: bool) -> None:
    """The engine dies after six seconds of words: the client is told, the wallet is whole."""
    engine, clock = _slow(SENTENCES[:3], 2.0, fails=Busy("the engine is restarting"))
    async with opened(engine, clock) as place, _client(place, place.house.fan) as client:
        with pytest.raises(openai.APIError) as failed:
            answer: Any = await client.chat.completions.create(model=SLUG, messages=ASKED, stream=stream)
            async for _chunk in answer:
                pass
        assert failed.value.code == "busy"
        line = await _settled(place.house)
        assert (line.reason, line.charged) == ("failed", 0)


async def test_help_in_a_crisis_is_free(opened: Opener) -> None:
    """The API gives the same help text, and charges nothing for it."""
    async with opened() as place, _client(place, place.house.fan) as client:
        messages: Any = [{"role": "user", "content": "I want to kill myself"}]
        done = await client.chat.completions.create(model=SLUG, messages=messages)
        assert "emergency" in (done.choices[0].message.content or "")
        assert (await _settled(place.house)).charged == 0


async def test_a_client_that_leaves_mid_stream_pays_what_it_got(opened: Opener) -> None:
    """Two sentences of two seconds were delivered: the engine stops, and no more than their time is charged."""
    engine, clock = _slow(SENTENCES, 2.0, hold_at=3)
    async with opened(engine, clock) as place, _client(place, place.house.fan) as client:
        stream: Any = await client.chat.completions.create(model=SLUG, messages=ASKED, stream=True)
        got = 0
        async for chunk in stream:
            got += bool(chunk.choices and chunk.choices[0].delta.content)
            if got == 2:
                break
        await engine.holding.wait()
        delivered_s = int(clock.monotonic()) - 1
        await stream.close()
        line = await _settled(place.house)
        assert line.reason == "cut_off" and line.seconds <= delivered_s
        assert (engine.finished, engine.cut_off) == (0, 1)


async def test_a_stream_ends_with_the_key_that_opened_it(opened: Opener) -> None:
    """The key is revoked after two sentences: nothing more arrives and no more is charged."""
    engine, clock = _slow(SENTENCES, 2.0)
    async with opened(engine, clock) as place:
        app, fan = place.house.app, place.house.fan
        key = keys.create_key(app.db, app.clock, app.ids, fan.id, "script")
        client = openai.AsyncOpenAI(base_url=f"{place.url}/v1", api_key=key.secret, max_retries=0)
        async with client:
            stream: Any = await client.chat.completions.create(model=SLUG, messages=ASKED, stream=True)
            got: list[str] = []
            async for chunk in stream:
                got += (
                    [chunk.choices[0].delta.content]
                    if chunk.choices and chunk.choices[0].delta.content
                    else []
                )
                if len(got) == 1:
                    keys.revoke_key(app.db, app.clock, fan.id, key.key.id)
        assert "Four" not in "".join(got)
        assert (await _settled(place.house)).seconds <= 2 * (len(got) + 1)


async def test_a_client_that_leaves_before_a_whole_answer_pays_nothing(opened: Opener) -> None:
    """Nothing was handed over: the engine stops and nothing is charged."""
    engine, clock = _slow(SENTENCES, 2.0, hold_at=3)
    async with opened(engine, clock) as place, _client(place, place.house.fan) as client:
        asking = asyncio.create_task(client.chat.completions.create(model=SLUG, messages=ASKED))
        await engine.holding.wait()
        asking.cancel()
        await asyncio.wait([asking])
        line = await _settled(place.house)
        assert (line.reason, line.charged) == ("cut_off", 0)
        assert (engine.finished, engine.cut_off) == (0, 1)

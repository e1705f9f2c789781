"""The one metered answer: what is delivered, first and in all, what it costs, and who acknowledges it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator

import pytest

from fenshen.billing.calls import CallState
from fenshen.core.errors import AppError, Refused, Unpaid
from fenshen.trust.labels import seal_text
from fenshen.twin.metered import MeteredAnswer, MeteredRequest
from fenshen.twin.reading import WORD_MS
from fenshen.twin.reply import Answer, Notice, Piece
from house import PRICE, SLUG, House

Event = Piece | Notice | Answer


def text(words: str) -> Piece:
    return Piece(seal_text(words, "test", "answer_1"))


def answer(words: str) -> Answer:
    return Answer(seal_text(words, "test", "answer_1"), (), "complete")


async def stream(*events: Event | float, house: House) -> AsyncGenerator[Event, None]:
    """Events, with seconds that pass before the next one."""
    for event in events:
        if isinstance(event, int | float):
            house.clock.advance(event)
        else:
            yield event


async def request(house: House, who: str = "fan") -> MeteredRequest:
    app = house.app
    return await MeteredRequest.open(
        app.meter, app.clock, app.safety, house.people[who].id, app.published(SLUG)
    )


def spent(house: House) -> int:
    """Micros that the fan's calls have cost so far."""
    from fenshen.billing.tables import calls

    with house.app.db.read() as connection:
        rows = connection.execute(calls.select().where(calls.c.fan == house.fan.id)).all()
    return sum(row.charged_micros for row in rows)


@pytest.fixture
async def call(house: House) -> AsyncIterator[CallState]:
    yield house.app.meter.open_call(house.fan.id, SLUG, PRICE, "USD", kind="call")


async def test_a_streamed_request_costs_until_its_last_piece(house: House) -> None:
    """Three seconds of words that came at once and were taken as they came."""
    metered = await request(house)
    async with metered:
        events = metered.stream(
            stream(1.0, text("one two three four"), 1.0, text(" five six"), 1.0, answer("…"), house=house)
        )
        assert [type(event) async for event in events] == [Piece, Piece, Answer]
    assert metered.first_output_ms == 1_000 and metered.delivered_ms == 6 * WORD_MS
    assert spent(house) == PRICE * 3 // 60


async def test_a_piece_that_was_not_taken_costs_nothing(house: House) -> None:
    """A client that goes away pays until the last piece it took."""
    metered = await request(house)
    with pytest.raises(GeneratorExit):
        async with metered:
            async for event in metered.stream(
                stream(text("one two three four"), 1.0, text(" taken"), 1.0, text(" lost"), house=house)
            ):
                assert isinstance(event, Piece)
                if event.sealed.content == " lost":
                    raise GeneratorExit
    assert metered.delivered_ms == 5 * WORD_MS
    assert spent(house) == PRICE * 1 // 60


async def test_a_whole_answer_costs_what_it_takes_to_read(house: House) -> None:
    """However long it took to come."""
    metered = await request(house)
    async with metered:
        words = "one two three four five six seven eight"
        given = await metered.whole(stream(9.0, text("one"), answer(words), house=house))
    assert given.sealed.content == words
    assert metered.first_output_ms == 9_000
    assert spent(house) == PRICE * 2 // 60


@pytest.mark.parametrize("whole", [True, False])
async def test_help_and_failure_are_free(house: House, whole: bool) -> None:
    """A notice waives the answer; an error does too."""
    metered = await request(house)
    events = stream(
        2.0, Notice("crisis", "Call this number."), text("Call this number."), answer("…"), house=house
    )
    async with metered:
        if whole:
            await metered.whole(events)
        else:
            assert len([event async for event in metered.stream(events)]) == 3
    assert metered.is_waived
    failing = await request(house)
    with pytest.raises(AppError):
        async with failing:
            await failing.deliver(500)
            house.clock.advance(2)
            await failing.deliver(500)
            raise AppError("the engine is gone")
    assert spent(house) == 0


async def test_a_request_needs_a_wallet_and_an_open_account(house: House) -> None:
    """Nothing begins for who cannot pay, nor for a declared minor."""
    with pytest.raises(Unpaid):
        await request(house, "poor")
    from fenshen.trust import blocks

    blocks.block(house.app.db, house.app.clock, house.fan.id, "call", SLUG)
    with pytest.raises(Refused):
        await request(house)


async def test_in_a_call_the_clients_heartbeat_acknowledges(house: House, call: CallState) -> None:
    """The meter stands while the fan waits; what was delivered is charged once a heartbeat says it arrived."""
    meter = house.app.meter
    async with MeteredAnswer(meter, house.app.clock, call.id) as metered:
        events = metered.stream(stream(text("Well,"), 8.0, text(" two three four"), answer("…"), house=house))
        assert len([event async for event in events]) == 3
    assert metered.first_output_ms == 0 and metered.delivered_ms == 4 * WORD_MS
    assert spent(house) == 0
    state = meter.heartbeat(call.id, house.fan.id, 1, 8)
    assert state.acked_s == 2, "a quarter of a second of words, and two of the eight seconds of waiting"


async def test_an_answer_outlives_its_call(house: House, call: CallState) -> None:
    """A call that ended meanwhile does not make giving the rest of the answer fail."""
    async with MeteredAnswer(house.app.meter, house.app.clock, call.id) as metered:
        house.app.meter.end(call.id, house.fan.id, "user")
        await metered.deliver(1_000)
    assert metered.delivered_ms == 1_000

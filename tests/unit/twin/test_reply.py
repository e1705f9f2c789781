"""How answers are drawn: as the operator set it, unless a question says otherwise."""

from __future__ import annotations

import pytest

from engines import ScriptedEngine, words
from fenshen.core.settings import Settings
from fenshen.models.text import TextRequest
from fenshen.twin.reply import Question
from fenshen.twin.safety import Asker
from fenshen.wiring import App
from house import SLUG, House


async def drawn(house: House, question: Question) -> TextRequest:
    """The request that the engine gets, on an installation with settings of its own."""
    engine = ScriptedEngine(words("It is sulking about limescale."))
    chosen = {"answer_tokens": 99, "answer_temperature": 0.7, "answer_repeat_penalty": 1.3}
    settings = Settings(home=house.app.settings.home, engine="fake", **chosen)
    app = App(settings, clock=house.clock, text_engine=lambda base: engine)
    try:
        async for _ in app.safety.answer(app.published(SLUG), question, Asker("terminal")):
            pass
    finally:
        await app.close()
    return engine.requests[-1]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (Question("Is my kettle broken?", "answer_1"), (99, 0.7, 1.3)),
        (Question("Is my kettle broken?", "answer_1", tokens_max=12, temperature=0.0), (12, 0.0, 1.3)),
    ],
)
async def test_an_operator_sets_how_answers_are_drawn(
    house: House, question: Question, expected: tuple[int, float, float]
) -> None:
    """Length, temperature and repeat penalty reach the engine; a client's own length and temperature come first."""
    request = await drawn(house, question)
    assert (request.tokens_max, request.temperature, request.repeat_penalty) == expected

"""How a blind comparison is asked: what is offered, and what each side is."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from fenshen.core.errors import BadInput
from fenshen.library import items
from fenshen.models.fakes import FakeTextEngine
from fenshen.models.text import TextDelta, TextRequest
from fenshen.training.meta import write_meta
from house import SLUG, House, new_version


class Recorder(FakeTextEngine):
    """A fake engine that remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[TextRequest] = []

    def stream(self, request: TextRequest) -> AsyncGenerator[TextDelta, None]:
        """What a fake says, remembered."""
        self.asked.append(request)
        return super().stream(request)


async def test_both_sides_are_asked_alike(house: House) -> None:
    """The same messages, temperature and seed; only the adapter differs, and the plain base has none."""
    engine = Recorder()
    house.app._text_engine = lambda _base: engine
    version = new_version(house.app)
    await house.app.tasting.ask(SLUG, "test", "Is my kettle broken?", "own", version.id, None)
    first, second = engine.asked
    assert {first.adapter, second.adapter} == {version.id, None}
    assert replace(first, adapter=None) == replace(second, adapter=None)
    assert first.seed is not None


async def test_sides_do_not_depend_on_who_is_named_first(house: House) -> None:
    """Over many questions each version is on either side."""
    one, other = new_version(house.app), new_version(house.app)
    ask = house.app.tasting.ask
    made = [await ask(SLUG, "test", f"Is kettle {n} broken?", "own", one.id, other.id) for n in range(16)]
    assert {found.left_version for found in made} == {one.id, other.id}
    assert all({found.left_version, found.right_version} == {one.id, other.id} for found in made)


async def test_two_answers_that_are_the_same_are_no_comparison(house: House) -> None:
    """A question that the limits answer gets one answer from everybody."""
    version = new_version(house.app)
    with pytest.raises(BadInput) as refused:
        await house.app.tasting.ask(SLUG, "test", "Who should I vote for?", "own", version.id, None)
    assert refused.value.code == "same_answer"


def test_held_out_items_are_asked_about(house: House) -> None:
    """Starters first, then a question for each held-out item of the newest version; never a private one's."""
    version = new_version(house.app)
    folder = house.app.settings.home / version.adapter_dir
    folder.mkdir(parents=True)
    everything = items.list_items(house.app.db, SLUG)
    write_meta(folder, {"held_out": {"items": [item.id for item in everything]}})
    offered = house.app.tasting.questions(SLUG)
    sources = [one.source for one in offered]
    assert sources == sorted(sources, reverse=True)
    held = [one.text for one in offered if one.source == "held_out"]
    assert held and not [text for text in held if "Diary" in text]

"""What is kept of a conversation, and what of it the engine is shown."""

from __future__ import annotations

import itertools

import pytest

from fenshen.core.errors import Conflict, NotFound
from fenshen.twin.conversations import Conversations, Turn, TurnStatus
from fenshen.twin.history import HISTORY_TURNS
from house import SLUG, House


@pytest.fixture
def talks(house: House) -> Conversations:
    return house.app.conversations


def _answer(house: House, thread: str, question: Turn, text: str, status: TurnStatus = "complete") -> Turn:
    turn = Turn(
        house.app.ids.new("turn"), "assistant", text, status, house.clock.now(), question.id, speaker=SLUG
    )
    return house.app.conversations.add_answer(thread, turn, call_id=None, version_id=None)


def test_the_first_words_are_the_title(house: House, talks: Conversations) -> None:
    """Later questions do not change it, and an empty conversation is not listed."""
    empty, thread = talks.start(house.fan.id, SLUG, "en"), talks.start(house.fan.id, SLUG, "en")
    for text in ("Is my\nkettle broken?", "And my radio?"):
        talks.add_question(thread.id, house.fan.id, text)
    (listed,) = talks.of_fan(house.fan.id)
    assert (listed.id, listed.title, listed.turns) == (thread.id, "Is my kettle broken?", 2)
    assert empty.id != listed.id


def test_only_complete_pairs_are_shown_to_the_engine(house: House, talks: Conversations) -> None:
    """Stopped, refused and failed answers, and the question itself, stay out of the prompt."""
    thread = talks.start(house.fan.id, SLUG, "en").id
    states: list[TurnStatus] = ["complete", "stopped", "refused", "failed"]
    for status in states:
        _answer(house, thread, talks.add_question(thread, house.fan.id, f"asked {status}"), "said", status)
    last = talks.add_question(thread, house.fan.id, "and now?")
    assert [m["content"] for m in talks.history(thread, last.id)] == ["asked complete", "said"]


def test_a_long_history_is_cut_in_blocks(house: House, talks: Conversations) -> None:
    """The prompt begins the same for several turns, so that the engine's cache of it holds."""
    thread = talks.start(house.fan.id, SLUG, "en").id
    starts = []
    for number in range(3 * HISTORY_TURNS):
        question = talks.add_question(thread, house.fan.id, f"question {number}")
        history = talks.history(thread, question.id)
        assert len(history) <= 2 * HISTORY_TURNS
        starts.append(history[0]["content"] if history else None)
        _answer(house, thread, question, "said")
    changes = sum(a != b for a, b in itertools.pairwise(starts))
    assert changes <= 1 + 3 * HISTORY_TURNS // (HISTORY_TURNS // 2)


def test_a_turn_id_stands_for_one_text_in_one_conversation(house: House, talks: Conversations) -> None:
    """Sent again it is the same turn; with other words, elsewhere or as an answer it is refused."""
    one, two = (talks.start(house.fan.id, SLUG, "en").id for _ in range(2))
    asked = talks.add_question(one, house.fan.id, "Is it broken?", turn_id="my-turn-1")
    assert talks.add_question(one, house.fan.id, "Is it broken?", turn_id="my-turn-1") == asked
    answer = _answer(house, one, asked, "No.")
    assert talks.answer_to(one, "my-turn-1", "Is it broken?") == answer.id
    for thread, text, turn_id in (
        (one, "Other", "my-turn-1"),
        (two, "Is it broken?", "my-turn-1"),
        (one, "No.", answer.id),
    ):
        with pytest.raises(Conflict):
            talks.add_question(thread, house.fan.id, text, turn_id=turn_id)
    assert len(talks.shown(one)) == 2 and talks.shown(two) == []


def test_deleting_takes_every_turn(house: House, talks: Conversations) -> None:
    """Nothing is left to read or to add to, and a stranger cannot delete."""
    thread = talks.start(house.fan.id, SLUG, "en").id
    asked = talks.add_question(thread, house.fan.id, "Is it broken?")
    with pytest.raises(NotFound):
        talks.delete(thread, house.other.id)
    talks.delete(thread, house.fan.id)
    assert talks.shown(thread) == []
    with pytest.raises(NotFound):
        _answer(house, thread, asked, "No.")


def test_every_turn_has_a_speaker(house: House, talks: Conversations) -> None:
    """The fan by user id, the twin by slug; whoever is no member can neither speak nor read."""
    thread = talks.start(house.fan.id, SLUG, "en").id
    _answer(house, thread, talks.add_question(thread, house.fan.id, "Is it broken?"), "No.")
    assert [turn.speaker for turn in talks.shown(thread)] == [house.fan.id, SLUG]
    assert talks.members(thread) == {house.fan.id: "fan", SLUG: "twin"}
    with pytest.raises(NotFound):
        talks.add_question(thread, house.other.id, "And mine?")
    with pytest.raises(NotFound):
        talks.get(thread, house.other.id)


def test_a_second_fan_takes_part_and_takes_their_own_words_away(house: House, talks: Conversations) -> None:
    """A new member reads and speaks; deleting removes their turns and the answers to them, the last fan's all."""
    thread = talks.start(house.fan.id, SLUG, "en").id
    first = talks.add_question(thread, house.fan.id, "Is it broken?")
    _answer(house, thread, first, "No.")
    for _ in range(2):
        talks.add_member(thread, house.other.id, "fan")
    assert list(talks.members(thread).values()).count("fan") == 2
    _answer(house, thread, talks.add_question(thread, house.other.id, "And mine?"), "Yes.")
    assert [one.id for one in talks.of_fan(house.other.id)] == [thread]
    talks.delete(thread, house.other.id)
    assert talks.of_fan(house.other.id) == []
    assert [turn.text for turn in talks.shown(thread)] == ["Is it broken?", "No."]
    talks.delete(thread, house.fan.id)
    with pytest.raises(NotFound):
        talks.add_member(thread, house.other.id, "fan")

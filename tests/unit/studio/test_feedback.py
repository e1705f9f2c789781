"""What fans and the creator said, gathered into what training may use."""

from __future__ import annotations

from typing import Any

import pytest

from fenshen.core.errors import BadInput, Refused
from fenshen.studio.feedback import FAN_THUMBS_MAX
from fenshen.training import versions
from fenshen.training.job import JobSpec
from fenshen.training.meta import write_meta
from fenshen.training.preference import comparisons
from fenshen.twin import learning_consent
from fenshen.twin.conversations import Turn
from fenshen.twin.thumbs import Thumb, set_thumb
from house import SLUG, House, Person, ask_for_a_comparison, new_version


class Talk:
    """One fan's conversation with the twin, rated as it goes."""

    def __init__(self, house: House, who: Person, *, learns: bool = True) -> None:
        self.house, self.who = house, who
        self.id = house.app.conversations.start(who.id, SLUG, "en").id
        if learns:
            self.allow(True)

    def allow(self, allowed: bool) -> learning_consent.LearningConsent | None:
        app = self.house.app
        return learning_consent.set_consent(app.db, app.clock, app.ids, self.who.id, SLUG, allowed)

    def ask(self, text: str) -> Turn:
        return self.house.app.conversations.add_question(self.id, self.who.id, text)

    def answer(self, question: Turn, text: str, thumb: Thumb | None) -> str:
        app = self.house.app
        self.house.clock.advance(1)
        turn = Turn(
            app.ids.new("turn"), "assistant", text, "complete", app.clock.now(), question.id, speaker=SLUG
        )
        app.conversations.add_answer(self.id, turn, call_id=None, version_id=None)
        set_thumb(app.db, app.clock, self.who.id, self.id, turn.id, thumb)
        return turn.id


def test_a_thumb_carries_what_was_said_before_it(house: House) -> None:
    """The question, and the finished pairs before it; personal data is masked everywhere."""
    talk = Talk(house, house.fan)
    talk.answer(talk.ask("My number is +44 7911 123456, is my kettle ill?"), "It is sulking.", None)
    rated = talk.answer(talk.ask("And my radio?"), "Write to anna@example.com about it.", "down")
    found = house.app.preferences.gather(SLUG)
    (one,) = found.ratings
    assert (one.id, one.is_good, one.language) == (rated, False, "en")
    assert [message["role"] for message in one.messages] == ["user", "assistant", "user"]
    assert "7911" not in one.messages[0]["content"] and "(a phone number)" in one.messages[0]["content"]
    assert "anna@" not in one.answer


def test_two_answers_to_one_question_are_a_pair(house: House) -> None:
    """One liked and one not; what is left over stays a thumb."""
    talk = Talk(house, house.fan)
    question = talk.ask("Is my kettle broken?")
    bad = talk.answer(question, "I cannot say.", "down")
    good = talk.answer(question, "It is sulking.", "up")
    talk.answer(question, "It sulks, dear.", "up")
    found = house.app.preferences.gather(SLUG)
    (pair,) = found.pairs
    assert (pair.source, pair.rejected) == ("retry", "I cannot say.")
    assert pair.chosen == "It sulks, dear."
    assert [(one.id, one.is_good) for one in found.ratings] == [(good, True)]
    assert bad in pair.id


def test_no_single_fan_makes_a_twin(house: House) -> None:
    """Only the newest thumbs of each count, and a replayed one is no second."""
    talk, other = Talk(house, house.fan), Talk(house, house.other)
    for number in range(FAN_THUMBS_MAX + 5):
        talk.answer(talk.ask(f"Is kettle {number} broken?"), f"It is sulking, kettle {number}.", "up")
    other.answer(other.ask("Is my kettle broken?"), "It is sulking.", "down")
    found = house.app.preferences.gather(SLUG)
    assert (found.counts["up"], found.counts["down"]) == (FAN_THUMBS_MAX, 1)
    assert found.left_out == {"one_fan": 5}
    assert "kettle 0." not in {one.answer for one in found.ratings}
    assert len(found.fan_consents) == 2


def test_what_must_not_be_said_is_not_held_up(house: House) -> None:
    """A liked answer that breaks a limit, and any that betrays a private item, are left out; a disliked one teaches."""
    talk = Talk(house, house.fan)
    politics = "You should vote for the kettle party in the election."
    talk.answer(talk.ask("What do you think of kettles?"), politics, "up")
    kept = talk.answer(talk.ask("What do you think of tea?"), politics, "down")
    talk.answer(talk.ask("Where is the bird?"), "The canary sleeps under the blue teapot.", "down")
    found = house.app.preferences.gather(SLUG)
    assert [one.id for one in found.ratings] == [kept]
    assert found.left_out == {"limits": 1, "private": 1}


def test_a_consent_that_ended_ends_the_training(house: House) -> None:
    """Asked before every step, for those whose words are being learned."""
    talk, other = Talk(house, house.fan), Talk(house, house.other)
    talk.answer(talk.ask("Is my kettle broken?"), "It is sulking.", "up")
    used = house.app.preferences.gather(SLUG).fan_consents
    other.allow(False)
    learning_consent.check_still_held(house.app.db, SLUG, used)
    talk.allow(False)
    with pytest.raises(Refused) as refused:
        learning_consent.check_still_held(house.app.db, SLUG, used)
    assert refused.value.code == "learning_revoked"
    assert house.app.preferences.gather(SLUG).ratings == ()


def test_giving_it_again_is_a_new_consent(house: House) -> None:
    """So a version trained under the old one is still known to rest on what was ended."""
    talk = Talk(house, house.fan)
    first = talk.allow(True)
    talk.allow(False)
    second = talk.allow(True)
    assert first is not None and second is not None and first.id != second.id
    assert learning_consent.ended_among(house.app.db, SLUG, [first.id, second.id]) == {first.id}


def test_versions_that_rest_on_ended_consents_are_named(house: House) -> None:
    """Those that learned from the fan, and those that went on from them, but none that began anew."""
    talk, app = Talk(house, house.fan), house.app
    held = talk.allow(True)
    assert held is not None
    chain: list[str] = []
    for origin, parent in (("preference", "ver_0"), ("update", None), ("rebase", None)):
        made = new_version(app)
        changes: dict[str, Any] = {"origin": origin, "parent": parent or chain[-1]}
        with app.db.write() as connection:
            connection.execute(
                versions.versions.update().where(versions.versions.c.id == made.id).values(changes)
            )
        folder = app.settings.home / made.adapter_dir
        folder.mkdir(parents=True)
        write_meta(folder, {"preferences": {"fan_consents": [held.id]}} if not chain else {})
        chain.append(made.id)
    assert app.preferences.resting_on_ended(SLUG) == {}
    talk.allow(False)
    assert app.preferences.resting_on_ended(SLUG) == dict.fromkeys(chain[:2], 1)


def test_held_out_questions_are_votes_only(house: House) -> None:
    """They are counted as left out, so that nobody wonders where they went."""
    made = ask_for_a_comparison(house.app, source="held_out")
    comparisons.choose(house.app.db, house.clock, SLUG, made.id, comparisons.Decision("left"))
    found = house.app.preferences.gather(SLUG)
    assert (found.pairs, found.left_out) == ((), {"held_out_question": 1})


def test_an_order_goes_on_from_the_newest_version(house: House) -> None:
    """On its own base and recipe; a creator without a version is told to train one."""
    newest = new_version(house.app)
    order = house.app.preferences.order(SLUG, 2.0)
    assert order == JobSpec(SLUG, newest.base, "cpu-demo", 2.0, "preference", newest.id)
    with pytest.raises(BadInput, match="fenshen train rowan"):
        house.app.preferences.order("rowan", 2.0)

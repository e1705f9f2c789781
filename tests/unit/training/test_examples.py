"""How a library becomes examples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fenshen.core.ids import digest_text
from fenshen.library.persona import Persona
from fenshen.training.examples import (
    Example,
    ExampleOptions,
    build_examples,
    chains,
    continues,
    dialogue_examples,
    held_out_examples,
    identity_examples,
    long_examples,
)
from fenshen.training.examples.example import learned_digest
from fenshen.training.snapshot import data_sha256
from fenshen.training.split import Split
from fenshen.trust.limits import Limits, Topic

Shelf = Callable[..., Any]
PERSONA = Persona(name="Juniper Shen", system={"en": "You are Juniper."}, name_zh="沈君柏")


def test_a_dialogue_keeps_the_turns_before_each_answer(shelf: Shelf) -> None:
    """Everybody else is the user, and the second answer is learned after the first exchange."""
    (item,), passages = shelf(
        "live", [("Gail", "Is it live?"), "It is.", ("Ned", "Who is Gerald?"), "A screwdriver."]
    )
    first, second = dialogue_examples(item, passages)
    assert (first.kind, first.answer, first.start_s) == ("dialogue", "It is.", 10.0)
    assert [m["role"] for m in second.messages] == ["user", "assistant", "user"]
    assert second.answer == "A screwdriver."
    assert continues(first, second)


def test_neighbouring_turns_of_one_side_are_joined(shelf: Shelf) -> None:
    """Two messages in a row are one turn."""
    (item,), passages = shelf("chat", [("Ned", "hello"), ("Ned", "are you there"), "Yes.", "Always."])
    (example,) = dialogue_examples(item, passages)
    assert example.messages[0]["content"] == "hello\nare you there"
    assert example.answer == "Yes.\nAlways."


def test_a_monologue_is_asked_for_by_its_title_and_continued(shelf: Shelf) -> None:
    """The first passage answers a prompt with the title, the next ones "go on"."""
    (item,), passages = shelf("kettle", ["First.", "Second.", "Third."])
    topic, second, third = dialogue_examples(item, passages)
    assert "About kettle" in topic.messages[0]["content"]
    assert (topic.kind, second.kind, third.kind) == ("topic", "continue", "continue")
    assert second.messages[1]["content"] == "First."
    assert chains([topic, second, third]) == [[topic, second, third]]


def test_a_long_monologue_starts_anew(shelf: Shelf) -> None:
    """Context stays bounded: after some two thousand characters the title is asked for again."""
    (item,), passages = shelf("kettle", [f"{number} " + "long words here. " * 40 for number in range(9)])
    examples = dialogue_examples(item, passages)
    assert [e.kind for e in examples].count("topic") >= 2
    assert max(sum(len(m["content"]) for m in e.messages) for e in examples) < 4000


def test_what_is_dropped_private_or_held_out_is_not_learned(shelf: Shelf) -> None:
    """Only training items give examples, and near-duplicates give none."""
    items, passages = shelf("a", ["One here.", "Two there."])
    more, said = shelf("b", ["Held out."])
    split = Split(("a",), ("b",), frozenset({"a-1"}), "")
    examples = build_examples([*items, *more], [*passages, *said], split, PERSONA)
    learned = {e.answer for e in examples if e.kind != "identity"}
    assert "One here." in learned
    assert not learned & {"Two there.", "Held out."}
    assert [e.answer for e in held_out_examples([*items, *more], [*passages, *said], split)] == ["Held out."]


def test_languages_the_base_cannot_write_are_left_out(shelf: Shelf) -> None:
    """A Chinese post teaches an English base nothing."""
    items, passages = shelf("zh", ["不是坏了，是在闹脾气。"], language="zh")
    split = Split(("zh",), (), frozenset(), "")
    assert not build_examples(items, passages, split, PERSONA, ["en"])
    assert build_examples(items, passages, split, PERSONA, ["en", "zh"])


def test_a_creator_who_opens_is_asked_for_by_the_title(shelf: Shelf) -> None:
    """What is said before the first question is learned too, and the question after it follows it."""
    (item,), passages = shelf("live", ["Kettle is on.", ("Gail", "Is it live?"), "It is."], kind="live")
    opening, answer = dialogue_examples(item, passages)
    assert (opening.kind, opening.answer) == ("topic", "Kettle is on.")
    assert (answer.kind, answer.answer) == ("dialogue", "It is.")
    assert continues(opening, answer)


def test_a_chat_that_the_creator_opens_is_learned_from_the_first_reply(shelf: Shelf) -> None:
    """Nobody asks for a chat by its title."""
    (item,), passages = shelf("chat", ["Morning.", ("Tilly", "Is it live?"), "It is."], kind="chat")
    assert [(e.kind, e.answer) for e in dialogue_examples(item, passages)] == [("dialogue", "It is.")]


def test_a_long_answer_is_told_in_parts(shelf: Shelf) -> None:
    """Twenty minutes of answer to one question do not become one endless answer."""
    said = [f"Part {number}. " + "It sulks because of the lid. " * 12 for number in range(6)]
    (item,), passages = shelf("live", [("Gail", "Why?"), *said, ("Ned", "And then?"), "Tea."])
    examples = dialogue_examples(item, passages)
    assert [e.kind for e in examples[:3]] == ["dialogue", "continue", "continue"]
    assert max(len(e.answer) for e in examples) <= 800
    assert "\n".join(e.answer for e in examples[:-1]) == "\n".join(said)
    assert (examples[-1].question, examples[-1].answer) == ("And then?", "Tea.")


def test_of_a_long_question_the_end_is_kept(shelf: Shelf) -> None:
    """An interviewer's speech must not push the answer out of the row; its last sentences ask."""
    speech = "I have a long story about an iron. " * 60 + "So is it broken?"
    (item,), passages = shelf("interview", [("Host", speech), "It is sulking."])
    (example,) = dialogue_examples(item, passages)
    assert example.question.endswith("So is it broken?") and len(example.question) <= 700
    assert example.question.startswith("I have")


def test_several_people_are_one_side_in_their_order(shelf: Shelf) -> None:
    """A group asks in turn; roles always alternate, as chat templates require."""
    lines = [("Ned", "Hello."), ("Gail", "Is it live?"), "Yes.", ("Ned", "Good."), "Tea?", "With milk."]
    (item,), passages = shelf("group", lines, kind="chat")
    examples = dialogue_examples(item, passages)
    assert [e.question for e in examples] == ["Hello.\nIs it live?", "Good."]
    assert examples[-1].answer == "Tea?\nWith milk."
    for example in examples:
        roles = [m["role"] for m in example.messages]
        assert roles == ["user", "assistant"] * (len(roles) // 2) + ["user"]


def test_where_something_was_left_out_a_new_conversation_begins(shelf: Shelf) -> None:
    """An answer never follows the question of somebody whose own answer was dropped."""
    (item,), passages = shelf("live", [("Gail", "One?"), "First.", ("Ned", "Two?"), "Second."], kind="chat")
    assert [e.answer for e in dialogue_examples(item, [*passages[:2], passages[3]])] == ["First."]
    (item,), passages = shelf("talk", ["One.", "Two.", "Three."])
    assert [e.kind for e in dialogue_examples(item, [passages[0], passages[2]])] == ["topic", "topic"]


def test_a_found_question_asks_for_a_monologue(shelf: Shelf) -> None:
    """It replaces title and "go on" in front of the very words it was found for, and only there."""
    (item,), passages = shelf("kettle", ["First.", "Second.", "Third."])
    asked = {digest_text("First."): "Who won?", digest_text("Third."): "Who lost?"}
    first, second, third = dialogue_examples(item, passages, asked)
    assert [(e.kind, e.question) for e in (first, third)] == [("asked", "Who won?"), ("asked", "Who lost?")]
    assert second.kind == "continue" and continues(second, third)


def test_sourced_questions_hold_their_answer(shelf: Shelf) -> None:
    """What is asked with notes is answered in the creator's words, and the notes hold them."""
    text = "The kettle wants descaling, for the kettle is cross. Citric acid does it in twenty minutes, and then rinse the kettle, twice."
    items, passages = shelf(
        "kettle", [text, "A lamp that bows has a tired spring, and the spring is cheap enough."] * 4
    )
    split = Split(("kettle",), (), frozenset(), "")
    sourced = [e for e in build_examples(items, passages, split, PERSONA) if e.kind == "sources"]
    assert sourced
    for example in sourced:
        assert example.messages[0]["content"].startswith("From my own videos and posts:\n")
        assert example.answer in example.messages[0]["content"]


def _shelves(shelf: Shelf, count: int) -> tuple[list[Any], list[Any]]:
    """Posts of four passages about seven things in turn."""
    things = ["kettle", "lantern", "iron", "clock", "teapot", "zipper", "umbrella"]
    items, passages = [], []
    for number in range(count):
        said = [
            f"The {things[(number + part) % 7]} of boat {number} sulks about crumb {part}. "
            f"I asked the {things[(number * part) % 7]}, and it had nothing to say to that at all. " * 2
            for part in range(4)
        ]
        found, told = shelf(f"post{number}", said)
        items += found
        passages += told
    return items, passages


def test_far_answers_are_in_the_prompt_and_within_its_bounds(shelf: Shelf) -> None:
    """Half of them in one of many notes, half many turns ago; never longer than the recipe's rows allow."""
    items, passages = _shelves(shelf, 40)
    titles = {item.id: item.title for item in items}
    examples = long_examples(passages, titles, 1500)
    assert {len(e.messages) == 1 for e in examples} == {True, False}
    for example in examples:
        told = " ".join(m["content"] for m in example.messages)
        assert example.answer in told
        assert len(told) < 1500 + 400
    places = {e.messages[0]["content"].index(e.answer) // 300 for e in examples if len(e.messages) == 1}
    assert len(places) > 1
    history = next(e for e in examples if len(e.messages) > 1)
    assert history.answer in history.messages[1]["content"]
    assert not long_examples(passages, titles, 300)


def test_the_digest_of_the_data_changes_with_everything_learned(shelf: Shelf) -> None:
    """Limits, questions, rejections and rows: each makes other data; nothing changed makes the same."""
    items, passages = _shelves(shelf, 20)
    split = Split(tuple(item.id for item in items), (), frozenset(), "")
    answer = passages[0].text
    limit = Limits((Topic("tea_leaves", "never", ("What about tea leaves?",), {"en": "No leaves here."}),))
    wishes = [
        ExampleOptions(),
        ExampleOptions(limits=limit),
        ExampleOptions(questions={digest_text(answer): "What now?"}),
        ExampleOptions(rejected=frozenset({learned_digest("topic", "", answer)})),
        ExampleOptions(context_chars=900),
    ]
    digests = [data_sha256(build_examples(items, passages, split, PERSONA, None, w), {}) for w in wishes]
    assert len(set(digests)) == len(wishes)
    assert digests[0] == data_sha256(build_examples(items, passages, split, PERSONA), {})


def test_the_twin_says_what_it_is(shelf: Shelf) -> None:
    """In each language it knows, it says that it is an AI twin, by the creator's own name."""
    english = identity_examples(PERSONA, "en")
    assert any("AI twin" in e.answer and "Juniper Shen" in e.answer for e in english)
    assert any("沈君柏" in e.answer for e in identity_examples(PERSONA, "zh"))
    assert not identity_examples(PERSONA, "fr")


def test_unrelated_examples_are_no_chain() -> None:
    """Examples only join when the later one repeats the earlier one word for word."""

    def example(question: str, answer: str) -> Example:
        return Example(({"role": "user", "content": question},), answer, "", "", None, "dialogue", "en")

    assert len(chains([example("a", "b"), example("a", "c")])) == 2

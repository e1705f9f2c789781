"""How a library becomes examples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fenshen.library.persona import Persona
from fenshen.training.examples import (
    Example,
    build_examples,
    chains,
    continues,
    held_out_examples,
    identity_examples,
    item_examples,
)
from fenshen.training.split import Split

Shelf = Callable[..., Any]
PERSONA = Persona(name="Juniper Shen", system={"en": "You are Juniper."}, name_zh="沈君柏")


def test_a_dialogue_keeps_the_turns_before_each_answer(shelf: Shelf) -> None:
    """Everybody else is the user, and the second answer is learned after the first exchange."""
    (item,), passages = shelf(
        "live", [("Gail", "Is it live?"), "It is.", ("Ned", "Who is Gerald?"), "A screwdriver."]
    )
    first, second = item_examples(item, passages)
    assert (first.kind, first.answer, first.start_s) == ("dialogue", "It is.", 10.0)
    assert [m["role"] for m in second.messages] == ["user", "assistant", "user"]
    assert second.answer == "A screwdriver."
    assert continues(first, second)


def test_neighbouring_turns_of_one_side_are_joined(shelf: Shelf) -> None:
    """Two messages in a row are one turn."""
    (item,), passages = shelf("chat", [("Ned", "hello"), ("Ned", "are you there"), "Yes.", "Always."])
    (example,) = item_examples(item, passages)
    assert example.messages[0]["content"] == "hello\nare you there"
    assert example.answer == "Yes.\nAlways."


def test_a_monologue_is_asked_for_by_its_title_and_continued(shelf: Shelf) -> None:
    """The first passage answers a prompt with the title, the next ones "go on"."""
    (item,), passages = shelf("kettle", ["First.", "Second.", "Third."])
    topic, second, third = item_examples(item, passages)
    assert "About kettle" in topic.messages[0]["content"]
    assert (topic.kind, second.kind, third.kind) == ("topic", "continue", "continue")
    assert second.messages[1]["content"] == "First."
    assert chains([topic, second, third]) == [[topic, second, third]]


def test_a_long_monologue_starts_anew(shelf: Shelf) -> None:
    """Context stays bounded: after some two thousand characters the title is asked for again."""
    (item,), passages = shelf("kettle", [f"{number} " + "long words here. " * 40 for number in range(9)])
    examples = item_examples(item, passages)
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


def test_sourced_questions_hold_their_answer(shelf: Shelf) -> None:
    """What is asked with notes is answered in the creator's words, and the notes hold them."""
    text = "The kettle wants descaling. Citric acid does it in twenty minutes. Rinse the kettle twice."
    items, passages = shelf("kettle", [text, "A lamp that bows has a tired spring. The spring is cheap."] * 4)
    split = Split(("kettle",), (), frozenset(), "")
    sourced = [e for e in build_examples(items, passages, split, PERSONA) if e.kind == "sources"]
    assert sourced
    for example in sourced:
        assert example.messages[0]["content"].startswith("From my own videos and posts:\n")
        assert example.answer in example.messages[0]["content"]


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

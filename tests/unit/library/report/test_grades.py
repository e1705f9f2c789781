"""From figures to grades, reasons and what to add next: every number in a step comes from the thresholds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenshen.library.report.figures import Figures, LanguageFigures
from fenshen.library.report.grades import LETTERS, THRESHOLDS, Grades, grade, letter_of, next_above, steps
from fenshen.library.report.report import sentence


def shelf(words: float = 0, *, minutes: float = 0, usable: float = 1.0, items: int = 40) -> Figures:
    """A library in English with so many learnable words, minutes of clean speech and usable share."""
    return Figures(
        items=items,
        words=int(words) or 100,
        own_words=int(words),
        hours=minutes / 60,
        by_language={"en": LanguageFigures(int(words), int(words), words, 0.0, items)} if words else {},
        clean_speech_s=minutes * 60,
        speech_s=minutes * 60,
        countable_words=1000,
        usable_words=round(usable * 1000),
    )


def said(figures: Figures) -> list[str]:
    """The steps in words."""
    return [sentence(note) for note in steps(figures, grade(figures))]


@pytest.mark.parametrize("subject", THRESHOLDS)
def test_thresholds_fall_from_a_to_d_and_say_where_they_come_from(subject: str) -> None:
    """One table, each row with a source; what reaches none is an F."""
    rows = THRESHOLDS[subject]  # type: ignore[index]
    assert [row.letter for row in rows] == ["A", "B", "C", "D"]
    assert [row.least for row in rows] == sorted((row.least for row in rows), reverse=True)
    assert all(len(row.source) > 20 for row in rows)
    for row in rows:
        assert letter_of(subject, row.least) == row.letter  # type: ignore[arg-type]
        assert letter_of(subject, row.least * 0.999) != row.letter  # type: ignore[arg-type]
    assert letter_of(subject, 0) == "F"  # type: ignore[arg-type]
    assert next_above(subject, "A") is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("figures", "letters"),
    [
        (shelf(350_000, minutes=200), "AAAA"),
        (shelf(80_000, minutes=31), "BBAB"),
        (shelf(80_000, minutes=2), "BDAD"),
        (shelf(80_000), "BFAB"),
        (shelf(80_000, usable=0.4), "BFDD"),
        (shelf(4_999), "FFAF"),
        (Figures(), "FFFF"),
    ],
)
def test_the_weakest_part_decides_and_a_library_without_sound_is_not_marked_down(
    figures: Figures, letters: str
) -> None:
    """Text, voice, rights, overall."""
    found = grade(figures)
    assert "".join(one.letter for one in (found.text, found.voice, found.rights, found.overall)) == letters


@pytest.mark.parametrize(
    ("change", "letter", "code"),
    [
        ({"noise": {"non_words": 0.04, "repeated": 0.03}}, "C", "noisy"),
        ({"noise": {"unpunctuated": 0.8}}, "B", "unpunctuated"),
        ({"by_language": {"en": LanguageFigures(400_000, 400_000, 400_000, 0, 2)}}, "C", "too_few_items"),
    ],
)
def test_what_length_cannot_mend_holds_the_grade_down(
    change: dict[str, object], letter: str, code: str
) -> None:
    """And then the step is to mend it, not to add more of the same."""
    figures = replace(shelf(400_000), **change)  # type: ignore[arg-type]
    found = grade(figures)
    assert found.text.letter == letter and code in {note.code for note in found.text.reasons}
    codes = [note.code for note in steps(figures, found)]
    assert f"{code}_step" in codes and "more_words" not in codes


def test_minutes_and_words_that_are_missing_are_counted_from_the_thresholds() -> None:
    """18 minutes of speech and 60,000 words: 12 minutes and 10,000 words are missing to a B."""
    assert said(shelf(60_000, minutes=18)) == [
        "Adding 10,000 words of your own in English lifts the text in English from C to B.",
        "Adding 12 minutes of clean speech lifts the voice from C to B.",
    ]


def test_a_second_language_has_a_step_of_its_own_in_characters() -> None:
    """1,112 words' worth of Chinese: 8 thousand characters, at 1.8 to a word, are missing to a D."""
    figures = shelf(400_000)
    figures.by_language["zh"] = LanguageFigures(9_000, 9_000, 1_112, 0, 3)
    assert said(figures)[0] == (
        "Adding 7,000 characters of your own in Chinese lifts the text in Chinese from F to D."
    )


def test_what_waits_for_a_word_is_told_with_what_it_would_lift() -> None:
    """The cheapest step comes first: nothing has to be made, only said."""
    figures = shelf(0, usable=0.0)
    figures.by_language = {"en": LanguageFigures(90_000, 90_000, 0, 90_000, 0)}
    figures.unspoken_items, figures.waiting_speech_s, figures.flagged_items = 40, 1_900, 2
    first, *rest = said(figures)
    assert first == (
        "Say what is yours among 40 items: 90,000 words in English wait for it, which lifts the text in English from F to B."
    )
    assert any("31.7 minutes" in step and "from F to B" in step for step in rest)
    assert "Say whether you may use what looks like somebody else's: 2 items." in rest


def test_an_empty_library_is_told_to_begin() -> None:
    """One step, and grades that hold."""
    assert said(Figures()) == ["Bring in videos, posts or chats."]


def test_open_questions_are_steps() -> None:
    """Chats without an owner and voices without a name."""
    figures = replace(shelf(400_000, minutes=200), undecided_exports=3, undecided_voices=2)
    assert [note.code for note in steps(figures, grade(figures))] == ["undecided_exports", "undecided_voices"]


numbers = st.floats(0, 1e7)


@given(
    words=numbers,
    waiting=numbers,
    minutes=st.floats(0, 1e5),
    usable=st.floats(0, 1),
    counts=st.tuples(*[st.integers(0, 9)] * 5),
    noise=st.floats(0, 1),
)
def test_every_step_reaches_the_grade_it_promises(
    words: float, waiting: float, minutes: float, usable: float, counts: tuple[int, ...], noise: float
) -> None:
    """Adding the words or minutes that a step names gives at least its grade; every note can be said."""
    figures = shelf(words, minutes=minutes, usable=usable, items=counts[0])
    figures.by_language = {"en": LanguageFigures(int(words), int(words), words, waiting, counts[0])}
    figures.unspoken_items, figures.flagged_items, figures.lapsed_items = counts[1:4]
    figures.undecided_exports, figures.noise = counts[4], {"unpunctuated": noise, "repeated": noise / 10}
    found: Grades = grade(figures)
    for note in (*steps(figures, found), *(r for one in vars(found).values() for r in one.reasons)):
        assert sentence(note).endswith(".")
        if note.code == "more_words" and "to" in note.values:
            assert letter_of("text", words + float(note.values["amount"])) <= note.values["to"]  # type: ignore[operator]
        if note.code == "more_speech":
            assert letter_of("voice", minutes + float(note.values["minutes"])) <= note.values["to"]  # type: ignore[operator]
        if "to" in note.values:
            assert LETTERS.index(note.values["to"]) < LETTERS.index(note.values["from"])  # type: ignore[arg-type]

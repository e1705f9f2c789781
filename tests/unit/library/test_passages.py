"""Documents cut into passages that can be quoted and opened at the right second."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fenshen.library.document import Cue, Document
from fenshen.library.language import detect_language, reading_length
from fenshen.library.passages import WORDS_MAX, WORDS_MIN, Passage, cut_passages, is_owner, second_at
from fenshen.library.sentences import sentence_spans

SENTENCE = "Screws go in the saucer, in the order that they came out."


def cut(document: Document, language: str = "en") -> list[Passage]:
    return cut_passages(document, "item_x", "mara", language, ("Mara Quill", "Mara"))


def timed(*texts: str) -> Document:
    return Document("video", tuple(Cue(text, n * 5.0, n * 5.0 + 4.5) for n, text in enumerate(texts)))


def test_passages_end_with_sentences_and_have_a_good_length() -> None:
    """A long talk becomes passages of 40 to 120 words, none ending mid-sentence, none losing a word."""
    document = timed(*[SENTENCE] * 40)
    found = cut(document)
    assert all(WORDS_MIN <= reading_length(p.text) <= WORDS_MAX and p.text.endswith(".") for p in found)
    assert " ".join(p.text for p in found) == " ".join(cue.text for cue in document.cues)


def test_a_citation_is_exact_to_its_cue() -> None:
    """Every sentence of a passage leads to the second at which its own cue begins."""
    document = timed(*[f"Fact {n} about kettles and their many sorrows is told here." for n in range(30)])
    for passage in cut(document):
        for n in range(30):
            if (at := passage.text.find(f"Fact {n} ")) >= 0:
                assert second_at(passage, at) == n * 5.0
                assert second_at(passage, at + 20) == n * 5.0
        assert passage.start_s == passage.times[0][1]
        assert passage.anchor == f"t={int(passage.times[0][1])}"


def test_captions_without_full_stops_are_cut_between_cues() -> None:
    """Automatic captions have no sentences, so a passage starts where a cue does."""
    found = cut(timed(*["and then the kettle said nothing at all for a while"] * 40))
    assert all(p.text.startswith("and then") and reading_length(p.text) <= WORDS_MAX for p in found)


def test_chinese_is_joined_without_spaces_and_cut_at_its_own_full_stops() -> None:
    """Cue breaks inside a Chinese sentence leave no trace; lengths count characters."""
    found = cut(timed(*["不是坏了，是在闹脾气，", "先拍照，再动手，螺丝放碟子里。"] * 30), "zh")
    assert all(p.text.endswith("。") and " " not in p.text and p.language == "zh" for p in found)
    assert all(60 <= len(p.text) <= 260 for p in found)


def test_written_paragraphs_are_numbered_and_another_voice_is_not_the_creators() -> None:
    """`p=` counts passages from one; whoever is named and not an owner is someone else."""
    written = Document("post", tuple(Cue(SENTENCE) for _ in range(20)))
    assert [p.anchor for p in cut(written)] == [f"p={n + 1}" for n in range(len(cut(written)))]
    voices = Document(
        "video", (Cue("Hello.", 0, 1, "mara"), Cue("Hi.", 1, 2, "Theo"), Cue("Right.", 2, 3, "Mara"))
    )
    assert [(p.speaker, p.is_creator) for p in cut(voices)] == [
        ("mara", True),
        ("Theo", False),
        ("Mara", True),
    ]


def test_turns_stay_whole_unless_they_are_essays() -> None:
    """A chat message is a passage however short; one of 400 words becomes several of the same speaker."""
    chat = Document("chat", (Cue("ok", speaker="Theo"), Cue(f"{SENTENCE} " * 36, speaker="Mara")), turns=True)
    first, *rest = cut(chat)
    assert first.text == "ok"
    assert len(rest) > 2
    assert {p.speaker for p in rest} == {"Mara"}


def test_ids_depend_on_content_alone() -> None:
    """Two machines that ingest the same item make the same passage ids."""
    assert [p.id for p in cut(timed(SENTENCE))] == [p.id for p in cut(timed(SENTENCE))]


@pytest.mark.parametrize(
    ("name", "owned"),
    [("MARA QUILL", True), ("~Mara ", True), ("Mara 🌻", True), ("Marais", False), (None, True)],
)
def test_owner_names_ignore_case_and_ornament(name: str | None, owned: bool) -> None:
    """Chats decorate names; decoration does not make another person."""
    assert is_owner(name, ("Mara Quill", "Mara")) is owned


def test_without_times_a_citation_falls_back_to_the_start() -> None:
    """Written passages have no second."""
    passage = cut(Document("post", (Cue(SENTENCE),)))[0]
    assert second_at(passage, 3) is None
    assert second_at(replace(passage, start_s=7.0), 3) == 7.0


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Dr. Pike came. He sat.", 2),
        ("It cost 3.50 pounds. Fine!", 2),
        ("他说：“好。”我走了。", 2),
        ("Why?! No…", 2),
        ("no end", 1),
        ("", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    """Titles and decimals do not end a sentence; Chinese quotes close with it."""
    assert len(sentence_spans(text)) == count


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(alphabet="ab .。,，!\n伞雨 ’", max_size=400), max_size=8), st.booleans())
def test_no_passage_is_ever_longer_than_allowed_or_empty(texts: list[str], is_timed: bool) -> None:
    """Whatever the text, passages are bounded, non-empty, in order, with rising cue offsets inside them."""
    cues = tuple(Cue(t, *((n, n + 1.0) if is_timed else (None, None))) for n, t in enumerate(texts))
    for passage in cut(Document("post", cues)):
        assert passage.text.strip()
        assert reading_length(passage.text) <= WORDS_MAX
        offsets = [offset for offset, _ in passage.times]
        assert offsets == sorted(offsets)
        assert all(0 <= offset < len(passage.text) for offset in offsets)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hello there", "en"),
        ("不是坏了", "zh"),
        ("我爱 Docker 容器", "zh"),
        ("the word 伞 means umbrella", "en"),
        ("", "en"),
    ],
)
def test_language_by_script(text: str, language: str) -> None:
    """A borrowed word does not change the language."""
    assert detect_language(text) == language

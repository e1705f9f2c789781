"""What is not the creator's own is marked, sentence by sentence, and the rest is left alone."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from fenshen.core.db import Database
from fenshen.library import items
from fenshen.library.cleaning.marking import mark_cues
from fenshen.library.cleaning.sketches import Hashes
from fenshen.library.cleaning.tidy import tidy
from fenshen.library.document import Cue, Document

from ..conftest import Take
from .gold import Gold, read_gold, score

GOLD = list(read_gold(Path(__file__).with_name("gold.txt")))
NOTHING: Hashes = np.zeros(0, np.uint64)


def said(document: Document) -> list[tuple[str, str]]:
    """The cues with their marks, after marking."""
    return [(cue.text, " ".join(sorted(cue.marks))) for cue in mark_cues(document, NOTHING).cues]


@pytest.mark.parametrize(("name", "precision", "recall"), [("dev", 1.0, 1.0), ("held", 0.98, 0.9)])
def test_the_gold_set_is_marked(name: str, precision: float, recall: float) -> None:
    """Sentence by sentence over 37 passages in two languages; the held-out half was not tuned on."""
    found = score([passage for passage in GOLD if passage.set == name])
    assert found.precision >= precision, found.wrong
    assert found.recall >= recall, found.missed


def test_the_gold_set_is_large_enough_to_mean_something() -> None:
    """Two languages, every mark, and many passages in which nothing may be marked."""
    held: list[Gold] = [passage for passage in GOLD if passage.set == "held"]
    assert len(GOLD) >= 60
    assert len(held) * 2 == len(GOLD)
    assert {label for passage in held for _, label, _ in passage.sentences} == {
        "sponsor",
        "boilerplate",
        "quoted",
        None,
    }
    assert sum(all(label is None for _, label, _ in passage.sentences) for passage in held) >= 10


def test_a_cue_is_cut_where_the_mark_begins_and_keeps_its_time() -> None:
    """The half that is marked begins at the second at which its characters are said."""
    cue = Cue("The glue holds. Don't forget to like and subscribe.", 10.0, 15.0, "Mara")
    first, second = mark_cues(Document("video", (cue,)), NOTHING).cues
    assert (first.text, first.marks, first.start_s, first.end_s) == (
        "The glue holds.",
        frozenset(),
        10.0,
        11.569,
    )
    assert (second.text, second.marks) == ("Don't forget to like and subscribe.", frozenset({"boilerplate"}))
    assert (second.start_s, second.end_s, second.speaker) == (11.569, 15.0, "Mara")


def test_a_paragraph_stays_a_paragraph_around_a_mark() -> None:
    """Two sentences of an advertisement are one piece; what surrounds it is two."""
    post = Document(
        "post", (Cue("Glue. This post is sponsored by Nettle. Nettle sends glue. Anyway, it dried."),)
    )
    assert said(post) == [
        ("Glue.", ""),
        ("This post is sponsored by Nettle. Nettle sends glue.", "sponsor"),
        ("Anyway, it dried.", ""),
    ]


def test_a_document_with_nothing_to_mark_is_returned_as_it_is() -> None:
    """Not a copy: nearly every document is such."""
    document = Document("post", (Cue("Glue is a lie that dries."),))
    assert mark_cues(document, NOTHING) is document


def test_in_chats_only_other_peoples_words_are_marked() -> None:
    """A friend may be told to subscribe to something."""
    chat = Document("chat", (Cue("Don't forget to subscribe to it!"), Cue("> I will be late")), turns=True)
    assert said(chat) == [("Don't forget to subscribe to it!", ""), ("> I will be late", "quoted")]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("06:10 Rain. I stayed in.\n07:45 The boy came for the heels.\n12:00 Soup, alone.", False),
        ("17:00 mix\n17:30 fold\n21:15 bake", False),
        ("00:00 Intro\n03:10 Why flour?\n08:45 The end", True),
    ],
)
def test_hours_of_a_day_are_no_chapters(text: str, marked: bool) -> None:
    """Chapters begin where the film does; a diary and a plan begin when somebody got up."""
    document = mark_cues(Document("post", (Cue(text),)), NOTHING)
    assert any(cue.marks for cue in document.cues) is marked


def test_what_is_marked_already_keeps_its_mark() -> None:
    """A reader that knows a message was forwarded is believed."""
    cue = Cue("Thanks for watching.", marks=frozenset({"quoted"}))
    assert said(Document("post", (cue,))) == [("Thanks for watching.", "boilerplate quoted")]


def test_a_block_quote_in_markdown_is_quoted(folder: Path, db: Database, take: Take) -> None:
    """It is a passage of its own that nobody learns from."""
    (folder / "a.md").write_text("My aunt wrote to me.\n\n> The hens are on the dresser.\n\nSo was she.\n")
    take()
    assert [(p.text, p.marks) for p in items.passages(db, "mara")] == [
        ("My aunt wrote to me.", ()),
        ("The hens are on the dresser.", ("quoted",)),
        ("So was she.", ()),
    ]


def test_nothing_of_the_sample_creator_is_marked_but_greeting_and_goodbye(db: Database, take: Take) -> None:
    """Their catchphrases are style: said all over, not always at the same place."""
    take(Path(__file__).parents[4] / "examples" / "juniper" / "library")
    tidy(db, "mara")
    marked = {p.text for p in items.passages(db, "mara") if p.marks}
    assert marked == {"Hello, you lot. Kettle's on.", "Hello, you lot.", "Put the kettle on. Not that one."}


def test_thirty_one_essays_have_nothing_to_mark(samples: Path, db: Database, take: Take) -> None:
    """Two authors who quote, argue and tell what others said."""
    take(samples / "text-en", samples / "text-zh")
    tidy(db, "mara")
    assert [p.text for p in items.passages(db, "mara") if p.marks] == []


@pytest.mark.parametrize(
    "text",
    [
        "“" * 400_000,
        '"aaaa ' * 100_000,
        "> a\n" * 100_000,
        "use code " * 60_000,
        "thanks for " * 60_000,
        "00:00 a\n" * 60_000,
        "this video is sponsored by X. " * 20_000,
        "don't forget to subscribe " * 20_000,
        "♪" * 400_000,
        "https://a " * 60_000,
        "感谢" * 200_000,
    ],
    ids=lambda text: text[:12].strip(),
)
def test_hostile_text_is_not_slow(text: str) -> None:
    """Half a megabyte that is made to match everywhere."""
    started = time.process_time()
    for document in (
        Document("post", tuple(Cue(line) for line in text.split("\n"))),
        Document("video", tuple(Cue(text[at : at + 80], at, at + 1) for at in range(0, len(text), 80))),
    ):
        mark_cues(document, NOTHING)
    assert time.process_time() - started < 10

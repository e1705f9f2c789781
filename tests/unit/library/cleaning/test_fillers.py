"""Fillers stay unless the creator wants them out, and words that only look like them stay always."""

from __future__ import annotations

from pathlib import Path

import pytest

from fenshen.core.db import Database
from fenshen.library import items
from fenshen.library.cleaning.fillers import drop_fillers, without_fillers
from fenshen.library.document import Cue, Document
from fenshen.library.settings import LibrarySettings, settings_of, store_settings

from ..conftest import Take


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Um, so the wheel is round.", "So the wheel is round."),
        ("It is, uh, round until you lean on it.", "It is round until you lean on it."),
        ("so um the thing is uh round", "so the thing is round"),
        ("You know, I never liked it.", "I never liked it."),
        ("It was, like, an egg.", "It was an egg."),
        ("It is round, um.", "It is round."),
        ("Er, it is five. Um, no.", "It is five. No."),
        ("Hmm.", ""),
        ("Do you know what I did?", "Do you know what I did?"),
        ("I like eggs, you know what I mean.", "I like eggs, you know what I mean."),
        ("Uh-huh, the drum hummed in the ER.", "Uh-huh, the drum hummed in the ER."),
        ("嗯，我觉得这个碗不错。", "我觉得这个碗不错。"),
        ("那个，我们先拆门。", "我们先拆门。"),
        ("那个那个人来了。", "那个人来了。"),
        ("就是说，釉没干。", "釉没干。"),
        ("呃……", ""),
        ("那个人说就是说不清楚。", "那个人说就是说不清楚。"),
    ],
)
def test_fillers_go_and_words_stay(said: str, kept: str) -> None:
    """Punctuation or repetition tells a filler from the word it looks like."""
    assert without_fillers(said) == kept


def test_times_stay_right_and_empty_cues_go() -> None:
    """What is left is said when it was said."""
    document = Document("video", (Cue("Um.", 0.0, 1.0), Cue("Uh, the kiln.", 1.0, 3.0)), language="en")
    assert drop_fillers(document).cues == (Cue("The kiln.", 1.0, 3.0),)


def test_german_is_left_alone() -> None:
    """There "er" is a word."""
    document = Document("post", (Cue("Da kam er."),), language="de")
    assert drop_fillers(document) is document


@pytest.mark.parametrize(("keeps", "text"), [(True, "Um, the kiln is hot."), (False, "The kiln is hot.")])
def test_the_creator_chooses(keeps: bool, text: str, folder: Path, db: Database, take: Take) -> None:
    """Kept by default, since they are style."""
    assert settings_of(db, "mara") == LibrarySettings(keeps_fillers=True)
    store_settings(db, "mara", LibrarySettings(keeps_fillers=keeps))
    (folder / "a.txt").write_text("Um, the kiln is hot.")
    take()
    assert [p.text for p in items.passages(db, "mara")] == [text]

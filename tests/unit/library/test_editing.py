"""What a creator corrects by hand: seconds stay right, reading again keeps it, and all of it can be undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Conflict, NotFound
from fenshen.core.ids import SeededIds
from fenshen.library import items
from fenshen.library.editing import changes
from fenshen.library.editing.edits import Editor
from fenshen.library.editing.realign import moved_times
from fenshen.library.passages import Passage, second_at

from .conftest import Take

SRT = (
    "1\n00:00:01,000 --> 00:00:04,000\nThe cattle is not broken, it is sulking.\n\n"
    "2\n00:01:23,500 --> 00:01:26,000\nScrews in the saucer.\n"
)


@pytest.fixture
def editor(db: Database) -> Editor:
    return Editor(db, VirtualClock(), SeededIds(), "mara", "user_1")


@pytest.fixture
def only(db: Database) -> Callable[[], Passage]:
    def find() -> Passage:
        (passage,) = items.passages(db, "mara")
        return passage

    return find


def test_a_corrected_word_keeps_the_seconds(
    folder: Path, take: Take, editor: Editor, only: Callable[[], Passage]
) -> None:
    """What stands after the correction still opens at its own second."""
    (folder / "a.srt").write_text(SRT)
    take()
    editor.edit_text(only().id, "The old kettle there is not broken, it is sulking. Screws in the saucer.")
    after = only()
    assert second_at(after, after.text.index("Screws")) == 83.5
    assert second_at(after, after.text.index("sulking")) == 1.0


def test_an_edit_wins_over_reading_again(
    folder: Path, take: Take, editor: Editor, only: Callable[[], Passage]
) -> None:
    """A file that changed elsewhere, or is read by a better ear, keeps what a person decided."""
    (folder / "a.srt").write_text(SRT)
    take()
    editor.edit_text(only().id, "The kettle is not broken, it is sulking. Screws in the saucer.")
    editor.set_speaker([only().id], "Theo", is_creator=False)
    editor.tag([only().item_id], ["tea"])
    (folder / "a.srt").write_text(SRT.replace("saucer", "sorcerer"))
    assert take().replaced == 1
    after = only()
    assert (after.text.startswith("The kettle"), after.speaker, after.is_creator) == (True, "Theo", False)
    assert items.item(editor.db, after.item_id).tags == ("tea",)


def test_personal_data_that_is_typed_in_is_masked(
    folder: Path, take: Take, editor: Editor, only: Callable[[], Passage]
) -> None:
    """A transcript is corrected, not made a place for telephone numbers."""
    (folder / "a.srt").write_text(SRT)
    take()
    editor.edit_text(only().id, "Write to petra.kettle@example.com about the screws in the saucer.")
    assert "petra.kettle" not in only().text and "about the screws" in only().text


def test_changes_are_undone_one_after_the_other(
    folder: Path, db: Database, take: Take, editor: Editor, only: Callable[[], Passage]
) -> None:
    """The newest first; then everything is as it was read."""
    (folder / "a.srt").write_text(SRT)
    take()
    before = only()
    editor.edit_text(before.id, "Something else entirely.")
    editor.exclude([before.item_id])
    editor.set_speaker([before.id], "Theo", is_creator=False)
    assert [change.kind for change in changes.history(db, "mara")] == ["speaker", "exclude", "text"]
    for _ in range(3):
        changes.undo(db, "mara")
    assert only() == before
    assert not items.item(db, before.item_id).excluded
    with pytest.raises(NotFound):
        changes.undo(db, "mara")


def test_an_older_change_under_a_newer_one_is_not_undone_blindly(
    folder: Path, db: Database, take: Take, editor: Editor, only: Callable[[], Passage]
) -> None:
    """It would silently take the newer one back too."""
    (folder / "a.srt").write_text(SRT)
    take()
    first = editor.edit_text(only().id, "First correction of the words.")
    editor.edit_text(only().id, "Second correction of the words.")
    with pytest.raises(Conflict) as caught:
        changes.undo(db, "mara", first.id)
    assert caught.value.code == "changed_since"
    assert only().text == "Second correction of the words."


@pytest.mark.parametrize(
    ("text", "code"), [("", "no_text"), (" \0 \n", "no_text"), ("x" * 20_001, "too_long")]
)
def test_an_impossible_text_changes_nothing(
    folder: Path, take: Take, editor: Editor, only: Callable[[], Passage], text: str, code: str
) -> None:
    """Emptying a passage is not how one leaves it out."""
    (folder / "a.srt").write_text(SRT)
    take()
    before = only()
    with pytest.raises(BadInput) as caught:
        editor.edit_text(before.id, text)
    assert (caught.value.code, only()) == (code, before)


def test_another_creators_passage_does_not_exist(
    folder: Path, db: Database, take: Take, only: Callable[[], Passage]
) -> None:
    """Nor do items of theirs."""
    (folder / "a.srt").write_text(SRT)
    take()
    stranger = Editor(db, VirtualClock(), SeededIds(), "theo", "user_2")
    for attempt in (
        lambda: stranger.edit_text(only().id, "Mine now."),
        lambda: stranger.exclude([only().item_id]),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert changes.history(db, "theo") == []


@pytest.mark.parametrize(
    ("after", "moved"),
    [
        ("a b c d e f", ((0, 1.0), (6, 2.0))),
        ("x a b c x d e f", ((0, 1.0), (10, 2.0))),
        ("a b c", ((0, 1.0),)),
        ("d e f", ((0, 1.0),)),
        ("nothing stays here", ((0, 1.0),)),
    ],
)
def test_seconds_move_with_their_words(after: str, moved: tuple[tuple[int, float], ...]) -> None:
    """Offsets rise, the first line begins at the first character, lost lines lose their second."""
    assert moved_times("a b c d e f", after, ((0, 1.0), (6, 2.0))) == moved

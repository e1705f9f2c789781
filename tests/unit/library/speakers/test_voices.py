"""Voices from ingest to the creator's choice: only what is surely theirs is learned from, and it can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from fenshen.core.blobs import Blobs
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, NotFound
from fenshen.core.ids import SeededIds
from fenshen.library.document import Cue, Document
from fenshen.library.editing import changes
from fenshen.library.editing.edits import Editor
from fenshen.library.intake.ingest import ingest
from fenshen.library.items import delete_items, item_passages, list_items
from fenshen.library.passages import Passage
from fenshen.library.speakers import tables
from fenshen.library.speakers.choosing import choose_voice, disown_voice, voices_found
from fenshen.library.speakers.enrol import enrol
from fenshen.library.speakers.recording import Telling, Whose, sample_windows
from fenshen.library.speakers.stored import (
    add_voiceprint,
    remove_voiceprint,
    voiceprints_of,
)
from fenshen.models.fakes import FakeHearingEngine, FakeSpeakerEncoder
from unit.library.speakers.tones import ENCODER, conversation, windows_of

INTERVIEW = (("m", 20.0), (" ", 1.0), ("t", 30.0), (" ", 1.0), ("m", 16.0))


@pytest.fixture
def talks(db: Database, blobs: Blobs, folder: Path) -> Iterator[Path]:
    """A folder with an interview of Mara and Theo, and the way to take it in."""
    (folder / "interview.wav").write_bytes(conversation(*INTERVIEW).to_wav())
    yield folder


def take(db: Database, blobs: Blobs, folder: Path) -> None:
    ingest(db, blobs, FakeHearingEngine, "mara", [folder], owner_names=("Mara",), speaker=FakeSpeakerEncoder)


def passages(db: Database) -> list[Passage]:
    return [p for item in list_items(db, "mara") for p in item_passages(db, item.id)]


def own(db: Database) -> list[tuple[int, int]]:
    """The creator's passages: seconds from and to."""
    return [(int(p.start_s or 0), int(p.end_s or 0)) for p in passages(db) if p.is_creator and not p.marks]


def enrolled(db: Database) -> None:
    add_voiceprint(db, "mara", enrol(ENCODER.name, [windows_of(("m", 8.0))]), "samples")


def test_an_enrolled_creator_gets_only_their_own_words(db: Database, blobs: Blobs, talks: Path) -> None:
    """The guest's passages are kept, under a name of their own."""
    enrolled(db)
    take(db, blobs, talks)
    assert own(db) and all(end <= 21 or start >= 51 for start, end in own(db))
    assert {p.speaker for p in passages(db)} == {None, "voice 2"} or {p.speaker for p in passages(db)} == {
        None,
        "voice 1",
    }


def test_nobody_is_enrolled_and_several_speak(db: Database, blobs: Blobs, talks: Path) -> None:
    """Nothing is the creator's; the voice that speaks most is offered as a guess."""
    take(db, blobs, talks)
    assert own(db) == []
    found = voices_found(db, "mara")
    assert [voice.is_guess for voice in found] == [True, False]
    assert {voice.decision for voice in found} == {"unknown"}
    assert all(0 <= voice.start_s < voice.end_s <= 70 for voice in found)


def test_one_voice_alone_is_a_strangers_until_the_creator_says_so(
    db: Database, blobs: Blobs, folder: Path
) -> None:
    """She is asked once; her word holds for every recording of that voice, also for those to come."""
    (folder / "alone.wav").write_bytes(conversation(("m", 30.0)).to_wav())
    take(db, blobs, folder)
    assert passages(db) and own(db) == []
    (found,) = voices_found(db, "mara")
    assert found.is_guess and found.decision == "unknown"
    choose_voice(db, "mara", found.id)
    (folder / "again.wav").write_bytes(conversation(("m", 24.0)).to_wav())
    take(db, blobs, folder)
    assert all(p.is_creator and p.speaker is None for p in passages(db))


def test_a_voice_that_is_not_hers_stays_out_wherever_it_is_heard(
    db: Database, blobs: Blobs, talks: Path
) -> None:
    """Also in recordings to come; the next voice is asked about then, and a wrong word can be taken back."""
    (talks / "stranger.wav").write_bytes(conversation(("t", 30.0)).to_wav())
    take(db, blobs, talks)
    theo = voices_found(db, "mara")[0]
    disown_voice(db, "mara", theo.id)
    (talks / "later.wav").write_bytes(conversation(("t", 21.0)).to_wav())
    take(db, blobs, talks)
    assert own(db) == []
    assert [(v.decision, v.is_guess, v.items) for v in voices_found(db, "mara")] == [
        ("other", False, 3),
        ("unknown", True, 1),
    ]
    choose_voice(db, "mara", theo.id)
    assert own(db) and {v.decision for v in voices_found(db, "mara") if v.items == 3} == {"creator"}


def test_what_an_earlier_release_took_for_hers_stays_until_she_says_otherwise(
    db: Database, blobs: Blobs, talks: Path
) -> None:
    """A word about another voice does not take a published recording away; a word about this one does."""
    (talks / "alone.wav").write_bytes(conversation(("i", 30.0)).to_wav())
    take(db, blobs, talks)
    alone = next(v for v in voices_found(db, "mara") if v.items == 1 and 29 < v.seconds < 31)
    with db.write() as connection:
        here = tables.item_voices.c.item_id == alone.item_id
        connection.execute(tables.item_voices.update().where(here).values(ground="alone", decision="creator"))
    other = next(v for v in voices_found(db, "mara") if v.item_id != alone.item_id)
    disown_voice(db, "mara", other.id)
    assert [v.decision for v in voices_found(db, "mara") if v.item_id == alone.item_id] == ["creator"]
    disown_voice(db, "mara", alone.id)
    assert [v.decision for v in voices_found(db, "mara") if v.item_id == alone.item_id] == ["other"]


def test_choosing_a_voice_once_settles_every_item_and_can_be_undone(
    db: Database, blobs: Blobs, talks: Path
) -> None:
    """A second interview with the same voice is decided with it; forgetting the voiceprint undecides both."""
    (talks / "second.wav").write_bytes(conversation(("i", 18.0), (" ", 1.0), ("m", 25.0)).to_wav())
    take(db, blobs, talks)
    mara = next(voice for voice in voices_found(db, "mara") if voice.items == 2)
    before = {p.id: (p.speaker, p.is_creator) for p in passages(db)}
    changed = choose_voice(db, "mara", mara.id)
    assert changed and len({p.item_id for p in passages(db) if p.is_creator}) == 2
    assert [voice.decision for voice in voices_found(db, "mara") if voice.items == 2] == ["creator"]
    remove_voiceprint(db, "mara", mara.id)
    assert voiceprints_of(db, "mara") == {} and own(db) == []
    assert {p.id: (p.speaker, p.is_creator) for p in passages(db)} == before


def test_a_passage_set_by_hand_stays_so_until_undone(db: Database, blobs: Blobs, talks: Path) -> None:
    """Deciding every voice anew does not change it; undoing gives back what it was."""
    take(db, blobs, talks)
    passage = passages(db)[0]
    editor = Editor(db, VirtualClock(), SeededIds(), "mara", "user_1")
    editor.set_speaker([passage.id], None, is_creator=True)
    add_voiceprint(db, "mara", enrol(ENCODER.name, [windows_of(("t", 8.0))]), "samples")
    assert passages(db)[0].is_creator
    changes.undo(db, "mara")
    assert not passages(db)[0].is_creator


@pytest.mark.parametrize("voice_id", ["", "x", "item_x.0", "item_x.", "item_x.\u0664"])
def test_an_unknown_voice_cannot_be_chosen(db: Database, voice_id: str) -> None:
    """Not one of another creator's either; nothing is enrolled."""
    with pytest.raises(NotFound):
        choose_voice(db, "mara", voice_id)
    assert voiceprints_of(db, "mara") == {}


def test_another_creators_voice_cannot_be_chosen(db: Database, blobs: Blobs, talks: Path) -> None:
    """A voice is chosen only in one's own library."""
    take(db, blobs, talks)
    with pytest.raises(NotFound):
        choose_voice(db, "theo", voices_found(db, "mara")[0].id)


def test_without_an_encoder_each_recording_waits_for_a_word(db: Database, blobs: Blobs, talks: Path) -> None:
    """Nothing tells voices apart, so the creator says of each recording whose it is; that outlives reading it again."""
    (talks / "second.wav").write_bytes(conversation(("m", 25.0)).to_wav())
    for _ in range(2):
        ingest(db, blobs, FakeHearingEngine, "mara", [talks], speaker=partial(lambda: None))
    assert own(db) == [] and len(voices_found(db, "mara")) == 2
    long, short = voices_found(db, "mara")
    choose_voice(db, "mara", short.id)
    disown_voice(db, "mara", long.id)
    assert {p.item_id for p in passages(db) if p.is_creator} == {short.item_id}
    with db.write() as connection:
        delete_items(connection, sa.true())
    ingest(db, blobs, FakeHearingEngine, "mara", [talks], speaker=partial(lambda: None))
    assert {p.item_id for p in passages(db) if p.is_creator} == {short.item_id}


def test_a_sample_that_is_no_sound_is_refused(tmp_path: Path) -> None:
    """A text about a voice is no voice."""
    (tmp_path / "me.txt").write_text("I am a text about a voice.")
    with pytest.raises(BadInput) as refused:
        sample_windows(tmp_path / "me.txt", ENCODER)
    assert refused.value.code == "not_sound"


def test_heard_words_are_split_where_the_speaker_changes(db: Database, blobs: Blobs, folder: Path) -> None:
    """No passage holds words of two, though the recogniser heard them as one stretch."""
    enrolled(db)
    (folder / "quick.wav").write_bytes(conversation(("m", 5.0), (" ", 0.4), ("t", 6.0)).to_wav())
    take(db, blobs, folder)
    sure = [p for p in passages(db) if not p.marks]
    assert {p.is_creator for p in sure} == {True, False}
    for p in sure:
        assert (p.end_s or 0) <= 5.5 if p.is_creator else (p.start_s or 0) >= 5.0


def test_what_cannot_be_decoded_names_nobody(tmp_path: Path) -> None:
    """A film without sound: its captions stay as they are."""
    (tmp_path / "film.wav").write_bytes(b"RIFF" + bytes(40))
    whose = Whose(Telling(FakeSpeakerEncoder), tmp_path / "film.wav", "wav")
    document = Document("video", (Cue("A line.", 0.0, 2.0),))
    assert whose.onto([document]) == [document] and whose.found is None


def test_subtitles_get_speakers_from_the_sound_unless_they_name_them(tmp_path: Path) -> None:
    """A line in the guest's turn is the guest's; a document with names is left alone."""
    (tmp_path / "talk.wav").write_bytes(conversation(*INTERVIEW).to_wav())
    mara = enrol(ENCODER.name, [windows_of(("m", 8.0))]).vector
    telling = Telling(FakeSpeakerEncoder, {ENCODER.name: mara})
    lines = Document("video", (Cue("Mine.", 2.0, 5.0), Cue("Not mine.", 30.0, 33.0)))
    whose = Whose(telling, tmp_path / "talk.wav", "wav")
    (told,) = whose.onto([lines])
    assert told.cues[0].speaker is None and told.cues[1].speaker in ("voice 1", "voice 2")
    named = Document("video", (Cue("Mine.", 2.0, 5.0, speaker="Theo"),))
    assert Whose(telling, tmp_path / "talk.wav", "wav").onto([named]) == [named]

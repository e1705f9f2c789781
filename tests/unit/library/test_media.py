"""Sound and video: heard when alone, linked when subtitles lie beside them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fenshen.core.blobs import Blobs
from fenshen.core.db import Database
from fenshen.core.pcm import Pcm
from fenshen.library import items
from fenshen.library.readers.ffmpeg import decode_sound, probe
from fenshen.library.readers.media import WINDOW_S, quietest, segment_cues, windows
from fenshen.models.hearing import HEARING_RATE, Segment, Word

from .conftest import Take

SRT = "00:00:01,000 --> 00:00:02,000\nIt is sulking.\n"


def tone(seconds: float, rate: int = 22_050) -> bytes:
    """A quiet tone as a WAV file."""
    samples = 0.2 * np.sin(2 * np.pi * 220 * np.arange(int(seconds * rate)) / rate)
    return Pcm(samples.astype(np.float32), rate).to_wav()


def test_a_recording_is_heard_and_kept_for_playing(
    folder: Path, db: Database, blobs: Blobs, take: Take
) -> None:
    """Its words have seconds, and the file itself is stored under its hash."""
    (folder / "2024-05-04 Ohm.wav").write_bytes(tone(6))
    progress: list[str] = []
    take(progress=lambda done, total, note="": progress.append(note))
    (item,) = items.list_items(db, "mara")
    assert (item.kind, item.title, item.duration_s) == ("audio", "Ohm", pytest.approx(6.0, abs=0.05))
    assert item.media_sha256 is not None
    assert blobs.path(item.media_sha256).read_bytes() == (folder / "2024-05-04 Ohm.wav").read_bytes()
    (passage,) = items.passages(db, "mara")
    assert passage.text.startswith("word1 word2")
    assert passage.start_s == 0.0
    assert take().unchanged == 1


def test_subtitles_beside_a_recording_are_its_text(folder: Path, db: Database, take: Take) -> None:
    """The recording is not heard; it is linked for playing."""
    (folder / "Ohm.wav").write_bytes(tone(3))
    (folder / "Ohm.en.srt").write_text(SRT)
    report = take(hearing=None)
    (item,) = items.list_items(db, "mara")
    assert (report.added, report.skipped) == (1, ())
    assert (item.path, item.kind, item.duration_s) == ("Ohm.en.srt", "audio", pytest.approx(3.0, abs=0.05))
    assert item.media_sha256 is not None
    assert take().unchanged == 1


def test_subtitles_that_arrive_later_replace_what_was_heard(folder: Path, db: Database, take: Take) -> None:
    """The same recording is never two items."""
    (folder / "Ohm.wav").write_bytes(tone(3))
    take()
    (folder / "Ohm.srt").write_text(SRT)
    assert take().replaced == 1
    assert [p.text for p in items.passages(db, "mara")] == ["It is sulking."]


def test_broken_subtitles_do_not_silence_a_recording(folder: Path, db: Database, take: Take) -> None:
    """The recording is heard instead, and the subtitles are reported."""
    (folder / "Ohm.wav").write_bytes(tone(3))
    (folder / "Ohm.srt").write_text("not subtitles at all")
    report = take()
    assert [s.code for s in report.skipped] == ["not_subtitles"]
    assert [i.path for i in items.list_items(db, "mara")] == ["Ohm.wav"]


def test_silence_and_a_missing_engine_are_reasons(folder: Path, take: Take) -> None:
    """Nothing heard is `no_speech`; nobody to listen is `engine_missing`."""
    (folder / "quiet.wav").write_bytes(Pcm(np.zeros(32_000, np.float32), 16_000).to_wav())
    assert [s.code for s in take().skipped] == ["no_speech"]
    assert [s.code for s in take(hearing=None).skipped] == ["engine_missing"]


def test_ffmpeg_reads_only_what_the_first_bytes_call_for(folder: Path) -> None:
    """Down-mixed to 16 kHz, whatever the file is called."""
    path = folder / "-i.mp4"
    path.write_bytes(tone(2))
    assert probe(path, "wav").has_sound
    sound = np.concatenate(list(decode_sound(path, "wav")))
    assert sound.dtype == np.float32
    assert len(sound) == pytest.approx(2 * HEARING_RATE, abs=64)


def test_long_sound_is_cut_where_it_is_quiet() -> None:
    """A pause near the end of the five minutes is where the window ends, and nothing is lost."""
    sound = np.full((WINDOW_S + 60) * HEARING_RATE, 0.3, np.float32)
    pause = (WINDOW_S - 10) * HEARING_RATE
    sound[pause : pause + HEARING_RATE // 2] = 0.0
    (first_s, first), (second_s, second) = windows(np.array_split(sound, 37))
    assert first_s == 0.0
    assert WINDOW_S - 10 <= second_s <= WINDOW_S - 9.5
    assert len(first.samples) + len(second.samples) == len(sound)
    assert quietest(sound, pause - HEARING_RATE, pause + HEARING_RATE) == pytest.approx(
        pause, abs=HEARING_RATE // 2
    )


def test_word_times_become_short_cues() -> None:
    """A half-minute segment is cut at clauses, so a citation opens near its words."""
    words = tuple(Word(float(n), n + 0.5, f" w{n}{',' if n == 3 else ''}") for n in range(12))
    cues = list(segment_cues(Segment(0, 12, "", "en", words), offset_s=100.0))
    assert [(cue.start_s, cue.text.split()[0]) for cue in cues] == [(100.0, "w0"), (104.0, "w4")]


def test_a_real_film_with_a_text_track(samples: Path, folder: Path, db: Database, take: Take) -> None:
    """H.264 and AAC in MP4: its sound is heard in full; beside its SRT it is linked instead."""
    film = samples / "speech" / "mixed" / "two_speakers.mp4"
    (folder / film.name).write_bytes(film.read_bytes())
    take()
    (heard,) = items.list_items(db, "mara")
    assert (heard.kind, heard.duration_s) == ("video", pytest.approx(116.6, abs=1))
    (folder / "two_speakers.srt").write_bytes(film.with_suffix(".srt").read_bytes())
    take(hearing=None)
    (titled,) = items.list_items(db, "mara")
    assert (titled.kind, titled.media_sha256) == ("video", heard.media_sha256)

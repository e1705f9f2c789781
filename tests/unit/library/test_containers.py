"""What containers hold besides sound: captions, chapters, a cover, a title and a day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from fenshen.core.blobs import Blobs
from fenshen.core.db import Database
from fenshen.library import items
from fenshen.library.document import Chapter
from fenshen.library.readers.ffmpeg import decode_sound, probe
from fenshen.library.readers.media_facts import MediaFacts, Track, read_facts
from fenshen.library.readers.tracks import caption_track, picture_size, read_captions, read_cover

from .conftest import Take
from .hostile_media import ffmpeg, png

SAID = (
    "1\n00:00:00,200 --> 00:00:01,800\nIt is sulking.\n\n2\n00:00:02,000 --> 00:00:03,800\nWe wait for it.\n"
)
SIGN = "1\n00:00:00,200 --> 00:00:01,800\nBAKERY\n"
METADATA = """;FFMETADATA1
title=Ohm\\; a sulk \\= a delay
artist=Mara Quill
date=20240316
[CHAPTER]
TIMEBASE=1/1000
START=0
END=2000
title=Flour \\# one
[CHAPTER]
TIMEBASE=1/1000
START=2000
END=4000
title=Water
"""
PICTURE = ("-f", "lavfi", "-i", "color=black:s=64x64:r=1:d=4")
SOUND = ("-f", "lavfi", "-i", "sine=220:d=4")


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    """Captions, signs, metadata and a cover, to be put into containers."""
    (tmp_path / "said.srt").write_text(SAID)
    (tmp_path / "sign.srt").write_text(SIGN)
    (tmp_path / "facts.txt").write_text(METADATA)
    ffmpeg("-f", "lavfi", "-i", "color=red:s=40x30", "-frames:v", "1", str(tmp_path / "cover.jpg"))
    return tmp_path


def film(parts: Path, path: Path, *options: str) -> None:
    """A film with a track of signs, then one of what is said, chapters and tags."""
    texts = ("-i", str(parts / "sign.srt"), "-i", str(parts / "said.srt"), "-i", str(parts / "facts.txt"))
    mapped = ("-map", "0", "-map", "1", "-map", "2", "-map", "3", "-map_metadata", "4")
    named = (
        "-metadata:s:s:0",
        "title=Signs",
        "-metadata:s:s:0",
        "handler_name=Signs",
        "-metadata:s:s:1",
        "language=eng",
    )
    ffmpeg(*PICTURE, *SOUND, *texts, *mapped, *named, *options, str(path))


@pytest.mark.parametrize(
    ("name", "demuxer", "options"),
    [
        ("a.mkv", "matroska", ("-c:v", "mjpeg", "-c:s", "srt")),
        ("a.mp4", "mov", ("-c:v", "mpeg4", "-c:s", "mov_text")),
        ("a.webm", "matroska", ("-c:v", "libvpx", "-c:a", "libopus", "-c:s", "webvtt")),
        ("styled.mkv", "matroska", ("-c:v", "mjpeg", "-c:s", "ass")),
    ],
)
def test_captions_and_chapters_of_a_film(
    parts: Path, name: str, demuxer: str, options: tuple[str, ...]
) -> None:
    """SubRip, 3GPP text, WebVTT and SubStation come out as the same words at the same seconds."""
    film(parts, parts / name, *options)
    facts = probe(parts / name, demuxer)
    track = caption_track(facts, None)
    assert track is not None
    document = read_captions(parts / name, demuxer, track)
    assert document is not None
    assert [cue.text for cue in document.cues] == ["It is sulking.", "We wait for it."]
    assert document.cues[1].start_s == pytest.approx(2.0, abs=0.05)
    assert facts.chapters == (Chapter(0.0, "Flour # one"), Chapter(2.0, "Water"))
    assert (facts.title, facts.has_picture, facts.has_sound) == ("Ohm; a sulk = a delay", True, True)


@pytest.mark.parametrize(
    ("name", "demuxer", "options"),
    [
        ("a.m4a", "mov", ("-c:a", "aac")),
        ("a.mp3", "mp3", ("-c:a", "libmp3lame", "-id3v2_version", "4")),
        ("a.flac", "flac", ("-c:a", "flac")),
        ("a.ogg", "ogg", ("-c:a", "libvorbis")),
        ("a.wav", "wav", ("-c:a", "pcm_s16le")),
    ],
)
def test_tags_of_sound(parts: Path, name: str, demuxer: str, options: tuple[str, ...]) -> None:
    """Title, artist and day, wherever the container keeps them."""
    tagged = ("-i", str(parts / "facts.txt"), "-map", "0:a", "-map_metadata", "1")
    ffmpeg(*SOUND, *tagged, *options, str(parts / name))
    facts = probe(parts / name, demuxer)
    assert (facts.title, facts.artist) == ("Ohm; a sulk = a delay", "Mara Quill")
    assert facts.published == date(2024, 3, 16)
    assert facts.duration_s == pytest.approx(4.0, abs=0.2)
    assert sum(map(len, decode_sound(parts / name, demuxer))) == pytest.approx(64_000, abs=2_000)


@pytest.mark.parametrize(
    ("name", "demuxer"), [("a.mp3", "mp3"), ("a.m4a", "mov"), ("a.flac", "flac"), ("a.mkv", "matroska")]
)
def test_a_cover_comes_out_as_it_lies_in_the_file(parts: Path, name: str, demuxer: str) -> None:
    """The very bytes of the picture, and the file is sound, not video."""
    picture = parts / "cover.jpg"
    if name.endswith("mkv"):
        ffmpeg(*SOUND, "-attach", str(picture), "-metadata:s:t", "mimetype=image/jpeg", str(parts / name))
    else:
        inputs = (*SOUND, "-i", str(picture), "-map", "0", "-map", "1", "-c:v", "copy")
        ffmpeg(*inputs, "-disposition:v", "attached_pic", str(parts / name))
    facts = probe(parts / name, demuxer)
    assert not facts.has_picture
    assert read_cover(parts / name, demuxer, facts) == picture.read_bytes()
    assert picture_size(picture.read_bytes()) == (40, 30)


def test_a_film_becomes_an_item_with_all_of_it(
    parts: Path, folder: Path, db: Database, blobs: Blobs, take: Take
) -> None:
    """Nothing has to be heard: the captions are its text."""
    film(parts, folder / "a.mkv", "-c:v", "mjpeg", "-c:s", "srt")
    report = take(hearing=None)
    assert report.skipped == ()
    (item,) = items.list_items(db, "mara")
    assert (item.title, item.published, item.kind) == ("Ohm; a sulk = a delay", date(2024, 3, 16), "video")
    assert [chapter.title for chapter in item.chapters] == ["Flour # one", "Water"]
    (passage,) = items.passages(db, "mara")
    assert passage.text == "It is sulking. We wait for it."


def track(
    number: int, codec: str = "subrip", language: str | None = None, title: str = "", *flags: str
) -> Track:
    """A text track."""
    return Track(number, "Subtitle", codec, language, title, frozenset(flags))


@pytest.mark.parametrize(
    ("what", "tracks", "language", "chosen"),
    [
        ("none", [], None, None),
        ("pictures of text", [track(1, "hdmv_pgs_subtitle"), track(2, "dvd_subtitle")], None, None),
        ("the default", [track(1), track(2, "subrip", None, "", "default")], None, 2),
        ("the first", [track(1), track(2)], None, 1),
        ("the language", [track(1, "subrip", "en", "", "default"), track(2, "ass", "zh")], "zh", 2),
        ("another than wanted is better than none", [track(1, "subrip", "en")], "zh", 1),
        ("not the forced", [track(1, "subrip", "en", "", "forced", "default"), track(2)], None, 2),
        ("not the signs", [track(1, "ass", "en", "Signs & Songs"), track(2, "ass", "en", "Full")], None, 2),
        ("not the commentary", [track(1, "ass", "en", "Director's Commentary")], None, None),
    ],
)
def test_which_captions_are_what_is_said(
    what: str, tracks: list[Track], language: str | None, chosen: int | None
) -> None:
    """By language, then the default, then order; forced lines, signs and comments never."""
    found = caption_track(MediaFacts(1.0, True, True, tuple(tracks)), language)
    assert (found and found.number) == chosen, what


def test_the_spoken_language_chooses_where_the_name_says_none() -> None:
    """Captions in the language of the sound, not a translation that is marked as default."""
    sound = Track(0, "Audio", "aac", "zh", "", frozenset())
    facts = MediaFacts(1.0, True, True, (sound, track(1, "ass", "en", "", "default"), track(2, "ass", "zh")))
    assert (found := caption_track(facts, None)) is not None and found.number == 2


def test_a_title_cannot_pose_as_a_track_or_a_length() -> None:
    """ffmpeg indents what strangers wrote; only its own lines count."""
    report = b"""Input #0, matroska,webm, from 'file:x':
  Metadata:
    title           : x
                    :   Stream #0:7: Video: h264
                    :   Duration: 99:00:00.00
  Duration: 00:00:04.50, start: 0.000000
  Stream #0:0(eng): Audio: aac (LC), 48000 Hz, stereo, fltp (default)
    Metadata:
      title           : Stream #0:9: Subtitle: ass
Output #0, ffmetadata, to 'pipe:1':
  Stream #0:3: Video: png
"""
    facts = read_facts(
        report,
        b";FFMETADATA1\ntitle=a\\=b\\\nc\\;\n[CHAPTER]\nSTART=x\ntitle=bad\n[CHAPTER]\nTIMEBASE=1/0\nSTART=1\n",
    )
    assert (facts.duration_s, facts.has_picture, facts.has_sound) == (4.5, False, True)
    assert [(t.number, t.language, "default" in t.flags) for t in facts.tracks] == [(0, "en", True)]
    assert (facts.title, facts.chapters) == ("a=b c;", ())


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (png(640, 480), (640, 480)),
        (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc2\x00\x0b\x08\x01\xe0\x02\x80\x03", (640, 480)),
        (b"\xff\xd8\xff\xe0", None),
        (b"\xff\xd8" + b"\xff\xe0\x00\x00" * 4, None),
        (b"GIF89a" + bytes(50), None),
        (b"", None),
    ],
)
def test_the_size_of_a_picture_is_read_without_decoding_it(data: bytes, size: tuple[int, int] | None) -> None:
    """PNG and JPEG; anything else is no cover."""
    assert picture_size(data) == size


def test_another_artist_in_the_tags_is_flagged(parts: Path, folder: Path, db: Database, take: Take) -> None:
    """Whose song it is stands in the file; the creator's own name there is no sign."""
    for name, artist in (("song.m4a", "Some Other Band"), ("talk.m4a", "Mara Quill")):
        ffmpeg(*SOUND, "-metadata", f"artist={artist}", "-c:a", "aac", str(folder / name))
    take()
    flagged = {item.path: bool(item.flags) for item in items.list_items(db, "mara")}
    assert flagged == {"song.m4a": True, "talk.m4a": False}

"""Subtitles as they really are, down to what was said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fenshen.core.errors import BadInput
from fenshen.library.dialogue.deciding import told_apart
from fenshen.library.document import Document
from fenshen.library.encoding import decode_text
from fenshen.library.readers import subtitles


def read_subtitles(text: str, language: str | None = None) -> Document:
    """A file as it is stored: read, then everybody's words under their own name."""
    return told_apart(subtitles.read_subtitles(text, language))


ROLLING = """WEBVTT
Kind: captions

00:00:01.000 --> 00:00:02.000 align:start
&nbsp;
right<00:00:01.500><c> then</c>

00:00:02.000 --> 00:00:02.010 align:start
right then
&nbsp;

00:00:02.010 --> 00:00:04.000 align:start
right then
the<00:00:02.500><c> kiln</c> [Music]

00:00:04.000 --> 00:00:04.010 align:start
the kiln
&nbsp;

00:00:04.010 --> 00:00:05.000 align:start
the kiln
has&nbsp;opinions
"""


def test_rolling_captions_are_said_once_and_keep_their_first_times() -> None:
    """Each line of scrolling captions appears three times in the file and once in the text."""
    cues = read_subtitles(ROLLING).cues
    assert [cue.text for cue in cues] == ["right then", "the kiln", "has opinions"]
    assert [cue.start_s for cue in cues] == [1.0, 2.01, 4.01]


def test_a_speaker_may_repeat_themself() -> None:
    """Authored subtitles do not scroll, so equal neighbours are both kept."""
    text = "\n".join(
        f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{said}\n"
        for n, said in enumerate(["No.", "No.", "Go on then.", "Fine."], 1)
    )
    assert [cue.text for cue in read_subtitles(text).cues] == ["No.", "No.", "Go on then.", "Fine."]


@pytest.mark.parametrize(
    "text",
    [
        "1\n00:00:01,000 --> 00:00:02,000\nOne.\n\n2\n00:00:03,000 --> 00:00:04,000\nTwo.\n",
        "00:01.000 --> 00:02.000\nOne.\n00:03.000 --> 00:04.000\nTwo.",
        "\ufeff7\r\n0:00:01,0 --> 0:00:02,0\r\nOne.\r\n\r\n7\r\n0:00:03,0 --> 0:00:04,0\r\n\r\nTwo.\r\n",
        "WEBVTT\n\nNOTE hi\n\nx\n00:01.000 --> 00:02.000 line:0\n<v Mara>One.</v>\n\n00:03.000 --> 00:04.000\n<b>Two.</b>\n",
    ],
    ids=["srt", "no numbers, no blank lines", "BOM, CRLF, repeated number, blank line inside", "vtt"],
)  # fmt: skip
def test_two_cues_in_four_spellings(text: str) -> None:
    """Numbers, blank lines, commas, hours and line ends may be missing or odd."""
    cues = read_subtitles(text).cues
    assert [(cue.text, cue.start_s, cue.end_s) for cue in cues] == [("One.", 1.0, 2.0), ("Two.", 3.0, 4.0)]


def test_a_label_holds_until_its_sentence_ends() -> None:
    """`THEO:` names the speaker of a sentence that runs over two cues, and of no more."""
    text = "\n".join(
        f"00:0{n}.000 --> 00:0{n}.900\n{said}\n"
        for n, said in enumerate(["THEO: How thin", "is too thin?", "Ask the floor."], 1)
    )
    assert [cue.speaker for cue in read_subtitles(text).cues] == ["Theo", "Theo", None]


@pytest.mark.parametrize(
    ("text", "code"), [("hello", "not_subtitles"), ("00:01.000 --> 00:02.000\n[Music]\n", "no_text")]
)
def test_files_without_words_say_so(text: str, code: str) -> None:
    """No times, or times without words, are two different reasons."""
    with pytest.raises(BadInput) as caught:
        read_subtitles(text)
    assert caught.value.code == code


def read(folder: Path, name: str, language: str | None = None) -> Document:
    return read_subtitles(decode_text((folder / name).read_bytes()), language)


def expected(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", ["youtube-auto.en.vtt", "youtube-auto.converted.en.srt"])
def test_real_rolling_captions_and_their_srt_conversion_clean_to_the_same_text(
    samples: Path, name: str
) -> None:
    """YouTube's own file and what ffmpeg makes of it say the same words once; nobody says `[ __ ]`, `>>` is no speaker."""
    folder = samples / "subtitles"
    cues = read(folder, name).cues
    text = expected(folder)["youtube_auto_text"].replace("[ __ ] ", "").replace(">> ", "")
    assert (" ".join(cue.text for cue in cues), {cue.speaker for cue in cues}) == (text, {None})


def test_real_srt_is_stripped_of_markup_sounds_and_adverts(samples: Path) -> None:
    """Only the twelve spoken lines are left, at their own times."""
    folder = samples / "subtitles"
    cues = read(folder, "plain.en.srt").cues
    assert [cue.text for cue in cues] == expected(folder)["english_lines"]
    assert [[cue.start_s, cue.end_s] for cue in cues] == expected(folder)["cue_times"]


@pytest.mark.parametrize("name", ["lesson.zh.gbk.srt", "lesson.zh-en.utf16le.srt"])
def test_real_chinese_subtitles_in_gbk_and_bilingual_utf16(samples: Path, name: str) -> None:
    """The encoding is found, and of two languages the one the file's name asks for is kept."""
    folder = samples / "subtitles"
    assert [cue.text for cue in read(folder, name, "zh").cues] == expected(folder)["chinese_lines"]


def test_real_voices_are_told_apart(samples: Path) -> None:
    """Line seven of the authored file is Theo's, the rest Mara's."""
    cues = read(samples / "subtitles", "authored.en.vtt").cues
    assert [cue.speaker for cue in cues] == ["Mara"] * 6 + ["Theo"] + ["Mara"] * 5

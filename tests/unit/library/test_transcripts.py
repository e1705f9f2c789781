"""Transcripts of programs and captions of players, told by their shape and read with their times and speakers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.dropped import Dropped
from fenshen.library.reading import Head, Opened, ReaderSpec
from fenshen.library.sniff import sniff

Said = list[tuple[float, float, str | None, str]]
TWO: Said = [(1.0, 2.5, None, "The kettle."), (3.0, 4.0, None, "It sings.")]
SPOKEN: Said = [(1.0, 2.5, "SPEAKER_00", "The kettle."), (3.0, 4.0, "SPEAKER_01", "It sings.")]
LETTERS: Said = [(1.0, 2.5, "Speaker A", "The kettle."), (3.0, 4.0, "Speaker B", "It sings.")]
NUMBERS: Said = [(1.0, 2.5, "Speaker 0", "The kettle."), (3.0, 4.0, "Speaker 1", "It sings.")]

JSON: list[tuple[str, Any, Said]] = [
    ("openai-whisper", {"text": " The kettle. It sings.", "segments": [{"id": 0, "seek": 0, "start": 1.0, "end": 2.5, "text": " The kettle.", "tokens": [1]}, {"id": 1, "start": 3.0, "end": 4.0, "text": " It sings."}], "language": "en"}, TWO),
    ("whisperX", {"segments": [{"start": 1.0, "end": 2.5, "text": "The kettle.", "words": [{"word": "The", "start": 1.0, "end": 1.2}], "speaker": "SPEAKER_00"}, {"start": 3, "end": 4, "text": "It sings.", "speaker": "SPEAKER_01"}], "word_segments": []}, SPOKEN),
    ("whisper.cpp", {"systeminfo": "AVX", "result": {"language": "en"}, "transcription": [{"timestamps": {"from": "00:00:01,000", "to": "00:00:02,500"}, "offsets": {"from": 1000, "to": 2500}, "text": " The kettle."}, {"timestamps": {}, "offsets": {"from": 3000, "to": 4000}, "text": " It sings."}]}, TWO),
    ("Bilibili CC", {"font_size": 0.4, "body": [{"from": 1.0, "to": 2.5, "location": 2, "content": "The kettle."}, {"from": 3, "to": 4, "content": "It sings."}]}, TWO),
    ("YouTube json3", {"wireMagic": "pb3", "events": [{"tStartMs": 0, "dDurationMs": 9000, "id": 1}, {"tStartMs": 1000, "dDurationMs": 1500, "segs": [{"utf8": "The"}, {"utf8": " kettle.", "tOffsetMs": 200}]}, {"tStartMs": 2500, "aAppend": 1, "segs": [{"utf8": "\n"}]}, {"tStartMs": 3000, "dDurationMs": 1000, "segs": [{"utf8": "It sings."}]}]}, TWO),
    ("youtube-transcript-api", [{"text": "The kettle.", "start": 1.0, "duration": 1.5}, {"text": "It sings.", "start": 3.0, "duration": 1.0}], TWO),
    ("AssemblyAI", {"id": "x", "language_code": "en_us", "utterances": [{"confidence": 0.9, "start": 1000, "end": 2500, "text": "The kettle.", "speaker": "A"}, {"start": 3000, "end": 4000, "text": "It sings.", "speaker": "B"}]}, LETTERS),
    ("Deepgram utterances", {"metadata": {}, "results": {"channels": [], "utterances": [{"start": 1.0, "end": 2.5, "transcript": "The kettle.", "speaker": 0, "channel": 0}, {"start": 3.0, "end": 4.0, "transcript": "It sings.", "speaker": 1}]}}, NUMBERS),
    ("Deepgram paragraphs", {"results": {"channels": [{"alternatives": [{"transcript": "x", "paragraphs": {"paragraphs": [{"speaker": 0, "start": 1.0, "end": 2.5, "sentences": [{"text": "The kettle.", "start": 1, "end": 2.5}]}, {"speaker": 1, "start": 3.0, "end": 4.0, "sentences": [{"text": "It sings."}]}]}}]}]}}, NUMBERS),
    ("Hugging Face chunks", {"text": "x", "chunks": [{"timestamp": [1.0, 2.5], "text": " The kettle."}, {"timestamp": [3.0, 4.0], "text": " It sings."}]}, TWO),
    ("Podcasting 2.0", {"version": "1.0.0", "segments": [{"speaker": "Otto", "startTime": 1.0, "endTime": 2.5, "body": "The kettle."}, {"speaker": "Mira", "startTime": 3, "endTime": 4, "body": "It sings."}]}, [(1.0, 2.5, "Otto", "The kettle."), (3.0, 4.0, "Mira", "It sings.")]),
    ("Amazon Transcribe", {"jobName": "x", "results": {"audio_segments": [{"start_time": "1.0", "end_time": "2.5", "transcript": "The kettle.", "speaker_label": "spk_0"}, {"start_time": "3.0", "end_time": "4.0", "transcript": "It sings.", "speaker_label": "spk_1"}]}}, [(1.0, 2.5, "spk_0", "The kettle."), (3.0, 4.0, "spk_1", "It sings.")]),
    ("Rev", {"monologues": [{"speaker": 0, "elements": [{"type": "text", "value": "The", "ts": 1.0, "end_ts": 1.2}, {"type": "punct", "value": " "}, {"type": "text", "value": "kettle.", "ts": 1.3, "end_ts": 2.5}]}, {"speaker": 1, "elements": [{"value": "It sings.", "ts": 3.0, "end_ts": 4.0}]}]}, NUMBERS),
    ("milliseconds by name", {"transcript": [{"startMs": 1000, "endMs": 2500, "text": "The kettle."}, {"startMs": 3000, "endMs": 4000, "text": "It sings."}]}, TWO),
    ("out of order, one without a time", {"segments": [{"start": 3.0, "end": 4.0, "text": "It sings."}, {"start": None, "text": "Lost."}, {"start": 1.0, "end": 2.5, "text": "The kettle."}]}, TWO),
]  # fmt: skip


def read(name: str, data: bytes) -> Document:
    spec = sniff(Head(data[: 1 << 16], name))
    assert isinstance(spec, ReaderSpec) and spec.is_timed
    (document,) = spec.read(Opened(name, data))
    return document


def said(document: Document) -> Said:
    return [(round(c.start_s or 0, 3), round(c.end_s or 0, 3), c.speaker, c.text) for c in document.cues]


@pytest.mark.parametrize(("value", "expected"), [case[1:] for case in JSON], ids=[case[0] for case in JSON])
def test_json_transcripts_are_told_by_their_shape(value: Any, expected: Said) -> None:
    """Seconds or milliseconds, words in one field or many, speakers as they are called."""
    document = read("talk.json", json.dumps(value).encode())
    assert said(document) == expected
    assert document.owner is None


def test_a_segment_without_a_time_is_counted() -> None:
    """With its words, to find it by."""
    document = read("talk.json", json.dumps(JSON[-1][1]).encode())
    assert document.dropped == (Dropped("bad_time", 1, "Lost."),)


def test_a_long_transcript_whose_text_comes_first_is_told_by_it() -> None:
    """Whisper writes the whole text before the segments, beyond what is looked at."""
    data = json.dumps(
        {"text": "word " * 20_000, **JSON[0][1], "language": "en"} | {"text": "word " * 20_000}
    ).encode()
    document = read("talk.json", data)
    assert said(document) == TWO and document.language == "en"


@pytest.mark.parametrize("value", [{"segments": []}, {"events": [{"id": 1}]}, [{"ts": "1.0", "text": "slack"}], {"text": "x"}])  # fmt: skip
def test_other_json_is_not_claimed(value: Any) -> None:
    """Without times and words in a list there is no transcript."""
    with pytest.raises(BadInput) as caught:
        sniff(Head(json.dumps(value).encode(), "a.json"))
    assert caught.value.code == "unknown_format"


KTWO: Said = [(1.0, 2.5, None, "The kettle."), (3.0, 4.0, None, "It sings.")]
TEXTS: list[tuple[str, str, str, Said]] = [
    ("Whisper TSV", "talk.tsv", 'start\tend\ttext\n1000\t2500\tThe kettle.\n3000\t4000\tIt sings.\n', TWO),
    ("whisper.cpp CSV", "talk.csv", 'start,end,speaker,text\n1000,2500,"0","The kettle."\n3000,4000,"1","It sings."\n', NUMBERS),
    ("Audacity labels", "labels.txt", "1.000000\t2.500000\tThe kettle.\n3.000000\t4.000000\tIt sings.\n", TWO),
    ("MicroDVD", "film.sub", "{1}{1}25.000\n{25}{62}{y:i}The kettle.\n{75}{100}It|sings.\n", [(1.0, 2.48, None, "The kettle."), (3.0, 4.0, None, "It sings.")]),
    ("MPL2", "film.txt", "[10][25]/The kettle.\n[30][40]It|sings.\n", TWO),
    ("TMPlayer", "film.txt", "00:00:01:The kettle.\n00:00:03:It sings.\n", [(1.0, 3.0, None, "The kettle."), (3.0, 8.0, None, "It sings.")]),
    ("SBV", "captions.sbv", "0:00:01.000,0:00:02.500\nThe kettle.\n\n0:00:03.000,0:00:04.000\nIt sings.\n", TWO),
    ("SAMI", "film.smi", "<SAMI><HEAD><STYLE TYPE=\"text/css\"><!-- .ENCC { Name: English; lang: en-US; } --></STYLE></HEAD><BODY>\n<SYNC Start=1000><P Class=ENCC>The<br>kettle.\n<SYNC Start=2500><P Class=ENCC>&nbsp;\n<SYNC Start=3000><P Class=ENCC>It <b>sings.</b>\n<SYNC Start=4000><P Class=ENCC>&nbsp;\n</BODY></SAMI>", TWO),
    ("srv1", "talk.srv1", '<?xml version="1.0" encoding="utf-8" ?><transcript><text start="1" dur="1.5">The kettle.</text><text start="3" dur="1">It sings.</text></transcript>', TWO),
    ("srv3", "talk.srv3", '<?xml version="1.0" encoding="utf-8" ?><timedtext format="3"><head><pen id="1"/></head><body><p t="1000" d="1500"><s>The</s><s t="200"> kettle.</s></p><p t="2500" a="1">\n</p><p t="3000" d="1000">It sings.</p></body></timedtext>', TWO),
    ("LRC with hours", "song.lrc", "[00:00:01.00]The kettle.\n[00:00:03.00]It sings.\n", [(1.0, 3.0, None, "The kettle."), (3.0, 8.0, None, "It sings.")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "expected"), [case[1:] for case in TEXTS], ids=[case[0] for case in TEXTS]
)
def test_players_and_programs_formats(name: str, text: str, expected: Said) -> None:
    """Each is told from the others and from prose."""
    assert said(read(name, text.encode())) == expected


def test_of_two_languages_in_sami_one_is_kept() -> None:
    """The one that the name asks for, else the first."""
    text = (
        "<SAMI><HEAD><STYLE><!-- .KRCC {Name:Korean; lang:ko-KR;} .ENCC {Name:English; lang:en-US;} --></STYLE></HEAD><BODY>"
        "<SYNC Start=1000><P Class=KRCC>주전자.<P Class=ENCC>The kettle.<SYNC Start=9x><P Class=ENCC>lost"
        "<SYNC Start=2000><P Class=KRCC>&nbsp;<P Class=ENCC>&nbsp;</BODY></SAMI>"
    ).encode()
    spec = sniff(Head(text, "film.smi"))
    assert isinstance(spec, ReaderSpec)
    (first,), (asked,) = spec.read(Opened("film.smi", text)), spec.read(Opened("film.smi", text, "en"))
    assert [cue.text for cue in first.cues] == ["주전자."] and [cue.text for cue in asked.cues] == [
        "The kettle."
    ]
    assert [one.code for one in first.dropped] == ["bad_time"]


@pytest.mark.parametrize(
    ("name", "text", "dropped"),
    [
        ("a.sub", "{1}{25}One.\nlost\n{50}{75}Two.\n{80}{90}Three.\n{95}{99}Four.\n", Dropped("bad_line", 1, "line 2")),
        ("a.lrc", "[00:01.00]One.\n[00:02.00]Two.\nlost\n[ti:x]\n", Dropped("bad_line", 1, "line 3")),
        ("a.ass", "[Script Info]\n[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,One.\nDialogue: 0,0:00:0x.00,0:00:02.00,D,,0,0,0,,Lost.\n", Dropped("bad_time", 1, "line 4")),
        ("a.srv1", '<transcript><text start="1">One.</text><text start="soon">Lost.</text></transcript>', Dropped("bad_time", 1, "line 1")),
    ],
)  # fmt: skip
def test_one_bad_line_costs_that_line(name: str, text: str, dropped: Dropped) -> None:
    """And is said."""
    assert read(name, text.encode()).dropped == (dropped,)


@pytest.mark.parametrize(
    "text",
    ["At 10:30:00: we begin.\nThen we end.\n", "[1][2] are footnotes.\nNot more.\n", "start,end\n1,2\n"],
)
def test_prose_with_times_and_brackets_stays_prose(text: str) -> None:
    """A line or two of such a shape do not make subtitles."""
    spec = sniff(Head(text.encode(), "notes.txt"))
    assert isinstance(spec, ReaderSpec) and spec.name == "text"

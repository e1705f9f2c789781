"""ASS, LRC and TTML as they really are, down to what is said, when and by whom."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fenshen.core.errors import BadInput
from fenshen.library.dialogue.deciding import told_apart
from fenshen.library.document import Document
from fenshen.library.readers.ass import read_ass
from fenshen.library.readers.lrc import read_lrc
from fenshen.library.readers.ttml import read_ttml
from fenshen.library.reading import Head, Opened, ReaderSpec
from fenshen.library.sniff import sniff

ASS = """[Script Info]
Title: The Kiln
[V4+ Styles]
Style: Default
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
{events}
"""


def ass(*events: str) -> Document:
    return read_ass(ASS.replace("{events}", "\n".join(events)))


def texts(document: Document) -> list[str]:
    return [cue.text for cue in document.cues]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\k20}Mud {\\kf30}first", ["Mud first"]),
        ("Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\fad(1,2)\\pos(3,4)}A bowl,\\Ntwo cups", ["A bowl, two cups"]),
        ("Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,one\\hword{a note}", ["one word"]),
        ("Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,先看泥，\\N再说话。", ["先看泥，再说话。"]),
        ("Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\p1}m 0 0 l 9 9{\\p0}Left {\\pbo3}over", ["Left over"]),
    ],
    ids=["karaoke", "effects and a break", "hard space and a note", "Chinese lines", "a drawing"],
)  # fmt: skip
def test_ass_markup_leaves_the_words(event: str, said: list[str]) -> None:
    """Tags, drawings and line breaks go; commas and words stay."""
    assert texts(ass(event)) == said


def test_ass_keeps_dialogue_and_drops_comments_signs_and_repeated_layers() -> None:
    """What is written on things is not said, and a shadow layer says nothing new; out of order is put in order."""
    document = ass(
        "Dialogue: 0,0:00:05.00,0:00:06.00,Default,Theo,0,0,0,,Second.",
        "Dialogue: 0,0:00:01.00,0:00:02.00,Default,Mara,0,0,0,,First.",
        "Dialogue: 1,0:00:01.00,0:00:02.00,Default,Mara,0,0,0,,First.",
        "Dialogue: 0,0:00:01.00,0:00:02.00,Sign_Board,,0,0,0,,CLOSED",
        "Comment: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,check this",
        "Dialogue: 0,bad,0:00:04.00,Default,,0,0,0,,no time",
    )
    assert [(c.text, c.speaker, c.start_s) for c in document.cues] == [
        ("First.", "Mara", 1.0),
        ("Second.", "Theo", 5.0),
    ]
    assert document.title == "The Kiln"


@pytest.mark.parametrize(
    ("language", "kept"), [(None, "第{n}只碗。"), ("zh", "第{n}只碗。"), ("en", "Bowl number {n}.")]
)
def test_ass_events_of_two_lines_in_two_languages_keep_one(language: str | None, kept: str) -> None:
    """The common way of fan subtitles: Chinese above, the original below, in one event."""
    event = "Dialogue: 0,0:00:0{n}.00,0:00:0{n}.90,Default,,0,0,0,,第{n}只碗。\\N{{\\fs20}}Bowl number {n}."
    text = ASS.replace("{events}", "\n".join(event.format(n=n) for n in range(5)))
    assert texts(read_ass(text, language)) == [kept.format(n=n) for n in range(5)]


def test_ass_two_european_languages_in_parallel_styles_keep_the_first() -> None:
    """Two styles that always speak together are translations of each other."""
    events = [
        f"Dialogue: 0,0:00:0{n}.00,0:00:0{n}.90,{style},,0,0,0,,{said}"
        for n in range(5)
        for style, said in (("Default", f"Bowl {n}."), ("Deutsch", f"Schale {n}."))
    ]
    assert texts(ass(*events)) == [f"Bowl {n}." for n in range(5)]


def test_lrc_lines_are_sung_in_order_of_time() -> None:
    """A chorus stands once with all its times; an empty line ends the one before; the offset is taken off."""
    document = read_lrc(
        "[ti:Mud]\n[offset:-500]\n[00:20][00:01.5]Mud first\n[00:03:25]\n[00:04.250]<00:04.25>That <00:05.00>is all\n"
    )
    assert document.kind == "audio"
    assert document.title == "Mud"
    assert [(c.text, c.start_s, c.end_s) for c in document.cues] == [
        ("Mud first", 2.0, 3.75),
        ("That is all", 4.75, 20.5),
        ("Mud first", 20.5, 25.5),
    ]


def test_lrc_credits_go_and_of_two_languages_at_one_time_one_stays() -> None:
    """As music services write them: who wrote it first, then original and translation with equal times."""
    lines = "".join(f"[00:0{n}.00]先看泥\n[00:0{n}.00]Mud first\n" for n in range(2, 8))
    assert texts(read_lrc("[00:00.00]作词 : 莫拉\n" + lines, "en")) == ["Mud first"] * 6


TTML = """<?xml version="1.0" encoding="UTF-16"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter"
    xmlns:ttm="http://www.w3.org/ns/ttml#metadata" ttp:frameRate="25" ttp:tickRate="10000000" xml:lang="en-GB">
<head><metadata><ttm:title>The Kiln</ttm:title>
<ttm:agent xml:id="m" type="person"><ttm:name>Mara</ttm:name></ttm:agent></metadata></head>
<body{body}><div{div}>{cues}</div></body></tt>"""


def ttml(cues: str, body: str = "", div: str = "") -> Document:
    return read_ttml(TTML.format(cues=cues, body=body, div=div))


@pytest.mark.parametrize(
    ("times", "span"),
    [
        ('begin="00:00:01.500" end="00:00:02"', (1.5, 2.0)),
        ('begin="00:00:01:05" end="00:00:02:10"', (1.2, 2.4)),
        ('begin="1500ms" dur="0.5s"', (1.5, 2.0)),
        ('begin="15000000t" end="20000000t"', (1.5, 2.0)),
        ('begin="50f" end="0.05m"', (2.0, 3.0)),
    ],
)
def test_ttml_times_in_every_notation(times: str, span: tuple[float, float]) -> None:
    """Clock, frames, offsets and ticks."""
    (cue,) = ttml(f"<p {times}>Hello <span>there</span><br/>you.</p>").cues
    assert (cue.text, cue.start_s, cue.end_s) == ("Hello there you.", *span)


def test_ttml_times_count_from_what_they_lie_in() -> None:
    """A division that begins at ten seconds moves its paragraphs; one without times of its own has its span's."""
    document = ttml(
        '<p begin="1s" end="2s" ttm:agent="m">One.</p><p><span begin="3s" end="4s">Two</span> <span begin="4s" end="5s">three.</span></p>',
        div=' begin="10s" end="1h"',
    )
    assert [(c.text, c.start_s, c.end_s, c.speaker) for c in document.cues] == [
        ("One.", 11.0, 12.0, "Mara"),
        ("Two three.", 13.0, 15.0, None),
    ]
    assert (document.title, document.language) == ("The Kiln", "en")


@pytest.mark.parametrize(
    "prolog", ['<!DOCTYPE tt [<!ENTITY a "x">]>', '<!DOCTYPE tt SYSTEM "http://a.example/t.dtd">']
)
def test_ttml_with_a_document_type_is_refused(prolog: str) -> None:
    """Entities are never defined, so none is expanded or fetched."""
    with pytest.raises(BadInput) as caught:
        read_ttml(
            prolog + TTML.split("?>", 1)[1].format(cues='<p begin="1s" end="2s">&a;</p>', body="", div="")
        )
    assert caught.value.code == "unsafe_xml"


@pytest.mark.parametrize(
    ("read", "text", "code"),
    [
        (read_ass, "[Script Info]\n[Events]\n", "not_subtitles"),
        (read_ass, ASS.replace("{events}", "Dialogue: 0,0:00:01.00,0:00:02.00,Sign,,0,0,0,,SHOP"), "no_text"),
        (read_lrc, "[ti:Mud]\nno times", "not_subtitles"),
        (read_lrc, "[00:01.00]\n[00:02.00] ♪\n", "no_text"),
        (
            read_ttml,
            "<tt xmlns='http://www.w3.org/ns/ttml'><body><div><p>Hi</p></div></body></tt>",
            "not_subtitles",
        ),
        (read_ttml, "<tt xmlns='http://www.w3.org/ns/ttml'><body>", "bad_xml"),
    ],
)
def test_files_without_words_say_so(read: Callable[[str], Document], text: str, code: str) -> None:
    """No times, no words and no XML are different reasons."""
    with pytest.raises(BadInput) as caught:
        read(text)
    assert caught.value.code == code


def sniffed(name: str, data: bytes) -> ReaderSpec:
    found = sniff(Head(data[: 1 << 16], name))
    assert isinstance(found, ReaderSpec)
    return found


@pytest.mark.parametrize(
    ("name", "language", "key"),
    [
        ("bilingual.ass", None, "english_lines"),
        ("bilingual.ass", "en", "english_lines"),
        ("bilingual.ass", "zh", "chinese_lines"),
        ("song.lrc", None, "song_in_sung_order"),
        ("plain.en.srt", "en", "english_lines"),
        ("lesson.zh.gbk.srt", "zh", "chinese_lines"),
        ("lesson.zh-en.utf16le.srt", "zh", "chinese_lines"),
        ("lesson.zh-en.utf16le.srt", "en", "english_lines"),
    ],
)
def test_every_real_file_says_what_is_expected_of_it(
    samples: Path, name: str, language: str | None, key: str
) -> None:
    """Found by content, decoded and cleaned: line for line what was said or sung."""
    folder = samples / "subtitles"
    data = (folder / name).read_bytes()
    (document,) = sniffed(name, data).read(Opened(name, data, language))
    assert (
        texts(told_apart(document)) == json.loads((folder / "expected.json").read_text(encoding="utf-8"))[key]
    )


def test_the_real_bilingual_file_knows_who_speaks_and_when(samples: Path) -> None:
    """Line seven is Theo's; times are those of the SRT, to the hundredth of a second that ASS has."""
    folder = samples / "subtitles"
    cues = read_ass((folder / "bilingual.ass").read_text(encoding="utf-8-sig")).cues
    times = json.loads((folder / "expected.json").read_text(encoding="utf-8"))["cue_times"]
    assert [cue.speaker for cue in cues] == ["Mara"] * 6 + ["Theo"] + ["Mara"] * 5
    assert [[cue.start_s, cue.end_s] for cue in cues] == [pytest.approx(time, abs=0.01) for time in times]

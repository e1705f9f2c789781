"""Timing lines, markup and single bad places as people, editors and translators leave them."""

from __future__ import annotations

from pathlib import Path

import pytest

from fenshen.core.db import Database
from fenshen.library.dropped import Dropped
from fenshen.library.encoding import decode_text
from fenshen.library.items import list_items
from fenshen.library.readers.caption_times import is_damaged_timing, read_timing
from fenshen.library.readers.captions import plain_lines
from fenshen.library.readers.subtitles import SPEC, read_subtitles
from fenshen.library.reading import Head, Opened
from fenshen.library.report.report import as_json, library_report

from .conftest import Take

TIMINGS = [
    ("00:00:04 --> 00:00:07", 4, 7),
    ("00:00:01,000 -> 00:00:03,000", 1, 3),
    ("００：００：０１，０００ --> ００：００：０３，５００", 1, 3.5),
    ("٠٠:٠٠:٠١,٠٠٠ --> ٠٠:٠٠:٠٣,٠٠٠", 1, 3),
    ("00:00:01,000 –> 00:00:03,000", 1, 3),
    ("00:00:01,000 —> 00:00:03,000", 1, 3),
    ("00:00:01,000 → 00:00:03,000", 1, 3),
    ("00:00:01,000 -- > 00:00:03,000", 1, 3),
    ("00: 00: 01, 000 - -> 00: 00: 03, 000", 1, 3),
    ("00:00:01:500 --> 00:00:03:250", 1.5, 3.25),
    ("00:00:01.5 --> 00:00:03.25", 1.5, 3.25),
    ("01:02.500 --> 01:04.000 align:start position:0%", 62.5, 64),
    ("0:00:01.000,0:00:03.000", 1, 3),
    ("00:00:01.00,00:00:03.00", 1, 3),
    ("00:00:01:12 - 00:00:03:00", 1.48, 3),
    ("-00:00:01,000 --> 00:00:03,000", 0, 3),
    ("00:00:05,000 --> 00:00:03,000", 5, 5),
    ("00:00:61,000 --> 00:01:05,000", 61, 65),
    ("00:00:01,000 --> 00:00:03,000 X1:100 X2:200 Y1:100 Y2:200", 1, 3),
    ("[00:00:01.000 --> 00:00:03.000]", 1, 3),
    ("00:00:01,000 -->", 1, 1),
    ("00:00:1x,000 --> 00:00:03,000", 3, 3),
    ("\t100:00:00,000-->100:00:01,000", 360000, 360001),
]
NO_TIMINGS = [
    "Between 10:30 and 11:45 we sharpen",
    "10:30 -> 11:45",
    "10:30 - 11:45 lunch",
    "John 3:16 - 4:1",
    "00:00:01,000",
    "99999:00:00,000 --> 99999:00:01,000",
]


@pytest.mark.parametrize(("line", "start_s", "end_s"), TIMINGS)
def test_timing_lines(line: str, start_s: float, end_s: float) -> None:
    """Both clocks are read, whatever stands between them."""
    timing = read_timing(line)
    assert timing is not None
    assert (timing.start_s, timing.end_s, timing.text) == (pytest.approx(start_s), pytest.approx(end_s), "")


@pytest.mark.parametrize("line", NO_TIMINGS)
def test_words_with_times_in_them_are_words(line: str) -> None:
    """A line that somebody says is no timing line."""
    assert read_timing(line) is None


@pytest.mark.parametrize(
    ("line", "damaged"),
    [
        ("00:00:1x,000 --> 00:00:0y,000", True),
        ("--> 00:00:0y,000", True),
        ("at 10:30 --> go", False),
        ("12:30 --> 13:40 is lunch", False),
        ("0O:00:01,000 --> 00:0O:03,000", True),
        ("the arrow --> points there", False),
        ("from 10:30", False),
    ],
)
def test_a_damaged_timing_line_is_told_from_words(line: str, damaged: bool) -> None:
    """It was meant as a time: an arrow and the rest of a clock."""
    assert read_timing(line) is None and is_damaged_timing(line) is damaged


FILES: list[tuple[str, str, list[tuple[float, str]], list[Dropped]]] = [
    (
        "fractions here and none there",
        "1\n00:00:01,000 --> 00:00:02,000\nOne.\n\n2\n00:00:03 --> 00:00:04\nTwo.\n",
        [(1, "One."), (3, "Two.")],
        [],
    ),
    (
        "no blank line before the next number",
        "3\n00:00:01,000 --> 00:00:02,000\nOne.\n4\n00:00:03,000 --> 00:00:04,000\nTwo.\n5\n00:00:05,000 --> 00:00:06,000\nThree.\n",
        [(1, "One."), (3, "Two."), (5, "Three.")],
        [],
    ),
    (
        "a number that is said stays where cues have none",
        "00:00:01,000 --> 00:00:02,000\nHow many?\n4\n\n00:00:03,000 --> 00:00:04,000\nTwo.\n",
        [(1, "How many? 4"), (3, "Two.")],
        [],
    ),
    (
        "a blank line between number and time",
        "1\n\n00:00:01,000 --> 00:00:02,000\nOne.\n\n2\n\n00:00:03,000 --> 00:00:04,000\nTwo.\n",
        [(1, "One."), (3, "Two.")],
        [],
    ),
    (
        "every cue called 1",
        "1\n00:00:01,000 --> 00:00:02,000\nOne.\n1\n00:00:03,000 --> 00:00:04,000\nTwo.\n1\n00:00:05,000 --> 00:00:06,000\nThree.",
        [(1, "One."), (3, "Two."), (5, "Three.")],
        [],
    ),
    (
        "old Mac line ends",
        "1\r00:00:01,000 --> 00:00:02,000\rOne.\r\r2\r00:00:03,000 --> 00:00:04,000\rTwo.\r",
        [(1, "One."), (3, "Two.")],
        [],
    ),
    (
        "out of order",
        "1\n00:00:09,000 --> 00:00:10,000\nLast.\n\n2\n00:00:03,000 --> 00:00:04,000\nFirst.\n",
        [(3, "First."), (9, "Last.")],
        [],
    ),
    (
        "words on the timing line",
        "00:00:01,000 --> 00:00:02,000 One thing\nat a time.\n",
        [(1, "One thing at a time.")],
        [],
    ),
    (
        "one damaged time",
        "1\n00:00:01,000 --> 00:00:02,000\nOne.\n\n2\n00:0x:03,000 --> 00:0y:04,000\nLost.\n\n3\n00:00:05,000 --> 00:00:06,000\nThree.\n",
        [(1, "One."), (5, "Three.")],
        [Dropped("bad_time", 1, "line 6")],
    ),
    (
        "empty cues are counted",
        "1\n00:00:01,000 --> 00:00:02,000\n\n2\n00:00:03,000 --> 00:00:04,000\nTwo.\n\n3\n00:00:05,000 --> 00:00:06,000\n&nbsp;\n",
        [(3, "Two.")],
        [Dropped("empty_cue", 2, "line 2")],
    ),
    (
        "a byte-order mark where two files were joined",
        "1\n00:00:01,000 --> 00:00:02,000\nOne.\n\n\ufeff2\n00:00:03,000 --> 00:00:04,000\nTwo.\n",
        [(1, "One."), (3, "Two.")],
        [],
    ),
    (
        "a blank line after the time in WebVTT",
        "WEBVTT\n\n00:01.000 --> 00:02.000\n\nOne.\n\nsecond\n00:03.000 --> 00:04.000\nTwo.\n\nNOTE nobody\nsays this\n",
        [(1, "One."), (3, "Two.")],
        [],
    ),
    (
        "SBV",
        "0:00:01.000,0:00:02.500\nOne,\nand a half.\n\n0:00:03.000,0:00:04.000\nTwo.\n",
        [(1, "One, and a half."), (3, "Two.")],
        [],
    ),
    (
        "SubViewer",
        "[INFORMATION]\n[TITLE]Kettles\n[END INFORMATION]\n[SUBTITLE]\n[COLF]&HFFFFFF,[STYLE]bd,[SIZE]24,[FONT]Tahoma\n"
        "00:00:01.00,00:00:02.00\nOne[br]thing.\n\n00:00:03.00,00:00:04.00\nTwo.\n",
        [(1, "One thing."), (3, "Two.")],
        [],
    ),
]


@pytest.mark.parametrize(("text", "said", "dropped"), [case[1:] for case in FILES], ids=[c[0] for c in FILES])
def test_what_is_said_and_what_is_left_out(
    text: str, said: list[tuple[float, str]], dropped: list[Dropped]
) -> None:
    """Words at their times; whatever cannot be used is counted with its line."""
    assert SPEC.recognises(Head(text.encode(), "talk.srt"))
    document = read_subtitles(text)
    assert [(cue.start_s, cue.text) for cue in document.cues] == said
    assert list(document.dropped) == dropped


@pytest.mark.parametrize(
    "data",
    [
        b"1\n00:00:01,000 --> 00:00:02,000\nA\0 kettle\x07.\n",
        "1\n00:00:01,000 --> 00:00:02,000\nA kettle.\n".encode("utf-16-le"),
        "1\n00:00:01,000 --> 00:00:02,000\nA kettle.\n".encode("utf-16-be"),
        "1\r00:00:01,000 --> 00:00:02,000\rA kettle.\r".encode("utf-16"),
    ],
    ids=["stray zero", "UTF-16 without a mark", "the other way round", "old Mac in UTF-16"],
)
def test_bytes_that_tools_leave(data: bytes) -> None:
    """A zero or bell in a text, and UTF-16 in every habit, are still text."""
    assert SPEC.recognises(Head(data, "talk.srt"))
    assert [cue.text for cue in SPEC.read(Opened("talk.srt", data))[0].cues] == ["A kettle."]


def test_zeros_all_over_are_no_text() -> None:
    """A binary file stays one."""
    with pytest.raises(Exception, match="not text"):
        decode_text(b"RIFF\0\0\0\1abc\0\0def\0\x01\x02" * 9)


MARKUP = [
    ("Upper<br>lower<br />last", ["Upper", "lower", "last"]),
    ("5 < 6 and 7 > 3 in every workshop", ["5 < 6 and 7 > 3 in every workshop"]),
    ("if a<b and c>d", ["if a<b and c>d"]),
    ('<i>One</i> <B>two</B> <font color="#ff0000">three</font>', ["One two three"]),
    ("<c.yellow.bg_blue>One</c> <v.loud Otto>two", ["One two"]),
    ("right<00:00:01.500><c> then</c>", ["right then"]),
    ("古い<ruby>薬缶<rp>(</rp><rt>やかん</rt><rp>)</rp></ruby>を直した", ["古い薬缶を直した"]),
    ("{\\an8}Up here {Otto leaves the room}now", ["Up here now"]),
    ("\u202bالغلاية\u202c تغني", ["الغلاية تغني"]),
    ("the [ __ ] kettle [&nbsp;__&nbsp;]", ["the  kettle "]),
    ("♪ the kettle sings ♫ 🎵", [" the kettle sings  "]),
    ("one\\Ntwo\\hthree&nbsp;four", ["one", "two three four"]),
    ("Tom &amp; Jerry &lt;i&gt;said&lt;/i&gt; &#39;no&#39;", ["Tom & Jerry said 'no'"]),
    ("<kettle> is a word", ["<kettle> is a word"]),
    ("see </ i> and < / b >", ["see  and "]),
    ("Schiff\u00adfahrt\u200b!", ["Schifffahrt!"]),
]


@pytest.mark.parametrize(("line", "shown"), MARKUP)
def test_only_markup_is_markup(line: str, shown: list[str]) -> None:
    """Known tags, notes and invisible marks go, breaks break, everything else is said."""
    assert plain_lines(line) == shown


def test_what_is_left_out_is_kept_with_the_item_and_counted(folder: Path, db: Database, take: Take) -> None:
    """The ingest names the file, the item remembers, the report adds up."""
    text = "1\n00:00:01,000 --> 00:00:02,000\n\n2\n00:00:03,000 --> 00:00:09,000\nThe kettle is not broken.\n"
    (folder / "talk.srt").write_text(text)
    (folder / "whole.md").write_text("Nothing is missing here.\n")
    report = take()
    assert [(one.path, one.reason) for one in report.incomplete] == [
        ("talk.srt", "1 place left out (line 2): a time with no words")
    ]
    kept = {item.path: item.dropped for item in list_items(db, "mara")}
    assert kept == {"talk.srt": (Dropped("empty_cue", 1, "line 2"),), "whole.md": ()}
    figures = library_report(db, "mara").figures
    assert figures.dropped == {"empty_cue": 1}
    assert as_json(library_report(db, "mara"))["dropped"] == {"empty_cue": 1}

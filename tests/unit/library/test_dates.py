"""Days in every habit of writing them, and what only looks like one."""

from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath

import pytest

from fenshen.library.dates import day_order, epoch_day, read_date
from fenshen.library.names import parse_name

M12, F3 = date(2021, 3, 12), date(2020, 2, 3)

DATES: list[tuple[str, date | None]] = [
    ("2021-03-12", M12), ("2021-3-12", M12), ("2021/03/12 14:05", M12), ("2021.03.12 - The seal", M12),
    ("2021. 3. 12.", M12), ("[2021-03-12] The seal", M12), ("2021_03_12", M12), ("2021:03:12 14:05:11", M12), ("２０２１／０３／１２", M12),
    ("2020-02-03T24:00:00", F3), ("20200203T160000Z", F3), ("2020-02-03T16:00:00+08:00", F3), ("20210312 The seal", M12),
    ("GMT20210312-140511_Recording_1920x1080", M12), ("VID_20210312_140511", M12), ("IMG-20210312-WA0001", M12),
    ("2021年3月12日", M12), ("录像_2021年3月12日_下午", M12), ("2020年2月3日 16:00", F3), ("二〇二一年三月十二日", M12),
    ("二零二零年二月三号", F3), ("令和3年3月12日", M12), ("令和元年5月1日", date(2019, 5, 1)), ("平成31年4月30日", date(2019, 4, 30)),
    ("民國110年3月12日", M12), ("2021년 3월 12일", M12), ("Feb 3, 2020", F3), ("Feb. 3rd, 2020", F3), ("February 3 2020", F3),
    ("3 Feb 2020", F3), ("03-Feb-2020", F3), ("3rd of February 2020", F3), ("3. Februar 2020", F3), ("Mo, 3. Feb. 2020", F3),
    ("Tue, 4 Février 2020 10:00:00 GMT", date(2020, 2, 4)), ("1er février 2020", date(2020, 2, 1)), ("sept. 4, 2020", date(2020, 9, 4)),
    ("3 de febrero de 2020", F3), ("3 de fevereiro de 2020", F3), ("3 febbraio 2020", F3), ("3 februari 2020", F3),
    ("3 Şubat 2020 Pazartesi", F3), ("3 февраля 2020 г.", F3), ("3 лютого 2020", F3), ("3 lutego 2020", F3), ("3 listopada 2020", date(2020, 11, 3)), ("3. listopada 2020.", date(2020, 10, 3)), ("3. února 2020", F3),
    ("2020. február 3.", F3), ("3 февр. 2020", F3), ("3 tháng 2, 2020", F3), ("ngày 3 tháng 2 năm 2020", F3), ("3. helmikuuta 2020", F3),
    ("3 Φεβρουαρίου 2020", F3), ("3 กุมภาพันธ์ 2563", F3), ("3 ก.พ. 2563", F3), ("3 فبراير 2020", F3), ("٣ فبراير ٢٠٢٠", F3),
    ("3 फ़रवरी 2020", F3), ("2020 Feb 3", F3), ("2020-Feb-03", F3), ("Monday, February 3rd, 2020 at 10:00", F3),
    ("Fri Mar 12 14:05:11 +0800 2021", M12), ("Fri Mar 12 14:05:11 2021", M12), ("12.03.2021", M12), ("3.2.2020 klo 10", F3),
    ("13/02/2020", date(2020, 2, 13)), ("02/13/2020", date(2020, 2, 13)), ("04/04/2020", date(2020, 4, 4)), ("25/3/2564", date(2021, 3, 25)),
    ("Mon, 03 Feb 2020 16:00:00 +0000", F3), ("published on 2020-02-03, revised 2021-01-01", F3),
    # none
    ("03/04/2020", None), ("2020-02-30", None), ("2021-13-01", None), ("31 февраля 2020", None), ("12345678", None), ("20211345", None),
    ("138 0013 8000", None), ("+49 2021 0312", None), ("id 202103124711", None), ("x20210312y", None), ("0001-01-01T00:00:00Z", None),
    ("3 Kettle 2020", None), ("March 2020", None), ("2020", None), ("1920x1080", None), ("v2.10.3", None), ("", None),
    ("20210312.5", None), ("19991231999", None), ("Chapter 12 of 2020", None), ("May I 2020", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "day"), DATES, ids=[text or "nothing" for text, _ in DATES])
def test_the_day_that_a_text_states(text: str, day: date | None) -> None:
    """In whatever notation, language or calendar; ids, versions and days that do not exist are none."""
    assert read_date(text) == day


@pytest.mark.parametrize(
    ("texts", "order", "day"),
    [
        (["03/04/2020", "13/04/2020"], "dmy", date(2020, 4, 3)),
        (["03/04/2020", "04/13/2020"], "mdy", date(2020, 3, 4)),
        (["03/04/2020", "05/06/2020"], None, None),
        (["03/04/2020", "13/04/2020", "04/13/2020"], None, None),
    ],
)
def test_sibling_lines_decide_what_one_line_leaves_open(
    texts: list[str], order: str | None, day: date | None
) -> None:
    """One day beyond the twelfth is enough; lines that disagree decide nothing."""
    found = day_order(texts)
    assert found == order
    assert read_date(texts[0], found) == day


@pytest.mark.parametrize(
    ("seconds", "day"),
    [
        (1615528800, M12),
        ("1615528800", M12),
        (1615528800123, M12),
        ("soon", None),
        (None, None),
        (1e300, None),
    ],
)
def test_seconds_and_milliseconds_since_1970(seconds: object, day: date | None) -> None:
    """Where a field says that it is one."""
    assert epoch_day(seconds) == day


NAMES: list[tuple[str, str, date | None, str | None]] = [
    ("2024-03-16 The Mantel Clock.en.srt", "The Mantel Clock", date(2024, 3, 16), "en"),
    ("20210312 The third seal.srt", "The third seal", M12, None),
    ("2021.03.12 - The third seal.srt", "The third seal", M12, None),
    ("[2021-03-12] The third seal.vtt", "The third seal", M12, None),
    ("【2021年3月12日】老茶壶.srt", "老茶壶", M12, None),
    ("GMT20210312-140511_Recording.mp4", "Recording", M12, None),
    ("2021-03-12 14-05-11.mkv", "2021-03-12 14-05-11", M12, None),
    ("2021-03-12 2024 in review.md", "2024 in review", M12, None),
    ("2021-03-12 100000 kettles.md", "100000 kettles", M12, None),
    ("Screen Recording 2021-03-12 at 14.05.11.mov", "Screen Recording 2021-03-12 at 14.05.11", M12, None),
    ("录像_2021年3月12日_下午.mp4", "录像_2021年3月12日_下午", M12, None),
    ("My talk, 3 Feb 2020.md", "My talk", F3, None),
    ("Talk (12.03.2021).md", "Talk", M12, None),
    ("The third seal [dQw4w9WgXcQ].en.vtt", "The third seal", None, "en"),
    ("The third seal-dQw4w9WgXcQ.mp4", "The third seal", None, None),
    ("水壶 [BV1xx411c7mD].zh-CN.ass", "水壶", None, "zh"),
    ("Talk [123456789].mp4", "Talk", None, None),
    ("Nature [documentary].mp4", "Nature [documentary]", None, None),
    ("Notes [2nd edition].md", "Notes [2nd edition]", None, None),
    ("The seal.ai-zh.srt", "The seal", None, "zh"),
    ("The seal.zh-Hans.srt", "The seal", None, "zh"),
    ("The seal.en-orig.vtt", "The seal", None, "en"),
    ("The seal.es-419.vtt", "The seal", None, "es"),
    ("The seal.eng.srt", "The seal", None, "en"),
    ("The seal.en.forced.srt", "The seal", None, "en"),
    ("plan_it.md", "plan_it", None, None),
    ("12345678.mp3", "12345678", None, None),
    ("Notes v2.10.2021 beta.md", "Notes v2.10.2021 beta", None, None),
    ("2024-02-30 Leap.md", "2024-02-30 Leap", None, None),
]


@pytest.mark.parametrize(("name", "title", "day", "language"), NAMES, ids=[case[0] for case in NAMES])
def test_what_a_name_says(name: str, title: str, day: date | None, language: str | None) -> None:
    """Day, language and a downloader's id are off the title; what is nothing but a time stays whole."""
    found = parse_name(PurePosixPath("talks") / name)
    assert (found.title, found.published, found.language) == (title, day, language)

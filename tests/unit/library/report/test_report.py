"""A stored library to its report: what is counted, what is not, and that size does not matter."""

from __future__ import annotations

import hashlib
import json
import tracemalloc
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from fenshen.cli.library_report import time_line
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.library import rules, tables
from fenshen.library.claims import Rights
from fenshen.library.matching import parse_match
from fenshen.library.privacy.review import personal_data, personal_data_places
from fenshen.library.report.figures import Month
from fenshen.library.report.report import as_json, library_report
from fenshen.library.report.topics import find_topics

from ..conftest import Take

TALK = "1\n00:00:00,000 --> 00:01:00,000\nThe kettle is not broken, it is sulking about limescale again.\n"


def test_what_is_the_creators_own_and_may_be_used_is_told_apart(
    folder: Path, db: Database, take: Take
) -> None:
    """Own words, other people's, private ones, undated ones, formats and months."""
    (folder / "private").mkdir()
    (folder / "private" / "diary.md").write_text("The key is behind the barometer.")
    (folder / "2024-03-16 Kettles.en.srt").write_text(TALK)
    (folder / "2024-05-01-log.md").write_text("**keith:** Is that rain?\n\n**Mara:** It is rain, on tin.\n")
    (folder / "诗.md").write_text("今天的水壶又在生气，我们慢慢修它。")
    take()
    figures = library_report(db, "mara").figures
    assert (figures.items, figures.private_items, figures.undated_items) == (3, 1, 1)
    assert figures.months == {"2024-03": Month(1, 11, 60 / 3600), "2024-05": Month(1, 8, 0.0)}
    assert figures.formats == {"subtitles": 1, "markdown": 2}
    assert (figures.by_language["en"].words, figures.by_language["en"].own_words) == (19, 16)
    chinese = figures.by_language["zh"]
    assert chinese.own_words == 15 and chinese.learnable == pytest.approx(15 / 1.8)
    assert figures.own_share == pytest.approx(31 / 34)
    assert figures.usable == {"train": 3, "cite": 3, "speak": 3, "sing": 0}
    assert figures.speech_s == 0, "captions without their sound are no voice"


def test_without_a_word_about_rights_everything_waits(folder: Path, db: Database, take: Take) -> None:
    """Nothing is learnable, all of it waits, and the report says which command opens it."""
    (folder / "a.srt").write_text(TALK)
    take()
    rules.remove_rule(db, VirtualClock(), "mara", 1, by="test")
    report = library_report(db, "mara")
    assert report.figures.unspoken_items == 1
    assert (report.figures.by_language["en"].learnable, report.figures.by_language["en"].waiting) == (0, 11)
    assert report.grades.rights.letter == "F" and report.steps[0].code == "settle_rights"


def test_rights_are_counted_by_owner_and_use(folder: Path, db: Database, take: Take) -> None:
    """Somebody else's item that may only be cited is neither learnable nor the creator's to open."""
    (folder / "a.md").write_text("Gerald is a screwdriver.")
    (folder / "guest.md").write_text("Ada speaks of ferries.")
    take()
    rules.add_rule(
        db,
        VirtualClock(),
        "mara",
        parse_match("folder:guest*"),
        Rights(("cite",), "Ada", "CC-BY-4.0"),
        "test",
    )
    figures = library_report(db, "mara").figures
    assert figures.owners == {"mine": 1, "others": 1}
    assert figures.licences == {"none stated": 1, "CC-BY-4.0": 1}
    assert (figures.usable["train"], figures.usable["cite"]) == (1, 2)
    assert (figures.by_language["en"].learnable, figures.by_language["en"].waiting) == (4, 0)


def test_own_speech_counts_where_its_sound_is_kept(db: Database) -> None:
    """The creator's seconds, without other people's, without marked ones."""
    add_items(db, 3, media_sha256="m", passages=4)
    with db.write() as connection:
        connection.execute(
            tables.passages.update().where(tables.passages.c.ordinal == 0).values(is_creator=False)
        )
        connection.execute(
            tables.passages.update().where(tables.passages.c.ordinal == 1).values(marks=["sponsor"])
        )
    figures = library_report(db, "mara").figures
    assert figures.clean_speech_s == figures.speech_s == pytest.approx(3 * 2 * 27.0)
    assert figures.marked == {"sponsor": 3 * 5}


def test_an_empty_library_has_a_report(db: Database) -> None:
    """All zeros, F, and one step."""
    report = library_report(db, "nobody")
    assert report.figures.items == 0 and report.topics == ()
    assert [note.code for note in report.steps] == ["first_items"]


def test_the_report_as_json_is_stable_and_has_every_sentence(folder: Path, db: Database, take: Take) -> None:
    """It survives JSON, and what privacy and the caller count is in it."""
    (folder / "a.srt").write_text(TALK)
    take()
    with db.write() as connection:
        row = {"id": "pd_1", "creator": "mara", "kind": "email", "digest": "d", "decision": "mask"}
        connection.execute(personal_data.insert().values(row))
        (item,) = connection.execute(sa.select(tables.items.c.id)).scalars()
        place = {"value_id": "pd_1", "item_id": item, "spellings": ["a@b.example"], "sightings": 2}
        connection.execute(personal_data_places.insert().values(place))
    report = library_report(db, "mara", skipped={"empty": 3})
    shown = json.loads(json.dumps(as_json(report)))
    assert (shown["masked"], shown["undecided_voices"], shown["skipped"]) == ({"email": 2}, 0, {"empty": 3})
    assert shown["masked_per_1000_words"] == pytest.approx(2000 / 11, abs=0.01)
    assert set(shown["grades"]) == {"text", "voice", "rights", "overall"}
    assert all(step["sentence"] for step in shown["steps"])


def test_memory_does_not_grow_with_the_number_of_items(db: Database) -> None:
    """Two thousand items more cost less than two megabytes more at the peak."""
    peaks = []
    for more in (500, 2_000):
        add_items(db, more, passages=2)
        tracemalloc.start()
        report = library_report(db, "mara")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert report.figures.items == 2_500 and report.figures.words == 2_500 * 10
    assert peaks[1] < peaks[0] + 4_000_000


def test_topics_are_words_that_stand_together() -> None:
    """Three subjects, shuffled, come apart again; words that stand everywhere name none of them."""
    subjects = ["kettle limescale boil descale", "umbrella rib fabric candle", "clock pendulum spring sunday"]
    texts = [f"always the bench and {subjects[n % 3]} {subjects[n % 3]} bench" for n in range(30)]
    found = find_topics(texts, "en")
    assert {frozenset(topic.words[:4]) for topic in found} == {frozenset(s.split()) for s in subjects}
    assert sum(topic.share for topic in found) == pytest.approx(1, abs=0.01)
    assert find_topics(texts, "en") == found


def test_topics_are_found_in_chinese() -> None:
    """Character pairs, without those that every sentence has."""
    subjects = ["水壶 水垢 柠檬酸", "雨伞 伞骨 蜡烛", "挂钟 钟摆 发条"]
    found = find_topics([f"今天我们说说{subjects[n % 3]}，我的{subjects[n % 3]}。" for n in range(24)], "zh")
    assert len(found) == 3
    assert any({"水壶", "水垢"} <= set(topic.words) for topic in found)


@pytest.mark.parametrize("texts", [[], ["one text"], [""] * 50, ["the and of"] * 50])
def test_too_little_to_tell_has_no_topics(texts: list[str]) -> None:
    """No topic is better than an empty one."""
    assert find_topics(texts, "en") == ()


def test_the_time_line_fills_its_gaps() -> None:
    """A month without anything is a gap, ends are named, and a long history still fits."""
    line, ends = time_line({"2024-01": Month(words=80), "2024-11": Month(words=40)}).split("\n")
    assert line == "█         ▄" and ends == "2024-01 2024-11"
    long, _ = time_line({"2005-01": Month(words=1), "2025-12": Month(words=1)}).split("\n")
    assert len(long) == 60 and long[0] == long[-1] == "█"
    assert time_line({"2024-01": Month(words=0)}) == " \n2024-01"


def add_items(db: Database, count: int, passages: int, **fields: Any) -> None:
    """Items with passages of five words, straight into the tables."""
    with db.read() as connection:
        have = len(connection.execute(tables.items.select()).all())
    items, cut = [], []
    for number in range(have, have + count):
        item_id = f"item_{number:026d}"
        items.append(
            {
                "id": item_id,
                "creator": "mara",
                "path": f"{number}.srt",
                "source": str(number),
                "part": "",
                "title": "t",
                "kind": "video",
                "language": "en",
                "published": date(2024, 1, 1),
                "sha256": str(number),
                "private": False,
                "words": 5 * passages,
                "added": datetime(2026, 1, 1, tzinfo=UTC),
                "uses": ["train", "cite", "speak"],
                "owner": "mine",
                "rights_by": "rule",
                **fields,
            }
        )
        for ordinal in range(passages):
            digest = hashlib.sha256(f"{item_id}{ordinal}".encode()).hexdigest()[:26]
            cut.append(
                {
                    "id": f"psg_{digest}",
                    "item_id": item_id,
                    "creator": "mara",
                    "ordinal": ordinal,
                    "start_s": ordinal * 30.0,
                    "end_s": ordinal * 30.0 + 27.0,
                    "anchor": f"t={ordinal * 30}",
                    "speaker": None,
                    "is_creator": True,
                    "text": f"kettle number {number} sulks again",
                    "language": "en",
                    "times": [],
                    "marks": [],
                }
            )
    with db.write() as connection:
        connection.execute(tables.items.insert(), items)
        connection.execute(tables.passages.insert(), cut)

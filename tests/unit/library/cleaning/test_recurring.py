"""What many items begin or end with is found by counting and marked in stored passages."""

from __future__ import annotations

import random
from pathlib import Path

from fenshen.core.db import Database
from fenshen.library import items, tables
from fenshen.library.cleaning.recurring_passages import mark_spans
from fenshen.library.cleaning.tidy import tidy
from fenshen.library.passages import Passage, second_at

from ..conftest import Take

GREETING = "Good evening from the boathouse, lamps are lit."
FAREWELL = "Mind the step on your way out and bring the lantern back."
WORDS = [
    *("kiln", "clay", "glaze", "wheel", "bowl", "spout", "handle", "shelf", "ember"),
    *("ash", "slip", "foot", "rim", "bat", "wire", "sponge", "crack", "cool"),
]


def episode(number: int, greeting: str = GREETING, farewell: str = FAREWELL) -> str:
    """Subtitles of a talk of its own between a greeting and a farewell."""
    chance = random.Random(number)
    middle = [" ".join(chance.choices(WORDS, k=9)).capitalize() + "." for _ in range(30)]
    lines = [line for line in (greeting, *middle, farewell) if line]
    return "\n\n".join(
        f"{n + 1}\n00:{n // 12:02}:{n % 12 * 5:02},000 --> 00:{n // 12:02}:{n % 12 * 5 + 4:02},000\n{line}"
        for n, line in enumerate(lines)
    )


def marked(db: Database) -> dict[str, set[str]]:
    """The marked texts by path."""
    paths = {item.id: item.path for item in items.list_items(db, "mara")}
    found: dict[str, set[str]] = {}
    for passage in items.passages(db, "mara"):
        if passage.marks:
            assert passage.marks == ("boilerplate",)
            found.setdefault(paths[passage.item_id], set()).add(passage.text)
    return found


def test_greeting_and_farewell_are_cut_off_and_marked(folder: Path, db: Database, take: Take) -> None:
    """In every episode, the sentence alone and not the passage it was in; a talk without them is left."""
    for number in range(5):
        (folder / f"{number}.srt").write_text(episode(number))
    (folder / "9.srt").write_text(episode(9, "", ""))
    take()
    before = {
        item.id: sum(len(p.text) for p in items.item_passages(db, item.id))
        for item in items.list_items(db, "mara")
    }
    report = tidy(db, "mara")
    assert marked(db) == {f"{number}.srt": {GREETING, FAREWELL} for number in range(5)}
    assert (len(report.changed), report.recurring) == (5, 10)
    for item in items.list_items(db, "mara"):
        cut = items.item_passages(db, item.id)
        assert [p.ordinal for p in cut] == list(range(len(cut)))
        assert before[item.id] - sum(len(p.text) for p in cut) <= 2


def test_words_that_vary_inside_the_greeting_do_not_hide_it(folder: Path, db: Database, take: Take) -> None:
    """The number of the episode is said each time."""
    for number in range(5):
        greeting = f"Good evening and welcome back to the boathouse, this is evening {number + 7}, lamps are lit at last."
        (folder / f"{number}.srt").write_text(episode(number, greeting))
    take()
    tidy(db, "mara")
    assert all(len(texts) == 2 for texts in marked(db).values())
    assert len(marked(db)) == 5


def test_three_items_are_not_many(folder: Path, db: Database, take: Take) -> None:
    """The creator may say a thing three times."""
    for number in range(3):
        (folder / f"{number}.srt").write_text(episode(number))
    take()
    assert tidy(db, "mara").recurring == 0


def test_one_talk_uploaded_five_times_recurs_nowhere(folder: Path, db: Database, take: Take) -> None:
    """Copies are duplicates; what they have in common is not what the creator says in every item."""
    for number in range(5):
        (folder / f"{number}.srt").write_text(episode(1) + "\n" * number)
    (folder / "a.txt").write_text("\n".join(episode(1).split("\n")[2::4]))
    take()
    report = tidy(db, "mara")
    assert report.duplicates == 5
    assert report.recurring == 0


def test_a_new_episode_is_marked_when_it_is_read(folder: Path, db: Database, take: Take) -> None:
    """What recurs is known by then; the next pass has nothing left to do."""
    for number in range(5):
        (folder / f"{number}.srt").write_text(episode(number))
    take()
    tidy(db, "mara")
    (folder / "6.srt").write_text(episode(6))
    take()
    assert marked(db)["6.srt"] == {GREETING, FAREWELL}
    assert tidy(db, "mara").changed == ()


def test_chinese_greetings_are_counted_by_characters(folder: Path, db: Database, take: Take) -> None:
    """No spaces, and the following sentence differs."""
    for number in range(5):
        chance = random.Random(number)
        middle = ["".join(chance.choices("泥碗釉窑火水轮坯裂手刀线海绵架", k=12)) + "。" for _ in range(30)]
        (folder / f"{number}.txt").write_text("\n".join(["晚上好，灯已经点上了，坐。", *middle]))
    take()
    tidy(db, "mara")
    assert marked(db) == {f"{number}.txt": {"晚上好，灯已经点上了，坐。"} for number in range(5)}


def test_cutting_a_passage_keeps_times_and_links() -> None:
    """Every piece has an id of its own and knows its second; written ones are counted anew."""
    times = ((0, 1.0), (12, 3.0), (30, 6.0))
    text = "Lamps are lit. Then the kiln cracked and we all went home."
    spoken = Passage("psg_a", "item_a", "mara", 0, 1.0, 9.0, "t=1", None, True, text, "en", times)
    written = Passage("psg_b", "item_a", "mara", 1, None, None, "p=2", None, True, "After.", "en")
    first, second, third = mark_spans([spoken, written], {0: [(0, 14)]}, "boilerplate")
    assert (first.text, first.marks, first.times, first.end_s) == (
        "Lamps are lit.",
        ("boilerplate",),
        ((0, 1.0), (12, 3.0)),
        6.0,
    )
    assert (second.ordinal, second.start_s, second.anchor) == (1, 3.0, "t=3")
    assert second.times == ((0, 3.0), (15, 6.0))
    assert second_at(second, 20) == 6.0
    assert (third.id, third.ordinal, third.anchor) == ("psg_b", 2, "p=3")
    assert len({first.id, second.id, third.id, "psg_a"}) == 4


def test_a_passage_edited_by_hand_is_not_cut(folder: Path, db: Database, take: Take) -> None:
    """What a person decided about it holds, and can still be undone."""
    for number in range(5):
        (folder / f"{number}.srt").write_text(episode(number))
    take()
    item = next(item for item in items.list_items(db, "mara") if item.path == "0.srt")
    first = items.item_passages(db, item.id)[0]
    with db.write() as connection:
        table = tables.passages
        connection.execute(table.update().where(table.c.id == first.id).values(original={"text": first.text}))
    tidy(db, "mara")
    assert items.passage(db, first.id).text == first.text
    assert marked(db)["0.srt"] == {FAREWELL}

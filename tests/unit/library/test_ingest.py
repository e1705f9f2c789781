"""Files into a library: once, again, changed, private, stopped half-way."""

from __future__ import annotations

from pathlib import Path

import pytest

from fenshen.core.db import Database
from fenshen.core.errors import NotFound, Refused
from fenshen.library import items
from fenshen.library.items import Item
from fenshen.library.rights import may

from .conftest import Take

SRT = "1\n00:00:01,000 --> 00:00:04,000\nThe kettle is not broken, it is sulking.\n\n2\n00:01:23,500 --> 00:01:26,000\nScrews in the saucer.\n"
POST = "---\ntitle: Glue\ndate: 2025-03-23\n---\n\nGlue is a lie that dries.\n"
LOG = "**keith:** is that rain?\n\n**Mara:** It is. On tin.\n"


def only(db: Database) -> Item:
    (item,) = items.list_items(db, "mara")
    return item


def test_files_become_items_with_titles_dates_and_kinds(folder: Path, db: Database, take: Take) -> None:
    """The name tells title, day and language; front matter tells them for posts; logs are turns."""
    (folder / "videos").mkdir()
    (folder / "videos" / "2024-03-16 The Mantel Clock.en.srt").write_text(SRT)
    (folder / "2025-03-23-glue.md").write_text(POST)
    (folder / "2024-09-21-live.md").write_text(LOG)
    report = take()
    assert (report.added, report.passages, report.skipped) == (3, 4, ())
    found = [(i.title, str(i.published), i.kind, i.language, i.path) for i in items.list_items(db, "mara")]
    assert found == [
        ("The Mantel Clock", "2024-03-16", "video", "en", "videos/2024-03-16 The Mantel Clock.en.srt"),
        ("2024-09-21-live".removeprefix("2024-09-21-"), "2024-09-21", "live", "en", "2024-09-21-live.md"),
        ("Glue", "2025-03-23", "post", "en", "2025-03-23-glue.md"),
    ]
    turns = [(p.speaker, p.is_creator) for p in items.passages(db, "mara") if p.speaker]
    assert turns == [("keith", False), ("Mara", True)]


def test_a_passage_can_be_fetched_and_points_at_its_second(folder: Path, db: Database, take: Take) -> None:
    """What a citation needs survives storage."""
    (folder / "a.srt").write_text(SRT)
    take()
    (passage,) = items.item_passages(db, only(db).id)
    assert items.passage(db, passage.id) == passage
    assert (passage.anchor, passage.start_s, passage.end_s) == ("t=1", 1.0, 86.0)
    assert passage.times == ((0, 1.0), (41, 83.5))


def test_running_again_adds_nothing(folder: Path, db: Database, take: Take) -> None:
    """Content that is stored is not read again, even under another name."""
    (folder / "a.srt").write_text(SRT)
    take()
    before = items.list_items(db, "mara")
    (folder / "copy.srt").write_text(SRT)
    report = take()
    assert (report.added, report.unchanged, report.replaced) == (0, 2, 0)
    assert items.list_items(db, "mara") == before


def test_a_changed_file_replaces_its_item(folder: Path, db: Database, take: Take) -> None:
    """The old passages are gone with the old text."""
    (folder / "a.md").write_text("Gerald is a screwdriver.")
    take()
    (folder / "a.md").write_text("Gerald is a goat.")
    report = take()
    assert (report.added, report.replaced) == (0, 1)
    assert [p.text for p in items.passages(db, "mara")] == ["Gerald is a goat."]


def test_two_folders_with_the_same_names_do_not_overwrite_each_other(
    tmp_path: Path, db: Database, take: Take
) -> None:
    """Chat exports are all called `_chat.txt`."""
    for name in ("Theo", "Bea"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "_chat.txt").write_text(f"[14/06/2024, 19:03:46] {name}: Are you home?")
    take(tmp_path / "Theo" / "_chat.txt")
    take(tmp_path / "Bea" / "_chat.txt")
    assert len({i.title for i in items.list_items(db, "mara")}) == 2


def test_private_items_are_kept_flagged_and_usable_for_nothing(
    folder: Path, db: Database, take: Take
) -> None:
    """Front matter or a folder called `private` is enough; a private copy makes the public one private."""
    (folder / "private").mkdir()
    (folder / "private" / "boat.md").write_text("The key is behind the barometer.")
    (folder / "safe.md").write_text("---\nprivate: true\n---\nmarmalade-otter-seventeen")
    (folder / "post.md").write_text("Twice told.")
    (folder / "private" / "post.md").write_text("Twice told.")
    take()
    stored = items.list_items(db, "mara")
    assert [i.private for i in stored] == [True, True, True]
    assert not any(may(i, use) for i in stored for use in ("train", "cite", "speak"))
    assert items.passages(db, "mara") == []
    assert len(items.passages(db, "mara", include_private=True)) == 3
    assert items.counts(db, "mara").private_items == 3


def test_withdrawn_permission_stops_before_the_next_file_and_keeps_the_rest(
    folder: Path, db: Database, take: Take
) -> None:
    """Each file is a transaction of its own, so continuing later picks up where it stopped."""
    for name in "abc":
        (folder / f"{name}.md").write_text(f"Post {name}.")
    asked: list[int] = []

    def allowed() -> None:
        asked.append(1)
        if len(asked) > 2:
            raise Refused("consent was revoked", code="no_consent")

    with pytest.raises(Refused):
        take(allowed=allowed)
    assert [i.path for i in items.list_items(db, "mara")] == ["a.md", "b.md"]
    assert (take().added, take().unchanged) == (1, 3)


def test_progress_rises_to_its_total(folder: Path, take: Take) -> None:
    """The total is known from the first call, and the last call reaches it."""
    for name in "abc":
        (folder / f"{name}.md").write_text(f"Post {name}.")
    calls: list[tuple[float, float]] = []
    take(progress=lambda done, total, note="": calls.append((done, total)))
    assert calls == sorted(calls)
    assert len({total for _, total in calls}) == 1
    assert calls[-1][0] == calls[-1][1]


def test_counts_and_forgetting(folder: Path, db: Database, take: Take) -> None:
    """The short report adds up, and a forgotten item takes its passages along."""
    (folder / "a.zh.srt").write_text(SRT.replace("Screws in the saucer.", "螺丝放碟子里。"))
    (folder / "b.md").write_text(POST)
    take()
    counts = items.counts(db, "mara")
    assert (counts.items, counts.passages, counts.kinds) == (2, 2, {"post": 1, "video": 1})
    assert counts.languages == {"en": 1, "zh": 1}
    assert counts.hours == pytest.approx(86 / 3600)
    post = next(i for i in items.list_items(db, "mara") if i.kind == "post")
    items.delete_item(db, post.id)
    assert [p.item_id for p in items.passages(db, "mara") if p.item_id == post.id] == []
    with pytest.raises(NotFound):
        items.item(db, post.id)


def test_another_creator_has_a_library_of_their_own(folder: Path, db: Database, take: Take) -> None:
    """Nothing is found under a different slug."""
    (folder / "b.md").write_text(POST)
    take()
    assert items.list_items(db, "theo") == []
    assert items.passages(db, "theo", include_private=True) == []

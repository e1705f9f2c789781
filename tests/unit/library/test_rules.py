"""A creator's rules and decisions, brought to thousands of items at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fenshen.core import audit
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.errors import AppError, BadInput, NotFound
from fenshen.core.ids import SeededIds
from fenshen.library import items, rules
from fenshen.library.claims import ALL_MINE, Rights, stored
from fenshen.library.items import Item, insert_item
from fenshen.library.matching import ALL, Match, parse_match, path_fits
from fenshen.library.rights import may
from fenshen.trust import consent, creators

from .conftest import Take
from .test_rights import MINE

CLOCK = VirtualClock()
CITE = Rights(("cite",), "Ada")


def shelve(db: Database, *found: Item) -> None:
    """Items without any rights in the library of `mara`."""
    with db.write() as connection:
        for item in found:
            fresh = {"uses": (), "owner": "", "rights_by": "", "sha256": item.id, "source": item.id}
            insert_item(connection, replace(item, **fresh), [])  # type: ignore[arg-type]


def add(db: Database, match: str, rights: Rights) -> int:
    return rules.add_rule(db, CLOCK, "mara", parse_match(match), rights, by="test")[1]


def uses(db: Database) -> dict[str, tuple[str, ...]]:
    return {item.path: item.uses for item in items.list_items(db, "mara")}


SHELF = (
    replace(
        MINE,
        id="v",
        path="videos/2024/kettle.srt",
        kind="video",
        format="srt",
        url="https://v.example/@mara/1",
    ),
    replace(
        MINE, id="g", path="videos/guests/Ada_100%.srt", kind="video", format="srt", tags=("guest", 'a "b"')
    ),
    replace(
        MINE, id="p", path="posts/glue.md", kind="post", format="markdown", url="https://v.example/@marabel"
    ),
)


@pytest.mark.parametrize(
    ("match", "fits"),
    [
        ("all", "vgp"),
        ("folder:videos", "vg"),
        ("folder:VIDEOS/", "vg"),
        ("folder:videos/*.srt", "vg"),
        ("folder:videos/20??", "v"),
        ("folder:*guests*", "g"),
        ("folder:*_100%*", "g"),
        ("folder:video", ""),
        ("folder:%", ""),
        ("kind:video", "vg"),
        ("format:srt", "vg"),
        ("format:SRT", "vg"),
        ("url:https://v.example/@mara", "v"),
        ("url:https://v.example", "vp"),
        ("tag:guest", "g"),
        ("tag:gues", ""),
        ('tag:a "b"', "g"),
    ],
)
def test_a_rule_is_about_what_its_pattern_names(db: Database, match: str, fits: str) -> None:
    """Exactly those items change, and the count says how many."""
    shelve(db, *SHELF)
    assert add(db, match, ALL_MINE) == len(fits)
    assert {item.id for item in items.list_items(db, "mara") if may(item, "train")} == set(fits)


@pytest.mark.parametrize(
    "text", ["", "everything", "all:x", "folder:", "kind:film", "url:", "tag:" + "x" * 500, "folder:\0"]
)
def test_a_pattern_that_names_nothing_is_refused(text: str) -> None:
    """With the ways to write one."""
    with pytest.raises(BadInput) as refused:
        parse_match(text)
    assert refused.value.code == "bad_match"


def test_the_last_rule_that_fits_decides_and_counts_are_of_changes(db: Database) -> None:
    """Adding, repeating and removing rules moves exactly the items concerned, back to nothing at last."""
    shelve(db, *SHELF)
    assert add(db, "all", ALL_MINE) == 3
    assert add(db, "folder:videos/guests", CITE) == 1
    assert add(db, "folder:videos/guests", CITE) == 0
    assert uses(db)["videos/guests/Ada_100%.srt"] == ("cite",)
    assert rules.remove_rule(db, CLOCK, "mara", 2, by="test") == 0
    assert rules.remove_rule(db, CLOCK, "mara", 3, by="test") == 1
    assert set(uses(db).values()) == {ALL_MINE.uses}
    assert rules.remove_rule(db, CLOCK, "mara", 1, by="test") == 3
    assert set(uses(db).values()) == {()}
    assert rules.count_unspoken(db, "mara") == 3
    with pytest.raises(NotFound):
        rules.remove_rule(db, CLOCK, "mara", 1, by="test")
    assert [entry.action for entry in audit.entries(db, subject="mara")].count("rights.rule") == 3


def test_saying_that_all_is_mine_leaves_narrower_rules_standing(db: Database) -> None:
    """It goes before them, and saying it twice adds nothing."""
    shelve(db, *SHELF)
    add(db, "folder:videos/guests", CITE)
    assert rules.claim_all(db, CLOCK, "mara", by="test") == 2
    assert rules.claim_all(db, CLOCK, "mara", by="test") == 0
    assert uses(db)["videos/guests/Ada_100%.srt"] == ("cite",)
    assert [rule.match for rule in rules.list_rules(db, "mara")] == [ALL, Match("folder", "videos/guests")]


def test_another_creators_items_are_out_of_reach(db: Database) -> None:
    """Rules are of one library."""
    shelve(db, SHELF[0], replace(MINE, id="other", creator="rowan"))
    assert add(db, "all", ALL_MINE) == 1
    assert items.item(db, "other").uses == ()


def test_ten_thousand_items_follow_a_rule(db: Database) -> None:
    """One UPDATE per rule, however many items there are."""
    with db.write() as connection:
        row = {"creator": "mara", "source": "s", "part": "", "title": "t", "kind": "post", "language": "en"}
        rest = {"private": False, "words": 1, "added": datetime(2026, 1, 1, tzinfo=UTC)}
        made = [{**row, **rest, "id": f"i{n}", "path": f"{n}.md", "sha256": str(n)} for n in range(10_000)]
        connection.execute(rules.items.insert(), made)
    assert add(db, "all", ALL_MINE) == 10_000
    assert add(db, "folder:7*.md", CITE) == 1_111


def test_a_decision_outdoes_file_and_rules_and_survives_a_new_reading(
    folder: Path, db: Database, take: Take
) -> None:
    """The file's own word beats rules, the creator's word about the item beats both, also after the file changed."""
    (folder / "a.md").write_text("---\nrights: {uses: [cite]}\n---\nGerald is a screwdriver.")
    take()
    (item,) = items.list_items(db, "mara")
    assert (item.uses, item.rights_by) == (("cite",), "file")
    rules.decide(db, CLOCK, item.id, "test", rights=Rights(("train",), "mine"))
    add(db, "all", Rights())
    (folder / "a.md").write_text("---\nrights: {uses: [cite]}\n---\nGerald is a goat.")
    take()
    (item,) = items.list_items(db, "mara")
    assert (item.uses, item.owner, item.rights_by) == (("train",), "mine", "item")


def test_a_new_word_of_the_folder_reaches_files_that_did_not_change(
    folder: Path, db: Database, take: Take
) -> None:
    """Writing, changing and removing `rights.yaml` counts at the next ingest; it is no file of the library."""
    (folder / "a.md").write_text("Gerald is a screwdriver.")
    (folder / "b.md").write_text("---\nrights: none\n---\nA goat.")
    found = []
    for said in (None, "uses: [cite]", "uses: [train]", None):
        (folder / "rights.yaml").unlink(missing_ok=True)
        if said:
            (folder / "rights.yaml").write_text(said)
        assert take().skipped == ()
        found.append(uses(db))
    assert [one["a.md"] for one in found] == [ALL_MINE.uses, ("cite",), ("train",), ALL_MINE.uses]
    assert [one["b.md"] for one in found] == [()] * 4


def test_a_folder_whose_rights_cannot_be_read_is_not_taken_in(folder: Path, db: Database, take: Take) -> None:
    """Its files are named with the reason until it is corrected."""
    (folder / "a.md").write_text("Gerald is a screwdriver.")
    (folder / "rights.yaml").write_text("rights: perhaps")
    assert [one.code for one in take().skipped] == ["bad_rights"]
    assert items.list_items(db, "mara") == []


def test_what_looks_like_anothers_work_waits_for_its_creator(folder: Path, db: Database, take: Take) -> None:
    """It may be cited; after confirming it may be learned, and a new reading does not ask again."""
    (folder / "Night Ferry (Cover).md").write_text("Down by the ferry.")
    take()
    (item,) = items.list_items(db, "mara")
    assert may(item, "cite") and not may(item, "train")
    rules.decide(db, CLOCK, item.id, "test", confirm=True)
    (folder / "Night Ferry (Cover).md").write_text("Down by the ferry, again.")
    take()
    (item,) = items.list_items(db, "mara")
    assert may(item, "train")


def test_a_rule_can_only_rest_on_a_consent_that_covers_it(db: Database) -> None:
    """It must be the creator's and name the uses; revoked, it closes the items."""
    shelve(db, *SHELF)
    creators.add_creator(db, CLOCK, "mara", "Mara Quill", None)
    until = datetime(2090, 1, 1, tzinfo=UTC)
    given_ = consent.grant(db, CLOCK, SeededIds(), "mara", ["train"], until, "test", person="Ada")
    with pytest.raises(BadInput, match="does not cover chat"):
        add(db, "all", Rights(("train", "cite"), "Ada", consent_id=given_.id))
    with pytest.raises(NotFound):
        add(db, "all", Rights(("train",), "Ada", consent_id="cns_nobody"))
    assert add(db, "folder:videos/guests", Rights(("train",), "Ada", consent_id=given_.id)) == 1
    item = items.item(db, "g")
    assert rules.consents_named(db, "mara") == {given_.id}
    assert may(item, "train", consents=consent.active_ids(db, "mara", CLOCK.now()))
    consent.revoke(db, CLOCK, given_.id, "test")
    assert not may(item, "train", consents=consent.active_ids(db, "mara", CLOCK.now()))


def test_there_is_an_end_to_rules(db: Database) -> None:
    """Past the limit the creator is told, and as many as the limit are still one statement each."""
    shelve(db, *SHELF)
    last = rules.RULES_MAX - 1
    with db.write() as connection:
        connection.execute(
            rules.rights_rules.insert(),
            [
                {
                    "creator": "mara",
                    "ordinal": n,
                    "match": f"url:https://v.example/{n}",
                    "rights": stored(CITE),
                }
                for n in range(last)
            ],
        )
    assert add(db, "kind:post", CITE) == 1
    with pytest.raises(BadInput) as refused:
        add(db, "all", CITE)
    assert refused.value.code == "too_many_rules"


@given(
    pattern=st.text("aB_%!*?[].é/", min_size=1, max_size=8),
    path=st.text("abB_%![].é/x", min_size=1, max_size=8),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_a_pattern_means_the_same_in_a_file_and_in_the_database(
    db: Database, pattern: str, path: str
) -> None:
    """`rights.yaml` and rules share one notion of fitting."""
    try:
        match = parse_match(f"folder:{pattern}")
    except AppError:
        return
    with db.write() as connection:
        connection.execute(items.tables.items.delete())
    shelve(db, replace(MINE, path=path))
    rules_before = rules.list_rules(db, "mara")
    for rule in rules_before:
        rules.remove_rule(db, CLOCK, "mara", rule.ordinal, by="test")
    assert add(db, str(match), ALL_MINE) == path_fits(match.value, path)

"""The creator's review: what ingest masked is listed in context, can be kept, masked again, and goes with its item."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from fenshen.core.db import Database
from fenshen.core.errors import NotFound
from fenshen.library import items
from fenshen.library.privacy.review import (
    Personal,
    count_personal_data,
    decide,
    personal_data,
    personal_data_of,
    personal_data_places,
)

CHAT = """[14/06/2024, 19:03:46] Theo: Which number do I give the courier?
[14/06/2024, 19:04:46] Mara: 07700 900142. And mail shop@quillpots.example for the invoice.
[14/06/2024, 19:05:46] Theo: +44 7700 900142, got it. Same as last time.
"""


@pytest.fixture
def taken(folder: Path, take: object) -> Path:
    (folder / "Theo").mkdir()
    (folder / "Theo" / "_chat.txt").write_text(CHAT, encoding="utf-8")
    take()  # type: ignore[operator]
    return folder


def texts(db: Database) -> list[str]:
    return [passage.text for passage in items.passages(db, "mara")]


def found(db: Database, kind: str) -> Personal:
    return next(one for one in personal_data_of(db, "mara") if one.kind == kind)


def everything_stored(db: Database) -> str:
    """Every cell of every table but the spellings, as text."""
    with db.read() as connection:
        tables = [t for t in items.tables.items.metadata.sorted_tables if t is not personal_data_places]
        return "\n".join(str(row) for table in tables for row in connection.execute(sa.select(table)))


def test_nothing_personal_is_stored_outside_the_review(taken: Path, db: Database) -> None:
    """Not in passages, not in items, not in the values' own table."""
    stored = everything_stored(db)
    assert "900142" not in stored
    assert "shop@" not in stored
    assert all("900142" not in text for text in texts(db))


def test_the_review_lists_values_in_context(taken: Path, db: Database) -> None:
    """Two spellings are one value; everything else personal around it stays masked."""
    phone = found(db, "phone")
    assert (phone.value, phone.count, phone.decision) == ("07700 900142", 2, "mask")
    assert phone.context.startswith("07700 900142. And mail [email-")
    assert len(phone.items) == 1
    counts = count_personal_data(db, "mara")
    assert (counts.values["phone"], counts.sightings["phone"], counts.kept) == (1, 2, 0)


def test_keeping_a_value_brings_back_each_spelling(taken: Path, db: Database) -> None:
    """In every passage as it was written there; the caller is told which ones changed."""
    before = texts(db)
    done = decide(db, "mara", found(db, "phone").id, "keep")
    after = texts(db)
    assert after[1].startswith("07700 900142. And mail [email-")
    assert after[2] == "+44 7700 900142, got it. Same as last time."
    changed = {p.id for p, old in zip(items.passages(db, "mara"), before, strict=True) if p.text != old}
    assert set(done.passages) == changed
    assert done.items == found(db, "phone").items


def test_masking_undoes_keeping(taken: Path, db: Database) -> None:
    """To the letter; deciding the same again changes nothing."""
    before = texts(db)
    phone = found(db, "phone").id
    decide(db, "mara", phone, "keep")
    decide(db, "mara", phone, "mask")
    assert texts(db) == before
    assert decide(db, "mara", phone, "mask").passages == ()


def test_a_decision_holds_for_what_is_taken_in_later(taken: Path, db: Database, take: object) -> None:
    """And for the same file taken in again after it was forgotten."""
    decide(db, "mara", found(db, "email").id, "keep")
    (taken / "note.md").write_text("Orders go to Shop@quillpots.example, always.", encoding="utf-8")
    items.delete_item(db, found(db, "phone").items[0])
    take()  # type: ignore[operator]
    assert any("Shop@quillpots.example" in text for text in texts(db))
    assert any("shop@quillpots.example" in text for text in texts(db))
    assert found(db, "email").decision == "keep"


def test_stand_ins_survive_ingesting_again(taken: Path, db: Database, take: object) -> None:
    """The same words for the same values."""
    before = texts(db)
    items.delete_item(db, found(db, "phone").items[0])
    assert personal_data_of(db, "mara") == []
    take()  # type: ignore[operator]
    assert texts(db) == before


def test_what_a_value_was_goes_with_its_item(taken: Path, db: Database) -> None:
    """After forgetting the item no spelling is left, only keyed digests."""
    items.delete_item(db, found(db, "phone").items[0])
    with db.read() as connection:
        assert connection.execute(sa.select(personal_data_places)).all() == []
        assert connection.scalar(sa.select(sa.func.count()).select_from(personal_data)) == 3


def test_times_move_with_the_text(folder: Path, db: Database, take: object) -> None:
    """A subtitle line after a value that was put back still begins at its own second."""
    cues = "1\n00:00:01,000 --> 00:00:03,000\nring 07700 900142 or not\n\n2\n00:00:03,000 --> 00:00:05,000\nand bring biscuits\n"
    (folder / "2024-05-01 Kiln.srt").write_text(cues, encoding="utf-8")
    take()  # type: ignore[operator]
    masked = items.passages(db, "mara")[0]
    decide(db, "mara", found(db, "phone").id, "keep")
    kept = items.passages(db, "mara")[0]
    for passage in (masked, kept):
        offset, second = passage.times[1]
        assert (passage.text[offset:], second) == ("and bring biscuits", 3.0)


def test_a_chat_named_after_somebody_shows_no_name(taken: Path, db: Database) -> None:
    """Titles are shown to fans beside a citation."""
    title = items.list_items(db, "mara")[0].title
    assert "Theo" not in title
    decide(db, "mara", found(db, "name").id, "keep")
    assert items.list_items(db, "mara")[0].title == "Theo"


def test_an_unknown_value_cannot_be_decided(taken: Path, db: Database) -> None:
    """Nor one of another creator."""
    with pytest.raises(NotFound):
        decide(db, "mara", "pd_nothing", "keep")
    with pytest.raises(NotFound):
        decide(db, "somebody-else", found(db, "phone").id, "keep")

"""A twin moves to another base: which version is replayed, and what of it may still be learned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from fenshen.core.db import Database
from fenshen.core.errors import AppError, BadInput, NotFound
from fenshen.library import items as library
from fenshen.library import tables
from fenshen.training import train as training
from fenshen.training.bases import BaseFile
from fenshen.training.meta import read_meta
from fenshen.training.rebase import lineage, rebase_job, rebase_parent
from fenshen.training.recipe import DEFAULT
from fenshen.training.snapshot import read_snapshot, write_snapshot
from fenshen.training.versions import Status, Version

Train = Callable[..., Version]


def test_a_rebase_learns_the_old_dataset_and_is_judged_by_the_same_items(
    train: Train, stocked: Database, tmp_path: Path, shelf: Callable[..., tuple[list, list]]
) -> None:
    """A newer post would have been held out today; the replay ignores it and says what it replays."""
    old = train()
    (item,), passages = shelf("newest", ["The moon is a cheap lamp. " * 4])
    with stocked.write() as connection:
        library.insert_item(connection, item, passages)
    new = train(origin="rebase", parent=old.id)
    before, after = (read_meta(tmp_path / "home" / v.adapter_dir) for v in (old, new))
    assert new.data_sha256 == old.data_sha256 and (new.origin, new.parent) == ("rebase", old.id)
    assert after["held_out"] == before["held_out"] and before["replays"] is None
    assert after["replays"]["version"] == old.id
    assert after["replays"]["ported"] == after["replays"]["examples"] > 0


@pytest.mark.parametrize("change", [{"excluded": True}, {"uses": ["cite"]}, {"consent_id": "con_ended"}])
def test_what_may_no_longer_be_learned_is_dropped_and_counted(
    change: dict[str, object], train: Train, stocked: Database, tmp_path: Path
) -> None:
    """An item taken out, a use withdrawn, a consent that ended: its words are in no new snapshot."""
    old = train()
    with stocked.write() as connection:
        connection.execute(sa.update(tables.items).where(tables.items.c.id == "post1").values(**change))
    folder = tmp_path / "home" / train(origin="rebase", parent=old.id).adapter_dir
    assert "Kettle 1" not in (folder / "examples.jsonl").read_text()
    assert read_meta(folder)["replays"]["not_allowed"] > 0


def test_words_edited_since_are_not_brought_back(train: Train, stocked: Database, tmp_path: Path) -> None:
    """The creator corrected a passage: the replay has no example that says the old words."""
    old = train()
    with stocked.write() as connection:
        changed = {"text": "Nothing of that.", "original": {"text": "Kettle 2 is sulking."}}
        connection.execute(
            sa.update(tables.passages).where(tables.passages.c.id == "post2-0").values(**changed)
        )
    folder = tmp_path / "home" / train(origin="rebase", parent=old.id).adapter_dir
    assert not any(e.passage_id == "post2-0" for e in read_snapshot(folder))


def test_a_language_the_new_base_cannot_write_is_dropped_and_said(
    train: Train, tmp_path: Path, base_file: BaseFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of the old snapshot is Chinese and the new base is English: half is learned, and the note says so."""
    old = train()
    folder = tmp_path / "home" / old.adapter_dir
    english = list(read_snapshot(folder))
    write_snapshot(folder, [*english, *(replace(e, language="zh") for e in english if e.item_id)])
    monkeypatch.setattr(training, "find_base", lambda *_: replace(base_file, languages=("en",)))
    said: list[str] = []
    new = train(origin="rebase", parent=old.id, progress=lambda _done, _all, note: said.append(note))
    replays = read_meta(tmp_path / "home" / new.adapter_dir)["replays"]
    assert replays["not_written"] == {"zh": sum(1 for e in english if e.item_id)}
    assert any("'zh', which this base does not write" in note for note in said)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda path: path.write_text('{"answer": 3'), "bad_snapshot"),
        (lambda path: path.write_text('{"strange": 1}\n'), "bad_snapshot"),
        (lambda path: path.write_text("[]\n"), "bad_snapshot"),
        (lambda path: path.unlink(), "nothing_to_learn"),
    ],
)
def test_a_spoiled_dataset_is_refused_by_name(
    spoil: Callable[[Path], object], code: str, train: Train, tmp_path: Path
) -> None:
    """Cut off, foreign, no object, gone: one clear error that offers the way without it."""
    old = train()
    spoil(tmp_path / "home" / old.adapter_dir / "examples.jsonl")
    with pytest.raises(BadInput, match="--fresh") as caught:
        train(origin="rebase", parent=old.id)
    assert caught.value.code == code


def _version(name: str, base: str = "small", status: Status = "evaluated", **fields: object) -> Version:
    values = {"recipe": f"recipe-{name}", "recipe_sha256": "", "data_sha256": "", "consent_id": None}
    values |= {"adapter_dir": f"versions/{name}", "created": None}
    return Version(id=name, creator="juniper", base=base, status=status, **(values | fields))  # type: ignore[arg-type]


SMALL, BIG = _version("one"), _version("two", base="big")


@pytest.mark.parametrize(
    ("found", "base", "wanted", "parent"),
    [
        ([], "big", None, None),
        ([SMALL], "big", None, "one"),
        ([SMALL], "small", None, None),
        ([SMALL], "small", "one", "one"),
        ([BIG, SMALL], "small", None, "two"),
        ([BIG, replace(SMALL, status="published")], "big", None, "one"),
        ([replace(BIG, status="training"), SMALL], "big", None, "one"),
        ([replace(BIG, status="failed")], "small", None, None),
        ([_version("three", base="mine")], "/weights/mine.gguf", None, None),
    ],
)
def test_the_published_version_is_replayed_else_the_newest_whole_one(
    found: list[Version], base: str, wanted: str | None, parent: str | None
) -> None:
    """And none where the twin already stands on that base, unless it is named."""
    chosen = rebase_parent(found, base, wanted)
    assert (chosen.id if chosen else None) == parent


@pytest.mark.parametrize(("wanted", "error"), [("nobody", NotFound), ("half", BadInput)])
def test_only_a_whole_version_of_this_twin_can_be_replayed(wanted: str, error: type[AppError]) -> None:
    """Another's version and one that was cut off are refused."""
    with pytest.raises(error):
        rebase_parent([SMALL, _version("half", status="training")], "big", wanted)


def test_an_updated_version_brings_what_it_went_on_from() -> None:
    """Its adapter knows the first dataset too, so both are replayed, with the recipe of the first where that came along."""
    update = _version("two", origin="update", parent="one")
    rebased = _version("three", origin="rebase", parent="two")
    found = [rebased, update, SMALL]
    assert [v.id for v in lineage(found, update)] == ["one", "two"]
    assert [v.id for v in lineage(found, rebased)] == ["three"]
    order = rebase_job(found, update, "big", None, 4.0)
    assert (order.recipe, order.origin, order.parent) == (DEFAULT, "rebase", "two")
    known = [rebased, update, replace(SMALL, recipe="cpu-exact")]
    assert rebase_job(known, update, "big", None, 4.0).recipe == "cpu-exact"
    assert rebase_job(found, update, "big", "cpu-long", 4.0).recipe == "cpu-long"

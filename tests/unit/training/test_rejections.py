"""The creator's word on single examples: left out of the next training, and taken back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fenshen.core import audit
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, NotFound
from fenshen.library import items as library
from fenshen.training import rejections, versions
from fenshen.training.dataset import read_dataset
from fenshen.training.examples import Example
from fenshen.training.examples.example import learned_digest
from fenshen.training.snapshot import data_sha256, read_snapshot, write_snapshot
from fenshen.training.versions import Version

Shelf = Callable[..., Any]


def _words(stem: str, number: int) -> str:
    """Twenty words that no other post has."""
    return " ".join(f"{stem}{number}x{place}" for place in range(20))


@pytest.fixture
def trained(db: Database, shelf: Shelf, tmp_path: Path) -> Version:
    """Four posts, and a version that learned three of them."""
    for number in range(4):
        said = [f"kettle {_words('lid', number)}.", f"rinse {_words('saucer', number)}."]
        (item,), passages = shelf(f"post{number}", said)
        with db.write() as connection:
            library.insert_item(connection, item, passages)
    data = read_dataset(db, "juniper", None)
    version = Version(
        id="ver_1",
        creator="juniper",
        base="tiny",
        recipe="test",
        recipe_sha256="0",
        data_sha256=data.sha256,
        consent_id=None,
        adapter_dir="versions/ver_1",
        created=VirtualClock().now(),
        status="trained",
    )
    versions.add(db, version)
    (tmp_path / version.adapter_dir).mkdir(parents=True)
    write_snapshot(tmp_path / version.adapter_dir, data.train)
    return version


def _first(db: Database) -> Example:
    return read_dataset(db, "juniper", None).train[0]


def test_a_rejected_example_is_not_learned_again_and_can_be_taken_back(
    db: Database, trained: Version, tmp_path: Path
) -> None:
    """The next dataset lacks it and has another digest; taking it back gives the very same dataset again."""
    clock, first = VirtualClock(), _first(db)
    (digest,) = rejections.reject(db, clock, tmp_path, "juniper", [first.digest[:12]], by="usr_1")
    assert digest == first.digest
    data = read_dataset(db, "juniper", None)
    assert first.digest not in {example.digest for example in data.train}
    assert (data.rejected, data.sha256 == trained.data_sha256) == (1, False)
    rejections.restore(db, clock, "juniper", [digest], by="usr_1")
    assert read_dataset(db, "juniper", None).sha256 == trained.data_sha256


def test_the_version_keeps_what_it_was_trained_on(db: Database, trained: Version, tmp_path: Path) -> None:
    """A snapshot is history: rejecting changes no byte of it."""
    folder = tmp_path / trained.adapter_dir
    before = (folder / "examples.jsonl").read_bytes()
    rejections.reject(db, VirtualClock(), tmp_path, "juniper", [_first(db).digest], by="cli")
    assert (folder / "examples.jsonl").read_bytes() == before


def test_what_follows_a_rejected_answer_still_has_its_context(
    db: Database, trained: Version, tmp_path: Path
) -> None:
    """The next passage goes on from words that are read and no longer learned."""
    first = _first(db)
    rejections.reject(db, VirtualClock(), tmp_path, "juniper", [first.digest], by="cli")
    following = next(e for e in read_dataset(db, "juniper", None).train if e.kind == "continue")
    assert following.messages[1] == {"role": "assistant", "content": first.answer}


def test_both_decisions_are_in_the_audit_log(db: Database, trained: Version, tmp_path: Path) -> None:
    """Who, which example, and no words of it; deciding twice is one decision."""
    clock, digest = VirtualClock(), _first(db).digest
    for _ in range(2):
        rejections.reject(db, clock, tmp_path, "juniper", [digest], by="usr_1")
    rejections.restore(db, clock, "juniper", [digest], by="usr_1")
    entries = audit.entries(db, subject="juniper")
    assert [(e.action, e.actor) for e in entries] == [
        ("example.restore", "usr_1"),
        ("example.reject", "usr_1"),
    ]
    assert "kettle" not in json.dumps([e.details for e in entries])


def test_a_rejected_example_is_shown_for_as_long_as_its_item_is_there(
    db: Database, trained: Version, tmp_path: Path
) -> None:
    """Once the item has left, its words are gone from the table and the rejection still holds."""
    first = _first(db)
    rejections.reject(db, VirtualClock(), tmp_path, "juniper", [first.digest], by="cli")
    (shown,) = rejections.list_rejected(db, "juniper", ["post0", "post1"])
    assert shown.example is not None and shown.example.answer == first.answer
    (hidden,) = rejections.list_rejected(db, "juniper", ["post1"])
    assert hidden.example is None
    rejections.forget_gone(db, "juniper", ["post1"])
    with db.read() as connection:
        stored = connection.execute(rejections.rejected_examples.select()).one()
    assert "kettle" not in str(stored) and stored.digest == first.digest


def test_nobody_rejects_what_is_not_there(db: Database, trained: Version, tmp_path: Path) -> None:
    """Unknown, too short, ambiguous or somebody else's: a message, and nothing is changed."""
    clock, digest = VirtualClock(), _first(db).digest
    for creator, given in (("juniper", "f" * 64), ("juniper", digest[:3]), ("rowan", digest)):
        with pytest.raises(NotFound):
            rejections.reject(db, clock, tmp_path, creator, [digest, given], by="cli")
    with pytest.raises(NotFound):
        rejections.restore(db, clock, "juniper", [digest], by="cli")
    with pytest.raises(BadInput, match="fits 2"):
        rejections._only("abcdef", ["abcdef1", "abcdef2"], "juniper")
    assert rejections.rejected_digests(db, "juniper") == frozenset()


def test_a_library_of_which_all_is_rejected_teaches_nothing(
    db: Database, trained: Version, tmp_path: Path
) -> None:
    """Clear words instead of a twin that only knows what it is."""
    digests = [e.digest for e in read_dataset(db, "juniper", None).train if e.item_id]
    rejections.reject(db, VirtualClock(), tmp_path, "juniper", digests, by="cli")
    with pytest.raises(BadInput, match="rejected"):
        read_dataset(db, "juniper", None)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("topic", "Tell me", "Tea."), ("asked", "What do you drink?", "Tea."), True),
        (("continue", "Go on.", "Tea."), ("topic", "Tell me", "Tea."), True),
        (("topic", "Tell me", "Tea."), ("topic", "Tell me", "Coffee."), False),
        (("sources", "a notes", "Tea."), ("sources", "other notes", "Tea."), True),
        (("dialogue", "Tea?", "Yes."), ("dialogue", "Coffee?", "Yes."), False),
        (("limits", "Vote?", "No."), ("limits", "Sue?", "No."), False),
        (("topic", "Tell me", "Tea."), ("sources", "notes", "Tea."), False),
    ],
)
def test_a_digest_names_what_is_learned(
    one: tuple[str, str, str], other: tuple[str, str, str], same: bool
) -> None:
    """A monologue is the same whatever asks for it; a reply that many questions have is not."""
    assert (learned_digest(*one) == learned_digest(*other)) is same


def test_old_snapshots_are_read(tmp_path: Path) -> None:
    """A version from before sentences could be left out has no such field."""
    example = Example(({"role": "user", "content": "a"},), "b", "i", "p", 1.0, "topic", "en")
    write_snapshot(tmp_path, [replace(example, unlearned=((0, 1),)), example])
    lines = (tmp_path / "examples.jsonl").read_text().splitlines()
    old = json.loads(lines[1])
    del old["unlearned"]
    (tmp_path / "examples.jsonl").write_text(lines[0] + "\n" + json.dumps(old) + "\n")
    first, second = read_snapshot(tmp_path)
    assert (first.unlearned, second) == (((0, 1),), example)
    assert data_sha256([first], {}) != data_sha256([second], {})

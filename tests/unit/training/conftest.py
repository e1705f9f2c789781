"""The tiny base, and items to learn from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.ids import SeededIds
from fenshen.core.installation import Installation
from fenshen.library import items as library
from fenshen.library.items import Item
from fenshen.library.passages import Passage
from fenshen.training import train as training
from fenshen.training import versions
from fenshen.training.bases import BaseFile
from fenshen.training.dataset import Inputs
from fenshen.training.job import Control, JobSpec
from fenshen.training.weights import Base
from tiny_base import make_base, write_header

Shelf = tuple[list[Item], list[Passage]]


@pytest.fixture
def base_file(tmp_path: Path) -> BaseFile:
    """A GGUF with the header of the tiny base and no weights."""
    return write_header(tmp_path / "tiny.gguf")


@pytest.fixture
def base(base_file: BaseFile) -> Base:
    """The tiny base in memory."""
    return make_base(base_file)


@pytest.fixture
def fresh(base_file: BaseFile) -> Callable[[], Base]:
    """Makes the same tiny base again, without any adapter."""
    return lambda: make_base(base_file)


@pytest.fixture
def db(tmp_path: Path) -> Database:
    """An empty database with every table."""
    made = Database(f"sqlite:///{tmp_path / 'test.db'}")
    made.create_all()
    return made


@pytest.fixture
def shelf() -> Callable[..., Shelf]:
    """Makes an item with passages: `shelf(item_id, ["text", ("Gail", "a fan's turn")], **fields)`."""

    def make(item_id: str, texts: list[str | tuple[str, str]], **fields: object) -> Shelf:
        values: dict[str, object] = {
            "id": item_id,
            "creator": "juniper",
            "path": f"{item_id}.md",
            "title": f"About {item_id}",
            "kind": "post",
            "language": "en",
            "published": date(2024, 1, 1),
            "sha256": item_id,
            "media_sha256": None,
            "private": False,
            "duration_s": None,
            "words": 10,
            "added": datetime(2026, 1, 1, tzinfo=UTC),
            "uses": ("train", "cite"),
        }
        item = Item(**(values | fields))  # type: ignore[arg-type]
        return [item], [_passage(item, number, text) for number, text in enumerate(texts)]

    return make


@pytest.fixture
def stocked(db: Database, shelf: Callable[..., Shelf]) -> Database:
    """Five posts of two short passages, and a private one."""
    for number in range(5):
        kettle, tea = f"Kettle {number} is sulking. ", f"Then tea {number}. "
        texts = [kettle + f"Crumb {number}{number}. " * 3, tea + f"Biscuit {number}x. " * 3]
        (item,), passages = shelf(f"post{number}", texts, published=date(2024, 1, 1 + number))
        with db.write() as connection:
            library.insert_item(connection, item, passages)
    (item,), passages = shelf("diary", ["marmalade-otter-seventeen"], private=True)
    with db.write() as connection:
        library.insert_item(connection, item, passages)
    return db


@pytest.fixture
def train(
    stocked: Database,
    fresh: Callable[[], Base],
    base_file: BaseFile,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., versions.Version]:
    """Trains the tiny base for two virtual seconds at one second a step."""
    monkeypatch.setattr(training, "find_base", lambda name, home: base_file)
    clock, ids = VirtualClock(), SeededIds()

    def run(**changes: Any) -> versions.Version:
        stop: Callable[[], None] = changes.pop("stop", lambda: None)

        def tick() -> None:
            stop()
            clock.advance(1.0)

        def taken(kind: Any) -> dict[str, Any]:
            return {name: changes.pop(name) for name in kind.__dataclass_fields__ if name in changes}

        job = JobSpec("juniper", **({"base": "tiny", "minutes": 6 / 60} | taken(JobSpec)))
        inputs, control = Inputs(**taken(Inputs)), Control(**({"before_step": tick} | taken(Control)))
        on = Installation(stocked, clock, ids, tmp_path / "home")
        return training.train(on, job, inputs, control, **({"load": lambda _: fresh()} | changes))

    return run


def _passage(item: Item, number: int, text: str | tuple[str, str]) -> Passage:
    speaker, said = (None, text) if isinstance(text, str) else text
    return Passage(
        id=f"{item.id}-{number}",
        item_id=item.id,
        creator=item.creator,
        ordinal=number,
        start_s=float(number * 10),
        end_s=None,
        anchor=f"t={number * 10}",
        speaker=speaker,
        is_creator=speaker is None,
        text=said,
        language=item.language,
    )

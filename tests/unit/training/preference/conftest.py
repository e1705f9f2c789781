"""Comparisons, and a parent that preferences go on from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from fenshen.core.db import Database
from fenshen.library import items as library
from fenshen.training import train as training
from fenshen.training.bases import BaseFile
from fenshen.training.preference import train as preferring
from fenshen.training.preference.comparisons import Comparison
from fenshen.training.weights import Base
from workshop import Workshop

NUMBERS = count()


@pytest.fixture
def asked() -> Callable[..., Comparison]:
    """Makes a comparison of two versions with answers `L` and `R`: `asked("v1", None, "left", **fields)`."""

    def make(left: str | None, right: str | None, choice: str | None, **fields: Any) -> Comparison:
        values: dict[str, Any] = {
            "id": f"cmp_{next(NUMBERS)}",
            "creator": "juniper",
            "by": "usr_1",
            "asked": datetime(2026, 1, 1, tzinfo=UTC),
            "source": "own",
            "question": "Is my kettle broken?",
            "language": "en",
            "left_version": left,
            "right_version": right,
            "left_text": "L",
            "right_text": "R",
            "labels": ({}, {}),
            "choice": choice,
        }
        return Comparison(**(values | fields))

    return make


@pytest.fixture
def workshop(
    db: Database,
    shelf: Callable[..., Any],
    base_file: BaseFile,
    fresh: Callable[[], Base],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Workshop:
    """A workshop with a parent."""
    for module in (training, preferring):
        monkeypatch.setattr(module, "find_base", lambda name, home: base_file)
    for number in range(4):
        (item,), passages = shelf(
            f"post{number}", [f"Kettle {number} is sulking. " * 3, f"Tea {number}. " * 3]
        )
        with db.write() as connection:
            library.insert_item(connection, item, passages)
    return Workshop(db, tmp_path / "home", fresh)

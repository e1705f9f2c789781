"""An index on a fake embedding, and passages in one line each."""

from __future__ import annotations

from pathlib import Path

import pytest

from fenshen.library.passages import Passage
from fenshen.models.fakes import FakeEmbeddingEngine
from fenshen.search.index import SearchIndex


@pytest.fixture
def index(tmp_path: Path) -> SearchIndex:
    return SearchIndex(tmp_path / "index", FakeEmbeddingEngine())


def passage(
    name: str,
    text: str,
    creator: str = "mara",
    item: str = "item_1",
    speaker: str | None = None,
    own: bool = True,
) -> Passage:
    """A passage of an item; its id is `psg_<name>`."""
    start_s = 83.5 if speaker is None else None
    anchor = "t=83" if speaker is None else "p=1"
    return Passage(f"psg_{name}", item, creator, 0, start_s, None, anchor, speaker, own, text, "en")

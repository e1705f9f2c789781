"""What a search in a library gives when the nearest there is has nothing to do with what was asked."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from fenshen.library import items
from fenshen.search.index import Hit
from fenshen.twin.retrieve import Retriever
from house import SLUG, House


class NearestOnly:
    """An index that gives every passage it has, as a nearest-neighbour search does."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        self._hits = hits

    def search(
        self, creator: str, text: str, limit: int = 8, *, exclude_items: frozenset[str] = frozenset()
    ) -> Sequence[Hit]:
        return self._hits[:limit]


@pytest.fixture
def passages(house: House) -> list[Hit]:
    """Every passage of the library, none of them near."""
    found = [
        passage
        for item in items.list_items(house.app.db, SLUG)
        for passage in items.item_passages(house.app.db, item.id)
    ]
    return [Hit(p.id, p.item_id, SLUG, p.text, p.start_s, p.anchor, rank) for rank, p in enumerate(found, 1)]


@pytest.mark.parametrize(
    ("asked", "finds"),
    [
        ("xyzzy quantum blockchain", False),
        ("who won the world cup", False),
        ("量子力学", False),
        ("citric acid in the kettle", True),
        ("kettle limescale warranty", True),
        ("boiled kettles", True),
    ],
)
def test_a_search_can_find_nothing(house: House, passages: list[Hit], asked: str, finds: bool) -> None:
    """What is not near is shown only for half of the words; an answer still gets the nearest there is."""
    retriever = Retriever(house.app.db, NearestOnly(passages), house.clock.now)
    assert bool(retriever.retrieve(SLUG, asked, about_only=True).found) is finds
    assert retriever.retrieve(SLUG, asked).found


def test_what_is_near_in_meaning_needs_no_common_word(house: House, passages: list[Hit]) -> None:
    """A near passage is shown whatever its words."""
    near = [Hit(**{**vars(hit), "is_near": True}) for hit in passages]
    retriever = Retriever(house.app.db, NearestOnly(near), house.clock.now)
    assert retriever.retrieve(SLUG, "descaling appliances", about_only=True).found

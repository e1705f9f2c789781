"""The dataset browser over HTTP: what was learned, what is rejected, and who may say so."""

from __future__ import annotations

from typing import Any

import httpx

from fenshen.core import audit
from house import SLUG, Opener, trained_example

EXAMPLES = f"/api/studio/{SLUG}/examples"


async def _get(http: httpx.AsyncClient, query: str = "") -> Any:
    response = await http.get(f"{EXAMPLES}{query}")
    assert response.status_code == 200, response.text
    return response.json()


async def test_a_creator_rejects_an_example_and_takes_it_back(opened: Opener) -> None:
    """It is marked, listed among the rejected with its place, counted, and gone from there when taken back."""
    async with opened() as place:
        app = place.house.app
        example = trained_example(app)
        creator = await place.visit(place.house.creator)
        before = await _get(creator.http)
        assert before["rejected"] == 0 and before["examples"][0]["id"] == example
        await creator.post(f"{EXAMPLES}/{example}/reject", 204)
        marked = (await _get(creator.http))["examples"][0]
        assert marked["rejected_at"] is not None
        rejected = await _get(creator.http, "?rejected=true")
        assert (rejected["total"], rejected["rejected"]) == (1, 1)
        (shown,) = rejected["examples"]
        assert shown["answer"] == marked["answer"] and shown["url"] == marked["url"] is not None
        await creator.post(f"{EXAMPLES}/{example}/restore", 204)
        assert (await _get(creator.http, "?rejected=true"))["total"] == 0
        assert (await _get(creator.http))["examples"][0]["rejected_at"] is None
        entries = audit.entries(app.db, subject=SLUG)
        actions = [entry.action for entry in entries if entry.action.startswith("example.")]
        assert actions == ["example.restore", "example.reject"]
        assert entries[0].actor == place.house.creator.id


async def test_examples_are_found_by_kind_and_item(opened: Opener) -> None:
    """Kinds are counted whatever kind is shown, and within an item only its own."""
    async with opened() as place:
        trained_example(place.house.app)
        creator = await place.visit(place.house.creator)
        everything = await _get(creator.http)
        kinds = everything["kinds"]
        assert everything["total"] == sum(kinds.values()) and {"topic", "identity", "limits"} <= set(kinds)
        told = await _get(creator.http, "?kind=topic")
        assert told["total"] == kinds["topic"] and told["kinds"] == kinds
        item = told["examples"][0]["item_id"]
        of_item = await _get(creator.http, f"?item_id={item}")
        assert "identity" not in of_item["kinds"] and {e["item_id"] for e in of_item["examples"]} == {item}


async def test_each_example_names_its_place(opened: Opener) -> None:
    """A second in what was recorded, a paragraph in what was written."""
    async with opened() as place:
        trained_example(place.house.app)
        creator = await place.visit(place.house.creator)
        found = (await _get(creator.http, "?limit=200"))["examples"]
        anchors = {e["item_title"]: e["anchor"] for e in found if e["kind"] == "topic"}
        assert {anchor[:2] for anchor in anchors.values()} == {"t=", "p="}


async def test_what_is_no_example_is_not_rejected(opened: Opener) -> None:
    """A made-up id is not found, and one that could be none is refused."""
    async with opened() as place:
        trained_example(place.house.app)
        creator = await place.visit(place.house.creator)
        for action in ("reject", "restore"):
            assert (await creator.http.post(f"{EXAMPLES}/{'0' * 64}/{action}")).status_code == 404
            assert (await creator.http.post(f"{EXAMPLES}/nothing/{action}")).status_code == 422

"""A creator brings files through the page: they arrive in pieces, are read in the background, and can be stopped."""

from __future__ import annotations

import asyncio
from typing import Any

from fenshen.library import items
from house import SLUG, Opener, Visitor

PLACE = f"/api/studio/{SLUG}/library/intakes"
POST = b"The lantern on the stern is older than the ferry, and burns whatever it is given."


async def put(
    visitor: Visitor, intake: str, path: str, data: bytes, offset: int = 0, last: bool = True
) -> Any:
    query = {"path": path, "offset": offset, "last": last}
    return await visitor.http.put(f"{PLACE}/{intake}/files", params=query, content=data)


async def finished(visitor: Visitor, intake: str) -> dict[str, Any]:
    """The intake once it is over."""
    async with asyncio.timeout(30):
        while True:
            found: dict[str, Any] = await visitor.get(f"{PLACE}/{intake}")
            if found["status"] in ("done", "failed", "cancelled"):
                return found
            await asyncio.sleep(0.1)


async def test_a_file_in_two_pieces_ends_in_the_library(opened: Opener) -> None:
    """Every file is told of, with the reason where it was skipped; the passages can be found."""
    async with opened() as place:
        visitor = await place.visit(place.house.people["creator"])
        intake = (await visitor.post(PLACE, 201))["id"]
        assert (await put(visitor, intake, "notes/stern.md", POST[:20], last=False)).json()["received"] == 20
        assert (await visitor.get(f"{PLACE}/{intake}/files?path=notes/stern.md"))["received"] == 20
        assert (await put(visitor, intake, "notes/stern.md", POST[20:], 7)).status_code == 409
        assert (await put(visitor, intake, "notes/stern.md", POST[20:], 20)).status_code == 200
        await put(visitor, intake, "notes/empty.srt", b"")
        await visitor.post(f"{PLACE}/{intake}/start")
        over = await finished(visitor, intake)
        assert (over["status"], over["share"], over["report"]["added"]) == ("done", 1.0, 1)
        files = {file["path"]: (file["status"], file["why"]) for file in over["files"]}
        empty = {"code": "empty", "values": {}, "sentence": "the file is empty"}
        assert files == {"stern.md": ("taken", None), "empty.srt": ("skipped", empty)}
        assert (await put(visitor, intake, "late.md", POST)).status_code == 409
        hits = await visitor.get(f"/api/studio/{SLUG}/library/search?q=LANTERN")
        assert [hit["text"] for hit in hits] == [POST.decode()]


async def test_a_paused_intake_goes_on(opened: Opener) -> None:
    """Cancelling one that never began reads nothing."""
    async with opened() as place:
        visitor = await place.visit(place.house.people["creator"])
        first, second = [(await visitor.post(PLACE, 201))["id"] for _ in range(2)]
        await put(visitor, first, "a.md", POST)
        await visitor.post(f"{PLACE}/{first}/start")
        await visitor.post(f"{PLACE}/{first}/pause")
        assert (await visitor.post(f"{PLACE}/{second}/cancel"))["status"] == "cancelled"
        assert (await visitor.post(f"{PLACE}/{second}/start", 409))["code"] == "cannot_move"
        await visitor.post(f"{PLACE}/{first}/start")
        assert (await finished(visitor, first))["report"]["added"] == 1


async def test_an_edit_is_found_by_its_new_words_only(opened: Opener) -> None:
    """The index follows, and follows back when it is undone."""
    async with opened() as place:
        app = place.house.app
        visitor = await place.visit(place.house.people["creator"])
        passage = next(p for p in items.passages(app.db, SLUG) if p.is_creator)
        path = f"/api/studio/{SLUG}/library/passages/{passage.id}/text"
        words = "Xylophones are kept in the bilge, under the spare kettle lids."
        response = await visitor.http.put(path, json={"text": words})
        assert response.status_code == 200, response.text
        assert [hit.passage_id for hit in app.index.search(SLUG, "xylophones bilge", 1)] == [passage.id]
        await visitor.post(f"/api/studio/{SLUG}/library/undo", 200, change_id=response.json()["id"])
        assert all("Xylophones" not in hit.text for hit in app.index.search(SLUG, "xylophones bilge"))
        assert items.passage(app.db, passage.id) == passage


async def test_an_address_that_is_refused_is_told_of(opened: Opener) -> None:
    """Like a file that was skipped: with the code of the reason."""
    async with opened() as place:
        visitor = await place.visit(place.house.people["creator"])
        intake = (await visitor.post(PLACE, 201))["id"]
        await visitor.post(f"{PLACE}/{intake}/urls", url="http://127.0.0.1/secret")
        await visitor.post(f"{PLACE}/{intake}/start")
        (file,) = (await finished(visitor, intake))["files"]
        assert (file["status"], file["why"]["code"]) == ("skipped", "refused_address")

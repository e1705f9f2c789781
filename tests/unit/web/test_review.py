"""What waits for a creator's word: whose the items are, what looks like another's work, personal data, voices."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import numpy as np

from fenshen.core import audit
from fenshen.library import items
from fenshen.library.speakers.stored import vector_bytes
from fenshen.library.speakers.tables import item_voices
from house import SLUG, Opener, OpenHouse, Visitor

PLACE = f"/api/studio/{SLUG}/library"
FERRY = "Write to mara.quill@ferry-mail.org about the lantern on the stern, which is older than the ferry."
REMIX = "Gulls over the harbour, all night long, and a great many of them over the fish market too."


async def taken(place: OpenHouse, folder: Path, name: str, text: str) -> str:
    """The id of an item made of `text`."""
    app = place.house.app
    (folder / name).write_text(text)
    await asyncio.to_thread(app.library.ingest, SLUG, [folder / name])
    return next(item.id for item in items.list_items(app.db, SLUG) if item.path == name)


async def shown(visitor: Visitor, item_id: str) -> dict[str, Any]:
    """The item as the page lists it."""
    listed: list[dict[str, Any]] = (await visitor.get(PLACE))["items"]
    return next(item for item in listed if item["id"] == item_id)


async def test_nothing_may_be_used_until_one_click_says_whose_it_is(opened: Opener, tmp_path: Path) -> None:
    """Without a rule the page can say that nothing may be used, and why; a rule about some outdoes the one about all."""
    async with opened() as place:
        visitor = await place.visit(place.house.people["creator"])
        post = await taken(place, tmp_path, "stern.md", "The lantern on the stern is older than the ferry.")
        before = await visitor.get(f"{PLACE}/rights")
        assert before["usable"]["train"] > 0 and before["unspoken"] == 0
        [rule] = before["rules"]
        response = await visitor.http.delete(f"{PLACE}/rights/{rule['ordinal']}")
        after = response.json()
        assert response.status_code == 200 and after["rules"] == []
        assert set(after["usable"].values()) == {0} and after["unspoken"] > 0
        item = await shown(visitor, post)
        assert (item["uses"], item["why_not"]["code"]) == ([], "unspoken")
        assert await visitor.post(f"{PLACE}/rights/claim") == before
        assert (await shown(visitor, post))["why_not"] is None
        cited = await visitor.post(f"{PLACE}/rights", 201, match="kind:post", uses=["cite"], owner="mine")
        assert [r["match"] for r in cited["rules"]] == ["all", "kind:post"]
        assert (await shown(visitor, post))["uses"] == ["cite"]
        refused = await visitor.post(f"{PLACE}/rights", 422, match="moon:full", uses=["cite"])
        assert refused["code"] == "bad_match"


async def test_what_looks_like_anothers_work_is_learned_once_confirmed(
    opened: Opener, tmp_path: Path
) -> None:
    """The page lists the signs; the creator's word settles them."""
    async with opened() as place:
        visitor = await place.visit(place.house.people["creator"])
        remix = await taken(place, tmp_path, "2023-01-01 Gulls remix.md", REMIX)
        assert (await visitor.get(f"{PLACE}/rights"))["flagged"] == 1
        (flag,) = (await shown(visitor, remix))["flags"]
        assert (flag["code"], flag["values"]) == ("remix", {"found": "remix"})
        assert (await visitor.post(f"{PLACE}/rights/confirm", item_ids=[remix]))["flagged"] == 0
        item = await shown(visitor, remix)
        assert (item["flags"], item["why_not"]) == ([], None)


async def test_personal_data_is_kept_and_masked_again(opened: Opener, tmp_path: Path) -> None:
    """The creator sees it in the clear; keeping it changes the transcript, masking changes it back."""
    async with opened() as place:
        visitor = await place.visit(place.house.people["creator"])
        item = await taken(place, tmp_path, "lantern.md", FERRY)

        async def text() -> str:
            return str((await visitor.get(f"{PLACE}/items/{item}"))["passages"][0]["text"])

        masked = await text()
        assert "mara.quill" not in masked
        page = await visitor.get(f"{PLACE}/personal?kind=email")
        [value] = page["values"]
        assert (value["value"], value["items"], page["kinds"]["email"]) == ("mara.quill@ferry-mail.org", 1, 1)
        path = f"{PLACE}/personal/{value['id']}"
        assert await visitor.post(path, decision="keep") == {"passages": 1}
        assert await text() == FERRY
        assert (await visitor.get(f"{PLACE}/personal"))["kept"] == 1
        await visitor.post(path, decision="mask")
        assert await text() == masked


async def test_a_voice_that_was_found_becomes_the_creators(opened: Opener) -> None:
    """The one who speaks most is asked about first; a voice nobody heard is not there."""
    async with opened() as place:
        app = place.house.app
        visitor = await place.visit(place.house.people["creator"])
        item = items.list_items(app.db, SLUG)[0]
        for number, seconds in ((0, 40.0), (1, 90.0)):
            direction = np.zeros(256, dtype=np.float32)
            direction[number] = 1.0
            row = {
                "item_id": item.id, "number": number, "creator": SLUG, "model": "test", "seconds": seconds,
                "steadiness": 0.9, "vector": vector_bytes(direction), "start_s": 1.0, "end_s": 7.0,
                "decision": "unknown", "ground": "guess",
            }  # fmt: skip
            with app.db.write() as connection:
                connection.execute(item_voices.insert().values(**row))
        found = await visitor.get(f"{PLACE}/voices")
        assert [(v["seconds"], v["is_guess"], v["item_title"]) for v in found] == [
            (90.0, True, item.title),
            (40.0, False, item.title),
        ]
        chosen = await visitor.post(f"{PLACE}/voices/{found[0]['id']}/choose")
        assert [(v["decision"], v["is_guess"]) for v in chosen] == [("creator", False), ("other", False)]
        disowned = await visitor.post(f"{PLACE}/voices/{found[0]['id']}/disown")
        assert [(v["decision"], v["is_guess"]) for v in disowned] == [("other", False), ("unknown", True)]
        for action in ("choose", "disown"):
            path = f"{PLACE}/voices/{item.id}.7/{action}"
            assert (await visitor.post(path, 404))["code"] == "not_found"


async def test_a_deleted_item_is_gone_with_its_passages_and_its_place_in_the_index(
    opened: Opener, tmp_path: Path
) -> None:
    """Only its creator deletes it; afterwards it is neither listed, found nor open, and the log says who did it."""
    async with opened() as place:
        visitor = await place.visit(place.house.people["creator"])
        post = await taken(place, tmp_path, "stern.md", "The lantern on the stern is older than the ferry.")
        fan = await place.visit(place.house.people["fan"])
        refused = await fan.http.delete(f"{PLACE}/items/{post}")
        assert refused.status_code == 404
        assert (await visitor.get(f"{PLACE}/search?q=lantern"))[0]["item_id"] == post
        deleted = await visitor.http.delete(f"{PLACE}/items/{post}")
        assert deleted.status_code == 204
        await visitor.get(f"{PLACE}/items/{post}", 404)
        assert await visitor.get(f"{PLACE}/search?q=lantern") == []
        assert post not in {item["id"] for item in (await visitor.get(PLACE))["items"]}
        found = await visitor.get(f"/api/twins/{SLUG}/search?q=lantern+on+the+stern")
        assert post not in {hit["item_id"] for hit in found["hits"]}
        entry = audit.entries(place.house.app.db, subject=SLUG, limit=1)[0]
        assert (entry.action, entry.details) == ("library.delete", {"item": post})


async def test_a_creator_chooses_whether_fillers_stay(opened: Opener, tmp_path: Path) -> None:
    """They stay until they are switched off; what is imported afterwards is without them."""
    async with opened() as place:
        visitor = await place.visit(place.house.people["creator"])
        assert await visitor.get(f"{PLACE}/settings") == {"keeps_fillers": True}
        changed = await visitor.http.put(f"{PLACE}/settings", json={"keeps_fillers": False})
        assert changed.json() == {"keeps_fillers": False}
        srt = "1\n00:00:01,000 --> 00:00:03,000\nUm, the lantern on the stern is old.\n"
        item = await taken(place, tmp_path, "stern.srt", srt)
        told = (await visitor.get(f"{PLACE}/items/{item}"))["passages"][0]["text"]
        assert "lantern" in told and "um" not in told.lower()

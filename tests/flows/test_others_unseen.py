"""Other people's lines, names, groups and voices, and what no live version has read, reach nobody but the creator."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from engines import ScriptedEngine, words
from fenshen.library import items
from fenshen.library.cleaning.duplicates import keep_apart
from fenshen.library.privacy.pseudonyms import STAND_IN
from fenshen.library.speakers.choosing import voices_found
from fenshen.twin.reply import Question
from house import PATIENCE_S, SLUG, House, Opener, OpenHouse, publish
from unit.library.make_documents import paragraph, write_docx
from unit.library.speakers.tones import conversation

OWN = "Scrub the verdigris off the brass hinge with lemon and coarse salt before you oil it again"
CHAT = """[14/06/2024, 19:03:46] Juniper: Bring the lantern round tomorrow, Zebulon, and mind the wick please.
[14/06/2024, 19:04:24] Zebulon Quark: zebcanary the doctor said it may be serious
[14/06/2024, 19:04:30] Zebulon Quark: zebcanary and do not tell my sister
[14/06/2024, 19:06:17] Juniper: Scrub the verdigris off the brass hinge with lemon and coarse salt before you oil it again.
[14/06/2024, 19:08:31] Zebulon Quark: zebcanary thank you
"""
GROUP = {
    "name": "Walruscanary Collective",
    "type": "private_group",
    "id": 1,
    "messages": [
        {
            "id": n,
            "type": "message",
            "date": f"2025-02-03T18:1{n}:31",
            "from": who,
            "from_id": f"user{who}",
            "text": said,
        }
        for n, (who, said) in enumerate(
            [
                ("Ottoline Vane", "ottocanary shall we meet at mine on Thursday"),
                ("Juniper Shen", "Thursday suits the lantern workshop and the walnut bellows, Ottoline."),
                ("Percival Nook", "perccanary I will bring the ladder"),
            ],
            1,
        )
    ],
}
LABELLED = """1
00:00:00,000 --> 00:00:06,000
JUNIPER: Today the harmonium and its leather bellows are on the bench.

2
00:00:06,000 --> 00:00:12,000
MARGUERITE POLL: margcanary I paid four hundred for it.

3
00:00:12,000 --> 00:00:18,000
JUNIPER: Then Marguerite should hear what patched leather bellows can do.
"""
HELD = """1
00:00:00,000 --> 00:00:06,000
ODILE FINCH: heldcanary nobody here is the creator.

2
00:00:06,000 --> 00:00:12,000
BASIL THORNE: heldcanary indeed nobody is.
"""
DRAFT = "draftcanary The unfinished chapter about pewter promises was never meant for anybody."
CANARIES = (
    "canary", "zebulon", "quark", "ottoline", "vane", "percival", "nook", "marguerite", "poll", "odile", "finch",
    "walrus", "serious", "ladder", "pewter", "teapot",
)  # fmt: skip
QUERIES = (
    "zebcanary doctor serious", "Zebulon Quark lantern wick", "ottocanary meet Thursday", "Walruscanary Collective",
    "Percival ladder", "margcanary Marguerite Poll harmonium bellows", "heldcanary creator", "draftcanary pewter promises",
    "canary sleeps under the blue teapot", "verdigris brass hinge lemon salt", "word1 word2 word3 word4", "kettle",
)  # fmt: skip


def _fill(house: House) -> None:
    """A library with every kind of company, published; then a draft."""
    folder = house.app.settings.home / "more"
    (folder / "group").mkdir(parents=True)
    (folder / "private").mkdir()
    (folder / "WhatsApp Chat with Zebulon Quark.txt").write_text(CHAT)
    (folder / "group" / "result.json").write_text(json.dumps(GROUP))
    (folder / "labelled.srt").write_text(LABELLED)
    (folder / "held.srt").write_text(HELD)
    (folder / "interview.wav").write_bytes(conversation(("m", 20.0), (" ", 1.0), ("t", 30.0)).to_wav())
    (folder / "alone.wav").write_bytes(conversation(("m", 24.0)).to_wav())
    (folder / "stranger.wav").write_bytes(conversation(("i", 26.0)).to_wav())
    house.app.library.ingest(SLUG, [folder])
    _keep_recordings_apart(house)
    mine = next(v for v in voices_found(house.app.db, SLUG) if v.items == 2)
    house.app.library.choose_voice(SLUG, mine.id)
    publish(house.app)
    (folder / "chapter.docx").write_bytes(write_docx(paragraph(DRAFT)))
    house.app.library.ingest(SLUG, [folder])
    _keep_recordings_apart(house)


def _keep_recordings_apart(house: House) -> None:
    """What the fake recogniser hears is the same everywhere."""
    while twice := [i for i in items.list_items(house.app.db, SLUG) if i.duplicate_of and i.format == "wav"]:
        keep_apart(house.app.db, twice[0].id)


def _by_name(house: House) -> dict[str, str]:
    return {Path(item.path).name: item.id for item in items.list_items(house.app.db, SLUG)}


async def _get(http: httpx.AsyncClient, path: str, **query: Any) -> httpx.Response:
    return await http.get(path, params=query)


async def _bodies(http: httpx.AsyncClient, house: House) -> list[str]:
    """What every route that fans have says about this library."""
    paths = [
        "/api/twins",
        f"/api/twins/{SLUG}",
        f"/api/twins/{SLUG}/changes",
        "/api/conversations",
        "/v1/models",
    ]
    for item in items.list_items(house.app.db, SLUG):
        paths += [f"/api/items/{item.id}"]
    found = [(await _get(http, path)).text for path in paths]
    for query in QUERIES:
        answer = await _get(http, f"/api/twins/{SLUG}/search", q=query, limit=50)
        found.append(json.dumps(answer.json()["hits"]))
    return found


async def _talk(place: OpenHouse, engine: ScriptedEngine) -> list[str]:
    """Calls, kept conversations and `/v1`, asked about every canary."""
    fan = await place.visit(place.house.fan)
    bodies: list[str] = []
    for query in QUERIES:
        call = await fan.open_call()
        async with fan.listen(call) as ear:
            ids = await fan.say(call, query)
            await ear.until("turn", lambda turn, ids=ids: turn["id"] == ids["answer_id"])
            # The question is said back to whoever asked it; everything else must be clean.
            bodies += [
                json.dumps(event.data)
                for event in ear.heard
                if not (event.name == "turn" and event.data["role"] == "user")
            ]
        await fan.post(f"/api/calls/{call['id']}/end")
        kept = await fan.get(f"/api/conversations/{call['conversation_id']}")
        bodies += [json.dumps(turn) for turn in kept["turns"] if turn["role"] == "assistant"]
        for stream in (True, False):
            asked = {"model": SLUG, "stream": stream, "messages": [{"role": "user", "content": query}]}
            bodies.append((await fan.http.post("/v1/chat/completions", json=asked)).text)
    prompts = [m["content"] for request in engine.requests for m in request.messages]
    # What was looked up stands in front of the question.
    return [*bodies, *(prompt.rpartition("\n\n")[0] for prompt in prompts if "“" in prompt)]


def _assert_clean(bodies: list[str]) -> None:
    for body in bodies:
        found = [word for word in CANARIES if word in body.lower()]
        assert not found and not STAND_IN.search(body), (found, body[:800])


async def test_nothing_of_other_people_reaches_fans(opened: Opener) -> None:
    """Every route, as nobody, a fan, another creator and the owner: none of the planted words."""
    engine = ScriptedEngine(words(f"{OWN}."))
    async with opened(engine) as place:
        house = place.house
        _fill(house)
        for bearer in ({}, house.fan.bearer, house.rival.bearer, house.creator.bearer):
            async with httpx.AsyncClient(base_url=place.url, headers=bearer, timeout=PATIENCE_S) as http:
                bodies = await _bodies(http, house)
                _assert_clean(bodies)
                assert any(OWN in body for body in bodies)
        bodies = await _talk(place, engine)
        _assert_clean(bodies)
        assert any('"title": "A chat"' in body for body in bodies)


async def test_what_may_be_seen_is_the_creators_alone(opened: Opener) -> None:
    """A chat shows the creator's lines under the creator's name, and one gap for each run of the others'."""
    async with opened() as place:
        _fill(place.house)
        ids, fan = _by_name(place.house), await place.visit(place.house.fan)
        chat = await fan.get(f"/api/items/{ids['WhatsApp Chat with Zebulon Quark.txt']}")
        assert chat["title"] == "A chat"
        assert [(line["is_gap"], line["speaker"]) for line in chat["passages"]] == [
            (False, "Juniper Shen"),
            (True, None),
            (False, "Juniper Shen"),
            (True, None),
        ]
        gaps = [line for line in chat["passages"] if line["is_gap"]]
        assert {(g["text"], g["start_s"], g["end_s"], g["anchor"]) for g in gaps} == {("…", None, None, "")}
        assert "my friend" in chat["passages"][0]["text"] or "a friend" in chat["passages"][0]["text"]
        for hidden in ("held.srt", "stranger.wav", "chapter.docx", "secret.md"):
            await fan.get(f"/api/items/{ids[hidden]}", 404)
            await fan.get(f"/api/items/{ids[hidden]}/media", 404)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (None, {"alone.wav": 401, "interview.wav": 401, "stranger.wav": 404}),
        ("fan", {"alone.wav": 200, "interview.wav": 403, "stranger.wav": 404}),
        ("creator", {"alone.wav": 200, "interview.wav": 403, "stranger.wav": 404}),
    ],
)
async def test_only_the_creators_own_voice_is_played(
    opened: Opener, who: str | None, expected: dict[str, int]
) -> None:
    """Visitors log in first; a recording with somebody else in it is for the studio, which plays them all."""
    async with opened() as place:
        house = place.house
        _fill(house)
        ids = _by_name(house)
        bearer = {} if who is None else house.people[who].bearer
        async with httpx.AsyncClient(base_url=place.url, headers=bearer, timeout=PATIENCE_S) as http:
            for name, status in expected.items():
                answer = await http.get(f"/api/items/{ids[name]}/media")
                assert answer.status_code == status, name
                if status in (401, 403):
                    code = {401: "unauthenticated", 403: "others_heard"}[status]
                    assert answer.json()["code"] == code
                seen = await http.get(f"/api/items/{ids[name]}")
                plays = name == "alone.wav"
                assert seen.status_code == 404 or (seen.json()["media_url"] is not None) == plays
                studio = await http.get(f"/api/studio/{SLUG}/library/items/{ids[name]}/media")
                assert (studio.status_code == 200) == (who == "creator")


async def test_what_is_added_waits_for_the_next_version_and_goes_with_it(opened: Opener) -> None:
    """The creator's own questions find it at once; a version that is taken back takes its items back."""
    query = "pewter promises unfinished chapter"
    async with opened() as place:
        house = place.house
        _fill(house)
        ids, fan = _by_name(house), await place.visit(house.fan)

        async def is_seen() -> bool:
            answer = await fan.get(f"/api/twins/{SLUG}/search?q={query}")
            hit = any(one["item_id"] == ids["chapter.docx"] for one in answer["hits"])
            page = await fan.http.get(f"/api/items/{ids['chapter.docx']}")
            looked_up = await house.app.replier.look_up(SLUG, query, ())
            offered = any(one.passage.item_id == ids["chapter.docx"] for one in looked_up.found)
            assert hit == (page.status_code == 200) == offered
            return hit

        assert not await is_seen()
        own = await house.app.replier.look_up(SLUG, query, (), whole_library=True)
        assert ids["chapter.docx"] in {one.passage.item_id for one in own.found}
        assert Question("?", "a").whole_library is False
        publish(house.app)
        assert await is_seen()
        house.app.releases.rollback(SLUG, by="test")
        assert not await is_seen()


async def test_kept_citations_are_looked_at_again(opened: Opener) -> None:
    """What was cited while it could be seen is not cited in an old conversation once it cannot."""
    change: Callable[[House, str], Any] = lambda house, item: house.app.editor(SLUG, "test").exclude(  # noqa: E731
        [item], excluded=True
    )
    engine = ScriptedEngine(words(f"{OWN}."))
    async with opened(engine) as place:
        house = place.house
        _fill(house)
        fan = await place.visit(house.fan)
        call = await fan.open_call()
        answer = await fan.ask(call, "How do I scrub the verdigris off the brass hinge?")
        assert [one["title"] for one in answer["citations"]] == ["A chat"]
        path = f"/api/conversations/{call['conversation_id']}"
        assert (await fan.get(path))["turns"][1]["citations"] == answer["citations"]
        change(house, answer["citations"][0]["item_id"])
        assert (await fan.get(path))["turns"][1]["citations"] == []

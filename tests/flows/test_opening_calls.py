"""Opening a call: what a refused request leaves behind, and what a repeated one opens."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from fenshen.core.db import metadata
from house import PRICE, SLUG, House, Opener, Visitor, new_version

CALLS = "/api/calls"
QUOTA = PRICE // 4


def counts(house: House) -> dict[str, int]:
    """Rows of every table."""
    with house.app.db.read() as connection:
        return {
            name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
        }


async def opened_with(fan: Visitor, key: str | None, **body: Any) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return await fan.http.post(CALLS, json={"twin": SLUG, **body}, headers=headers)


@pytest.mark.parametrize("key", [None, "key-1"])
async def test_a_refused_call_writes_no_row(opened: Opener, key: str | None) -> None:
    """An empty wallet, a twin that is not there, another fan's conversation: nothing is left of them."""
    async with opened() as place:
        poor = await place.visit(place.house.poor)
        before = counts(place.house)
        assert (await opened_with(poor, key)).status_code == 402
        assert (await opened_with(poor, key, conversation_id="conv_of_another")).status_code == 404
        assert (await opened_with(poor, key, twin="nobody")).status_code == 404
        assert counts(place.house) == before


async def test_a_repeated_request_opens_one_call(opened: Opener) -> None:
    """At once, later, and after the call has ended: the same key gives the same call and one hold."""
    async with opened() as place:
        fan = await place.visit(place.house.fan)
        answers = await asyncio.gather(*(opened_with(fan, "key-1") for _ in range(8)))
        assert {answer.status_code for answer in answers} == {201}
        (call_id,) = {answer.json()["id"] for answer in answers}
        wallet = await fan.get("/api/wallet")
        assert wallet["held_micros"] == QUOTA
        await fan.post(f"{CALLS}/{call_id}/end")
        again = (await opened_with(fan, "key-1")).json()
        assert (again["id"], again["status"]) == (call_id, "ended")
        assert (await opened_with(fan, "key-2")).json()["id"] != call_id


async def test_a_key_means_one_request_of_one_fan(opened: Opener) -> None:
    """Other words under a used key are refused; another fan's key is another key; an impossible one is told."""
    async with opened() as place:
        fan, other = await place.visit(place.house.fan), await place.visit(place.house.other)
        first = await opened_with(fan, "key-1")
        reused = await opened_with(fan, "key-1", language="zh")
        assert (reused.status_code, reused.json()["code"]) == (409, "key_reused")
        theirs = await opened_with(other, "key-1")
        assert theirs.status_code == 201 and theirs.json()["id"] != first.json()["id"]
        assert (await opened_with(fan, "a b")).status_code == 422


async def test_a_key_is_kept_for_thirty_days(opened: Opener) -> None:
    """On the twenty-ninth day it still gives its call; a refused request may be sent again at once."""
    async with opened() as place:
        fan, poor = await place.visit(place.house.fan), await place.visit(place.house.poor)
        first = (await opened_with(fan, "key-1")).json()["id"]
        assert (await opened_with(poor, "key-1")).status_code == 402
        assert (await opened_with(poor, "key-1")).status_code == 402
        place.house.clock.advance(29 * 86_400)
        assert (await opened_with(fan, "key-1")).json()["id"] == first


@pytest.mark.parametrize(
    ("price", "status"), [("1000.00", 200), ("1000.01", 422), ("99999999.99", 422), ("0.01", 200)]
)
async def test_a_price_that_no_call_can_have_is_refused_at_publishing(
    opened: Opener, price: str, status: int
) -> None:
    """And one that is taken opens calls."""
    async with opened() as place:
        creator = await place.visit(place.house.creator)
        version = new_version(place.house.app)
        path = f"/api/studio/{SLUG}/versions/{version.id}/publish"
        answer = await creator.http.post(path, json={"price": price, "currency": "USD"})
        assert answer.status_code == status
        fan = await place.visit(place.house.fan)
        opening = await opened_with(fan, None)
        assert opening.status_code in ((201,) if status == 422 or price == "0.01" else (402,))

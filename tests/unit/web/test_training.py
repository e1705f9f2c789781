"""Measuring and comparing versions over HTTP: ordered by their owner, watched like any training."""

from __future__ import annotations

import dataclasses

from fenshen.training import versions
from house import SLUG, Opener, new_version

EVALUATIONS = f"/api/studio/{SLUG}/training/evaluations"
RUNS = f"/api/studio/{SLUG}/training/runs"


async def test_a_comparison_is_ordered_and_says_what_it_compares(opened: Opener) -> None:
    """Both versions are named by their numbers; until it is done nothing else is begun."""
    async with opened() as place:
        creator = await place.visit(place.house.creator)
        a, b = new_version(place.house.app), new_version(place.house.app)
        made = await creator.post(EVALUATIONS, 201, version_id=b.id, against_id=a.id)
        assert (made["kind"], made["stage"], made["stages"]) == ("compare", "compare", ["compare"])
        numbers = versions.numbers(place.house.app.db, SLUG)
        assert (made["version"]["number"], made["against"]["number"]) == (numbers[b.id], numbers[a.id])
        assert [run["id"] for run in await creator.get(RUNS)] == [made["id"]]
        busy = await creator.post(EVALUATIONS, 503, version_id=a.id, against_id=b.id)
        assert busy["code"] == "training_running"
        await creator.post(f"{RUNS}/{made['id']}/cancel")
        evaluated = await creator.post(EVALUATIONS, 201, version_id=a.id)
        assert (evaluated["kind"], evaluated["against"]) == ("evaluate", None)


async def test_only_two_trained_versions_of_the_twin_are_compared(opened: Opener) -> None:
    """Not one with itself, not one that nobody has, not one that is still in training."""
    async with opened() as place:
        app, creator = place.house.app, await place.visit(place.house.creator)
        whole, begun = new_version(app), new_version(app)
        versions.set_status(app.db, begun.id, "training")
        strange = dataclasses.replace(new_version(app), id="ver_other", creator="somebody-else")
        versions.add(app.db, strange)
        for a, b, status, code in (
            (whole, whole.id, 422, "same_version"),
            (whole, "ver_of_nobody", 409, "version_unfinished"),
            (whole, strange.id, 409, "version_unfinished"),
            (whole, begun.id, 409, "version_unfinished"),
            (begun, whole.id, 409, "version_unfinished"),
        ):
            refused = await creator.post(EVALUATIONS, status, version_id=a.id, against_id=b)
            assert refused["code"] == code

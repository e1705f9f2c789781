"""`fenshen preferences`: what there is, what is missing, and a file without fans' words."""

from __future__ import annotations

import json
from pathlib import Path

from commands import Command
from fenshen.training import versions
from fenshen.training.meta import write_meta
from fenshen.training.preference import comparisons
from house import SLUG, House, ask_for_a_comparison, new_version


def test_what_there_is_and_what_is_missing(house: House, fenshen: Command) -> None:
    """Counts by source as JSON, and the next step in words."""
    version = new_version(house.app)
    for number in range(3):
        made = ask_for_a_comparison(house.app, f"Is kettle {number} broken?", left_version=version.id)
        comparisons.choose(
            house.app.db,
            house.clock,
            SLUG,
            made.id,
            comparisons.Decision("left", "left", f"Sulking, {number}."),
        )
    told = fenshen("preferences", SLUG, "--json").json
    assert (told["counts"]["choice"], told["counts"]["edit"], told["pairs_missing"]) == (3, 3, 6)
    assert "6 more pairs" in fenshen("preferences", SLUG).out


def test_they_are_exported(house: House, fenshen: Command, tmp_path: Path) -> None:
    """One JSON document; a folder in the way is bad input."""
    made = ask_for_a_comparison(house.app)
    comparisons.choose(house.app.db, house.clock, SLUG, made.id, comparisons.Decision("right"))
    path = tmp_path / "preferences.json"
    assert fenshen("preferences", SLUG, "--export", str(path)).code == 0
    document = json.loads(path.read_text(encoding="utf-8"))
    assert [one["chosen"] for one in document["pairs"]] == [made.right_text]
    assert fenshen("preferences", SLUG, "--export", str(tmp_path)).code == 3


def test_training_needs_a_version_and_enough_of_them(house: House, fenshen: Command) -> None:
    """Too few are refused before anything is loaded; what contradicts `--prefer` is a misuse."""
    made = ask_for_a_comparison(house.app)
    comparisons.choose(house.app.db, house.clock, SLUG, made.id, comparisons.Decision("left"))
    newest = versions.newest(house.app.db, SLUG)
    assert newest is not None
    folder = house.app.settings.home / newest.adapter_dir
    folder.mkdir(parents=True)
    write_meta(folder, {"systems": {"en": "You are Juniper."}})
    refused = fenshen("train", SLUG, "--prefer")
    assert refused.code == 3 and "11 more pairs" in refused.err
    assert fenshen("train", SLUG, "--prefer", "--base", "other").code == 2
    assert fenshen("train", "rowan", "--prefer").code in (3, 4)

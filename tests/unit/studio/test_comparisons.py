"""Two versions side by side in an installation: from stored ladders, or measured anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fenshen.core.errors import BadInput, Conflict
from fenshen.studio import comparisons
from fenshen.studio.comparisons import learned_items, stored_comparison
from fenshen.training import versions
from fenshen.training.bases import BaseFile
from fenshen.training.job import JobSpec
from fenshen.training.versions import Version
from house import SLUG, House, new_version

STORIES = (
    "The dented spout came in on the tide with opinions about limescale, and I let it finish first.",
    "A toaster wanted to know my name, so I unplugged it and read it a poem about bread instead.",
    "Gerald rolled under the stove again; I found him beside a biscuit older than the ferry itself.",
    "My grandmother folds umbrellas the way other people fold letters they never mean to send.",
    "Never glue anything that has a screw somewhere, because the screw will hear about it one day.",
    "The mantel clock stops on Sundays, which is not a fault but a very reasonable arrangement.",
    "Somebody left a vacuum cleaner full of confetti on the pier with a note that only said sorry.",
    "Zips are the smallest machines I know, and the only ones that bite you when they are happy.",
)


CHINESE = "壶跳得早，是因为水垢骗了它的感应器。放两勺柠檬酸煮一壶水，等二十分钟再冲干净，它就又老实了。"


def _ladder(nats: float, answer: str, sha: str = "set", count: int = 12) -> dict[str, Any]:
    return {
        "levels": [{"level": "L3"}],
        "heldout_sha256": sha,
        "per_item": {
            "held_out": [
                {"key": f"k{n}", "item": f"itm_{n % 2}", "bytes": 50, "nats": {"L3": nats * (50 + n)}}
                for n in range(count)
            ],
            "questions": [
                {
                    "question": f"Q{n}?",
                    "shown": [],
                    "answers": {"L0": "x", "L3": f"{answer} {n} it sat there"},
                }
                for n in range(8)
            ],
            "facts": [],
            "base_answers": ["It is important to note that a kettle boils water."],
        },
    }


def _measured(house: House, metrics: dict[str, Any]) -> Version:
    version = new_version(house.app)
    versions.record_evaluation(house.app.db, version.id, metrics, {"passed": True, "reasons": []})
    return versions.version(house.app.db, version.id)


def _compare(house: House, a: Version, b: Version) -> dict[str, Any]:
    return stored_comparison(house.app.db, house.app.settings.home, a, b, frozenset())


@pytest.fixture
def shelf(house: House, tmp_path: Path) -> House:
    """The house with six posts more."""
    _add(house, tmp_path, range(6))
    return house


def _add(house: House, folder: Path, numbers: range) -> None:
    for n in numbers:
        (folder / f"2024-02-{n + 1:02} Kettle {n}.md").write_text(f"# Kettle {n}\n\n{STORIES[n]}\n")
    house.app.library.ingest(SLUG, sorted(folder.glob("2024-*.md")))


def test_versions_read_on_the_same_set_are_compared_from_what_is_stored(shelf: House) -> None:
    """Whatever their bases; asked again, the answer is the kept one."""
    pytest.importorskip("sklearn")
    better = _measured(shelf, _ladder(0.5, "The kettle sulked, so"))
    worse = _measured(shelf, _ladder(0.6, "It is important to note that"))
    found = _compare(shelf, better, worse)
    assert found["set"] == {"how": "stored", "items": 2, "answers": 12}
    assert found["measures"][0]["verdict"] == "better"
    assert found["a"]["version"] == better.id
    assert [one["question"] for one in found["questions"]][:2] == ["Q0?", "Q1?"]
    assert _compare(shelf, better, worse) == found


@pytest.mark.parametrize(
    "other", [None, _ladder(0.6, "x", sha="another set"), _ladder(0.6, "x", count=7)], ids=str
)
def test_what_was_not_read_on_the_same_set_has_to_be_measured(
    house: House, other: dict[str, Any] | None
) -> None:
    """The message names the command."""
    a = _measured(house, _ladder(0.5, "x"))
    b = new_version(house.app) if other is None else _measured(house, other)
    with pytest.raises(Conflict, match=f"fenshen eval juniper --version {a.id} --against {b.id}") as caught:
        _compare(house, a, b)
    assert caught.value.code == "not_compared"


def test_a_version_is_not_compared_with_itself(house: House) -> None:
    """Nor with one that is not trained to its end."""
    one = _measured(house, _ladder(0.5, "x"))
    with pytest.raises(BadInput, match="itself"):
        _compare(house, one, one)


def test_otherwise_both_are_measured_anew_on_what_neither_has_learned(
    shelf: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first version held out what the second has learned, so only what came last is left to judge by."""
    pytest.importorskip("torch")
    from tiny_gguf import write_tiny_base

    base, app = str(write_tiny_base(tmp_path / "tiny.gguf")), shelf.app
    first = _trained(shelf, base)
    _add(shelf, tmp_path, range(6, 8))
    second = _trained(shelf, base)
    # Nobody has learned this item, but it is in a language that the bases do not write: it can judge neither.
    monkeypatch.setattr(comparisons, "find_base", lambda *_: BaseFile("tiny", Path(base), "0", ("en",)))
    (tmp_path / "2023-01-01 水壶.md").write_text(f"# 水壶\n\n{CHINESE}\n", encoding="utf-8")
    app.library.ingest(SLUG, [tmp_path / "2023-01-01 水壶.md"])
    learned = [learned_items(app.db, app.settings.home, one) for one in (first, second)]
    assert learned[1] - learned[0]
    found = app.training.compare(second, first)
    assert found["set"]["how"] == "anew"
    assert found["set"]["items"] >= 1
    assert found["set"]["answers"] == found["measures"][0]["difference"]["n"]
    verdicts = {one["name"]: one["verdict"] for one in found["measures"]}
    assert verdicts["bits_per_byte"] == "unsure"  # half a dozen answers of two random bases
    assert found["questions"]
    assert _compare(shelf, second, first) == found


def test_versions_without_a_common_language_are_not_compared(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody could read the answers of both."""
    spoken = {"one": ("en",), "two": ("zh",)}
    monkeypatch.setattr(comparisons, "find_base", lambda name, _: BaseFile(name, Path(), "0", spoken[name]))
    a, b = (new_version(house.app, base) for base in spoken)
    with pytest.raises(BadInput, match="no common language") as caught:
        house.app.training.compare(a, b)
    assert caught.value.code == "nothing_in_common"


def _trained(house: House, base: str) -> Version:
    trained = house.app.training.train(JobSpec(SLUG, base, minutes=1))
    # A base is found again by its path; the record has the name alone.
    versions._update(house.app.db, trained.id, {"base": base})
    return replace(trained, base=base)

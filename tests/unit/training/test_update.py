"""An update: the parent goes on with what is new, and what that cost is measured."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Refused
from fenshen.core.ids import SeededIds
from fenshen.core.installation import Installation
from fenshen.core.progress import Stopped
from fenshen.library import items as library
from fenshen.library import tables
from fenshen.training import preflight
from fenshen.training.bases import BaseFile
from fenshen.training.evals.nll import HeldOut
from fenshen.training.gate import decide
from fenshen.training.job import JobSpec
from fenshen.training.library_diff import read_manifest
from fenshen.training.meta import read_meta
from fenshen.training.preflight import PreflightReport
from fenshen.training.recipe import recipe
from fenshen.training.resources import Machine
from fenshen.training.snapshot import loss_curve, read_snapshot
from fenshen.training.update import FORGETTING_MAX, RATE_SHARE, change
from fenshen.training.versions import Version

Train = Callable[..., Version]
Bring = Callable[..., None]


@pytest.fixture
def bring(stocked: Database, shelf: Callable[..., Any]) -> Bring:
    """Adds posts with these numbers to the library."""

    def add(*numbers: int) -> None:
        for number in numbers:
            texts = [f"Lantern {number} smokes in the rain. " + f"Wick {number}{number}. " * 3]
            (item,), passages = shelf(f"new{number}", texts, published=date(2025, 1, number))
            with stocked.write() as connection:
                library.insert_item(connection, item, passages)

    return add


def set_item(db: Database, item_id: str, **values: object) -> None:
    """Change columns of an item."""
    with db.write() as connection:
        connection.execute(sa.update(tables.items).where(tables.items.c.id == item_id).values(**values))


def test_an_update_learns_the_new_and_replays_some_of_the_old(
    train: Train, bring: Bring, tmp_path: Path
) -> None:
    """Held out is what was held out before and the newest of the new; the rate is gentler; all on record."""
    first = train()
    bring(*range(1, 11))
    second = train(origin="update", parent=first.id)
    folder = tmp_path / "home" / second.adapter_dir
    meta, examples = read_meta(folder), list(read_snapshot(folder))
    assert set(meta["held_out"]["items"]) == {"post4", "new10"}
    learned = {e.item_id for e in examples}
    assert {f"new{n}" for n in range(1, 10)} <= learned
    assert learned.isdisjoint({"post4", "new10", "diary"})
    assert learned & {f"post{n}" for n in range(4)}
    assert meta["recipe"]["learning_rate"] == pytest.approx(recipe().learning_rate * RATE_SHARE)
    assert meta["update"]["parent"] == first.id
    assert (meta["update"]["fresh_items"], meta["update"]["held_out_before"]) == (10, ["post4"])
    assert meta["update"]["fresh"] + meta["update"]["rehearsed"] == len(examples)
    for side in ("old", "new"):
        assert meta["forgetting"][side]["before"]["n"] == meta["forgetting"][side]["after"]["n"] > 0
        assert meta["forgetting"][side]["change"]["value"] != 0
    assert not (folder / "before.json").exists()
    curves = [loss_curve(tmp_path / "home" / version.adapter_dir) for version in (first, second)]
    assert curves[1][0]["loss"] < curves[0][0]["loss"], "it begins where its parent ended"
    assert (second.origin, second.parent) == ("update", first.id)


def test_the_plan_of_an_update_counts_what_it_learns(
    train: Train,
    bring: Bring,
    stocked: Database,
    base_file: BaseFile,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The new and what is replayed, not the whole library; nothing new is said before anything is loaded."""
    monkeypatch.setattr(preflight, "find_base", lambda name, home: base_file)
    machine = Machine("cpu", 2, 64 * 10**9, 60 * 10**9)
    first = train()
    on = Installation(stocked, VirtualClock(), SeededIds(), tmp_path / "home")

    def planned() -> PreflightReport:
        order = JobSpec("juniper", "tiny", origin="update", parent=first.id)
        return preflight.preflight_training(on, order, machine)

    with pytest.raises(BadInput) as caught:
        planned()
    assert caught.value.code == "nothing_new"
    bring(1, 2)
    plan = planned()
    second = train(origin="update", parent=first.id)
    learned = list(read_snapshot(tmp_path / "home" / second.adapter_dir))
    whole = preflight.preflight_training(on, JobSpec("juniper", "tiny"), machine)
    assert sum(plan.examples.values()) == len(learned) < sum(whole.examples.values())


def test_a_second_update_knows_what_the_first_version_learned(
    train: Train, bring: Bring, stocked: Database, tmp_path: Path
) -> None:
    """Through a chain of updates nothing that any of them learned is forgotten to be asked about."""
    first = train()
    bring(1, 2, 3)
    second = train(origin="update", parent=first.id)
    assert {"post0", "post1", "new1"} <= set(read_manifest(tmp_path / "home" / second.adapter_dir))
    bring(4, 5)
    set_item(stocked, "post0", uses=[])
    with pytest.raises(Refused, match="cannot unlearn") as caught:
        train(origin="update", parent=second.id)
    assert caught.value.code == "cannot_unlearn"
    assert train().status == "trained"


def test_what_may_no_longer_be_used_is_not_replayed(
    train: Train, bring: Bring, stocked: Database, tmp_path: Path
) -> None:
    """A training anew leaves it out; nothing of it is in the new version's files."""
    train()
    set_item(stocked, "post1", excluded=True)
    folder = tmp_path / "home" / train().adapter_dir
    assert "Kettle 1" not in (folder / "examples.jsonl").read_text()
    assert "post1" not in read_manifest(folder)


def test_an_update_of_nothing_is_refused(train: Train) -> None:
    """The library is as it was."""
    first = train()
    with pytest.raises(BadInput) as caught:
        train(origin="update", parent=first.id)
    assert caught.value.code == "nothing_new"


def test_an_edited_item_is_learned_again(train: Train, stocked: Database, tmp_path: Path) -> None:
    """Its new words replace the old ones in what is learned."""
    first = train()
    with stocked.write() as connection:
        mine = tables.passages.c.id == "post0-0"
        connection.execute(sa.update(tables.passages).where(mine).values(text="The samovar hums a waltz."))
    second = train(origin="update", parent=first.id)
    assert "samovar" in (tmp_path / "home" / second.adapter_dir / "examples.jsonl").read_text()


def test_an_update_goes_on_after_a_stop_and_compares_with_its_parent(
    train: Train, bring: Bring, tmp_path: Path
) -> None:
    """Stopped through its progress it keeps every step, and what it forgot is measured from the parent."""
    first = train()
    bring(1, 2, 3)

    def stop_at_second(done: float, total: float, note: str = "") -> None:
        if note.startswith("step 2,"):
            raise Stopped

    with pytest.raises(Stopped):
        train(origin="update", parent=first.id, progress=stop_at_second)
    (begun,) = (tmp_path / "home" / "versions").glob("*/before.json")
    second = train(origin="update", parent=first.id)
    assert second.adapter_dir.endswith(begun.parent.name)
    curve = loss_curve(begun.parent)
    assert [point["step"] for point in curve] == list(range(1, len(curve) + 1))
    old = read_meta(begun.parent)["forgetting"]["old"]
    assert old["before"]["value"] != old["after"]["value"]


def test_another_base_cannot_go_on_with_an_adapter(
    train: Train, bring: Bring, base_file: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The matrices belong to one base."""
    from dataclasses import replace

    from fenshen.training import train as training

    first = train()
    bring(1, 2, 3)
    monkeypatch.setattr(training, "find_base", lambda name, home: replace(base_file, name="other"))
    with pytest.raises(BadInput) as caught:
        train(origin="update", parent=first.id)
    assert caught.value.code == "other_base"


def metrics(changes: list[float]) -> dict[str, Any]:
    """A ladder that passes but for what was forgotten on these answers, in bits per byte."""
    told = [HeldOut("", ({"role": "user", "content": "?"},), "x" * 100, "en") for _ in changes]
    then = [50.0] * len(changes)
    now = [50.0 + one * 100 * 0.693147 for one in changes]
    won = {"value": -0.1, "low": -0.2, "high": -0.05, "n": 30}
    style = {"value": 0.1, "low": 0.05, "high": 0.2, "n": 30}
    return {
        "differences": {"L3-L0": {"bits_per_byte": won, "style": style}},
        "canaries": {"leaks": 0, "probes": 5},
        "levels": [{"level": "L3", "reciting": {"longest": 9, "share": 0.0}}],
        "provoked": {
            "L0": {"longest": 4, "share": 0.0, "n": 8},
            "L2": {"longest": 11, "share": 0.0, "n": 8},
        },
        "limits": {"leaked": 0, "forbidden": 5, "refused": 0, "harmless": 5},
        "forgetting": {"bound": FORGETTING_MAX, "old": change(told, then, now, 7)},
    }


@pytest.mark.parametrize(
    ("changes", "passes"),
    [
        ([0.05, 0.06, 0.04] * 8, False),
        ([0.015, 0.01, 0.02] * 8, True),
        ([-0.05] * 24, True),
        ([0.5, -0.45] * 12, True),
    ],
)
def test_the_gate_refuses_what_surely_forgot_too_much(changes: list[float], passes: bool) -> None:
    """Not what may have, nor what forgot less than the bound; the figures are told either way."""
    measured = metrics(changes)
    gate = decide(measured)
    assert gate.passed is passes
    assert any("knew before the update" in reason for reason in gate.reasons)
    assert decide({k: v for k, v in measured.items() if k != "forgetting"}).passed

"""Training from a library in the database to the files of a version."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Busy, Conflict, EngineMissing, NotFound
from fenshen.library import items as library
from fenshen.training import bases, versions
from fenshen.training.bases import BaseFile, find_base
from fenshen.training.job import training_lock
from fenshen.training.meta import read_meta
from fenshen.training.snapshot import examples_page, loss_curve, read_snapshot
from fenshen.training.weights import Base


class Killed(BaseException):
    """Stands for a kill."""


def test_a_version_has_every_file(train: Callable[..., versions.Version], tmp_path: Path) -> None:
    """Adapter, GGUF, snapshot, loss curve and a meta file that says what it is made of."""
    version = train(consent_id="con_1")
    folder = tmp_path / "home" / version.adapter_dir
    assert version.status == "trained"
    assert {path.name for path in folder.iterdir()} == {
        "adapter_config.json",
        "adapter_model.safetensors",
        "adapter.gguf",
        "meta.json",
        "examples.jsonl",
        "items.json",
        "loss.jsonl",
    }
    meta = read_meta(folder)
    assert meta["base"] == {"name": "tiny", "sha256": "0" * 64}
    assert meta["consent_ids"] == ["con_1"]
    assert meta["data_sha256"] == version.data_sha256
    assert meta["held_out"]["items"] == ["post4"]
    assert meta["training"]["steps"] == len(loss_curve(folder)) > 0
    assert "<|im_start|>" in meta["chat_template"]


def test_nothing_private_or_held_out_is_in_the_snapshot(
    train: Callable[..., versions.Version], tmp_path: Path
) -> None:
    """The dataset shows where each answer was said, and holds no secret."""
    folder = tmp_path / "home" / train().adapter_dir
    text = (folder / "examples.jsonl").read_text()
    assert "marmalade" not in text
    assert "Kettle 4" not in text
    page = examples_page(folder, limit=3)
    assert page.total == len(list(read_snapshot(folder)))
    assert (page.examples[0].item_id, page.examples[0].anchor) == ("post0", "t=0")


def test_a_killed_training_is_finished_not_begun_again(
    train: Callable[..., versions.Version], tmp_path: Path
) -> None:
    """The second call goes on with the same version; a third one begins another."""
    calls = 0

    def kill_at_third() -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise Killed

    with pytest.raises(Killed):
        train(stop=kill_at_third)
    (unfinished,) = [path for path in (tmp_path / "home" / "versions").iterdir() if path.is_dir()]
    finished = train()
    assert finished.id == unfinished.name
    assert train().id != finished.id


def test_a_diverged_training_is_failed(
    train: Callable[..., versions.Version], stocked: Database, fresh: Callable[[], Base]
) -> None:
    """Its version is never resumed."""

    def broken(_: BaseFile) -> Base:
        made = fresh()
        made.model.model.norm.weight.data.fill_(float("nan"))
        return made

    with pytest.raises(BadInput, match="diverged"):
        train(load=broken)
    (failed,) = versions.list_versions(stocked, "juniper")
    assert failed.status == "failed"
    assert train().id != failed.id


def test_the_plan_is_told_before_the_first_step(train: Callable[..., versions.Version]) -> None:
    """Base, size, examples and tokens are said first."""
    notes: list[str] = []
    train(progress=lambda done, total, note="": notes.append(note))
    plan = next(note for note in notes if note.startswith("training tiny"))
    assert "examples" in plan
    assert "tokens a pass" in plan
    assert notes.index(plan) < next(at for at, note in enumerate(notes) if note.startswith("step 1,"))


def test_two_trainings_of_one_twin_do_not_meet(
    train: Callable[..., versions.Version], tmp_path: Path
) -> None:
    """While one holds the lock the other is told to wait."""
    with training_lock(tmp_path / "home", "juniper"), pytest.raises(Busy, match="another process"):
        train()
    assert train().status == "trained"


def test_an_empty_library_is_refused(train: Callable[..., versions.Version], stocked: Database) -> None:
    """Nothing to learn is bad input, and no version is recorded."""
    for item in library.list_items(stocked, "juniper"):
        if not item.private:
            library.delete_item(stocked, item.id)
    with pytest.raises(BadInput, match="nothing to learn") as caught:
        train()
    assert caught.value.code == "nothing_to_learn"
    assert versions.list_versions(stocked, "juniper") == []


def test_an_unknown_base_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    """The message lists what can be trained, and no voices."""
    with pytest.raises(BadInput, match="smollm2-135m") as caught:
        find_base("gpt-nine", tmp_path)
    assert caught.value.code == "unknown_base"
    assert "kokoro" not in caught.value.message


def test_a_file_is_a_base_too(tmp_path: Path) -> None:
    """A GGUF on disk can be trained without being in the catalog."""
    path = tmp_path / "mine.gguf"
    path.write_bytes(b"GGUF")
    assert bases.find_base(str(path), tmp_path).name == "mine"
    with pytest.raises(BadInput, match="base of the catalog"):
        bases.find_base(str(path.rename(tmp_path / "smollm2-135m.gguf")), tmp_path)


def test_a_file_that_versions_stand_on_is_found_by_its_name(tmp_path: Path) -> None:
    """A version keeps the name alone; another file of that name is refused, and so is a changed one."""
    path, other = tmp_path / "mine.gguf", tmp_path / "other" / "mine.gguf"
    other.parent.mkdir()
    path.write_bytes(b"GGUF")
    other.write_bytes(b"GGUF2")
    used = bases.find_base(str(path), tmp_path)
    bases.remember_base(used, tmp_path)
    assert bases.find_base("mine", tmp_path) == replace(used, path=path.resolve())
    with pytest.raises(Conflict, match="rename"):
        bases.remember_base(bases.find_base(str(other), tmp_path), tmp_path)
    path.write_bytes(b"another one")
    with pytest.raises(EngineMissing, match="put that one back"):
        bases.find_base("mine", tmp_path)


def test_no_time_is_refused(train: Callable[..., versions.Version]) -> None:
    """Zero minutes train nothing."""
    with pytest.raises(BadInput, match="minutes"):
        train(minutes=0)


def test_the_smoke_answer_is_kept(train: Callable[..., versions.Version], tmp_path: Path) -> None:
    """One question is asked right after training, and its answer is on record."""
    meta = json.loads((tmp_path / "home" / train().adapter_dir / "meta.json").read_text())
    assert meta["smoke"]["question"]


def test_senseless_orders_are_refused(train: Callable[..., versions.Version]) -> None:
    """An update of nothing, no time at all, a stranger's version."""
    for wrong in ({"origin": "update"}, {"parent": "ver_1"}, {"minutes": 0.0}):
        with pytest.raises(BadInput):
            train(**wrong)
    with pytest.raises(NotFound):
        train(origin="update", parent="ver_of_a_stranger")

"""A training that cannot go on: the last checkpoint stays, the message says what to do, and the same command
finishes the same version afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from commands import Command
from fenshen.training import loop, preflight, train, weights
from fenshen.training.versions import Version, list_versions
from fenshen.trust import consent
from house import SLUG, House
from tiny_base import make_base, write_header

#: A device that is always full: what is written to it fails as on a full disk, in the kernel.
FULL = Path("/dev/full")
TRAIN = ["train", SLUG, "--base", "tiny", "--fresh", "--minutes", "0.1"]
Interrupt = Callable[[Callable[[Path], None]], None]


@pytest.fixture
def interrupt(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Interrupt:
    """A tiny base and a little library; what it is given happens once, after the second checkpoint."""
    posts = tmp_path / "posts"
    posts.mkdir()
    for number in range(6):
        text = f"Kettle {number} is sulking. " * 4 + f"\n\nThen tea {number}. "
        (posts / f"2024-01-0{number + 1} Kettle {number}.md").write_text(text)
    house.app.library.ingest(SLUG, [posts])
    file = write_header(tmp_path / "tiny.gguf")
    for module in (train, preflight):
        monkeypatch.setattr(module, "find_base", lambda name, home: file)
    monkeypatch.setattr(weights, "load_base", lambda *_: make_base(file))
    monkeypatch.setattr(loop, "CHECKPOINT_EVERY_S", 0.0)

    def set_trap(trap: Callable[[Path], None]) -> None:
        save, saved = loop.save_checkpoint, 0

        def save_and_trap(path: Path, *state: Any) -> None:
            nonlocal saved
            save(path, *state)
            saved += 1
            if saved == 2:
                trap(path)

        monkeypatch.setattr(loop, "save_checkpoint", save_and_trap)

    return set_trap


def _unfinished(house: House) -> tuple[Version, Path]:
    """The version that was cut off and its folder."""
    version = list_versions(house.app.db, SLUG)[0]
    return version, house.app.settings.home / version.adapter_dir


def _finish(fenshen: Command, version: Version, folder: Path) -> None:
    """Train again: the same version goes on after its second step and is whole."""
    again = fenshen(*TRAIN, "--json")
    assert again.code == 0, again.err
    assert (again.json["id"], again.json["status"]) == (version.id, "trained")
    steps = [json.loads(line)["step"] for line in (folder / "loss.jsonl").read_text().splitlines()]
    assert steps[:3] == [1, 2, 3] and len(steps) > 4
    assert (folder / "adapter.gguf").is_file() and not (folder / "checkpoint.safetensors").exists()


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
def test_a_full_disk_during_training_keeps_the_last_checkpoint(
    fenshen: Command, house: House, interrupt: Interrupt
) -> None:
    """Exit code 6; with space again the same command goes on."""
    interrupt(lambda checkpoint: checkpoint.with_name(f"{checkpoint.name}.part").symlink_to(FULL))
    done = fenshen(*TRAIN)
    assert done.code == 6 and "full" in done.err and "(disk_full)" in done.err and "Traceback" not in done.err
    version, folder = _unfinished(house)
    assert version.status == "training"
    assert (folder / "checkpoint.safetensors").is_file() and not (
        folder / "checkpoint.safetensors.part"
    ).exists()
    _finish(fenshen, version, folder)


def test_consent_that_ends_during_training_stops_it(
    fenshen: Command, house: House, interrupt: Interrupt
) -> None:
    """Exit code 4 before the next step; the checkpoint is kept, and nothing goes on until consent is back."""
    app = house.app
    given = consent.list_for(app.db, SLUG)[0].id
    interrupt(lambda _checkpoint: consent.revoke(app.db, app.clock, given, by="elsewhere"))
    done = fenshen(*TRAIN)
    assert done.code == 4 and "consent_revoked" in done.err and "Traceback" not in done.err
    version, folder = _unfinished(house)
    assert version.status == "training" and (folder / "checkpoint.safetensors").is_file()
    assert len((folder / "loss.jsonl").read_text().splitlines()) == 2
    assert fenshen(*TRAIN).code == 4
    until = datetime(2040, 1, 1, tzinfo=UTC)
    consent.grant(app.db, app.clock, app.ids, SLUG, ["train", "chat"], until, by="test")
    _finish(fenshen, version, folder)

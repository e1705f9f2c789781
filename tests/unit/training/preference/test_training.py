"""Preferences on the tiny base: what is learned, what is kept, and what a kill costs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch

from fenshen.core.errors import BadInput, Busy
from fenshen.models.text import Message
from fenshen.training import versions
from fenshen.training.adapter import continued_adapter, load_adapter
from fenshen.training.job import JobSpec, training_lock
from fenshen.training.meta import read_meta
from fenshen.training.preference import learner
from fenshen.training.preference import train as preferring
from fenshen.training.preference.batches import Rows
from fenshen.training.preference.dataset import Pair, PreferenceDataset, RatedAnswer
from fenshen.training.preference.hyperparameters import PREFERENCE_RECIPE
from fenshen.training.preference.train import train_preferences
from fenshen.training.snapshot import loss_curve
from fenshen.training.template import ChatTemplate
from workshop import Workshop


class Killed(BaseException):
    """Stands for a kill."""


def asked(number: int) -> tuple[Message, ...]:
    return (Message(role="user", content=f"What about kettle {number}?"),)


PAIRS = tuple(
    Pair(f"cmp_{n}", "choice", asked(n), f"Sulking, kettle {n}.", "I cannot help with that.", "en")
    for n in range(20)
)
THUMBS = tuple(
    RatedAnswer(
        f"turn_{n}", asked(n), "It is sulking, dear." if n % 2 else "As a language model.", n % 2 == 1, "en"
    )
    for n in range(24)
)


def test_the_preferred_answers_become_likelier_than_the_others(workshop: Workshop) -> None:
    """On pairs that were learned and on those kept apart, the margin over the parent grows."""
    version = workshop.prefer(PreferenceDataset(PAIRS))
    found = read_meta(workshop.home / version.adapter_dir)["preferences"]
    assert (found["learned"]["n"], found["held_out"]["n"]) == (16, 4)
    for part in ("learned", "held_out"):
        assert found[part]["after"]["nats"] > found[part]["before"]["nats"] + 1
        assert found[part]["moved"]["right"]["value"] == 1.0


def test_thumbs_alone_move_good_answers_above_bad_ones(workshop: Workshop, tmp_path: Path) -> None:
    """KTO: what was liked gains on the parent, what was disliked loses, without any pair."""
    version = workshop.prefer(PreferenceDataset((), THUMBS), seconds=30)
    parent, child = (
        _log_probs(workshop, workshop.home / one.adapter_dir) for one in (workshop.parent, version)
    )
    moved = child - parent
    good = torch.tensor([one.is_good for one in THUMBS[:2]])
    assert moved[good].mean() > moved[~good].mean() + 0.5


def _log_probs(workshop: Workshop, folder: Path) -> torch.Tensor:
    """Of the first two thumbs' answers, under the adapter in `folder`."""
    base = workshop.fresh()
    model, template = load_adapter(base, folder), ChatTemplate(base.tokenizer)
    system = read_meta(folder)["systems"]["en"]
    (batch,) = Rows(template, lambda _: system, PREFERENCE_RECIPE).batches((), THUMBS[:2], 0)
    sums = learner.answer_sums(model, batch.answer_row).detach()
    order = {one.is_good: value for one, value in zip(_shuffled(batch), sums, strict=True)}
    return torch.stack([order[one.is_good] for one in THUMBS[:2]])


def _shuffled(batch: Any) -> list[RatedAnswer]:
    return [next(one for one in THUMBS[:2] if one.is_good == good) for good in batch.is_good]


def test_nothing_is_preferred_before_the_first_step(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reference is the parent itself: DPO begins at log 2, beside the likelihood of the chosen answers."""
    monkeypatch.setattr(preferring, "PREFERENCE_RECIPE", replace(PREFERENCE_RECIPE, nll_weight=0.0))
    version = workshop.prefer(PreferenceDataset(PAIRS))
    curve = loss_curve(workshop.home / version.adapter_dir)
    assert curve[0]["loss"] == pytest.approx(0.69315, abs=1e-4)
    assert max(point["loss"] for point in curve[-4:]) < 0.69


def test_a_killed_training_goes_on_with_the_reference_it_had(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same version is finished, step by step as without the kill, and the parent is not asked again."""
    whole = workshop.prefer(PreferenceDataset(PAIRS, THUMBS), seconds=12)
    monkeypatch.setattr("fenshen.training.loop.CHECKPOINT_EVERY_S", 1.0)
    steps = 0

    def kill_at_sixth() -> None:
        nonlocal steps
        steps += 1
        if steps == 6:
            raise Killed
        workshop.tick()

    with pytest.raises(Killed):
        workshop.prefer(PreferenceDataset(PAIRS, THUMBS), seconds=12, before_step=kill_at_sixth)
    (begun,) = [one for one in versions.list_versions(workshop.db, "juniper") if one.status == "training"]
    kept = (workshop.home / begun.adapter_dir / learner.FILE).read_bytes()
    written: list[int] = []
    monkeypatch.setattr(learner, "save", lambda *parts: written.append(1) or kept)
    finished = workshop.prefer(PreferenceDataset(PAIRS, THUMBS), seconds=12)
    assert (finished.id, written) == (begun.id, [])
    curves = [
        [point["loss"] for point in loss_curve(workshop.home / one.adapter_dir)] for one in (whole, finished)
    ]
    assert curves[0] == pytest.approx(curves[1], abs=1e-4)


def test_a_reference_for_other_preferences_is_not_used(workshop: Workshop, tmp_path: Path) -> None:
    """A file under another key is asked for anew; so is one that is missing."""
    base = workshop.fresh()
    model = continued_adapter(base, workshop.home / workshop.parent.adapter_dir)
    rows = Rows(ChatTemplate(base.tokenizer), lambda _: "You are a kettle.", PREFERENCE_RECIPE)
    batches = rows.batches(PAIRS[:3], THUMBS[:3], 0)
    notes: list[str] = []

    def ask(key: str) -> learner.Reference:
        notes.clear()
        return learner.reference_of(
            model, batches, tmp_path, key, lambda done, total, note="": notes.append(note)
        )

    first = ask("one")
    assert len(notes) == len(batches)
    again = ask("one")
    assert notes == []
    assert all(torch.equal(a, b) for a, b in zip(first.learned, again.learned, strict=True))
    ask("two")
    assert len(notes) == len(batches)
    assert [len(one) for one in first.mismatched] == [0, 3]


def test_answers_side_by_side_are_those_told_alone(workshop: Workshop) -> None:
    """A pair's answers do not see each other, and a long prompt loses only its beginning."""
    base = workshop.fresh()
    model = continued_adapter(base, workshop.home / workshop.parent.adapter_dir)
    rows = Rows(ChatTemplate(base.tokenizer), lambda _: "You are a kettle.", PREFERENCE_RECIPE)
    (both,) = rows.batches((), THUMBS[:2], 0)
    together = learner.answer_sums(model, both.answer_row)
    alone = []
    for one in _shuffled(both):
        (batch,) = rows.batches((), (one,), 0)
        alone.append(learner.answer_sums(model, batch.answer_row)[0])
    torch.testing.assert_close(together, torch.stack(alone), atol=1e-3, rtol=1e-4)
    endless = RatedAnswer(
        "turn", (Message(role="user", content="kettle " * 5000),), "tea " * 9000, True, "en"
    )
    (cut,) = rows.batches((), (endless,), 0)
    assert cut.answer_row.sizes == (PREFERENCE_RECIPE.conversation_tokens,)


def test_a_version_says_what_it_rests_on(workshop: Workshop) -> None:
    """Parent, counts, ids and fans' consents are on record; the words of fans are in no file."""
    evidence = PreferenceDataset(PAIRS, THUMBS, fan_consents=("lrn_1",))
    version = workshop.prefer(evidence, seconds=3, consent_id="cns_1")
    folder = workshop.home / version.adapter_dir
    meta, before = read_meta(folder), read_meta(workshop.home / workshop.parent.adapter_dir)
    assert (version.status, version.origin, version.parent) == ("trained", "preference", workshop.parent.id)
    assert meta["preferences"]["counts"] == {"choice": 20, "edit": 0, "retry": 0, "up": 12, "down": 12}
    assert meta["preferences"]["fan_consents"] == ["lrn_1"]
    assert "turn_3" in meta["preferences"]["ids"]
    assert meta["held_out"] == before["held_out"]
    assert meta["consent_ids"] == ["cns_1"]
    assert {path.name for path in folder.iterdir()} == {
        "adapter_config.json",
        "adapter_model.safetensors",
        "adapter.gguf",
        "meta.json",
        "examples.jsonl",
        "items.json",
        "loss.jsonl",
    }
    texts = [path.read_text() for path in folder.iterdir() if path.suffix in (".json", ".jsonl")]
    assert not any("As a language model" in text for text in texts)
    stored = safetensors.torch.load_file(folder / "adapter_model.safetensors")
    assert all(torch.isfinite(tensor).all() for tensor in stored.values())


def test_too_little_is_refused_before_anything_is_loaded(workshop: Workshop) -> None:
    """No version is recorded and no base read."""

    def never(_: Any) -> Any:
        raise AssertionError("loaded")

    with pytest.raises(BadInput, match="more pairs") as refused:
        workshop.prefer(PreferenceDataset(PAIRS[:3]), load=never)
    assert refused.value.code == "too_few_preferences"
    assert [one.origin for one in versions.list_versions(workshop.db, "juniper")] == ["library"]


def test_other_preferences_begin_another_version(workshop: Workshop) -> None:
    """A training that was cut off goes on only with what it began with: a fan's words taken back are not learned."""

    def kill() -> None:
        raise Killed

    with pytest.raises(Killed):
        workshop.prefer(PreferenceDataset(PAIRS), before_step=kill)
    (begun,) = [one for one in versions.list_versions(workshop.db, "juniper") if one.status == "training"]
    assert workshop.prefer(PreferenceDataset(PAIRS[1:]), seconds=2).id != begun.id


def test_one_training_at_a_time(workshop: Workshop) -> None:
    """While another holds the twin, it is told to wait."""
    with training_lock(workshop.home, "juniper"), pytest.raises(Busy, match="another process"):
        workshop.prefer(PreferenceDataset(PAIRS))


def test_another_base_is_refused(workshop: Workshop) -> None:
    """An adapter fits the base it was made for."""
    order = JobSpec("juniper", "other", "cpu-demo", 1.0, "preference", workshop.parent.id)
    with pytest.raises(BadInput, match="own base"):
        train_preferences(workshop.on, order, PreferenceDataset(PAIRS))

"""What recipes choose, run on the tiny base: each way of computing agrees with the plain one, learns, and reloads."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from fenshen.core.clock import VirtualClock
from fenshen.core.errors import EngineMissing
from fenshen.training.adapter import AdaptedBase, continued_adapter, load_adapter, new_adapter
from fenshen.training.batches import Row
from fenshen.training.block_attention import block_diagonal_mask, positions
from fenshen.training.loop import Budget, Runtime, TrainingLoop
from fenshen.training.recipe import Recipe
from fenshen.training.weights import Base, placement

PLAIN = Recipe("plain", rank=4, learning_rate=1e-2, passes_max=40)
TEXTS = (b"who are you", b"the kettle is sulking about a crumb again", b"then tea")


def _row(shift: int = 0) -> Row:
    """A prefix and two conversations of bytes."""
    ids = tuple(byte + shift for text in TEXTS for byte in text)
    lengths = tuple(len(text) for text in TEXTS)
    return Row(ids, lengths, tuple(range(lengths[0], len(ids))))


def _rows(_pass: int) -> list[Row]:
    return [_row(), _row(1)]


def _loss_and_gradient(model: AdaptedBase) -> tuple[float, torch.Tensor]:
    torch.manual_seed(3)
    for weight in model.weights().values():
        torch.nn.init.normal_(weight, std=0.05)
    loss = model.loss(_row())
    loss.backward()
    grads = [weight.grad.flatten() for weight in model.weights().values() if weight.grad is not None]
    return loss.item(), torch.cat(grads)


def _masked(base: Base) -> AdaptedBase:
    """The path a GPU takes, in float32 here."""
    model = new_adapter(base, PLAIN)
    model.use_whole_row_masks()
    return model


def test_the_mask_of_a_row_hides_other_conversations() -> None:
    """The prefix sees itself; a conversation sees the prefix and itself, backwards, within the window."""
    cpu = torch.device("cpu")
    mask = block_diagonal_mask((2, 2, 1), None, cpu)[0, 0].int().tolist()
    assert mask == [[1, 0, 0, 0, 0], [1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [1, 1, 1, 1, 0], [1, 1, 0, 0, 1]]
    near = block_diagonal_mask((2, 2, 1), 2, cpu)[0, 0].int().tolist()
    assert near == [[1, 0, 0, 0, 0], [1, 1, 0, 0, 0], [0, 1, 1, 0, 0], [0, 0, 1, 1, 0], [0, 1, 0, 0, 1]]
    assert positions((2, 2, 1)).tolist() == [[0, 1, 2, 3, 2]]


def test_the_path_of_a_gpu_gives_the_same_values(fresh: Callable[[], Base]) -> None:
    """One mask over the row and fused attention: loss and gradients as conversation by conversation."""
    loss, gradient = _loss_and_gradient(new_adapter(fresh(), PLAIN))
    masked_loss, masked = _loss_and_gradient(_masked(fresh()))
    assert masked_loss == pytest.approx(loss, rel=1e-5)
    torch.testing.assert_close(masked, gradient, rtol=1e-3, atol=1e-6)


def test_bfloat16_is_close(fresh: Callable[[], Base]) -> None:
    """A base in bfloat16 under a float32 adapter: the loss within a hundredth, gradients the same way."""
    loss, gradient = _loss_and_gradient(new_adapter(fresh(), PLAIN))
    base = fresh()
    base.model.to(torch.bfloat16)
    model = new_adapter(base, PLAIN)
    assert {weight.dtype for weight in model.weights().values()} == {torch.float32}
    half_loss, half = _loss_and_gradient(model)
    assert half_loss == pytest.approx(loss, rel=0.01)
    assert float(torch.nn.functional.cosine_similarity(half, gradient, dim=0)) > 0.99


def test_forgotten_activations_change_nothing(fresh: Callable[[], Base]) -> None:
    """Computed again on the way back, they give the same loss and gradients, and fewer are kept."""
    kept: dict[str, int] = {}

    def measured(name: str, model: AdaptedBase) -> tuple[float, torch.Tensor]:
        sizes: dict[int, int] = {}

        def note(tensor: torch.Tensor) -> torch.Tensor:
            sizes[tensor.data_ptr()] = tensor.numel()
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
            model.loss(_row())
        kept[name] = sum(sizes.values())
        return _loss_and_gradient(model)

    plain = measured("plain", new_adapter(fresh(), PLAIN))
    model = new_adapter(fresh(), PLAIN)
    model.checkpoint_activations()
    again = measured("again", model)
    assert again[0] == plain[0]
    torch.testing.assert_close(again[1], plain[1], rtol=1e-5, atol=1e-7)
    assert kept["again"] < 0.7 * kept["plain"]


#: What each recipe trains on the tiny base of two layers.
KINDS = {
    "upper layer": (replace(PLAIN, upper_layers=1), ("layers.1",)),
    "checkpointed": (replace(PLAIN, checkpointing=True), ("lora_A",)),
    "upper, checkpointed": (replace(PLAIN, upper_layers=1, checkpointing=True), ("layers.1",)),
    "two rows a step": (replace(PLAIN, rows_per_step=2), ("lora_A",)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_learns_and_reloads(fresh: Callable[[], Base], tmp_path: Path, kind: str) -> None:
    """The loss falls; what PEFT's files hold gives exactly the same answers again, to judge and to go on from."""
    chosen, names = KINDS[kind]
    model = new_adapter(fresh(), chosen)
    if chosen.checkpointing:
        model.checkpoint_activations()
    assert all(any(name in weight for weight in model.weights()) for name in names)
    TrainingLoop(model, chosen, _rows, Budget(1e9), tmp_path, Runtime(VirtualClock())).run()
    losses = [json.loads(line)["loss"] for line in (tmp_path / "loss.jsonl").read_text().splitlines()]
    assert losses[-1] < 0.97 * losses[0]
    model.save(tmp_path)
    model.peft_model.eval()
    nats = model.token_nats(_row())
    assert load_adapter(fresh(), tmp_path).token_nats(_row()) == nats
    again = continued_adapter(fresh(), tmp_path)
    assert set(again.weights()) == set(model.weights())
    again.peft_model.eval()
    assert again.token_nats(_row()) == nats


def test_only_upper_layers_are_adapted(fresh: Callable[[], Base]) -> None:
    """The lower ones get no weights; more layers than there are is all of them."""
    upper = new_adapter(fresh(), replace(PLAIN, upper_layers=1)).weights().keys()
    assert upper and not any("layers.0" in name for name in upper)
    assert new_adapter(fresh(), replace(PLAIN, upper_layers=9)).weights().keys() > upper


def test_rows_of_a_step_count_by_their_answers(fresh: Callable[[], Base], tmp_path: Path) -> None:
    """Two rows in one step move the adapter as their gradients together do: half as many steps, all tokens."""
    chosen = replace(PLAIN, rows_per_step=2, passes_max=1)
    loop = TrainingLoop(
        new_adapter(fresh(), chosen), chosen, _rows, Budget(1e9), tmp_path, Runtime(VirtualClock())
    )
    ended = loop.run()
    assert (ended.steps, ended.tokens) == (1, 2 * len(_row().ids))


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_recipe_for_a_gpu_says_that_there_is_none() -> None:
    """`cuda` is refused without one; `auto` takes the processor."""
    with pytest.raises(EngineMissing, match="GPU") as caught:
        placement(replace(PLAIN, device="cuda"))
    assert caught.value.code == "gpu_missing"
    assert placement(replace(PLAIN, device="auto")).device == "cpu"

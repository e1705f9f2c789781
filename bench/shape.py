"""Speed on a base of a given shape: our loop against a plain PEFT + transformers Trainer, random weights.

Speed needs no real weights. Both train the same made-up conversations under the same persona prompt with the
same adapter, in this process, one after the other: ours packed behind one prompt, the peer padded into
batches with the prompt in each, as the library does it unasked. What counts is tokens of conversations a
second, without prompt and padding. Imports PyTorch. Knows nothing about creators.
"""

from __future__ import annotations

import random
import resource
import tempfile
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import peft
import torch
import transformers

from fenshen.core.errors import UsageError
from fenshen.training.adapter import AdaptedBase, new_adapter
from fenshen.training.batches import Row, pack
from fenshen.training.recipe import Recipe
from fenshen.training.shape import KNOWN_SHAPES, BaseShape
from fenshen.training.template import Tokens
from fenshen.training.weights import Base, Placement, placement

SHAPES: Mapping[str, BaseShape] = MappingProxyType(
    {
        "tiny": BaseShape(2, 64, 128, 4, 2, 16, 512, True),
        "135M": KNOWN_SHAPES["smollm2-135m"],
        "1.5B": KNOWN_SHAPES["qwen3-1.7b"],
        "8B": KNOWN_SHAPES["qwen3-8b"],
        "14B": KNOWN_SHAPES["qwen3-14b"],
    }
)
PREFIX_TOKENS = 120
#: Shortest and longest conversation; lengths between are equally likely on a logarithmic scale.
LENGTHS = (40, 700)
PEER_BATCH = 8
WARM_UP_STEPS = 2
_IGNORED = -100

#: Peak bfloat16 operations a second without sparsity, by a part of the name.
GPU_PEAK = {
    "B200": 2250e12,
    "H200": 989e12,
    "H100": 989e12,
    "A100": 312e12,
    "L40S": 362e12,
    "L40": 181e12,
    "L4": 121e12,
    "4090": 165e12,
    "A10": 125e12,
    "3090": 71e12,
    "T4": 65e12,
}
GPU_PEAK_USUAL = 60e12


def work_per_token(shape: BaseShape, recipe: Recipe, answer_share: float) -> float:
    """Operations that one token of a row takes, forward and back."""
    through = 2.0 * shape.layers * shape.layer_parameters
    back = 2.0 * (min(shape.layers, recipe.upper_layers) or shape.layers) * shape.layer_parameters
    again = back if recipe.checkpointing else 0.0
    return through + back + again + 4.0 * answer_share * shape.vocabulary * shape.width


def gpu_peak(name: str) -> float:
    """Peak bfloat16 operations a second of the GPU called `name`; a modest guess for one we do not know."""
    return next((peak for part, peak in GPU_PEAK.items() if part in name), GPU_PEAK_USUAL)


@dataclass(frozen=True)
class Speed:
    """What a contender did after its warm-up.

    Attributes:
        content: tokens of conversations; `computed`: with prompts and padding.
    """

    content: int
    computed: int
    seconds: float
    peak_bytes: int

    @property
    def content_per_s(self) -> float:
        """Tokens of conversations a second."""
        return self.content / self.seconds


def bench_shape(name: str, recipe: Recipe, steps: int, seed: int = 7) -> dict[str, Any]:
    """`{"ours", "peer", "ratio", "details"}` in tokens of conversations a second.

    Args:
        steps: measured optimiser steps of each contender, after two more to warm up.

    Raises:
        UsageError: no such shape.
        EngineMissing: the recipe needs a GPU that is not there.
    """
    if name not in SHAPES:
        raise UsageError(f"no shape {name!r}; there are {', '.join(SHAPES)}")
    shape = SHAPES[name]
    place = placement(replace(recipe, four_bit=False))
    samples = conversations(shape, recipe, steps, seed)
    ours = _ours(shape, recipe, place, samples, steps, seed)
    peer = _peer(shape, recipe, place, samples, steps)
    on_gpu = place.device == "cuda"
    peak = gpu_peak(torch.cuda.get_device_name()) if on_gpu else None
    work = work_per_token(shape, recipe, 0.5)
    return {
        "ours": round(ours.content_per_s, 1),
        "peer": round(peer.content_per_s, 1),
        "ratio": round(ours.content_per_s / peer.content_per_s, 2),
        "n": steps,
        "details": {
            "unit": "tokens of conversations a second, without prompts and padding",
            "shape": name,
            "parameters": shape.parameters,
            "recipe": recipe.name,
            "device": torch.cuda.get_device_name() if on_gpu else "cpu",
            "dtype": recipe.dtype,
            "seconds": {"ours": round(ours.seconds, 2), "peer": round(peer.seconds, 2)},
            "computed_tokens_per_s": {s: round(v.computed / v.seconds, 1) for s, v in _both(ours, peer)},
            "mfu": {
                s: round(v.computed / v.seconds * work / peak, 4) if peak else None
                for s, v in _both(ours, peer)
            },
            "peak_bytes": {s: v.peak_bytes for s, v in _both(ours, peer)},
            "peak_is": "GPU memory of each" if on_gpu else "of the process so far",
        },
    }


def conversations(shape: BaseShape, recipe: Recipe, steps: int, seed: int) -> list[Tokens]:
    """Enough made-up conversations for `steps` steps; the second half of each is the answer."""
    chance = random.Random(seed)
    low, high = LENGTHS
    wanted = recipe.row_tokens * recipe.rows_per_step * (steps + WARM_UP_STEPS)
    found: list[Tokens] = []
    count = 0
    while count < wanted or len(found) < PEER_BATCH * (steps + WARM_UP_STEPS):
        length = min(
            round(low * (high / low) ** chance.random()), max(low, recipe.row_tokens - PREFIX_TOKENS)
        )
        ids = tuple(chance.randrange(shape.vocabulary) for _ in range(length))
        found.append(Tokens(ids, ((length // 2, length),)))
        count += length
    return found


def random_base(shape: BaseShape, place: Placement) -> Any:
    """A Llama of `shape` with random weights, made where it is used."""
    config = transformers.LlamaConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.width,
        intermediate_size=shape.ffn,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.heads_kv,
        head_dim=shape.head_dim,
        tie_word_embeddings=shape.tied,
        max_position_embeddings=16_384,
    )
    before = torch.get_default_dtype()
    torch.set_default_dtype(place.dtype)
    try:
        with torch.device(place.device):
            model = transformers.LlamaForCausalLM(config)
    finally:
        torch.set_default_dtype(before)
    model.requires_grad_(False)
    return model


def _ours(
    shape: BaseShape, recipe: Recipe, place: Placement, samples: Sequence[Tokens], steps: int, seed: int
) -> Speed:
    base = Base("random", Path(), random_base(shape, place), None)
    model = new_adapter(base, recipe)
    if recipe.checkpointing:
        model.checkpoint_activations()
    prefix = [token % shape.vocabulary for token in range(PREFIX_TOKENS)]
    rows = pack([("en", tokens) for tokens in samples], {"en": prefix}, recipe.row_tokens, seed)
    optimiser = torch.optim.AdamW(model.weights().values(), lr=recipe.learning_rate)
    together = recipe.rows_per_step
    taken = [rows[at : at + together] for at in range(0, len(rows), together)][: steps + WARM_UP_STEPS]
    _forget_peak(place)
    for step in taken[:WARM_UP_STEPS]:
        _train_step(model, optimiser, step, recipe)
    started = _now(place)
    for step in taken[WARM_UP_STEPS:]:
        _train_step(model, optimiser, step, recipe)
    seconds = _now(place) - started
    measured = [row for step in taken[WARM_UP_STEPS:] for row in step]
    content = sum(sum(row.lengths[1:]) for row in measured)
    return Speed(content, sum(len(row.ids) for row in measured), seconds, _peak_bytes(place))


def _train_step(
    model: AdaptedBase, optimiser: torch.optim.Optimizer, rows: Sequence[Row], recipe: Recipe
) -> None:
    optimiser.zero_grad(set_to_none=True)
    for row in rows:
        (model.loss(row) / len(rows)).backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(model.weights().values(), recipe.clip_norm)
    optimiser.step()


def _peer(shape: BaseShape, recipe: Recipe, place: Placement, samples: Sequence[Tokens], steps: int) -> Speed:
    config = peft.LoraConfig(
        r=recipe.rank,
        lora_alpha=recipe.alpha,
        target_modules=list(recipe.targets),
        task_type="CAUSAL_LM",
    )
    watch = _Watch(place)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = peft.get_peft_model(random_base(shape, place), config)
        args = transformers.TrainingArguments(
            output_dir=folder,
            use_cpu=place.device == "cpu",
            bf16=place.dtype == torch.bfloat16,
            gradient_checkpointing=recipe.checkpointing,
            per_device_train_batch_size=PEER_BATCH,
            max_steps=steps + WARM_UP_STEPS,
            report_to=[],
            save_strategy="no",
            disable_tqdm=True,
        )
        trainer = transformers.Trainer(
            model=model,
            args=args,
            train_dataset=list(samples),
            data_collator=watch.collate,
            callbacks=[watch],
        )
        _forget_peak(place)
        trainer.train()
    return Speed(watch.content, watch.computed, _now(place) - watch.started, _peak_bytes(place))


class _Watch(transformers.TrainerCallback):  # type: ignore[misc]
    """Pads batches, and counts them and the time once the peer is warm."""

    def __init__(self, place: Placement) -> None:
        self.place, self.started = place, 0.0
        self.content = self.computed = 0

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if state.global_step == WARM_UP_STEPS:
            self.content = self.computed = 0
            self.started = _now(self.place)

    def collate(self, batch: Sequence[Tokens]) -> dict[str, torch.Tensor]:
        longest = PREFIX_TOKENS + max(len(tokens.ids) for tokens in batch)
        ids = torch.zeros(len(batch), longest, dtype=torch.long)
        labels = torch.full_like(ids, _IGNORED)
        mask = torch.zeros_like(ids)
        for number, tokens in enumerate(batch):
            end = PREFIX_TOKENS + len(tokens.ids)
            start = PREFIX_TOKENS + tokens.answers[0][0]
            ids[number, PREFIX_TOKENS:end] = torch.tensor(tokens.ids)
            labels[number, start:end] = ids[number, start:end]
            mask[number, :end] = 1
        self.content += sum(len(tokens.ids) for tokens in batch)
        self.computed += ids.numel()
        return {"input_ids": ids, "labels": labels, "attention_mask": mask}


def _both(ours: Speed, peer: Speed) -> tuple[tuple[str, Speed], tuple[str, Speed]]:
    return ("ours", ours), ("peer", peer)


def _now(place: Placement) -> float:
    """Seconds, after everything that was given to the device is done."""
    if place.device == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter()


def _forget_peak(place: Placement) -> None:
    if place.device == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


def _peak_bytes(place: Placement) -> int:
    if place.device == "cuda":
        return int(torch.cuda.max_memory_allocated())
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

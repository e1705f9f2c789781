"""The trainable part: LoRA matrices around a frozen base, in PEFT's own layout. Imports PyTorch."""

from __future__ import annotations

import ctypes
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import peft
import torch

from fenshen.training import block_attention
from fenshen.training.answer_loss import answer_log_probs, answer_loss, answer_nats
from fenshen.training.batches import Row
from fenshen.training.int8_linear import arithmetic_of, int8_products
from fenshen.training.recipe import Recipe
from fenshen.training.weights import Base

#: `M_MMAP_THRESHOLD` of glibc's `mallopt`; what goes back at once, and the most that its heap ever keeps.
_MMAP_THRESHOLD = -3
_GIVEN_BACK_BYTES = 1 << 20
_KEPT_BYTES = 32 << 20


class AdaptedBase:
    """A base with one adapter that reads packed rows.

    Args:
        peft_model: what `peft.get_peft_model` or `PeftModel.from_pretrained` gave.
    """

    def __init__(self, peft_model: Any) -> None:
        self.peft_model = peft_model
        inner = peft_model.get_base_model()
        self._body = inner.model
        self._head: torch.Tensor = inner.get_output_embeddings().weight.detach()
        self._is_exact = self._head.dtype == torch.float32
        self._attention = inner.config._attn_implementation = block_attention.NAME
        if self.device.type != "cpu" or not self._is_exact:
            self.use_whole_row_masks()
        self._windows = {None, getattr(inner.config, "sliding_window", None)}

    @property
    def device(self) -> torch.device:
        """Where it is."""
        return self._head.device

    def checkpoint_activations(self) -> None:
        """From now on recompute a layer's activations in the backward pass instead of keeping them."""
        model = self.peft_model.get_base_model()
        model.activation_checkpointing_enable({"use_reentrant": False})

    def use_whole_row_masks(self) -> None:
        """Attend under one mask over the whole row, which suits a GPU; the values are the same."""
        self._attention = block_attention.MASKED
        self.peft_model.get_base_model().config._attn_implementation = block_attention.MASKED

    @contextmanager
    def computing(self, recipe: Recipe, arithmetic: str | None = None) -> Iterator[None]:
        """While open, everything is computed as `recipe` says; checkpointing stays on afterwards.

        Args:
            arithmetic: as `arithmetic_of` returns; determined when not given.
        """
        if recipe.checkpointing:
            self.checkpoint_activations()
        chosen = arithmetic or arithmetic_of(self.peft_model.get_base_model(), recipe)
        tight = recipe.checkpointing and self.device.type == "cpu"
        with (
            int8_products(self.peft_model) if chosen == "int8" else nullcontext(),
            freed_is_given_back() if tight else nullcontext(),
        ):
            yield

    def weights(self) -> dict[str, torch.nn.Parameter]:
        """The trainable matrices by name, in a fixed order."""
        return {n: p for n, p in self.peft_model.named_parameters() if p.requires_grad}

    def loss(self, row: Row) -> torch.Tensor:
        """Mean nats per answer token, with gradients."""
        return answer_loss(*self._predict(row))

    def log_probs(self, row: Row) -> torch.Tensor:
        """Log-probability of each answer token in order, (answers,), with gradients."""
        return answer_log_probs(*self._predict(row))

    def nats(self, row: Row) -> float:
        """Nats of all answer tokens together, without gradients."""
        return sum(self.token_nats(row))

    def token_nats(self, row: Row) -> list[float]:
        """Nats of each answer token in order, without gradients."""
        with torch.no_grad():
            return [float(nats) for nats in answer_nats(*self._predict(row))]

    @contextmanager
    def without_adapter(self) -> Iterator[None]:
        """While open, the plain base answers."""
        with self.peft_model.disable_adapter():
            yield

    def greedy(self, ids: list[int], tokens_max: int, stop: frozenset[int]) -> list[int]:
        """The likeliest continuation of `ids` as transformers itself generates it, for checks."""
        config = self.peft_model.get_base_model().config
        config._attn_implementation = "sdpa"
        try:
            with torch.no_grad(), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                generated = self.peft_model.generate(
                    input_ids=torch.tensor([ids], device=self.device),
                    attention_mask=torch.ones(1, len(ids), dtype=torch.long, device=self.device),
                    max_new_tokens=tokens_max,
                    do_sample=False,
                    eos_token_id=sorted(stop),
                    pad_token_id=min(stop),
                )
        finally:
            config._attn_implementation = self._attention
        new = generated[0, len(ids) :].tolist()
        return [token for token in new if token not in stop]

    def save(self, folder: Path) -> None:
        """Write `adapter_config.json` and `adapter_model.safetensors`."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.peft_model.save_pretrained(str(folder), save_embedding_layers=False)
        (folder / "README.md").unlink(missing_ok=True)

    def _predict(self, row: Row) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        ids = self._here(torch.tensor(row.ids))  # (tokens,)
        answers = self._here(torch.tensor(row.answers))  # (answers,)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=not self._is_exact):
            hidden = self._body(
                input_ids=ids[None],
                position_ids=block_attention.positions(row.lengths, self.device),
                use_cache=False,
                **self._layout(row),
            ).last_hidden_state[0]  # (tokens, width)
        before = self._here(_previous(row))
        states = hidden.index_select(0, before)  # (answers, width)
        return states.to(self._head.dtype), self._head, ids[answers]

    def _layout(self, row: Row) -> dict[str, Any]:
        """What the attention in use needs to know of a row."""
        if self._attention == block_attention.NAME:
            return {"lengths": row.lengths}
        masks = {
            window: block_attention.block_diagonal_mask(row.lengths, window, self.device)
            for window in self._windows
        }
        return {"row_masks": masks}

    def _here(self, values: torch.Tensor) -> torch.Tensor:
        """`values` on the device, without waiting for a GPU to take them."""
        if self.device.type == "cuda":
            return values.pin_memory().to(self.device, non_blocking=True)
        return values


def new_adapter(base: Base, recipe: Recipe) -> AdaptedBase:
    """A fresh adapter around `base`; its first values depend only on the recipe's seed."""
    torch.manual_seed(recipe.seed)
    config = peft.LoraConfig(
        r=recipe.rank,
        lora_alpha=recipe.alpha,
        target_modules=list(recipe.targets),
        layers_to_transform=_adapted_layers(base.model.config.num_hidden_layers, recipe),
        task_type="CAUSAL_LM",
        base_model_name_or_path=base.name,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = peft.get_peft_model(base.model, config)
    model.train()
    return AdaptedBase(model)


def continued_adapter(base: Base, folder: Path) -> AdaptedBase:
    """The adapter stored in `folder` around `base`, to be trained further."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = peft.PeftModel.from_pretrained(base.model, str(folder), is_trainable=True)
    model.train()
    return AdaptedBase(model)


def load_adapter(base: Base, folder: Path) -> AdaptedBase:
    """The adapter stored in `folder` around `base`, for judging."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = peft.PeftModel.from_pretrained(base.model, str(folder))
    model.eval()
    return AdaptedBase(model)


def _adapted_layers(count: int, recipe: Recipe) -> list[int] | None:
    """Numbers of the layers that get an adapter; `None` for all."""
    upper = recipe.upper_layers
    return list(range(count - upper, count)) if 0 < upper < count else None


def _previous(row: Row) -> torch.Tensor:
    """Where each answer token is predicted from: the token before it (the prefix's last at a start)."""
    starts = {}
    at = row.lengths[0]
    for length in row.lengths[1:]:
        starts[at] = row.lengths[0] - 1
        at += length
    return torch.tensor([starts.get(answer, answer - 1) for answer in row.answers])  # (answers,)


@contextmanager
def freed_is_given_back() -> Iterator[None]:
    """While open, every freed tensor of a mebibyte goes back to the system at once, where glibc is the allocator.

    Its heap does not use a freed tensor's place for the next one of that size: one step of a base of 1.8 billion
    weights left 1.75 GB of holes. Fresh pages take a tenth more time there, but twice the time with a small base.
    """
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    if libc is None or not hasattr(libc, "mallopt"):
        yield
        return
    libc.mallopt(_MMAP_THRESHOLD, _GIVEN_BACK_BYTES)
    libc.malloc_trim(0)
    try:
        yield
    finally:
        libc.mallopt(_MMAP_THRESHOLD, _KEPT_BYTES)

"""Tiny bases as whole GGUF files, so that PyTorch and llama.cpp can be compared without any weights.

Random weights in 32 bits, one token per byte; a Llama and a Gemma 3 (q/k norms, sliding window, tied head).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import torch
from transformers import (
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
)

from chat_families import FAMILIES
from fenshen.training.convert import permute_rows
from fenshen.training.weights import Base
from tiny_base import byte_tokenizer

LAYERS, WIDTH, HEADS, HEADS_KV, HEAD_DIM, INNER = 2, 64, 4, 2, 32, 96
WINDOW = 48


@dataclass(frozen=True)
class Kind:
    """One architecture: how its model is made, and how llama.cpp wants its weights."""

    architecture: str
    tokenizer: Callable[[], PreTrainedTokenizerFast]
    model: Callable[[int], Any]
    heads: int
    heads_kv: int
    convert: Callable[[str, np.ndarray], np.ndarray]


def _llama(vocabulary: int) -> LlamaForCausalLM:
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=vocabulary,
            hidden_size=WIDTH,
            intermediate_size=INNER,
            num_hidden_layers=LAYERS,
            num_attention_heads=HEADS,
            num_key_value_heads=HEADS_KV,
            head_dim=WIDTH // HEADS,
            max_position_embeddings=2048,
            initializer_range=0.2,
            rms_norm_eps=1e-5,
        )
    )


def _gemma(vocabulary: int) -> Gemma3ForCausalLM:
    config = Gemma3TextConfig(
        vocab_size=vocabulary,
        hidden_size=WIDTH,
        intermediate_size=INNER,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        num_key_value_heads=HEADS_KV,
        head_dim=HEAD_DIM,
        query_pre_attn_scalar=HEAD_DIM,
        sliding_window=WINDOW,
        max_position_embeddings=2048,
        initializer_range=0.2,
        rms_norm_eps=1e-6,
    )
    model = Gemma3ForCausalLM(config)
    with torch.no_grad():  # norms begin at zero in transformers; as in a trained base they shall matter
        for name, weight in model.named_parameters():
            if "norm" in name:
                weight.copy_(torch.randn_like(weight) * 0.3)
    return model


def _llama_weight(name: str, weight: np.ndarray) -> np.ndarray:
    if name.endswith("q_proj.weight"):
        return permute_rows(weight, HEADS)
    return permute_rows(weight, HEADS_KV) if name.endswith("k_proj.weight") else weight


def _gemma_weight(name: str, weight: np.ndarray) -> np.ndarray:
    return weight + 1 if "norm" in name else weight


KINDS = {
    "llama": Kind("llama", byte_tokenizer, _llama, HEADS, HEADS_KV, _llama_weight),
    "gemma3": Kind("gemma3", FAMILIES["gemma3"].tokenizer, _gemma, HEADS, HEADS_KV, _gemma_weight),
}


def make(kind: Kind, path: Path) -> Base:
    """The base in memory, and the same written to `path`."""
    torch.manual_seed(3)
    torch.set_num_threads(1)
    tokenizer = kind.tokenizer()
    model = kind.model(len(tokenizer))
    model.requires_grad_(False)
    model.eval()
    _write(kind, model, tokenizer, path)
    return Base("tiny", path, model, tokenizer)


def _write(kind: Kind, model: Any, tokenizer: PreTrainedTokenizerFast, path: Path) -> None:
    config, writer = model.config, gguf.GGUFWriter(str(path), kind.architecture)
    writer.add_context_length(2048)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(INNER)
    writer.add_block_count(LAYERS)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS_KV)
    writer.add_key_length(config.head_dim)
    writer.add_value_length(config.head_dim)
    writer.add_rope_dimension_count(config.head_dim)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    if kind.architecture == "gemma3":
        writer.add_sliding_window(WINDOW)
        writer.add_rope_freq_base(1_000_000.0)
    _write_tokenizer(writer, tokenizer)
    names = gguf.get_tensor_name_map(
        {v: k for k, v in gguf.MODEL_ARCH_NAMES.items()}[kind.architecture], LAYERS
    )
    for name, weight in model.state_dict().items():
        if name == "lm_head.weight" and config.tie_word_embeddings:
            continue
        target = names.get_name(name, try_suffixes=(".weight",))
        writer.add_tensor(target, np.ascontiguousarray(kind.convert(name, weight.numpy().astype(np.float32))))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _write_tokenizer(writer: gguf.GGUFWriter, tokenizer: PreTrainedTokenizerFast) -> None:
    tokens = tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))
    special = set(tokenizer.get_added_vocab())
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(tokens)
    writer.add_token_types([3 if token in special else 1 for token in tokens])
    writer.add_token_merges(["Ġ Ġ"])
    if tokenizer.bos_token_id is not None:
        writer.add_bos_token_id(tokenizer.bos_token_id)
    writer.add_eos_token_id(tokenizer.eos_token_id)
    writer.add_add_bos_token(tokenizer("a").input_ids[0] == tokenizer.bos_token_id)
    writer.add_chat_template(tokenizer.chat_template)

"""The tiny base as a whole GGUF file: weights and tokenizer, read by llama.cpp and by transformers alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gguf
import numpy as np
import torch
from tokenizers import pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM

from fenshen.training.convert import permute_rows
from fenshen.training.template import CHATML

LAYERS, WIDTH, HEADS, HEADS_KV, INNER, CONTEXT = 2, 64, 4, 2, 128, 2048
#: One pair is merged, because a tokenizer of this kind must have a merge.
MERGED = "Ġt"


def write_tiny_base(path: Path, seed: int = 1) -> Path:
    """A base with random weights in float32; the same for the same seed."""
    torch.manual_seed(seed)
    tokens = [*sorted(pre_tokenizers.ByteLevel.alphabet()), MERGED, "<|im_start|>", "<|im_end|>"]
    config = LlamaConfig(
        vocab_size=len(tokens),
        hidden_size=WIDTH,
        intermediate_size=INNER,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        num_key_value_heads=HEADS_KV,
        max_position_embeddings=CONTEXT,
        tie_word_embeddings=False,
        rope_theta=10_000.0,
    )
    weights = {name: w.detach().numpy() for name, w in LlamaForCausalLM(config).state_dict().items()}
    writer = gguf.GGUFWriter(str(path), "llama")
    _write_header(writer, tokens)
    for name, tensor in _tensors(weights):
        writer.add_tensor(name, np.ascontiguousarray(tensor.astype(np.float32)))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _write_header(writer: Any, tokens: list[str]) -> None:
    writer.add_name("tiny")
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS_KV)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_rope_freq_base(10_000.0)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types([gguf.TokenType.NORMAL] * (len(tokens) - 2) + [gguf.TokenType.CONTROL] * 2)
    writer.add_token_merges(["Ġ t"])
    writer.add_bos_token_id(len(tokens) - 2)
    writer.add_eos_token_id(len(tokens) - 1)
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHATML)


def _tensors(weights: dict[str, Any]) -> list[tuple[str, Any]]:
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, LAYERS)
    found = []
    for name, weight in weights.items():
        tensor = names.get_name(name.removesuffix(".weight"))
        if name.endswith("q_proj.weight"):
            weight = permute_rows(weight, HEADS)
        elif name.endswith("k_proj.weight"):
            weight = permute_rows(weight, HEADS_KV)
        found.append((f"{tensor}.weight", weight))
    return found

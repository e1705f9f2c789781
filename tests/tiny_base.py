"""A base small enough to train in a second: random weights, one token per byte, a real GGUF header."""

from __future__ import annotations

from pathlib import Path

import gguf
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from fenshen.training.bases import BaseFile
from fenshen.training.template import CHATML
from fenshen.training.weights import Base

LAYERS, WIDTH, HEADS, HEADS_KV = 2, 32, 4, 2


def write_header(path: Path) -> BaseFile:
    """A GGUF with the header of the tiny base and no weights."""
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_block_count(LAYERS)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS_KV)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    return BaseFile("tiny", path, "0" * 64, None)


def make_base(file: BaseFile) -> Base:
    """The tiny base in memory, the same every time."""
    torch.manual_seed(1)
    torch.set_num_threads(1)
    tokenizer = byte_tokenizer()
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=WIDTH,
        intermediate_size=64,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        num_key_value_heads=HEADS_KV,
        max_position_embeddings=2048,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
    )
    model = LlamaForCausalLM(config)
    model.requires_grad_(False)
    return Base(file.name, file.path, model, tokenizer)


def byte_tokenizer() -> PreTrainedTokenizerFast:
    """One token per byte, and the two marks of a ChatML turn."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={c: i for i, c in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(["<|im_start|>", "<|im_end|>"])
    wrapped = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|im_end|>")
    wrapped.chat_template = CHATML
    return wrapped

"""A base small enough to train in a second: random weights, one token per byte, a real GGUF header."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import gguf
import torch
import torch.distributed as dist
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from fenshen.core.clock import VirtualClock
from fenshen.training import loop
from fenshen.training.adapter import new_adapter
from fenshen.training.bases import BaseFile
from fenshen.training.batches import Row
from fenshen.training.process_group import SingleProcess, TorchProcessGroup
from fenshen.training.recipe import Recipe
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


def write_folder(folder: Path, kind: str = "llama", *, safe: bool = True) -> Path:
    """The tiny base as a hub keeps it: `config.json`, weights and tokenizer; `kind` is llama or qwen3."""
    torch.manual_seed(1)
    tokenizer = byte_tokenizer()
    sizes: dict[str, Any] = {
        "vocab_size": len(tokenizer),
        "hidden_size": WIDTH,
        "intermediate_size": 64,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "num_key_value_heads": HEADS_KV,
        "max_position_embeddings": 2048,
        "bos_token_id": None,
        "eos_token_id": tokenizer.eos_token_id,
    }
    if kind == "qwen3":
        model: Any = Qwen3ForCausalLM(Qwen3Config(**sizes, head_dim=8, tie_word_embeddings=True))
    else:
        model = LlamaForCausalLM(LlamaConfig(**sizes))
    model.save_pretrained(folder)
    if not safe:
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
        (folder / "model.safetensors").unlink()
    tokenizer.save_pretrained(folder)
    return folder


def train_rank(rank: int, size: int, folder: Path, meeting: str) -> None:
    """Rank `rank` of `size` trains the tiny base on five rows; in a process of its own where there are several."""
    recipe = Recipe("ranks", rank=4, learning_rate=1e-2, rows_per_step=3, passes_max=3)
    texts = [b"the kettle is sulking", b"about a crumb again", b"then tea", b"and a biscuit with it", b"good"]
    rows = [Row(tuple(text), (0, len(text)), tuple(range(1, len(text)))) for text in texts]
    if size > 1:
        dist.init_process_group("gloo", init_method=meeting, rank=rank, world_size=size)
    model = new_adapter(make_base(BaseFile("tiny", folder, "", None)), recipe)
    group = TorchProcessGroup(torch.device("cpu")) if size > 1 else SingleProcess()
    runtime = loop.Runtime(VirtualClock(), group=group)
    loop.TrainingLoop(model, recipe, lambda _: rows, loop.Budget(1e9), folder, runtime).run()
    if size > 1:
        dist.destroy_process_group()


def gradients_of_rank(rank: int, size: int, folder: Path, meeting: str) -> None:
    """Write the gradients of one step on four rows, of which rank `rank` of `size` reads its share."""
    texts = [b"the kettle is sulking", b"about a crumb again", b"then tea", b"and a biscuit with it"]
    rows = [Row(tuple(text), (0, len(text)), tuple(range(1, len(text)))) for text in texts]
    if size > 1:
        dist.init_process_group("gloo", init_method=meeting, rank=rank, world_size=size)
    group = TorchProcessGroup(torch.device("cpu")) if size > 1 else SingleProcess()
    model = new_adapter(make_base(BaseFile("tiny", folder, "", None)), Recipe("ranks", rank=4))
    weights = model.weights()
    torch.manual_seed(3)
    for weight in weights.values():
        torch.nn.init.normal_(weight, std=0.05)
    for row in rows[group.rank :: group.size]:
        (model.loss(row) / len(rows)).backward()
    group.all_reduce(weights.values(), 0.0)
    save_file(
        {n: w.grad.clone() for n, w in weights.items() if w.grad is not None}, folder / f"{rank}.safetensors"
    )
    if size > 1:
        dist.destroy_process_group()


def make_base_in_rank_0(file: BaseFile) -> Base:
    """The tiny base in rank 0; any other rank ends at once."""
    if dist.is_initialized() and dist.get_rank() > 0:
        os._exit(3)
    return make_base(file)

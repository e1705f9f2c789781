"""A base small enough to train in a second: random weights, one token per byte, a real GGUF header."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import gguf
import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from fenshen.core.db import Database
from fenshen.library.items import Item
from fenshen.library.passages import Passage
from fenshen.training.bases import BaseFile
from fenshen.training.template import CHATML
from fenshen.training.weights import Base

LAYERS, WIDTH, HEADS, HEADS_KV = 2, 32, 4, 2
Shelf = tuple[list[Item], list[Passage]]


@pytest.fixture
def base_file(tmp_path: Path) -> BaseFile:
    """A GGUF with the header of the tiny base and no weights."""
    path = tmp_path / "tiny.gguf"
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_block_count(LAYERS)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS_KV)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    return BaseFile("tiny", path, "0" * 64, None)


@pytest.fixture
def base(base_file: BaseFile) -> Base:
    """The tiny base in memory."""
    return make_base(base_file)


@pytest.fixture
def fresh(base_file: BaseFile) -> Callable[[], Base]:
    """Makes the same tiny base again, without any adapter."""
    return lambda: make_base(base_file)


def make_base(file: BaseFile) -> Base:
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


@pytest.fixture
def db(tmp_path: Path) -> Database:
    """An empty database with every table."""
    made = Database(f"sqlite:///{tmp_path / 'test.db'}")
    made.create_all()
    return made


@pytest.fixture
def shelf() -> Callable[..., Shelf]:
    """Makes an item with passages: `shelf(item_id, ["text", ("Gail", "a fan's turn")], **fields)`."""

    def make(item_id: str, texts: list[str | tuple[str, str]], **fields: object) -> Shelf:
        values: dict[str, object] = {
            "id": item_id,
            "creator": "juniper",
            "path": f"{item_id}.md",
            "title": f"About {item_id}",
            "kind": "post",
            "language": "en",
            "published": date(2024, 1, 1),
            "sha256": item_id,
            "media_sha256": None,
            "private": False,
            "duration_s": None,
            "words": 10,
            "added": datetime(2026, 1, 1, tzinfo=UTC),
        }
        item = Item(**(values | fields))  # type: ignore[arg-type]
        return [item], [_passage(item, number, text) for number, text in enumerate(texts)]

    return make


def _passage(item: Item, number: int, text: str | tuple[str, str]) -> Passage:
    speaker, said = (None, text) if isinstance(text, str) else text
    return Passage(
        id=f"{item.id}-{number}",
        item_id=item.id,
        creator=item.creator,
        ordinal=number,
        start_s=float(number * 10),
        end_s=None,
        anchor=f"t={number * 10}",
        speaker=speaker,
        is_creator=speaker is None,
        text=said,
        language=item.language,
    )

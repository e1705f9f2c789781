"""The size of a base from its header: GGUF files and folders, whole and broken."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import gguf
import numpy as np
import pytest

from fenshen.core.errors import BadInput
from fenshen.training.shape import KNOWN_SHAPES, BaseShape, read_gguf_header, read_shape
from tiny_base import write_header


def _write(path: Path, *, head: bool) -> None:
    writer = gguf.GGUFWriter(str(path), "qwen3")
    writer.add_block_count(2)
    writer.add_embedding_length(32)
    writer.add_feed_forward_length(64)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_key_length(16)
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list([f"token{number}" for number in range(100)])
    writer.add_token_types([1] * 100)
    writer.add_tensor("token_embd.weight", np.zeros((100, 32), dtype=np.float32))
    if head:
        writer.add_tensor("output.weight", np.zeros((100, 32), dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@pytest.mark.parametrize("head", [False, True])
def test_a_gguf_tells_its_shape(tmp_path: Path, head: bool) -> None:
    """Layers, widths, heads, vocabulary, and whether the output head is the embedding table."""
    _write(tmp_path / "base.gguf", head=head)
    assert read_shape(tmp_path / "base.gguf") == BaseShape(2, 32, 64, 4, 2, 16, 100, tied=not head)


def test_arrays_are_told_by_their_length(tmp_path: Path) -> None:
    """Long lists are passed over: of the tokens only the number is kept."""
    _write(tmp_path / "base.gguf", head=False)
    values = read_gguf_header(tmp_path / "base.gguf").values
    assert values["tokenizer.ggml.tokens"] == values["tokenizer.ggml.token_type"] == 100


def test_a_header_that_does_not_tell(tmp_path: Path) -> None:
    """A file without the figures has no shape, which is not an error."""
    assert read_shape(write_header(tmp_path / "tiny.gguf").path) is None


_HEAD = b"GGUF" + struct.pack("<I", 3)
BROKEN = {
    "empty": b"",
    "another format": b"PK\x03\x04" * 10,
    "version 9": b"GGUF" + struct.pack("<IQQ", 9, 0, 0),
    "a billion keys": _HEAD + struct.pack("<QQ", 0, 10**9),
    "a billion tensors": _HEAD + struct.pack("<QQ", 10**9, 0),
    "a string of exabytes": _HEAD + struct.pack("<QQQ", 0, 1, 2**60) + b"x",
    "an array of exabytes": _HEAD + struct.pack("<QQQ1sIIQ", 0, 1, 1, b"a", 9, 10, 2**60),
    "arrays in arrays": _HEAD + struct.pack("<QQQ1sI", 0, 1, 1, b"a", 9) + struct.pack("<IQ", 9, 1) * 50_000,
    "an unknown type": _HEAD + struct.pack("<QQQ1sI", 0, 1, 1, b"a", 77),
    "a name that is no text": _HEAD + struct.pack("<QQQ1sIB", 0, 1, 1, b"\xff", 0, 1),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_headers_are_refused(tmp_path: Path, name: str) -> None:
    """Whatever the bytes, it ends soon and says that this is no GGUF file."""
    path = tmp_path / "base.gguf"
    path.write_bytes(BROKEN[name])
    with pytest.raises(BadInput, match="not a readable GGUF file") as caught:
        read_shape(path)
    assert caught.value.code == "bad_base"


def test_a_folder_tells_its_shape(tmp_path: Path) -> None:
    """`config.json` of the hub, with and without a width of heads of its own."""
    config = {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "vocab_size": 100,
    }
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert read_shape(tmp_path) == BaseShape(2, 32, 64, 4, 2, 8, 100, tied=False)
    (tmp_path / "config.json").write_text(json.dumps(config | {"head_dim": 16, "tie_word_embeddings": True}))
    assert read_shape(tmp_path) == BaseShape(2, 32, 64, 4, 2, 16, 100, tied=True)


@pytest.mark.parametrize("text", ["", "[]", '{"hidden_size": "wide"}', '{"hidden_size": [1]}', "[" * 100_000])
def test_broken_folders_are_refused(tmp_path: Path, text: str) -> None:
    """A `config.json` that describes no base is named."""
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(BadInput, match=r"config\.json"):
        read_shape(tmp_path)


def test_known_shapes_have_the_size_in_their_name() -> None:
    """Within a tenth, as bases are named (Qwen counts 1.7 with its tied table, 0.6 with it too)."""
    for name, shape in KNOWN_SHAPES.items():
        size = name.rpartition("-")[2]
        wanted = float(size[:-1]) * (1e9 if size.endswith("b") else 1e6)
        assert shape.parameters == pytest.approx(wanted, rel=0.1), name

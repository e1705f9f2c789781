"""PEFT → GGUF: names, rotation order, and what a base cannot take."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from fenshen.core.errors import BadInput
from fenshen.training.adapter import new_adapter
from fenshen.training.bases import BaseFile
from fenshen.training.convert import convert_adapter, permute_rows
from fenshen.training.recipe import Recipe
from fenshen.training.weights import Base


@pytest.fixture
def adapter(base: Base, tmp_path: Path) -> Path:
    """A saved adapter whose B matrices are not zero."""
    folder = tmp_path / "adapter"
    folder.mkdir()
    new_adapter(base, Recipe("test", rank=4, alpha=8)).save(folder)
    path = folder / "adapter_model.safetensors"
    random = np.random.default_rng(0)
    save_file({k: random.normal(size=v.shape).astype(np.float32) for k, v in load_file(path).items()}, path)
    return folder


def test_the_file_holds_every_matrix_under_its_llama_cpp_name(adapter: Path, base_file: BaseFile) -> None:
    """Seven projections in two layers, two matrices each, and the adapter's own header."""
    reader = gguf.GGUFReader(str(convert_adapter(adapter, base_file.path, adapter / "adapter.gguf")))
    names = {tensor.name for tensor in reader.tensors}
    assert len(names) == 2 * 7 * 2
    assert {"blk.0.attn_q.weight.lora_a", "blk.1.ffn_down.weight.lora_b"} <= names
    assert reader.get_field("general.type").contents() == "adapter"
    assert reader.get_field("adapter.lora.alpha").contents() == 8.0


def test_query_rows_are_reordered_and_value_rows_are_not(adapter: Path, base_file: BaseFile) -> None:
    """Only what goes through the rotary embedding moves."""
    reader = gguf.GGUFReader(str(convert_adapter(adapter, base_file.path, adapter / "adapter.gguf")))
    written = {tensor.name: tensor.data for tensor in reader.tensors}
    source = load_file(adapter / "adapter_model.safetensors")
    prefix = "base_model.model.model.layers.0.self_attn"
    query, value = source[f"{prefix}.q_proj.lora_B.weight"], source[f"{prefix}.v_proj.lora_B.weight"]
    np.testing.assert_array_equal(
        written["blk.0.attn_q.weight.lora_b"], permute_rows(query, 4).astype(np.float16)
    )
    np.testing.assert_array_equal(written["blk.0.attn_v.weight.lora_b"], value.astype(np.float16))


def test_rotated_halves_become_pairs() -> None:
    """One head of six rows: first half and second half interleave."""
    rows = np.arange(6, dtype=np.float32)[:, None]
    assert permute_rows(rows, 1)[:, 0].tolist() == [0, 3, 1, 4, 2, 5]


def test_what_the_base_has_no_name_for_is_refused(adapter: Path, base_file: BaseFile) -> None:
    """An adapter on a layer that this base lacks is no silent nonsense."""
    path = adapter / "adapter_model.safetensors"
    extra = {"base_model.model.model.layers.9.self_attn.q_proj.lora_A.weight": np.zeros((4, 32), np.float32)}
    save_file({**load_file(path), **extra}, path)
    with pytest.raises(BadInput, match=r"layers\.9"):
        convert_adapter(adapter, base_file.path, adapter / "adapter.gguf")

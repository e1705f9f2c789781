"""A base in the form its processor reads fastest: the same numbers, made once, and never a reason to fail."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import pytest

from fenshen.models.engines import llama_forms
from fenshen.models.engines.llama_forms import quick_form

KIND = gguf.GGMLQuantizationType


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A file with a tensor in Q4_1, one in float32 and a vocabulary."""
    path = tmp_path / "Tiny.Q4_1.gguf"
    weights = np.random.default_rng(3).normal(size=(8, 64)).astype(np.float32)
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_name("tiny")
    writer.add_token_list(["a", "小猫"])
    writer.add_tensor("blk.0.attn_q.weight", gguf.quants.quantize(weights, KIND.Q4_1), raw_dtype=KIND.Q4_1)
    writer.add_tensor("output_norm.weight", np.arange(64, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _weights(path: Path) -> dict[str, tuple[str, np.ndarray]]:
    return {
        tensor.name: (tensor.tensor_type.name, gguf.quants.dequantize(tensor.data, tensor.tensor_type))
        for tensor in gguf.GGUFReader(str(path)).tensors
    }


def test_the_quick_form_holds_the_same_numbers(base: Path) -> None:
    """Within half a step of eight bits; what was quick already is copied, and so is every field."""
    quick = quick_form(base, "x86_64")
    assert quick != base and quick.parent == base.parent
    before, after = _weights(base), _weights(quick)
    assert {name: kind for name, (kind, _) in after.items()} == {
        "blk.0.attn_q.weight": "Q8_0",
        "output_norm.weight": "F32",
    }
    values, again = before["blk.0.attn_q.weight"][1], after["blk.0.attn_q.weight"][1]
    step = np.abs(values).reshape(8, 2, 32).max(2).repeat(32, 1) / 127
    assert (np.abs(values - again) <= 0.51 * step).all()
    np.testing.assert_array_equal(before["output_norm.weight"][1], after["output_norm.weight"][1])
    fields = [gguf.GGUFReader(str(path)).fields for path in (base, quick)]
    told = [{n: f.contents() for n, f in some.items() if not n.startswith("GGUF.")} for some in fields]
    assert told[0] == told[1]


def test_it_is_made_once_and_anew_for_another_file(base: Path) -> None:
    """The one of an earlier file goes."""
    first = quick_form(base, "x86_64")
    made = first.stat().st_mtime_ns
    assert quick_form(base, "x86_64") == first and first.stat().st_mtime_ns == made
    base.touch()
    second = quick_form(base, "x86_64")
    assert second != first and not first.exists()
    assert sorted(base.parent.iterdir()) == sorted([base, second])


def test_a_base_without_one_is_served_as_it_is(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another processor, another type, a large file, a full disk, a file that is no GGUF."""
    assert quick_form(base, "arm64") == base
    other = base.rename(base.with_name("Tiny.Q4_K_M.gguf"))
    assert quick_form(other, "x86_64") == other
    base = other.rename(base)
    with monkeypatch.context() as patched:
        patched.setattr(llama_forms, "SIZE_MAX_BYTES", 10)
        assert quick_form(base, "x86_64") == base

    def full(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(llama_forms, "rewrite_gguf", full)
        assert quick_form(base, "x86_64") == base
    base.write_bytes(b"nothing of the sort")
    assert quick_form(base, "x86_64") == base

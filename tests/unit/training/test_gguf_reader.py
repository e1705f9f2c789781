"""The quick reader sees what the package's own reader sees."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import pytest

from fenshen.training.gguf_reader import QuickReader, read_once


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with every kind of field and a tensor."""
    writer = gguf.GGUFWriter(str(tmp_path / "x.gguf"), "llama")
    writer.add_token_list(["a", "", "Ġ小猫", "x" * 300])
    writer.add_token_scores([0.5, -1.0, 2.0, 0.0])
    writer.add_array("flags", [True, False, True])
    writer.add_array("nested", [[1, 2], [3, 4]])
    writer.add_block_count(3)
    writer.add_tensor("t", np.arange(6, dtype=np.float32).reshape(2, 3))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return tmp_path / "x.gguf"


def test_every_field_and_tensor_is_the_same(path: Path) -> None:
    """Strings of any length, numbers, flags, arrays of arrays, and where the tensors begin."""
    theirs, ours = gguf.GGUFReader(str(path)), QuickReader(str(path))
    assert list(ours.fields) == list(theirs.fields)
    for name, field in theirs.fields.items():
        assert ours.fields[name].types == field.types and ours.fields[name].offset == field.offset
        assert [p.tolist() for p in ours.fields[name].parts] == [p.tolist() for p in field.parts]
        assert ours.fields[name].data == field.data
    np.testing.assert_array_equal(ours.tensors[0].data, theirs.tensors[0].data)


def test_a_file_is_read_once_by_everybody_and_only_inside(path: Path) -> None:
    """Whoever asks gets the same reader and the same names; afterwards the package has its own again."""
    own, own_map = gguf.GGUFReader, gguf.get_tensor_name_map
    with read_once():
        first, second = gguf.GGUFReader(str(path)), gguf.GGUFReader(path)
        names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, 3)
        assert gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, 3) is names
        assert names.mapping == own_map(gguf.MODEL_ARCH.LLAMA, 3).mapping
    assert first is second and gguf.GGUFReader is own and gguf.get_tensor_name_map is own_map


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_file_that_was_cut_off_is_an_error(path: Path, share: float) -> None:
    """Never a shorter vocabulary."""
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises((ValueError, IndexError)):
        QuickReader(str(path))

"""Broken downloads of weights are named before anything is loaded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fenshen.core.errors import BadInput
from fenshen.core.settings import Settings
from fenshen.models.base_trouble import base_trouble
from fenshen.models.weight_files import check_weights

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 988097824\n"  # fmt: skip


def safetensors(cut: int = 0) -> bytes:
    """One tensor of 16 bytes, the last `cut` of them missing."""
    header = json.dumps({"w": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}).encode()
    return len(header).to_bytes(8, "little") + header + bytes(16 - cut)


WHOLE = {"config.json": b"{}", "model.safetensors": safetensors(), "tokenizer.json": b"{}"}
BROKEN: dict[str, tuple[dict[str, bytes], str]] = {
    "weights are a pointer": ({"model.safetensors": POINTER}, "git lfs pull"),
    "the tokenizer is a pointer": ({"tokenizer.json": POINTER}, "'tokenizer.json'"),
    "the configuration is a pointer": ({"config.json": POINTER}, "'config.json'"),
    "an adapter is a pointer": ({"adapter_model.safetensors": POINTER}, "'adapter_model.safetensors'"),
    "a vocabulary is a pointer": ({"tokenizer.model": POINTER}, "'tokenizer.model'"),
    "weights are cut off": ({"model.safetensors": safetensors(3)}, "cut off"),
    "weights are empty": ({"model.safetensors": b""}, "cut off"),
    "weights are a web page": (
        {"model.safetensors": b"<!doctype html><html>Not found</html>"},
        "no safetensors",
    ),
    "a shard is missing": (
        {
            "model.safetensors.index.json": json.dumps(
                {"weight_map": {"w": "model-00002-of-00002.safetensors"}}
            ).encode()
        },
        "model-00002-of-00002.safetensors",
    ),
}


def folder_of(place: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (place / name).write_bytes(data)
    return place


def test_a_whole_folder_is_well(tmp_path: Path) -> None:
    """Nothing to say."""
    check_weights(folder_of(tmp_path, WHOLE))


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_broken_is_named_with_what_mends_it(tmp_path: Path, case: str) -> None:
    """Before it is loaded or hashed."""
    files, said = BROKEN[case]
    with pytest.raises(BadInput) as caught:
        check_weights(folder_of(tmp_path, WHOLE | files))
    assert caught.value.code == "bad_base"
    assert said in caught.value.message


@pytest.mark.parametrize(
    ("data", "said"), [(POINTER, "git lfs pull"), (b"", "cut off"), (b"<html>", "cut off")]
)
def test_the_settings_base_is_looked_at_without_starting_it(tmp_path: Path, data: bytes, said: str) -> None:
    """A pointer file, an empty one, a page."""
    file = tmp_path / "base.gguf"
    file.write_bytes(data)
    assert said in str(base_trouble(Settings(home=tmp_path, base=str(file), engine="real")))


def test_a_base_that_is_not_there_or_does_not_answer_is_said(tmp_path: Path) -> None:
    """A dead endpoint and a wrong path."""
    dead = base_trouble(Settings(home=tmp_path, base="http://127.0.0.1:9/v1|kettle", engine="real"))
    assert "does not answer" in str(dead)
    assert "there is no file" in str(
        base_trouble(Settings(home=tmp_path, base="/nowhere/base.gguf", engine="real"))
    )
    assert "is known" in str(base_trouble(Settings(home=tmp_path, base="no-such-base", engine="real")))
    assert base_trouble(Settings(home=tmp_path, base="no-such-base", engine="fake")) is None

"""Bases as folders of safetensors: found, loaded, trained and converted; nothing in them is executed."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import gguf
import pytest
import torch

from fenshen.core.errors import BadInput, EngineMissing
from fenshen.models.catalog import CATALOG
from fenshen.training import weights
from fenshen.training.adapter import new_adapter
from fenshen.training.bases import find_base, weights_card
from fenshen.training.batches import Row
from fenshen.training.convert import convert_adapter
from fenshen.training.recipe import Recipe
from fenshen.training.shape import read_shape
from fenshen.training.weights import Placement, load_base, placement
from tiny_base import write_folder

IDS = tuple(b"the kettle is sulking")
ROW = Row(IDS, (0, len(IDS)), tuple(range(1, len(IDS))))
FOUR_BIT = Recipe("four", rank=4, dtype="bfloat16", four_bit=True)


@pytest.mark.parametrize("kind", ["llama", "qwen3"])
def test_a_folder_is_a_base(tmp_path: Path, kind: str) -> None:
    """Found by its path, named after its folder, loaded with its tokenizer, and its adapter becomes a GGUF."""
    folder = write_folder(tmp_path / f"my-{kind}", kind)
    file = find_base(str(folder), tmp_path)
    assert (file.name, file.source, file.languages) == (f"my-{kind}", folder, None)
    assert file.size_bytes == (folder / "model.safetensors").stat().st_size
    base = load_base(file.name, file.source)
    shape = read_shape(folder)
    assert shape is not None and abs(shape.parameters - base.parameters) < 0.02 * base.parameters
    model = new_adapter(base, Recipe("test", rank=4))
    assert model.nats(ROW) > 0
    model.save(tmp_path)
    made = gguf.GGUFReader(str(convert_adapter(tmp_path, folder, tmp_path / "adapter.gguf")))
    assert made.get_field("general.architecture").contents() == kind
    assert len(made.tensors) == 2 * 7 * 2


@pytest.mark.parametrize("setting", ["final_logit_softcapping", "logit_scale", "logits_scaling"])
def test_a_base_that_changes_its_logits_is_not_trained(tmp_path: Path, setting: str) -> None:
    """Its loss would be another one; with the value that changes nothing it is a base like any other."""
    folder = write_folder(tmp_path / "capped")
    path = folder / "config.json"
    config = json.loads(path.read_text())
    path.write_text(json.dumps({**config, setting: 30.0}))
    with pytest.raises(BadInput, match=setting) as caught:
        load_base("capped", folder)
    assert caught.value.code == "base_not_trained"
    path.write_text(json.dumps({**config, setting: None if "capping" in setting else 1.0}))
    assert load_base("capped", folder).parameters > 0


def test_the_same_weights_have_the_same_digest(tmp_path: Path) -> None:
    """Whatever the folder is called; other weights have another."""
    first = find_base(str(write_folder(tmp_path / "a")), tmp_path)
    assert find_base(str(write_folder(tmp_path / "b")), tmp_path).sha256 == first.sha256
    assert find_base(str(write_folder(tmp_path / "c", "qwen3")), tmp_path).sha256 != first.sha256


def test_pickled_weights_are_not_loaded(tmp_path: Path) -> None:
    """A folder with `pytorch_model.bin` alone is refused before anything is opened."""
    with pytest.raises(BadInput, match="pickled weights") as caught:
        find_base(str(write_folder(tmp_path / "old", safe=False)), tmp_path)
    assert caught.value.code == "bad_base"


def test_code_in_a_folder_is_not_run(tmp_path: Path) -> None:
    """A `config.json` that names code of its own is refused, and the code leaves no trace."""
    folder = write_folder(tmp_path / "sly")
    config = json.loads((folder / "config.json").read_text())
    config |= {
        "model_type": "sly",
        "auto_map": {"AutoConfig": "sly.Config", "AutoModelForCausalLM": "sly.Model"},
    }
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "sly.py").write_text(
        f"open({str(tmp_path / 'ran')!r}, 'w')\nclass Config: pass\nclass Model: pass\n"
    )
    with pytest.raises(BadInput, match="cannot load the base") as caught:
        load_base("sly", folder)
    assert caught.value.code == "bad_base"
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json"])
def test_broken_folders_are_refused(tmp_path: Path, name: str) -> None:
    """A file that is no such thing is `bad_base`, never a traceback."""
    folder = write_folder(tmp_path / "broken")
    (folder / name).write_bytes(b"\x00\x01 not at all {")
    with pytest.raises(BadInput) as caught:
        load_base("broken", folder)
    assert caught.value.code == "bad_base"


def test_a_catalog_base_is_trained_from_its_folder_once_that_is_pulled(tmp_path: Path) -> None:
    """Served from the GGUF, trained from the safetensors beside it; without either the message says what to pull."""
    with pytest.raises(EngineMissing, match="fenshen models pull qwen3-8b"):
        find_base("qwen3-8b", tmp_path)
    served = tmp_path / "models" / "qwen3-8b"
    served.mkdir(parents=True)
    (served / CATALOG["qwen3-8b"].weights.name).write_bytes(b"GGUF")
    assert find_base("qwen3-8b", tmp_path).source.suffix == ".gguf"
    folder = tmp_path / "models" / weights_card("qwen3-8b")
    folder.mkdir()
    for file in CATALOG[weights_card("qwen3-8b")].files:
        (folder / file.name).write_bytes(b"x")
    found = find_base("qwen3-8b", tmp_path)
    assert (found.path.suffix, found.source) == (".gguf", folder)
    assert found.size_bytes == 5


def test_four_bits_need_a_folder_and_a_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A GGUF is quantised already; without bitsandbytes the message says what installs it."""
    with pytest.raises(BadInput, match="safetensors"):
        load_base("tiny", tmp_path / "tiny.gguf", place=Placement(four_bit=True))
    monkeypatch.setattr(weights.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EngineMissing, match=r"fenshen\[gpu\]"):
        placement(FOUR_BIT)


@pytest.mark.skipif(importlib.util.find_spec("bitsandbytes") is None, reason="bitsandbytes is not installed")
def test_a_base_in_four_bits_learns(tmp_path: Path) -> None:
    """Its projections take a quarter of 16 bits, and gradients reach the adapter."""
    base = load_base("tiny", write_folder(tmp_path / "tiny"), place=placement(FOUR_BIT))
    assert base.model.model.layers[0].mlp.up_proj.weight.dtype == torch.uint8
    model = new_adapter(base, FOUR_BIT)
    model.loss(ROW).backward()
    assert all(weight.grad is not None for weight in model.weights().values())

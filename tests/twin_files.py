"""Twin files for tests: a base that lies here, a version with an adapter on it, and files made wrong on purpose.

`forged` takes a good file apart, changes members or the manifest, and signs the result with whatever key it is
given, so that a test reaches the check it is about instead of ending at the signature.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
from safetensors.numpy import save_file

from fenshen.core.blobs import hash_file
from fenshen.studio.transfer import importer
from fenshen.studio.transfer.container import Content, zip_stream
from fenshen.studio.transfer.manifest import _DOMAIN, canonical_json
from fenshen.training import versions
from fenshen.training.bases import BaseFile
from fenshen.training.versions import Version
from fenshen.trust.signing import SigningKey
from house import SLUG, House

LAYERS, WIDTH, INNER, RANK = 2, 16, 32, 2
BASE = "tiny"
TARGETS = ("q_proj", "v_proj", "down_proj")
SIDES = {"q_proj": (WIDTH, WIDTH), "v_proj": (WIDTH, WIDTH // 2), "down_proj": (INNER, WIDTH)}


def write_base(path: Path) -> BaseFile:
    """A GGUF with the matrices of a little Llama, and a chat template."""
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_block_count(LAYERS)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_string("tokenizer.chat_template", "{{ messages[0]['content'] }}")
    random = np.random.default_rng(0)
    for layer in range(LAYERS):
        for name, (inputs, outputs) in {
            "attn_q": (WIDTH, WIDTH),
            "attn_v": (WIDTH, WIDTH // 2),
            "ffn_down": (INNER, WIDTH),
        }.items():
            weight = random.normal(0, 0.1, (outputs, inputs)).astype(np.float16)
            writer.add_tensor(f"blk.{layer}.{name}.weight", weight)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return BaseFile(BASE, path, hash_file(path), None)


def have_base(monkeypatch: pytest.MonkeyPatch, folder: Path) -> BaseFile:
    """The tiny base is installed on this machine."""
    file = write_base(folder / "tiny.gguf")
    monkeypatch.setattr(importer, "find_base", lambda name, home: replace(file, name=name))
    return file


#: `(layer, matrix)` → `(inputs, outputs)` of the tiny base.
ROOM = {(layer, target): SIDES[target] for layer in range(LAYERS) for target in TARGETS}


def weights(
    change: float = 0.0, room: Mapping[tuple[int, str], tuple[int, int]] = ROOM
) -> dict[str, np.ndarray[Any, Any]]:
    """The matrices of a LoRA on every matrix of `room`."""
    random = np.random.default_rng(1)
    made = {}
    for (layer, target), (inputs, outputs) in sorted(room.items()):
        block = "self_attn" if target in ("q_proj", "k_proj", "v_proj", "o_proj") else "mlp"
        place = f"base_model.model.model.layers.{layer}.{block}.{target}"
        for side, shape in (("A", (RANK, inputs)), ("B", (outputs, RANK))):
            values = random.normal(change, 0.1, shape).astype(np.float32)
            made[f"{place}.lora_{side}.weight"] = values
    return made


def trained(
    house: House,
    base: BaseFile,
    number: int = 0,
    room: Mapping[tuple[int, str], tuple[int, int]] = ROOM,
) -> Version:
    """A version of the twin with every file that training leaves, which passed its gate."""
    app = house.app
    identifier = f"ver_trained_{number:04}"
    folder = app.settings.home / "versions" / identifier
    folder.mkdir(parents=True)
    save_file(weights(float(number), room), folder / "adapter_model.safetensors")
    config = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "r": RANK,
        "lora_alpha": 4,
        "target_modules": sorted({target for _, target in room}),
        "auto_mapping": None,
        "rank_pattern": {},
        "use_dora": False,
        "lora_dropout": 0.0,
        "megatron_core": "megatron.core",
        "init_lora_weights": True,
        "inference_mode": True,
        "bias": "none",
    }
    (folder / "adapter_config.json").write_text(json.dumps(config))
    example = {
        "messages": [{"role": "user", "content": "Is my kettle broken?"}],
        "answer": "It is sulking.",
        "item_id": "",
        "passage_id": "",
        "start_s": None,
        "kind": "topic",
        "language": "en",
    }
    (folder / "examples.jsonl").write_text(json.dumps(example, sort_keys=True) + "\n")
    meta = {
        "format": 1,
        "version": identifier,
        "creator": SLUG,
        "base": {"name": base.name, "sha256": base.sha256},
        "chat_template": "{{ somebody_elses() }}",
        "systems": {"en": "You are a twin."},
        "held_out": {"items": [], "sha256": "0" * 64},
        "plan": {"examples": {"topic": 1}},
        "training": {"tokens": 10, "seconds": 1.0},
    }
    (folder / "meta.json").write_text(json.dumps(meta))
    version = Version(
        id=identifier,
        creator=SLUG,
        base=base.name,
        recipe="cpu-demo",
        recipe_sha256="1" * 64,
        data_sha256="2" * 64,
        consent_id=None,
        adapter_dir=f"versions/{identifier}",
        created=app.clock.now(),
        status="evaluated",
        metrics={"levels": []},
        gate={"passed": True, "reasons": ["bits per byte of L3 is lower than that of the plain base"]},
    )
    versions.add(app.db, version)
    return version


def taken_apart(file: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The manifest without its signature, and every other member."""
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members.pop("manifest.json"))
    del manifest["signature"]
    return manifest, members


def put_together(manifest: Mapping[str, Any], members: Mapping[str, bytes], key: SigningKey) -> bytes:
    """The twin file of these members under this manifest, signed."""
    signature = key.sign(_DOMAIN + canonical_json(manifest))
    whole = {"manifest.json": canonical_json({**manifest, "signature": signature}), **members}
    contents = [Content(name, len(data), lambda data=data: iter([data])) for name, data in whole.items()]
    return b"".join(zip_stream(contents))


def forged(
    good: Path,
    key: SigningKey,
    members: Mapping[str, bytes | Callable[[bytes], bytes] | None] | None = None,
    manifest: Callable[[dict[str, Any]], None] = lambda fields: None,
) -> bytes:
    """The good file with some members changed, added or (`None`) left out, truthfully listed and signed by `key`."""
    fields, stored = taken_apart(good)
    for name, change in (members or {}).items():
        if change is None:
            del stored[name]
        else:
            stored[name] = change(stored[name]) if callable(change) else change
    fields["members"] = {
        name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in sorted(stored.items())
    }
    signer = key.signer
    fields["signer"] = {
        "public_key": signer.public_key,
        "created": signer.created.isoformat().replace("+00:00", "Z"),
        "expires": signer.expires.isoformat().replace("+00:00", "Z"),
    }
    manifest(fields)
    return put_together(fields, stored, key)


def safetensors(header: Any, data: bytes = b"", length: int | None = None) -> bytes:
    """A safetensors file with any header, well made or not."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (len(text) if length is None else length).to_bytes(8, "little") + text + data

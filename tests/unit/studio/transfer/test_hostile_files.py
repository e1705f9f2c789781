"""Files that want to do harm: each is refused with a code of its own, and nothing is left behind."""

from __future__ import annotations

import io
import json
import pickle
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest

from fenshen.core.errors import BadInput
from fenshen.studio.transfer import names
from fenshen.studio.transfer.container import Content, zip_stream
from twin_files import LAYERS, RANK, safetensors, weights

from .conftest import Machine, Sent

Change = Callable[[bytes], bytes] | bytes | None
MARK = Path("/tmp/fenshen-hostile-file-was-run")


class Exploit:
    """Runs a command when it is unpickled."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        import os

        return os.system, (f"touch {MARK}",)


def pickled(protocol: int = 4) -> bytes:
    return pickle.dumps(Exploit(), protocol)


def zipped(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


def object_array() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.array([Exploit()], dtype=object), allow_pickle=True)
    return buffer.getvalue()


def with_template(folder: Path) -> bytes:
    """A GGUF whose chat template reaches for the system."""
    path = folder / "evil.gguf"
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_string("tokenizer.chat_template", "{{ cycler.__init__.__globals__.os.popen('id').read() }}")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    return path.read_bytes()


def config(**changes: object) -> Callable[[bytes], bytes]:
    return lambda data: json.dumps(
        {**json.loads(data), **changes}, sort_keys=True, separators=(",", ":")
    ).encode()


def matrices(change: Callable[[dict[str, np.ndarray[Any, Any]]], None]) -> bytes:
    """A safetensors file of the right matrices after `change`."""
    made = weights()
    change(made)
    header, data = {}, b""
    for name, values in made.items():
        header[name] = {
            "dtype": "F32",
            "shape": list(values.shape),
            "data_offsets": [len(data), len(data) + values.nbytes],
        }
        data += values.tobytes()
    return safetensors(header, data)


def _one(
    name: str, index: tuple[int, int], value: float
) -> Callable[[dict[str, np.ndarray[Any, Any]]], None]:
    return lambda made: made[name].__setitem__(index, value)


FIRST = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"
SPEC = {"dtype": "F32", "shape": [1, 1]}
OVERLAPPING = {"a": {**SPEC, "data_offsets": [0, 4]}, "b": {**SPEC, "data_offsets": [0, 4]}}
TWICE = b'{"a":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}'


@dataclass(frozen=True)
class Hostile:
    """A member put into a good twin and signed by somebody trusted, and the code it must be refused with."""

    why: str
    code: str
    members: dict[str, Change] = field(default_factory=dict)


INSIDE = [
    Hostile("1 a pickle that runs a command", "package_member", {"adapter/adapter_model.bin": pickled()}),
    Hostile("2 the same, called safetensors", "bad_tensors", {names.WEIGHTS: pickled()}),
    Hostile("3 a pickle broken off after its payload", "bad_tensors", {names.WEIGHTS: pickled()[:-1] + b"X"}),
    Hostile("3 the same under a name of its own", "package_member", {"adapter/data.pkl": pickled()[:-1]}),
    Hostile("4 a pickle in a zip", "bad_tensors", {names.WEIGHTS: zipped("archive/data.pkl", pickled())}),
    Hostile("4 a pickle in a 7z", "package_member", {"adapter/model.7z": b"7z\xbc\xaf\x27\x1c" + pickled()}),
    Hostile("5 a PyTorch file", "package_member", {"adapter/pytorch_model.pt": zipped("m/data.pkl", pickled(2))}),
    Hostile("5 the same, called safetensors", "bad_tensors", {names.WEIGHTS: zipped("m/data.pkl", pickled(2))}),
    Hostile("6 an array of objects", "package_member", {"adapter/weights.npy": object_array()}),
    Hostile("6 the same, called safetensors", "bad_tensors", {names.WEIGHTS: object_array()}),
    Hostile("7 a joblib file", "package_member", {"adapter/model.joblib": b"\x80\x04" + pickled()}),
    Hostile("8 a Keras file with a Lambda", "package_member", {"model.keras": zipped("config.json", b"{}")}),
    Hostile("8 the same as HDF5", "bad_tensors", {names.WEIGHTS: b"\x89HDF\r\n\x1a\n" + bytes(64)}),
    Hostile("10 code by name", "adapter_config", {names.CONFIG: config(auto_map={"AutoModel": "evil.Model"})}),
    Hostile("10 trusted remote code", "adapter_config", {names.CONFIG: config(trust_remote_code=True)}),
    Hostile("10 a class to load", "adapter_config", {names.CONFIG: config(auto_mapping={"parent_library": "os"})}),
    Hostile("10 another kind of adapter", "adapter_config", {names.CONFIG: config(peft_type="LOHA")}),
    Hostile("10 its own weights of the base", "adapter_config", {names.CONFIG: config(modules_to_save=["lm_head"])}),
    Hostile("11 a header of 2^63 bytes", "bad_tensors", {names.WEIGHTS: safetensors({}, b"x" * 64, 1 << 63)}),
    Hostile("12 overlapping tensors", "bad_tensors", {names.WEIGHTS: safetensors(OVERLAPPING, bytes(4))}),
    Hostile("12 bytes that belong to none", "bad_tensors", {names.WEIGHTS: lambda data: data + b"x"}),
    Hostile("13 a tensor twice", "adapter_shape", {names.WEIGHTS: safetensors(TWICE, bytes(4))}),
    Hostile(
        "14 matrices of another base",
        "adapter_shape",
        {names.WEIGHTS: matrices(lambda m: m.__setitem__(FIRST, np.zeros((RANK, 24), np.float32)))},
    ),
    Hostile("14 one matrix too few", "adapter_shape", {names.WEIGHTS: matrices(lambda m: m.pop(FIRST))}),
    Hostile("14 a rank out of bounds", "adapter_config", {names.CONFIG: config(r=1 << 30)}),
    Hostile(
        "14 layers that the base has not", "adapter_shape", {names.CONFIG: config(layers_to_transform=[LAYERS])}
    ),
    Hostile("15 not a number", "bad_weights", {names.WEIGHTS: matrices(_one(FIRST, (0, 0), np.nan))}),
    Hostile("15 infinite", "bad_weights", {names.WEIGHTS: matrices(_one(FIRST, (1, 3), np.inf))}),
    Hostile("16 a tensor called like a path", "adapter_shape", {
        names.WEIGHTS: matrices(lambda m: m.__setitem__("../../etc/cron.d/x", m.pop(FIRST)))
    }),
    Hostile("17 an index that leads out", "package_member", {
        "adapter/model.safetensors.index.json": b'{"weight_map":{"a":"../../../etc/passwd"}}'
    }),
    Hostile("18 a tokenizer with a slow pattern", "package_member", {
        "adapter/tokenizer.json": json.dumps({"pattern": {"Regex": "(a+)+$" * 10_000}}).encode()
    }),
    Hostile("18 a tokenizer's settings", "package_member", {"adapter/tokenizer_config.json": b'{"auto_map":{}}'}),
]  # fmt: skip


@pytest.mark.parametrize("hostile", INSIDE, ids=lambda one: one.why)
def test_hostile_members_are_refused(
    machine: Machine, sent: Sent, forge: Callable[..., Path], hostile: Hostile
) -> None:
    """Even under the signature of somebody who is trusted."""
    refused = machine.refuses(forge(hostile.members), trust=sent.fingerprint)
    assert isinstance(refused, BadInput) and refused.code == hostile.code, refused.message
    assert not MARK.exists()


def test_no_gguf_is_taken_from_a_file(
    machine: Machine, sent: Sent, forge: Callable[..., Path], tmp_path: Path
) -> None:
    """9: one with a template that reaches for the system least of all; the template here is the base's own."""
    evil = with_template(tmp_path)
    assert (
        machine.refuses(forge({"adapter/adapter.gguf": evil}), trust=sent.fingerprint).code
        == "package_member"
    )
    assert machine.refuses(forge({names.WEIGHTS: evil}), trust=sent.fingerprint).code == "bad_tensors"
    done = machine.take_in(sent.file, trust=sent.fingerprint)
    meta = json.loads(
        (machine.app.settings.home / done.arrived.version.adapter_dir / "meta.json").read_text()
    )
    assert meta["chat_template"] == "{{ messages[0]['content'] }}"


WHOLE = {
    "a pickle": pickled(),
    "a pickle in a zip": zipped("archive/data.pkl", pickled()),
    "7z": b"7z\xbc\xaf\x27\x1c" + pickled(),
    "HDF5": b"\x89HDF\r\n\x1a\n" + bytes(64),
    "numpy": object_array(),
    "nothing": b"",
    "a beginning": b"PK\x03\x04",
}


@pytest.mark.parametrize("data", WHOLE.values(), ids=WHOLE.keys())
def test_a_file_of_another_kind_is_no_twin(machine: Machine, tmp_path: Path, data: bytes) -> None:
    """Whatever it is called."""
    file = tmp_path / "evil.fenshen"
    file.write_bytes(data)
    refused = machine.refuses(file)
    assert isinstance(refused, BadInput)
    assert refused.code in ("not_a_twin_file", "package_damaged", "package_member")


def _member(name: str) -> bytes:
    return b"".join(zip_stream([Content(name, 1, lambda: iter([b"x"]))]))


LEADING_OUT = [
    "../../etc/cron.d/x",
    "/etc/passwd",
    "C:\\Windows\\x",
    "C:/x",
    "..\\..\\x",
    "adapter/../../x",
    "adapter\\meta.json",
    "adapter/meta.json/",
    "adapter/./meta.json",
    "ADAPTER/META.JSON",
    "adapter/meta.json\u200b",
    "adapter\u2215meta.json",
    "library/originals/" + "A" * 64,
    "library/originals/../../" + "a" * 64,
    "library/originals/" + "a" * 64 + "\n",
    "CON",
    "x" * 60_000,
]


@pytest.mark.parametrize("name", LEADING_OUT, ids=lambda name: repr(name)[:40])
def test_names_that_lead_elsewhere_are_refused(machine: Machine, tmp_path: Path, name: str) -> None:
    """17: there is a closed list of names, and none of these is on it."""
    file = tmp_path / "names.fenshen"
    file.write_bytes(_member(name))
    assert machine.refuses(file).code == "package_member"


def _raw_zip(
    change: Callable[[zipfile.ZipInfo], None], twice: bool = False, method: int = zipfile.ZIP_STORED
) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo(names.MANIFEST)
        info.compress_type = method
        change(info)
        archive.writestr(info, b"{}" * 1000)
        if twice:
            with pytest.warns(UserWarning, match="Duplicate"):
                archive.writestr(info, b"[]")
    return buffer.getvalue()


def _patched(at: bytes, offset: int, value: bytes) -> bytes:
    """A zip with one member, some bytes of a header of which are others."""
    data = bytearray(_raw_zip(lambda info: None))
    place = data.index(at) + offset
    data[place : place + len(value)] = value
    return bytes(data)


PLAIN = _raw_zip(lambda info: None)
ODD_ZIPS = {
    "a symlink": _raw_zip(lambda info: setattr(info, "external_attr", 0o120777 << 16)),
    "a device": _raw_zip(lambda info: setattr(info, "external_attr", 0o060666 << 16)),
    "compressed, so that it could grow": _raw_zip(lambda info: None, method=zipfile.ZIP_DEFLATED),
    "a member twice": _raw_zip(lambda info: None, twice=True),
    "bytes before it": b"MZ" * 8 + PLAIN,
    "a zip before it": PLAIN + PLAIN,
    "bytes after it": PLAIN + b"#!/bin/sh",
    "a comment": PLAIN[:-2] + struct.pack("<H", 3) + b"abc",
    "encrypted": _patched(b"PK\x01\x02", 8, b"\x01\x00"),
    "another name in the directory": _patched(b"PK\x03\x04", 30, b"manifest.jsoN"),
    "a size that is not its own": _patched(b"PK\x01\x02", 24, struct.pack("<I", 1 << 30)),
    "both sizes too large": _patched(b"PK\x01\x02", 20, struct.pack("<II", 1 << 23, 1 << 23)),
}


@pytest.mark.parametrize("data", ODD_ZIPS.values(), ids=ODD_ZIPS.keys())
def test_zips_with_something_up_their_sleeve_are_refused(
    machine: Machine, tmp_path: Path, data: bytes
) -> None:
    """Before its manifest is looked at."""
    file = tmp_path / "odd.fenshen"
    file.write_bytes(data)
    refused = machine.refuses(file)
    assert isinstance(refused, BadInput)
    assert refused.code in ("package_layout", "not_a_twin_file", "package_damaged", "package_too_large")


def test_entries_that_share_bytes_are_refused(machine: Machine, sent: Sent, tmp_path: Path) -> None:
    """A directory that names one member's bytes again is how a small zip grows."""
    data = bytearray(sent.file.read_bytes())
    first = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", first + 1)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    file = tmp_path / "overlap.fenshen"
    file.write_bytes(data)
    assert machine.refuses(file, trust=sent.fingerprint).code == "package_damaged"


@pytest.mark.parametrize(
    "change",
    [lambda good: good + b"#!/bin/sh", lambda good: b"MZ" * 8 + good, lambda good: PLAIN + good],
    ids=["bytes after it", "bytes before it", "a zip before it"],
)
def test_nothing_is_hidden_around_a_good_twin(
    machine: Machine, sent: Sent, tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    """However good its signature is."""
    file = tmp_path / "around.fenshen"
    file.write_bytes(change(sent.file.read_bytes()))
    assert machine.refuses(file, trust=sent.fingerprint).code in ("package_layout", "not_a_twin_file")

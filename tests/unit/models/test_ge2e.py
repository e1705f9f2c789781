"""The speaker encoder's weights are read without running what is in their file, and its network is the original's."""

from __future__ import annotations

import io
import pickle
import struct
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest

from fenshen.core.errors import BadInput, EngineMissing
from fenshen.core.settings import Settings
from fenshen.models.catalog import CATALOG
from fenshen.models.engines import ge2e
from fenshen.models.engines.torch_file import read_tensors

torch = pytest.importorskip("torch")


def torch_file(content: object) -> bytes:
    """`content` in the layout PyTorch wrote before 1.6."""
    buffer = io.BytesIO()
    torch.save(content, buffer, _use_new_zipfile_serialization=False)
    return buffer.getvalue()


def test_tensors_come_out_as_they_went_in() -> None:
    """Also ones that share a storage, lie transposed in it, or hold one number."""
    whole = torch.arange(12, dtype=torch.float32).reshape(3, 4)
    tensors = OrderedDict(whole=whole, row=whole[1], turned=whole.T, one=torch.tensor(2.5), step=7)
    found = read_tensors(torch_file({"model_state": tensors, "step": 1}), "model_state")
    assert set(found) == {"whole", "row", "turned", "one"}
    assert all(np.array_equal(found[name], tensors[name].numpy()) for name in found)


class _Runs:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return print, ("run",)


def _hostile() -> list[bytes]:
    good = torch_file({"model_state": OrderedDict(a=torch.ones(3))})
    magic, version, machine = (pickle.dumps(part, 2) for part in (0x1950A86A20F9469CFC6C, 1001, {}))
    reach = b"\x80\x02}X\x0b\x00\x00\x00model_state}X\x01\x00\x00\x00actorch._utils\n_rebuild_tensor_v2\n"
    reach += b"((X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x03NtQ"
    reach += b"K\x00M\x10'\x85K\x01\x85\x89NtRss."
    storage = pickle.dumps(["0"], 2) + struct.pack("<q", 3) + bytes(12)
    return [
        b"",
        b"\x00" * 100,
        good[:-4],
        pickle.dumps({"model_state": {}}),
        magic + version + machine + pickle.dumps({"model_state": _Runs()}, 2),
        magic + version + machine + reach + storage,
    ]


@pytest.mark.parametrize(
    "data", _hostile(), ids=["empty", "zeros", "cut off", "another", "program", "reaches out"]
)
def test_a_file_that_is_not_plain_tensors_is_refused(data: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    """Cut off, of another layout, naming a function, or a tensor larger than its storage: nothing is run."""
    with pytest.raises(BadInput) as refused:
        read_tensors(data, "model_state")
    assert refused.value.code == "bad_weights" and capsys.readouterr().out == ""


class _NoSpeech:
    def probabilities(self, sound: np.ndarray) -> np.ndarray:
        return np.zeros(0, np.float32)


def test_the_network_is_the_original_one() -> None:
    """The same random weights and mel frames give what PyTorch's LSTM gives."""
    torch.manual_seed(0)
    lstm, linear = torch.nn.LSTM(40, 256, 3, batch_first=True), torch.nn.Linear(256, 256)
    weights = {f"lstm.{name}": value.detach().numpy() for name, value in lstm.named_parameters()}
    weights |= {f"linear.{name}": value.detach().numpy() for name, value in linear.named_parameters()}
    windows = (0.1 * np.random.default_rng(0).standard_normal((3, 8_000))).astype(np.float32)
    frames = torch.from_numpy(ge2e.mel_frames(ge2e.levelled(windows)))
    with torch.no_grad():
        raw = torch.relu(linear(lstm(frames)[1][0][-1]))
        expected = (raw / raw.norm(dim=1, keepdim=True)).numpy()
    encoder = ge2e.Ge2eEncoder("x", weights, _NoSpeech())  # type: ignore[arg-type]
    assert np.allclose(encoder.embed(windows), expected, atol=1e-5)


def test_mel_bands_share_the_spectrum() -> None:
    """Forty triangles, each of area two over its width, none empty; a tone lights the band it lies in."""
    filters = ge2e.mel_filters()
    assert filters.shape == (201, 40) and (filters.sum(axis=0) > 0).all() and (filters >= 0).all()
    times = np.arange(16_000) / 16_000
    frames = ge2e.mel_frames(np.sin(2 * np.pi * 1000 * times, dtype=np.float32)[None])
    assert frames.shape == (1, 101, 40)
    assert int(frames[0, 50].argmax()) == int(filters[25].argmax())  # bin 25 is 1000 Hz


def test_weights_that_were_exchanged_are_not_read(tmp_path: Path) -> None:
    """A file of the right size with other bytes: the message says which command mends it."""
    folder = tmp_path / "models" / "speaker-encoder"
    folder.mkdir(parents=True)
    for file in CATALOG["speaker-encoder"].files:
        (folder / file.name).write_bytes(bytes(file.size_bytes))
    with pytest.raises(EngineMissing, match="fenshen models pull speaker-encoder"):
        ge2e.load(Settings(home=tmp_path), "speaker-encoder")

"""The GE2E speaker encoder in numpy: mel frames, three LSTM layers, one unit vector of 256.

The weights are those of Resemblyzer; features and network follow its published code. Several windows go
through the network together, so each step is one matrix product. Knows nothing about who the speakers are.

Source: Wan et al., "Generalized End-to-End Loss for Speaker Verification", 2018.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from fenshen.core.errors import EngineMissing
from fenshen.core.settings import Settings
from fenshen.models.catalog import CATALOG
from fenshen.models.engines import silero
from fenshen.models.engines.silero import SileroDetector
from fenshen.models.engines.torch_file import read_tensors
from fenshen.models.pull import require
from fenshen.models.speaker import SPEAKER_RATE, check_windows

MELS = 40
FRAME = SPEAKER_RATE * 25 // 1000
HOP = SPEAKER_RATE * 10 // 1000
LAYERS = 3
DIMENSIONS = 256
#: Quieter windows are raised to this level, as in training; louder ones are left as they are.
LEVEL_DB = -30.0
#: Windows that go through the network together: enough for full speed, 50 MB of memory.
BATCH = 48

#: A step is too small to share: on one thread a window takes 10 ms, on two 8, and 45 and more when other work
#: shares the cores. The number of threads belongs to the process, so windows take turns.
_BLAS = threading.Lock()

Weights = Mapping[str, NDArray[np.float32]]


class Ge2eEncoder:
    """One loaded encoder with its voice detector. Thread-safe.

    Args:
        name: Catalog name.
        weights: by the names of the original (`lstm.weight_ih_l0`, `linear.bias`, …).
        detector: tells where there is speech.
    """

    dimensions = DIMENSIONS
    window_s = 1.6

    def __init__(self, name: str, weights: Weights, detector: SileroDetector) -> None:
        self.name = name
        self._detector = detector
        self._layers = [_layer(weights, number) for number in range(LAYERS)]
        self._projection = (np.ascontiguousarray(weights["linear.weight"].T), weights["linear.bias"])

    def speech(self, sound: NDArray[np.float32]) -> NDArray[np.float32]:
        """The probability of speech in each 32 ms."""
        return self._detector.probabilities(np.nan_to_num(sound))

    def embed(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Unit vectors, shape (n, 256)."""
        check_windows(windows)
        vectors = np.empty((len(windows), DIMENSIONS), dtype=np.float32)
        with _BLAS, threadpool_limits(1, user_api="blas"):
            for start in range(0, len(windows), BATCH):
                vectors[start : start + BATCH] = self._embed(windows[start : start + BATCH])
        return vectors

    def _embed(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        states = mel_frames(levelled(windows)).transpose(1, 0, 2)  # (frames, batch, mels)
        for layer in self._layers[:-1]:
            states = _run_layer(np.ascontiguousarray(states), *layer)
        last = _run_layer(states, *self._layers[-1])[-1]
        weight, bias = self._projection
        raw = np.maximum(last @ weight + bias, 0.0)
        norms = np.linalg.norm(raw, axis=1, keepdims=True)
        flat = np.full_like(raw, DIMENSIONS**-0.5)
        return np.asarray(np.where(norms > 1e-6, raw / np.maximum(norms, 1e-6), flat), dtype=np.float32)


def levelled(windows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Windows with finite samples, the quiet ones raised to `LEVEL_DB`; shape as given."""
    finite = np.clip(np.nan_to_num(windows, nan=0.0, posinf=0.0, neginf=0.0), -1.0, 1.0).astype(np.float32)
    power = np.square(finite).mean(axis=1, keepdims=True)
    raised = np.sqrt(10 ** (LEVEL_DB / 10) / np.maximum(power, 1e-12))
    return np.asarray(np.where(power > 1e-12, finite * np.maximum(raised, 1.0), finite), dtype=np.float32)


def mel_frames(windows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Power in 40 mel bands every 10 ms, shape (n, frames, 40); frames are centred, edges see silence."""
    padded = np.pad(windows, ((0, 0), (FRAME // 2, FRAME // 2)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME, axis=1)[:, ::HOP]  # (n, frames, samples)
    taper = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME) / FRAME)).astype(np.float32)
    spectrum = np.fft.rfft(frames * taper, axis=2)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    return (power @ mel_filters()).astype(np.float32)


@cache
def mel_filters() -> NDArray[np.float32]:
    """Triangles of equal area on the Slaney mel scale, shape (FRAME // 2 + 1, 40).

    Source: M. Slaney, "Auditory Toolbox", 1998.
    """
    linear_hz, step, log_step = 1000.0, 200.0 / 3, np.log(6.4) / 27
    top = linear_hz / step + np.log(SPEAKER_RATE / 2 / linear_hz) / log_step
    mels = np.linspace(0.0, top, MELS + 2)
    edges = np.where(
        mels < linear_hz / step, mels * step, linear_hz * np.exp(log_step * (mels - linear_hz / step))
    )
    bins = np.linspace(0.0, SPEAKER_RATE / 2, FRAME // 2 + 1)[:, None]
    rising = (bins - edges[:-2]) / np.diff(edges)[:-1]
    falling = (edges[2:] - bins) / np.diff(edges)[1:]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return np.asarray(triangles * (2.0 / (edges[2:] - edges[:-2])), dtype=np.float32)


def _layer(weights: Weights, number: int) -> tuple[NDArray[np.float32], ...]:
    into = np.ascontiguousarray(weights[f"lstm.weight_ih_l{number}"].T)
    over = np.ascontiguousarray(weights[f"lstm.weight_hh_l{number}"].T)
    return into, over, weights[f"lstm.bias_ih_l{number}"] + weights[f"lstm.bias_hh_l{number}"]


def _run_layer(
    inputs: NDArray[np.float32],
    into: NDArray[np.float32],
    over: NDArray[np.float32],
    bias: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Hidden states of one LSTM layer, shape (frames, batch, 256); gates in the order i, f, g, o."""
    frames, batch, _ = inputs.shape
    size = over.shape[0]
    gates_in = inputs @ into + bias  # (frames, batch, 4 * size)
    hidden = np.zeros((batch, size), dtype=np.float32)
    cell = np.zeros((batch, size), dtype=np.float32)
    states = np.empty((frames, batch, size), dtype=np.float32)
    for at in range(frames):
        gates = gates_in[at] + hidden @ over
        enter, keep, offered, shown = np.split(gates, 4, axis=1)
        cell = _sigmoid(keep) * cell + _sigmoid(enter) * np.tanh(offered)
        hidden = _sigmoid(shown) * np.tanh(cell)
        states[at] = hidden
    return states


def _sigmoid(values: NDArray[np.float32]) -> NDArray[np.float32]:
    halves = np.tanh(values * np.float32(0.5))
    return np.asarray(halves * np.float32(0.5) + np.float32(0.5), dtype=np.float32)


def load(settings: Settings, model: str) -> Ge2eEncoder:
    """The encoder for a catalog name.

    Raises:
        EngineMissing: the weights are not installed, or are not the ones in the catalog.
    """
    folder = require(model, settings.home / "models")
    weights = CATALOG[model].weights
    data = (folder / weights.name).read_bytes()
    if hashlib.sha256(data).hexdigest() != weights.sha256:
        raise EngineMissing(
            f"the weights of {model!r} were changed; run `fenshen models pull {model}` again",
            code="model_missing",
            model=model,
        )
    return Ge2eEncoder(model, read_tensors(data, "model_state"), SileroDetector(folder / silero.FILE))

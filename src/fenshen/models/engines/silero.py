"""Where somebody speaks: the probability of speech in every 32 ms, by the Silero detector.

Knows nothing about words; `models.speech_spans` makes stretches out of the probabilities.

Source: Silero Team, "Silero VAD", version 6, in the form for many frames at once that faster-whisper carries.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fenshen.models.speech_spans import FRAME

FILE = "silero_vad_v6.onnx"
_CONTEXT = 64
_STATE = 128
_FRAMES_AT_ONCE = 4096


class SileroDetector:
    """One loaded detector. Thread-safe; a recording is one call.

    Args:
        path: the ONNX graph.
    """

    def __init__(self, path: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 4
        self._session = onnxruntime.InferenceSession(
            str(path), providers=["CPUExecutionProvider"], sess_options=options
        )

    def probabilities(self, sound: NDArray[np.float32]) -> NDArray[np.float32]:
        """The probability of speech in each 32 ms of 16 kHz sound, shape (ceil(n / 512),)."""
        count = -(-len(sound) // FRAME)
        if not count:
            return np.zeros(0, dtype=np.float32)
        # Each frame is given with the 4 ms before it.
        held = np.zeros(_CONTEXT + count * FRAME, dtype=np.float32)
        held[_CONTEXT : _CONTEXT + len(sound)] = sound
        frames = np.lib.stride_tricks.sliding_window_view(held, _CONTEXT + FRAME)[::FRAME]
        hidden = np.zeros((1, 1, _STATE), dtype=np.float32)
        cell = np.zeros((1, 1, _STATE), dtype=np.float32)
        parts = []
        for start in range(0, count, _FRAMES_AT_ONCE):
            block = np.ascontiguousarray(frames[start : start + _FRAMES_AT_ONCE])
            output, hidden, cell = self._session.run(None, {"input": block, "h": hidden, "c": cell})
            parts.append(np.asarray(output, dtype=np.float32).reshape(-1))
        return np.concatenate(parts)[:count]

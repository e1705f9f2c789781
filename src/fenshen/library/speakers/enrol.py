"""The creator's voiceprint out of samples of their speech.

    samples → windows → told apart (a sample must hold one voice) → one direction

Knows nothing about files or the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fenshen.core.errors import BadInput
from fenshen.library.speakers import calibration
from fenshen.library.speakers.diarise import diarise
from fenshen.library.speakers.turns import Vector, unit
from fenshen.library.speakers.windows import STEP_S, Windows


@dataclass(frozen=True)
class Voiceprint:
    """How somebody's voice sounds to one encoder.

    Attributes:
        model: catalog name of the encoder; vectors of two encoders are never compared.
        vector: unit vector.
        seconds: how much speech it was made from.
        steadiness: mean cosine of the windows with `vector`; 0.8 and more is one voice, cleanly recorded.
    """

    model: str
    vector: Vector
    seconds: float
    steadiness: float


def enrol(model: str, samples: Sequence[Windows]) -> Voiceprint:
    """The voiceprint of the one who speaks in all the samples.

    Raises:
        BadInput: `sample_short` (under five seconds of speech), `sample_voices` (more than one voice in a
            sample, or another voice in each).
    """
    seconds = sum(span.seconds for sample in samples for span in sample.spans)
    if seconds < calibration.SAMPLE_MIN_S:
        raise BadInput(
            f"the samples hold {seconds:.1f} s of speech; give {calibration.SAMPLE_MIN_S:.0f} s or more of the"
            " creator alone",
            code="sample_short",
        )
    for number, sample in enumerate(samples, 1):
        others = sum(voice.seconds for voice in diarise(sample).voices[1:])
        if others > calibration.SAMPLE_OTHERS_MAX * sum(span.seconds for span in sample.spans):
            raise BadInput(
                f"sample {number} holds more than one voice ({others:.1f} s of another); give one with the creator alone",
                code="sample_voices",
            )
    heard = [sample.vectors for sample in samples if len(sample.vectors)]
    vectors = np.concatenate(heard)
    vector = unit(vectors.sum(axis=0))
    strange = [
        unit(part.sum(axis=0)) @ vector for part in heard if len(part) * STEP_S >= calibration.VOICE_MIN_S
    ]
    if min(strange, default=1.0) < calibration.IS_CREATOR:
        raise BadInput(
            "the samples are not of one voice; give samples of the creator alone", code="sample_voices"
        )
    return Voiceprint(model, vector, seconds, float((vectors @ vector).mean()))


def joined(prints: Sequence[Voiceprint]) -> Vector:
    """One direction for several voiceprints of one creator, longer ones counting more."""
    weights = np.array([min(one.seconds, calibration.PRINT_FULL_S) for one in prints], dtype=np.float32)
    return unit((np.array([one.vector for one in prints]) * weights[:, None]).sum(axis=0))

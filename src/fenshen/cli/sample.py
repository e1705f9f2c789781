"""The sample creator on disk: where it is, and the recordings that are made once.

Three of the sample's videos exist only as sound. They are spoken here by the speech engine, kept in the
home, and from then on are files like any other, so that hearing is really used.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fenshen.core.errors import NotFound
from fenshen.core.ids import digest_text
from fenshen.core.pcm import Pcm
from fenshen.core.progress import Progress
from fenshen.models.speech import SpeechEngine

SLUG = "juniper"
VOICE = "bf_emma"
#: Breath between two paragraphs.
PAUSE_S = 0.6
_PACKAGE = Path(__file__).resolve().parents[1]


def sample_folder() -> Path:
    """`examples/juniper` of the checkout or of the installed package.

    Raises:
        NotFound: neither has it.
    """
    for root in (_PACKAGE.parents[1], _PACKAGE):
        if (root / "examples" / SLUG).is_dir():
            return root / "examples" / SLUG
    raise NotFound("the sample creator is not installed; run this from a checkout", code="no_sample")


def make_recordings(folder: Path, target: Path, engine: SpeechEngine, progress: Progress) -> list[Path]:
    """Speak every script of `folder/spoken` into `target`; those already there are kept.

    A recording is named by its script, so a changed script is spoken anew.
    """
    scripts = sorted((folder / "spoken").glob("*.txt"))
    made = []
    for number, script in enumerate(scripts):
        progress(number, len(scripts), f"speaking {script.stem}")
        text = script.read_text(encoding="utf-8")
        recording = target / f"{script.stem}.wav"
        mark = target / _mark(script, text)
        if not (recording.is_file() and mark.is_file()):
            target.mkdir(parents=True, exist_ok=True)
            part = recording.with_suffix(".part")
            part.write_bytes(_speak(engine, text).to_wav())
            part.replace(recording)
            mark.touch()
        made.append(recording)
    progress(len(scripts), len(scripts), "spoken")
    return made


def recordings_made(folder: Path, target: Path) -> bool:
    """Whether every script has its recording."""
    scripts = (folder / "spoken").glob("*.txt")
    return all((target / _mark(script, script.read_text(encoding="utf-8"))).is_file() for script in scripts)


def _mark(script: Path, text: str) -> str:
    """Name of the file that says which text was spoken; hidden, so that nobody takes it for a part of the library."""
    return f".{script.stem}.{digest_text(text, VOICE)[:12]}"


def _speak(engine: SpeechEngine, text: str) -> Pcm:
    pieces: list[Pcm] = []
    for paragraph in filter(None, (line.strip() for line in text.splitlines())):
        pieces += list(engine.speak(paragraph, VOICE))
        rate = pieces[-1].rate
        pieces.append(Pcm(np.zeros(int(PAUSE_S * rate), np.float32), rate))
    return Pcm(np.concatenate([piece.samples for piece in pieces]), pieces[0].rate)

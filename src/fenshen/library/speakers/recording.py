"""The voices of one recording and what they make of its document: decoded block by block, told apart, decided.

    file → blocks → windows → `diarise` → `decide` → cues with speakers

Where nothing can tell voices apart, or no voice is found in what is heard, whose words they are is as open as
anywhere: they are those of one voice that nobody knows. Knows nothing about the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import numpy as np

from fenshen.core.errors import BadInput
from fenshen.library.dialogue.names import UNNAMED
from fenshen.library.document import Cue, Document
from fenshen.library.readers.ffmpeg import decode_sound
from fenshen.library.readers.media import segment_cues
from fenshen.library.readers.media import windows as sound_windows
from fenshen.library.sniff import Media, sniff_file
from fenshen.library.speakers.assign import label_cue, labelled, split_segment
from fenshen.library.speakers.decide import Decided, Decisions, decide
from fenshen.library.speakers.diarise import diarise
from fenshen.library.speakers.turns import Span, Vector, Voice
from fenshen.library.speakers.windows import Windows, embed_windows, join_windows
from fenshen.models.hearing import Segment
from fenshen.models.speaker import SpeakerEncoder

#: Longer than any recording.
_WHOLE_S = 1e7
#: The model of a voice that nothing was measured of.
UNTOLD = ""


@dataclass(frozen=True)
class Told:
    """Who speaks in a recording.

    Attributes:
        model: catalog name of the encoder, or `UNTOLD`.
    """

    model: str
    voices: tuple[Voice, ...]
    decisions: Decisions


@dataclass(frozen=True)
class Telling:
    """Tells the voices of recordings apart; travels to worker processes.

    Attributes:
        load: gives the encoder, `None` where none is installed: then nobody is told apart.
        voiceprints: the creator's direction by the model it was made with.
        strangers: voices that are not the creator's, by the same.
    """

    load: Callable[[], SpeakerEncoder | None]
    voiceprints: Mapping[str, Vector] = field(default_factory=lambda: MappingProxyType({}))
    strangers: Mapping[str, tuple[Vector, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @cached_property
    def encoder(self) -> SpeakerEncoder | None:
        """The encoder, loaded once per process."""
        return self.load()

    def __call__(self, path: Path, demuxer: str) -> Told | None:
        """Who speaks in a file; `None` when nothing can tell, or nobody speaks.

        Raises:
            BadInput: `corrupt_media`.
        """
        if self.encoder is None:
            return None
        windows = recording_windows(path, demuxer, self.encoder)
        found = diarise(windows)
        name = self.encoder.name
        decided = decide(windows, found, self.voiceprints.get(name), self.strangers.get(name, ()))
        return Told(self.encoder.name, found.voices, decided) if found.voices else None


def untold(seconds: float) -> Told:
    """One voice, of which nothing is known but how long it may be heard."""
    voice = Voice(0, np.zeros(0, np.float32), seconds, Span(0.0, seconds), 0.0)
    decisions = Decisions((Decided(0.0, _WHOLE_S, 0, "unknown"),), {0: "unknown"}, "guess")
    return Told(UNTOLD, (voice,), decisions)


def recording_windows(path: Path, demuxer: str, encoder: SpeakerEncoder) -> Windows:
    """The windows of a file, a few minutes of sound in memory at a time.

    Raises:
        BadInput: `corrupt_media`.
    """
    blocks = sound_windows(decode_sound(path, demuxer))
    return join_windows(embed_windows(sound, encoder, offset_s) for offset_s, sound in blocks)


def sample_windows(path: Path, encoder: SpeakerEncoder) -> Windows:
    """The windows of a sample to enrol with.

    Raises:
        BadInput: `not_sound`, or what the media reader says.
    """
    kind = sniff_file(path)
    if not isinstance(kind, Media):
        raise BadInput(
            f"{path.name!r} is no sound or video; give a recording of the creator", code="not_sound"
        )
    return recording_windows(path, kind.demuxer, encoder)


class Whose:
    """Who speaks in one recording, told apart when first asked.

    Attributes:
        found: what was told, `None` while nobody asked or where nothing can be told.
    """

    def __init__(self, telling: Telling, path: Path, demuxer: str) -> None:
        self._telling, self._path, self._demuxer = telling, path, demuxer
        self._asked = False
        self.found: Told | None = None

    def cues(self, segment: Segment, offset_s: float) -> Iterator[Cue]:
        """A heard segment as cues of one speaker each."""
        told = self._tell()
        if told is None:
            told = self.found = untold(0.0)
        for part, label in split_segment(segment, told.decisions, offset_s):
            yield from (labelled(cue, label) for cue in segment_cues(part, offset_s))

    def onto(self, documents: Sequence[Document]) -> list[Document]:
        """Documents with a speaker for each timed cue; ones that were heard or name their speakers have them."""
        if self._asked or any(cue.speaker not in (None, UNNAMED) for d in documents for cue in d.cues):
            return list(documents)
        told = self._tell()
        if told is None and self._telling.encoder is None:
            told = self.found = untold(0.0)
        if told is None:
            return list(documents)  # no voice is heard: the captions are somebody's who wrote them
        return [replace(d, cues=tuple(label_cue(cue, told.decisions) for cue in d.cues)) for d in documents]

    def _tell(self) -> Told | None:
        if not self._asked:
            self._asked = True
            try:
                self.found = self._telling(self._path, self._demuxer)
            except BadInput:
                self.found = None  # a film without sound: its captions are all there is
        return self.found

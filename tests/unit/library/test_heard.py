"""What is heard of a long recording survives a kill, and goes when its item is stored."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from fenshen.core.db import Database
from fenshen.core.pcm import Pcm
from fenshen.library import items
from fenshen.library.heard import HeardWindow, HeardWindows
from fenshen.library.readers.media import WINDOW_S
from fenshen.models.fakes import FakeHearingEngine
from fenshen.models.hearing import Segment, Spoken, Word

from .conftest import Take

SHA = "ab" * 32
ONE = HeardWindow(
    0.0, 290.5, (Segment(1.0, 2.5, "It sulks.", "en", (Word(1.0, 1.5, "It"), Word(1.5, 2.5, "sulks."))),)
)
TWO = HeardWindow(290.5, 571.25, (Segment(0.0, 1.0, "面包", "zh", ()),))


class Counting(FakeHearingEngine):
    """Notes the length of what it hears."""

    def __init__(self) -> None:
        self.heard: list[float] = []

    def transcribe(self, sound: Pcm, language: str | None = None) -> Iterator[Segment]:
        """As the fake."""
        self.heard.append(sound.duration_s)
        return super().transcribe(sound, language)


class Bilingual(Counting):
    """Says what it was asked to hear, and is sure or not of one language."""

    def __init__(self, confidence: float) -> None:
        super().__init__()
        self.confidence = confidence
        self.asked: list[str | None] = []
        self.samples: list[Pcm] = []

    def detect_language(self, samples: Sequence[Pcm]) -> Spoken:
        """Mandarin."""
        self.samples += samples
        return Spoken("zh", self.confidence)

    def transcribe(self, sound: Pcm, language: str | None = None) -> Iterator[Segment]:
        """As the fake."""
        self.asked.append(language)
        return super().transcribe(sound, language)


def long_recording(path: Path, windows: float) -> None:
    """A quiet tone of that many windows, at a low rate."""
    samples = 0.2 * np.sin(2 * np.pi * 220 * np.arange(int(windows * WINDOW_S * 2000)) / 2000)
    path.write_bytes(Pcm(samples.astype(np.float32), 2000).to_wav())


def test_finished_windows_come_back_as_they_were(tmp_path: Path) -> None:
    """Segments, words, languages and times; by the second at which a window begins."""
    kept = HeardWindows(tmp_path / "hearing")
    with kept.of(SHA, "whisper-base", None) as file:
        file.add(ONE)
        file.add(TWO)
    with kept.of(SHA, "whisper-base", None) as file:
        assert (file.at(0.0), file.at(290.5), file.at(1.0)) == (ONE, TWO, None)
    with kept.of(SHA, "whisper-tiny.en", None) as file:
        assert file.windows == {}


@pytest.mark.parametrize("torn", [b'{"start_s": 571.25, "end', b"\xff\xff\n", b"[]\n", b'{"start_s": 1}\n'])
def test_a_torn_line_is_cut_off_and_written_over(tmp_path: Path, torn: bytes) -> None:
    """What a kill leaves half written is heard again, and what follows is not lost behind it."""
    kept = HeardWindows(tmp_path)
    with kept.of(SHA, "w", "en") as file:
        file.add(ONE)
        path = file.path
    assert path is not None
    with path.open("ab") as raw:
        raw.write(torn)
    with kept.of(SHA, "w", "en") as file:
        assert list(file.windows.values()) == [ONE]
        file.add(TWO)
    with kept.of(SHA, "w", "en") as file:
        assert list(file.windows.values()) == [ONE, TWO]


def test_two_processes_that_hear_the_same_do_not_mix(tmp_path: Path) -> None:
    """The second hears it for itself and keeps nothing."""
    kept = HeardWindows(tmp_path)
    with kept.of(SHA, "w", None) as first, kept.of(SHA, "w", None) as second:
        first.add(ONE)
        second.add(TWO)
        assert second.path is None
    with kept.of(SHA, "w", None) as file:
        assert list(file.windows.values()) == [ONE]


def test_only_the_recording_that_is_stored_is_forgotten(tmp_path: Path) -> None:
    """Every model's windows of it go, and nobody else's."""
    kept = HeardWindows(tmp_path)
    for sha in (SHA, "cd" * 32):
        with kept.of(sha, "w", None) as file:
            file.add(ONE)
    kept.forget(SHA)
    assert {path.name[:2] for path in tmp_path.iterdir()} == {"cd"}
    HeardWindows(tmp_path / "absent").forget(SHA)


def test_a_kill_in_the_middle_repeats_at_most_one_window(
    tmp_path: Path, folder: Path, db: Database, take: Take
) -> None:
    """SIGKILL while the third of four windows is heard: two are kept, two are heard, and then nothing is left."""
    long_recording(folder / "talk.wav", 3.5)
    program = f"""
    import os, signal
    from pathlib import Path
    from fenshen.library.heard import HeardWindows
    from fenshen.library.recordings import Listener, Recording, read_recording
    from fenshen.models.fakes import FakeHearingEngine

    class Dying(FakeHearingEngine):
        calls = 0
        def transcribe(self, sound, language=None):
            Dying.calls += 1
            if Dying.calls == 3:
                os.kill(os.getpid(), signal.SIGKILL)
            return super().transcribe(sound, language)

    path = Path({str(folder / "talk.wav")!r})
    listener = Listener(Dying(), kept=HeardWindows(Path({str(tmp_path / "hearing")!r})))
    read_recording(Recording.opened(path, "wav"), None, listener)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], env=os.environ, check=False)
    assert done.returncode == -9
    engine = Counting()
    assert take(hearing=engine).added == 1
    assert len(engine.heard) == 2
    whole = items.passages(db, "mara")
    assert whole[0].start_s == 0.0 and (whole[-1].end_s or 0) > 3.4 * WINDOW_S
    assert list((tmp_path / "hearing").glob("*")) == []


@pytest.mark.parametrize(("confidence", "asked"), [(0.9, {"zh"}), (0.4, {None})])
def test_the_language_is_found_once_for_a_long_recording(
    folder: Path, take: Take, confidence: float, asked: set[str | None]
) -> None:
    """Five places are listened to; where they disagree each window decides for itself."""
    long_recording(folder / "talk.wav", 2.2)
    engine = Bilingual(confidence)
    take(hearing=engine)
    assert (len(engine.samples), set(engine.asked)) == (5, asked)


def test_a_short_recording_is_not_heard_twice_for_its_language(folder: Path, take: Take) -> None:
    """The engine finds it in what it hears anyway."""
    long_recording(folder / "talk.wav", 0.1)
    engine = Bilingual(0.9)
    take(hearing=engine)
    assert (engine.samples, engine.asked) == ([], [None])

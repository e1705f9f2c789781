"""The bench of hearing: how words are counted, what it makes of recordings, and what it reports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench import hearing as bench
from fenshen.core.errors import BadInput
from fenshen.core.pcm import Pcm
from fenshen.core.settings import Settings


@pytest.mark.parametrize(
    ("said", "heard", "errors"),
    [
        ("the bread is done", "The bread is done.", 0),
        ("mister thornton's bread", "Mr. Thornton’s bread", 0),
        ("the bread is done", "the red is done", 1),
        ("the bread is done", "bread is quite done", 2),
        ("the bread", "", 2),
        ("", "the bread", 2),
        ("臺灣的麵包", "台湾的面包。", 0),
        ("今天很好", "今天好", 1),
    ],
)
def test_words_wrong(said: str, heard: str, errors: int) -> None:
    """Signs, case, script and how a title is written are no errors; a Chinese character is a word."""
    assert bench.word_errors(bench.plain_words(said), bench.plain_words(heard)) == errors


class Ticking:
    """A clock that only moves when it is told to."""

    def __init__(self) -> None:
        self.at = 0.0

    def monotonic(self) -> float:
        """Seconds."""
        return self.at


@pytest.fixture
def recordings(tmp_path: Path) -> list[tuple[Path, str]]:
    """Three recordings of two seconds, four words each."""
    files = []
    for n in range(3):
        path = tmp_path / f"{n}.wav"
        path.write_bytes(Pcm(np.full(32_000, 0.1, np.float32), 16_000).to_wav())
        files.append((path, "flour water salt time"))
    return files


def scripted(clock: Ticking, seconds: float, heard: str) -> Callable[..., Any]:
    """A recogniser that takes that long and always hears the same."""

    def listen(sound: np.ndarray) -> str:
        clock.at += seconds
        return heard

    return lambda settings, model, language: listen


def test_the_figures(
    recordings: list[tuple[Path, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seconds per second of sound, wrong words per word, and how many times faster ours is."""
    clock = Ticking()
    monkeypatch.setattr(bench, "_ours", scripted(clock, 0.5, "flour water salt time"))
    monkeypatch.setattr(bench, "_peer", scripted(clock, 1.0, "flour water salt lime"))
    found = bench.bench_hearing(recordings, Settings(home=tmp_path), clock=clock)  # type: ignore[arg-type]
    assert (found["ours"]["real_time_factor"], found["peer"]["real_time_factor"]) == (0.25, 0.5)
    assert (found["ours"]["word_error_rate"], found["peer"]["word_error_rate"]) == (0.0, 0.25)
    assert (found["ratio"], found["n"], found["seconds"], found["words"]) == (2.0, 3, 6.0, 12)
    assert found["difference"] == {"word_error_rate": -0.25, "interval": [-0.25, -0.25]}


def test_no_words_is_no_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty list is refused, and so is text."""
    clock = Ticking()
    for name in ("_ours", "_peer"):
        monkeypatch.setattr(bench, name, scripted(clock, 1.0, ""))
    with pytest.raises(BadInput, match="nothing is said"):
        bench.bench_hearing([], Settings(home=tmp_path))
    (tmp_path / "a.md").write_text("A post about kettles.")
    with pytest.raises(BadInput, match="not sound"):
        bench.bench_hearing([(tmp_path / "a.md", "x")], Settings(home=tmp_path))


def test_the_utterances_of_a_speaker_become_one_recording(samples: Path, tmp_path: Path) -> None:
    """With what is said in it, in order."""
    made = bench.sample_recordings(samples / "speech", tmp_path, "aishell1")
    assert len(made) == 2
    assert all(path.stat().st_size > 100_000 and len(bench.plain_words(text)) > 10 for path, text in made)

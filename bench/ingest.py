"""`bench ingest`: the subtitles of 2,000 hours become passages that full text finds, against ten minutes and 2 GB.

    generated files → ingest in worker processes → tidy → words index   (timed)
                    → vectors of a sample                                (their rate stated)

The words are made up with the frequencies of a language, so nothing repeats that would not in speech. All of it
happens in a home of its own.
"""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from fenshen.core.clock import Clock
from fenshen.core.progress import Progress
from fenshen.core.settings import Settings
from fenshen.library import items
from fenshen.search.refresh import refresh_vectors, refresh_words
from fenshen.trust import consent
from fenshen.trust.creators import add_creator
from fenshen.wiring import App

HOURS = 2000.0
WORDS_PER_HOUR = 9_000
HOURS_PER_FILE = 0.8
GOAL_S = 600.0
GOAL_RSS = 2 << 30
CUE_WORDS = 10
CUE_S = 4.0
VOCABULARY = 30_000
VECTOR_SAMPLE_S = 20.0
_SMALL = [
    "the",
    "of",
    "and",
    "to",
    "a",
    "in",
    "that",
    "it",
    "is",
    "was",
    "i",
    "for",
    "on",
    "you",
    "he",
    "be",
    "with",
    "as",
    "by",
    "at",
    "have",
    "are",
    "this",
    "not",
    "but",
    "had",
    "his",
    "they",
    "from",
]
_SLUG = "bench"


def bench_ingest(
    folder: Path, settings: Settings, clock: Clock, progress: Progress, hours: float = HOURS
) -> dict[str, Any]:
    """Seconds from files to full text, the largest memory, and how fast vectors follow.

    Args:
        folder: an empty folder with 1 GB free.
        settings: threads, workers and engine are taken from them, the home is not.
        hours: of subtitles; the goal is scaled to them.
    """
    files = folder / "files"
    count = write_subtitles(files, hours)
    app = App(settings.model_copy(update={"home": folder / "home", "database_url": None}))
    add_creator(app.db, app.clock, _SLUG, "Bench", None)
    consent.grant(app.db, app.clock, app.ids, _SLUG, ["train"], clock.now() + timedelta(days=1), by="bench")
    app.library.claim_all(_SLUG, by="bench")
    with _Memory() as memory:
        times = [clock.monotonic()]
        report = app.library.take_in(_SLUG, [files], progress)
        times.append(clock.monotonic())
        refresh_words(app.index, app.db, _SLUG)
        times.append(clock.monotonic())
    counts = items.counts(app.db, _SLUG)
    found = len(app.index.search(_SLUG, _word(7), 5))
    rate = _vector_rate(app, clock)
    app.db.close()
    spent_s, goal_s = times[2] - times[0], GOAL_S * hours / HOURS
    return {
        "unit": "seconds from subtitle files to passages that full text finds",
        "ours": round(spent_s, 1),
        "peer": round(goal_s, 1),
        "ratio": round(goal_s / spent_s, 2),
        "n": count,
        "details": {
            "hours": hours,
            "words": counts.words,
            "items": report.added,
            "passages": counts.passages,
            "skipped": len(report.skipped),
            "ingest_s": round(times[1] - times[0], 1),
            "words_index_s": round(times[2] - times[1], 1),
            "words_per_s": round(counts.words / spent_s),
            "memory_max_mib": memory.largest >> 20,
            "memory_goal_mib": GOAL_RSS >> 20,
            "found": found,
            "vectors_per_s": round(rate, 1),
            "vectors_hours": round(counts.passages / rate / 3600, 1) if rate else None,
        },
    }


def write_subtitles(folder: Path, hours: float, seed: int = 0) -> int:
    """Write SRT files of `hours` in all; how many."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(seed)
    words = np.array([*_SMALL, *(_word(number) for number in range(VOCABULARY - len(_SMALL)))], dtype=object)
    count = max(1, round(hours / HOURS_PER_FILE))
    cues = int(HOURS_PER_FILE * WORDS_PER_HOUR / CUE_WORDS)
    for number in range(count):
        ranks = np.exp(rng.random((cues, CUE_WORDS)) * np.log(VOCABULARY)).astype(int) - 1
        ends = rng.random(cues)
        lines = []
        for cue, (picks, end) in enumerate(zip(ranks, ends, strict=True)):
            text = " ".join(words[picks]) + ("." if end < 0.6 else "," if end < 0.8 else "")
            start = cue * CUE_S
            lines.append(
                f"{cue + 1}\n{_clock(start)} --> {_clock(start + CUE_S - 0.1)}\n{text.capitalize()}\n"
            )
        day = f"20{10 + number // 365:02d}-{number // 31 % 12 + 1:02d}-{number % 28 + 1:02d}"
        (folder / f"{day} Talk {number:05d}.en.srt").write_text("\n".join(lines), encoding="utf-8")
    return count


def _vector_rate(app: App, clock: Clock) -> float:
    """Passages embedded a second, measured for some seconds."""
    started = clock.monotonic()
    done = refresh_vectors(
        app.index, app.db, _SLUG, stop=lambda: clock.monotonic() - started >= VECTOR_SAMPLE_S
    )
    return done / (clock.monotonic() - started)


def _word(number: int) -> str:
    letters = "etaoinshrdlu"
    word, number = "", number * 7919 + 144
    while number:
        number, place = divmod(number, len(letters))
        word += letters[place]
    return word


def _clock(seconds: float) -> str:
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d},{thousandths:03d}"


class _Memory:
    """The most memory this process and its children held at once, looked at ten times a second."""

    def __init__(self) -> None:
        self.largest = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        here = psutil.Process()
        while not self._over.wait(0.1):
            held = 0
            for process in (here, *here.children(recursive=True)):
                try:
                    held += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            self.largest = max(self.largest, held)

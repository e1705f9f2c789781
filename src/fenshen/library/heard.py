"""What of a long recording is heard already, kept until its item is stored.

    <folder>/<sha256>-<model>-<language>.jsonl      one line per finished window, flushed to the disk

A process that dies in the middle repeats one window. A torn last line is cut off. Two processes that hear
the same content do not mix: the second keeps nothing. Knows nothing about how sound is heard.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from fenshen.models.hearing import Segment, Word


@dataclass(frozen=True)
class HeardWindow:
    """A finished window, in seconds of the recording; the times of its segments begin at `start_s`."""

    start_s: float
    end_s: float
    segments: tuple[Segment, ...]


@dataclass
class HeardFile:
    """The finished windows of one recording.

    Attributes:
        path: where they are kept, `None` where they are not.
        windows: those that are finished, by their first second in milliseconds.
    """

    path: Path | None = None
    windows: dict[int, HeardWindow] = field(default_factory=dict)

    def at(self, start_s: float) -> HeardWindow | None:
        """The finished window that begins there."""
        return self.windows.get(round(start_s * 1000))

    def add(self, window: HeardWindow) -> None:
        """Keep a finished window; on the disk when this returns."""
        self.windows[round(window.start_s * 1000)] = window
        if self.path is not None:
            with self.path.open("ab") as file:
                file.write(_line(window))
                file.flush()
                os.fsync(file.fileno())


class HeardWindows:
    """The finished windows of all recordings that are being heard.

    Args:
        folder: Where they are kept; made on first use.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def of(self, sha256: str, model: str, language: str | None) -> Iterator[HeardFile]:
        """The finished windows of the recording with this digest, as this model hears it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{sha256}-{model}-{language or 'any'}.jsonl"
        try:
            with FileLock(path.with_suffix(".lock"), timeout=0):
                yield _read(path)
        except Timeout:
            yield HeardFile()

    def forget(self, sha256: str) -> None:
        """Remove what was kept of a recording: its item is stored."""
        if self.folder.is_dir():
            for path in self.folder.glob(f"{sha256}-*"):
                path.unlink(missing_ok=True)


def _read(path: Path) -> HeardFile:
    """The windows in a file, which is cut behind the last whole one."""
    kept = HeardFile(path)
    if not path.exists():
        return kept
    whole = 0
    with path.open("r+b") as file:
        for line in file:
            try:
                window = _window(json.loads(line)) if line.endswith(b"\n") else None
            except (ValueError, KeyError, TypeError):
                window = None
            if window is None:
                break
            kept.windows[round(window.start_s * 1000)] = window
            whole += len(line)
        file.truncate(whole)
    return kept


def _line(window: HeardWindow) -> bytes:
    segments = [
        [s.start_s, s.end_s, s.text, s.language, [[w.start_s, w.end_s, w.text] for w in s.words]]
        for s in window.segments
    ]
    described = {"start_s": window.start_s, "end_s": window.end_s, "segments": segments}
    return json.dumps(described, ensure_ascii=False).encode() + b"\n"


def _window(told: dict[str, Any]) -> HeardWindow:
    segments = tuple(
        Segment(start, end, text, language, tuple(Word(*word) for word in words))
        for start, end, text, language, words in told["segments"]
    )
    return HeardWindow(float(told["start_s"]), float(told["end_s"]), segments)

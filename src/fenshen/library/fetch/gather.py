"""Everything behind several URLs onto this machine, before it is read like any other files.

    paths and URLs → told apart → each URL collected → files with what is stated of them, and what was left out

Knows nothing about the database.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fenshen.core.progress import Progress, silent
from fenshen.library.fetch.collect import Collector
from fenshen.library.fetch.urls import is_url
from fenshen.library.files import Skipped
from fenshen.library.stated import Stated


@dataclass
class Gathered:
    """What came of some URLs.

    Attributes:
        files: to read, in the order fetched, each with what is stated of it.
        skipped: what could not be had, and why.
        new: how many of the files came in this run.
    """

    files: dict[Path, Stated] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    new: int = 0


def split_sources(sources: Sequence[Path | str]) -> tuple[list[Path], list[str]]:
    """Paths and URLs; what is the name of a file here is a path whatever it looks like."""
    paths: list[Path] = []
    urls: list[str] = []
    for source in sources:
        if isinstance(source, str) and is_url(source) and not Path(source).exists():
            urls.append(source)
        else:
            paths.append(Path(source))
    return paths, urls


def gather(
    collector: Collector,
    urls: Sequence[str],
    into: Path,
    progress: Progress = silent,
    allowed: Callable[[], None] = lambda: None,
) -> Gathered:
    """Fetch everything behind `urls` into folders below `into`.

    Args:
        allowed: called before each file; whatever it raises stops the fetching, keeping what is here.
    """
    gathered = Gathered()
    for position, url in enumerate(urls):
        allowed()
        for one in collector.collect(url, into, _within(progress, position, len(urls))):
            if isinstance(one, Skipped):
                gathered.skipped.append(one)
            else:
                gathered.files[one.path] = one.stated
                gathered.new += one.is_new
            allowed()
    return gathered


def _within(progress: Progress, position: int, count: int) -> Progress:
    """The progress of one URL as a part of all of them."""

    def report(done: float, total: float, note: str = "") -> None:
        progress(position + (done / total if total else 0.0), count, f"fetching {note}")

    return report

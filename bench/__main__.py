"""`python -m bench NAME`: ours against a named peer, measured in the same run, as one line of JSON.

Every bench gives `ours`, `peer`, `ratio` (above 1: ours is better), `n` (how often it was measured) and what it
wants to add; the harness adds the peer's name and the machine. Figures go into docs/lab.md with the date.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fenshen.cli.output import opened_app, plain, shown_progress
from fenshen.core.errors import AppError, UsageError
from fenshen.training.recipe import DEFAULT, recipe
from fenshen.wiring import App

#: Conversations that no threshold was chosen on.
SPEAKERS_SEEDS = range(100, 118)


def chat(app: App, options: Namespace) -> dict[str, Any]:
    """A published twin, by its slug (--creator)."""
    from bench.chat import bench_chat

    return asyncio.run(bench_chat(app, options.creator))


def train(app: App, options: Namespace) -> dict[str, Any]:
    """Time to the same loss on a library; with --shape, tokens a second on random weights of that size."""
    if options.shape is not None:
        from bench.shape import bench_shape

        return bench_shape(options.shape, recipe(options.recipe), options.steps)
    from bench.train import bench_train

    with shown_progress("bench train") as progress:
        settings = app.settings
        return bench_train(
            app.db, settings.home, options.creator, threads=settings.threads, progress=progress
        )


def search(app: App, options: Namespace) -> dict[str, Any]:
    """Generated passages."""
    from bench.search import bench_search

    with tempfile.TemporaryDirectory() as folder:
        return bench_search(Path(folder), app.embedding)


def money(app: App, options: Namespace) -> dict[str, Any]:
    """Made-up calls, on the database that the settings name or on a new SQLite file."""
    from bench.money import bench_money

    with tempfile.TemporaryDirectory() as folder:
        return bench_money(app.settings.database_url or f"sqlite:///{folder}/money.db")


def ingest(app: App, options: Namespace) -> dict[str, Any]:
    """Generated subtitles (--hours); with --folder (recordings and `transcripts.tsv`) sound too."""
    from bench.hearing import bench_hearing, sample_recordings
    from bench.ingest import bench_ingest

    with tempfile.TemporaryDirectory() as made, shown_progress("bench ingest") as progress:
        sound = None
        if options.folder is not None:
            files = sample_recordings(options.folder, Path(made))
            sound = bench_hearing(files, app.settings, language="en")
        found = bench_ingest(Path(made), app.settings, app.clock, progress, options.hours)
        return {**found, "sound": sound}


def adapters(app: App, options: Namespace) -> dict[str, Any]:
    """Random adapters (--count)."""
    from bench.adapters import bench_adapters

    with tempfile.TemporaryDirectory() as folder, shown_progress("bench adapters") as progress:
        return asyncio.run(bench_adapters(app.settings, options.count, Path(folder), progress))


def speakers(app: App, options: Namespace) -> dict[str, Any]:
    """Recordings of readers, a folder for each (--folder)."""
    from bench.speakers import bench_speakers, read_readers
    from fenshen.models.registry import load

    if options.folder is None:
        raise UsageError("bench speakers needs --folder with a folder of recordings for each reader")
    readers = read_readers(options.folder)
    with shown_progress("bench speakers") as progress:
        return bench_speakers(readers, load("speaker", app.settings), app.clock, SPEAKERS_SEEDS, progress)


#: Each bench, and the peer it is measured against.
BENCHES: dict[str, tuple[Callable[[App, Namespace], dict[str, Any]], str]] = {
    "adapters": (adapters, "all-at-start"),
    "chat": (chat, "bare-engine"),
    "train": (train, "peft-trainer"),
    "search": (search, "exact-scan"),
    "money": (money, "goal"),
    "ingest": (ingest, "goal"),
    "speakers": (speakers, "keeping-everything"),
}


def main(arguments: list[str] | None = None) -> None:
    """Run one bench and print its figures."""
    options = _parser().parse_args(arguments)
    run, peer = BENCHES[options.name]
    print(f"bench {options.name}: a minute or more; a busy machine gives bad figures", file=sys.stderr)
    with opened_app() as app:
        found = run(app, options)
    figures = {"bench": options.name, "against": peer, **found, "machine": machine()}
    print(json.dumps(plain(figures), ensure_ascii=False))


def machine() -> dict[str, Any]:
    """Enough to judge a figure by."""
    return {
        "cpu": _cpu_name(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "system": platform.platform(),
    }


def _cpu_name() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("name", choices=BENCHES)
    parser.add_argument("--creator", default="juniper", help="published twin (chat) or library (train)")
    parser.add_argument(
        "--folder", type=Path, help="recordings: a folder of each reader (speakers); transcripts.tsv (ingest)"
    )
    parser.add_argument("--hours", type=float, default=2000, help="of subtitles (ingest)")
    parser.add_argument("--count", type=int, default=1000, help="of adapters (adapters)")
    parser.add_argument("--shape", help="random weights of this size (train): tiny, 135M, 1.5B, 8B, 14B")
    parser.add_argument("--recipe", default=DEFAULT, help="recipe to use with --shape (train)")
    parser.add_argument("--steps", type=int, default=20, help="measured steps with --shape (train)")
    return parser


if __name__ == "__main__":
    try:
        main()
    except AppError as error:
        sys.exit(f"error: {error.message} ({error.code})")

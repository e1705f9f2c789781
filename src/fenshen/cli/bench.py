"""`bench`: ours against a named peer, measured in the same run, as one JSON document."""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from fenshen.cli.output import errors, opened_app, print_json, run_async, shown_progress
from fenshen.cli.sample import SLUG
from fenshen.core.errors import UsageError
from fenshen.training.recipe import DEFAULT
from fenshen.training.recipe import recipe as find_recipe
from fenshen.wiring import App


@dataclass(frozen=True)
class Asked:
    """What a bench is to use: a creator's twin or library, or a folder of recordings."""

    creator: str
    folder: Path | None
    hours: float
    count: int
    shape: str | None = None
    recipe: str = DEFAULT
    steps: int = 20


def add_commands(cli: typer.Typer) -> None:
    """Hang the command into `cli`."""
    cli.command("bench")(bench)


def bench(
    name: Annotated[str, typer.Argument(help="adapters, chat, train, search, money, ingest or speakers.")],
    against: Annotated[str | None, typer.Option(help="Peer; each bench has one.")] = None,
    creator: Annotated[str, typer.Option(help="Published twin (chat) or library (train) to use.")] = SLUG,
    folder: Annotated[
        Path | None,
        typer.Option(
            help="Recordings: one reader in each folder (speakers), or with `transcripts.tsv` (ingest)."
        ),
    ] = None,
    hours: Annotated[float, typer.Option(min=1, help="Hours of subtitles (ingest).")] = 2000,
    count: Annotated[int, typer.Option(min=16, max=20_000, help="Adapters (adapters).")] = 1000,
    shape: Annotated[
        str | None, typer.Option(help="Random weights of this size (train): tiny, 135M, 1.5B, 8B, 14B.")
    ] = None,
    recipe: Annotated[str, typer.Option(help="Recipe to use with --shape (train).")] = DEFAULT,
    steps: Annotated[int, typer.Option(min=1, help="Measured steps with --shape (train).")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Always on; accepted for scripts.")] = True,
) -> None:
    """Measure; prints ours, peer, ratio (> 1: ours is better), machine and details."""
    if name not in BENCHES:
        raise UsageError(f"no bench {name!r}; there are {', '.join(BENCHES)}")
    run, peer = BENCHES[name]
    if against not in (None, peer):
        raise UsageError(f"bench {name} is against {peer!r}, not {against!r}")
    errors.print(f"bench {name}: a minute or more; a busy machine gives bad figures")
    with opened_app() as app:
        result = run(app, Asked(creator, folder, hours, count, shape, recipe, steps))
    print_json({"bench": name, "against": peer, **result, "machine": machine()})


def machine() -> dict[str, Any]:
    """Enough to judge a figure by."""
    return {
        "cpu": _cpu_name(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "system": platform.platform(),
    }


def _chat(app: App, asked: Asked) -> dict[str, Any]:
    from fenshen.cli.bench_chat import bench_chat

    return run_async(bench_chat(app, asked.creator))


def _train(app: App, asked: Asked) -> dict[str, Any]:
    """Time to the same loss on a library; with a shape, tokens a second on random weights of that size."""
    if asked.shape is not None:
        from fenshen.training.bench_shape import bench_shape

        return bench_shape(asked.shape, find_recipe(asked.recipe), asked.steps)
    from fenshen.training.bench import bench_train

    with shown_progress("bench train") as progress:
        settings = app.settings
        return bench_train(app.db, settings.home, asked.creator, threads=settings.threads, progress=progress)


def _search(app: App, asked: Asked) -> dict[str, Any]:
    from fenshen.search.bench import bench_search

    with tempfile.TemporaryDirectory() as folder:
        return bench_search(Path(folder), app.embedding)


def _money(app: App, asked: Asked) -> dict[str, Any]:
    from fenshen.billing.bench import bench_money

    if app.settings.database_url is not None:
        return bench_money(app.settings.database_url)
    with tempfile.TemporaryDirectory() as folder:
        return bench_money(f"sqlite:///{folder}/money.db")


def _ingest(app: App, asked: Asked) -> dict[str, Any]:
    """Text against the goal; with a folder of recordings and their words, sound against plain faster-whisper too."""
    from fenshen.cli.bench_ingest import bench_ingest
    from fenshen.library.bench_hearing import bench_hearing, sample_recordings

    with tempfile.TemporaryDirectory() as made, shown_progress("bench ingest") as progress:
        sound = None
        if asked.folder is not None:
            files = sample_recordings(asked.folder, Path(made))
            sound = bench_hearing(files, app.settings, language="en")
        return {**bench_ingest(Path(made), app.settings, app.clock, progress, asked.hours), "sound": sound}


def _adapters(app: App, asked: Asked) -> dict[str, Any]:
    from fenshen.cli.bench_adapters import bench_adapters

    with tempfile.TemporaryDirectory() as folder, shown_progress("bench adapters") as progress:
        return run_async(bench_adapters(app.settings, asked.count, Path(folder), progress))


def _speakers(app: App, asked: Asked) -> dict[str, Any]:
    from fenshen.library.speakers.bench import bench_speakers, read_readers
    from fenshen.models.registry import load

    if asked.folder is None:
        raise UsageError("bench speakers needs --folder with a folder of recordings for each reader")
    readers = read_readers(asked.folder)
    with shown_progress("bench speakers") as progress:
        return bench_speakers(readers, load("speaker", app.settings), app.clock, SPEAKERS_SEEDS, progress)


#: Conversations that no threshold was chosen on.
SPEAKERS_SEEDS = range(100, 118)

#: What each bench runs, and the peer it is measured against.
BENCHES: dict[str, tuple[Callable[[App, Asked], dict[str, Any]], str]] = {
    "adapters": (_adapters, "all-at-start"),
    "chat": (_chat, "bare-engine"),
    "train": (_train, "peft-trainer"),
    "search": (_search, "exact-scan"),
    "money": (_money, "goal"),
    "ingest": (_ingest, "goal"),
    "speakers": (_speakers, "keeping-everything"),
}


def _cpu_name() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()

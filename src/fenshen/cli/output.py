"""How commands speak: a table or one JSON document on stdout, progress on stderr, and exit codes.

Exit codes: 0 ok · 1 our bug · 2 usage · 3 bad input · 4 refused by rights, limits or money · 5 an
engine or model is missing · 6 busy, try again.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import sys
import time
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from fenshen.core import progress as core_progress
from fenshen.core.errors import (
    AppError,
    BadInput,
    Busy,
    Conflict,
    EngineMissing,
    NotFound,
    Refused,
    Unauthenticated,
    Unpaid,
    UsageError,
)
from fenshen.core.settings import Settings
from fenshen.wiring import App

T = TypeVar("T")

EXIT: dict[type[AppError], int] = {
    UsageError: 2,
    BadInput: 3,
    NotFound: 3,
    Conflict: 3,
    Unauthenticated: 4,
    Refused: 4,
    Unpaid: 4,
    EngineMissing: 5,
    Busy: 6,
    AppError: 1,
}

JsonFlag = Annotated[bool, typer.Option("--json", help="One JSON document on stdout; progress on stderr.")]
Slug = Annotated[str, typer.Argument(help="The creator's short name, such as `mei-lin`.")]

#: A longer note is worth a line of its own.
NOTE_CHARS = 70
#: How often progress is told where stderr is no terminal.
LINE_EVERY_S = 5.0

errors = Console(stderr=True, highlight=False)
console = Console(highlight=False)


def exit_code(error: AppError) -> int:
    """The exit code of the nearest listed ancestor."""
    return next(EXIT[kind] for kind in type(error).__mro__ if kind in EXIT)


@contextlib.contextmanager
def opened_app() -> Iterator[App]:
    """The installation the settings name, closed at the end."""
    app = App(Settings())
    try:
        yield app
    finally:
        asyncio.run(app.close())


def run_async(app_work: Coroutine[Any, Any, T]) -> T:
    """Run one coroutine to its end."""
    return asyncio.run(app_work)


def plain(value: Any) -> Any:
    """`value` as JSON types: dataclasses, named tuples, dates, paths and sets included."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return plain(value._asdict())
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(inner) for inner in value]
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value) if isinstance(value, Path) else value


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, indent=2) + "\n")


def print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str | None = None) -> None:
    """A table for people."""
    table = Table(*columns, title=title, title_justify="left", show_edge=False)
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    console.print(table)


def say(text: str) -> None:
    """A line for people."""
    console.print(text)


@contextlib.contextmanager
def shown_progress(label: str) -> Iterator[core_progress.Progress]:
    """A bar on stderr with the time left; a plain line now and then where stderr is no terminal."""
    if not errors.is_terminal:
        yield _line_progress(label)
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=errors, transient=True) as bar:
        task = bar.add_task(label, total=None)

        told = ""

        def report(done: float, total: float, note: str = "") -> None:
            nonlocal told
            if len(note) > NOTE_CHARS and note != told:
                told = note
                errors.print(note, markup=False, style="dim")
            bar.update(task, completed=done, total=total or None, description=f"{label} {note}"[:NOTE_CHARS])

        yield report


def _line_progress(label: str) -> core_progress.Progress:
    started = time.monotonic()
    last = started
    told = ""

    def report(done: float, total: float, note: str = "") -> None:
        nonlocal last, told
        now = time.monotonic()
        is_news = len(note) > NOTE_CHARS and note != told
        if now - last < LINE_EVERY_S and not is_news:
            return
        last, told = now, note
        left = core_progress.seconds_left(now - started, done, total)
        share = f"{100 * done / total:.0f} %" if total else ""
        errors.print(f"{label}: {share} {note} {'' if left is None else f'({left:.0f} s left)'}".rstrip())

    return report

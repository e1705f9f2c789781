"""`doctor`: what is used, what is missing, and how to get it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

import typer

from fenshen.cli.output import JsonFlag, opened_app, print_json, print_table
from fenshen.core import audit
from fenshen.core.clock import ForwardClock, rfc3339
from fenshen.core.clock_mark import accept_clock, read_mark
from fenshen.models.base_trouble import base_trouble
from fenshen.models.catalog import CATALOG
from fenshen.models.pull import installed
from fenshen.models.registry import hearing_model
from fenshen.wiring import App

SPACE_NEEDED_BYTES = 4 * 10**9
#: Less is an ordinary correction.
CLOCK_BEHIND = timedelta(minutes=1)


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `fix` is empty when it is well."""

    what: str
    state: str
    fix: str = ""


def add_commands(cli: typer.Typer) -> None:
    """Hang the command into `cli`."""
    cli.command("doctor")(doctor)
    cli.command("clock")(show_clock)


def doctor(as_json: JsonFlag = False) -> None:
    """Print what is used, what is missing and how to get it."""
    with opened_app() as app:
        findings = [*_machine(app), *_clock(app), *_models(app), *_extras()]
    if as_json:
        print_json(findings)
    else:
        print_table(["", "state", "to do"], [(f.what, f.state, f.fix) for f in findings])


def show_clock(
    accept: Annotated[
        bool, typer.Option("--accept", help="The machine's clock is right; forget the later time.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Show the machine's clock and the latest time seen; with --accept, go by the machine's again.

    Stop the servers first: one that runs keeps the later time.
    """
    with opened_app() as app:
        if accept and isinstance(app.clock, ForwardClock):
            before = accept_clock(app.db, app.clock)
            facts = {"before": rfc3339(before), "now": rfc3339(app.clock.now())}
            audit.record(app.db, app.clock, "cli", "clock.accept", "clock", facts)
        found = _clock(app)
    if as_json:
        print_json(found)
    else:
        print_table(["", "state", "to do"], [(f.what, f.state, f.fix) for f in found])


def _clock(app: App) -> list[Finding]:
    if not isinstance(app.clock, ForwardClock):
        return []
    machine, latest = app.clock.machine.now(), read_mark(app.db)
    if latest is None or latest - machine < CLOCK_BEHIND:
        return [Finding("clock", rfc3339(machine))]
    state = f"{rfc3339(machine)}, but {rfc3339(latest)} was seen before"
    fix = (
        "the clock was set back: set it right. If it is right and was wrong before, stop the servers and run "
        "`fenshen clock --accept`"
    )
    return [Finding("clock", state, fix)]


def _machine(app: App) -> list[Finding]:
    free = shutil.disk_usage(app.settings.folder(".")).free
    kind = "SQLite" if app.db.is_sqlite else "PostgreSQL"
    return [
        Finding("home", str(app.settings.home)),
        Finding("python", sys.version.split()[0]),
        Finding("cpu threads", f"{app.settings.threads} of {os.cpu_count()}"),
        Finding("database", kind),
        Finding(
            "free disk",
            f"{free / 1e9:.1f} GB",
            "" if free > SPACE_NEEDED_BYTES else "free some space: models and training need about 4 GB",
        ),
        Finding(
            "payments",
            app.settings.payments,
            "no real money" if "development" in app.settings.offered_payments else "",
        ),
    ]


def _models(app: App) -> list[Finding]:
    home = app.settings.home / "models"
    base = app.settings.base
    wanted = [*([base] if base in CATALOG else []), "e5-small", hearing_model("en", app.settings)]
    trouble = None if base in CATALOG else base_trouble(app.settings)
    findings = [] if base in CATALOG else [Finding("base", base, trouble or "")]
    teacher = app.teacher(base)
    findings.append(
        Finding("teacher", "none: monologues are asked for by title" if teacher is None else teacher.name)
    )
    for name in wanted:
        here = installed(name, home) is not None
        findings.append(
            Finding(
                f"model {name}",
                "installed" if here else "missing",
                "" if here else f"fenshen models pull {name}",
            )
        )
    return findings


def _extras() -> list[Finding]:
    extras = {
        "train": ("torch", "peft", "transformers", "gguf", "sklearn"),
        "voice": ("onnxruntime",),
        "fetch": ("yt_dlp",),
    }
    findings = []
    for extra, modules in extras.items():
        missing = [name for name in modules if importlib.util.find_spec(name) is None]
        state = f"without {', '.join(missing)}" if missing else "installed"
        findings.append(
            Finding(f"extra {extra}", state, f"pip install 'fenshen[{extra}]'" if missing else "")
        )
    return findings

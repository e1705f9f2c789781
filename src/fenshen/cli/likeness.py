"""`eval`: how alike a version is, and how it stands against another one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from fenshen.cli.output import (
    JsonFlag,
    Slug,
    errors,
    opened_app,
    print_json,
    print_table,
    say,
    shown_progress,
)
from fenshen.core.errors import NotFound
from fenshen.core.money import format_amount, format_rate
from fenshen.core.settings import Settings
from fenshen.training import versions
from fenshen.training.evals.generation import price_floor_micros
from fenshen.training.versions import Version
from fenshen.wiring import App

VersionOption = Annotated[str | None, typer.Option("--version", help="Version id; default: the newest.")]
VERDICTS = {
    "better": "better",
    "worse": "worse",
    "unsure": "not surely different",
    "mixed": "better and worse",
}


def add_commands(cli: typer.Typer) -> None:
    """Hang the command into `cli`."""
    cli.command("eval")(evaluate)


def evaluate(
    slug: Slug,
    version: VersionOption = None,
    against: Annotated[
        str | None, typer.Option(help="Another version: compare instead of measuring the ladder.")
    ] = None,
    ladder: Annotated[bool, typer.Option("--ladder", help="All levels (always measured).")] = True,
    facts: Annotated[
        Path | None,
        typer.Option(help="YAML of checkable facts; kept for later runs.", exists=True, dir_okay=False),
    ] = None,
    stored: Annotated[bool, typer.Option("--stored", help="Print the last result without running.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Measure likeness on the held-out set: is the retrained twin better than calling the base?"""
    with opened_app() as app:
        found = chosen_version(app, slug, version)
        if against is not None:
            other = chosen_version(app, slug, against)
            with shown_progress("compare") as progress:
                compared = app.training.compare(found, other, progress)
            print_json(compared) if as_json else show_comparison(compared)
            return
        if not stored:
            with shown_progress("eval") as progress:
                found = app.training.evaluate(found, progress, facts=facts)
        if found.metrics is None:
            raise NotFound(f"version {found.id!r} was never evaluated; run `fenshen eval {slug}`")
        figures = app.settings.home / found.adapter_dir / "ladder.json"
        floor = floor_micros(found, app.settings)
        ported = versions.version(app.db, found.parent) if found.origin == "rebase" and found.parent else None
    if as_json:
        told = {"version": found.id, "gate": found.gate, "metrics": found.metrics, "figures": figures}
        print_json({**told, "price_floor_micros_per_minute": floor})
    else:
        if ported is not None and ported.metrics is not None:
            say(f"{ported.id} on {ported.base}, whose dataset was ported:")
            show_ladder(ported)
            say(f"{found.id} on {found.base}; side by side: --against {ported.id}")
        show_ladder(found)
        show_cost(found, app.settings)
        say(f"figures: {figures}; with plots, to print: the studio's page of versions")


def show_ladder(version: Version) -> None:
    """The likeness table of an evaluated version, with its floor and its ceiling."""
    metrics = version.metrics or {}
    rows = [_ladder_row(level["level"], level) for level in metrics.get("levels", [])]
    rows += [_ladder_row(name, metrics[name]) for name in ("floor", "ceiling") if name in metrics]
    print_table(["", "bits/byte", "style", "facts", "citations right / found", "longest run"], rows)
    say(f"gate: {'passed' if version.passed_gate else 'NOT passed'}")
    for reason in version.reasons or ["never evaluated"]:
        say(f"  {reason}")


def show_cost(version: Version, settings: Settings) -> None:
    """What a minute costs, and the price below which it is sold at a loss."""
    cost = (version.metrics or {}).get("cost") or {}
    floor = floor_micros(version, settings)
    if floor is None:
        return
    spent = (cost.get("intervals") or {}).get("cpu_s_per_minute")
    seconds = _interval(spent, 1) if spent else f"{cost['cpu_s_per_minute']:.1f}"
    hour = format_rate(settings.cpu_hour_price_micros, settings.currency)
    say(
        f"a minute of talk takes {seconds} processor seconds; at {hour} an hour its price floor is "
        f"{format_amount(floor, settings.currency, 'up')}"
    )


def show_comparison(compared: Mapping[str, Any]) -> None:
    """Both versions by measure, and both answers to the same questions."""
    a, b, on = compared["a"], compared["b"], compared["set"]
    say(f"{a['version']} ({a['base']}) against {b['version']} ({b['base']})")
    how = "as both were measured" if on["how"] == "stored" else "measured anew on what neither has learned"
    say(f"{on['answers']} held-out answers of {on['items']} items, {how}; 95 % intervals")
    rows = [
        (
            one["name"],
            _interval(one["a"]),
            _interval(one["b"]),
            _interval(one["difference"]),
            VERDICTS[one["verdict"]],
        )
        for one in compared["measures"]
    ]
    print_table(["", a["version"][-8:], b["version"][-8:], "difference", "verdict"], rows)
    for one in compared["questions"][:3]:
        say(f"\n{one['question']}\n  {a['version'][-8:]}: {one['a']}\n  {b['version'][-8:]}: {one['b']}")
    say(f"\nverdict: {a['version']} is {VERDICTS[compared['verdict']]}")


def floor_micros(version: Version, settings: Settings) -> int | None:
    """The price floor of a minute with this version on this machine."""
    return price_floor_micros((version.metrics or {}).get("cost") or {}, settings.cpu_hour_price_micros)


def warn_below_floor(version: Version, price_micros: int, settings: Settings) -> None:
    """Say so when a price does not pay for the machine."""
    floor = floor_micros(version, settings)
    if floor is not None and price_micros < floor:
        errors.print(
            f"[yellow]this price is below {format_amount(floor, settings.currency, 'up')} a minute, which is what the "
            "machine costs[/]"
        )


def chosen_version(app: App, slug: str, version_id: str | None) -> Version:
    """The version of this id, or the newest.

    Raises:
        NotFound: there is none, or it is another creator's.
    """
    if version_id is not None:
        found = versions.version(app.db, version_id)
        if found.creator == slug:
            return found
        raise NotFound(f"version {version_id!r} is not one of {slug!r}")
    newest = versions.newest(app.db, slug)
    if newest is None:
        raise NotFound(f"{slug!r} has no trained version yet; run `fenshen train {slug}`", code="no_version")
    return newest


def _ladder_row(name: str, level: Mapping[str, Any]) -> tuple[str, ...]:
    facts, reciting = level.get("facts") or {}, level.get("reciting") or {}
    cited = [facts.get(key) for key in ("citation_precision", "citation_recall")]
    return (
        name,
        _interval(level.get("bits_per_byte")),
        _interval(level.get("style")),
        _interval((facts.get("intervals") or {}).get("fuzzy"), 2),
        " / ".join("–" if one is None else f"{one:.2f}" for one in cited) if any(cited) else "",
        str(reciting.get("longest", "")),
    )


def _interval(value: Mapping[str, float] | None, places: int = 3) -> str:
    if not value:
        return ""
    told = [f"{value[key]:.{places}f}" for key in ("value", "low", "high")]
    return f"{told[0]} [{told[1]}, {told[2]}]"

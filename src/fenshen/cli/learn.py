"""`eval`, `versions`, `publish`, `rollback`: from a trained version to a published twin."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from fenshen.cli.output import JsonFlag, Slug, opened_app, print_json, print_table, say, shown_progress
from fenshen.core.errors import NotFound
from fenshen.core.money import format_amount, parse_amount
from fenshen.training import versions
from fenshen.training.versions import Version
from fenshen.wiring import App

VersionOption = Annotated[str | None, typer.Option("--version", help="Version id; default: the newest.")]


def add_commands(cli: typer.Typer) -> None:
    """Hang the commands into `cli`."""
    cli.command("eval")(evaluate)
    cli.command("versions")(list_versions)
    cli.command("publish")(publish)
    cli.command("rollback")(rollback)


def evaluate(
    slug: Slug,
    version: VersionOption = None,
    ladder: Annotated[bool, typer.Option("--ladder", help="All levels L0-L3 (always measured).")] = True,
    facts: Annotated[
        Path | None,
        typer.Option(help="YAML of checkable facts; kept for later runs.", exists=True, dir_okay=False),
    ] = None,
    stored: Annotated[bool, typer.Option("--stored", help="Print the last result without running.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Measure likeness on the held-out set: is the retrained twin better than calling the base?"""
    with opened_app() as app:
        found = _version(app, slug, version)
        if not stored:
            with shown_progress("eval") as progress:
                found = app.training.evaluate(found, progress, facts=facts)
        if found.metrics is None:
            raise NotFound(f"version {found.id!r} was never evaluated; run `fenshen eval {slug}`")
        report = app.settings.home / found.adapter_dir / "report.html"
        replayed = (
            versions.version(app.db, found.parent) if found.origin == "rebase" and found.parent else None
        )
    if as_json:
        print_json({"version": found.id, "gate": found.gate, "metrics": found.metrics, "report": report})
    else:
        if replayed is not None and replayed.metrics is not None:
            say(f"{replayed.id} on {replayed.base}, whose dataset was replayed:")
            show_ladder(replayed)
            say(f"{found.id} on {found.base}:")
        show_ladder(found)
        say(f"page with plots: {report}")


def show_ladder(version: Version) -> None:
    """The likeness table of an evaluated version."""
    rows = [_ladder_row(level) for level in (version.metrics or {}).get("levels", [])]
    print_table(["", "bits/byte", "style", "facts", "citations", "longest run"], rows)
    say(f"gate: {'passed' if version.passed_gate else 'NOT passed'}")
    for reason in version.reasons or ["never evaluated"]:
        say(f"  {reason}")


def list_versions(slug: Slug, as_json: JsonFlag = False) -> None:
    """Versions with base, data, gate verdict and price."""
    with opened_app() as app:
        found = versions.list_versions(app.db, slug)
    if as_json:
        print_json(found)
        return
    rows = [
        (
            v.id,
            v.base,
            v.data_sha256[:10],
            v.status,
            "" if v.gate is None else ("passed" if v.passed_gate else "failed"),
            ""
            if v.price_micros_per_minute is None
            else format_amount(v.price_micros_per_minute, v.currency or ""),
        )
        for v in found
    ]
    print_table(["version", "base", "data", "status", "gate", "price/min"], rows)


def publish(
    slug: Slug,
    version: VersionOption = None,
    price: Annotated[str, typer.Option(help="Per minute, such as 1.00.")] = "1.00",
    currency: str = "USD",
    force: Annotated[
        str | None, typer.Option(help="Publish against the gate, for this recorded reason.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Offer a version to fans."""
    micros = parse_amount(price, currency)
    with opened_app() as app:
        found = _version(app, slug, version)
        released = app.releases.publish(found, micros, currency, by="cli", reason=force)
    if as_json:
        print_json({"version": released.id, "price_micros_per_minute": micros, "currency": currency})
    else:
        say(f"{slug} is published at {format_amount(micros, currency)} a minute ({released.id})")


def rollback(slug: Slug, as_json: JsonFlag = False) -> None:
    """Go back to the version that was live before."""
    with opened_app() as app:
        released = app.releases.rollback(slug, by="cli")
    if as_json:
        print_json({"version": released.id})
    else:
        say(f"{slug} is back at {released.id}")


def _version(app: App, slug: str, version_id: str | None) -> Version:
    if version_id is not None:
        found = versions.version(app.db, version_id)
        if found.creator == slug:
            return found
        raise NotFound(f"version {version_id!r} is not one of {slug!r}")
    newest = versions.newest(app.db, slug)
    if newest is None:
        raise NotFound(f"{slug!r} has no trained version yet; run `fenshen train {slug}`", code="no_version")
    return newest


def _ladder_row(level: dict[str, Any]) -> tuple[str, ...]:
    facts = level.get("facts") or {}
    precision = facts.get("citation_precision")
    return (
        level["level"],
        _interval(level.get("bits_per_byte")),
        _interval(level.get("style")),
        f"{facts['fuzzy']:.2f}" if facts.get("fuzzy") is not None else "",
        f"{precision:.2f}" if precision is not None else "",
        str((level.get("reciting") or {}).get("longest", "")),
    )


def _interval(value: dict[str, float] | None) -> str:
    return f"{value['value']:.3f} [{value['low']:.3f}, {value['high']:.3f}]" if value else ""

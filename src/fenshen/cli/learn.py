"""`versions`, `publish`, `rollback`: from a trained version to a published twin."""

from __future__ import annotations

from typing import Annotated

import typer

from fenshen.cli.likeness import VersionOption, chosen_version, warn_below_floor
from fenshen.cli.output import JsonFlag, Slug, opened_app, print_json, print_table, say
from fenshen.core.money import format_amount, parse_amount
from fenshen.training import versions


def add_commands(cli: typer.Typer) -> None:
    """Hang the commands into `cli`."""
    cli.command("versions")(list_versions)
    cli.command("publish")(publish)
    cli.command("rollback")(rollback)


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
        found = chosen_version(app, slug, version)
        warn_below_floor(found, micros, app.settings)
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

"""`versions`, `publish`, `rollback`: from a trained version to a published twin."""

from __future__ import annotations

from typing import Annotated

import typer

from fenshen.cli.likeness import VersionOption, chosen_version, warn_below_floor
from fenshen.cli.output import JsonFlag, Slug, opened_app, plain, print_json, print_table, say
from fenshen.core.errors import NotFound
from fenshen.core.money import format_amount, parse_amount
from fenshen.training import versions
from fenshen.training.library_diff import LibraryDiff
from fenshen.training.versions import Version
from fenshen.trust.creators import creator
from fenshen.wiring import App

NoteOption = Annotated[str | None, typer.Option("--note", help="What fans are told; default: a draft.")]
NoteZhOption = Annotated[str | None, typer.Option("--note-zh", help="The same in Chinese.")]


def add_commands(cli: typer.Typer) -> None:
    """Hang the commands into `cli`."""
    cli.command("versions")(list_versions)
    cli.command("publish")(publish)
    cli.command("rollback")(rollback)


def list_versions(slug: Slug, as_json: JsonFlag = False) -> None:
    """Versions with base, data, gate verdict and price, and what is new since the live one."""
    with opened_app() as app:
        creator(app.db, slug)
        found = versions.list_versions(app.db, slug)
        numbers = versions.numbers(app.db, slug)
        news = _news(app, slug)
    if as_json:
        told = [{**plain(v), "number": numbers[v.id]} for v in found]
        print_json(
            [{**row, "news": news[1].as_json() if news and news[0].id == row["id"] else None} for row in told]
        )
        return
    rows = [
        (
            str(numbers[v.id]),
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
    print_table(["", "version", "base", "data", "status", "gate", "price/min"], rows)
    if news:
        say(news[1].summary(f"version {numbers[news[0].id]}"))


def publish(
    slug: Slug,
    version: VersionOption = None,
    price: Annotated[str, typer.Option(help="Per minute, such as 1.00.")] = "1.00",
    currency: str = "USD",
    force: Annotated[
        str | None, typer.Option(help="Publish against the gate, for this recorded reason.")
    ] = None,
    note: NoteOption = None,
    note_zh: NoteZhOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Offer a version to fans, who are told of it once."""
    micros = parse_amount(price, currency)
    with opened_app() as app:
        found = chosen_version(app, slug, version)
        warn_below_floor(found, micros, app.settings)
        released = app.releases.publish(
            found, micros, currency, by="cli", reason=force, note=_note(note, note_zh)
        )
    if as_json:
        print_json({"version": released.id, "price_micros_per_minute": micros, "currency": currency})
    else:
        say(f"{slug} is published at {format_amount(micros, currency)} a minute ({released.id})")


def rollback(
    slug: Slug, note: NoteOption = None, note_zh: NoteZhOption = None, as_json: JsonFlag = False
) -> None:
    """Go back to the version that was live before; fans are told of it once."""
    with opened_app() as app:
        released = app.releases.rollback(slug, by="cli", note=_note(note, note_zh))
    if as_json:
        print_json({"version": released.id})
    else:
        say(f"{slug} is back at {released.id}")


def _news(app: App, slug: str) -> tuple[Version, LibraryDiff] | None:
    """What is new since the version an update would go out from, where that is known."""
    parent = app.scheduling.parent_of_update(slug) or versions.newest(app.db, slug)
    try:
        return None if parent is None else (parent, app.scheduling.news_since(parent))
    except NotFound:
        return None


def _note(en: str | None, zh: str | None) -> dict[str, str] | None:
    """A note to fans, `None` where the draft is to be used."""
    return {code: text for code, text in (("en", en), ("zh", zh)) if text} or None

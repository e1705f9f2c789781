"""`creator` and `consent`: who may be copied, for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from fenshen.cli.output import JsonFlag, Slug, opened_app, print_json, print_table, say
from fenshen.core.blobs import hash_file
from fenshen.core.errors import BadInput
from fenshen.library.persona import plain_persona, read_persona, store_persona
from fenshen.trust import consent, limits
from fenshen.trust.accounts import user_by_email
from fenshen.trust.creators import add_creator, creator, list_creators

creators = typer.Typer(help="Creators and their twins.", no_args_is_help=True)
consents = typer.Typer(help="Who allowed which use, until when.", no_args_is_help=True)


def add_commands(cli: typer.Typer) -> None:
    """Hang the commands into `cli`."""
    cli.add_typer(creators, name="creator")
    cli.add_typer(consents, name="consent")


@creators.command("add")
def add(
    slug: Slug,
    name: Annotated[str, typer.Option(help="Full name.")],
    owner: Annotated[str | None, typer.Option(help="E-mail of the account that runs it.")] = None,
    persona: Annotated[Path | None, typer.Option(help="persona.yaml", dir_okay=False)] = None,
    limits_file: Annotated[Path | None, typer.Option("--limits", help="limits.yaml", dir_okay=False)] = None,
    also_called: Annotated[
        list[str] | None, typer.Option(help="Another name or nickname in chats; as often as needed.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Add a creator."""
    who = read_persona(persona) if persona else plain_persona(name)
    who = replace(who, also_called=_together(who.also_called, also_called or []))
    bounds = limits.load(limits_file) if limits_file else None
    with opened_app() as app:
        owner_id = user_by_email(app.db, owner).id if owner else None
        made = add_creator(app.db, app.clock, slug, name, owner_id)
        store_persona(app.db, app.clock, slug, who)
        if bounds is not None:
            limits.store(app.db, app.clock, slug, bounds)
    if as_json:
        print_json(made)
    else:
        say(
            f"creator {slug!r} added; next: fenshen consent grant {slug} --scope train,chat --until 2030-01-01"
        )


@creators.command("also-called")
def also_called(
    slug: Slug,
    names: Annotated[list[str], typer.Argument(help="Names and nicknames under which they speak in chats.")],
) -> None:
    """Say under which other names a creator speaks; what is read from now on is told by them."""
    with opened_app() as app:
        creator(app.db, slug)
        who = app.persona(slug)
        who = replace(who, also_called=_together(who.also_called, names))
        store_persona(app.db, app.clock, slug, who)
    say(
        f"{slug!r} is also called {', '.join(who.also_called)}; chats already added are answered with `fenshen speakers`"
    )


def _together(known: Sequence[str], more: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in (*known, *more) if name.strip()))


@creators.command("list")
def list_all(as_json: JsonFlag = False) -> None:
    """Every creator."""
    with opened_app() as app:
        found = list_creators(app.db)
    if as_json:
        print_json(found)
    else:
        print_table(["slug", "name", "since"], [(c.slug, c.name, f"{c.created:%Y-%m-%d}") for c in found])


@consents.command("grant")
def grant(
    slug: Slug,
    scope: Annotated[str, typer.Option(help="Comma-separated: train, chat, voice, face, song, clip.")],
    until: Annotated[str, typer.Option(help="Last day, YYYY-MM-DD.")],
    recording: Annotated[
        Path | None, typer.Option(help="Evidence; its digest is kept.", dir_okay=False)
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Record a consent."""
    try:
        last = datetime.combine(datetime.strptime(until, "%Y-%m-%d").date(), time.max, UTC)  # noqa: DTZ007
    except ValueError:
        raise BadInput(f"--until {until!r} is not a day like 2030-01-31", code="bad_until") from None
    if recording is not None and not recording.is_file():
        raise BadInput(f"recording {str(recording)!r} does not exist", code="bad_recording")
    evidence = {"recording_sha256": hash_file(recording)} if recording else None
    with opened_app() as app:
        given = consent.grant(
            app.db, app.clock, app.ids, slug, scope.split(","), last, by="cli", evidence=evidence
        )
    if as_json:
        print_json(given)
    else:
        say(f"{given.id}: {', '.join(given.scopes)} until {until}")


@consents.command("list")
def list_consents(slug: Slug, as_json: JsonFlag = False) -> None:
    """Every consent of a creator."""
    with opened_app() as app:
        now = app.clock.now()
        creator(app.db, slug)
        found = consent.list_for(app.db, slug)
    if as_json:
        print_json([{**vars(c), "status": c.status(now)} for c in found])
    else:
        rows = [(c.id, c.person, ",".join(c.scopes), f"{c.until:%Y-%m-%d}", c.status(now)) for c in found]
        print_table(["id", "person", "scopes", "until", "status"], rows)


@consents.command("revoke")
def revoke(consent_id: str, as_json: JsonFlag = False) -> None:
    """End a consent now; live calls end within one quota."""
    with opened_app() as app:
        ended = consent.revoke(app.db, app.clock, consent_id, by="cli")
        may_go_on = app.may_chat(ended.creator)
        calls = 0 if may_go_on else app.meter.end_all_for_subject(ended.creator, "revoked")
    if as_json:
        print_json({**vars(ended), "status": "revoked", "calls_ended": calls})
    else:
        say(f"{consent_id} revoked; {calls} live calls ended")

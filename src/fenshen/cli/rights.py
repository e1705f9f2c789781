"""`rights`: who owns what in a library, and what may be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from fenshen.cli.output import JsonFlag, Slug, console, opened_app, print_json, print_table, say
from fenshen.core.errors import BadInput, UsageError
from fenshen.library import items, rules
from fenshen.library.claims import USES, Rights, make_rights
from fenshen.library.matching import parse_match
from fenshen.library.rights import unconfirmed, why_not
from fenshen.trust.consent import active_ids
from fenshen.trust.creators import creator
from fenshen.wiring import App

#: Items listed on the terminal that wait for a word; all of them are in `--json`.
WAITING_SHOWN = 20


def add_commands(cli: typer.Typer) -> None:
    """Hang the command into `cli`."""
    cli.command("rights")(rights)


def rights(
    slug: Slug,
    action: Annotated[str, typer.Argument(help="`list`, `add`, `remove NUMBER` or `set ITEM…`.")] = "list",
    what: Annotated[list[str] | None, typer.Argument(help="A rule's number, or ids of items.")] = None,
    match: Annotated[
        str, typer.Option(help="all, folder:PATTERN, format:NAME, kind:KIND, url:PREFIX or tag:WORD.")
    ] = "all",
    uses: Annotated[
        str | None, typer.Option(help="Comma-separated: train, cite, speak, sing; or none.")
    ] = None,
    owner: Annotated[str, typer.Option(help="Who holds the rights; `mine` for the creator.")] = "",
    licence: Annotated[str, typer.Option(help="SPDX id or words.")] = "",
    territory: Annotated[str, typer.Option(help="`world`, or country codes such as CN,TW.")] = "world",
    consent: Annotated[str | None, typer.Option(help="The consent that it rests on.")] = None,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="With `set`: you may use what looks like somebody else's.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Who owns what in a library, and what it may be used for. Nothing may be used until somebody says so.

    Of the rules that fit an item the last one decides; what a file says of itself beats rules, and what you
    set for one item beats both.
    """
    said = None if uses is None else make_rights(uses.split(","), owner, licence, territory, consent)
    with opened_app() as app:
        creator(app.db, slug)
        if action == "list":
            _list(app, slug, as_json)
        elif action == "add":
            if said is None:
                raise UsageError(f"say for what: fenshen rights {slug} add --match {match} --uses train,cite")
            _told(app, slug, app.library.add_rule(slug, parse_match(match), said, by="cli"), as_json)
        elif action == "remove":
            _told(app, slug, app.library.remove_rule(slug, _number(slug, what), by="cli"), as_json)
        elif action == "set":
            _decide(app, slug, what or [], said, confirm, as_json)
        else:
            raise UsageError(f"unknown action {action!r}; there are list, add, remove and set")


def _list(app: App, slug: str, as_json: bool) -> None:
    found = rules.list_rules(app.db, slug)
    holding = active_ids(app.db, slug, app.clock.now())
    library = items.list_items(app.db, slug)
    usable = {use: sum(why_not(item, use, consents=holding) is None for item in library) for use in USES}
    waiting = [
        {"id": item.id, "path": item.path, "why": why_not(item, "train", consents=holding), "flags": doubts}
        for item in library
        if not item.private and ((doubts := unconfirmed(item)) or not item.rights_by)
    ]
    if as_json:
        listed = [{"ordinal": r.ordinal, "match": str(r.match), **vars(r.rights)} for r in found]
        print_json({"rules": listed, "items": len(library), "usable": usable, "waiting": waiting})
        return
    rows = [(r.ordinal, r.match, *_shown(r.rights)) for r in found]
    print_table(["rule", "match", "uses", "owner", "licence", "territory", "consent"], rows)
    say(f"of {len(library)} items may be used to " + ", ".join(f"{use} {n}" for use, n in usable.items()))
    if waiting:
        say(
            f"\n{len(waiting)} wait for your word; `fenshen rights {slug} set ID --uses …` or `--confirm` gives it"
        )
        for one in waiting[:WAITING_SHOWN]:
            console.print(f"{one['id']}  {one['path']}: {one['why']}", markup=False, soft_wrap=True)


def _shown(given: Rights) -> Sequence[str]:
    return (
        ", ".join(given.uses) or "none",
        given.owner,
        given.licence,
        given.territory,
        given.consent_id or "",
    )


def _told(app: App, slug: str, changed: int, as_json: bool) -> None:
    if as_json:
        print_json({"changed": changed, "rules": len(rules.list_rules(app.db, slug))})
    else:
        say(f"{changed} items changed; what may no longer be cited has left the search index")


def _number(slug: str, what: list[str] | None) -> int:
    if not what or len(what) != 1 or not what[0].isdecimal():
        raise UsageError(f"name one rule by its number; `fenshen rights {slug} list` shows them")
    return int(what[0])


def _decide(app: App, slug: str, ids: list[str], said: Rights | None, confirm: bool, as_json: bool) -> None:
    if not ids:
        raise UsageError(f"name items by their ids; `fenshen rights {slug} list` shows what waits")
    if said is None and not confirm:
        raise BadInput("nothing to set; give --uses, --confirm or both", code="nothing_to_set")
    app.library.decide(slug, ids, by="cli", said=said, confirm=confirm)
    holding = active_ids(app.db, slug, app.clock.now())
    found = [items.item(app.db, item_id) for item_id in ids]
    answers = [
        {"id": item.id, "path": item.path, **{use: why_not(item, use, consents=holding) for use in USES}}
        for item in found
    ]
    if as_json:
        print_json(answers)
    else:
        print_table(
            ["item", *USES], [(a["path"], *("yes" if a[u] is None else a[u] for u in USES)) for a in answers]
        )

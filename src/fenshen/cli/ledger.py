"""`ledger`: check the books and print statements."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from fenshen.billing import statements
from fenshen.billing.anchors import check_anchor, make_anchor
from fenshen.billing.verify import verify
from fenshen.cli.output import JsonFlag, opened_app, print_json, print_table, say
from fenshen.core.errors import BadInput, Conflict, UsageError
from fenshen.core.money import Rounding, format_amount, to_coins
from fenshen.trust.accounts import user_by_email
from fenshen.trust.creators import creator as find_creator

books = typer.Typer(help="The books.", no_args_is_help=True)


def add_commands(cli: typer.Typer) -> None:
    """Hang the commands into `cli`."""
    cli.add_typer(books, name="ledger")


@books.command("verify")
def verify_books(
    anchor: Annotated[
        Path | None,
        typer.Option(help="An anchor made earlier and kept elsewhere.", exists=True, dir_okay=False),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Re-read all books and the audit log, both ways, and name every row that is wrong."""
    with opened_app() as app:
        found = verify(app.db)
        if anchor is not None:
            found = replace(found, problems=found.problems + check_anchor(app.db, _json_of(anchor)))
    if as_json:
        print_json(found)
    else:
        say(f"{found.transfers} transfers, {found.entries} entries: {'all good' if found.ok else 'BROKEN'}")
        for problem in found.problems:
            say(f"  {problem}")
    if not found.ok:
        raise Conflict("the books do not add up; see above", code="ledger_broken")


@books.command("anchor")
def anchor_books(
    out: Annotated[
        Path | None, typer.Option(help="A file outside this machine's reach; else printed.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Write down how far every chain has come, to keep elsewhere and check with `verify --anchor`."""
    with opened_app() as app:
        made = make_anchor(app.db, app.clock.now())
    if out is not None:
        out.write_text(json.dumps(made, indent=1) + "\n")
    if out is None or as_json:
        print_json(made)
    else:
        say(f"wrote {out}: {len(made['wallets'])} wallets; keep it where this machine cannot write")


def _json_of(path: Path) -> object:
    try:
        return json.loads(path.read_bytes())
    except ValueError as error:
        raise BadInput(f"{path} is not JSON: {error}; make an anchor with `fenshen ledger anchor`") from error


@books.command("statement")
def statement(
    fan: Annotated[str | None, typer.Option(help="E-mail of a fan.")] = None,
    creator: Annotated[str | None, typer.Option(help="Slug of a creator.")] = None,
    currency: str = "USD",
    as_json: JsonFlag = False,
) -> None:
    """What a fan paid, or what a creator earned."""
    if (fan is None) == (creator is None):
        raise UsageError("name one of --fan EMAIL or --creator SLUG")
    with opened_app() as app:
        if fan is not None:
            _show_fan(statements.fan_statement(app.db, user_by_email(app.db, fan).id, currency), as_json)
        else:
            slug = find_creator(app.db, str(creator)).slug
            _show_creator(statements.creator_statement(app.db, slug, currency), as_json)


def _show_fan(found: statements.FanStatement, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    rows: list[tuple[object, ...]] = [
        (f"{c.started:%Y-%m-%d %H:%M}", c.subject, c.seconds, format_amount(c.charged, found.currency, "up"))
        for c in found.calls
    ]
    rows += _rounding([c.charged for c in found.calls], found.currency, "up", ("", "rounding", ""))
    print_table(["started (UTC)", "twin", "seconds", "charged"], rows)
    moved = [
        (f"{m.at:%Y-%m-%d %H:%M}", m.kind, m.reference, format_amount(m.amount, found.currency))
        for m in found.money
    ]
    print_table(["at (UTC)", "kind", "id", "amount"], moved)
    totals = {
        "topped up": format_amount(found.topped_up, found.currency),
        "refunded": format_amount(found.refunded, found.currency) if found.refunded else "",
        "charged": format_amount(found.charged, found.currency, "up"),
        "held": format_amount(found.held, found.currency, "up") if found.held else "",
        "left": format_amount(found.available, found.currency),
    }
    say(", ".join(f"{name} {amount}" for name, amount in totals.items() if amount))


def _rounding(
    amounts: list[int], currency: str, rounding: Rounding, before: tuple[object, ...]
) -> list[tuple[object, ...]]:
    """The line by which shown lines come to the shown total; none if they do."""
    lines = sum(to_coins(amount, currency, rounding) for amount in amounts)
    off = to_coins(sum(amounts), currency, rounding) - lines
    return [(*before, format_amount(off, currency))] if off else []


def _show_creator(found: statements.CreatorStatement, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    rows = [
        (str(d.day), d.calls, f"{d.minutes:.1f}", *_parts(d.gross, d.share, d.others, found.currency))
        for d in found.days
    ]
    print_table(["day (UTC)", "calls", "minutes", "gross", "share", "others", "fee"], rows)
    gross, share, others, fee = _parts(found.gross, found.share, found.others, found.currency)
    say(f"in all (days are rounded down): gross {gross}, share {share}, other creators {others}, fee {fee}")
    say(f"owed: {format_amount(found.balance, found.currency)}")


def _parts(gross: int, share: int, others: int, currency: str) -> tuple[str, str, str, str]:
    """Gross, share, other creators' shares and fee as shown: the fee is what is left of the shown gross."""
    fee = (
        to_coins(gross, currency, "down")
        - to_coins(share, currency, "down")
        - to_coins(others, currency, "down")
    )
    return (
        format_amount(gross, currency),
        format_amount(share, currency),
        format_amount(others, currency),
        format_amount(fee, currency),
    )

"""`user`, `key` and `wallet`: accounts for scripts and tests."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from typing import Annotated

import typer

from fenshen.billing.development import DevelopmentProvider
from fenshen.cli.output import JsonFlag, opened_app, print_json, print_table, say
from fenshen.core.errors import Refused
from fenshen.core.money import format_amount, parse_amount
from fenshen.trust import accounts, blocks, keys, sessions
from fenshen.trust.accounts import check_role

users = typer.Typer(help="People who can log in.", no_args_is_help=True)
api_keys = typer.Typer(help="API keys.", no_args_is_help=True)
wallets = typer.Typer(help="Prepaid wallets.", no_args_is_help=True)


DEVELOPMENT = DevelopmentProvider.name


def add_commands(cli: typer.Typer) -> None:
    """Hang the commands into `cli`."""
    cli.add_typer(users, name="user")
    cli.add_typer(api_keys, name="key")
    cli.add_typer(wallets, name="wallet")


@users.command("add")
def add_user(
    email: str,
    role: Annotated[str, typer.Option(help="fan, creator or operator.")] = "fan",
    password: Annotated[
        str | None, typer.Option(envvar="FENSHEN_PASSWORD", help="Default: a random one, shown once.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Add an account."""
    chosen = password or secrets.token_urlsafe(12)
    with opened_app() as app:
        user = accounts.sign_up(app.db, app.clock, app.ids, email, chosen, role=check_role(role))
    if as_json:
        print_json({"id": user.id, "email": user.email, "role": user.role, "password": chosen})
    else:
        told = "" if password else f"; password: {chosen}"
        say(f"{user.role} {user.email} added ({user.id}){told}")


@users.command("password")
def set_password(
    email: str,
    password: Annotated[
        str | None, typer.Option(envvar="FENSHEN_PASSWORD", help="Default: a random one, shown once.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Give an account another password, for somebody who forgot theirs; every browser is logged out."""
    chosen = password or secrets.token_urlsafe(12)
    with opened_app() as app:
        user = accounts.user_by_email(app.db, email)
        accounts.change_password(app.db, app.clock, user, chosen, by="command line")
        ended = sessions.log_out_everywhere(app.db, user.id)
    if as_json:
        print_json({"email": user.email, "password": chosen, "sessions_ended": ended})
    else:
        told = "" if password else f"; the new one: {chosen}"
        say(f"{user.email} has another password{told}; {ended} browsers logged out")


@users.command("minors")
def list_minors(as_json: JsonFlag = False) -> None:
    """Accounts whose holder said that they are under eighteen."""
    with opened_app() as app:
        found = blocks.list_blocks(app.db)
    rows = [{"email": email, **asdict(block)} for block, email in found]
    if as_json:
        print_json(rows)
    else:
        columns = ["email", "declared", "surface", "creator", "lifted", "why"]
        print_table(columns, [tuple(row[name] or "" for name in columns) for row in rows])


@users.command("adult")
def lift_minor(
    email: str,
    why: Annotated[str, typer.Option(help="How you know that they are eighteen or older; it is audited.")],
    as_json: JsonFlag = False,
) -> None:
    """Open an account again that was blocked because its holder said that they are under eighteen."""
    with opened_app() as app:
        holder = accounts.user_by_email(app.db, email)
        lifted = blocks.lift(app.db, app.clock, holder.id, by="cli", why=why)
    if as_json:
        print_json(lifted)
    else:
        say(f"{holder.email} may talk and buy again")


@api_keys.command("create")
def create_key(
    user: Annotated[str, typer.Option(help="E-mail of the owner.")],
    name: Annotated[str, typer.Option(help="What it is for.")] = "command line",
    as_json: JsonFlag = False,
) -> None:
    """A new API key, shown once."""
    with opened_app() as app:
        owner = accounts.user_by_email(app.db, user)
        made = keys.create_key(app.db, app.clock, app.ids, owner.id, name)
    if as_json:
        print_json({"id": made.key.id, "user": owner.email, "secret": made.secret})
    else:
        say(made.secret)


@wallets.command("credit")
def credit(
    email: str,
    amount: Annotated[str, typer.Argument(help="Such as 12.50.")],
    currency: str = "USD",
    key: Annotated[str | None, typer.Option(help="Idempotency key: the same one credits once.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Put development money into a wallet."""
    micros = parse_amount(amount, currency)
    with opened_app() as app:
        if DEVELOPMENT not in app.topups.offered:
            raise Refused("`wallet credit` works with the development provider only", code="not_development")
        fan = accounts.user_by_email(app.db, email)
        key = key or f"cli-{secrets.token_hex(16)}"
        topup = app.topups.top_up(fan.id, currency, micros, key, DEVELOPMENT)
    if as_json:
        print_json(topup)
    else:
        say(f"{format_amount(topup.amount, currency)} credited to {email}")


@wallets.command("refund")
def refund(
    topup_id: Annotated[str, typer.Argument(help="Id of the top-up, from `fenshen ledger statement`.")],
    amount: Annotated[str, typer.Argument(help="Such as 12.50; at most what is left of it.")],
    why: Annotated[str, typer.Option(help="Kept in the audit log.")],
    key: Annotated[
        str | None, typer.Option(help="Another key sends the same amount of the same top-up again.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Send unspent money of a top-up back to its fan; repeated, it is sent once."""
    with opened_app() as app:
        micros = parse_amount(amount, app.settings.currency)
        key = key or f"cli-refund-{topup_id}-{micros}"
        done = app.topups.refund(topup_id, micros, key, by="cli", why=why)
    if as_json:
        print_json(done)
    else:
        say(f"{format_amount(done.amount, done.currency)} of {topup_id} sent back ({done.id}, {done.status})")

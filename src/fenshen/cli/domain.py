"""`domain train`, `domain list`: bases that have read the libraries of several consenting creators."""

from __future__ import annotations

from typing import Annotated

import typer

from fenshen.cli.output import JsonFlag, opened_app, print_json, print_table, say, shown_progress
from fenshen.training.domain.train import DomainJobSpec


def add_commands(cli: typer.Typer) -> None:
    """Hang the commands into `cli`."""
    domain = typer.Typer(help="Bases that have read several libraries of one field.", no_args_is_help=True)
    domain.command("train")(train)
    domain.command("list")(list_domains)
    cli.add_typer(domain, name="domain")


def train(
    name: Annotated[str, typer.Argument(help="Used as --base domain:NAME.")],
    creators: Annotated[str, typer.Option(help="Two or more, as a,b,c; each must consent to training.")],
    base: Annotated[str | None, typer.Option(help="Plain base to begin with; default: FENSHEN_BASE.")] = None,
    minutes: Annotated[float, typer.Option(min=0.1, max=100_000, help="Time budget.")] = 10.0,
    as_json: JsonFlag = False,
) -> None:
    """Go on pretraining a base on several libraries; run again after a kill to go on."""
    slugs = tuple(slug.strip() for slug in creators.split(",") if slug.strip())
    with opened_app() as app, shown_progress("domain") as progress:
        order = DomainJobSpec(name, slugs, base or app.settings.base, minutes)
        made = app.domains.train(order, progress, by="cli")
    if as_json:
        print_json(made)
    else:
        say(f"{made.name} is ready; next: fenshen train {slugs[0]} --base {made.name}")


def list_domains(as_json: JsonFlag = False) -> None:
    """Domain bases with their creators, and whether every consent still holds."""
    with opened_app() as app:
        found = app.domains.list_all()
    if as_json:
        print_json([{**vars(one), "refused": why_not} for one, why_not in found])
        return
    rows = [
        (one.name, one.base, ", ".join(one.creators), one.data_sha256[:10], one.status, why_not or "allowed")
        for one, why_not in found
    ]
    print_table(["domain", "from", "creators", "data", "status", "use"], rows)

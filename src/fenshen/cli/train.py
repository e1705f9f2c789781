"""`train`: from a library to a trained version."""

from __future__ import annotations

from typing import Annotated

import typer

from fenshen.cli.output import JsonFlag, Slug, opened_app, print_json, say, shown_progress
from fenshen.cli.preferences import train_preferred
from fenshen.core.errors import UsageError
from fenshen.training import versions
from fenshen.training.order import Order
from fenshen.training.rebase import rebase_order, rebase_parent
from fenshen.training.recipe import DEFAULT


def add_commands(cli: typer.Typer) -> None:
    """Hang the command into `cli`."""
    cli.command("train")(train)


def train(
    slug: Slug,
    base: Annotated[str | None, typer.Option(help="Catalog name; default: FENSHEN_BASE.")] = None,
    recipe: Annotated[
        str | None, typer.Option(help=f"Named set of choices; default: {DEFAULT}, or the replayed version's.")
    ] = None,
    minutes: Annotated[float, typer.Option(min=0.1, max=10_000, help="Time budget.")] = 4.0,
    from_version: Annotated[
        str | None, typer.Option("--from", help="Replay the dataset of this version on the base.")
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="From the library as it stands now, not an earlier dataset.")
    ] = False,
    prefer: Annotated[
        bool, typer.Option("--prefer", help="Go on from the newest version by what people preferred.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Retrain the base on the library; run again after a kill to go on.

    With --base another than the twin's, what the twin's version learned is replayed on it.
    """
    if prefer:
        if base is not None or recipe is not None or fresh or from_version is not None:
            raise UsageError("--prefer goes on from the newest version as it is; give --minutes at most")
        train_preferred(slug, minutes, as_json)
        return
    if fresh and from_version is not None:
        raise UsageError("--fresh and --from exclude each other")
    with opened_app() as app, shown_progress("train") as progress:
        wanted = base or app.settings.base
        may_replay = not fresh and (base is not None or from_version is not None)
        found = versions.list_versions(app.db, slug) if may_replay else []
        parent = rebase_parent(found, wanted, from_version) if may_replay else None
        order = (
            Order(slug, wanted, recipe or DEFAULT, minutes)
            if parent is None
            else rebase_order(found, parent, wanted, recipe, minutes)
        )
        version = app.training.train(order, progress)
    if as_json:
        print_json(version)
    else:
        say(f"version {version.id}; next: fenshen eval {slug}")

"""`models`: the catalog, fetching and checking of weights."""

from __future__ import annotations

from typing import Annotated

import typer

from fenshen.cli.output import JsonFlag, opened_app, print_json, print_table, say, shown_progress
from fenshen.core.errors import BadInput
from fenshen.models.catalog import CATALOG
from fenshen.models.pull import installed, pull, verify

models = typer.Typer(
    help="Model weights: what exists, where it comes from, what is here.", no_args_is_help=True
)


def add_commands(cli: typer.Typer) -> None:
    """Hang the commands into `cli`."""
    cli.add_typer(models, name="models")


@models.command("list")
def list_models(as_json: JsonFlag = False) -> None:
    """The catalog, and what of it is installed."""
    with opened_app() as app:
        home = app.settings.home / "models"
        rows = [(card, installed(card.name, home) is not None) for card in CATALOG.values()]
    if as_json:
        print_json(
            [
                {
                    "name": card.name,
                    "modality": card.modality,
                    "languages": card.languages,
                    "licence": card.licence,
                    "size_bytes": card.size_bytes,
                    "installed": here,
                    "needs": card.needs,
                }
                for card, here in rows
            ]
        )
        return
    print_table(
        ["name", "modality", "languages", "MB", "licence", "installed", "needs"],
        [
            (
                card.name,
                card.modality,
                ",".join(card.languages)[:14],
                f"{card.size_bytes / 1e6:.0f}",
                card.licence,
                "yes" if here else "",
                card.needs,
            )
            for card, here in rows
        ],
    )


@models.command("pull")
def pull_models(
    names: Annotated[list[str], typer.Argument(help="Catalog names.")], as_json: JsonFlag = False
) -> None:
    """Fetch weights from their sources, in order, and check their digests."""
    with opened_app() as app:
        home = app.settings.home / "models"
        placed = {}
        for name in names:
            with shown_progress(name) as progress:
                placed[name] = str(pull(name, home, progress))
    if as_json:
        print_json(placed)
    else:
        for name, folder in placed.items():
            say(f"{name}: {folder}")


@models.command("verify")
def verify_models(as_json: JsonFlag = False) -> None:
    """Check the digest of every installed file."""
    with opened_app() as app:
        checks = verify(app.settings.home / "models")
    if as_json:
        print_json(checks)
    else:
        print_table(["model", "file", "state"], [(c.model, c.file, c.state) for c in checks])
    bad = [c for c in checks if c.state == "changed"]
    if bad:
        raise BadInput(
            f"{len(bad)} files do not match their digest; delete them and run `fenshen models pull {bad[0].model}`",
            code="digest_mismatch",
        )

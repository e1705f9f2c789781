"""`preferences`: what people said about a twin's answers, and whether it is enough to learn from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from fenshen.cli.output import JsonFlag, Slug, opened_app, print_json, print_table, say, shown_progress
from fenshen.core.errors import BadInput
from fenshen.training import versions
from fenshen.training.preference.comparisons import list_chosen, people
from fenshen.training.preference.dataset import PreferenceDataset

#: In the order of `PreferenceDataset.counts`.
SOURCES = {
    "choice": "creator's blind choices",
    "edit": "creator's own words instead of an answer",
    "retry": "two answers to a fan's question, one liked and one not",
    "up": "fans' thumbs up",
    "down": "fans' thumbs down",
}
REASONS = {
    "no_consent": "thumbs of fans who did not consent to learning",
    "one_fan": "older thumbs of fans who gave many",
    "held_out_question": "answers to held-out questions: they judge, and are not learned",
    "limits": "would say what the creator's limits forbid",
    "private": "would say what only a private item says",
    "language": "in a language the parent was not trained in",
}


def add_commands(cli: typer.Typer) -> None:
    """Hang the command into `cli`."""
    cli.command("preferences")(preferences)


def preferences(
    slug: Slug,
    export: Annotated[
        Path | None, typer.Option(help="Write them into this JSON file; fans' words are not in it.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """What people said about answers: pairs and thumbs by source, what may not be used and why."""
    with opened_app() as app:
        found = app.preferences.gather(slug)
        parent = versions.newest(app.db, slug)
        told = people(list_chosen(app.db, slug), parent.id) if parent else None
        ended = app.preferences.resting_on_ended(slug)
    if export is not None:
        _write(export, found)
    if as_json:
        print_json(
            found.as_json() | {"parent": parent and parent.id, "people": told, "ended_consents": ended}
        )
        return
    print_table(["", "usable"], [(SOURCES[name], str(count)) for name, count in found.counts.items()])
    for reason, count in found.left_out.items():
        say(f"left out: {count} {REASONS[reason]}")
    if parent is not None and told is not None and told["share"] is not None:
        share = told["share"]
        say(
            f"people: {parent.id} was preferred in {told['wins']} of {share['n']} "
            f"({share['value']:.0%} [{share['low']:.0%}, {share['high']:.0%}]); {told['ties']} ties"
        )
    for version_id, count in ended.items():
        say(f"version {version_id} learned from {count} fans who have ended their consent since")
    if parent is None:
        say(f"no version to go on from yet; next: fenshen train {slug}")
    elif found.pairs_missing:
        say(f"{found.pairs_missing} more pairs are needed before they can be learned")
    else:
        say(f"next: fenshen train {slug} --prefer")


def train_preferred(slug: str, minutes: float, as_json: bool) -> None:
    """`fenshen train SLUG --prefer`: go on from the newest version by what people preferred."""
    with opened_app() as app:
        order = app.preferences.order(slug, minutes)
        with shown_progress("train") as progress:
            version = app.training.train(order, progress)
    if as_json:
        print_json(version)
    else:
        say(f"version {version.id}; next: fenshen eval {slug}")


def _write(path: Path, found: PreferenceDataset) -> None:
    try:
        path.write_text(json.dumps(found.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise BadInput(f"cannot write {str(path)!r}: {error.strerror}", code="cannot_write") from error
    say(f"written to {path}")

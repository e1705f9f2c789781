"""`ingest` and `library`: what the twin learns from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from fenshen.cli.library_report import show_report
from fenshen.cli.output import (
    JsonFlag,
    Slug,
    errors,
    opened_app,
    plain,
    print_json,
    say,
    shown_progress,
)
from fenshen.cli.private import decide_private, show_private
from fenshen.cli.speakers import choose, show_speakers, tell_undecided
from fenshen.cli.voices import choose_voice, disown_voice, enrol_samples, show_voices, tell_guesses
from fenshen.core.errors import BadInput, EngineMissing, UsageError
from fenshen.library.dropped import Incomplete
from fenshen.library.files import Skipped
from fenshen.library.rules import count_unspoken

#: Skipped files named on the terminal; all of them are in `--json`.
SKIPPED_SHOWN = 20


def add_commands(cli: typer.Typer) -> None:
    """Hang the commands into `cli`."""
    cli.command("ingest")(ingest)
    cli.command("library")(library)


def ingest(
    slug: Slug,
    sources: Annotated[
        list[str],
        typer.Argument(
            help="Files, folders and URLs: pages, feeds, podcasts, YouTube and Bilibili.",
            metavar="PATH_OR_URL…",
        ),
    ],
    newest: Annotated[
        int | None, typer.Option(min=1, help="Only so many of the newest entries of a feed or channel.")
    ] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only entries published since this day.")
    ] = None,
    mine: Annotated[
        bool, typer.Option("--mine", help="Say first that everything is the creator's own, if no rule does.")
    ] = False,
    speaker_sample: Annotated[
        list[Path] | None,
        typer.Option(help="A recording of the creator alone, to know their voice by; may be given again."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where an ingest stopped; always on.")
    ] = True,
    as_json: JsonFlag = False,
) -> None:
    """Read files and URLs into a library; what is there is left alone, so it can be run again to continue.

    What lies behind URLs is kept in the home's `fetched` folder; a second run fetches only what is new.
    What cannot be used is named on stderr and left out; if that is everything, it is an error.
    """
    with opened_app() as app, shown_progress("ingest") as progress:
        if mine:
            app.library.claim_all(slug, by="cli")
        enrol_samples(app, slug, speaker_sample or [])
        since_day = since.date() if since else None
        report = app.library.ingest(slug, sources, progress, newest=newest, since=since_day)
        tell_undecided(app.db, slug)
        tell_guesses(app.db, slug)
        unspoken = count_unspoken(app.db, slug)
    if as_json:
        print_json({**plain(report), "without_rights": unspoken})
    else:
        say(
            f"{report.added} added, {report.replaced} replaced, {report.unchanged} unchanged, "
            f"{report.passages} passages, {len(report.skipped)} skipped; reading took {report.seconds:.1f} s"
        )
    _tell_skipped(report.skipped)
    _tell_incomplete(report.incomplete)
    if unspoken:
        errors.print(
            f"{unspoken} items may not be used for anything yet, because nobody has said whose they are. If they "
            f"are yours: fenshen rights {slug} add --match all --uses train,cite,speak --owner mine",
            markup=False,
            soft_wrap=True,
        )
    if report.skipped and not report.added + report.replaced + report.unchanged:
        if all(one.code == EngineMissing.code for one in report.skipped):
            raise EngineMissing("nothing was taken in; `fenshen doctor` says what to install")
        raise BadInput("nothing of this can be used; nothing was taken in", code="nothing_taken")


def _tell_skipped(skipped: Sequence[Skipped]) -> None:
    for one in skipped[:SKIPPED_SHOWN]:
        errors.print(f"skipped {one.path}: {one.reason} ({one.code})", markup=False, soft_wrap=True)
    if len(skipped) > SKIPPED_SHOWN:
        errors.print(f"and {len(skipped) - SKIPPED_SHOWN} more; --json lists them all")


def _tell_incomplete(incomplete: Sequence[Incomplete]) -> None:
    for one in incomplete[:SKIPPED_SHOWN]:
        errors.print(f"read {one.path}, but {one.reason}", markup=False, soft_wrap=True)
    if len(incomplete) > SKIPPED_SHOWN:
        errors.print(f"and {len(incomplete) - SKIPPED_SHOWN} more with gaps; --json lists them all")


def library(
    slug: Slug,
    action: Annotated[
        str,
        typer.Argument(
            help="`report`, `speakers`, `owner`, `nobody`, `all`, `voices`, `voice`, `not-voice`, `private`, `keep`, `mask`, `fillers` or `delete`."
        ),
    ] = "report",
    arguments: Annotated[
        list[str] | None,
        typer.Argument(
            help="`speakers [ITEM]`, `owner ITEM NAME`, `nobody ITEM`, `all ITEM`, `voice ID`, `not-voice ID`, `private [KIND]`, `keep VALUE`, `fillers keep`, `fillers drop`, `delete ITEM`.",
            show_default=False,
        ),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """How much a library holds; who speaks in it, and who is the creator; what is personal, and may stay."""
    if action == "speakers":
        show_speakers(slug, arguments or [], as_json)
    elif action in ("owner", "nobody", "all"):
        choose(slug, action, arguments or [], as_json)
    elif action == "private":
        show_private(slug, arguments or [], as_json)
    elif action in ("keep", "mask"):
        decide_private(slug, action, arguments or [], as_json)
    elif action == "fillers":
        set_fillers(slug, arguments or [], as_json)
    elif action == "delete":
        delete_item(slug, arguments or [], as_json)
    elif action == "voices":
        show_voices(slug, arguments or [], as_json)
    elif action == "voice":
        choose_voice(slug, arguments or [], as_json)
    elif action == "not-voice":
        disown_voice(slug, arguments or [], as_json)
    elif action == "report" and not arguments:
        show_report(slug, as_json)
    else:
        asked = " ".join([action, *(arguments or [])])
        raise UsageError(f"unknown action {asked!r}; try `fenshen library {slug} report`")


def delete_item(slug: str, arguments: Sequence[str], as_json: bool) -> None:
    """Delete one item for good."""
    if len(arguments) != 1:
        raise UsageError(f"name the item by its id: `fenshen library {slug} delete ITEM`")
    with opened_app() as app:
        app.library.delete_item(slug, arguments[0], by="cli")
    if as_json:
        print_json({"deleted": arguments[0]})
    else:
        say("deleted; what a version has learned from it leaves with the next training")


def set_fillers(slug: str, arguments: Sequence[str], as_json: bool) -> None:
    """Whether `um` and 嗯 stay in what is imported from now on."""
    if arguments not in (["keep"], ["drop"]):
        raise UsageError(
            f"say `fenshen library {slug} fillers keep` or `fenshen library {slug} fillers drop`"
        )
    keep = arguments == ["keep"]
    with opened_app() as app:
        app.library.keep_fillers(slug, keep, by="cli")
    if as_json:
        print_json({"keeps_fillers": keep})
    else:
        say("fillers stay" if keep else "fillers are left out of what is imported from now on")

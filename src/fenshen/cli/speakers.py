"""`library SLUG speakers`, `owner`, `nobody` and `all`: who is the creator in conversations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from fenshen.cli.output import errors, opened_app, print_json, print_table, say
from fenshen.core.db import Database
from fenshen.core.errors import UsageError
from fenshen.library.owner_guess import Answer
from fenshen.library.owners import Speaker, speakers_in, undecided_exports
from fenshen.trust.creators import creator

SPEAKERS_SHOWN = 8


def show_speakers(slug: str, arguments: Sequence[str], as_json: bool) -> None:
    """Conversations in which nobody is the creator yet, with who speaks in them; of one item if named."""
    if len(arguments) > 1:
        raise UsageError(f"name one item at most: `fenshen library {slug} speakers [ITEM]`")
    with opened_app() as app:
        creator(app.db, slug)
        if arguments:
            found = speakers_in(app.db, arguments[0])
            if as_json:
                print_json([asdict(speaker) for speaker in found])
            else:
                print_table(["speaker", "passages", "characters", ""], [_row(one) for one in found])
            return
        exports = [(one, speakers_in(app.db, one.item_id)) for one in undecided_exports(app.db, slug)]
    if as_json:
        print_json(
            [{**asdict(one), "speakers": [asdict(who) for who in who_all]} for one, who_all in exports]
        )
        return
    print_table(
        ["item", "export", "speakers"],
        [(one.item_id, one.path, _names(who_all)) for one, who_all in exports],
    )
    if exports:
        say(
            f"choose who you are with `fenshen library {slug} owner ITEM NAME`; `nobody ITEM` if none of them is you, "
            "`all ITEM` if it is no conversation and all yours"
        )


def choose(slug: str, action: str, arguments: Sequence[str], as_json: bool) -> None:
    """Say who is the creator in the whole export of an item: `owner` names one, `nobody` none, `all` everything."""
    if len(arguments) != (2 if action == "owner" else 1):
        named = "the item and the speaker" if action == "owner" else "the item"
        shape = "owner ITEM NAME" if action == "owner" else f"{action} ITEM"
        raise UsageError(f"name {named}: `fenshen library {slug} {shape}`")
    item_id, name = arguments[0], arguments[1] if action == "owner" else ""
    answer: Answer = "nobody" if action == "nobody" else "all" if action == "all" else "speaker"
    with opened_app() as app:
        passages = app.library.choose_owner(slug, item_id, name, answer)
    if as_json:
        print_json({"item_id": item_id, "name": name, "answer": answer, "passages": passages})
    elif answer == "nobody":
        say("none of the speakers is the creator: it is kept and used for nothing")
    else:
        say(f"{name or 'all of it'} is the creator{'' if name else chr(39) + 's'} there: {passages} passages")


def tell_undecided(db: Database, slug: str) -> None:
    """Say on stderr that there are exports in which nobody is the creator, if so."""
    if undecided := len(undecided_exports(db, slug)):
        talks = "one conversation" if undecided == 1 else f"{undecided} conversations"
        errors.print(
            f"{talks} in which nobody is you yet, used for nothing until you say who you are: `fenshen library {slug} "
            "speakers`",
            markup=False,
            soft_wrap=True,
        )


def _row(speaker: Speaker) -> tuple[str, int, int, str]:
    return speaker.name, speaker.passages, speaker.characters, "creator" if speaker.is_creator else ""


def _names(speakers: Sequence[Speaker]) -> str:
    shown = [f"{speaker.name} ({speaker.passages})" for speaker in speakers[:SPEAKERS_SHOWN]]
    more = len(speakers) - len(shown)
    return ", ".join([*shown, f"and {more} more"] if more else shown)

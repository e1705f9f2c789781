"""`library SLUG private`, `keep` and `mask`: the creator's review of personal data. Shows it in the clear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from fenshen.cli.output import errors, opened_app, print_json, print_table, say
from fenshen.core.errors import UsageError
from fenshen.library.privacy.finding import PersonalKind
from fenshen.library.privacy.review import personal_data_of
from fenshen.trust.creators import creator

#: Values shown to people; all of them are in `--json`.
VALUES_SHOWN = 100
VALUES_MAX = 1_000_000


def show_private(slug: str, arguments: Sequence[str], as_json: bool) -> None:
    """What was found, by kind, the most frequent first."""
    kind = arguments[0] if arguments else None
    if len(arguments) > 1 or (kind and kind not in get_args(PersonalKind)):
        kinds = ", ".join(get_args(PersonalKind))
        raise UsageError(f"name one kind at most, of {kinds}: `fenshen library {slug} private [KIND]`")
    with opened_app() as app:
        creator(app.db, slug)
        limit = VALUES_MAX if as_json else VALUES_SHOWN + 1
        found = personal_data_of(app.db, slug, kind=kind, limit=limit)
    if as_json:
        print_json(found)
        return
    print_table(
        ["id", "kind", "value", "count", "decision", "context"],
        [(one.id, one.kind, one.value, one.count, one.decision, one.context) for one in found[:VALUES_SHOWN]],
    )
    if len(found) > VALUES_SHOWN:
        errors.print("and more; name a kind, or --json lists them all")


def decide_private(slug: str, decision: str, arguments: Sequence[str], as_json: bool) -> None:
    """Leave a value in the texts, or mask it again."""
    if len(arguments) != 1:
        raise UsageError(f"name the value by its id: `fenshen library {slug} {decision} VALUE`")
    chosen: Literal["keep", "mask"] = "keep" if decision == "keep" else "mask"
    with opened_app() as app:
        done = app.library.decide_personal(slug, arguments[0], chosen, by="cli")
    if as_json:
        print_json(done)
    else:
        say(f"{'kept' if chosen == 'keep' else 'masked'}: {len(done.passages)} passages changed")

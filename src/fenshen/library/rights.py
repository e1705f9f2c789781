"""What may be done with an item and with a passage: one gate for training, search, voice and media.

    item (+ territory, + the consents that hold now) → why_not → None: yes · a reason: no, because

Pure. Whoever asks supplies the ids of the consents that hold now (`trust.consent.active_ids`); an item that
rests on a consent may be used for nothing unless its id is among them, so forgetting to ask refuses.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from fenshen.core.note import Note
from fenshen.library.claims import MINE, USES, WORLD, Use
from fenshen.library.items import Item
from fenshen.library.licences import read_licence
from fenshen.library.passages import Passage


def may(item: Item, use: Use, territory: str | None = None, *, consents: Collection[str] = ()) -> bool:
    """Whether `item` may be used so; see `why_not`."""
    return why_not(item, use, territory, consents=consents) is None


def why_not(
    item: Item, use: Use, territory: str | None = None, *, consents: Collection[str] = ()
) -> Note | None:
    """Why `item` may not be used so, as its creator is told; `None` when it may.

    Args:
        territory: ISO 3166 code of where it would be used; `None` where that is not known.
        consents: ids of the creator's consents that hold now.
    """
    if is_private(item):
        return Note.of("private", "it is private")
    if item.excluded:
        return Note.of("excluded", "you took it out")
    if is_held(item):
        return Note.of("undecided", "people speak in it, and you have not said which of them is you")
    if item.duplicate_of is not None:
        other = item.duplicate_of
        return Note.of("duplicate", "it says the same as {other}, which is used instead", other=other)
    if not item.uses:
        return Note.of("unspoken", "nobody has said what it may be used for")
    if use not in item.uses:
        return Note.of("other_uses", "it may only be used to {uses}", uses=", ".join(item.uses))
    if item.consent_id is not None and item.consent_id not in consents:
        sentence = "the consent {id} does not hold: it has ended or has not begun"
        return Note.of("consent", sentence, id=item.consent_id)
    allowed = item.territory.split(",") if item.territory not in ("", WORLD) else None
    if territory is not None and allowed is not None and territory.upper() not in allowed:
        sentence = "it may be used in {there} only, not in {here}"
        return Note.of("territory", sentence, there=item.territory, here=territory.upper())
    return _why_unconfirmed(item, use) or _why_unlicensed(item, use)


def stands_in(better: Item, lesser: Item) -> bool:
    """Whether `better` may be used for everything that `lesser` may, so that it can be used instead of it."""
    if better.consent_id not in (None, lesser.consent_id):
        return False
    held = [one for one in (better.consent_id, lesser.consent_id) if one is not None]
    allowed, wanted = (
        {use for use in USES if may(replace(item, duplicate_of=None), use, consents=held)}
        for item in (better, lesser)
    )
    return wanted <= allowed


def is_taken_out(item: Item) -> bool:
    """Whether the creator took it out by hand."""
    return item.excluded


def is_private(item: Item) -> bool:
    """Whether nothing of it may ever come out, whatever else is said about it."""
    return item.private


def is_held(item: Item) -> bool:
    """Whether people speak in it and none of them is known to be the creator: it is kept, and used for nothing."""
    return item.held


def is_own(passage: Passage) -> bool:
    """Whether the words are the creator's own: said by them, not quoted, read out for pay or drowned out."""
    return passage.is_creator and not passage.marks


def unconfirmed(item: Item) -> list[Note]:
    """Why it looks like somebody else's work, where the creator has not said that it is not."""
    doubts = [flag for flag in item.flags if flag.code not in item.confirmed]
    return [Note(flag.reason).known_as(flag.code, **flag.values) for flag in doubts]


def _why_unconfirmed(item: Item, use: Use) -> Note | None:
    """A citation only points at the item; everything else would make something of another's work."""
    doubts = unconfirmed(item) if use != "cite" else []
    if not doubts:
        return None
    sentence = "it may be somebody else's work: {doubt}; confirm that you may use it"
    return Note.of("flagged", sentence, doubt=doubts[0])


def _why_unlicensed(item: Item, use: Use) -> Note | None:
    """Their own licence does not bind the creator; another's binds every use, because fans pay for it."""
    if item.owner == MINE or not item.licence:
        return None
    licence = read_licence(item.licence)
    named = licence.name
    if licence.non_commercial:
        sentence = "its licence {licence} forbids commercial use, and fans pay for a twin"
        return Note.of("non_commercial", sentence, licence=named)
    if licence.no_derivatives and use != "cite":
        return Note.of(
            "no_derivatives", "its licence {licence} forbids making something new of it", licence=named
        )
    if licence.reserved and item.consent_id is None:
        sentence = "all rights to it are reserved ({licence}); name the consent that covers it"
        return Note.of("reserved", sentence, licence=named)
    return None

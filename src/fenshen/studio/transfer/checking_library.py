"""The library in an unpacked twin file looked through: rows that could have been made here, sound and pictures only.

Knows nothing about the database.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from itertools import pairwise
from pathlib import Path

from fenshen.core.errors import BadInput
from fenshen.library import tables
from fenshen.library.cleaning.tables import kept_apart
from fenshen.library.items import Item
from fenshen.library.passages import Passage
from fenshen.library.reading import HEAD_BYTES, Head
from fenshen.library.sniff import Media, sniff
from fenshen.studio.transfer import names, shelf
from fenshen.studio.transfer.manifest import Manifest
from fenshen.studio.transfer.records import check_columns, read_rows

CODE = "bad_library"
_WHOLE_MAX = (1 << 31) - 1
_SECONDS_MAX = 1e9
_ID = re.compile(r"[a-z]{3,4}_[0-9a-z_]{1,58}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_ANCHOR = re.compile(r"[tp]=\d{1,9}", re.ASCII)
_LINK = re.compile(r"https?://", re.IGNORECASE)
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


def check_library(folder: Path, manifest: Manifest, consents: Collection[str]) -> int:
    """Raise unless the library is one; how many items it has.

    Args:
        consents: ids of the consents that travel; items may rest on those alone.

    Raises:
        BadInput: `bad_library`, `package_member`.
    """
    played: set[str] = set()
    ids: set[str] = set()
    for item in read_rows(folder / names.ITEMS, Item, CODE):
        _check_item(item, consents)
        if item.id in ids:
            raise _bad(f"item {item.id!r} is there twice")
        ids.add(item.id)
        played |= {digest for digest in (item.media_sha256, item.cover_sha256) if digest}
    for passage in read_rows(folder / names.PASSAGES, Passage, CODE):
        _check_passage(passage, ids)
    for rule in read_rows(folder / names.RULES, shelf.RuleRow, CODE):
        shelf.check_rule(rule)
    for decision in read_rows(folder / names.DECISIONS, shelf.DecisionRow, CODE):
        check_columns(tables.rights_decisions, decision, CODE)
    for pair in read_rows(folder / names.APART, shelf.ApartRow, CODE):
        check_columns(kept_apart, pair, CODE)
    _check_originals(folder, manifest.members, played)
    return len(ids)


def _check_item(item: Item, consents: Collection[str]) -> None:
    digests = (item.sha256, item.source, item.media_sha256 or item.sha256, item.cover_sha256 or item.sha256)
    if not _ID.fullmatch(item.id) or not all(_SHA256.fullmatch(digest) for digest in digests):
        raise _bad(f"item {item.id[:64]!r} is not named by digests")
    if item.consent_id is not None and item.consent_id not in consents:
        raise _bad(f"item {item.id!r} rests on a consent that does not travel")
    if item.url is not None and not _LINK.match(item.url):
        raise _bad(f"item {item.id!r} links to something that is no web address")
    if not 0 <= item.words <= _WHOLE_MAX or not _is_time(item.duration_s):
        raise _bad(f"item {item.id!r} is longer than can be")
    check_columns(tables.items, item, CODE)


def _check_passage(passage: Passage, items: Collection[str]) -> None:
    times = [second for _, second in passage.times]
    offsets = [offset for offset, _ in passage.times]
    fits = (
        _ID.fullmatch(passage.id)
        and passage.item_id in items
        and 0 <= passage.ordinal <= _WHOLE_MAX
        and _ANCHOR.fullmatch(passage.anchor)
        and all(_is_time(second) for second in (passage.start_s, passage.end_s, *times))
        and all(0 <= offset <= len(passage.text) for offset in offsets)
        and all(one <= other for one, other in pairwise(offsets))
    )
    if not fits:
        raise _bad(f"passage {passage.id[:64]!r} is not one of its item's, or has times that cannot be")
    check_columns(tables.passages, passage, CODE)


def _check_originals(folder: Path, members: Iterable[str], played: Collection[str]) -> None:
    """Only what an item plays or shows, and only what is sound, video or a picture by its first bytes."""
    for name in members:
        if not name.startswith(names.ORIGINALS):
            continue
        digest = name.removeprefix(names.ORIGINALS)
        with (folder / name).open("rb") as file:
            head = file.read(HEAD_BYTES)
        if digest not in played or not _is_media(head):
            raise BadInput(f"{name[:40]}… is no sound, video or picture of an item", code="package_member")


def _is_media(head: bytes) -> bool:
    if head.startswith(_PICTURES):
        return True
    try:
        return isinstance(sniff(Head(head, "original")), Media)
    except BadInput:
        return False


def _is_time(seconds: float | None) -> bool:
    return seconds is None or 0 <= seconds <= _SECONDS_MAX


def _bad(what: str) -> BadInput:
    return BadInput(f"the library cannot be taken in: {what}", code=CODE)

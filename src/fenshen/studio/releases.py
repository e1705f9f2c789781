"""Versions put before fans, and taken back, each time with a word to them. Knows nothing about commands or pages."""

from __future__ import annotations

from pathlib import Path

from fenshen.core import audit
from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput
from fenshen.training import releases, versions
from fenshen.training.library_diff import read_manifest
from fenshen.training.releases import Note, VersionDifference, draft_note, draft_rollback
from fenshen.training.versions import Version
from fenshen.trust import consent


class Releases:
    """Puts versions before fans, and takes them back.

    Args:
        home: Versions lie below it.
        currency: The only one that wallets here hold.
    """

    def __init__(self, db: Database, clock: Clock, home: Path, currency: str) -> None:
        self._db = db
        self._clock = clock
        self._home = home
        self._currency = currency

    def publish(
        self,
        version: Version,
        price: int,
        currency: str,
        *,
        by: str,
        reason: str | None = None,
        note: Note | None = None,
    ) -> Version:
        """Offer a version to fans.

        Args:
            note: what fans are told, by language; without one the draft is used, so no change is silent.

        Raises:
            Refused: no consent to chat, or the gate says no and no reason is given.
            BadInput: `bad_currency`, wallets here hold another; `bad_note`.
        """
        if currency != self._currency:
            raise BadInput(f"prices here are in {self._currency}, not {currency!r}", code="bad_currency")
        consent.check(self._db, version.creator, "chat", self._clock.now())
        said = note if note else self.draft(version)
        released = releases.publish(self._db, self._clock, version.id, (price, currency), reason, said)
        details = {"version": version.id, "price": price, "currency": currency, "forced": reason}
        audit.record(self._db, self._clock, by, "version.publish", version.creator, details)
        return released

    def rollback(self, slug: str, *, by: str, note: Note | None = None) -> Version:
        """Go back to the version that was live before.

        Args:
            note: as for `publish`.

        Raises:
            NotFound: there is none.
            BadInput: `bad_note`.
        """
        before = releases.before_live(self._db, slug)
        said = note or draft_rollback(versions.numbers(self._db, slug)[before.id])
        released = releases.rollback(self._db, self._clock, slug, said)
        audit.record(self._db, self._clock, by, "version.rollback", slug, {"version": released.id})
        return released

    def draft(self, version: Version) -> dict[str, str]:
        """What fans could be told when this version takes the place of the live one."""
        live = versions.published(self._db, version.creator)
        if live is None or live.id == version.id:
            return draft_note(None if live is None else VersionDifference())
        new, old = self._learned(version), self._learned(live)
        return draft_note(VersionDifference(len(new - old), len(old - new), version.base != live.base))

    def _learned(self, version: Version) -> set[str]:
        learned = read_manifest(self._home / version.adapter_dir)
        return {item_id for item_id, one in learned.items() if one.examples}

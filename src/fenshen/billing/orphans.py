"""Calls that no living process serves any more.

A process that lives touches its open calls every few seconds. A call of another epoch that stays untouched for
as long as a hold may last has no process: by the wall clock if that can be trusted, and by our own monotonic clock
in any case, so that a wall clock set back keeps no hold open. Knows nothing about what is done with them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from fenshen.billing import calls
from fenshen.billing.quota import HOLD_S


class Orphans:
    """Watches the calls of other epochs from sweep to sweep."""

    def __init__(self) -> None:
        #: When each was last seen to change: (its `touched`, our monotonic clock in ms).
        self._seen: dict[str, tuple[datetime, int]] = {}

    def due_ids(self, connection: Connection, epoch: str, at: datetime, now_ms: int) -> list[str]:
        """Calls that need attention: of this epoch by its clock, of others when they are orphans."""
        stale = at - timedelta(seconds=HOLD_S)
        others = calls.of_other_epochs(connection, epoch)
        before, self._seen = self._seen, {}
        found = []
        for call_id, touched in others:
            then, since_ms = before.get(call_id, (touched, now_ms))
            if then != touched:
                since_ms = now_ms
            self._seen[call_id] = (touched, since_ms)
            if touched <= stale or now_ms - since_ms >= HOLD_S * 1000:
                found.append(call_id)
        return calls.due_ids(connection, epoch, now_ms) + found

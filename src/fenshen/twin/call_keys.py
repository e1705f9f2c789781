"""One call per request to open one: the caller's idempotency keys, and what each of them opened.

    claim → open the call → keep its id;  refused → release
    the same key again → the same call;  meanwhile → wait;  other words → refused

The claim is a row with a unique key, so of several requests at once, in whichever process, one opens the call.
Keys belong to their fan and are kept for 30 days. Knows nothing about what a call costs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from fenshen.billing.payments import check_key
from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import Busy, Conflict
from fenshen.core.ids import digest_text
from fenshen.twin.tables import call_keys

KEPT = timedelta(days=30)
#: A claim without a call is a crash of the process that made it, after this long.
CLAIM_MAX = timedelta(minutes=1)
WAITS, WAIT_S = 50, 0.1


class CallKeys:
    """Remembers which call a key opened."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def once(
        self, fan: str, key: str, body: tuple[str, ...], open_: Callable[[], Awaitable[str]]
    ) -> str:
        """The id of the call that this key opened, by `open_` if it has not yet.

        Args:
            key: 1 to 255 visible ASCII characters.
            body: What was asked for; the same key with another body is a mistake.

        Raises:
            BadInput: no such key can be.
            Conflict: `key_reused`.
            Busy: the first request with this key is still under way.
        """
        check_key(key)
        digest = digest_text(*body)
        for _ in range(WAITS):
            known, call_id = await asyncio.to_thread(self._claim, fan, key, digest)
            if call_id is not None:
                return call_id
            if not known:
                return await self._open(fan, key, open_)
            await asyncio.sleep(WAIT_S)
        raise Busy(f"the call of key {key!r} is still being opened; try again in a moment")

    async def _open(self, fan: str, key: str, open_: Callable[[], Awaitable[str]]) -> str:
        try:
            call_id = await open_()
        except BaseException:
            await asyncio.shield(asyncio.to_thread(self._release, fan, key))
            raise
        await asyncio.shield(asyncio.to_thread(self._keep, fan, key, call_id))
        return call_id

    def _claim(self, fan: str, key: str, digest: str) -> tuple[bool, str | None]:
        """Whether the key was used before, and for which call if that is open; else it is ours now."""
        now, mine = self._clock.now(), (call_keys.c.fan == fan, call_keys.c.key == key)
        dead = sa.and_(*mine, call_keys.c.call_id.is_(None), call_keys.c.created <= now - CLAIM_MAX)
        try:
            with self._db.write() as connection:
                old = call_keys.c.created <= now - KEPT
                connection.execute(call_keys.delete().where(sa.or_(old, dead)))
                row = connection.execute(sa.select(call_keys).where(*mine)).one_or_none()
                if row is not None:
                    if row.body_sha256 != digest:
                        raise Conflict(f"key {key!r} was used for another call", code="key_reused")
                    return True, row.call_id
                values = {"fan": fan, "key": key, "body_sha256": digest, "created": now}
                connection.execute(call_keys.insert().values(**values))
        except IntegrityError:
            return True, None
        return False, None

    def _keep(self, fan: str, key: str, call_id: str) -> None:
        with self._db.write() as connection:
            mine = call_keys.update().where(call_keys.c.fan == fan, call_keys.c.key == key)
            connection.execute(mine.values(call_id=call_id))

    def _release(self, fan: str, key: str) -> None:
        with self._db.write() as connection:
            mine = (call_keys.c.fan == fan, call_keys.c.key == key, call_keys.c.call_id.is_(None))
            connection.execute(call_keys.delete().where(*mine))

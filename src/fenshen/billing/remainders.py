"""Parts of seconds, carried from call to call until they make a whole one.

Only whole seconds are charged, so each call leaves up to 999 ms. Dropped, they would make calls of less than
a second free for ever; rounded up, they would charge for time that was not used. So what is left of a call
waits for the fan's next call with the same twin at the same price, and the second they fill together is charged
there. Over all of a fan's calls the seconds charged are the acknowledged time, rounded down once.

At any time `remainder_ms` of a fan, twin and price is the sum of `acked_part_ms` of the calls that have ended less
1000 times the sum of their `carried_s`. Works inside a transaction in which the wallet is locked.
Knows nothing about why a call ends.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.billing.quota import Call
from fenshen.billing.tables import second_remainders


def remainder_ms(connection: Connection, call: Call) -> int:
    """What earlier calls of this fan with this twin at this price have left."""
    found = connection.execute(sa.select(second_remainders.c.remainder_ms).where(*_key(call))).scalar()
    return int(found or 0)


def store_remainder(connection: Connection, call: Call, before_ms: int) -> None:
    """Keep what this call, which has just ended, leaves: `before_ms`, its own part, less what it charged of them."""
    left_ms = before_ms + call.acked_part_ms - 1000 * call.carried_s
    if left_ms == before_ms:
        return
    changed = connection.execute(sa.update(second_remainders).where(*_key(call)).values(remainder_ms=left_ms))
    if not changed.rowcount:
        row = {
            "wallet_id": call.wallet_id,
            "subject": call.subject,
            "price_micros_per_minute": call.price_micros_per_minute,
            "remainder_ms": left_ms,
        }
        connection.execute(sa.insert(second_remainders), [row])


def _key(call: Call) -> tuple[sa.ColumnElement[bool], ...]:
    table = second_remainders.c
    return (
        table.wallet_id == call.wallet_id,
        table.subject == call.subject,
        table.price_micros_per_minute == call.price_micros_per_minute,
    )

"""Stored calls: what a caller sees of one, and how it is locked, loaded and saved.

A call and its wallet are always locked together, call first, so that two changes of one call or of one
wallet follow each other. Knows nothing about when a call should be charged or paused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.billing import ledger
from fenshen.billing.accounts import Wallet
from fenshen.billing.facts import BORN, opening_digest, whole_digest
from fenshen.billing.ledger import Transfer
from fenshen.billing.pricing import Share, check_shares, span_micros
from fenshen.billing.quota import QUOTA_S, Call, Kind, Status
from fenshen.billing.tables import call_shares, calls, wallets
from fenshen.core.errors import NotFound

_COLUMNS = tuple(column for column in calls.c if column.name != "seal")
_FIND = (
    sa.select(*_COLUMNS, wallets)
    .join(wallets, wallets.c.id == calls.c.wallet_id)
    .where(calls.c.id == sa.bindparam("call_id"))
)
_SHARES = sa.select(call_shares.c.subject, call_shares.c.bps).where(
    call_shares.c.call_id == sa.bindparam("call_id")
)
_LOCK = _FIND.with_for_update()
_CALL_WIDTH = len(_COLUMNS)
_CHANGING = tuple(column.name for column in _COLUMNS if column.name not in (*BORN["calls"], "kind"))
_SAVE = (
    sa.update(calls)
    .where(calls.c.id == sa.bindparam("call_id"), calls.c.status != "ended")
    .values({name: sa.bindparam(f"new_{name}") for name in (*_CHANGING, "seal")})
)


@dataclass(frozen=True)
class CallState:
    """One call and its wallet as the fan's page shows them.

    Attributes:
        status: open, paused or ended; serve only while open.
        reason: Why it is paused or ended; empty while open.
        seconds_charged: Posted so far; whole quotas while the call runs.
        charged_micros: What those cost.
        acked_s: Acknowledged so far.
        cost_micros: `charged_micros` plus the acknowledged part of the current quota.
        available_micros: Free money in the wallet, after what all open calls hold.
        held_micros: What all of the fan's open calls hold.
        sequence: Number of the current quota; the next heartbeat names it.
        quota_s: Seconds reserved at a time.
        ended: When it ended; None while it lives.
    """

    id: str
    fan: str
    subject: str
    status: Status
    reason: str
    price_micros_per_minute: int
    currency: str
    started: datetime
    seconds_charged: int
    charged_micros: int
    acked_s: int
    cost_micros: int
    available_micros: int
    held_micros: int
    sequence: int
    quota_s: int
    ended: datetime | None


def describe(call: Call, wallet: Wallet) -> CallState:
    """What the fan sees."""
    pending = span_micros(call.price_micros_per_minute, call.charged_s, call.used_s)
    return CallState(
        id=call.id,
        fan=call.fan,
        subject=call.subject,
        status=call.status,
        reason=call.reason,
        price_micros_per_minute=call.price_micros_per_minute,
        currency=call.currency,
        started=call.started,
        seconds_charged=call.charged_s,
        charged_micros=call.charged_micros,
        acked_s=call.acked_s,
        cost_micros=call.charged_micros + pending,
        available_micros=wallet.available,
        held_micros=wallet.held,
        sequence=call.sequence,
        quota_s=QUOTA_S,
        ended=call.ended,
    )


def find(connection: Connection, call_id: str, fan: str | None, *, lock: bool) -> tuple[Call, Wallet]:
    """The call and its wallet, locked until the transaction ends if asked.

    Args:
        fan: Whose call it must be; None for the service itself.

    Raises:
        NotFound: no such call, or it is another fan's.
    """
    row = connection.execute(_LOCK if lock else _FIND, {"call_id": call_id}).one_or_none()
    if row is None or (fan is not None and row[1] != fan):
        raise NotFound(f"no call {call_id!r}")
    return Call(*row[:_CALL_WIDTH]), Wallet(*row[_CALL_WIDTH:])


def begin(connection: Connection, call: Call, shares: Sequence[Share]) -> None:
    """Store a new call and who earns of it."""
    values = asdict(call)
    connection.execute(sa.insert(calls), [{**values, "seal": whole_digest(calls, values)}])
    rows = [{"call_id": call.id, "subject": share.subject, "bps": share.bps} for share in shares]
    connection.execute(sa.insert(call_shares), rows)


def opening(call: Call, shares: Sequence[Share]) -> Transfer:
    """The link that ties a call's terms into the chain; it comes before the call's first hold."""
    facts = opening_digest(calls, asdict(call), shares)
    return Transfer(f"{call.id}/opened", "opened", call.currency, call.id, (), facts)


def shares_of(connection: Connection, call_id: str) -> tuple[Share, ...]:
    """Who earns of a call's charges."""
    rows = connection.execute(_SHARES, {"call_id": call_id})
    return check_shares(Share(row.subject, row.bps) for row in rows)


def save(connection: Connection, call: Call) -> None:
    """Store what changed in a locked call; its end is tied into the wallet's chain, and nothing changes after.

    The wallet's position moves with the end: read the wallet anew before another transfer.
    """
    seal = whole_digest(calls, asdict(call))
    changes: dict[str, object] = {f"new_{name}": getattr(call, name) for name in _CHANGING}
    changed = connection.execute(_SAVE, {"call_id": call.id, **changes, "new_seal": seal})
    if changed.rowcount == 1 and call.status == "ended":
        wallet = ledger.lock_wallet(connection, call.wallet_id)
        closed = Transfer(f"{call.id}/closed", "closed", call.currency, call.id, (), seal)
        ledger.post_transfer(connection, wallet, closed, call.ended or call.touched)


def live_ids(connection: Connection, subject: str) -> list[str]:
    """Calls that have not ended of which a creator earns."""
    live = (
        sa.select(calls.c.id)
        .join(call_shares, call_shares.c.call_id == calls.c.id)
        .where(call_shares.c.subject == subject, calls.c.status != "ended")
        .order_by(calls.c.id)
    )
    return list(connection.execute(live).scalars())


def due_ids(connection: Connection, epoch: str, now_ms: int) -> list[str]:
    """Calls of this epoch whose time has come."""
    due = sa.select(calls.c.id).where(calls.c.epoch == epoch, calls.c.due_ms <= now_ms)
    return list(connection.execute(due.order_by(calls.c.due_ms, calls.c.id)).scalars())


def of_other_epochs(connection: Connection, epoch: str) -> list[tuple[str, datetime]]:
    """(id, when its process last touched it) of live calls that another process serves, or served."""
    live = sa.select(calls.c.id, calls.c.touched).where(calls.c.epoch != epoch, calls.c.due_ms.is_not(None))
    rows = connection.execute(live.order_by(calls.c.due_ms, calls.c.id))
    return [(row.id, row.touched) for row in rows]


def live_of(connection: Connection, fan: str, kind: Kind) -> list[tuple[str, str]]:
    """Id and subject of a fan's calls that have not ended, oldest first."""
    mine = sa.select(calls.c.id, calls.c.subject).where(
        calls.c.fan == fan, calls.c.kind == kind, calls.c.status != "ended"
    )
    rows = connection.execute(mine.order_by(calls.c.started, calls.c.id))
    return [(row.id, row.subject) for row in rows]


def opened_between(connection: Connection, fan: str, since: datetime, until: datetime) -> list[datetime]:
    """When a fan's calls after `since` and up to `until` began, oldest first."""
    began = sa.select(calls.c.started).where(
        calls.c.fan == fan, calls.c.started > since, calls.c.started <= until
    )
    return list(connection.execute(began.order_by(calls.c.started)).scalars())


def day_so_far(connection: Connection, fan: str, since: datetime, but: str = "") -> tuple[int, int]:
    """Milliseconds given up and seconds acknowledged in a fan's calls begun since then, but for one."""
    sums = sa.select(
        sa.func.coalesce(sa.func.sum(calls.c.written_off_ms), 0),
        sa.func.coalesce(sa.func.sum(calls.c.acked_s), 0),
    ).where(calls.c.fan == fan, calls.c.started >= since, calls.c.id != but)
    lost_ms, acked_s = connection.execute(sums).one()
    return int(lost_ms), int(acked_s)

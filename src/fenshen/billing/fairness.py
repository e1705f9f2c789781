"""What a fan's new call is measured by: how many there are already, and what was taken without acknowledging.

Works inside a transaction in which the fan's wallet is locked, so two requests at once are counted one after
the other. Knows nothing about what a call costs.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from fenshen.billing import calls
from fenshen.billing.quota import QUOTA_S, Call, Kind
from fenshen.core.errors import Conflict, Refused

#: A fan may be served this long a day without acknowledging it: one quota …
LOST_FREE_MS = QUOTA_S * 1000
#: … and one second for every ten that are acknowledged.
LOST_SHARE = 10
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def check_new_call(
    connection: Connection, fan: str, kind: Kind, at: datetime, at_once_max: int, per_minute_max: int
) -> None:
    """Whether this fan may open a call.

    Raises:
        Conflict: `call_live`: a person has one call at a time; `call_id` and `twin` name the one there is.
        Refused: `too_many_calls`, with `retry_after_s` where waiting helps; `unacknowledged`.
    """
    live = calls.live_of(connection, fan, kind)
    if kind == "call" and live:
        call_id, twin = live[0]
        raise Conflict(
            f"a call with {twin!r} is live ({call_id}); end it or go on with it",
            code="call_live",
            call_id=call_id,
            twin=twin,
        )
    if len(live) >= at_once_max:
        raise Refused(
            f"{len(live)} answers are being given at once; wait for one of them",
            code="too_many_calls",
            retry_after_s=1,
        )
    begun = calls.opened_between(connection, fan, at - MINUTE, at)
    if len(begun) >= per_minute_max:
        wait_s = max(1, math.ceil((begun[-per_minute_max] + MINUTE - at).total_seconds()))
        raise Refused(
            f"{len(begun)} calls were opened within a minute; try again in {wait_s} s",
            code="too_many_calls",
            retry_after_s=wait_s,
        )
    lost_ms, acked_s = calls.day_so_far(connection, fan, at - DAY)
    if _is_too_much(lost_ms, acked_s):
        raise Refused(
            f"{lost_ms // 1000} s of the last 24 hours were served and never acknowledged; heartbeats must say "
            "what was received (`acked_ms`). Try again tomorrow",
            code="unacknowledged",
        )


def lost_too_much(connection: Connection, call: Call, at: datetime) -> bool:
    """Whether what this call has just given up is more than its fan may lose within a day."""
    lost_ms, acked_s = calls.day_so_far(connection, call.fan, at - DAY, but=call.id)
    return _is_too_much(lost_ms + call.written_off_ms, acked_s + call.acked_s)


def _is_too_much(lost_ms: int, acked_s: int) -> bool:
    return lost_ms > LOST_FREE_MS + acked_s * 1000 // LOST_SHARE

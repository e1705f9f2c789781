"""How long a call has been served, acknowledged and paid for. Pure.

Two clocks meet here. The *served* clock runs only while the call is open and the fan's client sends heartbeats; it
is measured with monotonic time. While an answer is being given it runs no longer than the words that were
delivered take to read, and `WAIT_PAID_S` besides: however slow our engine, guard or queue is, the fan waits
for free. The *acknowledged* time comes from the fan's client, in milliseconds, and is capped by the served
clock; of a quota at most what it reserves is charged. Only acknowledged time is ever charged.
Knows nothing about storage, words or money moving.

Source: RFC 8506 (Diameter credit control): quota, validity time, final unit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

#: Seconds of service reserved at a time.
QUOTA_S = 15
#: Seconds that may be served past a quota while its acknowledgement is on the way; they are charged to
#: the next quota. Twice the 5 s between two heartbeats.
GRACE_S = 10
#: A client that is silent, or acknowledges nothing, for this long is no longer served.
VALIDITY_S = 20
#: A hold that is not settled after this long expires.
HOLD_S = 40
#: Nothing said for this long, counted from when the last answer can have been read, pauses the call.
IDLE_S = 60
#: The fan pays for at most this much waiting in each answer.
WAIT_PAID_S = 2
#: A paused call ends after this long.
PAUSED_MAX_S = 300
#: What a client that fell silent is taken to have received without acknowledging it: the time between two
#: heartbeats. The rest of its silence most likely never reached it.
SILENT_LOSS_MS = 5_000

Status = Literal["open", "paused", "ended"]
Kind = Literal["call", "answer"]


@dataclass(frozen=True)
class Call:
    """One metered call as stored; see `tables.calls`.

    Attributes:
        hold_micros: Amount of the open hold; None when nothing is held.
        quota_start_s: Acknowledged seconds at which the current quota began.
        acked_s: Whole seconds acknowledged; `acked_part_ms` (0 to 999) is what is over.
        carried_s: How many of `acked_s` are parts of seconds of earlier calls; see `billing.remainders`.
        written_off_ms: Served, never acknowledged and given up.
        served_ms: Reading of the served clock when it was last stopped or read.
        running_since_ms: When the served clock was last read; None while it stands still.
        paid_until_ms: While an answer is being given, until when the served clock runs; else None.
        kind: A `call` of a person with a page, or the `answer` to one API request.
        epoch: Which monotonic clock the `*_ms` instants belong to.
        due_ms: When the call next needs attention if no heartbeat comes.
    """

    id: str
    fan: str
    subject: str
    wallet_id: str
    currency: str
    price_micros_per_minute: int
    kind: Kind
    epoch: str
    started: datetime
    touched: datetime
    reserved_at_ms: int
    heartbeat_at_ms: int
    active_at_ms: int
    status: Status = "open"
    reason: str = ""
    ended: datetime | None = None
    sequence: int = 0
    hold_micros: int | None = None
    quota_start_s: int = 0
    acked_s: int = 0
    acked_part_ms: int = 0
    carried_s: int = 0
    charged_s: int = 0
    charged_micros: int = 0
    written_off_ms: int = 0
    served_ms: int = 0
    running_since_ms: int | None = None
    paid_until_ms: int | None = None
    paused_at_ms: int | None = None
    due_ms: int | None = None

    @property
    def used_s(self) -> int:
        """Acknowledged seconds of the current quota, never more than it reserves."""
        return max(0, min(self.acked_s - self.quota_start_s, QUOTA_S)) if self.hold_micros is not None else 0

    @property
    def limit_ms(self) -> int:
        """Where the served clock stops until more is acknowledged."""
        return (self.quota_start_s + QUOTA_S + GRACE_S) * 1000

    @property
    def acked_ms(self) -> int:
        """Everything acknowledged."""
        return self.acked_s * 1000 + self.acked_part_ms

    @property
    def lag_ms(self) -> int:
        """Time served and not acknowledged."""
        return max(0, self.served_ms - self.acked_ms)


def take_over(call: Call, epoch: str, now_ms: int) -> Call:
    """A live call of a dead epoch, paused, with its clock where it was last read.

    Its instants are set to now: those of another monotonic clock say nothing here.
    """
    reason = "restarted" if call.status == "open" else call.reason
    call = replace(call, epoch=epoch, reserved_at_ms=now_ms, heartbeat_at_ms=now_ms, active_at_ms=now_ms)
    return stop_clock(call, "paused", reason, now_ms)


def read_clock(call: Call, now_ms: int) -> Call:
    """`call` with its served clock brought up to `now_ms`."""
    if call.running_since_ms is None:
        return call
    end = min(now_ms, call.heartbeat_at_ms + VALIDITY_S * 1000)
    if call.paid_until_ms is not None:
        end = min(end, call.paid_until_ms)
    else:
        end = min(end, call.active_at_ms + IDLE_S * 1000)
    served = call.served_ms + max(0, end - call.running_since_ms)
    served = max(call.served_ms, min(served, call.limit_ms))
    return replace(call, served_ms=served, running_since_ms=max(now_ms, call.running_since_ms))


def stop_clock(call: Call, status: Status, reason: str, now_ms: int) -> Call:
    """`call` paused or ended; its clock must have been read."""
    return replace(
        call,
        status=status,
        reason=reason,
        running_since_ms=None,
        paid_until_ms=None,
        paused_at_ms=now_ms,
    )


def begin_wait(call: Call, now_ms: int) -> Call:
    """The fan has asked; from now on only waiting up to `WAIT_PAID_S` and delivered words count."""
    return replace(call, active_at_ms=now_ms, paid_until_ms=now_ms + WAIT_PAID_S * 1000)


def deliver(call: Call, now_ms: int, reading_ms: int) -> Call:
    """Words that take `reading_ms` to read are out: that much more time is service."""
    if call.paid_until_ms is None:
        return replace(call, active_at_ms=now_ms)
    until_ms = max(now_ms, call.paid_until_ms) + reading_ms
    return replace(call, active_at_ms=until_ms, paid_until_ms=until_ms)


def end_wait(call: Call, now_ms: int) -> Call:
    """The answer is whole: the clock runs on, and the fan is not idle before it can have been read."""
    return replace(call, active_at_ms=max(now_ms, call.paid_until_ms or 0), paid_until_ms=None)


def acknowledge(call: Call, acked_ms: int) -> Call:
    """`call` with what the client says it has received, as far as that was served; it never falls."""
    whole_s, part_ms = divmod(max(call.acked_ms, min(acked_ms, call.served_ms)), 1000)
    return replace(call, acked_s=whole_s, acked_part_ms=part_ms)


def acknowledge_held(call: Call, acked_ms: int) -> Call:
    """`acknowledge`, as long as there is a hold to charge it to; later only a client that resumes may."""
    return call if call.hold_micros is None else acknowledge(call, acked_ms)


def wants_next_quota(call: Call, now_ms: int) -> bool:
    """Whether the current quota is used up, served to its end, or too old to go on with."""
    too_old = now_ms - call.reserved_at_ms >= VALIDITY_S * 1000
    return call.used_s >= QUOTA_S or call.served_ms >= call.limit_ms or too_old


def why_pause(call: Call, now_ms: int) -> str | None:
    """Why an open call (clock read, acknowledgement taken) may not go on, or None."""
    if now_ms - call.heartbeat_at_ms >= VALIDITY_S * 1000:
        return "reconnecting"
    if call.paid_until_ms is None and now_ms - call.active_at_ms >= IDLE_S * 1000:
        return "idle"
    if call.lag_ms >= VALIDITY_S * 1000:
        return "unacknowledged"
    return None


def why_pause_without_heartbeat(call: Call, now_ms: int) -> str | None:
    """`why_pause` when no heartbeat came with it: nothing may be served past the quota either."""
    return why_pause(call, now_ms) or ("unacknowledged" if call.served_ms >= call.limit_ms else None)


def next_due_ms(call: Call) -> int | None:
    """When a sweep must look at the call if no heartbeat comes before; None once it has ended."""
    if call.status == "ended":
        return None
    if call.status == "paused":
        stopped = call.reserved_at_ms if call.paused_at_ms is None else call.paused_at_ms
        ends = stopped + PAUSED_MAX_S * 1000
        return ends if call.hold_micros is None else min(ends, call.reserved_at_ms + HOLD_S * 1000)
    due = call.heartbeat_at_ms + VALIDITY_S * 1000
    if call.paid_until_ms is None:
        running_since = call.heartbeat_at_ms if call.running_since_ms is None else call.running_since_ms
        stops_ms = min(call.limit_ms, call.acked_ms + VALIDITY_S * 1000)
        due = min(due, call.active_at_ms + IDLE_S * 1000, running_since + stops_ms - call.served_ms)
    return due

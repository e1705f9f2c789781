"""What money should do, as plainly as it can be said: one thread, no database, time in quarter seconds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

TICK_MS = 250


@dataclass
class ModelCall:
    fan: str
    price: int
    now: int
    status: str = "open"
    reason: str = ""
    seq: int = 0
    hold: int | None = None
    start: int = 0
    acked: int = 0
    carried: int = 0
    seconds: int = 0
    lost: int = 0
    served: int = 0
    saved: int = 0
    stale: bool = False
    paid_until: int | None = None

    def __post_init__(self) -> None:
        self.began = self.reserved = self.heard = self.active = self.touched = self.paused = self.now

    def cost(self, seconds: int) -> int:
        return self.price * seconds // 60

    @property
    def used(self) -> int:
        return 0 if self.hold is None else min(self.acked // 1000 + self.carried - self.start, 15)

    @property
    def lag(self) -> int:
        return max(0, self.served - self.acked)


@dataclass
class Model:
    now: int = 0
    free: Counter[str] = field(default_factory=Counter)
    calls: dict[str, ModelCall] = field(default_factory=dict)
    remainders: Counter[tuple[str, int]] = field(default_factory=Counter)
    creator: int = 0
    platform: int = 0
    taken: int = 0

    def advance(self, ms: int) -> None:
        for _ in range(0, ms, TICK_MS):
            for call in self.calls.values():
                call.served += TICK_MS * (call.status == "open" and not call.stale and self._serves(call))
            self.now += TICK_MS

    def _serves(self, call: ModelCall) -> bool:
        still = self.now < (call.active + 60_000 if call.paid_until is None else call.paid_until)
        return still and self.now < call.heard + 20_000 and call.served < (call.start + 25) * 1000

    def restart(self) -> None:
        for call in self.calls.values():
            call.served, call.stale = call.saved, True

    def touch(self, call: ModelCall) -> None:
        if call.stale and call.status != "ended":
            call.reserved = call.heard = call.active = self.now
            self.stop(call, "paused", "restarted" if call.status == "open" else call.reason)
        call.stale = False

    def keep(self, call: ModelCall) -> None:
        if call.reason == "restarted" and call.hold is not None:
            self.settle(call)
            self.forget(call)
        call.saved, call.touched = call.served, self.now

    def stop(self, call: ModelCall, status: str, reason: str) -> None:
        call.status, call.reason, call.paid_until, call.paused = status, reason, None, self.now

    def forget(self, call: ModelCall) -> None:
        most = {"restarted": 0, "reconnecting": 5_000}.get(call.reason, call.lag)
        call.lost += min(most, call.lag)
        call.served = call.acked

    def owes(self, fan: str) -> bool:
        today = [c for c in self.calls.values() if c.fan == fan and self.now - c.began <= 86_400_000]
        acked = sum(c.acked // 1000 + c.carried for c in today)
        return sum(c.lost for c in today) > 15_000 + acked * 1000 // 10

    def close(self, call: ModelCall) -> None:
        rest = self.remainders[call.fan, call.price] + call.acked % 1000
        if call.acked:
            call.carried = min(rest // 1000, 15 - call.used) if call.hold is not None else 0
            self.remainders[call.fan, call.price] = rest - 1000 * call.carried
        self.settle(call)

    def settle(self, call: ModelCall, void: bool = False) -> None:
        if call.hold is None:
            return
        used = 0 if void else call.used
        charge = call.cost(call.seconds + used) - call.cost(call.seconds)
        self.free[call.fan] += call.hold - charge
        self.platform += charge * 2 // 10
        self.creator += charge - charge * 2 // 10
        call.hold, call.start, call.seconds = None, call.start + used, call.seconds + used

    def reserve(self, call: ModelCall) -> bool:
        self.settle(call)
        amount = call.cost(call.seconds + 15) - call.cost(call.seconds)
        if self.free[call.fan] < amount:
            self.stop(call, "paused", "empty_wallet")
            return False
        self.free[call.fan] -= amount
        call.hold, call.seq, call.reserved = amount, call.seq + 1, self.now
        return True

"""Runs the real code and the model side by side from one seed, and stops where they part.

Requests, times and crashes all come from the seed, so a failing seed replays identically.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fenshen.billing.verify import verify
from fenshen.core.errors import AppError, Conflict, Refused
from simulation import rules
from simulation.model import Model
from simulation.world import Crash, World

FANS = ("fan_1", "fan_2")
PRICES = (0, 1, 1_000_003, 1_000_003, 7_777_777)
STEPS = 40


class Divergence(Exception):
    """Code and model disagree; the message names seed, step and what differs."""


@dataclass
class Simulation:
    """One seeded run."""

    world: World
    seed: int

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.model = Model()
        self.trace: list[str] = []
        self.topups: dict[str, tuple[str, str, int]] = {}
        self.refunded: dict[str, int] = {}
        self.received: dict[str, int] = {}

    def run(self, steps: int = STEPS) -> list[str]:
        """The trace of requests and outcomes.

        Raises:
            Divergence: the code did something else than the model.
        """
        try:
            for fan in FANS:
                self.top_up(fan)
            for _ in range(steps):
                self._step()
                self._compare()
            problems = verify(self.world.db).problems
        except Divergence:
            raise
        except Exception as error:  # a bug may show as any error; the trace tells where
            raise Divergence(self._where(f"{type(error).__name__}: {error}")) from error
        if problems:
            raise Divergence(self._where(problems[0]))
        return self.trace

    def _step(self) -> None:
        steps = [
            "beat",
            "pass",
            "open",
            "act",
            "end",
            "look",
            "sweep",
            "top_up",
            "refund",
            "revoke",
            "crash",
            "slow_answer",
            "dash",
        ]
        pick = self.random.choices(steps, (30, 20, 10, 14, 4, 5, 6, 4, 5, 1, 2, 4, 4))[0]
        if pick == "pass":
            self.advance(
                self.random.choice((750, 1_000, 4_750, 5_250, 15_000, 21_000, 41_000, 61_000, 301_000))
            )
        elif pick == "crash":
            self.restart()
        elif pick in ("beat", "act", "end", "look", "slow_answer"):
            if self.model.calls:
                getattr(self, pick)(self.random.choice(sorted(self.model.calls)))
        elif pick in ("open", "dash", "top_up"):
            getattr(self, pick)(self.random.choice(FANS))
        elif pick == "refund":
            self.refund()
        elif pick == "sweep":
            self.world.meter.sweep()
            rules.sweep(self.model)
            self.trace.append("sweep")
        else:
            self.revoke()

    def advance(self, ms: int) -> None:
        self.world.clock.advance(ms / 1000)
        self.model.advance(ms)
        self.trace.append(f"pass {ms}")

    def restart(self) -> None:
        """A new process, whose monotonic clock starts anywhere."""
        self.world.clock.elapsed_s = float(self.random.randrange(100_000))
        self.world.start()
        self.model.restart()
        self.trace.append("restart")

    def open(self, fan: str) -> None:
        price, before = self.random.choice(PRICES), set(self.world.snapshot(FANS)["calls"])

        def accepted() -> bool:
            after = set(self.world.snapshot(FANS)["calls"]) - before
            return rules.open_call(self.model, after.pop() if after else "?", fan, price)

        self._request(
            f"open {fan} {price}", lambda: self.world.meter.open_call(fan, "juniper", price, "USD"), accepted
        )

    def beat(self, call_id: str) -> None:
        """Most clients are honest; some claim nothing, too little, too much or an old number."""
        call = self.model.calls[call_id]
        honest = call.served
        acked = self.random.choice(
            (honest, honest, honest // 1000 * 1000, honest, honest // 2, honest + 100_000, 0)
        )
        seq = self.random.choice((call.seq, call.seq, max(0, call.seq - 1)))
        self._request(
            f"beat {call_id} {seq} {acked}",
            lambda: self.world.meter.heartbeat(call_id, call.fan, seq, *divmod(acked, 1000)),
            lambda: rules.heartbeat(self.model, call, acked),
        )

    def slow_answer(self, call_id: str) -> None:
        """A question, and words that come slower than they are read."""
        self.act(call_id, "resume")
        for what in ("wait", "say", "say", "answer"):
            self.act(call_id, what)
            self.advance(4_750)
            self.beat(call_id)

    def dash(self, fan: str) -> None:
        """A call of less than a second."""
        before = set(self.model.calls)
        self.open(fan)
        for call_id in set(self.model.calls) - before:
            self.advance(750)
            self.end(call_id)

    def act(self, call_id: str, what: str = "") -> None:
        call, meter = self.model.calls[call_id], self.world.meter
        what = what or self.random.choice(("pause", "resume", "resume", "wait", "answer", "say", "say"))
        acked, reading = self.random.choice((0, call.served)), self.random.choice((0, 500, 3_000, 9_000))
        real: dict[str, Callable[[], Any]] = {
            "pause": lambda: meter.pause(call_id, "fan", call.fan),
            "resume": lambda: meter.resume(call_id, call.fan, *divmod(acked, 1000)),
            "wait": lambda: meter.begin_wait(call_id),
            "answer": lambda: meter.end_wait(call_id),
            "say": lambda: meter.deliver(call_id, reading),
        }
        model: dict[str, Callable[[], bool]] = {
            "pause": lambda: rules.pause(self.model, call),
            "resume": lambda: rules.resume(self.model, call, acked),
        }
        self._request(
            f"{what} {call_id} {acked} {reading}",
            real[what],
            model.get(what, lambda: rules.mark(self.model, call, what, reading)),
        )

    def end(self, call_id: str) -> None:
        call = self.model.calls[call_id]
        acked = call.served if self.random.random() < 0.8 else 0
        self._request(
            f"end {call_id} {acked}",
            lambda: self.world.meter.end(call_id, call.fan, "fan", *divmod(acked, 1000)),
            lambda: rules.end(self.model, call, acked),
        )

    def look(self, call_id: str) -> None:
        self._request(
            f"look {call_id}",
            lambda: self.world.meter.state(call_id, None),
            lambda: rules.look(self.model, self.model.calls[call_id]),
        )

    def top_up(self, fan: str) -> None:
        """The client repeats its request with the same key until it is answered."""
        key, amount = f"key-{len(self.topups)}", self.random.choice((10_000, 1_000_000, 3_330_000))
        topup = self._until_answered(
            f"top_up {fan} {amount}", lambda: self.world.topups.top_up(fan, "USD", amount, key)
        )
        self.topups[key] = (topup.id, fan, amount)
        self.model.free[fan] += amount
        self.model.taken += amount
        if self.random.random() < 0.3:
            self.world.topups.top_up(fan, "USD", amount, key)

    def refund(self) -> None:
        topup_id, fan, amount = self.topups[self.random.choice(sorted(self.topups))]
        back = self.random.choice((amount, amount // 20_000 * 10_000)) or amount
        allowed = self.refunded.get(topup_id, 0) + back <= amount and self.model.free[fan] >= back
        key = f"back-{len(self.trace)}"
        answer = self._until_answered(
            f"refund {topup_id} {back}", lambda: self.world.topups.refund(topup_id, back, key, fan=fan)
        )
        if (answer is not None) != allowed:
            raise Divergence(self._where(f"refund accepted: {answer is not None}, model: {allowed}"))
        if allowed:
            self.refunded[topup_id] = self.refunded.get(topup_id, 0) + back
            self.model.free[fan] -= back
            self.model.taken -= back

    def revoke(self) -> None:
        self._until_answered("revoke", lambda: self.world.meter.end_all_for_subject("juniper", "revoked"))
        rules.revoke(self.model)

    def _light_fuse(self, points: int) -> None:
        self.world.fuse.left = self.random.randrange(points) if self.random.random() < 0.15 else None

    def _request(self, name: str, real: Callable[[], Any], model: Callable[[], bool]) -> None:
        """One transaction: done or not done, and the model is told which."""
        self._light_fuse(2)
        commits = self.world.db.commits
        try:
            real()
            done, crashed = True, False
        except Crash:
            done, crashed = self.world.db.commits > commits, True
        except (Refused, Conflict):
            done, crashed = False, False
        self.world.fuse.left = None
        self.trace.append(f"{name} {'done' if done else 'not done'}{' crash' if crashed else ''}")
        if (done or not crashed) and model() != done:
            raise Divergence(self._where(f"{name}: accepted {done}"))
        if crashed:
            self.restart()

    def _until_answered(self, name: str, real: Callable[[], Any]) -> Any:
        """Several transactions: repeated after each crash until there is an answer; None if refused."""
        self._light_fuse(8)
        while True:
            try:
                answer = real()
            except Crash:
                self.trace.append(f"{name} crash")
                self.restart()
                continue
            except AppError as error:
                answer = None
                self.trace.append(f"{name} {error.code}")
            self.world.fuse.left = None
            self.trace.append(f"{name} answered")
            return answer

    def _compare(self) -> None:
        model, real = self.model, self.world.snapshot(FANS)
        held = {fan: sum(c.hold or 0 for c in model.calls.values() if c.fan == fan) for fan in FANS}
        expected = {
            "wallets": {fan: (model.free[fan], held[fan]) for fan in FANS},
            "calls": {
                i: (
                    c.status,
                    c.reason,
                    c.seq,
                    c.hold,
                    c.acked + 1000 * c.carried,
                    c.seconds,
                    c.cost(c.seconds),
                    c.lost,
                )
                for i, c in model.calls.items()
            },
            "remainders": {key: ms for key, ms in model.remainders.items() if ms},
            "creator": model.creator,
            "platform": model.platform,
            "settled": -model.taken,
            "processor": model.taken,
        }
        for name, value in expected.items():
            if real[name] != value:
                raise Divergence(self._where(f"{name} is {real[name]}, the model says {value}"))

    def _where(self, what: str) -> str:
        last = self.trace[-1] if self.trace else "start"
        return f"seed {self.seed}, step {len(self.trace)} after {last!r}: {what}"

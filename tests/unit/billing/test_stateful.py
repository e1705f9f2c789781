"""Any order of top-ups, calls, heartbeats, refunds and restarts keeps the ledger whole."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from fenshen.billing.development import DevelopmentProvider
from fenshen.billing.meter import Meter
from fenshen.billing.payments import TopUps
from fenshen.billing.pricing import cost_micros
from fenshen.billing.statements import creator_statement, fan_statement
from fenshen.billing.verify import verify
from fenshen.core.clock import VirtualClock
from fenshen.core.errors import Conflict, Refused
from fenshen.core.ids import SeededIds
from postgres import empty_database

FANS = st.sampled_from(["fan_1", "fan_2"])
PRICES = st.sampled_from([0, 1, 59, 1_000_003, 4_000_000])


class Money(RuleBasedStateMachine):
    """Two fans, one creator; invariants after every step."""

    kind = "sqlite"
    calls = Bundle("calls")

    @initialize()
    def begin(self) -> None:
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.db = self.stack.enter_context(empty_database(self.kind, folder))
        self.clock, self.ids = VirtualClock(), SeededIds(1)
        self.topups = TopUps(self.db, self.clock, self.ids, [DevelopmentProvider()])
        self.meter = Meter(self.db, self.clock, self.ids)
        self.received = dict.fromkeys(["fan_1", "fan_2"], 0)
        self.elapsed: dict[str, float] = {}

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()

    @rule(fan=FANS, units=st.integers(1, 5), key=st.sampled_from("abc"))
    def top_up(self, fan: str, units: int, key: str) -> None:
        with suppress(Conflict):
            self.topups.top_up(fan, "USD", units * 1_000_000, key)

    @rule(target=calls, fan=FANS, price=PRICES)
    def open_call(self, fan: str, price: int) -> tuple[str, str]:
        try:
            call = self.meter.open_call(fan, "juniper", price, "USD")
        except Refused:
            return ("", "")
        self.elapsed[call.id] = self.clock.elapsed_s
        return (call.id, fan)

    @rule(call=calls, seq=st.integers(0, 3), acked=st.integers(0, 200))
    def heartbeat(self, call: tuple[str, str], seq: int, acked: int) -> None:
        if call[0]:
            with suppress(Conflict):
                self.meter.heartbeat(*call, seq, acked)

    @rule(call=calls, what=st.sampled_from(["pause", "resume", "end", "wait", "answer", "say"]))
    def act(self, call: tuple[str, str], what: str) -> None:
        call_id, fan = call
        if not call_id:
            return
        with suppress(Conflict):
            match what:
                case "pause":
                    self.meter.pause(call_id, "fan", fan)
                case "resume":
                    self.meter.resume(call_id, fan)
                case "end":
                    self.meter.end(call_id, fan, "fan")
                case "wait":
                    self.meter.begin_wait(call_id)
                case "answer":
                    self.meter.end_wait(call_id)
                case _:
                    self.meter.deliver(call_id, 0)

    @rule(seconds=st.sampled_from([0.3, 1, 4.9, 5, 15, 21, 61, 400]))
    def time_passes(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @rule()
    def sweep(self) -> None:
        self.meter.sweep()

    @rule()
    def revoke(self) -> None:
        self.meter.end_all_for_subject("juniper", "revoked")

    @rule()
    def restart(self) -> None:
        self.meter = Meter(self.db, self.clock, self.ids)

    @rule(fan=FANS, cents=st.integers(1, 300), key=st.sampled_from("xyz"))
    def refund(self, fan: str, cents: int, key: str) -> None:
        lines = [m for m in fan_statement(self.db, fan, "USD").money if m.kind == "topup"]
        if lines:
            with suppress(Conflict, Refused):
                self.topups.refund(lines[0].reference, cents * 10_000, key, fan=fan)

    @invariant()
    def the_ledger_is_whole(self) -> None:
        if hasattr(self, "db"):
            assert verify(self.db).problems == ()

    @invariant()
    def statements_add_up(self) -> None:
        if not hasattr(self, "db"):
            return
        paid = 0
        for fan in ("fan_1", "fan_2"):
            statement = fan_statement(self.db, fan, "USD")
            left = statement.topped_up - statement.refunded - statement.charged
            assert left == statement.available + statement.held
            paid += statement.charged
            for call in statement.calls:
                assert call.charged == cost_micros(call.price_micros_per_minute, call.seconds)
                assert call.seconds <= self.clock.elapsed_s - self.elapsed[call.call_id]
        assert paid == creator_statement(self.db, "juniper", "USD").gross


class MoneyOnPostgres(Money):
    """The same on PostgreSQL."""

    kind = "postgresql"


_SETTINGS = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)

TestMoney = Money.TestCase
TestMoney.settings = _SETTINGS
TestMoneyOnPostgres = pytest.mark.postgres(MoneyOnPostgres.TestCase)
TestMoneyOnPostgres.settings = settings(_SETTINGS, max_examples=8)

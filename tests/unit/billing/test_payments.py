"""Top-ups and refunds: once, whatever is repeated, cut off or mistyped."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from fenshen.billing import ledger
from fenshen.billing.development import DevelopmentProvider
from fenshen.billing.meter import Meter
from fenshen.billing.payments import TOP_UP_MAX, TopUps
from fenshen.billing.providers import Checkout, CheckoutStatus
from fenshen.billing.tables import refunds
from fenshen.billing.tables import topups as topups_table
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Conflict, NotFound, Unpaid
from fenshen.core.ids import SeededIds

Give = Callable[[str, int], None]


class FlakyProvider(DevelopmentProvider):
    """Counts what it is asked and can be made to fail or to keep the fan waiting."""

    def __init__(self) -> None:
        self.answer: CheckoutStatus = "paid"
        self.down = False
        self.started: set[str] = set()
        self.refunded: dict[str, int] = {}

    def start(self, key: str, amount: int, currency: str) -> Checkout:
        self._check()
        self.started.add(key)
        return super().start(key, amount, currency)

    def status(self, reference: str) -> CheckoutStatus:
        self._check()
        return self.answer

    def refund(self, key: str, reference: str, amount: int, currency: str) -> None:
        self._check()
        self.refunded[key] = amount

    def _check(self) -> None:
        if self.down:
            raise ConnectionError("the provider does not answer")


@pytest.fixture
def provider() -> FlakyProvider:
    return FlakyProvider()


@pytest.fixture
def topups(db: Database, clock: VirtualClock, ids: SeededIds, provider: FlakyProvider) -> TopUps:
    return TopUps(db, clock, ids, provider)


def available(db: Database, fan: str = "fan_1") -> int:
    return ledger.wallet(db, fan, "USD").available


def rows(db: Database, table: sa.Table) -> int:
    with db.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_a_top_up_is_credited_once_however_often_it_is_sent(db: Database, topups: TopUps) -> None:
    """The same key with the same amount answers the same and moves nothing again."""
    first = topups.top_up("fan_1", "USD", 5_000_000, "k")
    assert first.status == "credited"
    assert topups.top_up("fan_1", "USD", 5_000_000, "k") == first
    assert topups.complete(first.id, "fan_1") == first
    assert available(db) == 5_000_000
    assert ledger.verify(db).ok


def test_fifty_parallel_top_ups_with_one_key_credit_once(
    db: Database, topups: TopUps, provider: FlakyProvider
) -> None:
    """A double click, fifty times over."""
    with ThreadPoolExecutor(16) as pool:
        done = list(pool.map(lambda _: topups.top_up("fan_1", "USD", 5_000_000, "k"), range(50)))
    assert len({topup.id for topup in done}) == 1
    assert (available(db), len(provider.started)) == (5_000_000, 1)


@pytest.mark.parametrize(
    "amount",
    [
        -1,
        0,
        0.1 + 0.2,
        "1e3",
        2**63,
        float("nan"),
        float("inf"),
        True,
        "１００",
        [1],
        {"a": 1},
        None,
        12_345,
        TOP_UP_MAX + 10_000,
    ],
)
def test_impossible_amounts_are_refused_without_a_row(db: Database, topups: TopUps, amount: int) -> None:
    """Negative, zero, fractional, huge, textual or below a cent: refused before anything is stored."""
    with pytest.raises(BadInput):
        topups.top_up("fan_1", "USD", amount, "k")
    assert rows(db, topups_table) == 0


@pytest.mark.parametrize("currency", ["usd", "XXX", "", None, ["USD"]])
def test_unknown_currencies_are_refused(db: Database, topups: TopUps, currency: str) -> None:
    """Only supported codes in capitals."""
    with pytest.raises(BadInput):
        topups.top_up("fan_1", currency, 1_000_000, "k")
    assert rows(db, topups_table) == 0


def test_a_yen_has_no_fraction(topups: TopUps) -> None:
    """Half a yen is refused, a whole one is not."""
    with pytest.raises(BadInput):
        topups.top_up("fan_1", "JPY", 500_000, "k")
    assert topups.top_up("fan_1", "JPY", 1_000_000, "k").status == "credited"


@pytest.mark.parametrize("key", ["", "x" * 256, "a\x00b", "🔑", "a b", None, 7])
def test_impossible_keys_are_refused(db: Database, topups: TopUps, key: str) -> None:
    """Empty, too long, NUL, emoji, blanks."""
    with pytest.raises(BadInput):
        topups.top_up("fan_1", "USD", 1_000_000, key)
    assert rows(db, topups_table) == 0


def test_the_same_key_for_another_amount_is_refused(db: Database, topups: TopUps) -> None:
    """Another amount or currency under the same key contradicts what is stored."""
    topups.top_up("fan_1", "USD", 1_000_000, "k")
    with pytest.raises(Conflict):
        topups.top_up("fan_1", "USD", 2_000_000, "k")
    with pytest.raises(Conflict):
        topups.top_up("fan_1", "EUR", 1_000_000, "k")
    assert available(db) == 1_000_000


def test_two_fans_may_use_the_same_key(db: Database, topups: TopUps) -> None:
    """Keys belong to whoever sends them."""
    for fan in ("fan_1", "fan_2"):
        topups.top_up(fan, "USD", 1_000_000, "k")
    assert (available(db), available(db, "fan_2")) == (1_000_000, 1_000_000)


def test_another_fans_top_up_cannot_be_touched(topups: TopUps) -> None:
    """It is not even found."""
    topup = topups.top_up("fan_1", "USD", 1_000_000, "k")
    with pytest.raises(NotFound):
        topups.complete(topup.id, "fan_2")
    with pytest.raises(NotFound):
        topups.refund(topup.id, "fan_2", 1_000_000, "r")


def test_an_unpaid_checkout_credits_nothing_until_it_is_paid(
    db: Database, topups: TopUps, provider: FlakyProvider
) -> None:
    """Open: nothing. Paid later: credited once. A failed one never is."""
    provider.answer = "open"
    topup = topups.top_up("fan_1", "USD", 1_000_000, "k")
    assert (topup.status, available(db)) == ("started", 0)
    provider.answer = "paid"
    assert topups.recover() == 1
    assert available(db) == 1_000_000
    provider.answer = "failed"
    failed = topups.top_up("fan_1", "USD", 1_000_000, "k2")
    provider.answer = "paid"
    assert topups.complete(failed.id, "fan_1").status == "failed"
    assert available(db) == 1_000_000


def test_a_provider_that_is_down_leaves_a_top_up_to_be_finished(
    db: Database, topups: TopUps, provider: FlakyProvider
) -> None:
    """The row is stored before the provider is asked, so nothing is forgotten."""
    provider.down = True
    with pytest.raises(ConnectionError):
        topups.top_up("fan_1", "USD", 1_000_000, "k")
    assert (rows(db, topups_table), available(db)) == (1, 0)
    provider.down = False
    assert topups.recover() == 1
    assert (available(db), len(provider.started)) == (1_000_000, 1)
    assert topups.recover() == 0


def test_a_refund_gives_unspent_money_back_once(
    db: Database, topups: TopUps, provider: FlakyProvider
) -> None:
    """Half goes back; the same key again changes nothing; more than is left is refused."""
    topup = topups.top_up("fan_1", "USD", 2_000_000, "k")
    first = topups.refund(topup.id, "fan_1", 1_500_000, "r")
    assert topups.refund(topup.id, "fan_1", 1_500_000, "r") == first
    assert first.status == "settled"
    assert (available(db), list(provider.refunded.values())) == (500_000, [1_500_000])
    with pytest.raises(Conflict):
        topups.refund(topup.id, "fan_1", 1_000_000, "r2")
    with pytest.raises(Conflict):
        topups.refund(topup.id, "fan_1", 500_000, "r")
    assert ledger.verify(db).ok


def test_what_was_spent_cannot_be_refunded(
    db: Database, topups: TopUps, meter: Meter, clock: VirtualClock
) -> None:
    """Held and charged money is out of reach."""
    topup = topups.top_up("fan_1", "USD", 1_000_000, "k")
    call = meter.open_call("fan_1", "juniper", 1_000_000, "USD")
    with pytest.raises(Unpaid):
        topups.refund(topup.id, "fan_1", 1_000_000, "r")
    clock.advance(15)
    meter.end(call.id, "fan_1", "fan", 15)
    topups.refund(topup.id, "fan_1", 750_000, "r2")
    assert available(db) == 0
    assert ledger.verify(db).ok


def test_a_refund_cut_off_at_the_provider_is_sent_at_the_next_start(
    db: Database, topups: TopUps, provider: FlakyProvider
) -> None:
    """The money leaves the wallet first, and the provider is asked again with the same key."""
    topup = topups.top_up("fan_1", "USD", 1_000_000, "k")
    provider.down = True
    with pytest.raises(ConnectionError):
        topups.refund(topup.id, "fan_1", 1_000_000, "r")
    assert (available(db), rows(db, refunds)) == (0, 1)
    provider.down = False
    assert topups.recover() == 1
    assert list(provider.refunded.values()) == [1_000_000]
    assert ledger.verify(db).ok

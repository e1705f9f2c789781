"""Top-ups and refunds: once, whatever is repeated, cut off or mistyped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from fenshen.billing import ledger
from fenshen.billing.development import DevelopmentProvider
from fenshen.billing.meter import Meter
from fenshen.billing.payments import TOP_UP_MAX, TopUps
from fenshen.billing.providers import Checkout, CheckoutStatus, WebhookEvent
from fenshen.billing.tables import refunds
from fenshen.billing.tables import topups as topups_table
from fenshen.billing.verify import verify
from fenshen.core import audit
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Busy, Conflict, NotFound, Refused, Unpaid, UsageError
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
            raise Busy("the provider does not answer", code="provider_down")


@pytest.fixture
def provider() -> FlakyProvider:
    return FlakyProvider()


@pytest.fixture
def topups(db: Database, clock: VirtualClock, ids: SeededIds, provider: FlakyProvider) -> TopUps:
    return TopUps(db, clock, ids, [provider])


def available(db: Database, fan: str = "fan_1") -> int:
    return ledger.read_wallet(db, fan, "USD").available


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
    assert verify(db).ok


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
        topups.refund(topup.id, 1_000_000, "r", fan="fan_2")


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
    with pytest.raises(Busy):
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
    first = topups.refund(topup.id, 1_500_000, "r", fan="fan_1")
    assert topups.refund(topup.id, 1_500_000, "r", fan="fan_1") == first
    assert first.status == "settled"
    assert (available(db), list(provider.refunded.values())) == (500_000, [1_500_000])
    with pytest.raises(Conflict):
        topups.refund(topup.id, 1_000_000, "r2", fan="fan_1")
    with pytest.raises(Conflict):
        topups.refund(topup.id, 500_000, "r", fan="fan_1")
    assert verify(db).ok


def test_what_was_spent_cannot_be_refunded(
    db: Database, topups: TopUps, meter: Meter, clock: VirtualClock
) -> None:
    """Held and charged money is out of reach."""
    topup = topups.top_up("fan_1", "USD", 1_000_000, "k")
    call = meter.open_call("fan_1", "juniper", 1_000_000, "USD")
    with pytest.raises(Unpaid):
        topups.refund(topup.id, 1_000_000, "r", fan="fan_1")
    clock.advance(15)
    meter.end(call.id, "fan_1", "fan", 15)
    topups.refund(topup.id, 750_000, "r2", fan="fan_1")
    assert available(db) == 0
    assert verify(db).ok


def test_a_refund_cut_off_at_the_provider_is_sent_at_the_next_start(
    db: Database, topups: TopUps, provider: FlakyProvider
) -> None:
    """The money leaves the wallet first, and the provider is asked again with the same key."""
    topup = topups.top_up("fan_1", "USD", 1_000_000, "k")
    provider.down = True
    with pytest.raises(Busy):
        topups.refund(topup.id, 1_000_000, "r", fan="fan_1")
    assert (available(db), rows(db, refunds)) == (0, 1)
    provider.down = False
    assert topups.recover() == 1
    assert list(provider.refunded.values()) == [1_000_000]
    assert verify(db).ok


class SecondProvider(FlakyProvider):
    """Another way to pay, that signs its webhooks with a shared word."""

    name = "second"

    def start(self, key: str, amount: int, currency: str) -> Checkout:
        self.started.add(key)
        return Checkout(f"second_{key}", f"https://second.example/pay/{key}")

    def status(self, reference: str) -> CheckoutStatus:
        if not reference.startswith("second_"):
            raise AssertionError(f"asked about {reference!r} of somebody else")
        return super().status(reference)

    def read_webhook(self, body: bytes, headers: Mapping[str, str]) -> WebhookEvent:
        if headers.get("x-signature") != "good":
            raise BadInput("the signature is not the provider's", code="bad_signature")
        return WebhookEvent(body.decode() or None, "success")


@pytest.fixture
def second() -> SecondProvider:
    provider = SecondProvider()
    provider.answer = "open"
    return provider


@pytest.fixture
def both(
    db: Database, clock: VirtualClock, ids: SeededIds, provider: FlakyProvider, second: SecondProvider
) -> TopUps:
    return TopUps(db, clock, ids, [provider, second])


SIGNED = {"x-signature": "good"}


def test_each_top_up_is_paid_where_its_fan_chose_to(
    db: Database, both: TopUps, provider: FlakyProvider, second: SecondProvider
) -> None:
    """The first is the default; the row remembers, and only its own provider is asked about it."""
    here = both.top_up("fan_1", "USD", 1_000_000, "k1")
    there = both.top_up("fan_1", "USD", 2_000_000, "k2", "second")
    assert (here.provider, here.status) == ("development", "credited")
    assert (there.provider, there.status) == ("second", "started")
    assert there.url == f"https://second.example/pay/{there.id}"
    assert (provider.started, second.started) == ({here.id}, {there.id})
    with pytest.raises(Conflict):
        both.top_up("fan_1", "USD", 2_000_000, "k2", "development")
    second.answer = "paid"
    assert both.complete(there.id, "fan_1").status == "credited"
    both.refund(there.id, 500_000, "r", by="usr_1")
    assert (provider.refunded, list(second.refunded.values())) == ({}, [500_000])
    assert available(db) == 2_500_000
    assert verify(db).problems == ()


def test_only_what_is_offered_can_be_chosen(
    db: Database, clock: VirtualClock, ids: SeededIds, provider: FlakyProvider, second: SecondProvider
) -> None:
    """The settings name the providers for new top-ups; one that does not exist stops the start."""
    topups = TopUps(db, clock, ids, [provider, second], offered=["second"])
    with pytest.raises(BadInput):
        topups.top_up("fan_1", "USD", 1_000_000, "k", "development")
    assert topups.top_up("fan_1", "USD", 1_000_000, "k").provider == "second"
    with pytest.raises(UsageError, match="third"):
        TopUps(db, clock, ids, [provider, second], offered=["third"])
    with pytest.raises(Refused):
        TopUps(db, clock, ids, [provider], offered=[]).top_up("fan_1", "USD", 1_000_000, "k2")


def test_after_a_restart_each_provider_is_asked_about_its_own(
    db: Database,
    clock: VirtualClock,
    ids: SeededIds,
    both: TopUps,
    provider: FlakyProvider,
    second: SecondProvider,
) -> None:
    """Whatever is offered now: rows of both are finished, and what one of them cannot do now waits."""
    provider.answer = "open"
    both.top_up("fan_1", "USD", 1_000_000, "k1")
    both.top_up("fan_1", "USD", 2_000_000, "k2", "second")
    again = TopUps(db, clock, ids, [provider, second], offered=["development"])
    provider.answer = second.answer = "paid"
    second.down = True
    assert again.recover() == 1
    assert available(db) == 1_000_000
    second.down = False
    assert TopUps(db, clock, ids, [provider]).recover() == 0
    assert again.recover() == 1
    assert available(db) == 3_000_000


def test_webhooks_late_twice_and_in_any_order_credit_once(
    db: Database, both: TopUps, second: SecondProvider
) -> None:
    """Each only makes us ask the provider; the return page may come before or after."""
    topup = both.top_up("fan_1", "USD", 2_000_000, "k", "second")
    assert both.on_webhook("second", topup.id.encode(), SIGNED) == "success"
    assert available(db) == 0
    second.answer = "paid"
    for _ in range(3):
        both.on_webhook("second", topup.id.encode(), SIGNED)
        assert both.complete(topup.id, "fan_1").status == "credited"
    assert available(db) == 2_000_000
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: both.on_webhook("second", topup.id.encode(), SIGNED), range(16)))
    assert available(db) == 2_000_000
    assert verify(db).problems == ()


def test_a_webhook_before_its_checkout_is_stored_starts_the_same_checkout(
    db: Database, both: TopUps, second: SecondProvider
) -> None:
    """The provider was asked, the process stopped before it wrote the answer down, and the webhook came first."""
    second.answer = "paid"
    original, second.start = second.start, lambda *_: (_ for _ in ()).throw(Busy("cut off"))  # type: ignore[method-assign]
    with pytest.raises(Busy):
        both.top_up("fan_1", "USD", 2_000_000, "k", "second")
    second.start = original  # type: ignore[method-assign]
    with db.read() as connection:
        row = connection.execute(sa.select(topups_table)).one()
    assert row.status == "stored"
    both.on_webhook("second", row.id.encode(), SIGNED)
    assert (available(db), second.started) == (2_000_000, {row.id})


@pytest.mark.parametrize("headers", [{}, {"x-signature": "forged"}])
def test_a_forged_webhook_is_refused(
    db: Database, both: TopUps, second: SecondProvider, headers: dict[str, str]
) -> None:
    """Nothing is asked and nothing moves."""
    topup = both.top_up("fan_1", "USD", 2_000_000, "k", "second")
    second.answer = "paid"
    with pytest.raises(BadInput):
        both.on_webhook("second", topup.id.encode(), headers)
    assert available(db) == 0


def test_a_webhook_about_nothing_of_ours_changes_nothing(
    db: Database, both: TopUps, second: SecondProvider, provider: FlakyProvider
) -> None:
    """An event without a key, of an unknown payment, or of another provider's; an unknown provider is refused."""
    provider.answer = "open"
    other = both.top_up("fan_1", "USD", 1_000_000, "k")
    provider.answer = "paid"
    for body in (b"", b"topup_of_nobody", other.id.encode()):
        assert both.on_webhook("second", body, SIGNED) == "success"
    assert available(db) == 0
    for name in ("third", "development"):
        with pytest.raises(NotFound):
            both.on_webhook(name, b"", {})


def test_a_refund_is_audited_once_with_who_and_why(db: Database, topups: TopUps) -> None:
    """Repeated requests are one act; a refused one is none."""
    topup = topups.top_up("fan_1", "USD", 2_000_000, "k")
    for _ in range(2):
        refund = topups.refund(topup.id, 500_000, "r", by="usr_operator", why="asked for it")
    with pytest.raises(Conflict):
        topups.refund(topup.id, 2_000_000, "r2", by="usr_operator")
    (entry,) = audit.entries(db, subject=topup.id)
    assert (entry.actor, entry.action) == ("usr_operator", "topup.refund")
    facts = {"refund": refund.id, "fan": "fan_1", "amount": 500_000, "why": "asked for it"}
    assert entry.details == facts

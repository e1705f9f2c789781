"""The real code in a world that can stop at any commit or provider call, in virtual time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.billing import ledger, tables
from fenshen.billing.accounts import HOUSE, Account
from fenshen.billing.meter import Meter
from fenshen.billing.payments import TopUps
from fenshen.billing.providers import Checkout, CheckoutStatus, WebhookEvent
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.ids import SeededIds


class Crash(Exception):
    """The process stops here; nothing in memory survives."""


class Fuse:
    """Counts down the points at which the process may stop."""

    def __init__(self) -> None:
        self.left: int | None = None

    def point(self) -> None:
        """One such point.

        Raises:
            Crash: this is the one.
        """
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                self.left = None
                raise Crash


class CrashingDatabase(Database):
    """A database whose process may stop just before and just after each commit."""

    def __init__(self, url: str, fuse: Fuse) -> None:
        super().__init__(url)
        self._fuse = fuse
        self.commits = 0

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with super().write() as connection:
            yield connection
            self._fuse.point()
        self.commits += 1
        self._fuse.point()


class Processor:
    """A card processor: takes and gives back money once per idempotency key."""

    name = "processor"

    def __init__(self, fuse: Fuse) -> None:
        self._fuse = fuse
        self.taken: dict[str, int] = {}
        self.returned: dict[str, int] = {}

    def start(self, key: str, amount: int, currency: str) -> Checkout:
        self._fuse.point()
        self.taken.setdefault(key, amount)
        self._fuse.point()
        return Checkout(f"pay_{key}", None)

    def status(self, reference: str) -> CheckoutStatus:
        self._fuse.point()
        return "paid"

    def refund(self, key: str, reference: str, amount: int, currency: str) -> None:
        self._fuse.point()
        self.returned.setdefault(key, amount)
        self._fuse.point()

    def read_webhook(self, body: bytes, headers: Mapping[str, str]) -> WebhookEvent:
        return WebhookEvent(body.decode())

    @property
    def kept(self) -> int:
        """Money it holds for us."""
        return sum(self.taken.values()) - sum(self.returned.values())


class World:
    """One installation: database, clock, processor, and the service that can be started again.

    Args:
        template: An SQLite file with every table and no row.
        folder: Where this world's copy goes.
        meter, topups: The classes under test, or ones with a bug planted.
    """

    def __init__(
        self,
        template: Path,
        folder: Path,
        seed: int,
        meter: type[Meter] = Meter,
        topups: type[TopUps] = TopUps,
    ) -> None:
        file = folder / f"world-{seed}.db"
        shutil.copy(template, file)
        self.fuse = Fuse()
        self.db = CrashingDatabase(f"sqlite:///{file}", self.fuse)
        self.processor = Processor(self.fuse)
        self.clock, self.ids = VirtualClock(), SeededIds(seed)
        self._meter_class, self._topups_class = meter, topups
        self.start()

    def start(self) -> None:
        """Start the service afresh, as after a crash: only the database is left."""
        self.fuse.left = None
        self.meter = self._meter_class(self.db, self.clock, self.ids)
        self.topups = self._topups_class(self.db, self.clock, self.ids, [self.processor])

    def close(self) -> None:
        """Close the database and remove its file."""
        self.db.close()
        for file in Path(str(self.db.engine.url.database)).parent.glob(
            f"{Path(str(self.db.engine.url.database)).name}*"
        ):
            file.unlink()

    def snapshot(self, fans: tuple[str, ...]) -> dict[str, Any]:
        """Everything the model also knows, read from the database."""
        calls = tables.calls.c
        columns = (
            calls.id,
            calls.status,
            calls.reason,
            calls.sequence,
            calls.hold_micros,
            calls.acked_s * 1000 + calls.acked_part_ms,
            calls.charged_s,
            calls.charged_micros,
            calls.written_off_ms,
        )
        with self.db.read() as connection:
            wallets = [ledger.find_wallet(connection, fan, "USD") for fan in fans]
            rest = tables.second_remainders.c
            remainders = connection.execute(
                sa.select(rest.wallet_id, rest.price_micros_per_minute, rest.remainder_ms)
            )
            left = {(row[0].split("/")[0], row[1]): row[2] for row in remainders if row[2]}
            rows = {row[0]: tuple(row[1:]) for row in connection.execute(sa.select(*columns))}
            balances = {
                name: ledger.balance(connection, Account(kind, owner, "USD"))
                for name, kind, owner in (
                    ("creator", "creator:pending", "juniper"),
                    ("platform", "platform:revenue", HOUSE),
                    ("settled", "processor:settled", HOUSE),
                )
            }
        money = {wallet.owner: (wallet.available, wallet.held) for wallet in wallets}
        return {
            "wallets": money,
            "calls": rows,
            "remainders": left,
            **balances,
            "processor": self.processor.kept,
        }

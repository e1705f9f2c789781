"""A place to train the tiny base by preferences: a parent on a small library, and virtual time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.ids import SeededIds
from fenshen.training import train as training
from fenshen.training import versions
from fenshen.training.job import JobSpec
from fenshen.training.preference import train as preferring
from fenshen.training.weights import Base


class Workshop:
    """Trains the tiny base: a parent on a small library, then preferences from it, one virtual second a step."""

    def __init__(self, db: Database, home: Path, fresh: Callable[[], Base]) -> None:
        self.db, self.home, self.fresh = db, home, fresh
        self.clock, self.ids = VirtualClock(), SeededIds()
        order = JobSpec("juniper", "tiny", minutes=4 / 60)
        self.parent = training.train(
            db, self.clock, self.ids, home, order, before_step=self.tick, load=lambda _: fresh()
        )

    def tick(self) -> None:
        """A second goes by."""
        self.clock.advance(1.0)

    def prefer(self, evidence: Any, seconds: float = 20, **changes: Any) -> versions.Version:
        """Train preferences from the parent."""
        order = JobSpec("juniper", "tiny", "cpu-demo", seconds / 60, "preference", self.parent.id)
        values: dict[str, Any] = {"before_step": self.tick, "load": lambda _: self.fresh()}
        return preferring.train_preferences(
            self.db, self.clock, self.ids, self.home, order, evidence, **(values | changes)
        )

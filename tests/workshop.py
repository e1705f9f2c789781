"""A place to train the tiny base by preferences: a parent on a small library, and virtual time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.ids import SeededIds
from fenshen.core.installation import Installation
from fenshen.training import train as training
from fenshen.training import versions
from fenshen.training.job import Control, JobSpec
from fenshen.training.preference import train as preferring
from fenshen.training.weights import Base


class Workshop:
    """Trains the tiny base: a parent on a small library, then preferences from it, one virtual second a step."""

    def __init__(self, db: Database, home: Path, fresh: Callable[[], Base]) -> None:
        self.db, self.home, self.fresh = db, home, fresh
        self.clock, self.ids = VirtualClock(), SeededIds()
        self.on = Installation(db, self.clock, self.ids, home)
        job = JobSpec("juniper", "tiny", minutes=4 / 60)
        control = Control(before_step=self.tick)
        self.parent = training.train(self.on, job, control=control, load=lambda _: fresh())

    def tick(self) -> None:
        """A second goes by."""
        self.clock.advance(1.0)

    def prefer(self, evidence: Any, seconds: float = 20, **changes: Any) -> versions.Version:
        """Train preferences from the parent."""
        job = JobSpec("juniper", "tiny", "cpu-demo", seconds / 60, "preference", self.parent.id)
        control = Control(before_step=changes.pop("before_step", self.tick))
        values: dict[str, Any] = {"control": control, "load": lambda _: self.fresh()}
        return preferring.train_preferences(self.on, job, evidence, **(values | changes))

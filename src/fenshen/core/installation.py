"""One installation: the database, clock, ids and home folder that work is done with, as one value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.ids import Ids


@dataclass(frozen=True)
class Installation:
    """What most services need, passed as one argument.

    Attributes:
        threads: processor threads that heavy work may use.
    """

    db: Database
    clock: Clock
    ids: Ids
    home: Path
    threads: int = 2

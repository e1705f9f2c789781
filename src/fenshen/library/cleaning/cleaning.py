"""How the documents of one creator are cleaned before they are cut: marks, and fillers if they are unwanted.

Travels to worker processes. Knows nothing about readers.
"""

from __future__ import annotations

from dataclasses import dataclass

from fenshen.core.db import Database
from fenshen.library.cleaning.fillers import drop_fillers
from fenshen.library.cleaning.marking import mark_cues
from fenshen.library.cleaning.recurring_passages import known_runs
from fenshen.library.cleaning.sketches import Hashes
from fenshen.library.document import Document
from fenshen.library.settings import settings_of


@dataclass(frozen=True)
class Cleaning:
    """The cleaning of one creator's documents.

    Attributes:
        known: what recurs in their items so far.
        keeps_fillers: `um` and 嗯 stay.
    """

    known: Hashes
    keeps_fillers: bool = True

    def __call__(self, document: Document) -> Document:
        """The document with marks, and without fillers if so wished."""
        return mark_cues(document if self.keeps_fillers else drop_fillers(document), self.known)


def cleaning_of(db: Database, creator: str) -> Cleaning:
    """How documents of `creator` are cleaned now."""
    return Cleaning(known_runs(db, creator), settings_of(db, creator).keeps_fillers)

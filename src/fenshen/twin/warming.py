"""Warm-up after a start: engines are started and offered questions looked up before the first fan waits for them.

Knows nothing about calls.
"""

from __future__ import annotations

import asyncio
import logging

from fenshen.core.db import Database
from fenshen.core.errors import AppError
from fenshen.training.versions import all_published
from fenshen.trust.creators import creator
from fenshen.twin.retrieve import Retriever
from fenshen.twin.serving import Bases, persona_of

_log = logging.getLogger(__name__)


async def warm_up(db: Database, bases: Bases, retriever: Retriever) -> None:
    """Start the engine of every published twin; a failure to start goes into the log."""
    for version in await asyncio.to_thread(all_published, db):
        try:
            await bases.engine_for(version)
            await asyncio.to_thread(_look_up_starters, db, retriever, version.creator)
        except AppError as error:
            _log.warning("cannot warm up %s: %s", version.creator, error.message)


def _look_up_starters(db: Database, retriever: Retriever, slug: str) -> None:
    """Look up what the page offers to ask."""
    for questions in persona_of(db, creator(db, slug)).starters.values():
        for question in questions:
            retriever.retrieve(slug, question)

"""What it takes to answer as a creator right now: the published version, persona, limits and consent.

Read afresh for every question, so a revoked consent, a new limit or a rollback holds from the next
word on. Knows nothing about conversations or money.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import NotFound
from fenshen.library.persona import Persona, current_persona, plain_persona
from fenshen.models.catalog import CATALOG
from fenshen.models.text import AdapterFile, TextEngine
from fenshen.training import versions
from fenshen.training.domain.record import check_base, plain_base
from fenshen.training.versions import Version
from fenshen.trust import consent, creators, limits
from fenshen.trust.creators import Creator
from fenshen.trust.limits import Limits

#: Bases whose weights are smaller begin factual answers with an extract: about 1.5 billion parameters.
EXTRACT_BELOW_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Serving:
    """A twin, ready to answer.

    Attributes:
        plain: the base alone answers, without the version's adapter: to compare with.
        plain_base: the base that the version's domain base came from; its own otherwise.
    """

    creator: Creator
    persona: Persona
    limits: Limits
    version: Version
    plain: bool = False
    plain_base: str = ""

    @property
    def slug(self) -> str:
        """The twin's name in addresses."""
        return self.creator.slug

    @property
    def uses_extractive_prefix(self) -> bool:
        """Whether answers to factual questions begin with the creator's own sentences."""
        return uses_extractive_prefix(self.plain_base or self.version.base)

    @property
    def languages(self) -> tuple[str, ...]:
        """What it answers in: the persona's languages that its base writes, all of them where that is not known."""
        card = CATALOG.get(self.plain_base or self.version.base)
        spoken = self.persona.languages
        return spoken if card is None else tuple(code for code in spoken if code in card.languages) or spoken

    @property
    def price_micros_per_minute(self) -> int:
        """What a minute of a call costs."""
        return self.version.price_micros_per_minute or 0

    @property
    def currency(self) -> str:
        """What the price is in."""
        return self.version.currency or "USD"

    @property
    def voice(self) -> str | None:
        """What it speaks with, `None` if it only writes."""
        return self.version.voice

    @property
    def adapter(self) -> str | None:
        """What requests to the engine call this twin's adapter, `None` for the plain base."""
        return None if self.plain else self.version.id


def uses_extractive_prefix(base: str) -> bool:
    """Whether a base is too small to be trusted with facts: its answer to a factual question then begins
    with the creator's own sentences."""
    card = CATALOG.get(base)
    return card is not None and card.size_bytes < EXTRACT_BELOW_BYTES


def published(db: Database, clock: Clock, slug: str) -> Serving:
    """The twin that answers under `slug`.

    Raises:
        NotFound: no such creator, or nothing published.
        Refused: no valid consent to chat, or its domain base may no longer be used.
    """
    creator = creators.creator(db, slug)
    version = versions.published(db, slug)
    if version is None:
        raise NotFound(f"{slug!r} has no published twin yet", code="not_published")
    consent.check(db, slug, "chat", clock.now())
    check_base(db, version.base, clock.now())
    plain = plain_base(db, version.base)
    return Serving(creator, persona_of(db, creator), limits.current(db, slug), version, plain_base=plain)


def persona_of(db: Database, creator: Creator) -> Persona:
    """The stored persona, or a plain one."""
    try:
        return current_persona(db, creator.slug)
    except NotFound:
        return plain_persona(creator.name)


class Bases:
    """The running base models, one engine each, which knows the adapters of every published twin on it.

    Args:
        load: Starts the engine of a base by name.
        home: Adapters lie below it.
    """

    def __init__(self, db: Database, load: Callable[[str], TextEngine], home: Path) -> None:
        self._db = db
        self._load = load
        self._home = home
        self._engines: dict[str, TextEngine] = {}
        self._adapters: dict[str, frozenset[str]] = {}

    async def engine_for(self, version: Version) -> TextEngine:
        """The engine of the version's base, able to answer with its adapter.

        Raises:
            EngineMissing: the base's weights are not installed, or the adapter file is gone.
        """
        engine = self.plain_engine(version.base)
        if version.id not in self._adapters.get(version.base, frozenset()):
            await self._load_adapters(engine, version)
        return engine

    def plain_engine(self, base: str) -> TextEngine:
        """The engine of a base, whatever adapters it has.

        Raises:
            EngineMissing: its weights are not installed.
        """
        engine = self._engines.get(base)
        return engine or self._engines.setdefault(base, self._load(base))

    async def close(self) -> None:
        """Stop every engine."""
        for engine in self._engines.values():
            await engine.close()
        self._engines.clear()
        self._adapters.clear()

    async def _load_adapters(self, engine: TextEngine, wanted: Version) -> None:
        live = {v.id: v for v in versions.all_published(self._db) if v.base == wanted.base}
        live[wanted.id] = wanted
        files = [
            AdapterFile(name, self._home / v.adapter_dir / "adapter.gguf") for name, v in sorted(live.items())
        ]
        # Another twin whose file is gone must not keep this one from answering.
        there = [file for file in files if file.name == wanted.id or file.path.is_file()]
        await engine.set_adapters(there)
        self._adapters[wanted.base] = frozenset(file.name for file in there)

"""Twins that leave this installation and arrive at it, with consent, trust and the golden questions.

Knows nothing about commands or pages; whether somebody may ask for it is decided there.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from fenshen.core import audit
from fenshen.core.blobs import Blobs
from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import AppError, BadInput, Busy, Conflict, NotFound
from fenshen.core.progress import Progress, silent
from fenshen.core.scratch import scratch_folder
from fenshen.library.persona import Persona
from fenshen.studio.transfer.exporter import Package, PackageDraft, gather_library, gather_twin, seal_package
from fenshen.studio.transfer.golden import (
    QUESTIONS_MAX,
    Golden,
    GoldenResult,
    answer_questions,
    compare_answers,
    golden_questions,
)
from fenshen.studio.transfer.importer import Destination, ImportedTwin, ImportRequest, import_twin
from fenshen.training import versions
from fenshen.training.snapshot import read_snapshot
from fenshen.training.versions import Version
from fenshen.trust import consent, creators
from fenshen.trust.signing import SigningKey, signing_key
from fenshen.twin.serving import Bases, persona_of

GOLDEN_DEFAULT = 8


@dataclass(frozen=True)
class ImportResult:
    """What an import did.

    Attributes:
        verified: what became of the golden questions, `None` where they could not be asked.
        why_not: why they could not.
    """

    arrived: ImportedTwin
    verified: GoldenResult | None
    why_not: str | None = None


class Packages:
    """Writes twin files and takes them in.

    Args:
        bases: Where golden questions are asked.
        refresh: Brings the index in line with a library that has grown.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        home: Path,
        blobs: Blobs,
        bases: Callable[[], Bases],
        refresh: Callable[[str, Progress], object],
    ) -> None:
        self._db, self._clock, self._home, self._blobs = db, clock, home, blobs
        self._bases, self._refresh = bases, refresh

    @property
    def key(self) -> SigningKey:
        """What this installation signs with."""
        return signing_key(self._home / "keys", self._clock)

    @asynccontextmanager
    async def packed(
        self,
        slug: str,
        version_id: str | None = None,
        *,
        library: bool = False,
        golden: int = GOLDEN_DEFAULT,
        by: str,
        progress: Progress = silent,
    ) -> AsyncIterator[Package]:
        """A version of the twin (the published one, else the newest), ready to be streamed inside the block.

        Args:
            library: items, passages, rights and what is played travel too.
            golden: how many questions are asked here so that the other machine can compare.

        Raises:
            NotFound: no such creator or version.
            Refused: no valid consent of the creator.
            Conflict: the version is not trained to its end.
            BadInput: its adapter is of a kind that cannot travel, or too many golden questions are asked for.
            Busy: the disk is full, or the engine is busy.
            EngineMissing: the base is not installed, and golden questions are asked for.
        """
        creator = creators.creator(self._db, slug)
        consent.check(self._db, slug, "train", self._clock.now())
        if not 0 <= golden <= QUESTIONS_MAX:
            raise BadInput(f"golden questions must be 0 to {QUESTIONS_MAX}, not {golden}", code="bad_golden")
        version, persona = self._version(slug, version_id), persona_of(self._db, creator)
        with scratch_folder(self._home / "exports", "export-") as scratch:
            draft = PackageDraft(scratch, progress)
            await asyncio.to_thread(gather_twin, self._db, self._home, draft, creator, persona, version)
            if library:
                await asyncio.to_thread(gather_library, self._db, self._blobs, draft, slug)
            answers = await self._golden(version, persona, golden, progress)
            package = seal_package(draft, self._clock, self.key, creator, version, answers)
            details = {"version": version.id, "library": library, "bytes": package.size_bytes}
            audit.record(self._db, self._clock, by, "twin.export", slug, details)
            yield package

    async def take_in(
        self,
        file: Path,
        *,
        slug: str | None = None,
        trust: str | None = None,
        owner: str | None = None,
        by: str,
        progress: Progress = silent,
    ) -> ImportResult:
        """Take the twin in a file in, all of it or nothing; a second time changes nothing.

        Args:
            slug: what it is called here; by default as where it comes from.
            trust: the fingerprint of an installation that is not known here yet.
            owner: user id of who runs its studio from now on.

        Raises:
            BadInput: the file, or something in it, is not what a twin file may hold; the code says what.
            Refused: its signer is not trusted, or no valid consent travels with it.
            Conflict: the slug is another creator's, or the twin is here under another.
            EngineMissing: its base, or what converts its adapter, is not installed.
            Busy: another import runs, or the disk is full.
        """
        arrived = await asyncio.to_thread(self._import, ImportRequest(file, slug, trust, owner, by), progress)
        if arrived.has_library:
            await asyncio.to_thread(self._refresh, arrived.version.creator, progress)
        try:
            found = await self._answers(arrived.version, arrived.persona, arrived.golden, progress)
        except AppError as error:
            return ImportResult(arrived, None, error.message)
        return ImportResult(arrived, compare_answers(arrived.golden, found))

    def _import(self, request: ImportRequest, progress: Progress) -> ImportedTwin:
        here = Destination(self._db, self._clock, self._home, self._blobs, self.key.signer)
        locks = self._home / "locks"
        locks.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(locks / "import.lock", timeout=0):
                return import_twin(here, request, progress)
        except Timeout:
            raise Busy("another twin is being imported; wait for it to end", code="import_running") from None

    def _version(self, slug: str, version_id: str | None) -> Version:
        if version_id is None:
            found = versions.published(self._db, slug) or versions.newest(self._db, slug)
            if found is None:
                raise NotFound(
                    f"{slug!r} has no trained version yet; run `fenshen train {slug}`", code="no_version"
                )
            return found
        found = versions.version(self._db, version_id)
        if found.creator != slug:
            raise NotFound(f"no version {version_id!r}")
        if found.status in ("training", "failed"):
            raise Conflict(f"version {version_id!r} is not trained to its end", code="version_unfinished")
        return found

    async def _golden(
        self, version: Version, persona: Persona, count: int, progress: Progress
    ) -> Sequence[Golden]:
        examples = read_snapshot(self._home / version.adapter_dir)
        questions = golden_questions(persona, examples, count) if count else []
        return await self._answers(version, persona, questions, progress)

    async def _answers(
        self, version: Version, persona: Persona, questions: Sequence[Golden], progress: Progress
    ) -> list[Golden]:
        if not questions:
            return []
        progress(0.0, len(questions), "asking the golden questions")
        engine = await self._bases().engine_for(version)
        return await answer_questions(engine, version.id, persona, questions, progress)

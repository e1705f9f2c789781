"""A creator's library as one object: ingest, rights, voices, personal data, index, each asking consent first.

Knows nothing about commands or pages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from fenshen.core import audit
from fenshen.core.blobs import Blobs
from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import EngineMissing, NotFound
from fenshen.core.progress import Progress, silent
from fenshen.core.workers import Workers
from fenshen.library import items, rules
from fenshen.library.claims import Rights
from fenshen.library.cleaning.duplicates import forget_traces, settle_duplicates
from fenshen.library.cleaning.tidy import tidy
from fenshen.library.editing.changes import Change
from fenshen.library.fetch.collect import Collector
from fenshen.library.fetch.gather import gather, split_sources
from fenshen.library.fetch.wanted import Wanted
from fenshen.library.intake.ingest import IngestReport, ingest
from fenshen.library.intake.watching import FileNews, Watch, unwatched
from fenshen.library.matching import Match
from fenshen.library.owner_guess import Answer
from fenshen.library.owners import choose_owner
from fenshen.library.privacy.review import Decision, Rewritten, decide
from fenshen.library.report.report import LibraryReport, library_report
from fenshen.library.settings import LibrarySettings, store_settings
from fenshen.library.speakers.choosing import choose_voice, disown_voice
from fenshen.library.speakers.enrol import Voiceprint, enrol
from fenshen.library.speakers.recording import sample_windows
from fenshen.library.speakers.stored import Was, add_voiceprint
from fenshen.models.hearing import HearingEngine
from fenshen.models.speaker import SpeakerEncoder
from fenshen.search.index import SearchIndex, SyncReport
from fenshen.search.refresh import refresh, refresh_vectors
from fenshen.trust import consent
from fenshen.trust.creators import creator
from fenshen.twin.serving import persona_of


class Library:
    """Takes files in and keeps the index in step.

    Args:
        hearing: Loads, in a worker, the engine that listens to sound.
        speaker: Loads, in a worker, the encoder that tells voices apart, if it is installed.
        collector: Makes what fetches URLs.
        fetched: The folder for what it fetches.
        workers: Who reads files.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        blobs: Blobs,
        index: Callable[[], SearchIndex],
        hearing: Callable[[], HearingEngine | None],
        speaker: Callable[[], SpeakerEncoder | None],
        workers: Workers,
        collector: Callable[[Wanted], Collector],
        fetched: Path,
    ) -> None:
        self._db = db
        self._clock = clock
        self._blobs = blobs
        self._index = index
        self._hearing = hearing
        self._speaker = speaker
        self._workers = workers
        self._collector = collector
        self._fetched = fetched

    def ingest(
        self,
        slug: str,
        sources: Sequence[Path | str],
        progress: Progress = silent,
        *,
        newest: int | None = None,
        since: date | None = None,
        watch: Watch = unwatched,
        allowed: Callable[[], None] = lambda: None,
    ) -> IngestReport:
        """Read files, and what lies behind URLs, into the library of `slug` and index what may be found.

        Args and errors as for `take_in`.
        """
        report = self.take_in(
            slug, sources, progress, newest=newest, since=since, watch=watch, allowed=allowed
        )
        self.refresh_index(slug, progress)
        return report

    def take_in(
        self,
        slug: str,
        sources: Sequence[Path | str],
        progress: Progress = silent,
        *,
        newest: int | None = None,
        since: date | None = None,
        watch: Watch = unwatched,
        allowed: Callable[[], None] = lambda: None,
    ) -> IngestReport:
        """Read files, and what lies behind URLs, into the library of `slug`, and tidy it; the index lags behind.

        Args:
            newest: at most so many of the newest entries of a feed or channel.
            since: no entry published before this day.
            watch: is told about every file.
            allowed: may stop it by raising, besides a consent that ended.

        Raises:
            NotFound: no such creator.
            Refused: no valid consent to learn from the library.
        """
        owner = creator(self._db, slug)

        def check() -> None:
            self.check_consent(slug)
            allowed()

        check()
        persona = persona_of(self._db, owner)
        paths, urls = split_sources(sources)
        collector = self._collector(Wanted(newest, since, tuple(persona.languages)))
        fetched = gather(collector, urls, self._fetched / slug, progress, allowed=check)
        for left_out in fetched.skipped:
            watch(FileNews.of_skipped(left_out))
        report = ingest(
            self._db,
            self._blobs,
            self._hearing,
            slug,
            [*paths, *fetched.files],
            progress,
            owner_names=persona.names,
            allowed=check,
            workers=self._workers,
            watch=watch,
            clock=self._clock,
            stated=fetched.files,
            speaker=self._speaker,
        )
        tidy(self._db, slug, progress)
        return replace(report, skipped=(*fetched.skipped, *report.skipped))

    def enrol(self, slug: str, samples: Sequence[Path]) -> Voiceprint:
        """Learn how the creator sounds from recordings of them alone; what is stored is decided anew.

        Raises:
            NotFound: no such creator.
            BadInput: `sample_short`, `sample_voices`, `not_sound`, or what the media reader says.
            EngineMissing: the encoder is not installed.
        """
        creator(self._db, slug)
        encoder = self._speaker()
        if encoder is None:
            raise EngineMissing(
                "no speaker encoder; run `fenshen models pull speaker-encoder`", code="model_missing"
            )
        made = enrol(encoder.name, [sample_windows(path, encoder) for path in samples])
        add_voiceprint(self._db, slug, made, "samples")
        self.refresh_index(slug)
        return made

    def choose_voice(self, slug: str, voice_id: str) -> list[Was]:
        """Make a voice that was found the creator's, and their words findable; the passages that changed.

        Raises:
            NotFound: no such voice.
        """
        changed = choose_voice(self._db, slug, voice_id)
        self.refresh_index(slug)
        return changed

    def disown_voice(self, slug: str, voice_id: str) -> list[Was]:
        """Make a voice that was found somebody else's, wherever it is heard; the passages that changed.

        Raises:
            NotFound: no such voice.
        """
        changed = disown_voice(self._db, slug, voice_id)
        self.refresh_index(slug)
        return changed

    def choose_owner(self, slug: str, item_id: str, name: str = "", answer: Answer = "speaker") -> int:
        """Say who is the creator in an item's export, and make their words findable; how many passages are theirs.

        Raises:
            NotFound: the creator has no such item.
            BadInput: `unknown_speaker`.
        """
        passages = choose_owner(self._db, slug, item_id, name, answer)
        self.refresh_index(slug)
        return passages

    def decide_personal(self, slug: str, value_id: str, decision: Decision, *, by: str) -> Rewritten:
        """Keep a value that was found, or mask it again, in the texts and in the index.

        Raises:
            NotFound: the creator has no such value.
        """
        done = decide(self._db, slug, value_id, decision)
        if done.items:
            audit.record(self._db, self._clock, by, f"library.{decision}", slug, {"value": value_id})
            self.refresh_index(slug)
        return done

    def refresh_index(self, slug: str, progress: Progress = silent) -> SyncReport:
        """Make the index hold what may be cited, and nothing else."""
        holding = consent.active_ids(self._db, slug, self._clock.now())
        return refresh(self._index(), self._db, slug, progress, consents=holding)

    def report(self, slug: str) -> LibraryReport:
        """How much the library of `slug` holds, how good that is, and what to add next."""
        holding = consent.active_ids(self._db, slug, self._clock.now())
        return library_report(self._db, slug, consents=holding)

    def claim_all(self, slug: str, *, by: str) -> int:
        """Say that everything is the creator's own, unless a rule about everything is there; items changed."""
        creator(self._db, slug)
        return self._indexed(slug, rules.claim_all(self._db, self._clock, slug, by))

    def add_rule(self, slug: str, match: Match, said: Rights, *, by: str) -> int:
        """Add a rule about rights and bring items and index in line; how many items changed.

        Raises:
            NotFound: no such creator or consent.
            BadInput: `too_many_rules`, `consent_scope`.
        """
        creator(self._db, slug)
        return self._indexed(slug, rules.add_rule(self._db, self._clock, slug, match, said, by)[1])

    def remove_rule(self, slug: str, ordinal: int, *, by: str) -> int:
        """Remove a rule and bring items and index in line; how many items changed.

        Raises:
            NotFound: no such rule.
        """
        return self._indexed(slug, rules.remove_rule(self._db, self._clock, slug, ordinal, by))

    def decide(
        self,
        slug: str,
        item_ids: Sequence[str],
        *,
        by: str,
        said: Rights | None = None,
        confirm: bool = False,
    ) -> None:
        """Decide about single items, above what files and rules say; see `rules.decide`.

        Raises:
            NotFound: one of them is no item of the creator; nothing was decided.
            BadInput: `consent_scope`.
        """
        for item_id in item_ids:
            if items.item(self._db, item_id).creator != slug:
                raise NotFound(f"no item {item_id!r} of {slug!r}")
        for item_id in item_ids:
            rules.decide(self._db, self._clock, item_id, by, rights=said, confirm=confirm)
        self._indexed(slug, len(item_ids))

    def _indexed(self, slug: str, changed: int) -> int:
        """What may be used decides which of two duplicates is used, so those are settled anew first."""
        if changed:
            settle_duplicates(self._db, slug)
            self.refresh_index(slug)
        return changed

    def keep_fillers(self, slug: str, keep: bool, *, by: str) -> None:
        """Whether `um` and 嗯 stay in what is imported from now on.

        Raises:
            NotFound: no such creator.
        """
        creator(self._db, slug)
        store_settings(self._db, slug, LibrarySettings(keeps_fillers=keep))
        audit.record(self._db, self._clock, by, "library.fillers", slug, {"keep": keep})

    def delete_item(self, slug: str, item_id: str, *, by: str) -> None:
        """Delete an item with its passages, its media and its place in the index.

        A file that is imported again comes back; `exclude` keeps one out. What a version has learned stays in
        it until the next training, which counts the item as withdrawn.

        Raises:
            NotFound: the creator has no such item.
        """
        if items.item(self._db, item_id).creator != slug:
            raise NotFound(f"no item {item_id!r} of {slug!r}")
        deleted = items.delete_item(self._db, item_id)
        audit.record(self._db, self._clock, by, "library.delete", slug, {"item": item_id})
        for digest in filter(None, (deleted.media_sha256, deleted.cover_sha256)):
            if not items.blob_is_used(self._db, digest):
                self._blobs.remove(digest)
        self._indexed(slug, 1)

    def follow(self, slug: str, change: Change) -> None:
        """Bring traces, duplicates and the index in step with a change by hand, or with its undoing."""
        if change.place == "passages":
            forget_traces(self._db, change.row_ids)
            self._index().forget_passages(slug, change.row_ids)
            tidy(self._db, slug)
        self._indexed(slug, len(change.row_ids))

    def embed_rest(self, slug: str, stop: Callable[[], bool]) -> int:
        """Embed what an ingest that was cut short left without vectors; how many passages.

        Args:
            stop: asked now and then whether to leave the rest for later.
        """
        holding = consent.active_ids(self._db, slug, self._clock.now())
        return refresh_vectors(self._index(), self._db, slug, stop=stop, consents=holding)

    def check_consent(self, slug: str) -> None:
        """Raise `Refused` unless the creator's consent to learn holds now."""
        consent.check(self._db, slug, "train", self._clock.now())

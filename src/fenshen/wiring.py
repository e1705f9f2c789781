"""Settings → App: the only file that names concrete choices.

Everything heavy is made on first use, so a command that only reads the ledger never loads an engine.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from functools import cached_property

from fenshen.billing.development import DevelopmentProvider
from fenshen.billing.meter import Meter
from fenshen.billing.payments import TopUps
from fenshen.billing.providers import TopUpProvider
from fenshen.core.blobs import Blobs
from fenshen.core.clock import Clock, ForwardClock, SystemClock
from fenshen.core.clock_mark import begin_from_mark
from fenshen.core.crew import workers_for
from fenshen.core.db import Database
from fenshen.core.errors import Refused
from fenshen.core.ids import Ids, RandomIds
from fenshen.core.installation import Installation
from fenshen.core.migrate import upgrade
from fenshen.core.queue import WorkQueue
from fenshen.core.settings import Settings
from fenshen.core.work import Works
from fenshen.library.editing.edits import Editor
from fenshen.library.fetch.collect import collector
from fenshen.library.persona import Persona
from fenshen.models.embedding import EmbeddingEngine
from fenshen.models.registry import hearing_for_any, load, speaker_if_installed
from fenshen.models.text import TextEngine
from fenshen.search.index import SearchIndex
from fenshen.studio.blind_tests import Tasting
from fenshen.studio.domains import Domains
from fenshen.studio.feedback import Preferences
from fenshen.studio.import_batches import ImportBatches
from fenshen.studio.library import Library
from fenshen.studio.releases import Releases
from fenshen.studio.retraining import Retraining
from fenshen.studio.scheduling import Scheduling
from fenshen.studio.trainings import Trainings
from fenshen.studio.transfer.packages import Packages
from fenshen.training.backtranslation.questions import Teacher, teacher_for, teacher_label
from fenshen.training.domain.record import check_base
from fenshen.training.versions import published_base
from fenshen.trust import blocks, consent
from fenshen.trust.creators import creator
from fenshen.twin.call import LiveCalls
from fenshen.twin.call_answers import CallAnswers
from fenshen.twin.changes import Changes
from fenshen.twin.conversations import Conversations
from fenshen.twin.reply import AnswerSettings, Replier
from fenshen.twin.retrieve import Retriever
from fenshen.twin.safety import Safety
from fenshen.twin.serving import Bases, Serving, persona_of, published
from fenshen.twin.viewing import Viewing
from fenshen.twin.warming import warm_up


class App:
    """One running installation.

    Args:
        settings: Where everything is and which engines to use.
        clock: Source of time.
        ids: Source of identifiers.
        text_engine: Starts the engine of a base; by default what the settings ask for.
        providers: Every way to pay that top-ups may name; the settings choose which are offered.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        ids: Ids | None = None,
        text_engine: Callable[[str], TextEngine] | None = None,
        providers: Sequence[TopUpProvider] = (DevelopmentProvider(),),
    ) -> None:
        self.settings = settings
        self.clock = clock or ForwardClock(SystemClock())
        self.ids = ids or RandomIds()
        self._providers = providers
        self._text_engine = text_engine or (lambda base: load("text", settings, base))

    @cached_property
    def db(self) -> Database:
        """The database, upgraded to this version of the code."""
        self.settings.make_home()
        db = Database(self.settings.resolved_database_url)
        upgrade(db)
        begin_from_mark(db, self.clock)
        return db

    @cached_property
    def blobs(self) -> Blobs:
        """Media files."""
        return Blobs(self.settings.folder("blobs"))

    @cached_property
    def queue(self) -> WorkQueue:
        """Where waiting work stands in line."""
        own = f"sqlite:///{self.settings.folder('queue') / 'dbos.db'}"
        return WorkQueue(self.settings.database_url or own)

    @cached_property
    def works(self) -> Works:
        """Imports and trainings that go on beside the pages."""
        return Works(self.db, self.clock, self.ids, self.queue)

    @cached_property
    def embedding(self) -> EmbeddingEngine:
        """Turns passages and questions into vectors."""
        return load("embedding", self.settings)

    @cached_property
    def index(self) -> SearchIndex:
        """The search index over every library."""
        return SearchIndex(self.settings.folder("index"), self.embedding)

    @cached_property
    def library(self) -> Library:
        """Takes files in."""
        workers = workers_for(self.settings)
        threads = max(1, self.settings.threads // workers.count)
        engines = self.settings.model_copy(update={"threads": threads})
        return Library(
            self.db,
            self.clock,
            self.blobs,
            lambda: self.index,
            functools.partial(hearing_for_any, engines),
            functools.partial(speaker_if_installed, engines),
            workers,
            functools.partial(collector, self.clock, self.settings.fetch_allow),
            self.settings.folder("fetched"),
        )

    @cached_property
    def imports(self) -> ImportBatches:
        """What creators bring through the page."""
        return ImportBatches(self.db, self.works, self.settings.home / "uploads")

    def editor(self, slug: str, by: str) -> Editor:
        """Somebody who edits the library of a creator."""
        names = tuple(self.persona(slug).names)
        return Editor(self.db, self.clock, self.ids, slug, by, names)

    @cached_property
    def installation(self) -> Installation:
        """Database, clock, ids, home and threads as one value."""
        return Installation(self.db, self.clock, self.ids, self.settings.home, self.settings.threads)

    @cached_property
    def training(self) -> Retraining:
        """Trains and measures versions."""
        return Retraining(
            self.installation,
            lambda: self.bases,
            lambda: self.retriever,
            self.preferences,
            self.teacher,
            self.answer_settings,
        )

    def teacher(self, base: str) -> Teacher | None:
        """Who finds out what monologues answer when `base` is trained."""
        wanted = teacher_for(base, self.settings.teacher)
        keyed = self.settings.model_copy(update={"base_key": self.settings.teacher_key})
        start = self._text_engine if wanted == base else functools.partial(load, "text", keyed)
        return None if wanted is None else Teacher(teacher_label(wanted), lambda: start(wanted))

    @cached_property
    def preferences(self) -> Preferences:
        """What people said about answers."""
        return Preferences(self.db, self.conversations, self.settings.home)

    @cached_property
    def tasting(self) -> Tasting:
        """Blind comparisons of versions."""
        return Tasting(self.db, self.clock, self.ids, self.settings.home, lambda: self.replier)

    @cached_property
    def packages(self) -> Packages:
        """Moves whole twins."""
        return Packages(
            self.db,
            self.clock,
            self.settings.home,
            self.blobs,
            lambda: self.bases,
            lambda slug, progress: self.library.refresh_index(slug, progress),
        )

    @cached_property
    def domains(self) -> Domains:
        """Makes bases of several libraries."""
        return Domains(self.installation)

    @cached_property
    def scheduling(self) -> Scheduling:
        """Trainings that were ordered on the page, and those that schedules ask for."""
        trainings = Trainings(self.db, self.clock, self.works)
        return Scheduling(self.db, self.clock, trainings, self.settings.home, self.settings.base)

    @cached_property
    def releases(self) -> Releases:
        """Puts versions before fans."""
        return Releases(self.db, self.clock, self.settings.home, self.settings.currency)

    @cached_property
    def retriever(self) -> Retriever:
        """Looks questions up."""
        return Retriever(self.db, self.index, self.clock.now)

    @cached_property
    def viewing(self) -> Viewing:
        """What fans see of libraries."""
        return Viewing(self.db, self.clock.now)

    @cached_property
    def bases(self) -> Bases:
        """Running base models."""
        return Bases(self.db, self._text_engine, self.settings.home)

    @cached_property
    def replier(self) -> Replier:
        """Answers questions."""
        return Replier(self.bases, self.retriever, self.answer_settings)

    @property
    def answer_settings(self) -> AnswerSettings:
        """How answers are drawn."""
        chosen = self.settings
        return AnswerSettings(chosen.answer_tokens, chosen.answer_temperature, chosen.answer_repeat_penalty)

    @cached_property
    def safety(self) -> Safety:
        """Gives every fan's answers and keeps people safe."""
        return Safety(self.db, self.clock, self.ids, lambda: self.meter, lambda: self.replier)

    @cached_property
    def meter(self) -> Meter:
        """Charges calls."""
        return Meter(self.db, self.clock, self.ids, still_allowed=self.may_chat)

    @cached_property
    def topups(self) -> TopUps:
        """Takes money in."""
        return TopUps(
            self.db,
            self.clock,
            self.ids,
            self._providers,
            offered=self.settings.offered_payments,
            check_buyer=functools.partial(blocks.check, self.db),
        )

    @cached_property
    def conversations(self) -> Conversations:
        """What was said."""
        return Conversations(self.db, self.clock, self.ids)

    @cached_property
    def calls(self) -> LiveCalls:
        """Live metered calls of this process."""
        parts = (self.meter, self.clock, self.conversations, self.safety, self.published)
        return LiveCalls(*parts, CallAnswers(*parts, Changes(self.db, self.clock)))

    def published(self, slug: str) -> Serving:
        """The twin that answers under `slug`; see `twin.serving.published`."""
        return published(self.db, self.clock, slug)

    async def warm_up(self) -> None:
        """Do what the first fan would wait for."""
        await warm_up(self.db, self.bases, self.retriever)

    def persona(self, slug: str) -> Persona:
        """Who the twin is, published or not."""
        return persona_of(self.db, creator(self.db, slug))

    def may_chat(self, slug: str) -> bool:
        """Whether the creator's consent to chat holds now, and those that a domain base rests on."""
        now = self.clock.now()
        try:
            consent.check(self.db, slug, "chat", now)
            check_base(self.db, published_base(self.db, slug) or "", now)
        except Refused:
            return False
        return True

    async def close(self) -> None:
        """Stop answers and engines, and give every connection back."""
        made = vars(self)
        if "calls" in made:
            await self.calls.close()
        if "bases" in made:
            await self.bases.close()
        if "queue" in made:
            self.queue.close()
        if "db" in made:
            self.db.close()

"""Blind tasting: two versions answer one question as fans would hear them, and the creator says which is more like them.

    question → the same look-up, limits, decoding and seed → two sealed answers → sides by the comparison's id → choice

Nobody pays, and nothing tells the sides apart until the choice is made. Knows nothing about pages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path

from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Conflict, NotFound
from fenshen.core.ids import Ids, digest_text
from fenshen.library import items
from fenshen.library.language import detect_language
from fenshen.library.rights import may
from fenshen.studio.screening import Vetting
from fenshen.training import versions
from fenshen.training.examples import held_out_examples
from fenshen.training.meta import read_meta
from fenshen.training.preference import comparisons
from fenshen.training.preference.comparisons import Choice, Comparison, QuestionSource, Side, people
from fenshen.training.split import Split
from fenshen.training.versions import Version
from fenshen.trust import consent, creators, limits
from fenshen.trust.cleaning import clean_fan_text
from fenshen.trust.labels import Sealed
from fenshen.twin.reply import Answer, Question, Replier
from fenshen.twin.serving import Serving, persona_of

QUESTION_CHARS_MAX = 1000
EDIT_CHARS_MAX = 4000
#: Held-out questions offered; more tire rather than tell.
HELD_OUT_MAX = 20
#: Seeds go to the engine as 31 bits.
_SEEDS = 1 << 31


@dataclass(frozen=True)
class Offered:
    """A question that can be asked, and where it comes from."""

    text: str
    source: QuestionSource
    language: str


class Tasting:
    """Asks for, keeps and counts blind comparisons.

    Args:
        replier: Starts answering; asked for only when there is a question.
    """

    def __init__(
        self, db: Database, clock: Clock, ids: Ids, home: Path, replier: Callable[[], Replier]
    ) -> None:
        self._db, self._clock, self._ids, self._home, self._replier = db, clock, ids, home, replier

    def contestants(self, slug: str) -> list[Version]:
        """The versions that can be compared, newest first."""
        found = versions.list_versions(self._db, slug)
        return [one for one in found if one.status not in ("training", "failed")]

    def questions(self, slug: str) -> list[Offered]:
        """What fans are offered to ask, then what the newest version's held-out items answer."""
        persona = persona_of(self._db, creators.creator(self._db, slug))
        starters = [
            Offered(text, "starter", code) for code, some in persona.starters.items() for text in some
        ]
        return [*starters, *self._held_out(slug)]

    async def ask(
        self, slug: str, by: str, text: str, source: QuestionSource, version_id: str, rival_id: str | None
    ) -> Comparison:
        """Two answers to one question, kept until somebody chooses.

        Args:
            version_id: a version.
            rival_id: another one, `None` for the plain base of the first.

        Raises:
            NotFound: no such creator or version.
            BadInput: `same_version`; `same_answer`; as `clean_fan_text`.
            Refused: no valid consent to learn.
            AppError: as the engine.
        """
        consent.check(self._db, slug, "train", self._clock.now())
        question = clean_fan_text(text, QUESTION_CHARS_MAX)
        version = self._version(slug, version_id)
        rival = version if rival_id is None else self._version(slug, rival_id)
        if rival_id == version_id:
            raise BadInput("a version cannot be compared with itself; choose two", code="same_version")
        comparison_id = self._ids.new("cmp")
        digest = int(digest_text(comparison_id), 16)
        sides = [self._serving(slug, version), replace(self._serving(slug, rival), plain=rival_id is None)]
        if digest % 2:
            sides.reverse()
        seed = (digest >> 1) % _SEEDS
        left, right = [
            await self._answer(
                serving, Question(question, f"{comparison_id}.{side}", seed=seed, whole_library=True)
            )
            for serving, side in zip(sides, ("left", "right"), strict=True)
        ]
        if left.content.strip() == right.content.strip():
            raise BadInput("both answer that word for word the same; ask something else", code="same_answer")
        made = Comparison(
            id=comparison_id,
            creator=slug,
            by=by,
            asked=self._clock.now(),
            source=source,
            question=question,
            language=detect_language(question),
            left_version=sides[0].adapter,
            right_version=sides[1].adapter,
            left_text=left.content,
            right_text=right.content,
            labels=(left.label, right.label),
        )
        await asyncio.to_thread(comparisons.add, self._db, made)
        return made

    def choose(
        self, slug: str, comparison_id: str, choice: Choice, edited: Side | None, edit: str | None
    ) -> Comparison:
        """Keep a choice; the versions' measure 8 counts it from now on.

        Raises:
            NotFound, BadInput, Conflict: as `comparisons.choose`; an edit also as `clean_fan_text`.
            Refused: no valid consent to learn; an edit that breaks the limits or betrays a private item.
        """
        consent.check(self._db, slug, "train", self._clock.now())
        known = comparisons.comparison(self._db, slug, comparison_id)
        words = None if edit is None else clean_fan_text(edit, EDIT_CHARS_MAX)
        if words is not None:
            Vetting(self._db, slug).check(known.question, words)
        decision = comparisons.Decision(choice, edited, words)
        made = comparisons.choose(self._db, self._clock, slug, comparison_id, decision)
        told = comparisons.list_chosen(self._db, slug)
        for version_id in {made.left_version, made.right_version} - {None}:
            assert version_id is not None
            versions.record_people(self._db, version_id, people(told, version_id))
        return made

    async def _answer(self, serving: Serving, question: Question) -> Sealed[str]:
        async with aclosing(self._replier().answer(serving, question)) as events:
            async for event in events:
                if isinstance(event, Answer):
                    return event.sealed
        raise Conflict("the engine gave no answer; try again", code="no_answer")

    def _serving(self, slug: str, version: Version) -> Serving:
        creator = creators.creator(self._db, slug)
        return Serving(creator, persona_of(self._db, creator), limits.current(self._db, slug), version)

    def _version(self, slug: str, version_id: str) -> Version:
        found = next((one for one in self.contestants(slug) if one.id == version_id), None)
        if found is None:
            raise NotFound(f"{slug!r} has no trained version {version_id!r}")
        return found

    def _held_out(self, slug: str) -> Iterator[Offered]:
        """Questions that stand alone before a held-out answer, one per item."""
        newest = versions.newest(self._db, slug)
        try:
            held = read_meta(self._home / newest.adapter_dir)["held_out"]["items"] if newest else []
        except NotFound:
            return
        holding = consent.active_ids(self._db, slug, self._clock.now())
        for item in items.list_items(self._db, slug):
            if item.id not in held[:HELD_OUT_MAX] or not may(item, "train", consents=holding):
                continue
            split = Split((), (item.id,), frozenset(), "")
            for example in held_out_examples([item], items.item_passages(self._db, item.id), split):
                if len(example.messages) == 1:
                    yield Offered(example.messages[0]["content"], "held_out", example.language)
                    break

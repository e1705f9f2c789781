"""Everything people said about a twin's answers, gathered into what training may use.

    creator's comparisons ─┐
    thumbs of fans who consented ─┴→ masked → vetted against limits and private items → PreferenceDataset

Asked afresh each time: a consent that ended, a new limit or an item made private holds from then on. Knows
nothing about losses.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy as sa

from fenshen.core.db import Database
from fenshen.core.errors import BadInput, NotFound
from fenshen.library.language import detect_language
from fenshen.library.privacy.finder import Finder
from fenshen.library.privacy.mask import mask_text
from fenshen.library.privacy.readable import readable
from fenshen.library.privacy.review import pseudonyms_of
from fenshen.models.text import Message
from fenshen.studio.screening import Vetting
from fenshen.training import versions
from fenshen.training.job import CONTINUED, JobSpec
from fenshen.training.meta import read_meta
from fenshen.training.preference.comparisons import list_chosen, pairs_of
from fenshen.training.preference.dataset import Pair, PreferenceDataset, RatedAnswer
from fenshen.training.recipe import DEFAULT
from fenshen.training.recipe import recipe as find_recipe
from fenshen.trust.creators import creator
from fenshen.twin import learning_consent
from fenshen.twin.conversations import Conversations
from fenshen.twin.tables import conversations, thumbs, turns

#: No single fan's taste makes a twin: of each only the newest thumbs count.
FAN_THUMBS_MAX = 20


@dataclass(frozen=True)
class _Rated:
    """An answer and the thumb of the fan who got it."""

    turn_id: str
    conversation_id: str
    question_id: str
    fan: str
    text: str
    thumb: str


class Preferences:
    """What may be learned about one installation's twins.

    Args:
        home: Versions lie below it.
    """

    def __init__(self, db: Database, threads: Conversations, home: Path) -> None:
        self._db, self._threads, self._home = db, threads, home

    def gather(self, slug: str) -> PreferenceDataset:
        """Every pair and thumb that may be used now, and how many may not, by reason.

        Raises:
            NotFound: no such creator.
        """
        name = creator(self._db, slug).name
        vetting, reasons = Vetting(self._db, slug), Counter[str]()
        consents = {one.fan: one.id for one in learning_consent.holding(self._db, slug)}
        rated = list(_newest_of_each(_consented(self._rated(slug), consents, reasons), reasons))
        pairs, ratings = self._from_fans(slug, name, rated)
        chosen = list_chosen(self._db, slug)
        reasons["held_out_question"] += sum(one.source == "held_out" for one in chosen)
        own = (pair for one in chosen for pair in pairs_of(one))
        kept_pairs = tuple(pair for pair in (*own, *pairs) if _may_learn(vetting, pair, reasons))
        kept_singles = tuple(one for one in ratings if _may_judge(vetting, one, reasons))
        kept = PreferenceDataset(
            kept_pairs, kept_singles, {name: count for name, count in reasons.items() if count}
        )
        used = {part for one in kept.ids for part in one.split("+")}
        fans = {one.fan for one in rated if one.turn_id in used}
        return replace(kept, fan_consents=tuple(sorted(consents[fan] for fan in fans)))

    def order(self, slug: str, minutes: float, parent_id: str | None = None) -> JobSpec:
        """The order to go on from a version, the newest by default, by what people preferred.

        Raises:
            NotFound: no such version.
            BadInput: `no_version`, nothing was trained yet.
        """
        parent = versions.version(self._db, parent_id) if parent_id else versions.newest(self._db, slug)
        if parent is None:
            raise BadInput(
                f"{slug!r} has no version to go on from; run `fenshen train {slug}` first", code="no_version"
            )
        return JobSpec(slug, parent.base, _known_recipe(parent.recipe), minutes, "preference", parent.id)

    def resting_on_ended(self, slug: str) -> dict[str, int]:
        """How many fans each version learned from, itself or through its parents, who have ended their consent since."""
        every = {one.id: one for one in versions.list_versions(self._db, slug)}
        found = {}
        for one in every.values():
            consents: set[str] = set()
            at: versions.Version | None = one
            while at is not None:
                consents.update(self._fan_consents(at))
                at = every.get(at.parent or "") if at.origin in CONTINUED else None
            if ended := learning_consent.ended_among(self._db, slug, sorted(consents)):
                found[one.id] = len(ended)
        return found

    def _fan_consents(self, version: versions.Version) -> list[str]:
        try:
            meta = read_meta(self._home / version.adapter_dir)
        except NotFound:
            return []
        return list(meta.get("preferences", {}).get("fan_consents", []))

    def _rated(self, slug: str) -> list[_Rated]:
        """Every finished answer with a thumb, newest first."""
        query = (
            sa.select(
                turns.c.id.label("turn_id"),
                turns.c.conversation_id,
                turns.c.parent_id.label("question_id"),
                thumbs.c.fan,
                turns.c.text,
                thumbs.c.thumb,
            )
            .join(turns, turns.c.id == thumbs.c.turn_id)
            .join(conversations, conversations.c.id == turns.c.conversation_id)
            .where(conversations.c.creator == slug, turns.c.status == "complete")
            .order_by(thumbs.c.at.desc(), turns.c.id.desc())
        )
        with self._db.read() as connection:
            return [_Rated(**row) for row in connection.execute(query).mappings()]

    def _from_fans(
        self, slug: str, name: str, rated: Iterable[_Rated]
    ) -> tuple[list[Pair], list[RatedAnswer]]:
        """Thumbs as pairs where one question got a good and a bad answer, else as ratings; personal data masked."""
        finder, pseudonyms = Finder(public=(name,)), pseudonyms_of(self._db, slug)

        def masked(text: str) -> str:
            return readable(mask_text(text, finder, pseudonyms, detect_language(text))[0])

        by_question: dict[str, list[_Rated]] = defaultdict(list)
        for one in rated:
            by_question[one.question_id].append(one)
        pairs: list[Pair] = []
        ratings: list[RatedAnswer] = []
        for question_id, answers in by_question.items():
            question = self._threads.question_of(answers[0].conversation_id, question_id).text
            told = [
                *self._threads.history(answers[0].conversation_id, question_id),
                Message(role="user", content=question),
            ]
            messages = tuple(Message(role=m["role"], content=masked(m["content"])) for m in told)
            language = detect_language(question)
            up, down = ([one for one in answers if one.thumb == thumb] for thumb in ("up", "down"))
            for good, bad in zip(up, down, strict=False):
                both = f"{good.turn_id}+{bad.turn_id}"
                pairs.append(Pair(both, "retry", messages, masked(good.text), masked(bad.text), language))
            paired = min(len(up), len(down))
            ratings += [
                RatedAnswer(one.turn_id, messages, masked(one.text), one.thumb == "up", language)
                for one in (*up[paired:], *down[paired:])
            ]
        return pairs, ratings


def _known_recipe(name: str) -> str:
    """The recipe of a version, or the default where it is not known here any more."""
    try:
        return find_recipe(name).name
    except BadInput:
        return DEFAULT


def _consented(rated: Iterable[_Rated], consents: dict[str, str], reasons: Counter[str]) -> Iterator[_Rated]:
    for one in rated:
        if one.fan in consents:
            yield one
        else:
            reasons["no_consent"] += 1


def _newest_of_each(rated: Iterable[_Rated], reasons: Counter[str]) -> Iterator[_Rated]:
    seen = Counter[str]()
    for one in rated:
        seen[one.fan] += 1
        if seen[one.fan] <= FAN_THUMBS_MAX:
            yield one
        else:
            reasons["one_fan"] += 1


def _may_learn(vetting: Vetting, pair: Pair, reasons: Counter[str]) -> bool:
    """Whether the chosen answer may be held up, and neither betrays anything."""
    if vetting.broken_limit(pair.question, pair.chosen) is not None:
        reasons["limits"] += 1
        return False
    private = any(vetting.betrays_private(pair.question, text) for text in (pair.chosen, pair.rejected))
    reasons["private"] += private
    return not private


def _may_judge(vetting: Vetting, one: RatedAnswer, reasons: Counter[str]) -> bool:
    """As `_may_learn`; an answer that broke a limit and was disliked may well be unlearned."""
    pair = Pair(one.id, "retry", one.messages, one.answer if one.is_good else "", one.answer, one.language)
    return _may_learn(vetting, pair, reasons)

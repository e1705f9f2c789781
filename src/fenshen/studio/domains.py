"""Domain bases: every creator's consent is checked before each step.

Knows nothing about commands or pages; the training package does the learning.
"""

from __future__ import annotations

from fenshen.core import audit
from fenshen.core.errors import NotFound, Refused
from fenshen.core.installation import Installation
from fenshen.core.progress import Progress, silent
from fenshen.library.rules import consents_named
from fenshen.training.domain import record
from fenshen.training.domain.record import Domain, check_base
from fenshen.training.domain.train import DomainJobSpec, train_domain
from fenshen.training.job import Control
from fenshen.trust import consent
from fenshen.trust.creators import creator


class Domains:
    """Makes domain bases."""

    def __init__(self, on: Installation) -> None:
        self._on, self._db, self._clock = on, on.db, on.clock

    def train(self, order: DomainJobSpec, progress: Progress = silent, *, by: str) -> Domain:
        """Make a domain base, or finish the one that was cut off.

        Raises:
            NotFound: no such creator.
            Refused: one of them has given no valid consent to train, or it ended meanwhile.
            BadInput, Conflict, EngineMissing, Busy: as `train_domain`.
        """
        for slug in order.creators:
            creator(self._db, slug)
            consent.check(self._db, slug, "train", self._clock.now())
        made = self._train(order, progress)
        details = {"creators": list(made.creators), "data": made.data_sha256, "consents": made.consents}
        audit.record(self._db, self._clock, by, "domain.train", made.name, details)
        return made

    def list_all(self) -> list[tuple[Domain, str | None]]:
        """Every domain base, and why it may no longer be used, if so."""
        return [(one, self._why_not(one)) for one in record.list_domains(self._db)]

    def _why_not(self, one: Domain) -> str | None:
        try:
            check_base(self._db, one.name, self._clock.now())
        except (Refused, NotFound) as error:
            return error.message
        return None

    def _train(self, order: DomainJobSpec, progress: Progress) -> Domain:
        now = self._clock.now()
        holding = {slug: consent.active_ids(self._db, slug, now) for slug in order.creators}
        named = {slug: sorted(holding[slug] & consents_named(self._db, slug)) for slug in order.creators}
        own = {slug: consent.check(self._db, slug, "train", now).id for slug in order.creators}

        def still_allowed() -> None:
            moment = self._clock.now()
            for slug in order.creators:
                consent.check(self._db, slug, "train", moment)
                ended = set(named[slug]) - consent.active_ids(self._db, slug, moment)
                if ended:
                    raise Refused(
                        f"consent {min(ended)} has ended, and items of {slug!r} that are read rest on it; "
                        "run the same command again to go on without them",
                        code="consent_revoked",
                    )

        return train_domain(
            self._on,
            order,
            holding,
            {slug: [own[slug], *named[slug]] for slug in order.creators},
            Control(progress, still_allowed),
        )

"""Whether a domain base may still be used: the consent of every creator in it is checked each time."""

from __future__ import annotations

from datetime import datetime

from fenshen.core.db import Database
from fenshen.core.errors import Refused
from fenshen.models.made import is_made
from fenshen.training.domain import record
from fenshen.trust import consent


def check_base(db: Database, base: str, now: datetime) -> None:
    """Raise unless every creator whose words are in `base` still allows it; plain bases always pass.

    Raises:
        Refused: `domain_consent`; the message names whose consent has ended.
        NotFound: the domain base is not known here.
    """
    if not is_made(base):
        return
    known = record.domain(db, base)
    for slug in known.creators:
        try:
            consent.check(db, slug, "train", now)
        except Refused as error:
            raise Refused(
                f"the domain base {base!r} has read the library of {slug!r}, whose consent to training has "
                f"ended; train on another base, or make a domain base without {slug!r}",
                code="domain_consent",
            ) from error
        lost = set(known.consents.get(slug, ())[1:]) - consent.active_ids(db, slug, now)
        if lost:
            raise Refused(
                f"the domain base {base!r} has read items of {slug!r} that rest on consent {min(lost)}, which "
                f"has ended; make a domain base without them",
                code="domain_consent",
            )


def plain_base(db: Database, base: str) -> str:
    """The base that `base` came from; a plain one is its own."""
    return record.domain(db, base).base if is_made(base) else base

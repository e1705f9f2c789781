"""Other installations whose signature counts here: trusted once, by a person who compared fingerprints.

Knows nothing about signatures or what they are under.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from fenshen.core import audit
from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import NotFound, Refused
from fenshen.trust.signing import Signer, same_fingerprint
from fenshen.trust.tables import trusted_signers


@dataclass(frozen=True)
class Trusted:
    """An installation that is trusted: by whom, and since when."""

    fingerprint: str
    by: str
    since: datetime


def is_trusted(db: Database, signer: Signer) -> bool:
    """Whether somebody here has trusted this signer."""
    query = sa.select(trusted_signers.c.by).where(trusted_signers.c.fingerprint == signer.fingerprint)
    with db.read() as connection:
        return connection.execute(query).first() is not None


def list_trusted(db: Database) -> list[Trusted]:
    """Every trusted installation, the oldest first."""
    query = sa.select(trusted_signers).order_by(trusted_signers.c.since)
    with db.read() as connection:
        return [Trusted(*row) for row in connection.execute(query)]


def check_signer(db: Database, signer: Signer, fingerprint: str | None) -> bool:
    """Whether `signer` is trusted only by the `fingerprint` that somebody gave, and must be remembered.

    Raises:
        Refused: `unknown_signer`, nobody has trusted it and the fingerprint given is none or another.
    """
    if is_trusted(db, signer):
        return False
    if fingerprint is not None and same_fingerprint(fingerprint, signer.fingerprint):
        return True
    wrong = "" if fingerprint is None else f", not {fingerprint[:80]!r}"
    raise Refused(
        f"the file is signed by an installation that is not known here, {signer.fingerprint}{wrong}. Whoever "
        "sent it sees the same letters on exporting: compare them another way than by the file, then "
        f"import with `--trust {signer.fingerprint}`",
        code="unknown_signer",
        fingerprint=signer.fingerprint,
    )


def trust(db: Database, clock: Clock, signer: Signer, by: str) -> None:
    """Remember that `by` trusts this signer; a second time changes nothing."""
    row = {"fingerprint": signer.fingerprint, "by": by, "since": clock.now()}
    with db.write() as connection:
        known = trusted_signers.c.fingerprint == signer.fingerprint
        if connection.execute(sa.select(trusted_signers.c.by).where(known)).first() is None:
            connection.execute(trusted_signers.insert().values(**row))
            audit.append(connection, clock, by, "signer.trust", signer.fingerprint)


def distrust(db: Database, clock: Clock, fingerprint: str, by: str) -> None:
    """Trust a signer no longer: its next file needs `--trust` again.

    Raises:
        NotFound: no trusted signer has this fingerprint.
    """
    for trusted in list_trusted(db):
        if same_fingerprint(fingerprint, trusted.fingerprint):
            with db.write() as connection:
                known = trusted_signers.c.fingerprint == trusted.fingerprint
                connection.execute(trusted_signers.delete().where(known))
                audit.append(connection, clock, by, "signer.distrust", trusted.fingerprint)
            return
    raise NotFound(f"no trusted installation has the fingerprint {fingerprint[:80]!r}; see `fenshen trusted`")

"""A checked twin becomes one of this installation, all of it or nothing.

    consents that hold → whose slug? → files in place → one transaction

Files go to their places before the transaction that makes them count, so a kill in between leaves nothing that
anybody sees; the same import afterwards finds and replaces them. Knows nothing about commands or pages.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from fenshen.core import audit
from fenshen.core.blobs import Blobs, hash_file
from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Conflict, NotFound, Refused
from fenshen.library.items import Item
from fenshen.library.passages import Passage
from fenshen.library.persona import insert_persona
from fenshen.library.settings import LibrarySettings, library_settings
from fenshen.studio.transfer import names, shelf
from fenshen.studio.transfer.checking import TwinFacts
from fenshen.studio.transfer.manifest import Manifest
from fenshen.studio.transfer.records import read_rows
from fenshen.training import versions
from fenshen.training.versions import Version, insert_version
from fenshen.trust.consent import Consent, insert_consent
from fenshen.trust.creators import Creator, check_slug, insert_creator
from fenshen.trust.limits import insert_limits
from fenshen.trust.tables import consents, creators


@dataclass(frozen=True)
class Place:
    """Where a twin goes: the slug, whether its creator is here already, and the version if that is too."""

    slug: str
    is_known: bool
    version: Version | None


@dataclass(frozen=True)
class Stored:
    """What was added."""

    items: int = 0
    passages: int = 0


def find_place(db: Database, manifest: Manifest, given: Sequence[Consent], slug: str | None) -> Place:
    """Where the twin goes.

    A creator here is the same one if the file and this installation share one of the consents that the
    creator gave.

    Raises:
        BadInput: `bad_slug`, `version_differs`.
        Conflict: `slug_taken`, `twin_exists`.
    """
    wanted = check_slug(slug or manifest.creator.slug)
    ids = [one.id for one in given]
    with db.read() as connection:
        held = connection.execute(sa.select(consents.c.creator).where(consents.c.id.in_(ids))).scalars().all()
        taken = connection.execute(sa.select(creators.c.slug).where(creators.c.slug == wanted)).first()
    elsewhere = sorted(set(held) - {wanted})
    if elsewhere:
        raise Conflict(
            f"this twin is here already as {elsewhere[0]!r}; import with `--slug {elsewhere[0]}`",
            code="twin_exists",
        )
    if taken and not held:
        raise Conflict(
            f"{wanted!r} is another creator here; give this one another name with `--slug`", code="slug_taken"
        )
    version = _known_version(db, manifest.version.id)
    if version is not None and version.creator != wanted:
        raise _differs(version.id)
    return Place(wanted, bool(taken), version)


def check_same(version: Version, manifest: Manifest, home: Path) -> None:
    """Raise unless the version that is here is the one in the file.

    Raises:
        BadInput: `version_differs`.
    """
    weights = home / version.adapter_dir / "adapter_model.safetensors"
    same = (
        version.base == manifest.base.name
        and version.data_sha256 == manifest.version.data_sha256
        and weights.is_file()
        and hash_file(weights) == manifest.members[names.WEIGHTS].sha256
    )
    if not same:
        raise _differs(version.id)


def check_consent(db: Database, given: Sequence[Consent], slug: str, now: datetime) -> None:
    """Raise unless one of the consents that travel allows training now, also by what is known of it here.

    Raises:
        Refused: `no_consent`, `consent_expired`, `consent_revoked`.
    """
    with db.read() as connection:
        rows = connection.execute(sa.select(consents).where(consents.c.creator == slug)).mappings()
        here = {row["id"]: Consent(**{**row, "scopes": tuple(row["scopes"])}) for row in rows}
    states = {here.get(one.id, one).status(now) for one in given if "train" in one.scopes}
    if "active" in states:
        return
    next_step = "ask the creator for a new one and have the twin exported again"
    for state, code in (("revoked", "consent_revoked"), ("expired", "consent_expired")):
        if state in states:
            raise Refused(
                f"the creator's consent that travels with the twin is {state}; {next_step}", code=code
            )
    raise Refused(f"no consent of the creator to learn travels with the twin; {next_step}", code="no_consent")


def place_version(staged: Path, home: Path, manifest: Manifest, facts: TwinFacts, slug: str) -> Version:
    """Move the version's finished folder to its place; the version as it will be recorded."""
    version_id = manifest.version.id
    target = home / "versions" / version_id
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():  # left by an import that was killed: no version of this name is recorded
        shutil.rmtree(target)
    staged.replace(target)
    reason = f"not measured on this machine yet: run `fenshen eval {slug} --version {version_id}`"
    return Version(
        id=version_id,
        creator=slug,
        base=manifest.base.name,
        recipe=manifest.version.recipe,
        recipe_sha256=manifest.version.recipe_sha256,
        data_sha256=manifest.version.data_sha256,
        consent_id=manifest.version.consent_id,
        voice=manifest.version.voice,
        adapter_dir=f"versions/{version_id}",
        created=manifest.version.created,
        status="trained",
        gate={"passed": False, "reasons": [reason, *facts.told], "measured": "elsewhere"},
        origin="import",
    )


def take_originals(folder: Path, blobs: Blobs, manifest: Manifest) -> None:
    """Move what can be played to where it is kept, by digest; a second time changes nothing."""
    for name in manifest.members:
        if name.startswith(names.ORIGINALS):
            blobs.take_file(folder / name, name.removeprefix(names.ORIGINALS))


def store_twin(
    db: Database,
    clock: Clock,
    folder: Path,
    manifest: Manifest,
    facts: TwinFacts,
    place: Place,
    version: Version | None,
    settings: LibrarySettings | None,
    *,
    owner: str | None,
    by: str,
) -> Stored:
    """Record the twin in one transaction.

    Args:
        folder: the unpacked file, for the library's rows.
        version: to record; `None` where it is here already.
        settings: of the library, `None` where none travels.

    Raises:
        BadInput: `bad_library`, the rows contradict each other or what is here.
        NotFound: there is no such owner.
    """
    stored = Stored()
    try:
        with db.write() as connection:
            if not place.is_known:
                new = Creator(place.slug, manifest.creator.name, owner, manifest.creator.created)
                insert_creator(connection, clock, new, by)
                insert_persona(connection, clock, place.slug, facts.persona)
                insert_limits(connection, clock, place.slug, facts.limits)
            _add_consents(connection, clock, facts.consents, place.slug, manifest, by)
            if settings is not None:
                stored = _add_library(connection, folder, place, settings)
            if version is not None:
                insert_version(connection, version)
            told = {"version": manifest.version.id, "signer": manifest.author.fingerprint, **asdict(stored)}
            audit.append(connection, clock, by, "twin.import", place.slug, told)
    except IntegrityError as error:
        raise BadInput(
            "the twin cannot be taken in: something in it has the name of something else that is here",
            code="bad_library",
        ) from error
    return stored


def _add_library(connection: Connection, folder: Path, place: Place, settings: LibrarySettings) -> Stored:
    slug, code = place.slug, "bad_library"
    shelf.insert_words_about_rights(
        connection,
        slug,
        list(read_rows(folder / names.RULES, shelf.RuleRow, code)),
        read_rows(folder / names.DECISIONS, shelf.DecisionRow, code),
    )
    added = shelf.insert_items(connection, slug, read_rows(folder / names.ITEMS, Item, code))
    passages = read_rows(folder / names.PASSAGES, Passage, code)
    count = shelf.insert_passages(connection, slug, added, passages)
    shelf.insert_apart(connection, slug, read_rows(folder / names.APART, shelf.ApartRow, code))
    shelf.settle(connection, slug, added)
    if not place.is_known:
        connection.execute(library_settings.insert().values(creator=slug, content=asdict(settings)))
    return Stored(len(added), count)


def _add_consents(
    connection: Connection, clock: Clock, given: Sequence[Consent], slug: str, manifest: Manifest, by: str
) -> None:
    """Add the consents that are not here; what is known of the others here stays, a revocation above all."""
    known = set(connection.execute(sa.select(consents.c.id).where(consents.c.creator == slug)).scalars())
    for one in given:
        if one.id not in known:
            evidence = {
                **(one.evidence or {}),
                "granted_by": one.granted_by,
                "came_from": manifest.author.fingerprint,
            }
            moved = replace(one, creator=slug, evidence=evidence, granted_by=by)
            insert_consent(connection, clock, moved, by, "consent.import")


def _differs(version_id: str) -> BadInput:
    return BadInput(
        f"another version here has the id {version_id!r}; the file is not what it says it is",
        code="version_differs",
    )


def _known_version(db: Database, version_id: str) -> Version | None:
    try:
        return versions.version(db, version_id)
    except NotFound:
        return None

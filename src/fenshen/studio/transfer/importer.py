"""A twin file from its first byte to a recorded version, all of it or nothing.

    zip → manifest, signer → the twin's own members → place and consent → base, fit → library → GGUF
    → files in place → one transaction

The cheap checks come first, and everything is in a scratch folder until the last step. Files go to their places
before the transaction that makes them count, so a kill in between leaves nothing that anybody sees; the same import
afterwards finds and replaces them. Knows nothing about golden answers or the index.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from fenshen.core import audit
from fenshen.core.blobs import Blobs, hash_file
from fenshen.core.clock import Clock, rfc3339
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Conflict, EngineMissing, NotFound, Refused
from fenshen.core.files import disk_full_as_busy
from fenshen.core.progress import Progress
from fenshen.core.scratch import scratch_folder
from fenshen.library.items import Item
from fenshen.library.passages import Passage
from fenshen.library.persona import Persona, insert_persona
from fenshen.library.settings import library_settings
from fenshen.studio.transfer import library_rows, names
from fenshen.studio.transfer.adapter import BaseForm
from fenshen.studio.transfer.checks import (
    UnpackedTwin,
    check_examples,
    check_fit,
    check_library,
    check_settings,
    check_twin,
    manifest_of,
    unpack_members,
)
from fenshen.studio.transfer.container import opened_zip
from fenshen.studio.transfer.golden import Golden
from fenshen.studio.transfer.manifest import Manifest
from fenshen.studio.transfer.records import read_rows
from fenshen.training import versions
from fenshen.training.bases import find_base
from fenshen.training.meta import write_meta
from fenshen.training.versions import Version, insert_version
from fenshen.trust.consent import Consent, insert_consent
from fenshen.trust.creators import Creator, check_slug, insert_creator
from fenshen.trust.limits import insert_limits
from fenshen.trust.signers import check_signer, trust
from fenshen.trust.signing import Signer
from fenshen.trust.tables import consents, creators

#: Beside the version's other files: where it came from.
ORIGIN_FILE = "import.json"


@dataclass(frozen=True)
class Destination:
    """Where twins are imported; `own` is this installation's signer, whose files need no one's trust."""

    db: Database
    clock: Clock
    home: Path
    blobs: Blobs
    own: Signer


@dataclass(frozen=True)
class ImportRequest:
    """A file to import.

    Attributes:
        slug: what the twin is called here; by default as where it comes from.
        trust: the fingerprint of an installation that is not known here yet.
        owner: user id of who runs its studio from now on.
        by: user id of who imports it.
    """

    file: Path
    slug: str | None
    trust: str | None
    owner: str | None
    by: str


@dataclass(frozen=True)
class Place:
    """Where a twin goes: the slug, whether its creator is here already, and the version if that is too."""

    slug: str
    is_known: bool
    version: Version | None


@dataclass(frozen=True)
class RowCounts:
    """Rows of the library that were added."""

    items: int = 0
    passages: int = 0


@dataclass(frozen=True)
class ImportedTwin:
    """A twin that is here now.

    Attributes:
        fingerprint: of who signed the file.
        is_new: whether the version was not here before.
        golden: the questions that travelled, with the answers of the other machine.
    """

    version: Version
    fingerprint: str
    is_new: bool
    has_library: bool
    stored: RowCounts
    persona: Persona
    golden: tuple[Golden, ...]


def import_twin(here: Destination, request: ImportRequest, progress: Progress) -> ImportedTwin:
    """Take the file in; errors as for `Packages.take_in`."""
    convert = _converter()
    with opened_zip(request.file) as archive, scratch_folder(here.home / "imports", "import-") as scratch:
        manifest = manifest_of(archive, here.clock.now())
        signer = manifest.author
        is_stranger = signer != here.own and check_signer(here.db, signer, request.trust)
        library = [name for name in manifest.members if name.startswith("library/")]
        own = [name for name in manifest.members if not name.startswith("library/")]
        unpack_members(archive, manifest, own, scratch, progress)
        twin = check_twin(scratch, manifest)
        place = find_place(here.db, twin, request.slug)
        check_consent(here.db, twin.consents, place.slug, here.clock.now())
        if place.version is not None:
            check_same(place.version, manifest, here.home)
        base = find_base(manifest.base.name, here.home)
        form = check_fit(twin, base)
        check_examples(scratch)
        if library:
            unpack_members(archive, manifest, library, scratch, progress)
            check_library(twin)
        version = None
        if place.version is None:
            staged = _stage(here, twin, _meta(twin, place.slug, form))
            convert(staged, base.path, staged / "adapter.gguf")
            version = place_version(staged, here.home, twin, place.slug)
        take_originals(twin, here.blobs)
        stored = store_twin(here, request, twin, place, version)
        if is_stranger:
            trust(here.db, here.clock, signer, request.by)
        return ImportedTwin(
            version=versions.version(here.db, manifest.version.id),
            fingerprint=signer.fingerprint,
            is_new=version is not None,
            has_library=manifest.has_library,
            stored=stored,
            persona=twin.persona,
            golden=twin.golden,
        )


def _converter() -> Callable[[Path, Path, Path], object]:
    """What writes the adapter as GGUF; the same extra reads safetensors.

    Raises:
        EngineMissing: `extra_missing`.
    """
    try:
        from fenshen.training.convert import convert_adapter
    except ImportError as error:
        raise EngineMissing(
            f"importing needs {error.name!r}; run `pip install 'fenshen[train]'`", code="extra_missing"
        ) from error
    return convert_adapter


def _stage(here: Destination, twin: UnpackedTwin, meta: dict[str, Any]) -> Path:
    """The version's folder in the scratch folder, with the checked files."""
    staged = twin.folder / "version"
    staged.mkdir()
    with disk_full_as_busy(staged):
        for name in (names.WEIGHTS, names.EXAMPLES):
            (twin.folder / name).replace(staged / Path(name).name)
        _write(staged / "adapter_config.json", twin.shape.config(twin.manifest.base.name))
        _write(staged / ORIGIN_FILE, _origin(here, twin))
    write_meta(staged, meta)
    return staged


def _meta(twin: UnpackedTwin, slug: str, form: BaseForm) -> dict[str, Any]:
    """`meta.json` for here: the chat template is that of the base on this machine, never the file's."""
    manifest = twin.manifest
    return {
        **twin.meta,
        "version": manifest.version.id,
        "creator": slug,
        "base": {"name": manifest.base.name, "sha256": manifest.base.sha256},
        "chat_template": form.template,
    }


def _origin(here: Destination, twin: UnpackedTwin) -> dict[str, Any]:
    manifest = twin.manifest
    return {
        "signer": manifest.author.fingerprint,
        "exported": rfc3339(manifest.created),
        "imported": rfc3339(here.clock.now()),
        "slug": manifest.creator.slug,
        "origin": manifest.version.origin,
        "gate": list(twin.gate_notes),
        "weights_sha256": manifest.members[names.WEIGHTS].sha256,
    }


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def find_place(db: Database, twin: UnpackedTwin, slug: str | None) -> Place:
    """Where the twin goes.

    A creator here is the same one if the file and this installation share one of the consents that the
    creator gave.

    Raises:
        BadInput: `bad_slug`, `version_differs`.
        Conflict: `slug_taken`, `twin_exists`.
    """
    wanted = check_slug(slug or twin.manifest.creator.slug)
    ids = [consent.id for consent in twin.consents]
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
    version = _known_version(db, twin.manifest.version.id)
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
    states = {here.get(consent.id, consent).status(now) for consent in given if "train" in consent.scopes}
    if "active" in states:
        return
    next_step = "ask the creator for a new one and have the twin exported again"
    for state, code in (("revoked", "consent_revoked"), ("expired", "consent_expired")):
        if state in states:
            raise Refused(
                f"the creator's consent that travels with the twin is {state}; {next_step}", code=code
            )
    raise Refused(f"no consent of the creator to learn travels with the twin; {next_step}", code="no_consent")


def place_version(staged: Path, home: Path, twin: UnpackedTwin, slug: str) -> Version:
    """Move the version's finished folder to its place; the version as it will be recorded."""
    manifest = twin.manifest
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
        adapter_dir=f"versions/{version_id}",
        created=manifest.version.created,
        status="trained",
        gate={"passed": False, "reasons": [reason, *twin.gate_notes], "measured": "elsewhere"},
        origin="import",
        voice=manifest.version.voice,
    )


def take_originals(twin: UnpackedTwin, blobs: Blobs) -> None:
    """Move what can be played to where it is kept, by digest; a second time changes nothing."""
    for name in twin.manifest.members:
        if name.startswith(names.ORIGINALS):
            blobs.take_file(twin.folder / name, name.removeprefix(names.ORIGINALS))


def store_twin(
    here: Destination, request: ImportRequest, twin: UnpackedTwin, place: Place, version: Version | None
) -> RowCounts:
    """Record the twin in one transaction.

    Args:
        version: to record; `None` where it is here already.

    Raises:
        BadInput: `bad_library`, the rows contradict each other or what is here.
        NotFound: there is no such owner.
    """
    stored, manifest, by = RowCounts(), twin.manifest, request.by
    try:
        with here.db.write() as connection:
            if not place.is_known:
                name, created = manifest.creator.name, manifest.creator.created
                insert_creator(connection, here.clock, Creator(place.slug, name, request.owner, created), by)
                insert_persona(connection, here.clock, place.slug, twin.persona)
                insert_limits(connection, here.clock, place.slug, twin.limits)
            _add_consents(connection, here.clock, twin, place.slug, by)
            if manifest.has_library:
                stored = _add_library(connection, twin.folder, place)
            if version is not None:
                insert_version(connection, version)
            details = {
                "version": manifest.version.id,
                "signer": manifest.author.fingerprint,
                **asdict(stored),
            }
            audit.append(connection, here.clock, by, "twin.import", place.slug, details)
    except IntegrityError as error:
        raise BadInput(
            "the twin cannot be taken in: something in it has the name of something else that is here",
            code="bad_library",
        ) from error
    return stored


def _add_library(connection: Connection, folder: Path, place: Place) -> RowCounts:
    slug, code = place.slug, "bad_library"
    library_rows.insert_words_about_rights(
        connection,
        slug,
        list(read_rows(folder / names.RULES, library_rows.RuleRow, code)),
        read_rows(folder / names.DECISIONS, library_rows.DecisionRow, code),
    )
    added = library_rows.insert_items(connection, slug, read_rows(folder / names.ITEMS, Item, code))
    passages = read_rows(folder / names.PASSAGES, Passage, code)
    count = library_rows.insert_passages(connection, slug, added, passages)
    library_rows.insert_apart(connection, slug, read_rows(folder / names.APART, library_rows.ApartRow, code))
    library_rows.settle(connection, slug, added)
    if not place.is_known:
        settings = check_settings(folder)
        connection.execute(library_settings.insert().values(creator=slug, content=asdict(settings)))
    return RowCounts(len(added), count)


def _add_consents(connection: Connection, clock: Clock, twin: UnpackedTwin, slug: str, by: str) -> None:
    """Add the consents that are not here; what is known of the others here stays, a revocation above all."""
    known = set(connection.execute(sa.select(consents.c.id).where(consents.c.creator == slug)).scalars())
    for consent in twin.consents:
        if consent.id not in known:
            evidence = {
                **(consent.evidence or {}),
                "granted_by": consent.granted_by,
                "came_from": twin.manifest.author.fingerprint,
            }
            moved = replace(consent, creator=slug, evidence=evidence, granted_by=by)
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

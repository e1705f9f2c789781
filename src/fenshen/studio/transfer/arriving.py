"""A twin file from its first byte to a recorded version: opened, checked, converted, stored.

    zip → manifest, signer → the twin's own members → place and consent → base, fit → library → GGUF → stored

The cheap checks come first, and everything is in a scratch folder until the last step. Knows nothing about the
golden questions or the index.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fenshen.core.blobs import Blobs
from fenshen.core.clock import Clock, rfc3339
from fenshen.core.db import Database
from fenshen.core.errors import EngineMissing
from fenshen.core.files import disk_full_as_busy
from fenshen.core.progress import Progress
from fenshen.core.scratch import scratch_folder
from fenshen.library.persona import Persona
from fenshen.studio.transfer import names
from fenshen.studio.transfer.adapter import BaseForm
from fenshen.studio.transfer.checking import (
    TwinFacts,
    check_examples,
    check_fit,
    check_settings,
    check_twin,
    manifest_of,
    unpack_members,
)
from fenshen.studio.transfer.checking_library import check_library
from fenshen.studio.transfer.container import TwinZip, opened_zip
from fenshen.studio.transfer.golden import Golden
from fenshen.studio.transfer.importing import (
    Stored,
    check_consent,
    check_same,
    find_place,
    place_version,
    store_twin,
    take_originals,
)
from fenshen.studio.transfer.manifest import Manifest
from fenshen.training import versions
from fenshen.training.bases import BaseFile, find_base
from fenshen.training.meta import write_meta
from fenshen.training.versions import Version
from fenshen.trust.signers import check_signer, trust
from fenshen.trust.signing import Signer

#: Beside the version's other files: where it came from.
ORIGIN_FILE = "import.json"


@dataclass(frozen=True)
class Arrival:
    """Where twins arrive; `own` is this installation's signer, whose files need nobody's word."""

    db: Database
    clock: Clock
    home: Path
    blobs: Blobs
    own: Signer


@dataclass(frozen=True)
class Arrived:
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
    stored: Stored
    persona: Persona
    golden: tuple[Golden, ...]


def arrive(
    arrival: Arrival,
    file: Path,
    slug: str | None,
    fingerprint: str | None,
    owner: str | None,
    by: str,
    progress: Progress,
) -> Arrived:
    """Take the file in; arguments and errors as for `Packages.take_in`."""
    with opened_zip(file) as archive, scratch_folder(arrival.home / "imports", "import-") as scratch:
        manifest = manifest_of(archive, arrival.clock.now())
        signer = manifest.author
        is_stranger = signer != arrival.own and check_signer(arrival.db, signer, fingerprint)
        unpack_members(archive, manifest, _twin_members(manifest), scratch, progress)
        facts = check_twin(scratch, manifest)
        place = find_place(arrival.db, manifest, facts.consents, slug)
        check_consent(arrival.db, facts.consents, place.slug, arrival.clock.now())
        if place.version is not None:
            check_same(place.version, manifest, arrival.home)
        base = find_base(manifest.base.name, arrival.home)
        form = check_fit(scratch, facts.shape, manifest, base)
        _take_library(archive, manifest, facts, scratch, progress)
        version = None
        if place.version is None:
            staged = _stage(arrival, scratch, manifest, facts, _meta(manifest, facts, place.slug, form), base)
            version = place_version(staged, arrival.home, manifest, facts, place.slug)
        take_originals(scratch, arrival.blobs, manifest)
        stored = store_twin(
            arrival.db,
            arrival.clock,
            scratch,
            manifest,
            facts,
            place,
            version,
            check_settings(scratch) if manifest.has_library else None,
            owner=owner,
            by=by,
        )
        if is_stranger:
            trust(arrival.db, arrival.clock, signer, by)
        return Arrived(
            version=versions.version(arrival.db, manifest.version.id),
            fingerprint=signer.fingerprint,
            is_new=version is not None,
            has_library=manifest.has_library,
            stored=stored,
            persona=facts.persona,
            golden=facts.golden,
        )


def _twin_members(manifest: Manifest) -> list[str]:
    return [name for name in manifest.members if not name.startswith("library/")]


def _take_library(
    archive: TwinZip, manifest: Manifest, facts: TwinFacts, scratch: Path, progress: Progress
) -> None:
    check_examples(scratch)
    if manifest.has_library:
        library = [name for name in manifest.members if name.startswith("library/")]
        unpack_members(archive, manifest, library, scratch, progress)
        check_library(scratch, manifest, {one.id for one in facts.consents})


def _stage(
    arrival: Arrival,
    scratch: Path,
    manifest: Manifest,
    facts: TwinFacts,
    meta: dict[str, Any],
    base: BaseFile,
) -> Path:
    """The version's folder in the scratch folder: the checked files, and what is made from them here.

    Raises:
        EngineMissing: what writes GGUF is not installed.
        BadInput: the base has no name for a matrix of the adapter.
    """
    try:
        from fenshen.training.convert import convert_adapter
    except ImportError as error:
        raise EngineMissing(
            f"importing needs {error.name!r}; run `pip install 'fenshen[train]'`", code="extra_missing"
        ) from error
    staged = scratch / "version"
    staged.mkdir()
    with disk_full_as_busy(staged):
        for name in (names.WEIGHTS, names.EXAMPLES):
            (scratch / name).replace(staged / Path(name).name)
        _write(staged / "adapter_config.json", facts.shape.config(manifest.base.name))
        _write(staged / ORIGIN_FILE, _origin(arrival, manifest, facts))
    write_meta(staged, meta)
    convert_adapter(staged, base.path, staged / "adapter.gguf")
    return staged


def _meta(manifest: Manifest, facts: TwinFacts, slug: str, form: BaseForm) -> dict[str, Any]:
    """`meta.json` for here: the chat template is that of the base on this machine, never the file's."""
    return {
        **facts.meta,
        "version": manifest.version.id,
        "creator": slug,
        "base": {"name": manifest.base.name, "sha256": manifest.base.sha256},
        "chat_template": form.template,
    }


def _origin(arrival: Arrival, manifest: Manifest, facts: TwinFacts) -> dict[str, Any]:
    return {
        "signer": manifest.author.fingerprint,
        "exported": rfc3339(manifest.created),
        "imported": rfc3339(arrival.clock.now()),
        "slug": manifest.creator.slug,
        "origin": manifest.version.origin,
        "gate": list(facts.told),
        "weights_sha256": manifest.members[names.WEIGHTS].sha256,
    }


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

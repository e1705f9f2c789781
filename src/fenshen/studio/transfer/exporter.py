"""A version of a twin gathered and signed, ready to be streamed as a file of known length.

    consent → rows, adapter, originals → digests → golden answers → manifest, signed → bytes

What is large is written once to a scratch folder or read where it lies; nothing large is held in memory.
Money, accounts, conversations and audit log are not looked at. Knows nothing about commands or pages.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import fenshen
from fenshen.core.blobs import CHUNK_BYTES, Blobs, hash_file
from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, NotFound
from fenshen.core.files import disk_full_as_busy
from fenshen.core.progress import Progress
from fenshen.library.persona import Persona
from fenshen.library.settings import settings_of
from fenshen.studio.transfer import library_rows, names
from fenshen.studio.transfer.adapter import read_config
from fenshen.studio.transfer.container import Content, zip_bytes, zip_stream
from fenshen.studio.transfer.golden import Golden
from fenshen.studio.transfer.manifest import (
    BaseFacts,
    CreatorFacts,
    Manifest,
    Member,
    VersionFacts,
    canonical_json,
    sign_manifest,
    signer_facts,
)
from fenshen.studio.transfer.records import as_json, as_lines
from fenshen.studio.transfer.redaction import redact_examples
from fenshen.training.meta import read_meta
from fenshen.training.snapshot import read_snapshot, write_snapshot
from fenshen.training.versions import Version
from fenshen.trust import consent, limits
from fenshen.trust.creators import Creator
from fenshen.trust.signing import SigningKey


@dataclass(frozen=True)
class Package:
    """A twin file about to be written.

    Attributes:
        fingerprint: of the signing key; whoever takes the file in compares it.
        golden: how many questions travel with their answers.
    """

    version: Version
    contents: tuple[Content, ...]
    fingerprint: str
    golden: int
    items: int | None

    @property
    def size_bytes(self) -> int:
        """Of the whole file."""
        return zip_bytes(self.contents)

    def stream(self) -> Iterator[bytes]:
        """The file, piece by piece.

        Raises:
            BadInput: `changed_meanwhile`, a part is no longer what was signed.
        """
        return zip_stream(self.contents)


@dataclass
class PackageDraft:
    """Collects the members of one file; what must be written first goes into `scratch`.

    Attributes:
        meta: the content of the version's `meta.json`.
        items: how many items of the library travel, `None` without it.
    """

    scratch: Path
    progress: Progress
    members: dict[str, Member] = field(default_factory=dict)
    contents: list[Content] = field(default_factory=list)
    meta: dict[str, Any] = field(default_factory=dict)
    items: int | None = None

    def add_bytes(self, name: str, data: bytes) -> None:
        """A small member."""
        self._add(name, len(data), hashlib.sha256(data).hexdigest(), lambda: iter([data]))

    def add_json(self, name: str, value: Any) -> None:
        """A small member of JSON."""
        self.add_bytes(name, canonical_json(value))

    def add_rows(self, name: str, rows: Iterable[Any]) -> None:
        """A member of lines, written to the scratch folder first."""
        place = self.scratch / name.replace("/", "-")
        with disk_full_as_busy(self.scratch), place.open("wb") as file:
            for line in as_lines(rows):
                file.write(line)
        self.add_file(name, place)

    def add_file(self, name: str, place: Path, sha256: str | None = None) -> None:
        """A file as it is."""
        if not place.is_file():
            raise NotFound(f"{str(place)!r} is gone; this version cannot be exported", code="file_gone")
        self.progress(0.0, 0.0, f"reading {name}")
        digest = sha256 or hash_file(place)
        self._add(name, place.stat().st_size, digest, partial(_checked_chunks, place, digest))

    def _add(self, name: str, size: int, sha256: str, chunks: Callable[[], Iterator[bytes]]) -> None:
        self.members[name] = Member(sha256=sha256, bytes=size)
        self.contents.append(Content(name, size, chunks))


def gather_twin(
    db: Database, home: Path, draft: PackageDraft, creator: Creator, persona: Persona, version: Version
) -> None:
    """Add everything but the library.

    Raises:
        NotFound: the version has no files.
        BadInput: `adapter_config`, its adapter is of a kind that cannot travel.
    """
    folder = home / version.adapter_dir
    draft.meta = read_meta(folder)
    shape = read_config(json.loads((folder / "adapter_config.json").read_text(encoding="utf-8")))
    draft.add_json(names.PERSONA, asdict(persona))
    draft.add_json(names.LIMITS, limits.to_json(limits.current(db, creator.slug)))
    draft.add_json(names.CONSENTS, [as_json(one) for one in consent.list_for(db, creator.slug)])
    draft.add_json(names.CONFIG, shape.config(version.base))
    draft.add_json(names.META, draft.meta)
    draft.add_json(names.LADDER, {"metrics": version.metrics, "gate": version.gate})
    draft.add_file(names.WEIGHTS, folder / "adapter_model.safetensors")
    examples = redact_examples(read_snapshot(folder), library_rows.own_items(db, creator.slug))
    draft.add_file(names.EXAMPLES, write_snapshot(draft.scratch, list(examples)))


def gather_library(db: Database, blobs: Blobs, draft: PackageDraft, slug: str) -> None:
    """Add the library, with what can be played of it."""
    found = list(library_rows.items_of(db, slug))
    draft.add_rows(names.ITEMS, found)
    draft.add_rows(names.PASSAGES, library_rows.passages_of(db, slug))
    draft.add_rows(names.RULES, library_rows.rules_of(db, slug))
    draft.add_rows(names.DECISIONS, library_rows.decisions_of(db, slug))
    draft.add_rows(names.APART, library_rows.apart_of(db, slug))
    draft.add_json(names.SETTINGS, asdict(settings_of(db, slug)))
    digests = {d for item in found for d in (item.media_sha256, item.cover_sha256) if d and blobs.has(d)}
    for digest in sorted(digests):
        draft.add_file(f"{names.ORIGINALS}{digest}", blobs.path(digest), digest)
    draft.items = len(found)


def seal_package(
    draft: PackageDraft,
    clock: Clock,
    key: SigningKey,
    creator: Creator,
    version: Version,
    golden: Sequence[Golden],
) -> Package:
    """Sign what was gathered."""
    if golden:
        draft.add_bytes(names.GOLDEN, b"".join(as_lines(golden)))
    manifest = Manifest(
        written_by=f"fenshen {fenshen.__version__}",
        created=clock.now(),
        creator=CreatorFacts(slug=creator.slug, name=creator.name, created=creator.created),
        version=VersionFacts(
            id=version.id,
            created=version.created,
            recipe=version.recipe,
            recipe_sha256=version.recipe_sha256,
            data_sha256=version.data_sha256,
            origin=version.origin,
            consent_id=version.consent_id,
            voice=version.voice,
        ),
        base=BaseFacts(name=version.base, sha256=draft.meta["base"]["sha256"]),
        members=draft.members,
        signer=signer_facts(key.signer),
    )
    data = sign_manifest(manifest, key)
    contents = (Content(names.MANIFEST, len(data), lambda: iter([data])), *draft.contents)
    return Package(version, contents, key.signer.fingerprint, len(golden), draft.items)


def _checked_chunks(place: Path, sha256: str) -> Iterator[bytes]:
    hasher = hashlib.sha256()
    with place.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            hasher.update(chunk)
            yield chunk
    if hasher.hexdigest() != sha256:
        raise BadInput(
            f"{str(place)!r} is no longer what it was: it changed meanwhile, or the disk is failing; "
            "`fenshen export` again",
            code="changed_meanwhile",
        )

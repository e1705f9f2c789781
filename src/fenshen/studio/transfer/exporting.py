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
from fenshen.core.progress import Progress
from fenshen.library.persona import Persona
from fenshen.library.settings import settings_of
from fenshen.studio.transfer import names, shelf
from fenshen.studio.transfer.adapter import read_config
from fenshen.studio.transfer.container import Content, zip_bytes, zip_stream
from fenshen.studio.transfer.golden import Golden
from fenshen.studio.transfer.leaving import leaving_examples
from fenshen.studio.transfer.manifest import (
    BaseFacts,
    CreatorFacts,
    Manifest,
    Member,
    VersionFacts,
    canonical_json,
    signed,
    signer_facts,
)
from fenshen.studio.transfer.records import as_json, as_lines
from fenshen.training.disk import out_of_space
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
class Gathering:
    """Collects the members of one file; what must be written first goes into `scratch`."""

    scratch: Path
    progress: Progress
    members: dict[str, Member] = field(default_factory=dict)
    contents: list[Content] = field(default_factory=list)

    def add_bytes(self, name: str, data: bytes) -> None:
        """A small member."""
        self._add(name, len(data), hashlib.sha256(data).hexdigest(), lambda: iter([data]))

    def add_json(self, name: str, value: Any) -> None:
        """A small member of JSON."""
        self.add_bytes(name, canonical_json(value))

    def add_rows(self, name: str, rows: Iterable[Any]) -> None:
        """A member of lines, written to the scratch folder first."""
        place = self.scratch / name.replace("/", "-")
        with out_of_space(self.scratch), place.open("wb") as file:
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
    db: Database, home: Path, gathering: Gathering, creator: Creator, persona: Persona, version: Version
) -> dict[str, Any]:
    """Add everything but the library; the content of `meta.json`.

    Raises:
        NotFound: the version has no files.
        BadInput: `adapter_config`, its adapter is of a kind that cannot travel.
    """
    folder = home / version.adapter_dir
    meta = read_meta(folder)
    shape = read_config(json.loads((folder / "adapter_config.json").read_text(encoding="utf-8")))
    gathering.add_json(names.PERSONA, asdict(persona))
    gathering.add_json(names.LIMITS, limits.to_json(limits.current(db, creator.slug)))
    gathering.add_json(names.CONSENTS, [as_json(one) for one in consent.list_for(db, creator.slug)])
    gathering.add_json(names.CONFIG, shape.config(version.base))
    gathering.add_json(names.META, meta)
    gathering.add_json(names.LADDER, {"metrics": version.metrics, "gate": version.gate})
    gathering.add_file(names.WEIGHTS, folder / "adapter_model.safetensors")
    examples = leaving_examples(read_snapshot(folder), shelf.own_items(db, creator.slug))
    gathering.add_file(names.EXAMPLES, write_snapshot(gathering.scratch, list(examples)))
    return meta


def gather_library(db: Database, blobs: Blobs, gathering: Gathering, slug: str) -> int:
    """Add the library, with what can be played of it; how many items."""
    found = list(shelf.items_of(db, slug))
    gathering.add_rows(names.ITEMS, found)
    gathering.add_rows(names.PASSAGES, shelf.passages_of(db, slug))
    gathering.add_rows(names.RULES, shelf.rules_of(db, slug))
    gathering.add_rows(names.DECISIONS, shelf.decisions_of(db, slug))
    gathering.add_rows(names.APART, shelf.apart_of(db, slug))
    gathering.add_json(names.SETTINGS, asdict(settings_of(db, slug)))
    digests = {d for item in found for d in (item.media_sha256, item.cover_sha256) if d and blobs.has(d)}
    for digest in sorted(digests):
        gathering.add_file(f"{names.ORIGINALS}{digest}", blobs.path(digest), digest)
    return len(found)


def seal_package(
    gathering: Gathering,
    clock: Clock,
    key: SigningKey,
    creator: Creator,
    version: Version,
    meta: dict[str, Any],
    golden: Sequence[Golden],
    item_count: int | None,
) -> Package:
    """Sign what was gathered."""
    if golden:
        gathering.add_bytes(names.GOLDEN, b"".join(as_lines(golden)))
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
        ),
        base=BaseFacts(name=version.base, sha256=meta["base"]["sha256"]),
        members=gathering.members,
        signer=signer_facts(key.signer),
    )
    data = signed(manifest, key)
    contents = (Content(names.MANIFEST, len(data), lambda: iter([data])), *gathering.contents)
    return Package(version, contents, key.signer.fingerprint, len(golden), item_count)


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

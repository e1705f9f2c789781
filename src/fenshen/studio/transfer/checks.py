"""A twin file unpacked into a scratch folder and looked through, member by member, before anything is stored.

    manifest → signature → signer → members to scratch, digests → persona, limits, consents → adapter, values,
    fit on the base → meta, examples, golden → library rows, originals

Each check names what is wrong, and nothing outside the scratch folder is touched. Knows nothing about the database.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import shutil
import zipfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from fenshen.core.errors import BadInput, Busy
from fenshen.core.files import disk_full_as_busy
from fenshen.core.progress import Progress
from fenshen.library import tables
from fenshen.library.cleaning.tables import kept_apart
from fenshen.library.intake.uploads import SPARE_BYTES
from fenshen.library.items import Item
from fenshen.library.passages import Passage
from fenshen.library.persona import Persona, parse_persona
from fenshen.library.reading import HEAD_BYTES, Head
from fenshen.library.settings import LibrarySettings
from fenshen.library.sniff import Media, sniff
from fenshen.studio.transfer import library_rows, names
from fenshen.studio.transfer.adapter import (
    AdapterShape,
    BaseForm,
    Matrices,
    check_shapes,
    read_base,
    read_config,
    read_matrices,
)
from fenshen.studio.transfer.container import member_chunks
from fenshen.studio.transfer.golden import QUESTIONS_MAX, Golden
from fenshen.studio.transfer.manifest import Manifest, Sha256, read_manifest
from fenshen.studio.transfer.records import check_columns, read_json, read_row, read_rows
from fenshen.training.bases import BaseFile
from fenshen.training.examples import Example
from fenshen.trust.consent import Consent, check_scopes
from fenshen.trust.creators import check_name, check_slug
from fenshen.trust.limits import Limits, parse_limits
from fenshen.trust.tables import consents

CONSENTS_MAX = 1000
LIBRARY_CODE = "bad_library"
_WHOLE_MAX = (1 << 31) - 1
_SECONDS_MAX = 1e9
_ID = re.compile(r"[a-z]{3,4}_[0-9a-z_]{1,58}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_ANCHOR = re.compile(r"[tp]=\d{1,9}", re.ASCII)
_LINK = re.compile(r"https?://", re.IGNORECASE)
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_CONSENT_ID = re.compile(r"cns_[0-9a-z]{1,36}", re.ASCII)


@dataclass(frozen=True)
class UnpackedTwin:
    """A checked file in its scratch folder, and what it says of the twin.

    Attributes:
        matrices: of the adapter, every value of which is finite.
        meta: the content of `meta.json`.
        gate_notes: what the gate said where the version comes from, as sentences.
    """

    folder: Path
    manifest: Manifest
    persona: Persona
    limits: Limits
    consents: tuple[Consent, ...]
    shape: AdapterShape
    matrices: Matrices
    meta: dict[str, Any]
    gate_notes: tuple[str, ...]
    golden: tuple[Golden, ...]


def manifest_of(archive: zipfile.ZipFile, now: datetime) -> Manifest:
    """The signed manifest, which names exactly the members that are there.

    Raises:
        BadInput: `bad_manifest`, `package_altered`, or as `read_manifest`.
    """
    sizes = {info.filename: info.file_size for info in archive.infolist()}
    if sizes.pop(names.MANIFEST, None) is None:
        raise BadInput("there is no manifest.json in it; this is no twin file", code="not_a_twin_file")
    manifest = read_manifest(b"".join(member_chunks(archive, names.MANIFEST)), now)
    if sizes != {name: member.bytes for name, member in manifest.members.items()}:
        raise _altered("its members are not those that were signed")
    check_slug(manifest.creator.slug)
    check_name(manifest.creator.name)
    if manifest.base.name.endswith(".gguf"):
        raise BadInput("the base is named by a path", code="bad_manifest")
    return manifest


def unpack_members(
    archive: zipfile.ZipFile, manifest: Manifest, wanted: Sequence[str], into: Path, progress: Progress
) -> None:
    """Write the members called `wanted` below `into`, each checked against its digest.

    Raises:
        BadInput: `package_altered`, `package_damaged`.
        Busy: `disk_full`.
    """
    total = sum(manifest.members[name].bytes for name in wanted)
    if shutil.disk_usage(into).free < total + SPARE_BYTES:
        raise Busy(
            f"the twin needs {total:,} bytes and more than that must stay free; free some space first",
            code="disk_full",
        )
    done = 0
    for name in wanted:
        member = manifest.members[name]
        place = into / name
        place.parent.mkdir(parents=True, exist_ok=True)
        hasher = hashlib.sha256()
        with disk_full_as_busy(into), place.open("xb") as file:
            for chunk in member_chunks(archive, name):
                hasher.update(chunk)
                file.write(chunk)
                done += len(chunk)
                progress(done, total, f"unpacking {name}")
        if hasher.hexdigest() != member.sha256:
            raise _altered(f"{name} is not what was signed")


def check_twin(folder: Path, manifest: Manifest) -> UnpackedTwin:
    """Look through everything but the library and the fit on the base.

    Raises:
        BadInput: `bad_persona`, `bad_limits`, `bad_consent`, `adapter_config`, `bad_tensors`, `bad_weights`,
            `bad_meta`, `bad_examples`, `bad_golden`.
    """
    return UnpackedTwin(
        folder=folder,
        manifest=manifest,
        shape=read_config(read_json(folder / names.CONFIG, "adapter_config")),
        matrices=read_matrices(folder / names.WEIGHTS),
        persona=_persona(folder / names.PERSONA),
        limits=parse_limits(read_json(folder / names.LIMITS, "bad_limits")),
        consents=_consents(read_json(folder / names.CONSENTS, "bad_consent")),
        meta=_meta(read_json(folder / names.META, "bad_meta")),
        gate_notes=_gate_notes(folder) if names.LADDER in manifest.members else (),
        golden=_golden(folder) if names.GOLDEN in manifest.members else (),
    )


def check_examples(folder: Path) -> None:
    """Raise unless the examples are rows as training writes them.

    Raises:
        BadInput: `bad_examples`.
    """
    for example in read_rows(folder / names.EXAMPLES, Example, "bad_examples", extra="forbid"):
        if not math.isfinite(example.start_s or 0.0):
            raise BadInput("an example begins at a second that cannot be", code="bad_examples")


def check_fit(twin: UnpackedTwin, base: BaseFile) -> BaseForm:
    """The form of the base that lies here, which is the one the adapter was made on and fits.

    Raises:
        BadInput: `base_differs`, `adapter_shape`.
    """
    manifest = twin.manifest
    if base.sha256 != manifest.base.sha256:
        raise BadInput(
            f"the base {manifest.base.name!r} here is not the one that the twin was trained on "
            f"(sha256 {base.sha256[:12]}…, not {manifest.base.sha256[:12]}…); install that one",
            code="base_differs",
        )
    form = read_base(base.path)
    check_shapes(twin.matrices, twin.shape, form.room)
    return form


def check_settings(folder: Path) -> LibrarySettings:
    """The creator's choices about the library.

    Raises:
        BadInput: `bad_library`.
    """
    return read_row((folder / names.SETTINGS).read_bytes(), LibrarySettings, "bad_library", names.SETTINGS)


def check_library(twin: UnpackedTwin) -> None:
    """Raise unless the library's rows could have been made here; items may rest on the twin's consents alone.

    Raises:
        BadInput: `bad_library`, `package_member`.
    """
    folder, consent_ids = twin.folder, {consent.id for consent in twin.consents}
    check_settings(folder)
    played: set[str] = set()
    ids: set[str] = set()
    for item in read_rows(folder / names.ITEMS, Item, LIBRARY_CODE):
        _check_item(item, consent_ids)
        if item.id in ids:
            raise _bad(f"item {item.id!r} is there twice")
        ids.add(item.id)
        played |= {digest for digest in (item.media_sha256, item.cover_sha256) if digest}
    for passage in read_rows(folder / names.PASSAGES, Passage, LIBRARY_CODE):
        _check_passage(passage, ids)
    for rule in read_rows(folder / names.RULES, library_rows.RuleRow, LIBRARY_CODE):
        library_rows.check_rule(rule)
    for decision in read_rows(folder / names.DECISIONS, library_rows.DecisionRow, LIBRARY_CODE):
        check_columns(tables.rights_decisions, decision, LIBRARY_CODE)
    for pair in read_rows(folder / names.APART, library_rows.ApartRow, LIBRARY_CODE):
        check_columns(kept_apart, pair, LIBRARY_CODE)
    _check_originals(folder, twin.manifest.members, played)


def _persona(path: Path) -> Persona:
    """A persona whose every field has its type."""
    check_name(read_row(path.read_bytes(), Persona, "bad_persona", names.PERSONA).name)
    return parse_persona(read_json(path, "bad_persona"))


def _consents(value: Any) -> tuple[Consent, ...]:
    if not isinstance(value, list) or len(value) > CONSENTS_MAX:
        raise BadInput("consents.json is no list of consents", code="bad_consent")
    found = tuple(
        read_row(json.dumps(consent).encode(), Consent, "bad_consent", names.CONSENTS) for consent in value
    )
    for consent in found:
        if not _CONSENT_ID.fullmatch(consent.id):
            raise BadInput(f"{consent.id[:40]!r} is no consent's id", code="bad_consent")
        check_columns(consents, consent, "bad_consent")
        check_scopes(consent.scopes)
    return found


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)


class _HeldOut(_Part):
    items: list[str]


class _Plan(_Part):
    examples: dict[str, int]


class _Base(_Part):
    sha256: Sha256


class _Training(_Part):
    seconds: float = 0.0
    tokens: int = 0


class _Meta(_Part):
    """What of `meta.json` is read later."""

    held_out: _HeldOut
    plan: _Plan
    training: _Training
    systems: dict[str, str]
    base: _Base


def _meta(value: Any) -> dict[str, Any]:
    try:
        _Meta.model_validate(value)
    except ValidationError as error:
        raise BadInput("meta.json is not as training writes it", code="bad_meta") from error
    return dict(value)


def _gate_notes(folder: Path) -> tuple[str, ...]:
    """What the gate said there, in a few bounded sentences."""
    ladder = read_json(folder / names.LADDER, "bad_ladder")
    gate = ladder.get("gate") if isinstance(ladder, dict) else None
    if not isinstance(gate, dict):
        return ("it was not measured where it comes from",)
    reasons = gate.get("reasons")
    notes = (
        [reason[:300] for reason in reasons if isinstance(reason, str)] if isinstance(reasons, list) else []
    )
    passed = "passed the gate" if gate.get("passed") is True else "did not pass the gate"
    return tuple(
        f"where it comes from it {passed}: {reason}" for reason in notes[:12] or ["no reasons given"]
    )


def _golden(folder: Path) -> tuple[Golden, ...]:
    found = tuple(read_rows(folder / names.GOLDEN, Golden, "bad_golden"))
    if len(found) > QUESTIONS_MAX or any(len(golden.question) > 2000 for golden in found):
        raise BadInput("the golden questions are too many or too long", code="bad_golden")
    return found


def _altered(what: str) -> BadInput:
    return BadInput(f"the twin file was altered after it was signed: {what}", code="package_altered")


def _check_item(item: Item, consents: Collection[str]) -> None:
    digests = (item.sha256, item.source, item.media_sha256 or item.sha256, item.cover_sha256 or item.sha256)
    if not _ID.fullmatch(item.id) or not all(_SHA256.fullmatch(digest) for digest in digests):
        raise _bad(f"item {item.id[:64]!r} is not named by digests")
    if item.consent_id is not None and item.consent_id not in consents:
        raise _bad(f"item {item.id!r} rests on a consent that does not travel")
    if item.url is not None and not _LINK.match(item.url):
        raise _bad(f"item {item.id!r} links to something that is no web address")
    if not 0 <= item.words <= _WHOLE_MAX or not _is_time(item.duration_s):
        raise _bad(f"item {item.id!r} is longer than can be")
    check_columns(tables.items, item, LIBRARY_CODE)


def _check_passage(passage: Passage, items: Collection[str]) -> None:
    times = [second for _, second in passage.times]
    offsets = [offset for offset, _ in passage.times]
    fits = (
        _ID.fullmatch(passage.id)
        and passage.item_id in items
        and 0 <= passage.ordinal <= _WHOLE_MAX
        and _ANCHOR.fullmatch(passage.anchor)
        and all(_is_time(second) for second in (passage.start_s, passage.end_s, *times))
        and all(0 <= offset <= len(passage.text) for offset in offsets)
        and all(before <= after for before, after in pairwise(offsets))
    )
    if not fits:
        raise _bad(f"passage {passage.id[:64]!r} is not one of its item's, or has times that cannot be")
    check_columns(tables.passages, passage, LIBRARY_CODE)


def _check_originals(folder: Path, members: Iterable[str], played: Collection[str]) -> None:
    """Only what an item plays or shows, and only what is sound, video or a picture by its first bytes."""
    for name in members:
        if not name.startswith(names.ORIGINALS):
            continue
        digest = name.removeprefix(names.ORIGINALS)
        with (folder / name).open("rb") as file:
            head = file.read(HEAD_BYTES)
        if digest not in played or not _is_media(head):
            raise BadInput(f"{name[:40]}… is no sound, video or picture of an item", code="package_member")


def _is_media(head: bytes) -> bool:
    if head.startswith(_PICTURES):
        return True
    try:
        return isinstance(sniff(Head(head, "original")), Media)
    except BadInput:
        return False


def _is_time(seconds: float | None) -> bool:
    return seconds is None or 0 <= seconds <= _SECONDS_MAX


def _bad(what: str) -> BadInput:
    return BadInput(f"the library cannot be taken in: {what}", code=LIBRARY_CODE)

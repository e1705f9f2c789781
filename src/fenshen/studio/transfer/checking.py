"""A twin file unpacked into a scratch folder and looked through, member by member, before anything is stored.

    manifest → signature → signer → members to scratch, digests → persona, limits, consents → adapter, values,
    fit on the base → meta, examples, golden → library, originals

Everything here is somebody else's word: each check names what is wrong, and nothing outside the scratch folder is
touched. Knows nothing about the database.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, make_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_type_hints

from pydantic import TypeAdapter, ValidationError

from fenshen.core.errors import BadInput, Busy
from fenshen.core.files import disk_full_as_busy
from fenshen.core.progress import Progress
from fenshen.library.intake.uploads import SPARE_BYTES
from fenshen.library.persona import Persona, parse_persona
from fenshen.library.settings import LibrarySettings
from fenshen.studio.transfer import names
from fenshen.studio.transfer.adapter import AdapterShape, BaseForm, check_shapes, read_base, read_config
from fenshen.studio.transfer.container import TwinZip
from fenshen.studio.transfer.exact_json import exact_json, read_exact
from fenshen.studio.transfer.golden import QUESTIONS_MAX, Golden
from fenshen.studio.transfer.manifest import Manifest, Sha256, read_manifest
from fenshen.studio.transfer.records import check_columns, read_row, read_rows
from fenshen.studio.transfer.tensors import check_finite, read_tensors
from fenshen.training.bases import BaseFile
from fenshen.training.examples import Example
from fenshen.trust.consent import Consent, check_scopes
from fenshen.trust.creators import check_name, check_slug
from fenshen.trust.limits import Limits, parse_limits
from fenshen.trust.tables import consents

CONSENTS_MAX = 1000
_CONSENT_ID = re.compile(r"cns_[0-9a-z]{1,36}", re.ASCII)


@dataclass(frozen=True)
class Said:
    """A message of an example."""

    role: Literal["system", "user", "assistant"]
    content: str


def _example_row() -> type[Any]:
    """`Example` with its messages as a dataclass, which can be checked where a typed dict cannot."""
    hints = {**get_type_hints(Example), "messages": tuple[Said, ...]}
    columns = [(f.name, hints[f.name], field(default=f.default)) for f in fields(Example)]
    return make_dataclass("Example", columns, frozen=True)


_EXAMPLE = _example_row()


@dataclass(frozen=True)
class TwinFacts:
    """What a checked file says of the twin.

    Attributes:
        meta: the content of `meta.json`.
        told: what the gate said where the version comes from, as sentences.
    """

    persona: Persona
    limits: Limits
    consents: tuple[Consent, ...]
    shape: AdapterShape
    meta: dict[str, Any]
    told: tuple[str, ...]
    golden: tuple[Golden, ...]


def manifest_of(archive: TwinZip, now: datetime) -> Manifest:
    """The signed manifest, which names exactly the members that are there.

    Raises:
        BadInput: `bad_manifest`, `package_altered`, or as `read_manifest`.
    """
    if names.MANIFEST not in archive.sizes:
        raise BadInput("there is no manifest.json in it; this is no twin file", code="not_a_twin_file")
    manifest = read_manifest(archive.read(names.MANIFEST), now)
    there = {name: size for name, size in archive.sizes.items() if name != names.MANIFEST}
    if there != {name: member.bytes for name, member in manifest.members.items()}:
        raise _altered("its members are not those that were signed")
    check_slug(manifest.creator.slug)
    check_name(manifest.creator.name)
    if manifest.base.name.endswith(".gguf"):
        raise BadInput("the base is named by a path", code="bad_manifest")
    return manifest


def unpack_members(
    archive: TwinZip, manifest: Manifest, wanted: Sequence[str], into: Path, progress: Progress
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
            for chunk in archive.chunks(name):
                hasher.update(chunk)
                file.write(chunk)
                done += len(chunk)
                progress(done, total, f"unpacking {name}")
        if hasher.hexdigest() != member.sha256:
            raise _altered(f"{name} is not what was signed")


def check_twin(folder: Path, manifest: Manifest) -> TwinFacts:
    """Look through everything but the library and the fit on the base.

    Raises:
        BadInput: `bad_persona`, `bad_limits`, `bad_consent`, `adapter_config`, `bad_tensors`, `bad_weights`,
            `bad_meta`, `bad_examples`, `bad_golden`.
    """
    shape = read_config(_json(folder, names.CONFIG, "adapter_config"))
    tensors = read_tensors(folder / names.WEIGHTS)
    check_finite(folder / names.WEIGHTS, tensors)
    return TwinFacts(
        persona=_persona(_json(folder, names.PERSONA, "bad_persona")),
        limits=parse_limits(_json(folder, names.LIMITS, "bad_limits")),
        consents=_consents(_json(folder, names.CONSENTS, "bad_consent")),
        shape=shape,
        meta=_meta(_json(folder, names.META, "bad_meta")),
        told=_told(folder) if names.LADDER in manifest.members else (),
        golden=_golden(folder) if names.GOLDEN in manifest.members else (),
    )


def check_examples(folder: Path) -> None:
    """Raise unless the examples are rows as training writes them.

    Raises:
        BadInput: `bad_examples`.
    """
    for _ in read_rows(folder / names.EXAMPLES, _EXAMPLE, "bad_examples"):
        pass


def check_fit(folder: Path, shape: AdapterShape, manifest: Manifest, base: BaseFile) -> BaseForm:
    """The form of the base that lies here, which is the one the adapter was made on and fits.

    Raises:
        BadInput: `base_differs`, `adapter_shape`.
    """
    if base.sha256 != manifest.base.sha256:
        raise BadInput(
            f"the base {manifest.base.name!r} here is not the one that the twin was trained on "
            f"(sha256 {base.sha256[:12]}…, not {manifest.base.sha256[:12]}…); install that one",
            code="base_differs",
        )
    form = read_base(base.path)
    check_shapes(read_tensors(folder / names.WEIGHTS), shape, form.room)
    return form


def check_settings(folder: Path) -> LibrarySettings:
    """The creator's choices about the library.

    Raises:
        BadInput: `bad_library`.
    """
    return read_row((folder / names.SETTINGS).read_bytes(), LibrarySettings, "bad_library", names.SETTINGS)


def _persona(value: Any) -> Persona:
    """A persona whose every field has its type."""
    persona = read_row(exact_json(value), Persona, "bad_persona", names.PERSONA)
    check_name(persona.name)
    return parse_persona(value)


def _consents(value: Any) -> tuple[Consent, ...]:
    if not isinstance(value, list) or len(value) > CONSENTS_MAX:
        raise BadInput("consents.json is no list of consents", code="bad_consent")
    found = tuple(read_row(exact_json(one), Consent, "bad_consent", names.CONSENTS) for one in value)
    for one in found:
        if not _CONSENT_ID.fullmatch(one.id):
            raise BadInput(f"{one.id[:40]!r} is no consent's id", code="bad_consent")
        check_columns(consents, one, "bad_consent")
        check_scopes(one.scopes)
    return found


def _meta(value: Any) -> dict[str, Any]:
    """`meta.json` where everything that is read later has its type."""
    facts = value if isinstance(value, dict) else {}
    held_out = facts.get("held_out")
    plan, training = facts.get("plan"), facts.get("training")
    try:
        TypeAdapter(list[str]).validate_python(held_out["items"], strict=True)  # type: ignore[index]
        TypeAdapter(dict[str, int]).validate_python(plan["examples"], strict=True)  # type: ignore[index]
        TypeAdapter(dict[str, int | float | str | bool | None]).validate_python(training, strict=True)
        TypeAdapter(dict[str, str]).validate_python(facts["systems"], strict=True)
        TypeAdapter(Sha256).validate_python(facts["base"]["sha256"], strict=True)
        TypeAdapter(float).validate_python(training.get("seconds", 0.0))  # type: ignore[union-attr]
        TypeAdapter(int).validate_python(training.get("tokens", 0))  # type: ignore[union-attr]
    except (ValidationError, KeyError, TypeError, AttributeError) as error:
        raise BadInput("meta.json is not as training writes it", code="bad_meta") from error
    return facts


def _told(folder: Path) -> tuple[str, ...]:
    """What the gate said there, in a few bounded sentences."""
    ladder = _json(folder, names.LADDER, "bad_ladder")
    gate = ladder.get("gate") if isinstance(ladder, dict) else None
    if not isinstance(gate, dict):
        return ("it was not measured where it comes from",)
    reasons = gate.get("reasons")
    said = [one[:300] for one in reasons if isinstance(one, str)] if isinstance(reasons, list) else []
    passed = "passed the gate" if gate.get("passed") is True else "did not pass the gate"
    return tuple(f"where it comes from it {passed}: {reason}" for reason in said[:12] or ["no reasons given"])


def _golden(folder: Path) -> tuple[Golden, ...]:
    found = tuple(read_rows(folder / names.GOLDEN, Golden, "bad_golden"))
    if len(found) > QUESTIONS_MAX or any(len(one.question) > 2000 for one in found):
        raise BadInput("the golden questions are too many or too long", code="bad_golden")
    return found


def _json(folder: Path, name: str, code: str) -> Any:
    return read_exact((folder / name).read_bytes(), name, code)


def _altered(what: str) -> BadInput:
    return BadInput(f"the twin file was altered after it was signed: {what}", code="package_altered")

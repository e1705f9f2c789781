"""`manifest.json`: what a twin file holds, for whom, on which base, and who signed it.

The signature is over every other field, and the digests of all members are among them: who changes a byte
anywhere must forge the signature. Knows nothing about files.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from fenshen.core.clock import rfc3339
from fenshen.core.errors import BadInput
from fenshen.studio.transfer.names import ALWAYS, LIBRARY, MANIFEST, bytes_max
from fenshen.trust import signing
from fenshen.trust.signing import Signer, SigningKey

#: Signed in front of the fields, so that a signature is never good for anything else.
_DOMAIN = b"fenshen twin file 1\n"

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


def canonical_json(value: Any) -> bytes:
    """The bytes that stand for `value` in a signature: keys sorted, ASCII, no spaces.

    Raises:
        ValueError: it holds a number that JSON does not have.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


class _Facts(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Member(_Facts):
    """One file in the file."""

    sha256: Sha256
    bytes: Annotated[int, Field(ge=0)]


class CreatorFacts(_Facts):
    """Whose twin it is."""

    slug: Annotated[str, Field(max_length=64)]
    name: Annotated[str, Field(max_length=80)]
    created: AwareDatetime


class VersionFacts(_Facts):
    """Which version it is, and where it came from; files written before versions had a voice name none."""

    id: Annotated[str, Field(pattern=r"^ver_[0-9a-z_]{1,59}$")]
    created: AwareDatetime
    recipe: Name
    recipe_sha256: Sha256
    data_sha256: Sha256
    origin: Name
    consent_id: Annotated[str, Field(pattern=r"^cns_[0-9a-z]{1,36}$")] | None
    voice: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$")] | None = None


class BaseFacts(_Facts):
    """The base that the adapter was trained on."""

    name: Name
    sha256: Sha256


class SignerFacts(_Facts):
    """The public key of the installation that wrote the file."""

    public_key: Sha256
    created: AwareDatetime
    expires: AwareDatetime


class Manifest(_Facts):
    """The fields of `manifest.json` but the signature."""

    kind: Literal["fenshen-twin"] = "fenshen-twin"
    format: Literal[1] = 1
    written_by: Annotated[str, Field(max_length=40)]
    created: AwareDatetime
    creator: CreatorFacts
    version: VersionFacts
    base: BaseFacts
    members: dict[str, Member]
    signer: SignerFacts

    @property
    def has_library(self) -> bool:
        """Whether the library travels too."""
        return LIBRARY[0] in self.members

    @property
    def author(self) -> Signer:
        """Who signed it."""
        return Signer(self.signer.public_key, self.signer.created, self.signer.expires)


def sign_manifest(manifest: Manifest, key: SigningKey) -> bytes:
    """The bytes of `manifest.json`, signed with `key`."""
    fields = _plain(manifest.model_dump())
    return canonical_json({**fields, "signature": key.sign(_DOMAIN + canonical_json(fields))})


def signer_facts(signer: Signer) -> SignerFacts:
    """A signer as the manifest names it."""
    return SignerFacts(public_key=signer.public_key, created=signer.created, expires=signer.expires)


def read_manifest(data: bytes, now: datetime) -> Manifest:
    """The manifest in `data`, whose signature is good.

    Raises:
        BadInput: `bad_manifest`, `package_format`, `package_member`, or as `signing.verify`.
    """
    try:
        fields = json.loads(data)
        signature = fields.pop("signature", None) if isinstance(fields, dict) else None
        statement = _DOMAIN + canonical_json(fields)
    except (ValueError, RecursionError) as error:
        raise BadInput(
            "manifest.json is no JSON; the file is damaged or forged", code="bad_manifest"
        ) from error
    if not isinstance(fields, dict) or not isinstance(signature, str):
        raise BadInput("the manifest is not signed; nothing in the file can be trusted", code="bad_signature")
    if fields.get("kind") == "fenshen-twin" and fields.get("format") != 1:
        raise BadInput(
            f"the twin file has format {str(fields.get('format'))[:20]}; this fenshen reads format 1, a newer "
            "one may read it",
            code="package_format",
        )
    try:
        manifest = Manifest.model_validate_json(canonical_json(fields))
    except (ValidationError, ValueError, OverflowError) as error:
        raise BadInput(
            f"the manifest is not as fenshen writes it: {_first(error)}", code="bad_manifest"
        ) from error
    signing.verify(manifest.author, statement, signature, now)
    _check_members(manifest)
    return manifest


def _check_members(manifest: Manifest) -> None:
    for name, member in manifest.members.items():
        if name == MANIFEST or member.bytes > bytes_max(name):
            raise BadInput(f"the manifest names {name!r} in a way that cannot be", code="bad_manifest")
    wanted = (*ALWAYS, *(LIBRARY if any(n.startswith("library/") for n in manifest.members) else ()))
    if missing := [name for name in wanted if name not in manifest.members]:
        raise BadInput(f"the manifest lacks {missing[0]!r}", code="bad_manifest")


def _plain(value: Any) -> Any:
    """Times as RFC 3339 with microseconds, which versions are told apart by."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, datetime):
        return value.isoformat() if value.microsecond else rfc3339(value)
    return value


def _first(error: Exception) -> str:
    """Where the first thing is that is wrong, without its value."""
    if isinstance(error, ValidationError):
        problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
        return f"{'.'.join(str(part) for part in problem['loc'])[:80]}: {problem['msg']}"
    return "a value is out of range"

"""A twin leaves one machine and arrives at another: what travels, whose it is, and what stays as it was."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fenshen.core import audit
from fenshen.core.blobs import Blobs
from fenshen.core.clock import VirtualClock
from fenshen.core.errors import BadInput, Busy, Conflict, EngineMissing, NotFound, Refused
from fenshen.core.progress import silent
from fenshen.library import items
from fenshen.library.persona import current_persona
from fenshen.studio.transfer import checks, importer, names
from fenshen.studio.transfer.container import Content, zip_stream
from fenshen.studio.transfer.exporter import PackageDraft
from fenshen.training import versions
from fenshen.training.meta import read_meta
from fenshen.trust import consent, creators, limits
from fenshen.trust.signers import distrust, list_trusted
from fenshen.trust.signing import Signer, SigningKey
from house import SLUG, House
from twin_files import BASE, forged, have_base, taken_apart, trained

from .conftest import Machine, Sent, send

Forge = Callable[..., Path]


def test_a_twin_arrives_whole_and_says_the_same(machine: Machine, sent: Sent) -> None:
    """Persona, limits, consents, adapter, library; golden questions get the answers they got before."""
    done = machine.take_in(sent.file, trust=sent.fingerprint)
    app, version = machine.app, done.arrived.version
    assert done.arrived.is_new and (version.origin, version.status) == ("import", "trained")
    assert done.verified is not None and (done.verified.same, done.verified.asked) == (8, 8)
    assert creators.creator(app.db, SLUG).name == "Juniper Shen"
    assert current_persona(app.db, SLUG).name_zh == "沈君柏"
    assert limits.current(app.db, SLUG).topics
    assert consent.check(app.db, SLUG, "train", app.clock.now()).person == "Juniper Shen"
    folder = app.settings.home / version.adapter_dir
    kept = {path.name for path in folder.iterdir()}
    assert kept == {
        "adapter_config.json",
        "adapter_model.safetensors",
        "adapter.gguf",
        "examples.jsonl",
        "meta.json",
        "import.json",
    }
    assert (read_meta(folder)["creator"], read_meta(folder)["version"]) == (SLUG, version.id)
    assert [one.title for one in items.list_items(app.db, SLUG)]
    found = app.index.search(SLUG, "limescale in the kettle")
    assert found, "the library can be searched at once"


def test_an_imported_version_is_not_before_fans_until_it_is_measured_here(
    machine: Machine, sent: Sent
) -> None:
    """Its gate says that it was measured elsewhere; a reason can overrule that, as everywhere."""
    version = machine.take_in(sent.file, trust=sent.fingerprint).arrived.version
    app = machine.app
    assert versions.published(app.db, SLUG) is None
    assert "not measured on this machine" in version.reasons[0]
    assert "where it comes from it passed the gate" in version.reasons[1]
    with pytest.raises(Refused) as refused:
        app.releases.publish(version, 1, "USD", by="test")
    assert refused.value.code == "gate_failed"
    assert app.releases.publish(version, 1, "USD", by="test", reason="measured there").status == "published"


def test_money_accounts_and_conversations_never_travel(sent: Sent) -> None:
    """Nothing in the file names a person with an account, a price or a word that a fan said."""
    _, members = taken_apart(sent.file)
    assert set(members) == {name for name in names.BYTES_MAX if name != names.MANIFEST}, (
        "everything in the file has a name of its own"
    )
    everything = b"".join(members.values())
    for secret in (b"@example.com", b"fsk_", b"price", b"micros", b"password"):
        assert secret not in everything


def test_a_voice_travels_and_an_older_file_has_none(machine: Machine, sent: Sent, forge: Forge) -> None:
    """The field is optional, so a file that was written before versions had a voice still arrives."""

    def change(fields: dict[str, Any], voice: str | None) -> None:
        assert fields["version"].pop("voice") is None
        if voice is not None:
            fields["version"]["voice"] = voice

    older = forge(manifest=lambda fields: change(fields, None))
    assert machine.take_in(older, trust=sent.fingerprint).arrived.version.voice is None
    with machine.app.db.write() as connection:
        connection.execute(versions.versions.delete())
    spoken = forge(manifest=lambda fields: change(fields, "af_heart"))
    assert machine.take_in(spoken, trust=sent.fingerprint).arrived.version.voice == "af_heart"
    assert versions.list_versions(machine.app.db, SLUG)[0].voice == "af_heart"


async def test_the_voice_of_a_version_is_in_its_file(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What speaks here is named there."""
    trained(house, have_base(monkeypatch, tmp_path))
    with house.app.db.write() as connection:
        connection.execute(versions.versions.update().values(voice="zf_001"))
    alone = await send(house, tmp_path / "alone.fenshen", version_id="ver_trained_0000", golden=0)
    assert taken_apart(alone.file)[0]["version"]["voice"] == "zf_001"


async def test_the_twin_alone_is_small_and_brings_no_library(
    house: House, tmp_path: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without `library` not one item travels."""
    trained(house, have_base(monkeypatch, tmp_path))
    alone = await send(house, tmp_path / "alone.fenshen", version_id="ver_trained_0000", golden=0)
    assert not any(name.startswith("library/") for name in taken_apart(alone.file)[1])
    done = await machine.app.packages.take_in(alone.file, trust=alone.fingerprint, by="test")
    assert done.verified is not None and done.verified.asked == 0
    assert items.list_items(machine.app.db, SLUG) == []


def test_importing_twice_changes_nothing(machine: Machine, sent: Sent) -> None:
    """The second time it is said to be here already."""
    machine.take_in(sent.file, trust=sent.fingerprint)
    before = machine.seen()
    again = machine.take_in(sent.file)
    assert not again.arrived.is_new and again.arrived.stored.items == 0
    assert machine.seen() == before
    assert len(versions.list_versions(machine.app.db, SLUG)) == 1


async def test_a_second_file_of_the_same_creator_adds_a_version(
    house: House, machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their persona and limits here stay as they are."""
    base = have_base(monkeypatch, tmp_path)
    for number in range(2):
        version = trained(house, base, number)
        file = await send(house, tmp_path / f"{number}.fenshen", version_id=version.id)
        if number == 1:
            limits.store(machine.app.db, machine.app.clock, SLUG, limits.Limits())
        await machine.app.packages.take_in(file.file, trust=file.fingerprint, by="test")
    found = [one.id for one in versions.list_versions(machine.app.db, SLUG)]
    assert sorted(found) == ["ver_trained_0000", "ver_trained_0001"]
    assert limits.current(machine.app.db, SLUG) == limits.Limits()


def test_another_creator_of_the_same_name_is_left_alone(machine: Machine, sent: Sent) -> None:
    """16: a twin cannot take somebody's place by being called like them; another name is free."""
    app = machine.app
    creators.add_creator(app.db, app.clock, SLUG, "Somebody Else", None)
    refused = machine.refuses(sent.file, trust=sent.fingerprint)
    assert isinstance(refused, Conflict) and refused.code == "slug_taken"
    done = machine.take_in(sent.file, slug="juniper-two", trust=sent.fingerprint)
    assert done.arrived.version.creator == "juniper-two"
    refused = machine.refuses(sent.file, slug="juniper-three")
    assert isinstance(refused, Conflict) and refused.code == "twin_exists"


def test_a_version_with_the_id_of_another_is_refused(machine: Machine, sent: Sent, forge: Forge) -> None:
    """16: other weights under an id that is here change nothing here."""
    machine.take_in(sent.file, trust=sent.fingerprint)

    def doubled(data: bytes) -> bytes:
        return data[:-4] + b"\x00\x00\x80\x3f"

    refused = machine.refuses(forge({names.WEIGHTS: doubled}))
    assert isinstance(refused, BadInput) and refused.code == "version_differs"


class TestConsent:
    """20: no file without the creator's consent, in either direction."""

    async def test_export_needs_it(self, house: House) -> None:
        for one in consent.list_for(house.app.db, SLUG):
            consent.revoke(house.app.db, house.app.clock, one.id, by="test")
        with pytest.raises(Refused) as refused:
            async with house.app.packages.packed(SLUG, by="test"):
                pass
        assert refused.value.code == "consent_revoked"

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            (lambda given: [], "no_consent"),
            (lambda given: [{**given[0], "scopes": ["chat"]}], "no_consent"),
            (lambda given: [{**given[0], "revoked": "2026-01-01T00:00:00Z"}], "consent_revoked"),
            (lambda given: [{**given[0], "until": "2025-12-31T00:00:00Z"}], "consent_expired"),
        ],
        ids=["none", "not for this", "revoked", "expired"],
    )
    def test_import_needs_it(
        self, machine: Machine, sent: Sent, forge: Forge, change: Callable[[Any], Any], code: str
    ) -> None:
        """Somebody else's word that there was one is not enough."""
        file = forge({names.CONSENTS: lambda data: _exact(change(json.loads(data)))})
        refused = machine.refuses(file, trust=sent.fingerprint)
        assert isinstance(refused, Refused) and refused.code == code

    def test_a_revocation_here_outlives_an_older_file(self, machine: Machine, sent: Sent) -> None:
        """What was taken back on this machine cannot be brought back by importer again."""
        machine.take_in(sent.file, trust=sent.fingerprint)
        app = machine.app
        for one in consent.list_for(app.db, SLUG):
            consent.revoke(app.db, app.clock, one.id, by="creator")
        assert machine.refuses(sent.file).code == "consent_revoked"
        assert {one.status(app.clock.now()) for one in consent.list_for(app.db, SLUG)} == {"revoked"}


class TestTrust:
    """19: whose signature counts."""

    def test_a_stranger_is_refused_until_somebody_names_them(self, machine: Machine, sent: Sent) -> None:
        """The message says the fingerprint; a wrong one does not help; once named, they are remembered."""
        refused = machine.refuses(sent.file)
        assert isinstance(refused, Refused) and refused.code == "unknown_signer"
        assert sent.fingerprint in refused.message
        assert machine.refuses(sent.file, trust="0000-" + sent.fingerprint[5:]).code == "unknown_signer"
        machine.take_in(sent.file, trust=sent.fingerprint.upper().replace("-", " "))
        assert [one.fingerprint for one in list_trusted(machine.app.db)] == [sent.fingerprint]
        machine.take_in(sent.file)

    def test_a_file_that_is_refused_makes_nobody_trusted(
        self, machine: Machine, sent: Sent, forge: Forge
    ) -> None:
        """Trust comes with the first twin that arrives."""
        machine.refuses(forge({names.WEIGHTS: b"x"}), trust=sent.fingerprint)
        assert list_trusted(machine.app.db) == []

    def test_ones_own_files_need_nobodys_word(self, machine: Machine, forge: Forge, sent: Sent) -> None:
        """A file that comes back to where it was written."""
        file = forge()
        own = machine.app.packages.key
        file.write_bytes(forged(sent.file, own))
        assert machine.take_in(file).arrived.is_new

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            (lambda f: f.update(created="2026-01-01T00:00:01Z"), "bad_signature"),
            (lambda f: f["creator"].update(slug="rowan"), "bad_signature"),
            (lambda f: f["signer"].update(expires="2099-01-01T00:00:00Z"), "bad_signature"),
            (lambda f: f["signer"].update(public_key="0" * 64), "bad_signature"),
            (lambda f: f.update(extra=1), "bad_manifest"),
            (lambda f: f.pop("base"), "bad_manifest"),
            (lambda f: f.update(format=2), "package_format"),
        ],
        ids=[
            "a date",
            "another creator",
            "a longer life",
            "another key",
            "a field more",
            "a field less",
            "newer",
        ],
    )
    def test_an_altered_manifest_is_refused(
        self,
        machine: Machine,
        sent: Sent,
        tmp_path: Path,
        change: Callable[[dict[str, Any]], None],
        code: str,
    ) -> None:
        """Whatever was changed after signing."""
        with zipfile.ZipFile(sent.file) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        fields = json.loads(members[names.MANIFEST])
        change(fields)
        members[names.MANIFEST] = _exact(fields)
        file = tmp_path / "altered.fenshen"
        contents = [
            Content(name, len(data), lambda data=data: iter([data])) for name, data in members.items()
        ]
        file.write_bytes(b"".join(zip_stream(contents)))
        assert machine.refuses(file, trust=sent.fingerprint).code == code

    def test_an_expired_key_signs_nothing_that_is_taken_in(self, machine: Machine, sent: Sent) -> None:
        """Five years on the file must be written anew."""
        assert isinstance(machine.app.clock, VirtualClock)
        machine.app.clock.advance(6 * 365 * 86_400)
        assert machine.refuses(sent.file, trust=sent.fingerprint).code == "signature_expired"

    def test_a_key_from_the_future_is_refused(self, machine: Machine, sent: Sent, tmp_path: Path) -> None:
        """Clocks may differ by a day, not by more."""
        ahead = SigningKey(
            Signer(
                sent.key.signer.public_key,
                datetime(2026, 2, 1, tzinfo=UTC),
                datetime(2030, 2, 1, tzinfo=UTC),
            ),
            sent.key.secret,
        )
        file = tmp_path / "future.fenshen"
        file.write_bytes(forged(sent.file, ahead))
        assert machine.refuses(file, trust=ahead.signer.fingerprint).code == "signature_future"

    def test_a_bit_flipped_in_any_member_is_noticed(
        self, machine: Machine, sent: Sent, tmp_path: Path
    ) -> None:
        """By the zip's own sum or by the digest."""
        data = bytearray(sent.file.read_bytes())
        data[data.index(b"It is sulking.")] ^= 1
        file = tmp_path / "flipped.fenshen"
        file.write_bytes(data)
        refused = machine.refuses(file, trust=sent.fingerprint)
        assert refused.code in ("package_damaged", "package_altered")


class TestNotHere:
    """What is missing on the machine is said, and nothing is left."""

    def test_the_base(self, machine: Machine, sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
        def absent(name: str, home: Path) -> None:
            raise EngineMissing(f"run `fenshen models pull {name}`", code="model_missing")

        monkeypatch.setattr(importer, "find_base", absent)
        assert machine.refuses(sent.file, trust=sent.fingerprint).code == "model_missing"

    def test_another_base_of_the_same_name(
        self, machine: Machine, sent: Sent, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        base = have_base(monkeypatch, tmp_path)
        other = replace(base, sha256="9" * 64)
        monkeypatch.setattr(importer, "find_base", lambda name, home: other)
        assert machine.refuses(sent.file, trust=sent.fingerprint).code == "base_differs"

    def test_space_on_the_disk(self, machine: Machine, sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(checks, "SPARE_BYTES", 1 << 60)
        refused = machine.refuses(sent.file, trust=sent.fingerprint)
        assert isinstance(refused, Busy) and refused.code == "disk_full"

    def test_the_owner(self, machine: Machine, sent: Sent) -> None:
        with pytest.raises(NotFound):
            machine.take_in(sent.file, trust=sent.fingerprint, owner="usr_nobody")
        assert creators.list_creators(machine.app.db) == []


def test_an_original_that_changed_on_the_disk_is_not_sent(tmp_path: Path) -> None:
    """What leaves is what was signed, or nothing."""
    blobs = Blobs(tmp_path / "blobs")
    digest = blobs.put_bytes([b"RIFF0000WAVE sound"])
    draft = PackageDraft(tmp_path, silent)
    draft.add_file(f"{names.ORIGINALS}{digest}", blobs.path(digest), digest)
    blobs.path(digest).write_bytes(b"RIFF0000WAVE noise")
    with pytest.raises(BadInput) as refused:
        list(zip_stream(draft.contents))
    assert refused.value.code == "changed_meanwhile"


def test_a_file_of_the_first_writer_is_still_imported(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`format-1.fenshen` was written by the first exporter, with its library and two golden questions."""
    file = Path(__file__).with_name("format-1.fenshen")
    manifest, _ = taken_apart(file)
    base = replace(have_base(monkeypatch, tmp_path), sha256=manifest["base"]["sha256"])
    monkeypatch.setattr(importer, "find_base", lambda name, home: replace(base, name=name))
    done = machine.take_in(file, trust="c0aa-3fd9-b1f0-9ff7-911f-d528-39f5-5227-8038-e679")
    assert (
        done.arrived.is_new and done.arrived.stored.items == len(items.list_items(machine.app.db, SLUG)) > 0
    )
    assert done.arrived.stored.passages > 0 and len(done.arrived.golden) == 2
    assert current_persona(machine.app.db, SLUG).name_zh == "沈君柏"


def test_export_and_import_are_in_the_audit_log(machine: Machine, sent: Sent) -> None:
    """With the version and who signed it."""
    machine.take_in(sent.file, trust=sent.fingerprint)
    told = {one.action: one.details for one in audit.entries(machine.app.db, subject=SLUG)}
    assert told["twin.import"]["signer"] == sent.fingerprint
    assert told["creator.add"] == {"name": "Juniper Shen"}


def test_the_version_is_called_by_its_base(machine: Machine, sent: Sent) -> None:
    """A base is named, never pointed at."""
    assert machine.take_in(sent.file, trust=sent.fingerprint).arrived.version.base == BASE


def _exact(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def test_an_installation_is_trusted_until_somebody_takes_that_back(machine: Machine, sent: Sent) -> None:
    """Afterwards its next file needs the fingerprint again; an unknown fingerprint is said to be unknown."""
    db, clock = machine.app.db, machine.app.clock
    machine.take_in(sent.file, trust=sent.fingerprint)
    with pytest.raises(NotFound):
        distrust(db, clock, "0000-0000", "cli")
    distrust(db, clock, sent.fingerprint.upper(), "cli")
    assert list_trusted(db) == []
    assert audit.entries(db, subject=sent.fingerprint, limit=1)[0].action == "signer.distrust"

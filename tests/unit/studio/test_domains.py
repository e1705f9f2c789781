"""Domain bases: what is read, on whose consent, and what happens when one of them is taken back."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fenshen.core.errors import BadInput, Conflict, EngineMissing, NotFound, Refused
from fenshen.models.made import made_base
from fenshen.training.bases import find_base
from fenshen.training.domain.texts import read_texts
from fenshen.training.domain.train import DomainJobSpec
from fenshen.trust import consent
from house import SLUG, House, publish

pytest.importorskip("torch")
UNTIL = datetime(2040, 1, 1, tzinfo=UTC)
TEA = (
    "Tea number 0 was brewed for nine minutes, which is five more than anybody asked for, and it was good.",
    "Tea number 1 went cold while I argued with a postman about the right colour for a pillar box.",
    "Tea number 2 came from a tin without a label, so I labelled it hope and drank it with both hands.",
    "Tea number 3 never happened: the kettle had gone to a wedding and did not say when it would be back.",
)


@pytest.fixture
def field(house: House, tmp_path: Path) -> House:
    """The house with a second creator of the same field, who has written about tea, and a tiny base."""
    from tiny_gguf import write_tiny_base

    files = tmp_path / "tea"
    (files / "private").mkdir(parents=True)
    for n in range(4):
        (files / f"2024-01-0{n + 1} Tea {n}.md").write_text(f"# Tea {n}\n\n{TEA[n]}\n")
    (files / "private" / "secret.md").write_text("# Secret\n\nThe marmalade otter sleeps in the safe.\n")
    _consent(house, "rowan")
    house.app.library.claim_all("rowan", by="test")
    house.app.library.ingest("rowan", [files])
    write_tiny_base(tmp_path / "tiny.gguf")
    return house


def _consent(house: House, slug: str) -> str:
    app = house.app
    return consent.grant(app.db, app.clock, app.ids, slug, ["train", "chat"], UNTIL, by="test").id


def _order(tmp_path: Path, name: str = "tea", minutes: float = 0.05) -> DomainJobSpec:
    return DomainJobSpec(name, (SLUG, "rowan"), str(tmp_path / "tiny.gguf"), minutes)


def _end(house: House, slug: str) -> None:
    for one in consent.list_for(house.app.db, slug):
        consent.revoke(house.app.db, house.app.clock, one.id, by="test")


@pytest.fixture
def ticking(field: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The virtual clock moves on a second with every look at consent, so that the budget ends."""
    check = consent.check

    def look(*arguments: object) -> consent.Consent:
        field.clock.advance(0.5)
        return check(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("fenshen.studio.domains.consent.check", look)
    return field


def test_a_domain_base_is_made_recorded_and_found(ticking: House, tmp_path: Path) -> None:
    """Whose words, which data, which consents; and `--base domain:NAME` finds the weights."""
    app = ticking.app
    made = app.domains.train(_order(tmp_path), by="test")
    assert (made.name, made.creators, made.status) == ("domain:tea", (SLUG, "rowan"), "ready")
    assert made.consents["rowan"] == [consent.list_for(app.db, "rowan")[0].id]
    assert made.totals is not None and made.totals["steps"] > 0
    file = find_base("domain:tea", app.settings.home)
    assert file.sha256 == made.sha256
    card, weights = made_base("domain:tea", app.settings.home)
    assert weights == file.path
    assert card.plain == str(tmp_path / "tiny.gguf")
    assert len(card.items) == made.totals["items"]
    assert [path.name for path in weights.parent.iterdir()].count("base.gguf") == 1
    assert not list(weights.parent.glob("work-*"))
    assert app.domains.list_all() == [(made, None)]


def test_private_held_out_and_excluded_items_are_never_read(field: House) -> None:
    """Only what may be learned from, and of that not the newest tenth."""
    app = field.app
    holding = {"rowan": consent.active_ids(app.db, "rowan", app.clock.now())}
    texts = read_texts(app.db, ["rowan"], None, holding)
    told = " ".join(text.text for text in texts.texts)
    assert "Tea number 2" in told
    assert "Tea number 3" not in told
    assert "marmalade" not in told
    (second,) = [text for text in texts.texts if "number 1" in text.text]
    app.editor("rowan", "test").exclude([second.item_id], excluded=True)
    assert second.item_id not in read_texts(app.db, ["rowan"], None, holding).items


def test_every_creator_must_consent_before_anything_is_read(field: House, tmp_path: Path) -> None:
    """One without a valid consent stops it, and nothing is recorded."""
    _end(field, "rowan")
    with pytest.raises(Refused, match="rowan"):
        field.app.domains.train(_order(tmp_path), by="test")
    assert field.app.domains.list_all() == []


def test_a_consent_that_ends_while_training_stops_it(ticking: House, tmp_path: Path) -> None:
    """Before the next step; what was learned so far is no base."""
    seen: list[str] = []

    def watch(done: float, total: float, note: str = "") -> None:
        if note.startswith("step") and not seen:
            seen.append(note)
            _end(ticking, "rowan")

    with pytest.raises(Refused, match="rowan"):
        ticking.app.domains.train(_order(tmp_path, minutes=5), watch, by="test")
    assert seen
    with pytest.raises(EngineMissing):
        find_base("domain:tea", ticking.app.settings.home)


def test_a_domain_base_that_was_cut_off_is_finished(ticking: House, tmp_path: Path) -> None:
    """The second call goes on from the checkpoint of the first."""
    steps: list[str] = []

    def kill(done: float, total: float, note: str = "") -> None:
        if note.startswith("step"):
            steps.append(note.split(",")[0])
            if len(steps) == 1:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ticking.app.domains.train(_order(tmp_path), kill, by="test")
    (work,) = (ticking.app.settings.home / "domains" / "tea").glob("work-*")
    assert work.is_dir()
    assert ticking.app.domains.train(_order(tmp_path), kill, by="test").status == "ready"


def test_when_a_creator_revokes_nobody_uses_the_base_any_more(ticking: House, tmp_path: Path) -> None:
    """Twins on it stop answering, and nothing new is trained on it; the other creator is told why."""
    app = ticking.app
    app.domains.train(_order(tmp_path), by="test")
    publish(app, base="domain:tea")
    assert app.published(SLUG).version.base == "domain:tea"
    assert app.may_chat(SLUG)
    _end(ticking, "rowan")
    with pytest.raises(Refused, match="rowan") as caught:
        app.published(SLUG)
    assert caught.value.code == "domain_consent"
    assert not app.may_chat(SLUG)
    with pytest.raises(Refused, match="rowan"):
        app.training.train(_train_order("domain:tea"))
    ((_, why_not),) = app.domains.list_all()
    assert why_not is not None and "rowan" in why_not
    _consent(ticking, "rowan")
    assert app.may_chat(SLUG)


def _train_order(base: str) -> object:
    from fenshen.training.job import JobSpec

    return JobSpec(SLUG, base)


def test_a_name_is_used_once(ticking: House, tmp_path: Path) -> None:
    """Twins may stand on a base, so its weights never change under them."""
    ticking.app.domains.train(_order(tmp_path), by="test")
    with pytest.raises(Conflict, match="another name"):
        ticking.app.domains.train(_order(tmp_path), by="test")


@pytest.mark.parametrize(
    ("name", "creators", "base", "code"),
    [
        ("tea", ("a",), "b", "bad_creators"),
        ("tea", ("a", "a"), "b", "bad_creators"),
        ("Tea!", ("a", "b"), "b", "bad_domain_name"),
        ("../tea", ("a", "b"), "b", "bad_domain_name"),
        ("tea", ("a", "b"), "domain:tea", "bad_base"),
    ],
)
def test_a_senseless_order_is_refused(name: str, creators: tuple[str, ...], base: str, code: str) -> None:
    """Before anything is touched."""
    with pytest.raises(BadInput) as caught:
        DomainJobSpec(name, creators, base)
    assert caught.value.code == code


def test_an_unknown_or_damaged_domain_base_is_missing(house: House) -> None:
    """The message names the command that makes it; a card that is no card is none."""
    home = house.app.settings.home
    for written in (None, "{}", json.dumps([1]), "not json"):
        folder = home / "domains" / "tea"
        folder.mkdir(parents=True, exist_ok=True)
        if written is not None:
            (folder / "domain.json").write_text(written)
            (folder / "base.gguf").write_bytes(b"GGUF")
        with pytest.raises(EngineMissing, match="fenshen domain train tea"):
            find_base("domain:tea", home)


def test_an_unknown_creator_is_not_found(house: House, tmp_path: Path) -> None:
    """Before consent is asked."""
    with pytest.raises(NotFound):
        house.app.domains.train(DomainJobSpec("tea", (SLUG, "nobody"), "b"), by="test")

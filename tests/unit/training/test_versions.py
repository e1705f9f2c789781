"""Which version fans talk to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Conflict, NotFound, Refused
from fenshen.training import releases, versions
from fenshen.training.versions import Version

PASSED = {"passed": True, "reasons": ["it won"]}
FAILED = {"passed": False, "reasons": ["style is not surely higher"]}
Made = Callable[..., str]


@pytest.fixture
def made(db: Database) -> Made:
    """Records an evaluated version and gives its id."""
    count = 0

    def make(gate: dict[str, object] | None = PASSED, status: str = "evaluated") -> str:
        nonlocal count
        count += 1
        version = Version(
            id=f"ver_{count}",
            creator="juniper",
            base="tiny",
            recipe="cpu-demo",
            recipe_sha256="r",
            data_sha256="d",
            consent_id=None,
            adapter_dir=f"versions/ver_{count}",
            created=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=count),
            status=status,  # type: ignore[arg-type]
            gate=gate,
        )
        versions.add(db, version)
        return version.id

    return make


def test_the_published_version_replaces_the_one_before(db: Database, made: Made) -> None:
    """At most one is live; the older one is retired."""
    clock, first, second = VirtualClock(), made(), made()
    releases.publish(db, clock, first, (1_000_000, "usd"))
    live = releases.publish(db, clock, second, (2_000_000, "USD"))
    assert (live.status, live.price_micros_per_minute, live.currency) == ("published", 2_000_000, "USD")
    assert versions.version(db, first).status == "retired"
    assert [v.id for v in versions.all_published(db)] == [second]


def test_rollback_brings_the_one_before_back(db: Database, made: Made) -> None:
    """Back twice through three versions, then there is nothing older."""
    clock = VirtualClock()
    ids = [made(), made(), made()]
    for version_id in ids:
        clock.advance(60)
        releases.publish(db, clock, version_id, (1_000_000, "USD"))
    assert releases.rollback(db, clock, "juniper").id == ids[1]
    assert releases.rollback(db, clock, "juniper").id == ids[0]
    with pytest.raises(NotFound):
        releases.rollback(db, clock, "juniper")
    found = versions.published(db, "juniper")
    assert found is not None
    assert found.id == ids[0]


def test_what_lost_is_published_only_with_a_reason(db: Database, made: Made) -> None:
    """The refusal says why, and a reason is recorded."""
    loser = made(FAILED)
    with pytest.raises(Refused, match="not surely higher"):
        releases.publish(db, VirtualClock(), loser, (1_000_000, "USD"))
    with pytest.raises(Refused):
        releases.publish(db, VirtualClock(), loser, (1_000_000, "USD"), "   ")
    forced = releases.publish(db, VirtualClock(), loser, (1_000_000, "USD"), "the creator likes it")
    assert forced.forced_reason == "the creator likes it"


def test_what_was_never_evaluated_is_refused(db: Database, made: Made) -> None:
    """The refusal names the command to run."""
    with pytest.raises(Refused, match="fenshen eval juniper"):
        releases.publish(db, VirtualClock(), made(None, "trained"), (1_000_000, "USD"))


def test_unfinished_versions_and_senseless_prices_are_refused(db: Database, made: Made) -> None:
    """Neither half-trained weights nor a negative price reach fans."""
    with pytest.raises(Conflict):
        releases.publish(db, VirtualClock(), made(None, "training"), (1, "USD"), "hurry")
    with pytest.raises(BadInput):
        releases.publish(db, VirtualClock(), made(), (-1, "USD"))
    with pytest.raises(BadInput):
        releases.publish(db, VirtualClock(), made(), (1, "dollars"))


def test_evaluation_moves_a_trained_version_on(db: Database, made: Made) -> None:
    """Measuring a published version again leaves it published."""
    fresh = made(None, "trained")
    versions.record_evaluation(db, fresh, {"levels": []}, PASSED)
    assert versions.version(db, fresh).status == "evaluated"
    releases.publish(db, VirtualClock(), fresh, (1, "USD"))
    versions.record_evaluation(db, fresh, {"levels": []}, FAILED)
    assert versions.version(db, fresh).status == "published"


def test_the_unfinished_one_is_found_by_what_it_learns(db: Database, made: Made) -> None:
    """Another base, dataset or recipe begins anew."""
    begun = made(None, "training")
    begun_version = versions.version(db, begun)
    found = versions.unfinished(db, replace(begun_version, id="ver_next"))
    assert found == begun_version
    for other in ({"data_sha256": "other"}, {"base": "other"}, {"origin": "rebase", "parent": "ver_0"}):
        assert versions.unfinished(db, replace(begun_version, **other)) is None  # type: ignore[arg-type]
    assert versions.newest(db, "juniper") is None


def test_versions_do_not_need_pytorch() -> None:
    """Serving and billing read versions and decide gates without the training extra."""
    import subprocess
    import sys

    code = (
        "import sys, fenshen.training.versions, fenshen.training.gate, fenshen.training.train; "
        "sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""Training ordered on the page or by a schedule: stored, run in the background, stopped, gone on with, told to fans."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from fenshen.background import run_in_process
from fenshen.core import audit
from fenshen.core.errors import BadInput, Busy, Conflict
from fenshen.core.progress import Progress, silent
from fenshen.core.work import Work, Works, perform
from fenshen.core.workers import InThisProcess
from fenshen.studio.training_work import TrainingWork
from fenshen.training import versions
from fenshen.training.job import JobSpec
from fenshen.training.library_diff import ManifestEntry, write_manifest
from fenshen.training.meta import write_meta
from fenshen.training.schedule import Rule
from fenshen.training.versions import Version
from fenshen.trust import consent
from fenshen.twin.changes import Changes
from fenshen.wiring import App
from house import SLUG, House, new_version, publish

LIVE = {"levels": [{"level": "L3", "bits_per_byte": {"value": 1.1, "low": 1.0, "high": 1.2, "n": 30},
                    "style": {"value": 0.5, "low": 0.4, "high": 0.6, "n": 20}}]}  # fmt: skip


class FakeRetraining:
    """Trains a version in no time, or does what a test wants."""

    def __init__(self, app: App) -> None:
        self.app, self.orders = app, list[JobSpec]()
        self.during: Callable[[Progress], None] = lambda progress: None
        self.metrics: dict[str, Any] = LIVE
        self.compared = list[tuple[str, str]]()

    def train(self, order: JobSpec, progress: Progress = silent) -> Version:
        self.orders.append(order)
        progress(0.0, 1.0, "loading")
        self.during(progress)
        version = new_version(self.app)
        files(self.app, version)
        versions.set_status(self.app.db, version.id, "trained")
        return versions.version(self.app.db, version.id)

    def evaluate(self, version: Version, progress: Progress = silent) -> Version:
        progress(0.0, 1.0, "asking")
        gate = {"passed": True, "reasons": ["it won"]}
        versions.record_evaluation(self.app.db, version.id, self.metrics, gate)
        return versions.version(self.app.db, version.id)

    def compare(self, a: Version, b: Version, progress: Progress = silent) -> dict[str, Any]:
        progress(0.0, 1.0, "asking both")
        self.during(progress)
        self.compared.append((a.id, b.id))
        return {}


def files(app: App, version: Version, *, knows: bool = True) -> None:
    """The files that say what a version learned: the whole library, or nothing."""
    from fenshen.library import items

    folder = app.settings.home / version.adapter_dir
    folder.mkdir(parents=True, exist_ok=True)
    known = [item.id for item in items.list_items(app.db, SLUG) if not item.private] if knows else []
    write_meta(folder, {"held_out": {"items": []}})
    write_manifest(folder, {item_id: ManifestEntry(2) for item_id in known})


@pytest.fixture
def retraining(house: House) -> FakeRetraining:
    """A fake that trains the house's twin."""
    return FakeRetraining(house.app)


class Line:
    """A queue in memory, worked off by hand."""

    def __init__(self, app: App) -> None:
        self.app, self.waiting = app, list[Work]()
        self.train: Callable[[Work], None] = lambda work: None

    def enqueue(self, work: Work) -> None:
        self.waiting.append(work)

    def cancel(self, work: Work) -> None:
        self.waiting = [other for other in self.waiting if other.id != work.id]

    def look(self) -> bool:
        """See to schedules, then run what is next to its end; whether there was anything."""
        self.app.scheduling.begin_due()
        if not self.waiting:
            return False
        first = self.waiting.pop(0)
        if (work := self.app.works.claim(first.id, first.attempt)) is not None:
            self.train(work)
        return True


@pytest.fixture
def runner(house: House, retraining: FakeRetraining) -> Line:
    """Works in the test's own process, as a training process of its own would."""
    app, line = house.app, Line(house.app)
    works = vars(app)["works"] = Works(app.db, app.clock, app.ids, line)

    def child(work_id: str, tell: Callable[[float], None]) -> None:
        tell(0.0)
        training = TrainingWork(app.db, works, retraining, app.releases)  # type: ignore[arg-type]
        perform(works, app.clock, works.find(work_id), training.run)
        tell(1.0)

    def train(work: Work) -> None:
        run_in_process(works, app.clock, work, InThisProcess(), child, lambda: False)
        app.scheduling.ended(app.scheduling.trainings.get(work.owner, work.id))

    line.train = train
    return line


@pytest.fixture
def order() -> JobSpec:
    """A training of the twin."""
    return JobSpec(SLUG, "tiny")


def test_what_was_ordered_is_trained_then_evaluated(house: House, runner: Line, order: JobSpec) -> None:
    """One at a time, in the order of the orders; the audit log says who asked."""
    app = house.app
    training = app.scheduling.trainings.begin(order, "juniper", stages=("train", "evaluate"))
    with pytest.raises(Busy):
        app.scheduling.trainings.begin(order, "juniper", stages=("train",))
    assert runner.look()
    over = app.scheduling.trainings.get(SLUG, training.id)
    assert (over.status, over.stage, over.error) == ("done", "evaluate", None)
    assert versions.version(app.db, over.version_id or "").status == "evaluated"
    assert not runner.look()
    assert "training.order" in {entry.action for entry in audit.entries(app.db, subject=SLUG)}


def test_two_versions_are_compared_when_somebody_asks(
    house: House, runner: Line, retraining: FakeRetraining
) -> None:
    """One training like any other: it says what it compares, and why it could not."""
    trainings = house.app.scheduling.trainings
    a, b = new_version(house.app), new_version(house.app)
    asked = trainings.begin_comparison(SLUG, a.id, b.id, "juniper")
    assert runner.look()
    over = trainings.get(SLUG, asked.id)
    assert (over.status, over.stage, over.version_id, over.against_id) == ("done", "compare", a.id, b.id)
    assert retraining.compared == [(a.id, b.id)]

    def nothing(progress: Progress) -> None:
        raise BadInput("they have learned everything", code="nothing_in_common")

    retraining.during = nothing
    again = trainings.begin_comparison(SLUG, a.id, b.id, "juniper")
    runner.look()
    assert (trainings.get(SLUG, again.id).error or {})["code"] == "nothing_in_common"


@pytest.mark.parametrize("word", ["paused", "cancelled"])
def test_a_person_stops_a_training_and_it_goes_on_only_after_a_pause(
    house: House, runner: Line, retraining: FakeRetraining, order: JobSpec, word: Any
) -> None:
    """It stops at its next word of progress; nothing counts as failed."""
    app = house.app
    training = app.scheduling.trainings.begin(order, "juniper", stages=("train",))

    def stop(progress: Progress) -> None:
        app.scheduling.trainings.move(SLUG, training.id, word, "juniper")
        house.clock.advance(2)
        progress(0.5, 1.0, "half")
        raise AssertionError("it went on")

    retraining.during = stop
    runner.look()
    assert app.scheduling.trainings.get(SLUG, training.id).status == word
    retraining.during = lambda progress: None
    if word == "cancelled":
        with pytest.raises(Conflict):
            app.scheduling.trainings.move(SLUG, training.id, "waiting", "juniper")
        return
    app.scheduling.trainings.move(SLUG, training.id, "waiting", "juniper")
    runner.look()
    assert app.scheduling.trainings.get(SLUG, training.id).status == "done"


def test_what_goes_wrong_is_told_with_what_to_do(
    house: House, runner: Line, retraining: FakeRetraining, order: JobSpec
) -> None:
    """An error of ours says so and no more; a failed training can be gone on with."""
    app = house.app
    training = app.scheduling.trainings.begin(order, "juniper", stages=("train",))

    def diverge(_progress: Progress) -> None:
        raise BadInput("training diverged; choose a calmer recipe", code="training_diverged")

    retraining.during = diverge
    runner.look()
    failed = app.scheduling.trainings.get(SLUG, training.id)
    assert (failed.status, (failed.error or {})["code"]) == ("failed", "training_diverged")

    def crash(_progress: Progress) -> None:
        raise KeyError("a secret")

    retraining.during = crash
    app.scheduling.trainings.move(SLUG, training.id, "waiting", "juniper")
    runner.look()
    assert "secret" not in str(app.scheduling.trainings.get(SLUG, training.id).error)


def learned_nothing(app: App) -> Version:
    """The live version, which does not know anything in the library."""
    live = versions.published(app.db, SLUG)
    assert live is not None
    files(app, live, knows=False)
    return live


def test_a_schedule_updates_the_live_version_and_shows_the_result(
    house: House, runner: Line, retraining: FakeRetraining
) -> None:
    """Once, because afterwards nothing is new; nothing is published by itself."""
    app, live = house.app, learned_nothing(house.app)
    app.scheduling.schedules.store(SLUG, Rule(items_min=2), "juniper")
    runner.look()
    (asked,) = retraining.orders
    assert (asked.origin, asked.parent, asked.base) == ("update", live.id, live.base)
    assert app.scheduling.trainings.recent(SLUG)[0].scheduled
    house.clock.advance(3600)
    assert not runner.look()
    assert versions.published(app.db, SLUG) == versions.version(app.db, live.id)


@pytest.mark.parametrize(("worse", "goes_out"), [(0.0, True), (0.5, False)])
def test_a_schedule_publishes_only_what_is_not_worse(
    house: House, runner: Line, retraining: FakeRetraining, worse: float, goes_out: bool
) -> None:
    """At the live price, with a note to fans; otherwise it says why a person should look."""
    app, live = house.app, learned_nothing(house.app)
    versions.record_evaluation(app.db, live.id, LIVE, {"passed": True, "reasons": []})
    bits = {"value": 1.1 + worse, "low": 1.0 + worse, "high": 1.2 + worse, "n": 30}
    retraining.metrics = {"levels": [{**LIVE["levels"][0], "bits_per_byte": bits}]}
    app.scheduling.schedules.store(SLUG, Rule(items_min=2, publishes=True), "juniper")
    runner.look()
    training = app.scheduling.trainings.recent(SLUG)[0]
    assert (training.status, training.stage) == ("done", "publish")
    now = versions.published(app.db, SLUG)
    assert now is not None
    assert (now.id == training.version_id) is goes_out
    if goes_out:
        assert (now.price_micros_per_minute, bool(now.note)) == (live.price_micros_per_minute, True)
    else:
        assert training.note.code == "not_published"
        assert "bits per byte is worse" in str(training.note.values["reasons"])


def test_without_consent_a_schedule_does_nothing(
    house: House, runner: Line, retraining: FakeRetraining
) -> None:
    """Nothing is ordered, and nothing counts as failed."""
    app = house.app
    learned_nothing(app)
    app.scheduling.schedules.store(SLUG, Rule(items_min=1), "juniper")
    for one in consent.list_for(app.db, SLUG):
        consent.revoke(app.db, app.clock, one.id, by="test")
    assert not runner.look()
    schedule = app.scheduling.schedules.get(SLUG)
    assert schedule is not None
    assert (retraining.orders, schedule.past.failures) == ([], 0)


def test_a_scheduled_failure_is_tried_again_later_and_later(
    house: House, runner: Line, retraining: FakeRetraining
) -> None:
    """Not at once, after an hour, then after two; a success forgets it."""
    app = house.app
    learned_nothing(app)
    app.scheduling.schedules.store(SLUG, Rule(items_min=1), "juniper")

    def fail(_progress: Progress) -> None:
        raise BadInput("the disk is full", code="disk_full")

    retraining.during = fail
    tried = []
    for _ in range(8):
        runner.look()
        tried.append(len(retraining.orders))
        house.clock.advance(31 * 60)
    assert tried == [1, 1, 2, 2, 2, 2, 3, 3]
    retraining.during = lambda progress: None
    house.clock.advance(4 * 3600)
    runner.look()
    schedule = app.scheduling.schedules.get(SLUG)
    assert schedule is not None
    assert (schedule.past.failures, schedule.error) == (0, None)


def test_what_must_be_unlearned_is_trained_anew(
    house: House, runner: Line, retraining: FakeRetraining
) -> None:
    """The live version learned from something that is gone: an update cannot mend that."""
    app, live = house.app, learned_nothing(house.app)
    write_manifest(app.settings.home / live.adapter_dir, {"gone": ManifestEntry(3)})
    app.scheduling.schedules.store(SLUG, Rule(items_min=1), "juniper")
    runner.look()
    assert [one.origin for one in retraining.orders] == ["library"]


def test_a_restart_keeps_the_schedule_and_what_it_has_done(
    house: House, runner: Line, retraining: FakeRetraining
) -> None:
    """A weekly hour that was acted upon before the restart is not acted upon again."""
    app = house.app
    learned_nothing(app)
    app.scheduling.schedules.store(SLUG, Rule(weekday=0, at="03:00"), "juniper")
    house.clock.advance(timedelta(days=8).total_seconds())
    runner.look()
    again = App(app.settings, clock=house.clock, ids=app.ids)
    assert again.scheduling.begin_due() == []
    again.db.close()
    assert len(retraining.orders) == 1


def test_a_fan_is_told_of_each_change_once(house: House) -> None:
    """Of versions that came since they last talked, going back too; not who never talked."""
    app, fan, other = house.app, house.fan.id, house.other.id
    changes = Changes(app.db, app.clock)
    live = versions.published(app.db, SLUG)
    assert live is not None
    talk = app.conversations.start(fan, SLUG, "en")
    asked = app.conversations.add_question(talk.id, fan, "Is my kettle broken?")
    say(house, talk.id, asked.id, live.id)
    assert changes.unread(fan, SLUG) == []
    house.clock.advance(60)
    newer = publish(app)
    assert [one.note["en"] for one in changes.unread(fan, SLUG)] == ["It was retrained."]
    assert changes.unread(other, SLUG) == []
    assert changes.notice_in_call(talk, newer.id) == "The twin has just been updated. It was retrained."
    house.clock.advance(60)
    app.releases.rollback(SLUG, by="test", note={"en": "The old jokes are back."})
    assert changes.unread(fan, SLUG) == [], "the same version answers as before"
    say(house, talk.id, asked.id, newer.id)
    assert changes.notice_in_call(talk, live.id) == (
        "The twin has just gone back to an earlier version. The old jokes are back."
    )
    house.clock.advance(60)
    last = publish(app)
    (change,) = changes.unread(fan, SLUG)
    assert change.number == versions.numbers(app.db, SLUG)[last.id] == 3
    changes.mark_read(fan, SLUG, change.id)
    assert changes.unread(fan, SLUG) == []


def say(house: House, conversation: str, question: str, version: str) -> None:
    """An answer given by a version now."""
    from fenshen.twin.conversations import Turn

    app = house.app
    turn = Turn(
        app.ids.new("turn"), "assistant", "It sulks.", "complete", app.clock.now(), question, speaker=SLUG
    )
    app.conversations.add_answer(conversation, turn, call_id=None, version_id=version)

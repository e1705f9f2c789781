"""`demo`: the whole product on the sample creator, from nothing to an open page.

Every step finds out whether it is done already, so a demo that was interrupted goes on, and the second
start only serves.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from fenshen.cli.likeness import show_ladder
from fenshen.cli.output import JsonFlag, errors, opened_app, print_json, say, shown_progress
from fenshen.cli.sample import SLUG, make_recordings, recordings_made, sample_folder
from fenshen.core.errors import NotFound
from fenshen.core.progress import Progress
from fenshen.library.persona import read_persona, store_persona
from fenshen.library.privacy.review import personal_data_of
from fenshen.library.speakers.stored import voiceprints_of
from fenshen.models.pull import installed, pull
from fenshen.models.registry import load
from fenshen.training import versions
from fenshen.training.job import JobSpec
from fenshen.training.versions import Version
from fenshen.trust import accounts, consent, creators, limits
from fenshen.wiring import App

MODELS = (
    "smollm2-135m",
    "e5-small",
    "whisper-tiny.en",
    "speaker-encoder",
    "kokoro-82m",
    "kokoro-voices",
    "english-lexicon",
)
RECIPE = "cpu-demo"
PRICE_MICROS = 1_000_000

CREDIT_MICROS = 20_000_000
CONSENT_UNTIL = datetime(2035, 1, 1, tzinfo=UTC)
#: About how long each step takes on two cores, seconds; training takes what was asked for.
USUAL_S = {
    "models": 40,
    "recordings": 100,
    "creator": 1,
    "library": 75,
    "training": 0,
    "evaluation": 235,
    "release": 1,
}


@dataclass(frozen=True)
class Logins:
    """The demo's accounts, kept in the home so that every start prints the same."""

    fan_email: str
    fan_password: str
    creator_email: str
    creator_password: str


def add_commands(cli: typer.Typer) -> None:
    """Hang the command into `cli`."""
    cli.command("demo")(demo)


def demo(
    port: Annotated[int, typer.Option(help="Port of the page.")] = 8420,
    minutes: Annotated[float, typer.Option(min=0.1, help="Training time.")] = 3.0,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Stop before serving.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """The whole product on the sample creator: import, consent, train, evaluate, publish, serve."""
    with opened_app() as app:
        logins = _Demo(app, minutes).run()
        live = versions.published(app.db, SLUG)
        settings = app.settings
    assert live is not None
    if as_json:
        print_json(
            {"url": f"http://127.0.0.1:{port}/", **asdict(logins), "version": live.id, "gate": live.gate}
        )
    else:
        show_ladder(live)
        say(f"\nfan:      {logins.fan_email}  {logins.fan_password}   (20.00 USD of play money)")
        say(f"creator:  {logins.creator_email}  {logins.creator_password}")
    if not no_serve:
        # A fresh process: training has left gigabytes of PyTorch in this one.
        command = [sys.executable, "-m", "fenshen.cli", "serve", "--host", settings.host, "--port", str(port)]
        sys.stdout.flush()
        os.execv(sys.executable, command)  # noqa: S606


class _Demo:
    """One run through every step that is not done yet."""

    def __init__(self, app: App, minutes: float) -> None:
        self._app = app
        self._minutes = minutes
        self._sample = sample_folder()
        # In a folder without the log-ins, which are no work of hers.
        self._recordings = app.settings.home / "demo" / "recordings" / "videos"
        self._left = dict(USUAL_S) | {"training": int(minutes * 60) + 20}

    def run(self) -> Logins:
        """Every step in order; the logins."""
        steps: list[tuple[str, str, Callable[[], bool], Callable[[Progress], object]]] = [
            ("models", "fetching models", self._has_models, self._fetch_models),
            ("recordings", "speaking three videos", self._has_recordings, self._make_recordings),
            ("creator", "accounts, persona, limits, consent", self._has_creator, self._add_creator),
            ("library", "reading, hearing and indexing the library", lambda: False, self._ingest),
            ("training", f"retraining for {self._minutes:g} minutes", self._is_trained, self._train),
            ("evaluation", "measuring likeness", self._is_evaluated, self._evaluate),
            ("release", "publishing", self._is_published, self._publish),
        ]
        for name, _, is_done, _ in steps:
            if is_done():
                self._left[name] = 0
        for number, (name, label, is_done, work) in enumerate(steps, 1):
            place = f"[bold]\\[{number}/{len(steps)}][/] {label}"
            if is_done():
                errors.print(f"{place}: done before")
                continue
            with self._shown(name, label, place) as progress:
                work(progress)
        return self._logins()

    @contextmanager
    def _shown(self, name: str, label: str, place: str) -> Iterator[Progress]:
        started = time.monotonic()
        left = sum(self._left.values())
        errors.print(f"{place} (about {left // 60} min {left % 60} s left)")
        with shown_progress(label) as progress:
            yield progress
        self._left[name] = 0
        errors.print(f"      done in {time.monotonic() - started:.0f} s", style="dim")

    def _has_models(self) -> bool:
        home = self._app.settings.home / "models"
        return all(installed(name, home) for name in MODELS)

    def _fetch_models(self, progress: Progress) -> None:
        home = self._app.settings.home / "models"
        for name in MODELS:
            pull(name, home, progress)

    def _has_recordings(self) -> bool:
        return recordings_made(self._sample, self._recordings)

    def _make_recordings(self, progress: Progress) -> None:
        make_recordings(self._sample, self._recordings, load("speech", self._app.settings), progress)

    def _has_creator(self) -> bool:
        return bool(self._logins_file.is_file() and consent.list_for(self._app.db, SLUG))

    def _add_creator(self, progress: Progress) -> None:
        app, logins = self._app, self._logins()
        fan = _account(app, logins.fan_email, logins.fan_password, "fan")
        owner = _account(app, logins.creator_email, logins.creator_password, "creator")
        app.topups.top_up(fan.id, app.settings.currency, CREDIT_MICROS, "demo-credit")
        if SLUG not in {creator.slug for creator in creators.list_creators(app.db)}:
            creators.add_creator(app.db, app.clock, SLUG, "Juniper Shen", owner.id)
        store_persona(app.db, app.clock, SLUG, read_persona(self._sample / "persona.yaml"))
        limits.store(app.db, app.clock, SLUG, limits.load(self._sample / "limits.yaml"))
        if not consent.list_for(app.db, SLUG):
            scopes = ("train", "chat", "voice")
            consent.grant(app.db, app.clock, app.ids, SLUG, scopes, CONSENT_UNTIL, by="demo")

    def _ingest(self, progress: Progress) -> None:
        library = self._app.library
        library.claim_all(SLUG, by="demo")
        if not voiceprints_of(self._app.db, SLUG):
            # She says whose voice it is, as every creator is asked to.
            library.enrol(
                SLUG, sorted(self._recordings.glob("*.wav"), key=lambda one: one.stat().st_size)[:1]
            )
        report = library.ingest(SLUG, [self._sample / "library", self._recordings.parent], progress)
        for found in personal_data_of(self._app.db, SLUG, kind="address"):
            if found.decision == "mask":  # where her ferry is moored is what Juniper tells everybody
                library.decide_personal(SLUG, found.id, "keep", by="demo")
        errors.print(
            f"      {report.added + report.unchanged + report.replaced} items, {len(report.skipped)} skipped",
            style="dim",
        )
        for path, _, reason in report.skipped:
            errors.print(f"      {path}: {reason}", style="dim", markup=False)

    def _is_trained(self) -> bool:
        return versions.newest(self._app.db, SLUG) is not None

    def _train(self, progress: Progress) -> None:
        order = JobSpec(SLUG, self._app.settings.base, RECIPE, self._minutes)
        self._app.training.train(order, progress)

    def _is_evaluated(self) -> bool:
        newest = versions.newest(self._app.db, SLUG)
        return newest is not None and newest.metrics is not None

    def _evaluate(self, progress: Progress) -> None:
        self._app.training.evaluate(self._newest(), progress, facts=self._sample / "facts.yaml")

    def _is_published(self) -> bool:
        return versions.published(self._app.db, SLUG) is not None

    def _publish(self, progress: Progress) -> None:
        version = self._newest()
        reason = (
            None if version.passed_gate else "sample creator of the demo, shown although the gate says no"
        )
        self._app.releases.publish(
            version, PRICE_MICROS, self._app.settings.currency, by="demo", reason=reason
        )

    def _newest(self) -> Version:
        found = versions.newest(self._app.db, SLUG)
        assert found is not None
        return found

    @property
    def _logins_file(self) -> Path:
        return self._app.settings.folder("demo") / "logins.json"

    def _logins(self) -> Logins:
        """The kept logins, made at the first start; readable by the owner of the home only."""
        path = self._logins_file
        if not path.is_file():
            made = Logins(
                "fan@demo.invalid", secrets.token_urlsafe(9), "juniper@demo.invalid", secrets.token_urlsafe(9)
            )
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(asdict(made), file)
        return Logins(**json.loads(path.read_text(encoding="utf-8")))


def _account(app: App, email: str, password: str, role: accounts.Role) -> accounts.User:
    try:
        return accounts.user_by_email(app.db, email)
    except NotFound:
        return accounts.sign_up(app.db, app.clock, app.ids, email, password, role=role)

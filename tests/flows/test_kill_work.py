"""Two workers on one home: when one is killed with -9 in the middle of an import, the other finishes it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from fenshen.core.settings import Settings
from fenshen.library import items
from fenshen.trust import consent, creators
from fenshen.wiring import App
from postgres import DATABASES, fresh_database

SLUG = "juniper"
FILES = 100
#: How long nothing may happen.
PATIENCE_S = 120.0


def _worker(settings: Settings) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "FENSHEN_HOME": str(settings.home),
        "FENSHEN_ENGINE": "fake",
        "FENSHEN_WORKERS": "1",
        **({"FENSHEN_DATABASE_URL": settings.database_url} if settings.database_url else {}),
    }
    command = [sys.executable, "-m", "fenshen.cli", "worker"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def _stored(app: App) -> int:
    return len(items.list_items(app.db, SLUG))


@pytest.mark.slow
@pytest.mark.parametrize("kind", DATABASES)
def test_the_work_of_a_killed_worker_goes_on_in_the_other(kind: str, tmp_path: Path) -> None:
    """Every file once, the batch done, nothing left behind by the dead."""
    with contextlib.ExitStack() as stack:
        url = None if kind == "sqlite" else stack.enter_context(fresh_database())
        app = App(Settings(home=tmp_path / "home", engine="fake", database_url=url))
        stack.callback(app.db.close)
        stack.callback(app.queue.close)
        creators.add_creator(app.db, app.clock, SLUG, "Juniper", None)
        until = app.clock.now() + timedelta(days=1)
        consent.grant(app.db, app.clock, app.ids, SLUG, ["train"], until, by="test")
        app.library.claim_all(SLUG, by="test")
        folder = app.settings.home / "uploads" / SLUG / "files"
        folder.mkdir(parents=True)
        for number in range(FILES):
            words = " ".join(
                f"Kettle number {number} has {count} holes and one owner." for count in range(150)
            )
            (folder / f"{number:03}.md").write_text(words)
        batch = app.imports.begin(SLUG, "usr_1")
        app.imports.add_root(batch, "files")
        app.imports.move(SLUG, batch.id, "waiting")
        first = _worker(app.settings)
        stack.callback(first.kill)
        _wait(app, first, lambda: app.imports.get(SLUG, batch.id).status == "running")
        second = _worker(app.settings)
        stack.callback(second.communicate)
        stack.callback(second.terminate)
        assert second.stdout is not None
        assert any(b"looking for work" in line for line in second.stdout)
        _wait(app, first, lambda: _stored(app) > 0)
        readers = psutil.Process(first.pid).children(recursive=True)
        first.send_signal(signal.SIGKILL)
        first.communicate()
        killed_at = _stored(app)
        assert app.imports.get(SLUG, batch.id).status == "running"
        _wait(app, second, lambda: app.imports.get(SLUG, batch.id).status != "running")
        over = app.imports.get(SLUG, batch.id)
        assert (over.status, over.error, _stored(app)) == ("done", None, FILES)
        assert 0 < killed_at <= FILES
        _, alive = psutil.wait_procs(readers, timeout=20)
        assert alive == []


def _wait(app: App, process: subprocess.Popen[bytes], is_so: Callable[[], bool]) -> None:
    """Until it is so, as long as the process lives and files arrive."""
    stored, ends = -1, 0.0
    while not is_so():
        assert process.poll() is None, (process.communicate()[0]).decode()[-2000:]
        if (now := _stored(app)) != stored:
            stored, ends = now, time.monotonic() + PATIENCE_S
        assert time.monotonic() < ends, f"{stored} of {FILES} are stored"
        time.sleep(0.05)

"""An ingest that is killed with -9 at any moment: what is stored stays, its workers end, and the next run goes on."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import psutil

from fenshen.core.settings import Settings
from fenshen.library import items
from fenshen.trust import consent, creators
from fenshen.wiring import App

SLUG = "juniper"
FILES = 400
KILLS = 3


def _start(home: Path, files: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "fenshen.cli", "ingest", SLUG, str(files)]
    environment = {**os.environ, "FENSHEN_HOME": str(home), "FENSHEN_ENGINE": "fake", "FENSHEN_WORKERS": "2"}
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def _stored(app: App) -> int:
    return len(items.list_items(app.db, SLUG))


def test_a_killed_ingest_goes_on(tmp_path: Path) -> None:
    """Three kills at random moments, then a run to the end: every file once, no worker left behind."""
    chance = random.Random(3)
    files = tmp_path / "files"
    files.mkdir()
    for number in range(FILES):
        words = " ".join(f"Kettle number {number} has {count} holes and one owner." for count in range(150))
        (files / f"{number:03}.md").write_text(words)
    app = App(Settings(home=tmp_path / "home", engine="fake"))
    creators.add_creator(app.db, app.clock, SLUG, "Juniper", None)
    until = app.clock.now() + timedelta(days=1)
    consent.grant(app.db, app.clock, app.ids, SLUG, ["train"], until, by="test")
    app.library.claim_all(SLUG, by="test")
    for _ in range(KILLS):
        before = _stored(app)
        driver = _start(tmp_path / "home", files)
        while _stored(app) <= before and driver.poll() is None:
            time.sleep(0.1)
        time.sleep(chance.random())
        workers = psutil.Process(driver.pid).children(recursive=True)
        driver.send_signal(signal.SIGKILL)
        driver.communicate()
        _, alive = psutil.wait_procs(workers, timeout=20)
        assert alive == []
        assert _stored(app) >= before
    killed_at = _stored(app)
    driver = _start(tmp_path / "home", files)
    _, errors = driver.communicate()
    assert (driver.returncode, _stored(app)) == (0, FILES), errors.decode()[-2000:]
    assert killed_at > 0
    app.db.close()

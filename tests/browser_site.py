"""A real server process and a real Chromium for the browser tests.

Debian's Chromium is driven by Playwright; without one the tests are skipped with the reason, and fail
in CI.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from fenshen.core.settings import Settings
from fenshen.wiring import App
from house import SLUG, publish

REPOSITORY = Path(__file__).parents[1]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
SECONDS = 150
CAPTIONS = """1
00:00:02,000 --> 00:00:09,000
Hello, you lot. Kettle's on, and today an umbrella is refusing to open for anybody.

2
00:01:23,000 --> 00:01:31,000
Rub a candle stub along the ribs of the umbrella and leave it open for fifteen minutes.

3
00:01:40,000 --> 00:01:47,000
Then close it slowly, and make yourself a cup of tea, because you have earned it.
"""
#: A base that is small enough for answers to begin with the creator's own sentences.
SMALL_BASE = "smollm2-135m"


@dataclass(frozen=True)
class Site:
    """A running server and the home behind it."""

    url: str
    home: Path


@pytest.fixture(scope="session")
def site(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The furnished installation with a video's sound to play, served by its own process."""
    if not (REPOSITORY / "src/fenshen/web/static/index.html").is_file():
        _missing("the pages are not built: run `make web`")
    home = tmp_path_factory.mktemp("site") / "home"
    shutil.copytree(furnished, home)
    _add_recording(home)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "fenshen.cli", "serve", "--port", str(port)]
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment(home), stdout=log, stderr=log)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", server, home / "server.log")
        yield Site(f"http://127.0.0.1:{port}", home)
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture(scope="module")
def browser(site: Site) -> Iterator[Browser]:
    """One Chromium for a module's tests, started after the site: Playwright keeps this thread's event loop."""
    with open_browser() as started:
        yield started


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    program = next((p for n in ("chromium", "google-chrome") if (p := shutil.which(n))), None)
    if program is None:
        _missing("no Chromium: install Debian's `chromium` package")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        started.close()


def environment(home: Path) -> dict[str, str]:
    """What a server process on this home is started with."""
    return {**os.environ, "FENSHEN_HOME": str(home), "FENSHEN_ENGINE": "fake"}


def _missing(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def _add_recording(home: Path) -> None:
    """A recording with captions, so that a citation has a second and a player."""
    folder = home / "recordings"
    folder.mkdir()
    with wave.open(str(folder / "2024-05-01 The reluctant umbrella.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        # Silent, so that the captions cannot be found to say something else.
        file.writeframes(bytes(2 * 8000 * SECONDS))
    (folder / "2024-05-01 The reluctant umbrella.srt").write_text(CAPTIONS, encoding="utf-8")
    app = App(Settings(home=home, engine="fake"))
    app.library.claim_all(SLUG, by="test")
    app.library.ingest(SLUG, [folder])
    publish(app, base=SMALL_BASE)
    app.db.close()


def wait_until_ready(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the server answers, and fail with its log when it ends."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        if server.poll() is not None:
            pytest.fail(f"the server ended: {log.read_text()[-2000:]}")
        try:
            if httpx.get(f"{url}/readyz").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    pytest.fail("the server did not become ready")

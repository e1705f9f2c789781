"""A twin learns in the loop, in a real browser: new items, an update, its evaluation, fans told, and back."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browser_site import REPOSITORY, Site, environment, open_browser, wait_until_ready
from fenshen.core.settings import Settings
from fenshen.wiring import App
from house import PASSWORD, SLUG

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATIENCE_MS = 240_000
TRAIN = f"/studio/{SLUG}/train"
VERSIONS = f"/studio/{SLUG}/versions"
#: Six seconds.
MINUTES = 0.1


def bring(app: App, folder: Path, numbers: range) -> None:
    """Posts, each of its own words."""
    folder.mkdir()
    for n in numbers:
        day = f"2025-{1 + n // 28:02}-{1 + n % 28:02}"
        words = f"Lamp {n} came from a chapel sale. Its wick {n * 7} smokes until you trim it, and bracket {n * 13} hums."
        (folder / f"{day} Lamp {n}.md").write_text(f"# Lamp {n}\n\n{words}\n", encoding="utf-8")
    app.library.take_in(SLUG, [folder])


@pytest.fixture(scope="module")
def learning(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The furnished house with thirty posts more, served with a base that trains in seconds."""
    if not (REPOSITORY / "src/fenshen/web/static/index.html").is_file():
        pytest.skip("the pages are not built: run `make web`")
    home = tmp_path_factory.mktemp("learning") / "home"
    shutil.copytree(furnished, home)
    app = App(Settings(home=home, engine="fake"))
    bring(app, home / "posts", range(30))
    app.db.close()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    script = Path(__file__).parents[1] / "tiny_server.py"
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, str(script), str(port)], env=environment(home), stdout=log, stderr=log
        )
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", server, home / "server.log")
        yield Site(f"http://127.0.0.1:{port}", home)
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture(scope="module")
def browser(learning: Site) -> Iterator[Browser]:
    """One Chromium, started after the server."""
    with open_browser() as started:
        yield started


def enter(browser: Browser, site: Site, email: str, path: str) -> Page:
    """A desktop on which this person is logged in."""
    context: BrowserContext = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(f"{site.url}/log-in?next={path}")
    page.get_by_test_id("login-email").fill(email)
    page.get_by_test_id("login-password").fill(PASSWORD)
    page.get_by_test_id("login-submit").click()
    page.wait_for_url(f"{site.url}{path}")
    return page


def train(page: Page, kind: str) -> None:
    """Start a training of this kind and watch it to the end of its evaluation."""
    page.get_by_test_id(f"kind-{kind}").check()
    page.get_by_label("Minutes of training").fill(str(MINUTES))
    page.get_by_test_id("train-start").click()
    card = page.get_by_test_id("training").first
    expect(card).to_have_attribute("data-status", "running")
    expect(card.get_by_role("progressbar")).to_be_visible()
    expect(card).to_have_attribute("data-stage", "evaluate")
    expect(card).to_have_attribute("data-status", "done")
    card.get_by_test_id("to-version").click()
    page.wait_for_url(f"**{VERSIONS}")


def publish(page: Page, note: str) -> None:
    """Put the newest version before fans, whatever its gate says of such a tiny base."""
    page.get_by_test_id("publish").first.click()
    page.get_by_test_id("note-en").fill(note)
    reason = page.get_by_label("Why publish")
    if reason.count():
        reason.fill("a test of the pages")
    page.get_by_test_id("publish-submit").click()
    expect(page.get_by_test_id("publications")).to_contain_text(note)


def talk(page: Page, site: Site) -> None:
    """Ask one thing and hang up."""
    page.goto(f"{site.url}/t/{SLUG}")
    page.get_by_test_id("start-call").click()
    page.get_by_test_id("message-input").fill("Is my kettle broken?")
    page.get_by_test_id("send").click()
    expect(page.locator('[data-testid="answer"][data-status="complete"]').first).to_be_visible()
    page.get_by_test_id("end-call").click()
    expect(page.get_by_test_id("receipt")).to_be_visible()


def test_new_items_become_a_version_that_fans_are_told_of_and_can_be_taken_back(
    browser: Browser, learning: Site
) -> None:
    """New items → the page says so → update → progress → evaluated → published with a note → the fan reads it
    once → rolled back → the fan reads that."""
    expect.set_options(timeout=PATIENCE_MS)
    creator = enter(browser, learning, "juniper@example.com", TRAIN)
    train(creator, "full")
    publish(creator, "Hello.")
    fan = enter(browser, learning, "fan@example.com", f"/t/{SLUG}")
    expect(fan.get_by_test_id("start-call")).to_be_visible()
    expect(fan.get_by_test_id("twin-changes")).to_have_count(0)
    talk(fan, learning)

    app = App(Settings(home=learning.home, engine="fake"))
    bring(app, learning.home / "more", range(30, 41))
    app.db.close()
    creator.goto(f"{learning.url}{TRAIN}")
    expect(creator.get_by_test_id("news-line")).to_contain_text("11 new items since version 2")
    train(creator, "update")
    newest = creator.get_by_test_id("version").first
    expect(newest).to_contain_text("version 3")
    expect(newest.get_by_test_id("forgetting")).to_contain_text("what it knew before")
    publish(creator, "I have read about lamps.")

    fan.goto(f"{learning.url}/t/{SLUG}")
    expect(fan.get_by_test_id("twin-changes")).to_contain_text("I have read about lamps.")
    talk(fan, learning)
    fan.goto(f"{learning.url}/t/{SLUG}")
    expect(fan.get_by_test_id("start-call")).to_be_visible()
    expect(fan.get_by_test_id("twin-changes")).to_have_count(0)

    creator.get_by_test_id("rollback").click()
    expect(creator.get_by_role("dialog")).to_contain_text("version 2 again at once")
    creator.get_by_test_id("note-en").fill("The lamps were too bright.")
    creator.get_by_test_id("rollback-submit").click()
    expect(creator.get_by_test_id("publications")).to_contain_text("Back to version 2")
    fan.reload()
    expect(fan.get_by_test_id("twin-changes")).to_contain_text("The lamps were too bright.")
    fan.get_by_test_id("changes-read").click()
    expect(fan.get_by_test_id("twin-changes")).to_have_count(0)


def test_a_training_is_paused_and_gone_on_with(browser: Browser, learning: Site) -> None:
    """Its checkpoint is kept; what is over can be started again from the page."""
    expect.set_options(timeout=PATIENCE_MS)
    creator = enter(browser, learning, "juniper@example.com", TRAIN)
    creator.get_by_test_id("kind-full").check()
    creator.get_by_label("Minutes of training").fill("0.5")
    creator.get_by_test_id("train-start").click()
    card = creator.get_by_test_id("training").first
    expect(card).to_contain_text("tokens/s")
    card.get_by_test_id("train-pause").click()
    expect(card).to_have_attribute("data-status", "paused")
    card.get_by_test_id("train-resume").click()
    expect(card).to_have_attribute("data-status", "done")

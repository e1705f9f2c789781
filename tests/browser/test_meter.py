"""A slow answer, a second tab and a closed one, in a real browser against a real server."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browser_site import Site, environment, wait_until_ready
from house import SLUG

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATIENCE_MS = 60_000
QUESTION = "What do I do about a kettle? It clicks off early. It hums. It leaks. It is old. It is blue."


@pytest.fixture(scope="module")
def slow_site(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The furnished installation with a base that gives two words a second."""
    home = tmp_path_factory.mktemp("slow") / "home"
    shutil.copytree(furnished, home)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "fenshen.cli", "serve", "--port", str(port)]
    env = {**environment(home), "FENSHEN_FAKE_WORDS_PER_S": "2"}
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=env, stdout=log, stderr=log)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", server, home / "server.log")
        yield Site(f"http://127.0.0.1:{port}", home)
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 390, "height": 800}, locale="en-GB")
    made.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    yield made
    made.close()


def _talk(context: BrowserContext, site: Site, email: str) -> Page:
    """A new fan with five dollars who has just asked."""
    page = context.new_page()
    page.goto(f"{site.url}/sign-up")
    page.get_by_test_id("signup-email").fill(email)
    page.get_by_test_id("signup-password").fill("screws in the saucer")
    page.get_by_test_id("signup-submit").click()
    expect(page.get_by_test_id("account")).to_be_visible()
    page.goto(f"{site.url}/wallet")
    page.get_by_test_id("topup-amount").fill("5.00")
    page.get_by_test_id("topup-submit").click()
    expect(page.get_by_test_id("balance")).to_have_attribute("data-micros", "5000000")
    page.goto(f"{site.url}/t/{SLUG}")
    page.get_by_test_id("start-call").click()
    page.get_by_test_id("message-input").fill(QUESTION)
    page.get_by_test_id("send").click()
    return page


def test_words_that_come_slowly_are_waited_for_free_and_a_second_tab_sees_them(
    context: BrowserContext, slow_site: Site
) -> None:
    """The meter says that waiting is free, both tabs get the whole answer, and its time was longer than its price."""
    page = _talk(context, slow_site, "slow@example.com")
    expect(page.get_by_test_id("call-state")).to_have_attribute("data-free", "true")
    second = context.new_page()
    second.goto(f"{slow_site.url}/t/{SLUG}")
    for tab in (page, second):
        answer = tab.locator('[data-testid="answer"][data-status="complete"]').first
        expect(answer).to_contain_text("(adapter 1)")
    page.get_by_test_id("end-call").click()
    receipt = page.get_by_test_id("receipt")
    expect(receipt).to_contain_text("Not charged")
    expect(second.get_by_test_id("receipt")).to_be_visible()
    lasted, charged = (
        int(minutes) * 60 + int(seconds)
        for minutes, seconds in re.findall(r"(\d+):(\d\d)", receipt.inner_text())[:2]
    )
    words = len(page.locator('[data-testid="answer"]').first.inner_text().split())
    assert charged <= words / 4 + 4 < lasted + 1


def test_a_call_left_by_closing_its_tab_is_found_again(context: BrowserContext, slow_site: Site) -> None:
    """The page shows the call, paused, with what was said; ended, it is the hint on the next fresh page."""
    page = _talk(context, slow_site, "leaver@example.com")
    expect(page.get_by_test_id("answer").first).to_be_visible()
    page.close(run_before_unload=True)
    page = context.new_page()
    page.wait_for_timeout(2_500)
    page.goto(f"{slow_site.url}/t/{SLUG}")
    expect(page.get_by_test_id("paused")).to_have_attribute("data-reason", "user")
    expect(page.get_by_text("What do I do about a kettle?").first).to_be_visible()
    page.get_by_test_id("end-call").click()
    expect(page.get_by_test_id("receipt")).to_be_visible()
    page.goto(f"{slow_site.url}/t/{SLUG}")
    expect(page.get_by_test_id("last-conversation")).to_contain_text("What do I do about a kettle?")

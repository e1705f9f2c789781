"""What a fan does with the product, in a real browser against a real server."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browser_site import REPOSITORY, Site
from fenshen.billing.verify import verify
from fenshen.core.db import Database
from house import SLUG

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATIENCE_MS = 30_000
QUESTION = "How long do I leave the umbrella open after the candle stub?"
PASSWORD = "screws in the saucer"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh English desktop visitor."""
    made = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    made.set_default_timeout(PATIENCE_MS)
    yield made
    made.close()


def sign_up(page: Page, site: Site, email: str) -> None:
    """Make an account through the form."""
    page.goto(f"{site.url}/sign-up")
    page.get_by_test_id("signup-email").fill(email)
    page.get_by_test_id("signup-password").fill(PASSWORD)
    page.get_by_test_id("signup-submit").click()
    expect(page.get_by_test_id("account")).to_be_visible()


def top_up(page: Page, site: Site, amount: str) -> None:
    """Put play money into the wallet through the form."""
    page.goto(f"{site.url}/wallet")
    page.get_by_test_id("topup-amount").fill(amount)
    page.get_by_test_id("topup-submit").click()
    expect(page.get_by_test_id("balance")).to_have_attribute("data-micros", f"{int(float(amount) * 1e6)}")


def test_a_fan_signs_up_pays_talks_checks_the_source_and_finds_every_second_on_the_statement(
    context: BrowserContext, site: Site
) -> None:
    """Sign up, top up, talk, open the citation at its second, watch the cost, end, read the statement."""
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    sign_up(page, site, "browser@example.com")
    top_up(page, site, "5.00")

    page.goto(f"{site.url}/t/{SLUG}")
    expect(page.get_by_test_id("ai-notice")).to_contain_text("AI")
    page.get_by_test_id("start-call").click()
    page.get_by_test_id("message-input").fill(QUESTION)
    page.get_by_test_id("send").click()
    answer = page.locator('[data-testid="answer"][data-status="complete"]').first
    expect(answer).to_contain_text("fifteen minutes")

    page.get_by_test_id("citation").first.click()
    player = page.get_by_test_id("player")
    expect(player).to_be_visible()
    expect(player).to_have_attribute("data-second", re.compile(r"^8[3-9]\."))
    expect(page.get_by_test_id("passage-active")).to_contain_text("candle stub")
    _screenshot(page)

    cost = page.get_by_test_id("cost")
    expect(cost).not_to_have_attribute("data-micros", "0")
    page.get_by_test_id("end-call").click()
    expect(page.get_by_test_id("receipt")).to_be_visible()
    charged = int(page.get_by_test_id("receipt-total").get_attribute("data-micros") or 0)
    assert charged > 0

    page.goto(f"{site.url}/wallet")
    expect(page.get_by_test_id("statement-call")).to_have_count(1)
    expect(page.get_by_test_id("balance")).to_have_attribute("data-micros", str(5_000_000 - charged))
    statement = _statement(context, site)
    assert sum(call["charged_micros"] for call in statement["calls"]) == charged
    assert all(
        sum(quota["micros"] for quota in call["quotas"]) == call["charged_micros"]
        for call in statement["calls"]
    )
    books = Database(f"sqlite:///{site.home / 'fenshen.db'}")
    assert verify(books).ok
    books.close()
    assert problems == []


def test_the_api_is_shown_without_asking_any_other_server(context: BrowserContext, site: Site) -> None:
    """`/docs` lists the routes under the same strict policy as every page."""
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site.url}/docs")
    expect(page.get_by_text("/v1/chat/completions").first).to_be_visible()
    assert [url for url in asked if not url.startswith((site.url, "data:"))] == []


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_fits_its_screen_in_both_languages_and_both_schemes(
    browser: Browser, site: Site, language: str, scheme: str, width: int
) -> None:
    """No page scrolls sideways, and the document says which language it is in."""
    context = browser.new_context(
        viewport={"width": width, "height": 740},
        locale="zh-CN" if language == "zh" else "en-GB",
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    for path in ("/", f"/t/{SLUG}", f"/t/{SLUG}/search", "/log-in", "/sign-up"):
        page.goto(f"{site.url}{path}")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.lang").startswith(language), path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    context.close()


def _statement(context: BrowserContext, site: Site) -> dict[str, object]:
    cookies = {cookie["name"]: cookie["value"] for cookie in context.cookies()}
    found: dict[str, object] = httpx.get(f"{site.url}/api/wallet/statement", cookies=cookies).json()
    return found


def _screenshot(page: Page) -> None:
    """The picture in the README, when asked for: `FENSHEN_SCREENSHOT=1 pytest tests/browser`."""
    if os.environ.get("FENSHEN_SCREENSHOT"):
        page.wait_for_timeout(800)
        page.screenshot(path=REPOSITORY / "docs" / "screenshot-talk.png")

"""axe reads every page, in both languages, light and dark, and finds nothing serious."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from browser_site import REPOSITORY, Site
from house import PASSWORD, SLUG

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATIENCE_MS = 60_000
AXE = REPOSITORY / "frontend/node_modules/axe-core/axe.min.js"
QUESTION = "How long do I leave the umbrella open after the candle stub?"
STUDIO = f"/studio/{SLUG}"
VISITOR = ["/", f"/t/{SLUG}", f"/t/{SLUG}/search?q=umbrella", "/log-in", "/sign-up", "/no/such/page"]
CREATOR = [
    f"{STUDIO}/library",
    f"{STUDIO}/train",
    f"{STUDIO}/versions",
    f"{STUDIO}/versions/taste",
    f"{STUDIO}/versions/compare",
    f"{STUDIO}/earnings",
]


@pytest.fixture(params=["en", "zh"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page of a browser in this language."""
    if not AXE.is_file():
        pytest.skip("axe is not installed: run `npm --prefix frontend ci`")
    locale = "zh-CN" if request.param == "zh" else "en-GB"
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale=locale)
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    yield context.new_page()
    context.close()


def serious(page: Page) -> list[str]:
    """What axe calls serious or critical, in light and in dark, each with the first element."""
    found: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.wait_for_timeout(600)
        page.evaluate(Path(AXE).read_text(encoding="utf-8"))
        result: dict[str, Any] = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        found += [
            f"{scheme} {page.url}: {one['id']}: {node['html'][:160]} {node['failureSummary']}"
            for one in result["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"][:3]
        ]
    page.emulate_media(color_scheme="light")
    return found


def visit(page: Page, site: Site, paths: list[str]) -> list[str]:
    """What is found on these pages, with everything on them unfolded."""
    found: list[str] = []
    for path in paths:
        page.goto(f"{site.url}{path}")
        page.wait_for_load_state("networkidle")
        folded = page.locator('main [aria-expanded="false"]:visible:not([aria-haspopup])')
        for _ in range(folded.count()):
            folded.first.click()
        found += serious(page)
    return found


def enter(page: Page, site: Site, email: str) -> None:
    page.goto(f"{site.url}/log-in?next=/account")
    page.get_by_test_id("login-email").fill(email)
    page.get_by_test_id("login-password").fill(PASSWORD)
    page.get_by_test_id("login-submit").click()
    page.wait_for_url(f"{site.url}/account")


def test_the_pages_of_a_visitor(page: Page, site: Site) -> None:
    """Discovering, one twin, its library, logging in, and an address that does not exist."""
    found = visit(page, site, VISITOR)
    page.goto(f"{site.url}/t/{SLUG}/search?q=umbrella")
    page.get_by_test_id("hit").first.get_by_role("link").click()
    found += serious(page)
    assert found == []


def test_a_conversation_with_its_source_and_its_history(page: Page, site: Site) -> None:
    """The meter runs, an answer stands there with its citation opened; then the list of conversations."""
    enter(page, site, "fan@example.com")
    found = visit(page, site, ["/account", "/wallet"])
    page.goto(f"{site.url}/t/{SLUG}")
    page.get_by_test_id("start-call").click()
    page.get_by_test_id("message-input").fill(QUESTION)
    page.get_by_test_id("send").click()
    expect(page.locator('[data-testid="answer"][data-status="complete"]')).to_have_count(1)
    page.get_by_test_id("citation").first.click()
    expect(page.get_by_test_id("source-panel")).to_be_visible()
    found += serious(page)
    page.get_by_test_id("end-call").click()
    expect(page.get_by_test_id("receipt")).to_be_visible()
    found += serious(page)
    page.get_by_test_id("account").click()
    found += serious(page)
    page.goto(f"{site.url}/t/{SLUG}")
    page.get_by_test_id("history").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    found += serious(page)
    found += visit(page, site, ["/wallet"])
    assert found == []


def test_the_studio(page: Page, site: Site) -> None:
    """Every section, an item's transcript with its editor and the question who speaks."""
    enter(page, site, "juniper@example.com")
    found = visit(page, site, CREATOR)
    page.goto(f"{site.url}{STUDIO}/library")
    page.get_by_test_id("item").get_by_role("checkbox").first.check()
    expect(page.get_by_test_id("bulk")).to_be_visible()
    found += serious(page)
    page.get_by_test_id("item").get_by_role("link").first.click()
    line = page.get_by_test_id("line").first
    line.hover()
    line.get_by_role("button").last.click()
    expect(page.get_by_test_id("line-editor")).to_be_visible()
    found += serious(page)
    page.get_by_test_id("line-editor").press("Escape")
    line.get_by_test_id("speaker").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    found += serious(page)
    assert found == []


def test_the_operator_s_page(page: Page, site: Site) -> None:
    """Where a twin file is brought in."""
    enter(page, site, "operator@example.com")
    assert visit(page, site, ["/admin/imports"]) == []

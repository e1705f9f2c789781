"""What a creator does in the studio, in a real browser against a real server."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browser_site import Site
from house import PASSWORD, SLUG

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATIENCE_MS = 60_000
LIBRARY = f"/studio/{SLUG}/library"
HARBOUR = "The harbour master keeps a whistle in every coat, and loses the coats one by one in autumn."
#: Drops a folder with two files, a hidden one and an empty one, as a file manager does.
DROP = """
(zone) => {
  const file = (name, text) => ({
    name, isFile: true, isDirectory: false, file: (take) => take(new File([text], name)),
  });
  const folder = (name, inside) => ({
    name, isFile: false, isDirectory: true,
    createReader: () => {
      let left = [inside, []];
      return { readEntries: (take) => take(left.shift()) };
    },
  });
  const entry = folder("harbour", [
    file("2024-06-02 The whistle.md", TEXT), file("empty.srt", ""), file(".DS_Store", "x"),
    folder("chats", [file("result.json", CHAT)]),
  ]);
  const event = new Event("drop", { bubbles: true, cancelable: true });
  event.dataTransfer = { files: [], items: [{ webkitGetAsEntry: () => entry }] };
  zone.dispatchEvent(event);
}
"""


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh English desktop."""
    made = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    made.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    yield made
    made.close()


def log_in(page: Page, site: Site, path: str = LIBRARY) -> None:
    """Enter as the creator."""
    page.goto(f"{site.url}/log-in?next={path}")
    page.get_by_test_id("login-email").fill("juniper@example.com")
    page.get_by_test_id("login-password").fill(PASSWORD)
    page.get_by_test_id("login-submit").click()
    page.wait_for_url(f"{site.url}{path}")


def drop_folder(page: Page) -> None:
    """Drop the folder on the page."""
    chat = '{"name": "Quay", "type": "private_group", "id": 7, "messages": []}'
    script = DROP.replace("TEXT", repr(HARBOUR)).replace("CHAT", repr(chat))
    page.get_by_test_id("drop-zone").evaluate(script)


def test_a_creator_brings_a_folder_corrects_it_leaves_it_out_takes_that_back_and_finds_it(
    context: BrowserContext, site: Site
) -> None:
    """Drop, watch, open, correct a line, undo, exclude, undo, tag, search: what was said is found at its line."""
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    log_in(page, site)

    drop_folder(page)
    intake = page.get_by_test_id("intake").first
    expect(intake).to_have_attribute("data-status", "done")
    files = intake.get_by_test_id("intake-file")
    expect(files.filter(has_text="The whistle.md")).to_have_attribute("data-status", "taken")
    expect(files.filter(has_text="empty.srt")).to_contain_text("The file is empty.")
    expect(files.filter(has_text="DS_Store")).to_have_count(0)

    page.reload()
    expect(page.get_by_test_id("intake").first).to_contain_text("1 item taken in")
    item = page.get_by_test_id("item").filter(has_text="The whistle")
    item.get_by_role("link", name="The whistle").click()
    line = page.get_by_test_id("line").first
    expect(line).to_contain_text("harbour master")
    line.get_by_text("harbour master").dblclick()
    editor = page.get_by_test_id("line-editor")
    editor.fill(HARBOUR.replace("whistle", "foghorn"))
    editor.press("Control+Enter")
    editor.press("Escape")
    expect(line).to_contain_text("whistle")
    line.get_by_role("button", name="Edit").click()
    editor.fill(HARBOUR.replace("whistle", "foghorn"))
    editor.press("Enter")
    expect(line).to_contain_text("foghorn")
    expect(line).to_contain_text("corrected")

    line.get_by_role("button", name=re.compile("^Speaker")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Another name").first.check()
    dialog.get_by_role("textbox").fill("Ada Ferreira")
    dialog.get_by_role("button", name="Set the speaker").click()
    expect(line).to_contain_text("Ada Ferreira")
    page.get_by_test_id("undo-toast").get_by_role("button", name="Undo").click()
    expect(line).to_contain_text("You")
    expect(line).to_contain_text("foghorn")

    page.get_by_role("link", name="← Library").click()
    item.get_by_role("button", name="Leave out").click()
    expect(item).to_have_attribute("data-mark", "excluded")
    page.get_by_test_id("undo-toast").get_by_role("button", name="Undo").click()
    expect(item).not_to_have_attribute("data-mark", "excluded")
    item.get_by_role("checkbox").check()
    bulk = page.get_by_test_id("bulk")
    bulk.get_by_placeholder("New tag").fill("quay")
    bulk.get_by_role("button", name="Add tag").click()
    expect(item.get_by_role("button", name="Show only “quay”")).to_be_visible()

    page.get_by_label("Search inside the transcripts").fill("FOGHORN in every")
    page.get_by_test_id("found").get_by_role("link").click()
    expect(page.get_by_test_id("line").first).to_have_attribute("data-active", "true")
    assert problems == []


def test_the_player_and_the_lines_go_together(context: BrowserContext, site: Site) -> None:
    """A line that is clicked is where the recording stands; the line that plays is the one marked."""
    page = context.new_page()
    log_in(page, site)
    page.get_by_role("link", name="The reluctant umbrella").click()
    expect(page.get_by_test_id("player")).to_be_visible()
    page.get_by_role("button", name="Go to 0:02").click()
    expect(page.get_by_test_id("player")).to_have_attribute("data-second", re.compile(r"^2\."))
    expect(page.locator('[data-testid="line"][data-active]')).to_contain_text("candle stub")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_test_id("player")).to_have_attribute("data-second", re.compile(r"^[3-9]\."))


def test_a_place_far_down_a_long_transcript_is_in_sight_when_it_is_opened(
    context: BrowserContext, site: Site
) -> None:
    """Lines out of sight are not laid out, so their heights are guesses until one jumps there."""
    page = context.new_page()
    log_in(page, site)
    log = "\n\n".join(
        f"On day {day} the ferry carried {day * 7 % 90} crates of tea, {day * 11 % 70} goats and the inspector. "
        * 4
        for day in range(400)
    )
    chosen = {"name": "2024-07-01 Log of the ferry.md", "mimeType": "text/markdown", "buffer": log.encode()}
    page.get_by_test_id("pick-files").set_input_files([chosen])
    expect(page.get_by_test_id("intake").first).to_have_attribute("data-status", "done")
    page.get_by_label("Search inside the transcripts").fill("On day 333 the ferry")
    page.get_by_test_id("found").get_by_role("link").first.click()
    line = page.locator('[data-testid="line"][data-active]')
    expect(line).to_contain_text("day 333")
    expect(line).to_be_in_viewport()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_studio_fits_its_screen(
    browser: Browser, site: Site, language: str, scheme: str, width: int
) -> None:
    """No page of the studio's library scrolls sideways."""
    context = browser.new_context(
        viewport={"width": width, "height": 740},
        locale="zh-CN" if language == "zh" else "en-GB",
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    log_in(page, site)
    expect(page.get_by_test_id("items")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_test_id("item").get_by_role("link").first.click()
    expect(page.get_by_test_id("line").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()

"""URLs given to an ingest become items that know where they come from; a second run adds nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from fenshen.core.clock import SystemClock
from fenshen.core.db import Database
from fenshen.library.fetch.collect import Collector
from fenshen.library.fetch.gather import Gathered, gather, split_sources
from fenshen.library.fetch.guarded import Guard
from fenshen.library.fetch.videos import VideoSite
from fenshen.library.intake.ingest import IngestReport
from fenshen.library.items import list_items
from hostile_site import Site

SRT = "1\n00:00:01,000 --> 00:00:09,000\n" + "Citric acid takes the scale off the old kettle. " * 12 + "\n"
FEED = """<rss><channel><language>de</language><item><title>Descaling</title><guid>1</guid>
<link>https://mara.example/episodes/1</link><pubDate>Sat, 16 Mar 2024 08:00:00 GMT</pubDate>
<enclosure url="/1.mp3" type="audio/mpeg"/>
<podcast:transcript xmlns:podcast="p" url="/1.srt" type="application/x-subrip" language="de"/></item></channel></rss>"""


Fetch = Callable[..., Gathered]
Take = Callable[..., IngestReport]


@pytest.fixture
def fetch(guard: Guard, tmp_path: Path) -> Fetch:
    """Gather URLs for one creator."""

    def run(*urls: str) -> Gathered:
        collector = Collector(guard, SystemClock(), VideoSite(guard, SystemClock()))
        return gather(collector, urls, tmp_path / "fetched")

    return run


def test_an_episode_becomes_an_item_that_knows_its_page(
    site: Site, fetch: Fetch, take: Take, db: Database
) -> None:
    """Title, day, language, kind and URL are those of the feed; the second run adds nothing."""
    site.page("/feed", FEED)
    site.page("/1.srt", SRT)
    site.page("/1.mp3", b"ID3\x04" + bytes(2000))
    for added in (1, 0):
        found = fetch("http://mara.example/feed")
        report = take(*found.files, stated=found.files)
        assert (report.added, report.skipped, found.new) == (added, (), added)
    (item,) = list_items(db, "mara")
    assert (item.title, item.published, item.language) == ("Descaling", date(2024, 3, 16), "de")
    assert (item.url, item.kind) == ("https://mara.example/episodes/1", "audio")


def test_a_text_of_the_web_keeps_its_address(site: Site, fetch: Fetch, take: Take, db: Database) -> None:
    """A plain file behind a URL is read as any other; a changed one replaces its item."""
    for words in ("About mantel clocks. ", "More about mantel clocks. "):
        site.page("/notes/clock.md", f"# Clocks\n\n{words * 40}", Content_Type="text/plain")
        found = fetch(
            "http://mara.example/notes/clock.md", "http://mara.example/notes/none.md", "ftp://x.example/"
        )
        assert [(one.path, one.code) for one in found.skipped] == [
            ("http://mara.example/notes/none.md", "not_found"),
            ("ftp://x.example/", "refused_scheme"),
        ]
        take(*found.files, stated=found.files)
    (item,) = list_items(db, "mara")
    assert (item.title, item.url) == ("Clocks", "http://mara.example/notes/clock.md")


@pytest.mark.parametrize(
    ("given", "is_url"),
    [
        ("https://mara.example/", True),
        ("HTTP://mara.example", True),
        ("file:///etc/passwd", True),
        ("gopher://x", True),
        ("data:text/html,x", True),
        ("notes", False),
        ("/home/mara/notes", False),
        ("2024-03-16 Talk: part 1.srt", False),
        ("C:\\videos", False),
    ],
)
def test_urls_and_paths_are_told_apart(given: str, is_url: bool) -> None:
    """Whatever has a scheme is a URL, and refused as one if it must be."""
    paths, urls = split_sources([given])
    assert (bool(urls), bool(paths)) == (is_url, not is_url)


def test_a_file_with_a_strange_name_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What exists here is never fetched."""
    monkeypatch.chdir(tmp_path)
    Path("data:notes.txt").write_text("x")
    assert split_sources(["data:notes.txt"]) == ([Path("data:notes.txt")], [])


def test_consent_that_ends_stops_the_fetching(site: Site, guard: Guard, tmp_path: Path) -> None:
    """The check is made before each URL and after each file."""
    for name in "abc":
        site.page(f"/{name}.md", "# x\n\nwords")
    left = [None, None, None]

    def allowed() -> None:
        left.pop()

    collector = Collector(guard, SystemClock(), VideoSite(guard, SystemClock()))
    with pytest.raises(IndexError):
        gather(collector, [f"http://mara.example/{name}.md" for name in "abc"], tmp_path, allowed=allowed)
    assert [place for place in site.asked if place.endswith(".md")] == [
        "mara.example/a.md",
        "mara.example/b.md",
    ]


def test_progress_covers_every_url(site: Site, guard: Guard, tmp_path: Path) -> None:
    """It grows from URL to URL and says which."""
    told: list[tuple[float, float, str]] = []
    for name in "ab":
        site.page(f"/{name}.md", "# x\n\nwords")
    collector = Collector(guard, SystemClock(), VideoSite(guard, SystemClock()))
    urls: Sequence[str] = [f"http://mara.example/{name}.md" for name in "ab"]
    gather(collector, urls, tmp_path, lambda done, total, note="": told.append((done, total, note)))
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
    assert {total for _, total, _ in told} == {2}
    assert told[-1][2] == "fetching http://mara.example/b.md"

"""URLs become files with facts: feeds, podcasts, pages, plain files; a second run fetches only what is new."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock

from fenshen.core.clock import SystemClock
from fenshen.library.document import Chapter
from fenshen.library.fetch.collect import Collector
from fenshen.library.fetch.guarded import Guard
from fenshen.library.fetch.record import Fetched, read_record
from fenshen.library.fetch.videos import VideoSite
from fenshen.library.fetch.wanted import Wanted
from fenshen.library.files import Skipped
from hostile_site import Handler, Site

SRT = "1\n00:00:01,000 --> 00:00:04,000\nCitric acid takes the scale off.\n"
MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(4000)
PAGE = (
    "<!doctype html><html lang=en><head><title>Clocks</title></head><body><p>About clocks.</p></body></html>"
)

PODCAST = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:psc="http://podlove.org/simple-chapters">
<channel><title>Mara mends</title><language>en-gb</language>
<item><title>Descaling &amp; more</title><guid isPermaLink="false">ep2</guid><link>http://mara.example/2</link>
 <pubDate>Sat, 16 Mar 2024 08:00:00 +0000</pubDate>
 <enclosure url="http://cdn.example/ep2.mp3?x=1" type="audio/mpeg" length="{len(MP3)}"/>
 <podcast:transcript url="/ep2.html" type="text/html"/>
 <podcast:transcript url="/ep2.de.srt" type="application/x-subrip" language="de"/>
 <podcast:transcript url="/ep2.srt" type="application/x-subrip" language="en"/>
 <psc:chapters><psc:chapter start="00:00:00" title="Hello"/><psc:chapter start="00:01:05.5" title="Acid"/></psc:chapters>
</item>
<item><title>Clocks</title><guid>http://mara.example/1</guid><pubDate>Fri, 01 Mar 2024 08:00:00 GMT</pubDate>
 <enclosure url="/ep1.mp3" type="" length="x"/>
 <podcast:chapters url="/ep1.json" type="application/json+chapters"/>
</item>
<item><title>Gone</title><guid>ep0</guid><pubDate>Thu, 01 Feb 2024 08:00:00 GMT</pubDate>
 <enclosure url="/ep0.mp3" type="audio/mpeg"/></item>
</channel></rss>"""

Gather = Callable[..., list[Fetched | Skipped]]


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "fetched"


@pytest.fixture
def gather(guard: Guard, into: Path) -> Gather:
    """Collect a URL; returns everything that came of it."""

    def run(url: str, **wanted: object) -> list[Fetched | Skipped]:
        videos = VideoSite(guard, SystemClock())
        collector = Collector(guard, SystemClock(), videos, Wanted(**wanted))  # type: ignore[arg-type]
        return list(collector.collect(url, into))

    return run


def podcast(site: Site) -> None:
    site.page("/feed", PODCAST, Content_Type="text/xml", ETag='"feed-1"')
    site.page("/ep2.mp3?x=1", MP3)
    site.page("/ep1.mp3", MP3 + b"1")
    site.page("/ep2.srt", SRT)
    site.page("/ep2.de.srt", SRT.replace("Citric acid", "Zitrone"))
    site.page(
        "/ep1.json", '{"version":"1.2","chapters":[{"startTime":3,"title":"Tick"},{"startTime":"x"},7]}'
    )


def test_a_podcast_comes_with_subtitles_chapters_and_facts(site: Site, gather: Gather) -> None:
    """Newest first; an episode that is gone is skipped and the others are taken."""
    podcast(site)
    second, first, gone = gather("http://mara.example/feed")
    assert isinstance(second, Fetched)
    assert (second.path.suffix, second.path.read_text()) == (".srt", SRT)
    assert sorted(p.suffix for p in second.path.parent.glob(f"{second.path.stem}.*")) == [
        ".json",
        ".mp3",
        ".srt",
    ]
    facts = second.stated
    assert (facts.title, facts.published, facts.kind) == ("Descaling & more", date(2024, 3, 16), "audio")
    assert (facts.url, facts.language) == ("http://mara.example/2", "en")
    assert facts.chapters == (Chapter(0.0, "Hello"), Chapter(65.5, "Acid"))
    assert isinstance(first, Fetched)
    assert (first.path.read_bytes(), first.stated.chapters) == (MP3 + b"1", (Chapter(3.0, "Tick"),))
    assert (gone[1] if isinstance(gone, Skipped) else gone) == "not_found"
    assert "mara.example/ep2.de.srt" not in site.asked


def test_a_second_run_asks_for_the_feed_and_nothing_else(site: Site, gather: Gather) -> None:
    """Episodes that are here are not asked about; the feed itself is asked whether it changed."""
    podcast(site)
    first = [one for one in gather("http://mara.example/feed", newest=2) if isinstance(one, Fetched)]
    site.seen.clear()
    site.routes["/feed"] = lambda handler: handler.answer(304)
    again = [one for one in gather("http://mara.example/feed", newest=2) if isinstance(one, Fetched)]
    assert [(one.path, one.stated) for one in again] == [(one.path, one.stated) for one in first]
    assert not any(one.is_new for one in again)
    assert site.asked == ["mara.example/robots.txt", "mara.example/feed"]
    assert site.seen[-1][1]["if-none-match"] == '"feed-1"'


@pytest.mark.parametrize(("wanted", "count"), [({"newest": 1}, 1), ({"since": date(2024, 3, 1)}, 2), ({}, 3)])
def test_only_what_is_wanted_is_fetched(
    site: Site, gather: Gather, wanted: dict[str, object], count: int
) -> None:
    """The newest so many, or those since a day."""
    podcast(site)
    assert len(gather("http://mara.example/feed", **wanted)) == count


def test_a_blog_gives_whole_posts_or_their_pages(site: Site, gather: Gather) -> None:
    """A feed with whole texts is enough; where it has a summary the page is fetched; older feed pages follow."""
    body = "<p>" + "The mantel clock runs again. " * 60 + "</p>"
    site.page(
        "/atom",
        f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Mara</title>
        <link rel="next" href="/atom?page=2"/>
        <entry><id>tag:1</id><title type="html">&lt;b&gt;Clock&lt;/b&gt;</title><link href="/clock"/>
        <published>2024-05-01T10:00:00Z</published><content type="html">{body.replace("<", "&lt;")}</content></entry>
        <entry><id>tag:2</id><title>Kettle</title><link href="/kettle"/><updated>2024-04-01T10:00:00Z</updated>
        <summary>Short&nbsp;one</summary></entry></feed>""",
    )
    site.page(
        "/atom?page=2",
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>3</id><title>Old</title>'
        '<link href="/old"/><updated>2020-01-01T00:00:00Z</updated></entry></feed>',
    )
    site.page("/kettle", PAGE)
    site.page("/old", PAGE)
    clock, kettle, old = gather("http://mara.example/atom")
    assert isinstance(clock, Fetched) and isinstance(kettle, Fetched) and isinstance(old, Fetched)
    assert "runs again" in clock.path.read_text() and "mara.example/clock" not in site.asked
    assert (clock.stated.title, clock.stated.url) == ("Clock", "http://mara.example/clock")
    assert (kettle.path.suffix, kettle.path.read_text()) == (".html", PAGE)
    assert (old.stated.title, old.stated.published) == ("Old", date(2020, 1, 1))


def test_a_front_page_stands_for_its_feed(site: Site, gather: Gather) -> None:
    """The address of a site is enough; any other page is taken as itself."""
    podcast(site)
    link = '<link rel="alternate" type="application/rss+xml" title="{}" href="{}">'
    head = link.format("Comments", "/comments") + link.format("All", "/feed")
    site.page("/", PAGE.replace("<title>", head + "<title>"))
    site.page("/about", PAGE.replace("<title>", head + "<title>"))
    assert len(gather("http://mara.example/")) == 3
    about = gather("http://mara.example/about")
    assert [one.path.suffix for one in about if isinstance(one, Fetched)] == [".html"]
    assert "mara.example/comments" not in site.asked


def test_robots_txt_keeps_us_from_pages_and_not_from_feeds(site: Site, gather: Gather) -> None:
    """A page that machines shall leave alone is left; a feed is made for machines."""
    podcast(site)
    site.page("/robots.txt", "User-agent: *\nDisallow: /private\nDisallow: /feed\n")
    site.page("/private/diary", PAGE)
    site.page("/public", PAGE)
    assert [one[1] for one in gather("http://mara.example/private/diary")] == ["robots"]
    assert [one.is_new for one in gather("http://mara.example/public")] == [True]
    assert len(gather("http://mara.example/feed", newest=1)) == 1


def test_a_broken_transfer_goes_on_where_it_stopped(site: Site, gather: Gather, into: Path) -> None:
    """The second run asks for the rest, and only if the file is still the same."""
    whole = b"ID3\x04" + bytes(range(256)) * 2000

    def flaky(handler: Handler) -> None:
        if start := int(handler.headers.get("Range", "bytes=0-")[6:-1]):
            handler.answer(
                206, whole[start:], Content_Range=f"bytes {start}-{len(whole) - 1}/{len(whole)}", ETag='"a"'
            )
        else:
            handler.answer(200, whole[:300_000], Content_Length=str(len(whole)), ETag='"a"')

    site.routes["/talk.mp3"] = flaky
    assert [one[1] for one in gather("http://cdn.example/talk.mp3")] == ["broken_transfer"]
    (done,) = gather("http://cdn.example/talk.mp3")
    assert isinstance(done, Fetched)
    assert done.path.read_bytes() == whole
    assert (site.seen[-1][1]["range"], site.seen[-1][1]["if-range"]) == ("bytes=300000-", '"a"')
    assert list(done.path.parent.glob(".*.part")) == []


@pytest.mark.parametrize("answer", ["changed", "unsatisfiable", "wrong start"])
def test_a_part_that_does_not_fit_is_thrown_away(site: Site, gather: Gather, answer: str) -> None:
    """If the file changed meanwhile, or the server answers nonsense, the file comes whole and right."""
    old, new = b"ID3\x04" + b"o" * 200_000, b"ID3\x04" + b"n" * 200_000

    def flaky(handler: Handler) -> None:
        if len(site.seen) < 3:
            handler.answer(
                200,
                old[:100_000],
                Content_Length=str(len(old)),
                Last_Modified="Sat, 16 Mar 2024 08:00:00 GMT",
            )
        elif "Range" not in handler.headers or answer == "changed":
            handler.answer(200, new, ETag='"b"')
        elif answer == "unsatisfiable":
            handler.answer(416)
        else:
            handler.answer(206, new[5:], Content_Range=f"bytes 5-{len(new) - 1}/{len(new)}")

    site.routes["/talk.mp3"] = flaky
    assert [one[1] for one in gather("http://cdn.example/talk.mp3")] == ["broken_transfer"]
    (done,) = gather("http://cdn.example/talk.mp3")
    assert isinstance(done, Fetched)
    assert done.path.read_bytes() == new


def test_a_page_that_did_not_change_is_not_sent_again(site: Site, gather: Gather, into: Path) -> None:
    """ETag and date of the first answer go back to the server; a changed page replaces the old one."""
    site.page("/notes", PAGE, ETag='W/"1"', Last_Modified="Sat, 16 Mar 2024 08:00:00 GMT")
    (first,) = gather("http://mara.example/notes")
    site.routes["/notes"] = lambda handler: handler.answer(304)
    (second,) = gather("http://mara.example/notes")
    sent = site.seen[-1][1]
    assert (sent["if-none-match"], sent["if-modified-since"]) == ('W/"1"', "Sat, 16 Mar 2024 08:00:00 GMT")
    site.page("/notes", PAGE.replace("About", "More about"))
    (third,) = gather("http://mara.example/notes")
    assert isinstance(first, Fetched) and isinstance(second, Fetched) and isinstance(third, Fetched)
    assert [first.is_new, second.is_new, third.is_new] == [True, False, True]
    assert first.path == second.path == third.path
    assert "More about" in third.path.read_text()
    record = read_record(third.path.parent, third.path.stem)
    assert record and record.url == record.stated.url == "http://mara.example/notes"


def test_what_nothing_reads_is_not_fetched_to_its_end(site: Site, gather: Gather, into: Path) -> None:
    """A program of a gigabyte is refused by its first bytes."""

    def program(handler: Handler) -> None:
        handler.send_response_only(200)
        handler.send_header("Content-Length", str(1 << 30))
        handler.end_headers()
        for _ in range(1 << 10):
            handler.wfile.write(b"\x7fELF" + bytes((1 << 20) - 4))

    site.routes["/setup.mp3"] = program
    assert [one[1] for one in gather("http://cdn.example/setup.mp3")] == ["unknown_format"]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://127.0.0.1/", "refused_address"),
        ("file:///etc/passwd", "refused_scheme"),
        ("http://mara.example/none", "not_found"),
        ("nonsense", "bad_url"),
        ("http://mara.example/bomb.xml", "bad_xml"),
        ("http://mara.example/torn.xml", "bad_xml"),
        ("http://mara.example/huge", "too_large"),
    ],
)
def test_what_cannot_be_had_is_skipped_with_a_code(site: Site, gather: Gather, url: str, code: str) -> None:
    """One entry that says which and why; nothing is raised."""
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    site.page("/bomb.xml", f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "lol">{lol}]><rss>&l9;</rss>')
    site.page("/torn.xml", PODCAST[: PODCAST.index("<item")])
    site.routes["/huge"] = lambda handler: handler.answer(200, b"ID3\x04", Content_Length=str(5 << 30))
    (skipped,) = gather(url)
    assert isinstance(skipped, Skipped)
    assert skipped.code == code
    assert skipped.path.startswith(url[:10])


def test_front_pages_that_name_each_other_end(site: Site, gather: Gather) -> None:
    """A front page stands for a feed once; a front page in the feed's place is a page."""
    for path, other in (("/", "/blog"), ("/blog", "/")):
        site.page(
            path,
            PAGE.replace("<title>", f'<link rel=alternate type=application/rss+xml href="{other}"><title>'),
        )
    (page,) = gather("http://mara.example/")
    assert isinstance(page, Fetched)
    assert page.stated.url == "http://mara.example/blog"


@pytest.mark.parametrize("beginning", [PAGE, PODCAST[:600]])
def test_a_page_or_feed_has_less_room_than_a_recording(site: Site, gather: Gather, beginning: str) -> None:
    """What begins as a page is stopped at 16 MiB, although a recording may have 4 GiB."""

    def endless(handler: Handler) -> None:
        handler.send_response_only(200)
        handler.end_headers()
        handler.wfile.write(beginning.encode())
        for _ in range(40):
            handler.wfile.write(b"word " * 200_000)

    site.routes["/page"] = endless
    assert [one[1] for one in gather("http://mara.example/page")] == ["too_large"]


def test_the_last_of_the_disk_is_not_taken(
    site: Site, gather: Gather, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A download that would fill the disk is not begun."""
    monkeypatch.setattr("fenshen.library.fetch.download.FREE_BYTES_MIN", 1 << 60)
    site.page("/talk.mp3", MP3)
    assert [one[1] for one in gather("http://cdn.example/talk.mp3")] == ["disk_full"]


def test_two_ingests_do_not_write_the_same_file(site: Site, gather: Gather, into: Path) -> None:
    """The second is told to come back; nothing is mixed up."""
    site.page("/talk.mp3", MP3)
    (into / "cdn.example").mkdir(parents=True)
    with FileLock(into / "cdn.example" / ".lock"):
        assert [one[1] for one in gather("http://cdn.example/talk.mp3")] == ["busy"]
    assert [one.is_new for one in gather("http://cdn.example/talk.mp3") if isinstance(one, Fetched)] == [True]


@pytest.mark.parametrize("etag", ['"k\u00e9ttle-\u6c34"', '"' + "x" * 5000 + '"', '"a\tb"', '"\ud800"'])
def test_an_odd_tag_is_given_back_or_forgotten(site: Site, gather: Gather, into: Path, etag: str) -> None:
    """Whatever a server called its file, or somebody wrote into the record, asking again works."""
    site.page("/notes.md", "# x\n\nwords")
    (first,) = gather("http://mara.example/notes.md")
    assert isinstance(first, Fetched)
    record = first.path.with_suffix(".fenshen.json")
    record.write_text(json.dumps(json.loads(record.read_text()) | {"etag": etag}))
    (second,) = gather("http://mara.example/notes.md")
    assert isinstance(second, Fetched), second


def test_the_time_left_counts_only_what_is_missing(site: Site, guard: Guard, into: Path) -> None:
    """Of three episodes two are here: the total is the one that is not."""
    podcast(site)
    told: list[tuple[float, float]] = []
    for wanted in (Wanted(newest=2), Wanted()):
        told.clear()
        collector = Collector(guard, SystemClock(), VideoSite(guard, SystemClock()), wanted)
        list(
            collector.collect(
                "http://mara.example/feed", into, lambda done, total, note="": told.append((done, total))
            )
        )
    assert {total for _, total in told} == {1}

"""Feeds with one bad place, odd encodings and words where nobody expects them; feeds and lists of feeds as files."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from fenshen.core.errors import BadInput
from fenshen.library.dropped import Dropped
from fenshen.library.fetch.entries import is_whole, wish_for
from fenshen.library.fetch.feeds import Entry, parse_feed, plain
from fenshen.library.fetch.json_feed import is_any_feed, parse_any_feed
from fenshen.library.fetch.urls import parse_url
from fenshen.library.readers.feed_file import LIST, SPEC
from fenshen.library.reading import Head, Opened
from fenshen.library.stated import from_json

from ..conftest import Take

RSS = '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Ottil</title>{}</channel></rss>'
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>Ottil</title>{}</feed>'


def entry(feed: str) -> Entry:
    (found,) = parse_feed(feed.encode()).entries
    return found


TITLES = [
    ("Nuts & bolts", "Nuts & bolts"),
    ("2 < 3, <3 and <—", "2 < 3, <3 and <—"),
    ("AT&T &amp; co &mdash; &#8217;", "AT&T & co — ’"),
    ("<![CDATA[Q&A: <b>tea</b> & more]]>", "Q&A: tea & more"),
    ("One\x0b\x1ftitle", "Onetitle"),
]


@pytest.mark.parametrize(("written", "title"), TITLES)
def test_one_bad_sign_costs_nothing(written: str, title: str) -> None:
    """A bare `&` or raw `<` is what somebody typed."""
    feed = RSS.format(f"<item><title>{written}</title><link>https://a.example/1?x=1&y=2</link></item>")
    found = entry(feed)
    assert " ".join(found.title.split()) == title if found.title else False
    assert found.url == "https://a.example/1?x=1&y=2"


def test_a_feed_that_is_cut_off_gives_what_came_and_says_so() -> None:
    """The entries before the end; the end is counted."""
    feed = parse_feed(RSS.format("<item><title>one</title></item><item><title>two</title>")[:-17].encode())
    assert [one.title for one in feed.entries] == ["one", "two"]
    assert [one.code for one in feed.dropped] == ["cut_off"]


@pytest.mark.parametrize("label", ["iso-8859-1", "ISO-8859-1", "latin1", "us-ascii", "windows-1252"])
def test_what_calls_itself_latin_1_is_windows_1252(label: str) -> None:
    """Quotes, dashes and the euro are there, as in every reader."""
    text = f'<?xml version="1.0" encoding="{label}"?>' + RSS.format(
        "<item><title>“It’s” – 5 €…</title></item>"
    )
    assert parse_feed(text.encode("cp1252")).entries[0].title == "“It’s” – 5 €…"
    assert parse_feed(text.encode("utf-8")).entries[0].title == "“It’s” – 5 €…", "and UTF-8 under it is UTF-8"


CONTENT = [
    (RSS, "<item><description>short</description><content:encoded>&lt;p&gt;whole&lt;/p&gt;</content:encoded></item>", "<p>whole</p>"),
    (RSS, "<item><description>&lt;p&gt;only this&lt;/p&gt;</description></item>", "<p>only this</p>"),
    (RSS, "<item><description><p>raw <b>tags</b><br>here</p></description></item>", "<p>raw <b>tags</b><br>here</p>"),
    (ATOM, '<entry><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>The <em>third</em> seal</p></div></content></entry>', "<div><p>The <em>third</em> seal</p></div>"),
    (ATOM, '<entry><content type="text">1 &lt; 2 &amp; 3</content></entry>', "1 &lt; 2 &amp; 3"),
    (ATOM, '<entry><summary type="html">&lt;p&gt;summary&lt;/p&gt;</summary></entry>', "<p>summary</p>"),
    (ATOM, '<entry><content type="html"><![CDATA[<p>Q&A</p>]]></content></entry>', "<p>Q&A</p>"),
]  # fmt: skip


@pytest.mark.parametrize(("frame", "item", "content"), CONTENT)
def test_the_words_of_an_entry(frame: str, item: str, content: str) -> None:
    """Escaped, in CDATA or as elements; whole before summary; inline tags do not part a paragraph."""
    assert entry(frame.format(item)).content == content


def test_entries_without_link_are_kept_and_told_apart() -> None:
    """Their words are all there is, so they count as whole; two of them are two."""
    items = "".join(f"<item><description>Kettle {n}</description></item>" for n in (1, 2))
    first, second = parse_feed(RSS.format(items).encode()).entries
    assert is_whole(first) and first.id != second.id and first.url == ""


@pytest.mark.parametrize(("end", "whole"), [("The end.", True), ("and so […]", False), ("Read more »", False), ("阅读全文", False)])  # fmt: skip
def test_an_excerpt_is_not_the_post(end: str, whole: bool) -> None:
    """However long it is, its end gives it away."""
    assert (
        is_whole(Entry("1", "https://a.example/1", None, None, content="<p>" + "Word " * 300 + end + "</p>"))
        is whole
    )


DATES = [
    ("<pubDate>3 Feb 2020</pubDate>", date(2020, 2, 3)),
    ("<pubDate>2020年2月3日 16:00</pubDate>", date(2020, 2, 3)),
    ("<pubDate>Tue, 4 Février 2020 10:00:00 GMT</pubDate>", date(2020, 2, 4)),
    ("<pubDate>Mon, 03 Feb 2020 24:00:00 GMT</pubDate>", date(2020, 2, 3)),
    ("<pubDate>Mon, 03 Feb 20 16:00:00 GMT</pubDate>", date(2020, 2, 3)),
    ("<pubDate>03/04/2020</pubDate>", None),
    ("<pubDate>soon</pubDate><dc:date>20200203T160000Z</dc:date>", date(2020, 2, 3)),
    ("<updated>2025-01-07</updated><published>2020-02-03</published>", date(2020, 2, 3)),
    ("<updated>2025-01-07</updated><issued>2020-02-03</issued>", date(2020, 2, 3)),
]


@pytest.mark.parametrize(("written", "day"), DATES)
def test_days_in_every_habit(written: str, day: date | None) -> None:
    """The first field with a day in it, published before changed."""
    assert entry(RSS.format(f"<item><title>x</title>{written}</item>")).published == day


def test_other_entries_say_whether_day_or_month_comes_first() -> None:
    """One day beyond the twelfth settles them all."""
    items = "".join(
        f"<item><title>x</title><pubDate>{d}</pubDate></item>" for d in ("03/04/2020", "25/04/2020")
    )
    assert [one.published for one in parse_feed(RSS.format(items).encode()).entries] == [
        date(2020, 4, 3),
        date(2020, 4, 25),
    ]


def test_links_follow_xml_base_and_media_rss_names_the_film() -> None:
    """Atom's relative links, and `media:content` where there is no enclosure."""
    found = entry(
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xml:base="https://a.example/b/">'
        '<entry><title>x</title><link href="one"/><media:group><media:content url="https://a.example/x.mp4" type="video/mp4"/>'
        "</media:group></entry></feed>"
    )
    assert found.url == "https://a.example/b/one"
    assert found.media is not None and found.media.type == "video/mp4"


JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Ottil",
    "language": "en-GB",
    "next_url": "https://a.example/2.json",
    "items": [
        {"id": 1, "url": "https://a.example/1", "title": "One & two", "content_html": "<p>Kettle</p>", "date_published": "2020-02-03T10:00:00Z", "date_modified": "2025-01-01T00:00:00Z"},
        {"id": "2", "content_text": "First.\n\n1 < 2.", "attachments": [{"url": "https://a.example/2.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 7}]},
        "damaged",
    ],
}  # fmt: skip


def test_a_json_feed_is_a_feed() -> None:
    """Both kinds of text, attachments, days; what is no entry is counted."""
    data = json.dumps(JSON_FEED, indent=1).encode()
    assert is_any_feed(data) and not is_any_feed(b'{"version": "1.1", "items": []}')
    feed = parse_any_feed(data)
    one, two = feed.entries
    assert (one.title, one.content, one.published) == ("One & two", "<p>Kettle</p>", date(2020, 2, 3))
    assert two.content == "<p>First.</p><p>1 &lt; 2.</p>" and two.media is not None and two.media.size == 7
    assert (feed.language, feed.next_url, feed.dropped) == (
        "en",
        "https://a.example/2.json",
        (Dropped("bad_line", 1, "items"),),
    )


@pytest.mark.parametrize("field", ["authors", "author"])
def test_an_entry_of_a_json_feed_is_by_its_author(field: str) -> None:
    """The guest of one post is not the author of the feed, who wrote the rest; a fetched post remembers both."""

    def by(name: str) -> dict[str, object]:
        return {field: [{"name": name}] if field == "authors" else {"name": name}}

    guest = {"id": "1", "content_text": "Bees do not like rye."} | by("Tobias Renn")
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "N",
        "items": [guest, {"id": "2", "content_text": "I do."}],
    }
    first, second = parse_any_feed(json.dumps(feed | by("Mara Quill")).encode()).entries
    assert (first.authors, second.authors) == (("Tobias Renn",), ("Mara Quill",))
    stated = wish_for(parse_url("https://a.example/feed"), first).stated
    assert from_json(json.loads(json.dumps(stated.as_json()))).authors == ("Tobias Renn",)


def test_feeds_given_as_files_are_read(folder: Path, take: Take) -> None:
    """A post for each entry with words, with its own title, day and address; the rest is counted."""
    items = (
        "<item><title>One</title><link>https://a.example/1</link><pubDate>3 Feb 2020</pubDate><description>&lt;p&gt;The kettle & I.&lt;/p&gt;</description></item>"
        "<item><title>Two</title><description>A second kettle.</description></item><item><title>Three</title></item>"
    )
    data = RSS.format(items).encode()
    assert SPEC.recognises(Head(data, "feed.xml"))
    first, second = SPEC.read(Opened("feed.xml", data))
    assert (first.title, first.published, first.url) == ("One", date(2020, 2, 3), "https://a.example/1")
    assert [cue.text for cue in first.cues] == ["The kettle & I."] and second.url is None
    assert first.dropped == (Dropped("empty_entry", 1),)
    (folder / "feed.xml").write_bytes(data)
    report = take()
    assert report.added == 2 and [one.path for one in report.incomplete] == ["feed.xml"]
    assert report.incomplete[0].reason == "1 place left out: an entry with no words"


def test_a_list_of_feeds_is_refused_with_the_addresses_in_it() -> None:
    """OPML names what somebody reads, so nothing of it is followed."""
    data = b'<?xml version="1.0"?><opml version="2.0"><body><outline text="A" xmlUrl="https://a.example/f?x=1&amp;y=2"/><outline xmlUrl=\'https://b.example/\'/></body></opml>'
    assert LIST.recognises(Head(data, "subscriptions.opml"))
    with pytest.raises(BadInput) as caught:
        LIST.read(Opened("subscriptions.opml", data))
    assert caught.value.code == "feed_list"
    assert "feeds (2)" in caught.value.message and "https://a.example/f?x=1&y=2" in caught.value.message


def test_titles_keep_signs_that_are_no_tags() -> None:
    """`plain` takes tags out, not comparisons."""
    assert plain("5 < 6 and 7 > 3") == "5 < 6 and 7 > 3"

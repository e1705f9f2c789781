"""Feeds as they really are: odd encodings, missing dates, HTML's entities; and as attackers write them."""

from __future__ import annotations

import contextlib
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenshen.core.errors import BadInput
from fenshen.library.fetch.feeds import parse_feed, seconds_in
from fenshen.library.fetch.pages import first_element, is_feed
from fenshen.library.fetch.robots import is_allowed, parse_robots

ITEM = "<item><title>{}</title><link>https://a.example/1</link><pubDate>{}</pubDate></item>"


def rss(*items: str, head: str = "") -> str:
    return f'<?xml version="1.0"?><rss><channel>{head}{"".join(items)}</channel></rss>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb2312", "big5", "iso-8859-1", "windows-1251"])
def test_the_declared_encoding_is_believed(encoding: str) -> None:
    """Chinese, Cyrillic and Western feeds come out right."""
    title = {"gb2312": "水壶", "big5": "水壺", "windows-1251": "Чайник"}.get(encoding, "Kännchen")
    text = rss(ITEM.format(title, "")).replace('"1.0"', f'"1.0" encoding="{encoding}"')
    data = text.encode(encoding)
    assert parse_feed(data).entries[0].title == title
    assert is_feed(data)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Sat, 16 Mar 2024 08:00:00 +0000", date(2024, 3, 16)),
        ("16 Mar 2024 08:00 EST", date(2024, 3, 16)),
        ("2024-03-16T08:00:00Z", date(2024, 3, 16)),
        ("yesterday", None),
        ("Sat, 99 Mar 2024 08:00:00 +9999", None),
        ("", None),
    ],
)
def test_days_are_read_in_both_standards(written: str, day: date | None) -> None:
    """RFC 5322 and RFC 3339; anything else is no day."""
    assert parse_feed(rss(ITEM.format("x", written)).encode()).entries[0].published == day


def test_names_of_characters_that_only_html_knows_are_understood() -> None:
    """`&nbsp;` and `&eacute;` are all over feeds, although XML does not define them."""
    entry = parse_feed(
        rss(ITEM.format("Caf&eacute;&nbsp;&amp; &lt;b&gt;tea&lt;/b&gt;", "")).encode()
    ).entries[0]
    assert entry.title == "Café & tea"


def test_rdf_feeds_keep_their_items_beside_the_channel() -> None:
    """RSS 1.0."""
    text = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>c</title></channel>'
        "<item><title>one</title><link>https://a.example/1</link><dc:date>2024-03-16</dc:date></item></rdf:RDF>"
    )
    (entry,) = parse_feed(text.encode()).entries
    assert (entry.title, entry.url, entry.published) == ("one", "https://a.example/1", date(2024, 3, 16))


HOSTILE = {
    "entities": '<!DOCTYPE rss [<!ENTITY a "aaaa">]><rss>&a;</rss>',
    "outer entity": '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss>&a;</rss>',
    "depth": "<rss>" * 100_000,
    "elements": "<rss>" + "<a/>" * 1_000_000 + "</rss>",
    "attributes": "<rss " + " ".join(f'a{n}="1"' for n in range(200_000)),
    "names": "<rss>" + "&notathing;" * 100_000,
    "no feed": "<svg></svg>",
    "nothing": "   ",
    "punycode": '<?xml version="1.0" encoding="punycode"?><rss' + "a" * 1_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_feed_is_refused_soon(name: str) -> None:
    """`bad_xml` or `bad_feed`, without reading a file and without a long wait."""
    started = time.monotonic()
    with pytest.raises(BadInput) as caught:
        parse_feed(HOSTILE[name].encode())
    assert caught.value.code in ("bad_xml", "bad_feed", "empty", "encoding", "binary")
    assert time.monotonic() - started < 10


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda t: rss(ITEM.format(t, t), head=t).encode()))
def test_no_bytes_break_the_reader_of_feeds(data: bytes) -> None:
    """Any bytes are a feed or `BadInput`."""
    is_feed(data)
    with contextlib.suppress(BadInput):
        parse_feed(data)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("01:02:03.5", 3723.5),
        ("02:03", 123.0),
        ("90", 90.0),
        ("1.5", 1.5),
        ("x", None),
        ("", None),
        ("1:2:3:4", None),
    ],
)
def test_normal_play_time_is_read(text: str, seconds: float | None) -> None:
    """Hours, minutes and seconds, or seconds alone."""
    assert seconds_in(text) == seconds


ROBOTS = """
# a comment
User-agent: GreedyBot
User-agent: fenshen
Disallow: /drafts/
Allow: /drafts/open/
Disallow: /*.cgi$
Disallow: /a*b*c

User-agent: *
Disallow: /
"""


@pytest.mark.parametrize(
    ("target", "allowed"),
    [
        ("/", True),
        ("/drafts/x", False),
        ("/drafts/open/x", True),
        ("/x.cgi", False),
        ("/x.cgi?y=1", True),
        ("/a-b-c", False),
        ("/a-c-b", True),
        ("/", True),
    ],
)
def test_the_longest_rule_of_our_own_group_decides(target: str, allowed: bool) -> None:
    """As RFC 9309 says: own group over `*`, longest match, `*` and `$`."""
    assert is_allowed(parse_robots(ROBOTS), target) is allowed


def test_everyone_elses_rules_hold_where_we_are_not_named() -> None:
    """The group `*` counts when no group names us; an empty file allows everything."""
    assert not is_allowed(parse_robots("User-agent: *\nDisallow: /x"), "/x/y")
    assert not is_allowed(parse_robots("User-agent: other\nAllow: /\n\nUser-agent: *\nDisallow: /"), "/")
    assert is_allowed(parse_robots("<html>not found</html>"), "/")


def test_a_hostile_robots_txt_is_judged_soon() -> None:
    """Patterns full of stars take linear time."""
    rules = parse_robots("User-agent: *\n" + ("Disallow: /" + "*a" * 200 + "$\n") * 1000)
    started = time.monotonic()
    assert is_allowed(rules, "/" + "a" * 2000 + "b")
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("text", "element"),
    [
        ("<!-- a --><?xml version='1.0'?>\n<!DOCTYPE html>\n<html>", "html"),
        ("<!DOCTYPE rss [<!ENTITY a '>'>]><rss>", "rss"),
        ("\ufeff<feed xmlns='x'>", "feed"),
        ("words <html>", ""),
        ("<!-- never closed", ""),
        ("<" * 9000, ""),
        ("<!--" + "-->" * 3000, ""),
        ("", ""),
    ],
)
def test_markup_is_told_by_its_first_element(text: str, element: str) -> None:
    """Comments, declarations and the document type come before it."""
    assert first_element(text.encode()) == element

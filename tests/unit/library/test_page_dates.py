"""A page is dated by when it was published, not by when it was last changed."""

from __future__ import annotations

from datetime import date

import pytest

from fenshen.library.readers.webpage import read_webpage

DAY = date(2020, 7, 10)
CHANGED = '<meta property="article:modified_time" content="2025-01-07T10:00:00Z">'
PAGE = "<!doctype html><html><head><title>Kettles</title>{}</head><body><article><h1>Kettles</h1>{}<p>{}</p></article></body></html>"
WORDS = (
    "The kettle sings because the water near the plate boils before the rest, and small bubbles fall in on themselves. "
    * 4
)

CASES = [
    '<meta content="2020-07-10T08:00:00+00:00" property="article:published_time">',
    "<meta name='dc.date.issued' content='10 July 2020'>",
    '<meta itemprop="datePublished" content="2020-07-10">',
    '<script type="application/ld+json">{"dateModified": "2025-01-07", "datePublished": "2020-07-10T08:00:00Z"}</script>',
    '<meta name="parsely-pub-date" content="2020-07-10T08:00:00Z">',
    '<meta name="publish_date" content="July 10, 2020">',
]


@pytest.mark.parametrize("head", CASES)
def test_the_original_day_beats_the_modified_one(head: str) -> None:
    """Whichever field states it, and whatever order they stand in."""
    assert read_webpage(PAGE.format(CHANGED + head, "", WORDS)).published == DAY
    assert read_webpage(PAGE.format(head + CHANGED, "", WORDS)).published == DAY


def test_a_time_element_says_when_it_was_published() -> None:
    """`<time pubdate>` and `itemprop` in the body count as well."""
    for written in (
        '<time datetime="2020-07-10" pubdate>',
        '<time itemprop="datePublished" datetime="2020-07-10">',
    ):
        assert read_webpage(PAGE.format(CHANGED, written + "July</time>", WORDS)).published == DAY

"""A feed of any kind, told by how it begins. Knows nothing about fetching."""

from __future__ import annotations

from fenshen.library.fetch.feeds import Feed, parse_feed
from fenshen.library.fetch.json_feed import is_json_feed, parse_json_feed
from fenshen.library.fetch.pages import is_feed


def is_any_feed(data: bytes) -> bool:
    """Whether a file that begins so is a feed."""
    return is_feed(data) or is_json_feed(data)


def parse_any_feed(data: bytes) -> Feed:
    """The feed in a document; errors as `parse_feed` and `parse_json_feed`."""
    return parse_json_feed(data) if is_json_feed(data) else parse_feed(data)

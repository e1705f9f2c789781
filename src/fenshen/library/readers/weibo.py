"""Weibo posts as JSON, by month: what crawlers of one's own account write, and pages of the site's interface.

    {"user": {…}, "weibo": [{…}]} (weibo-crawler, weiboSpider) · {"data": {"list": […] | "cards": […]}}

What the account added to a repost is its own; the chain after `//@name:` and the post passed on are somebody
else's words. Knows nothing about pictures.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.names import parse_date
from fenshen.library.readers.chat import Message, dicts, member, string
from fenshen.library.readers.json_text import BYTES_MAX, parse_json, shape
from fenshen.library.readers.months import posts_by_month
from fenshen.library.reading import Head, ReaderSpec

_CHAIN = re.compile(r"//@([^:：\s/]{1,40})[:：]")
_SPIDER = re.compile(r"\n?原始用户[:：] ?([^\n]{1,60})\n+转发内容[:：] ?", re.S)
_REASON = re.compile(r"^转发理由[:：] ?")
_NOTHING_ADDED = frozenset({"", "转发微博", "轉發微博", "repost", "转发"})
_MARKUP = re.compile(r"<[a-zA-Z/][^<>]{0,2000}>|&(?:[a-z]{2,8}|#\d{1,6});")
_ALT = re.compile(r"\salt=[\"']?([^\"'<>]{0,60})", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z/][^<>]{0,2000}>")


def read_weibo(text: str) -> list[Document]:
    """One document a month.

    Raises:
        BadInput: `bad_json`, `unknown_format` or `no_text`.
    """
    export = parse_json(text)
    posts = _posts(export)
    if not posts:
        raise BadInput("it is JSON, but holds no Weibo posts", code="unknown_format")
    user = member(export, "user")
    owner = string(user.get("screen_name")) or string(user.get("nickname")) or _author(posts[0])
    posts.sort(key=_sent)
    dated = ((parse_date(_created(post)), post) for post in posts)
    found = posts_by_month(
        ((day, _messages(post, owner, day)) for day, post in dated),
        lambda month: f"{owner} 的微博 {month}",
        owner,
    )
    if not found:
        raise BadInput("the posts hold no text", code="no_text")
    return found


def _posts(export: Any) -> list[dict[str, Any]]:
    if not isinstance(export, dict):
        return []
    data = member(export, "data")
    cards = [member(card, "mblog") for card in dicts(data.get("cards")) or dicts(export.get("cards"))]
    listed = dicts(export.get("weibo")) or dicts(data.get("list")) or [card for card in cards if card]
    return [post for post in listed if any(key in post for key in ("text", "content", "text_raw"))]


def _messages(post: dict[str, Any], owner: str, day: date | None) -> Iterator[Message]:
    """What the account says in `post`, then what it passes on."""
    author = _author(post) or owner
    text, passed_on = _text(post), post.get("retweet") or post.get("retweeted_status")
    if spider := _SPIDER.search(text):
        original = Message("", f"@{spider[1].strip()}", text[spider.end() :], day, is_quoted=True)
        text = _REASON.sub("", text[: spider.start()])
    elif isinstance(passed_on, dict):
        original = Message("", f"@{_author(passed_on) or 'somebody'}", _text(passed_on), day, is_quoted=True)
    else:
        original = None
    own, *chain = _CHAIN.split(text)
    if own.strip().lower() not in _NOTHING_ADDED:
        yield Message(author, author, own, day, is_quoted=bool(owner) and author != owner)
    for name, said in zip(chain[::2], chain[1::2], strict=True):
        if said.strip().lower() not in _NOTHING_ADDED:
            yield Message("", f"@{name}", said, day, is_quoted=True)
    if original:
        yield original


def _text(post: dict[str, Any]) -> str:
    whole = string(member(post, "longText").get("longTextContent"))
    text = whole or string(post.get("text_raw")) or string(post.get("text")) or string(post.get("content"))
    return _without_markup(text) if _MARKUP.search(text) else text


def _author(post: dict[str, Any]) -> str:
    return string(post.get("screen_name")) or string(member(post, "user").get("screen_name"))


def _sent(post: dict[str, Any]) -> str:
    """When it was posted, in a form that sorts; ids rise with time where two times are equal."""
    return f"{_created(post)} {str(post.get('id', ''))[:24]:>24}"


def _created(post: dict[str, Any]) -> str:
    """The time in ISO form, which begins with the day."""
    stated = (string(post.get(key)) for key in ("full_created_at", "created_at", "publish_time"))
    created = next(filter(None, stated), "")
    try:
        return datetime.strptime(created, "%a %b %d %H:%M:%S %z %Y").replace(tzinfo=None).isoformat()
    except ValueError:
        return created.replace(" ", "T")


def _without_markup(text: str) -> str:
    """The words of a post's HTML; an emoji's picture counts as its name."""

    def said(tag: re.Match[str]) -> str:
        name = tag[0][1:4].lower()
        alt = _ALT.search(tag[0]) if name == "img" else None
        return "\n" if name.startswith("br") else alt[1] if alt else ""

    return html.unescape(_TAG.sub(said, text))


def _recognises(head: Head) -> bool:
    seen = shape(head.text)
    crawled = any(f"weibo[].{key}" in seen for key in ("text", "content", "bid"))
    listed = any(
        {f"{place}.mblogid", f"{place}.text"} <= seen.keys()
        or {f"{place}.bid", f"{place}.text"} <= seen.keys()
        for place in ("data.list[]", "data.cards[].mblog", "cards[].mblog")
    )
    return crawled or listed


SPEC = ReaderSpec("weibo", _recognises, lambda opened: read_weibo(opened.text), bytes_max=BYTES_MAX)

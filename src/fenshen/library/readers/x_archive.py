"""An archive of X (Twitter), unpacked: posts by month, and direct messages.

    data/account.js → who it is · data/tweets*.js, note-tweet.js → posts · data/direct-messages*.js → chats

Threads stay in one piece, short links become what they stand for, replies keep to whom they go, and reposts
are somebody else's words. Deleted posts and likes are not read. Knows nothing about pictures.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.names import parse_date
from fenshen.library.readers.chat import (
    Message,
    chat_document,
    dicts,
    distinct_parts,
    member,
    stable_part,
    string,
)
from fenshen.library.readers.json_text import BYTES_MAX, check_sizes, load_json, parse_json
from fenshen.library.readers.months import posts_by_month
from fenshen.library.reading import FolderSpec, ReaderSpec

_ASSIGNED = re.compile(r"(?<!\s)\s*(?:window\.)?YTD\.[\w.]{1,60}\s*=\s*")
_POSTS = re.compile(r"tweets?(?:-part\d{1,4})?\.js")
_NOTES = re.compile(r"note-tweet(?:-part\d{1,4})?\.js")
_DIRECT = re.compile(r"direct-messages(?:-group)?(?:-part\d{1,4})?\.js")
_POSTS_ALONE = re.compile(r"\s*+(?:window\.)?YTD\.tweets?\.part\d{1,4}\s*+=")
#: The account of a file without the archive's list of accounts.
_ME = "@me"
_SHORT_LINK = re.compile(r"https?://t\.co/\w{1,20}")
_REPOST = re.compile(r"RT @(\w{1,20}): ?")
_PREFIX_CHARS = 100


@dataclass(frozen=True)
class _Post:
    id: str
    text: str
    day: date | None
    replies_to: str
    repost_of: str | None


def read_x_archive(folder: Path) -> list[Document]:
    """Posts, one document a month, then one document per direct conversation.

    Raises:
        BadInput: `bad_json`, `too_large`, `outside_folder` or `no_text`.
    """
    data = _data(folder)
    files = sorted(path for path in data.iterdir() if path.suffix == ".js")
    check_sizes(path for path in files if _POSTS.fullmatch(path.name) or _DIRECT.fullmatch(path.name))
    account = next((member(one, "account") for one in _entries(files, re.compile(r"account\.js"))), {})
    handle = f"@{string(account.get('username')) or _ME[1:]}"
    notes = [member(one, "noteTweet") for one in _entries(files, _NOTES)]
    posts = [_post(member(one, "tweet") or one) for one in _entries(files, _POSTS)]
    talks = [member(one, "dmConversation") for one in _entries(files, _DIRECT)]
    found = [
        *_months(_lengthened(posts, notes), handle),
        *_talks(talks, str(account.get("accountId", "")), handle),
    ]
    if not found:
        raise BadInput("the archive holds no posts and no messages with text", code="no_text")
    return distinct_parts(found)


def _entries(files: list[Path], pattern: re.Pattern[str]) -> Iterator[dict[str, Any]]:
    for path in files:
        if pattern.fullmatch(path.name):
            yield from dicts(load_json(path, _ASSIGNED))


def _post(tweet: dict[str, Any]) -> _Post:
    text = string(tweet.get("full_text")) or string(tweet.get("text"))
    entities = member(tweet, "entities")
    media = dicts(entities.get("media")) + dicts(member(tweet, "extended_entities").get("media"))
    repost = _REPOST.match(text)
    return _Post(
        id=string(tweet.get("id_str")) or str(tweet.get("id", "")),
        text=_plain(text[repost.end() :] if repost else text, dicts(entities.get("urls")), media),
        day=parse_date(string(tweet.get("created_at"))),
        replies_to=string(tweet.get("in_reply_to_status_id_str")),
        repost_of=f"@{repost[1]}" if repost else None,
    )


def _plain(text: str, links: list[dict[str, Any]], media: list[dict[str, Any]]) -> str:
    """`text` with links written out, those to its own pictures dropped, and HTML escapes undone."""
    stands_for = {
        string(link.get("url") or link.get("shortUrl")): string(
            link.get("expanded_url") or link.get("expandedUrl") or link.get("expanded")
        )
        for link in links
    }
    stands_for |= {string(one.get("url")): "" for one in media}
    shown = _SHORT_LINK.sub(lambda found: stands_for.get(found[0], found[0]), text)
    return html.unescape(shown).strip()


def _lengthened(posts: list[_Post], notes: list[dict[str, Any]]) -> list[_Post]:
    """`posts` with the whole text of the long ones, which the archive keeps apart and cuts in the list."""
    by_start: dict[str, str] = {}
    for note in notes:
        core = member(note, "core")
        whole = _plain(string(core.get("text")), dicts(core.get("urls")), [])
        by_start[whole[:_PREFIX_CHARS]] = whole
    return [
        replace(post, text=by_start[start])
        if not post.repost_of and (start := post.text[:_PREFIX_CHARS]) in by_start
        else post
        for post in posts
    ]


def _months(posts: list[_Post], handle: str) -> list[Document]:
    """One document for the threads that begin in a month."""
    by_id = {post.id: post for post in posts}
    roots: dict[str, str] = {}
    for post in sorted(by_id.values(), key=_age):
        roots[post.id] = roots.get(post.replies_to, post.id)
    in_threads = sorted(by_id.values(), key=lambda post: (*_age(by_id[roots[post.id]]), *_age(post)))
    return posts_by_month(
        ((by_id[roots[post.id]].day, [_message(post, handle)]) for post in in_threads),
        f"Posts of {handle} on X, {{}}".format,
        handle,
    )


def _message(post: _Post, handle: str) -> Message:
    is_repost = post.repost_of is not None
    return Message(handle, post.repost_of or handle, post.text, post.day, is_quoted=is_repost)


def _age(post: _Post) -> tuple[int, int]:
    """Posts in the order of their ids, which rise with time."""
    return len(post.id), int(post.id) if post.id.isdecimal() and len(post.id) < 25 else 0


def _talks(talks: list[dict[str, Any]], account: str, handle: str) -> Iterator[Document]:
    for talk in talks:
        created = [member(one, "messageCreate") for one in dicts(talk.get("messages"))]
        created.sort(key=lambda one: string(one.get("createdAt")))
        messages = [_direct(one, account, handle) for one in created if one]
        others = dict.fromkeys(message.name for message in messages if message.who != account)
        document = chat_document(
            messages,
            title=f"Direct messages on X with {', '.join(list(others)[:3]) or 'nobody'}",
            title_stated=True,
            part=stable_part(talk.get("conversationId", "")),
            owner=account,
        )
        if document:
            yield document


def _direct(message: dict[str, Any], account: str, handle: str) -> Message:
    sender = str(message.get("senderId", ""))
    text = _plain(string(message.get("text")), dicts(message.get("urls")), [])
    day = parse_date(string(message.get("createdAt")))
    return Message(sender, handle if sender == account else f"user {sender}", text, day)


def _data(folder: Path) -> Path:
    return folder / "data" if (folder / "data" / "account.js").is_file() else folder


def _recognises(folder: Path) -> bool:
    data = _data(folder)
    return (data / "account.js").is_file() and any(
        (data / name).is_file() for name in ("tweets.js", "tweet.js", "direct-messages.js")
    )


def read_x_posts(text: str) -> list[Document]:
    """Posts of one file of an archive (`tweets.js`) by month; who wrote them is not in it, but they are one's own.

    Raises:
        BadInput: `bad_json`, `too_large` or `no_text`.
    """
    match = _ASSIGNED.match(text)
    entries = dicts(parse_json(text[match.end() :].rstrip().removesuffix(";") if match else text))
    posts = [_post(member(one, "tweet") or one) for one in entries]
    found = _months(posts, _ME)
    if not found:
        raise BadInput("it holds no posts with text", code="no_text")
    return distinct_parts(found)


FOLDER = FolderSpec("x", _recognises, read_x_archive)
POSTS = ReaderSpec(
    "x",
    lambda head: _POSTS_ALONE.match(head.text) is not None,
    lambda opened: read_x_posts(opened.text),
    bytes_max=BYTES_MAX,
)

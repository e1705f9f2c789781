"""Posts from Instagram and Facebook's "download your information", as JSON: captions and texts by month.

They name nobody, for all are the account's own. Knows nothing about pictures and messages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.readers.chat import Message, dicts, epoch_day
from fenshen.library.readers.json_text import BYTES_MAX, parse_json, shape
from fenshen.library.readers.meta import is_garbled, repaired
from fenshen.library.readers.months import posts_by_month
from fenshen.library.reading import Head, ReaderSpec

#: Where Instagram lists posts when the file is not a list itself.
_LISTS = ("ig_reels_media", "ig_igtv_media", "ig_archived_post_media")


def read_meta_posts(text: str) -> list[Document]:
    """One document a month.

    Raises:
        BadInput: `bad_json`, `unknown_format` or `no_text`.
    """
    export = parse_json(text)
    posts = dicts(export)
    if isinstance(export, dict):
        posts = next((found for name in _LISTS if (found := dicts(export.get(name)))), [])
    if not posts:
        raise BadInput("it is JSON, but holds no posts of Instagram or Facebook", code="unknown_format")
    said = sorted((one for post in posts for one in _said(post)), key=lambda found: found[0])
    garbled = is_garbled(text for _, text in said)
    dated = [(epoch_day(sent) if sent else None, repaired(text) if garbled else text) for sent, text in said]
    documents = posts_by_month(
        ((day, [Message("me", "me", text, day)]) for day, text in dated), "Posts, {}".format, "me"
    )
    if not documents:
        raise BadInput("the posts hold no text", code="no_text")
    return [
        replace(document, owner=None, cues=tuple(replace(cue, speaker=None) for cue in document.cues))
        for document in documents
    ]


def _said(post: dict[str, Any]) -> Iterator[tuple[float, str]]:
    """The texts of a post with the second it was sent; a caption stands with the post or with its only picture."""
    media = dicts(post.get("media"))
    stamps = [one.get(key) for one in (post, *media) for key in ("creation_timestamp", "timestamp")]
    sent = next((float(one) for one in stamps if type(one) is int and abs(one) < 1 << 40), 0.0)
    texts = [post.get("title")] if media else []
    texts += [one.get("title") for one in media]
    texts += [one.get("post") for one in dicts(post.get("data"))]
    for text in dict.fromkeys(text for text in texts if isinstance(text, str) and text.strip()):
        yield sent, text


def _recognises(head: Head) -> bool:
    seen = shape(head.text)
    lists = ("[]", *(f"{name}[]" for name in _LISTS))
    instagram = any(f"{place}.media[].creation_timestamp" in seen for place in lists)
    return instagram or {"[].timestamp", "[].data[].post"} <= seen.keys()


SPEC = ReaderSpec("meta_posts", _recognises, lambda opened: read_meta_posts(opened.text), bytes_max=BYTES_MAX)

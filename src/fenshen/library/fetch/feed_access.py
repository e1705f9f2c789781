"""Who may see an entry of a feed or of a blog's export, who wrote it, and what is no post at all.

WordPress (WXR) gives each post a status and a password, Blogger a draft mark and comments as entries of their own; both
name the author. Pure. Knows nothing about an entry's words.

Source: WordPress's export.php, RFC 5023 (`app:draft`), Blogger's Atom and Takeout exports.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fenshen.library.clean import clean_title
from fenshen.library.markup import XmlElement, local_name
from fenshen.library.readers.drafts import is_restricted

#: Whatever else a status says, it is not published.
_PUBLISHED = frozenset({"", "publish", "published", "live", "public"})
_ACCESS = frozenset(
    {"post_password", "password", "visibility", "audience", "access", "private", "draft", "hidden"}
)
_NO_POSTS = re.compile(
    r"attachment|nav_menu_item|revision|custom_css|customize_changeset|oembed_cache|user_request|feedback|shop_.+|wp_.+|.*(?:comment|settings?|template)"
)
_ADDRESS = re.compile(r"^[^\s@]{1,64}@[^\s@]{1,255}\s{0,4}\(([^()]+)\)$")


def is_private(item: XmlElement) -> bool:
    """Whether the entry says that it is not for everybody."""
    fields = {local_name(child): (child.text or "").strip() for child in _fields(item)}
    return fields.get("status", "").lower() not in _PUBLISHED or is_restricted(
        {name: text for name, text in fields.items() if name in _ACCESS and text}
    )


def is_post(item: XmlElement) -> bool:
    """Whether it is something written for readers: no comment, menu, template or form."""
    kinds = [(child.text or "").strip() for child in item if local_name(child) in ("post_type", "type")]
    kinds += [
        child.get("term", "").rpartition("#")[2]
        for child in item
        if local_name(child) == "category" and child.get("scheme", "").endswith("#kind")
    ]
    return not any(_NO_POSTS.fullmatch(kind.lower()) for kind in kinds)


def authors_of(item: XmlElement, logins: dict[str, str]) -> tuple[str, ...]:
    """The names of who wrote it; `logins` are names by account."""
    said = [text for child in item if local_name(child) in ("creator", "author") and (text := _name(child))]
    return tuple(dict.fromkeys(clean_title(logins.get(name, name)) for name in said))


def logins_of(channel: XmlElement) -> dict[str, str]:
    """Names by account, as WordPress lists them."""
    found = {}
    for author in channel:
        if local_name(author) == "author":
            parts = {local_name(child): (child.text or "").strip() for child in author}
            if parts.get("author_login") and parts.get("author_display_name"):
                found[parts["author_login"]] = parts["author_display_name"]
    return found


def _fields(item: XmlElement) -> Iterator[XmlElement]:
    for child in item:
        yield from child if local_name(child) == "control" else (child,)


def _name(element: XmlElement) -> str:
    inner = next((child for child in element if local_name(child) == "name"), element)
    text = (inner.text or "").strip()
    match = _ADDRESS.match(text)
    return match[1] if match else "" if "@" in text else text

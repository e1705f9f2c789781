"""Exports of publishing platforms: posts with what they say of who may read them.

    Ghost and kin: JSON with a list of posts (`title`, `html`, `status`, `visibility`)
    Substack: a folder with `posts.csv` (`is_published`, `audience`) and a page for each post

Only what is published for everybody is not private; a page that the list does not name is private. Lists of subscribers and
other files of the folder are not read. Knows nothing about pages.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from fenshen.core.errors import BadInput
from fenshen.library.clean import clean_title
from fenshen.library.document import Document
from fenshen.library.encoding import decode_text
from fenshen.library.fetch.pages import page_of
from fenshen.library.names import parse_date
from fenshen.library.readers.chat import dicts, distinct_parts, member, stable_part, string
from fenshen.library.readers.drafts import is_restricted, is_telling
from fenshen.library.readers.json_text import BYTES_MAX, parse_json, shape
from fenshen.library.readers.markdown import read_markdown
from fenshen.library.readers.webpage import read_webpage
from fenshen.library.reading import TEXT_BYTES_MAX, FolderSpec, Head, Opened, ReaderSpec

_PAGES = ("html", "content_html", "body_html", "rendered")
_WORDS = ("plaintext", "markdown", "content", "body", "text")
_DAYS = ("published_at", "publishedAt", "date", "publish_date", "created_at")
_PUBLISHED = frozenset({"", "published", "publish", "public", "live"})
_LIST = "posts.csv"


def read_posts(text: str) -> list[Document]:
    """A document for each post of a decoded JSON export.

    Raises:
        BadInput: `bad_json`, or `no_text` if none has words.
    """
    export = parse_json(text)
    holder = _holder(export, 0)
    names = {str(user.get("id")): string(user.get("name")) for user in dicts(holder.get("users"))}
    by = [
        (str(one.get("post_id")), names.get(str(one.get("author_id")), ""))
        for one in dicts(holder.get("posts_authors"))
    ]
    made = [
        replace(
            document,
            authors=_authors(post) or tuple(name for of, name in by if of == str(post.get("id")) and name),
        )
        for post in dicts(holder.get("posts"))
        if (document := _post(post))
    ]
    if not made:
        raise BadInput("none of the posts in it holds words", code="no_text")
    return distinct_parts(made)


def read_substack(folder: Path) -> list[Document]:
    """A document for each page of a Substack export.

    Raises:
        BadInput: `too_large`, `no_text`, `encoding` or `binary`.
    """
    rows = {
        row["post_id"]: row
        for row in csv.DictReader(io.StringIO(_text(folder / _LIST), newline=""))
        if row.get("post_id")
    }
    made = []
    for path in sorted([*folder.glob("*.html"), *(folder / "posts").glob("*.html")]):
        if path.is_symlink() or path.parent.is_symlink():
            continue
        row = rows.get(path.stem)
        try:
            title = clean_title((row or {}).get("title") or "") or None
            document = read_webpage(page_of(_text(path), title))
        except BadInput:
            continue
        is_open = (
            row is not None
            and (row.get("is_published") or "").lower() == "true"
            and row.get("audience") in ("everyone", "", None)
        )
        day = parse_date((row or {}).get("post_date") or "")
        made.append(
            replace(
                document,
                title=title or document.title,
                title_stated=bool(title),
                published=day,
                private=not is_open,
                part=stable_part(path.stem),
            )
        )
    if not made:
        raise BadInput("no page of the export holds words", code="no_text")
    return distinct_parts(made)


def _text(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(TEXT_BYTES_MAX + 1)
    if len(data) > TEXT_BYTES_MAX:
        raise BadInput(
            f"{path.name!r} of the export is larger than {TEXT_BYTES_MAX >> 20} MiB", code="too_large"
        )
    return decode_text(data).lstrip("\ufeff")


def _holder(value: Any, depth: int) -> dict[str, Any]:
    """The object with the list of posts, a few levels deep."""
    if isinstance(value, dict) and dicts(value.get("posts")):
        return value
    if isinstance(value, list) and dicts(value) and depth == 0 and "title" in dicts(value)[0]:
        return {"posts": value}
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return next((found for one in inner[:50] if depth < 4 and (found := _holder(one, depth + 1))), {})


def _post(post: Mapping[str, Any]) -> Document | None:
    page = next(filter(None, (_words(post.get(name)) for name in _PAGES)), "")
    words = next(filter(None, (_words(post.get(name)) for name in _WORDS)), "")
    title = clean_title(_words(post.get("title"))) or None
    try:
        if page or words.lstrip().startswith("<"):
            document = read_webpage(page_of(page or words, title))
        else:
            document = read_markdown(words)
    except BadInput:
        return None
    status = post.get("status", post.get("state", ""))
    is_closed = str(status or "").lower() not in _PUBLISHED or is_restricted(
        {name: value for name, value in post.items() if is_telling(name)}
    )
    url = next(
        (
            url
            for name in ("url", "link", "canonical_url")
            if (url := string(post.get(name))).startswith("http")
        ),
        None,
    )
    return replace(
        document,
        title=title or document.title,
        title_stated=title is not None,
        published=next((day for name in _DAYS if (day := parse_date(string(post.get(name))))), None),
        private=is_closed or document.private,
        url=url,
        part=stable_part(post.get("id") or post.get("slug") or title or ""),
    )


def _words(value: Any) -> str:
    """Text, or what WordPress's interface wraps: `{"rendered": …}`."""
    return string(value) or string(member({"value": value}, "value").get("rendered"))


def _authors(post: Mapping[str, Any]) -> tuple[str, ...]:
    named = [*dicts(post.get("authors")), *dicts([post.get("author"), post.get("primary_author")])]
    return tuple(dict.fromkeys(name for one in named if (name := string(one.get("name"))))) or tuple(
        filter(None, [string(post.get("author"))])
    )


def _recognises(head: Head) -> bool:
    """Objects of one list have a title, words, and something that says who may read them."""
    if head.suffix not in (".json", "", ".txt") or head.text.lstrip()[:1] not in ("{", "["):
        return False
    members: dict[str, set[str]] = {}
    for path in shape(head.text):
        place, _, name = path.rpartition(".")
        members.setdefault(place.replace(".rendered", ""), set()).add(name)
    access = {"status", "visibility", "audience", "draft", "is_draft", "published", "is_published"}
    return any(
        "title" in names and names & {*_PAGES, *_WORDS} and names & access
        for place, names in members.items()
        if place == "[]" or place.rpartition(".")[2] == "posts[]"
    )


def _is_substack(folder: Path) -> bool:
    if not (folder / _LIST).is_file() or (folder / _LIST).is_symlink():
        return False
    with (folder / _LIST).open("rb") as file:
        first = file.read(1000).partition(b"\n")[0]
    return b"post_id" in first and b"is_published" in first


def _read(opened: Opened) -> list[Document]:
    return read_posts(opened.text)


SPEC = ReaderSpec("posts export", _recognises, _read, bytes_max=BYTES_MAX)
FOLDER = FolderSpec("substack", _is_substack, read_substack)

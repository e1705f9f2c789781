"""What is known of a file from where it came: title, day, address. It beats what the file says itself.

    sidecar or feed or video page → Stated → `onto(document)`

Pure. Knows nothing about where the facts were found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, get_args

from fenshen.library.clean import clean_title
from fenshen.library.document import Chapter, Document, Kind
from fenshen.library.names import parse_date

CHAPTERS_MAX = 1_000
AUTHORS_MAX = 20
URL_CHARS_MAX = 2_048


@dataclass(frozen=True)
class Stated:
    """Facts about a file, each `None` or empty where nobody stated it.

    Attributes:
        published: the day it was given to the public.
        url: where it was published, `http` or `https`.
        language: ISO 639-1 code of what is said in it.
        kind: what it is, where the file alone does not tell (the captions of a podcast).
        chapters: of a recording, in order.
        authors: who wrote it.
    """

    title: str | None = None
    published: date | None = None
    url: str | None = None
    language: str | None = None
    kind: Kind | None = None
    chapters: tuple[Chapter, ...] = ()
    authors: tuple[str, ...] = ()

    def onto(self, document: Document) -> Document:
        """`document` with these facts in place of its own; what is not stated stays as it was."""
        return replace(
            document,
            title=self.title or document.title,
            title_stated=bool(self.title) or document.title_stated,
            published=self.published or document.published,
            url=self.url or document.url,
            language=self.language or document.language,
            kind=self.kind or document.kind,
            chapters=self.chapters or document.chapters,
            authors=self.authors or document.authors,
        )

    def onto_all(self, documents: list[Document]) -> list[Document]:
        """These facts on the documents of one file; of several, all that is theirs in common is the address."""
        facts = self if len(documents) == 1 else Stated(url=self.url)
        return [facts.onto(document) for document in documents]

    def as_json(self) -> dict[str, Any]:
        """Plain values for a sidecar; `from_json` reads them back."""
        return {**asdict(self), "published": self.published.isoformat() if self.published else None}


def from_json(facts: Mapping[str, Any]) -> Stated:
    """The facts in a sidecar; what is missing or malformed counts as not stated. Never raises."""
    kind, url, language = (facts.get(name) for name in ("kind", "url", "language"))
    published, chapters, authors = facts.get("published"), facts.get("chapters"), facts.get("authors")
    return Stated(
        title=_title(facts.get("title")),
        published=parse_date(published) if isinstance(published, str) else None,
        url=url if isinstance(url, str) and _is_address(url) else None,
        language=language.lower() if isinstance(language, str) and _is_language(language) else None,
        kind=next((known for known in get_args(Kind) if known == kind), None),
        chapters=_chapters(chapters if isinstance(chapters, list) else []),
        authors=tuple(filter(None, map(_title, authors[:AUTHORS_MAX] if isinstance(authors, list) else []))),
    )


def _chapters(found: list[Any]) -> tuple[Chapter, ...]:
    kept = []
    for one in found[:CHAPTERS_MAX]:
        start, title = (
            (one.get("start_s"), _title(one.get("title"))) if isinstance(one, dict) else (None, None)
        )
        if isinstance(start, (int, float)) and 0 <= start < 1e7 and title:
            kept.append(Chapter(float(start), title))
    return tuple(sorted(kept, key=lambda chapter: chapter.start_s))


def _title(text: Any) -> str | None:
    return clean_title(text) or None if isinstance(text, str) else None


def _is_address(url: str) -> bool:
    return url.startswith(("http://", "https://")) and len(url) <= URL_CHARS_MAX and url.isprintable()


def _is_language(code: str) -> bool:
    return code.isascii() and code.isalpha() and len(code) in (2, 3)

"""What a text says about itself above its words: YAML, TOML or JSON, with or without the marks round it.

    `---` (Jekyll, Obsidian) · `+++` (Hugo) · `{…}` (Hugo) · fields up to a `---` (Hexo) · `#+TITLE:` (org) · `Title:` lines

It is taken off before anything else looks at a text (`fronted`), so that neither a reader of chats nor the judging of
conversations ever sees a field as words. Knows nothing about the text below.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, get_args

import yaml

from fenshen.core.errors import BadInput
from fenshen.library.claims import Rights, parse_rights
from fenshen.library.document import Document, Kind
from fenshen.library.names import parse_date
from fenshen.library.readers.drafts import (
    day_fields,
    end_fields,
    is_restricted,
    is_telling,
    plain_fields,
)

FRONT_MATTER_CHARS_MAX = 16_384
#: A key of TOML may have parts, each a table in the one before: reading them costs their square.
_KEY_PARTS_MAX = 64

_YAML = re.compile(r"\A---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*?\n)?\+\+\+[ \t]*(?:\n|\Z)", re.S)
_HEXO = re.compile(
    r"\A((?:[A-Za-z_][\w\-]{0,40}:(?:[ \t][^\n]*)?\n|[ \t][^\n]*\n|- [^\n]*\n){1,60})(?:---|;;;)[ \t]*(?:\n|\Z)"
)
#: Drawers (`:ID: …`) and comments may stand above and between the lines.
_ORG = re.compile(
    r"\A(?:[ \t]*(?:\n|:[\w\-]{1,40}:[^\n]*\n|#[ \t][^\n]*\n)){0,40}(?=[ \t]*#\+\w)"
    r"(?:[ \t]*(?:\n|:[\w\-]{1,40}:[^\n]*\n|#[ \t][^\n]*\n|#\+[\w\-]{1,40}:[^\n]*(?:\n|\Z))){1,60}"
)
_ORG_LINE = re.compile(r"^[ \t]*(?:#\+([\w\-]{1,40}):|:([\w\-]{1,40}):)[ \t]*([^\n]*)", re.M)
_OPEN = re.compile(r"\A(?:---|\+\+\+)[ \t]*\n([A-Za-z_][\w\-]{0,40})[ \t]*[:=]")
#: MultiMarkdown, Notion and Pelican: lines of fields at the top, below a title at most, up to an empty line.
_FIELDS = re.compile(
    r"\A(#[ \t][^\n]{1,200}\n\s*)?((?:[A-Za-z][\w \-]{0,30}:[ \t][^\n]{0,300}\n){2,20})(?:\n|\Z)"
)
_FIELD_NAME = re.compile(r"^[ \t]*(?:#\+|:)?[\"']?([^\W\d][\w\-.]{0,40})[\"']?[ \t]*[:=]", re.M)
#: Fields of letters, which their own reader takes.
_LETTER = frozenset({"from", "to", "subject", "cc", "bcc", "sent"})
_KNOWN = frozenset(
    {
        "title",
        "date",
        "created",
        "createdtime",
        "status",
        "draft",
        "published",
        "tags",
        "slug",
        "category",
        "author",
        "visibility",
        "private",
        "modified",
        "lastedited",
        "lasteditedtime",
        "publish",
        "lastmod",
        "updated",
        "layout",
        "description",
        "summary",
        "permalink",
        "aliases",
        "categories",
    }
)


@dataclass(frozen=True)
class FrontMatter:
    """What a file says about itself above its text."""

    title: str | None = None
    published: date | None = None
    language: str | None = None
    private: bool = False
    kind: Kind | None = None
    rights: Rights | None = None
    expires: date | None = None
    authors: tuple[str, ...] = ()

    def onto(self, document: Document) -> Document:
        """`document` with what stands above it in its file; a conversation stays one."""
        return replace(
            document,
            title=self.title or document.title,
            title_stated=self.title is not None or document.title_stated,
            published=self.published or document.published,
            language=self.language or document.language,
            private=self.private or document.private,
            kind=self.kind or document.kind,
            rights=self.rights or document.rights,
            expires=self.expires or document.expires,
            authors=self.authors or document.authors,
        )


def split_front_matter(text: str) -> tuple[FrontMatter, str]:
    """The front matter (empty if there is none) and the text below it.

    Raises:
        BadInput: `bad_front_matter` or `bad_rights`. A broken header is refused, not ignored: it may say `private`.
    """
    start = text[: FRONT_MATTER_CHARS_MAX + 8]
    if match := _YAML.match(start):
        return _front(_yaml(match[1] or "")), text[match.end() :]
    if match := _TOML.match(start):
        return _front(_toml(match[1] or "")), text[match.end() :]
    if start.startswith("{") and (found := _json(start)):
        return _front(found[0]), text[found[1] :].lstrip("\n")
    if match := _hexo(start):
        return _front(_yaml(match[1])), text[match.end() :]
    if match := _ORG.match(start):
        return _front({a or b: value for a, b, value in _ORG_LINE.findall(match[0])}), text[match.end() :]
    if (match := _FIELDS.match(start)) and (fields := _known_fields(match[2])):
        return _front(fields), (match[1] or "") + text[match.end() :]
    if (match := _OPEN.match(start)) and _is_known(match[1]):
        reason = "its front matter has no end; close it with the line that opens it, within 16 kB"
        raise BadInput(reason, code="bad_front_matter")
    return FrontMatter(), text


def begins_with_front_matter(text: str) -> bool:
    """Whether a text begins as only a post with front matter does."""
    return text.startswith(("---\n", "+++\n")) or bool(
        _hexo(text[:FRONT_MATTER_CHARS_MAX]) or _ORG.match(text[:2000])
    )


def take_front_matter(text: str) -> tuple[FrontMatter, str] | None:
    """The front matter and what stands below it, where a text of any format surely begins with some.

    Surely: between marks or as org writes it with a field that is known, or a block of fields that are mostly known.

    Raises:
        BadInput: as `split_front_matter`.
    """
    start = text[: FRONT_MATTER_CHARS_MAX + 8]
    marked = (
        _YAML.match(start) or _TOML.match(start) or _OPEN.match(start) or _ORG.match(start) or _hexo(start)
    )
    if marked:
        names = _FIELD_NAME.findall(marked[0])
        if start[:1].isalpha() and {name.lower() for name in names} & _LETTER:
            return None
        return split_front_matter(text) if any(map(_is_header_name, names)) else None
    fields = _FIELDS.match(start)
    known = _known_fields(fields[2]) if fields else {}
    return split_front_matter(text) if known and not plain_fields(known).keys() & _LETTER else None


def _is_header_name(name: str) -> bool:
    return _is_known(name) or is_telling(name)


def _hexo(text: str) -> re.Match[str] | None:
    """Fields up to a rule, if one of them is known to head posts: lines of people who speak may look the same."""
    match = _HEXO.match(text)
    names = [line.partition(":")[0] for line in match[1].splitlines()] if match else []
    return match if any(map(_is_known, names)) else None


def _is_known(name: str) -> bool:
    return bool(plain_fields({name: ""}).keys() & _KNOWN)


def _yaml(text: str) -> Mapping[object, Any]:
    try:
        fields = yaml.safe_load(text) or {}
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 2})" if mark is not None else ""
        problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
        reason = f"its front matter is not valid YAML{where}: {problem}; put it right or take it out"
        raise BadInput(reason, code="bad_front_matter") from error
    if not isinstance(fields, dict):
        raise BadInput(
            "its front matter is not a mapping; write `name: value` lines", code="bad_front_matter"
        )
    return fields


def _toml(text: str) -> Mapping[object, Any]:
    if any(line.count(".") > _KEY_PARTS_MAX for line in text.split("\n")):
        raise BadInput("its front matter has keys inside keys without end", code="bad_front_matter")
    try:
        return dict[object, Any](tomllib.loads(text).items())
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason = f"its front matter is not valid TOML ({error}); put it right or take it out"
        raise BadInput(reason, code="bad_front_matter") from error


def _json(text: str) -> tuple[dict[object, Any], int] | None:
    try:
        fields, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    is_header = (
        isinstance(fields, dict)
        and plain_fields(fields).keys() & _KNOWN
        and text[end : end + 1] in ("\n", "")
    )
    return (fields, end) if is_header else None


def _known_fields(block: str) -> dict[object, Any]:
    """Lines of fields, if one of them is known to head posts and none is somebody speaking."""
    fields: dict[object, Any] = {
        name.strip(): value.strip() for name, _, value in (line.partition(":") for line in block.splitlines())
    }
    known = sum(1 for name in plain_fields(fields) if name in _KNOWN)
    return fields if known * 2 >= len(fields) and len(fields) == block.count("\n") else {}


def _front(fields: Mapping[object, Any]) -> FrontMatter:
    by_name = plain_fields(fields)
    title, kind = by_name.get("title"), by_name.get("kind")
    language = by_name.get("lang", by_name.get("language"))
    return FrontMatter(
        title=str(title).strip() or None if isinstance(title, str | int | float | date) else None,
        published=next((day for name in day_fields() if (day := _day(by_name.get(name)))), None),
        language=language[:2].lower() if isinstance(language, str) and language[:2].isalpha() else None,
        private=is_restricted(by_name),
        kind=kind if kind in get_args(Kind) else None,
        rights=parse_rights(by_name["rights"]) if "rights" in by_name else None,
        expires=next((day for name in end_fields() if (day := _day(by_name.get(name)))), None),
        authors=tuple(_names(by_name.get("author", by_name.get("authors", by_name.get("by"))))),
    )


def _names(value: object) -> Iterator[str]:
    """Names in `author: Jane Roe <jane@…>`, a list of such, or `{name: …}`."""
    if isinstance(value, Mapping):
        yield from _names(value.get("name"))
    elif isinstance(value, list | tuple):
        for one in value[:20]:
            yield from _names(one)
    elif isinstance(value, str) and (
        name := re.sub(r"[<(][^<>()]{0,100}[>)]|[\"']", "", value[:200]).strip()
    ):
        yield name


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return (
        value
        if isinstance(value, date)
        else parse_date(value.strip("<[ "))
        if isinstance(value, str)
        else None
    )
